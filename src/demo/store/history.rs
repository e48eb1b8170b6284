//! Orders with all that belongs to them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kit::address::Address;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

use super::json;
use crate::delivery::Rate;

/// An order and the cart that it came from.
#[derive(Serialize)]
pub struct OrderRow<'a> {
    pub id: i64,
    pub cart_id: i64,
    pub user_id: Option<i64>,
    pub email: &'a str,
    pub phone: &'a str,
    pub lang: &'a str,
    pub items_cents: i64,
    pub shipping_cents: i64,
    pub tax_cents: i64,
    pub shipping_tax_bp: i32,
    pub order_state: &'a str,
    pub payment_state: &'a str,
    pub fulfilment_state: &'a str,
    pub payment_method: &'a str,
    pub shipping_method: &'a str,
    pub shipping_name: &'a str,
    pub address: &'a Address,
    pub note: &'a str,
    pub terms_version: i32,
    pub version: i32,
    pub at: DateTime<Utc>,
}

#[derive(Serialize)]
pub struct LineRow<'a> {
    pub id: i64,
    pub order_id: i64,
    pub position: i16,
    pub variant_id: i64,
    pub product_id: i64,
    pub sku: &'a str,
    pub title: &'a str,
    pub options: &'a str,
    pub image_key: &'a str,
    pub image_kind: &'a str,
    pub quantity: i32,
    pub unit_price_cents: i64,
    pub tax_rate_bp: i32,
    pub tax_cents: i64,
    pub ecotax_cents: i32,
    pub weight_g: i32,
}

#[derive(Serialize)]
pub struct EventRow {
    pub order_id: i64,
    pub kind: &'static str,
    pub actor: String,
    pub actor_name: String,
    pub public: bool,
    pub data: Value,
    pub at: DateTime<Utc>,
}

#[derive(Serialize)]
pub struct PaymentRow {
    pub order_id: i64,
    pub method: &'static str,
    pub amount_cents: i64,
    pub state: &'static str,
    pub reference: String,
    pub captured_at: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
}

#[derive(Serialize)]
pub struct FulfilmentRow {
    pub id: i64,
    pub order_id: i64,
    pub carrier: &'static str,
    pub tracking: String,
    pub state: &'static str,
    pub at: DateTime<Utc>,
}

/// Goods set aside for an order that is not sent yet.
#[derive(Serialize)]
pub struct ReservationRow {
    pub order_id: i64,
    pub variant_id: i64,
    pub quantity: i32,
    pub at: DateTime<Utc>,
}

/// All rows of the orders.
#[derive(Default)]
pub struct OrderRows<'a> {
    pub orders: Vec<OrderRow<'a>>,
    pub lines: Vec<LineRow<'a>>,
    pub events: Vec<EventRow>,
    pub payments: Vec<PaymentRow>,
    pub fulfilments: Vec<FulfilmentRow>,
    pub reservations: Vec<ReservationRow>,
}

