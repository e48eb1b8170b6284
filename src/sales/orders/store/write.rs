//! Inserting and changing orders.

use serde::Serialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use kit::address::Address;

use super::super::model::{Actor, FulfilmentState, OrderState, PaymentState};

/// What is needed to insert an order, computed by the checkout.
#[derive(Debug)]
pub struct NewOrder<'a> {
    pub token: Uuid,
    pub cart_id: i64,
    pub key: Uuid,
    pub user_id: Option<i64>,
    pub email: &'a str,
    pub phone: &'a str,
    pub lang: &'static str,
    pub items_cents: i64,
    pub shipping_cents: i64,
    pub tax_cents: i64,
    pub shipping_tax_bp: i32,
    pub payment_method: &'static str,
    pub shipping_method: &'a str,
    pub shipping_name: &'a str,
    pub shipping_address: &'a Address,
    pub billing_address: &'a Address,
    pub terms_version: i32,
    pub request_id: &'a str,
}

/// A line to insert, with the names of the columns.
#[derive(Debug, Serialize)]
pub struct NewLine {
    pub position: i16,
    pub variant_id: i64,
    pub product_id: i64,
    pub sku: String,
    pub title: String,
    pub options: String,
    pub image_key: String,
    pub image_kind: String,
    pub quantity: i32,
    pub unit_price_cents: i64,
    pub line_total_cents: i64,
    pub tax_rate_bp: i32,
    pub tax_cents: i64,
    pub ecotax_cents: i32,
    pub weight_g: i32,
}

/// Inserts an order and gives it its number. The unique constraints refuse a second order of the same cart or key.
pub async fn insert_order(tx: &mut PgConnection, o: &NewOrder<'_>) -> sqlx::Result<(i64, String)> {
    let total = o.items_cents + o.shipping_cents;
    let paid = if total == 0 { PaymentState::Paid } else { PaymentState::Awaiting };
    let row = sqlx::query!(
        "insert into orders (number, token, cart_id, idempotency_key, user_id, email, phone, lang, items_cents,
                             shipping_cents, total_cents, tax_cents, shipping_tax_bp, payment_state, payment_method,
                             shipping_method, shipping_name, shipping_address, billing_address, terms_version, request_id)
         values ('SM-' || nextval('order_numbers'), $1, $2, $3, $4, $5::text::citext, $6, $7, $8, $9, $10, $11, $12, $13,
                 $14, $15, $16, $17, $18, $19, $20)
         returning id, number",
        o.token,
        o.cart_id,
        o.key,
        o.user_id,
        o.email,
        o.phone,
        o.lang,
        o.items_cents,
        o.shipping_cents,
        total,
        o.tax_cents,
        o.shipping_tax_bp,
        paid.code(),
        o.payment_method,
        o.shipping_method,
        o.shipping_name,
        Json(o.shipping_address) as _,
        Json(o.billing_address) as _,
        o.terms_version,
        o.request_id
    )
    .fetch_one(tx)
    .await?;
    Ok((row.id, row.number))
}

/// Lines, payment and the first event of an order; the cart is done. One statement.
pub async fn insert_order_parts(
    tx: &mut PgConnection,
    order_id: i64,
    cart_id: i64,
    lines: &[NewLine],
    payment_method: &str,
    total_cents: i64,
    actor: &Actor,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with l as (
           insert into order_lines (order_id, position, variant_id, product_id, sku, title, options, image_key, image_kind,
                                    quantity, unit_price_cents, line_total_cents, tax_rate_bp, tax_cents, ecotax_cents, weight_g)
           select $1, x.position, x.variant_id, x.product_id, x.sku, x.title, x.options, x.image_key, x.image_kind,
                  x.quantity, x.unit_price_cents, x.line_total_cents, x.tax_rate_bp, x.tax_cents, x.ecotax_cents, x.weight_g
             from jsonb_to_recordset($2) as x(position smallint, variant_id bigint, product_id bigint, sku text, title text,
                  options text, image_key text, image_kind text, quantity int, unit_price_cents bigint,
                  line_total_cents bigint, tax_rate_bp int, tax_cents bigint, ecotax_cents int, weight_g int)),
         p as (insert into payments (order_id, method, amount_cents) select $1, $3, $4::bigint where $4 > 0),
         c as (update carts set completed_at = now(), updated_at = now() where id = $5)
         insert into order_events (order_id, kind, actor, actor_name, data)
         values ($1, 'placed', $6, $7, jsonb_build_object('total_cents', $4::bigint, 'payment', $3::text))",
        order_id,
        Json(lines) as _,
        payment_method,
        total_cents,
        cart_id,
        actor.code,
        actor.name
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// One line more in the story of an order.
pub async fn insert_event(
    tx: &mut PgConnection,
    order_id: i64,
    kind: &str,
    actor: &Actor,
    public: bool,
    data: &serde_json::Value,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into order_events (order_id, kind, actor, actor_name, public, data) values ($1, $2, $3, $4, $5, $6)
         returning seq",
        order_id,
        kind,
        actor.code,
        actor.name,
        public,
        data
    )
    .fetch_one(tx)
    .await
}

/// Every change ends with this: the next one must have seen it.
pub async fn raise_version(tx: &mut PgConnection, order_id: i64) -> sqlx::Result<i32> {
    sqlx::query_scalar!("update orders set version = version + 1 where id = $1 returning version", order_id)
        .fetch_one(tx)
        .await
}

/// Called by `orders::state` only.
pub async fn set_order_state(tx: &mut PgConnection, id: i64, to: OrderState) -> sqlx::Result<()> {
    sqlx::query!("update orders set order_state = $2 where id = $1", id, to.code()).execute(tx).await?;
    Ok(())
}

/// Called by `orders::payment` only.
pub async fn set_payment_state(tx: &mut PgConnection, id: i64, to: PaymentState) -> sqlx::Result<()> {
    sqlx::query!("update orders set payment_state = $2 where id = $1", id, to.code()).execute(tx).await?;
    Ok(())
}

/// Called by `orders::fulfilment` only.
pub async fn set_fulfilment_state(tx: &mut PgConnection, id: i64, to: FulfilmentState) -> sqlx::Result<()> {
    sqlx::query!("update orders set fulfilment_state = $2 where id = $1", id, to.code()).execute(tx).await?;
    Ok(())
}

/// A parcel with all lines of the order.
pub async fn insert_fulfilment(
    tx: &mut PgConnection,
    order_id: i64,
    carrier: &str,
    tracking: &str,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"with f as (insert into fulfilments (order_id, carrier, tracking) values ($1, $2, $3) returning id),
                l as (insert into fulfilment_lines (fulfilment_id, order_line_id, quantity)
                      select f.id, l.id, l.quantity from f, order_lines l where l.order_id = $1)
           select id as "id!" from f"#,
        order_id,
        carrier,
        tracking
    )
    .fetch_one(tx)
    .await
}

pub async fn set_fulfilments(tx: &mut PgConnection, order_id: i64, state: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update fulfilments set state = $2 where order_id = $1 and state <> 'cancelled'",
        order_id,
        state
    )
    .execute(tx)
    .await?;
    Ok(())
}
