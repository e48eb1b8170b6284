//! Reading one order.

use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::super::model::{
    Fulfilment, FulfilmentState, Order, OrderEvent, OrderLine, OrderState, PaymentState,
};

/// By id, by token or by number: exactly one is given.
async fn find(
    db: impl PgExecutor<'_>,
    id: Option<i64>,
    token: Option<Uuid>,
    number: Option<&str>,
) -> sqlx::Result<Option<Order>> {
    sqlx::query_as!(
        Order,
        r#"select id, number, token, user_id, email::text as "email!", phone, lang, items_cents, shipping_cents,
                  total_cents, tax_cents, shipping_tax_bp, order_state as "order_state: OrderState",
                  payment_state as "payment_state: PaymentState",
                  fulfilment_state as "fulfilment_state: FulfilmentState", payment_method, shipping_method,
                  shipping_name, shipping_address as "shipping_address: _", billing_address as "billing_address: _",
                  terms_version, version, placed_at
             from orders where id = $1 or token = $2 or number = $3"#,
        id,
        token,
        number
    )
    .fetch_optional(db)
    .await
}

pub async fn find_by_id(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<Order>> {
    find(db, Some(id), None, None).await
}

pub async fn find_by_token(db: impl PgExecutor<'_>, token: Uuid) -> sqlx::Result<Option<Order>> {
    find(db, None, Some(token), None).await
}

pub async fn find_by_number(db: impl PgExecutor<'_>, number: &str) -> sqlx::Result<Option<Order>> {
    find(db, None, None, Some(number)).await
}

/// The token of the order that was made from this cart or under this key.
pub async fn find_token(
    db: impl PgExecutor<'_>,
    cart_id: Option<i64>,
    key: Option<Uuid>,
) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("select token from orders where cart_id = $1 or idempotency_key = $2", cart_id, key)
        .fetch_optional(db)
        .await
}

/// The token of an order whose number and e-mail somebody knows.
pub async fn find_token_of(db: impl PgExecutor<'_>, number: &str, email: &str) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "select token from orders where number = $1 and email = $2::text::citext",
        number,
        email
    )
    .fetch_optional(db)
    .await
}

/// Locks an order; its reservations, payments and parcels may be changed only under this lock.
pub async fn lock(tx: &mut PgConnection, id: i64) -> sqlx::Result<Option<Order>> {
    let found = sqlx::query_scalar!("select id from orders where id = $1 for no key update", id)
        .fetch_optional(&mut *tx)
        .await?;
    match found {
        Some(id) => find_by_id(tx, id).await,
        None => Ok(None),
    }
}

pub async fn list_lines(db: impl PgExecutor<'_>, order_id: i64) -> sqlx::Result<Vec<OrderLine>> {
    sqlx::query_as!(
        OrderLine,
        "select id, position, variant_id, product_id, sku, title, options, image_key, image_kind, quantity,
                unit_price_cents, line_total_cents, tax_rate_bp, tax_cents, ecotax_cents, weight_g
           from order_lines where order_id = $1 order by position",
        order_id
    )
    .fetch_all(db)
    .await
}

pub async fn list_events(db: impl PgExecutor<'_>, order_id: i64) -> sqlx::Result<Vec<OrderEvent>> {
    sqlx::query_as!(
        OrderEvent,
        "select seq, kind, actor, actor_name, public, data, at from order_events where order_id = $1 order by seq",
        order_id
    )
    .fetch_all(db)
    .await
}

pub async fn list_fulfilments(db: impl PgExecutor<'_>, order_id: i64) -> sqlx::Result<Vec<Fulfilment>> {
    sqlx::query_as!(
        Fulfilment,
        "select id, carrier, tracking, state, created_at from fulfilments where order_id = $1 order by id",
        order_id
    )
    .fetch_all(db)
    .await
}