/// The price list of delivery, in the order in which the shop reads it.
pub async fn list_rates(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Rate>> {
    sqlx::query_as!(
        Rate,
        "select m.code as method, r.countries, r.max_weight_g, r.price_cents, r.free_from_cents
           from shipping_methods m join shipping_rates r on r.method_code = m.code
          where m.active order by m.position, m.code, r.max_weight_g, r.id"
    )
    .fetch_all(db)
    .await
}

/// Names of the delivery methods in French and English.
pub async fn list_method_names(db: impl PgExecutor<'_>) -> sqlx::Result<HashMap<String, (String, String)>> {
    let rows = sqlx::query!("select code, name_fr, name_en from shipping_methods").fetch_all(db).await?;
    Ok(rows.into_iter().map(|r| (r.code, (r.name_fr, r.name_en))).collect())
}

/// VAT in basis points by country and class, as of today.
pub async fn list_tax_rates(db: impl PgExecutor<'_>) -> sqlx::Result<HashMap<(String, String), i32>> {
    let rows = sqlx::query!(
        r#"select distinct on (country, tax_class) country::text as "country!", tax_class, rate_bp from tax_rates
            where valid_from <= current_date order by country, tax_class, valid_from desc"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| ((r.country, r.tax_class), r.rate_bp)).collect())
}

pub async fn insert_orders(tx: &mut PgConnection, rows: &OrderRows<'_>) -> sqlx::Result<()> {
    let orders = json(&rows.orders)?;
    insert_carts(tx, &orders).await?;
    insert_order_heads(tx, &orders).await?;
    insert_lines(tx, &rows.lines).await?;
    insert_events(tx, &rows.events).await?;
    insert_payments(tx, &rows.payments).await?;
    insert_fulfilments(tx, &rows.fulfilments).await?;
    insert_reservations(tx, &rows.reservations).await
}

async fn insert_carts(tx: &mut PgConnection, orders: &Value) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into carts (id, token, user_id, lang, email, phone, shipping_address, billing_address, shipping_method,
                            payment_method, created_at, updated_at, completed_at)
         overriding system value
         select r.cart_id, gen_random_uuid(), r.user_id, r.lang, r.email, r.phone, r.address, r.address,
                r.shipping_method, r.payment_method, r.at - interval '9 minutes', r.at, r.at
         from jsonb_to_recordset($1)
              as r(cart_id bigint, user_id bigint, lang text, email citext, phone text, address jsonb,
                   shipping_method text, payment_method text, at timestamptz)",
        orders
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_order_heads(tx: &mut PgConnection, orders: &Value) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into orders (id, number, token, cart_id, idempotency_key, user_id, email, phone, lang, items_cents,
                             shipping_cents, total_cents, tax_cents, shipping_tax_bp, order_state, payment_state,
                             fulfilment_state, payment_method, shipping_method, shipping_name, shipping_address,
                             billing_address, customer_note, terms_version, version, placed_at, request_id)
         overriding system value
         select r.id, 'SM-' || nextval('order_numbers'), gen_random_uuid(), r.cart_id, c.idempotency_key, r.user_id,
                r.email, r.phone, r.lang, r.items_cents, r.shipping_cents, r.items_cents + r.shipping_cents,
                r.tax_cents, r.shipping_tax_bp, r.order_state, r.payment_state, r.fulfilment_state,
                r.payment_method, r.shipping_method, r.shipping_name, r.address, r.address, r.note,
                r.terms_version, r.version, r.at, ''
         from (select * from jsonb_to_recordset($1)
                    as j(id bigint, cart_id bigint, user_id bigint, email citext, phone text, lang text,
                         items_cents bigint, shipping_cents bigint, tax_cents bigint, shipping_tax_bp int,
                         order_state text, payment_state text, fulfilment_state text, payment_method text,
                         shipping_method text, shipping_name text, address jsonb, note text, terms_version int,
                         version int, at timestamptz)
                order by at, id) r
         join carts c on c.id = r.cart_id
         order by r.at, r.id",
        orders
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_lines(tx: &mut PgConnection, rows: &[LineRow<'_>]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into order_lines (id, order_id, position, variant_id, product_id, sku, title, options, image_key,
                                  image_kind, quantity, unit_price_cents, line_total_cents, tax_rate_bp, tax_cents,
                                  ecotax_cents, weight_g)
         overriding system value
         select r.id, r.order_id, r.position, r.variant_id, r.product_id, r.sku, r.title, r.options, r.image_key,
                r.image_kind, r.quantity, r.unit_price_cents, r.unit_price_cents * r.quantity, r.tax_rate_bp,
                r.tax_cents, r.ecotax_cents, r.weight_g
         from jsonb_to_recordset($1)
              as r(id bigint, order_id bigint, position smallint, variant_id bigint, product_id bigint, sku text,
                   title text, options text, image_key text, image_kind text, quantity int,
                   unit_price_cents bigint, tax_rate_bp int, tax_cents bigint, ecotax_cents int, weight_g int)",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_events(tx: &mut PgConnection, rows: &[EventRow]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into order_events (order_id, kind, actor, actor_name, public, data, at)
         select r.order_id, r.kind, r.actor, r.actor_name, r.public, r.data, r.at
         from jsonb_to_recordset($1) as r(order_id bigint, kind text, actor text, actor_name text, public boolean,
                                          data jsonb, at timestamptz)
         order by r.at, r.order_id",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_payments(tx: &mut PgConnection, rows: &[PaymentRow]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into payments (order_id, method, amount_cents, state, reference, captured_at, created_at)
         select r.order_id, r.method, r.amount_cents, r.state, r.reference, r.captured_at, r.at
         from jsonb_to_recordset($1) as r(order_id bigint, method text, amount_cents bigint, state text,
                                          reference text, captured_at timestamptz, at timestamptz)",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_fulfilments(tx: &mut PgConnection, rows: &[FulfilmentRow]) -> sqlx::Result<()> {
    sqlx::query!(
        "with sent as (
             insert into fulfilments (id, order_id, carrier, tracking, state, created_at)
             overriding system value
             select r.id, r.order_id, r.carrier, r.tracking, r.state, r.at
             from jsonb_to_recordset($1) as r(id bigint, order_id bigint, carrier text, tracking text, state text,
                                              at timestamptz)
             returning id, order_id
         )
         insert into fulfilment_lines (fulfilment_id, order_line_id, quantity)
         select s.id, l.id, l.quantity from sent s join order_lines l on l.order_id = s.order_id",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_reservations(tx: &mut PgConnection, rows: &[ReservationRow]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into reservations (order_id, variant_id, quantity, created_at)
         select r.order_id, r.variant_id, r.quantity, r.at
         from jsonb_to_recordset($1) as r(order_id bigint, variant_id bigint, quantity int, at timestamptz)",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}
