//! SQL of the checkout: the cart's row, and the counts of the reconciliation.

use kit::address::Address;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::model::CartRow;

pub async fn find_cart(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<CartRow>> {
    sqlx::query_as!(
        CartRow,
        r#"select id, version, user_id, email::text, phone, shipping_address as "shipping_address: _",
                  billing_address as "billing_address: _", shipping_method, payment_method, idempotency_key as key,
                  completed_at is not null as "completed!"
             from carts where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await
}

/// The same, locked until the end of the transaction: one request at a time orders a cart.
pub async fn lock_cart(tx: &mut PgConnection, id: i64) -> sqlx::Result<Option<CartRow>> {
    sqlx::query_as!(
        CartRow,
        r#"select id, version, user_id, email::text, phone, shipping_address as "shipping_address: _",
                  billing_address as "billing_address: _", shipping_method, payment_method, idempotency_key as key,
                  completed_at is not null as "completed!"
             from carts where id = $1 for no key update"#,
        id
    )
    .fetch_optional(tx)
    .await
}

/// Step 1. False when the cart was ordered meanwhile.
pub async fn set_address(
    db: impl PgExecutor<'_>,
    id: i64,
    email: &str,
    phone: &str,
    shipping: &Address,
    billing: Option<&Address>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update carts set email = $2::text::citext, phone = $3, shipping_address = $4, billing_address = $5,
                version = version + 1, updated_at = now() where id = $1 and completed_at is null",
        id,
        email,
        phone,
        Json(shipping) as _,
        billing.map(Json) as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Step 2.
pub async fn set_shipping(db: impl PgExecutor<'_>, id: i64, method: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update carts set shipping_method = $2, version = version + 1, updated_at = now()
          where id = $1 and completed_at is null",
        id,
        method
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Step 3.
pub async fn set_payment(db: impl PgExecutor<'_>, id: i64, method: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update carts set payment_method = $2, version = version + 1, updated_at = now()
          where id = $1 and completed_at is null",
        id,
        method
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many rows break each rule.
#[derive(Debug)]
pub struct Faults {
    pub without_lines: i64,
    pub wrong_items: i64,
    pub wrong_tax: i64,
    pub without_payment: i64,
    pub captured_twice: i64,
    pub payment_mismatch: i64,
    pub without_confirmation: i64,
    pub unreserved: i64,
    pub still_reserved: i64,
}

pub async fn count_faults(db: impl PgExecutor<'_>) -> sqlx::Result<Faults> {
    sqlx::query_as!(
        Faults,
        r#"with sums as (select o.id, o.items_cents, o.tax_cents, o.shipping_cents, o.shipping_tax_bp,
                                count(l.id) as n, coalesce(sum(l.line_total_cents), 0) as items, coalesce(sum(l.tax_cents), 0) as tax
                           from orders o left join order_lines l on l.order_id = o.id group by o.id),
                waiting as (select o.id from orders o
                             where o.order_state = 'open' and o.fulfilment_state in ('unfulfilled', 'in_preparation'))
           select (select count(*) from sums where n = 0) as "without_lines!",
                  (select count(*) from sums where items <> items_cents) as "wrong_items!",
                  (select count(*) from sums
                    where tax + (shipping_cents::numeric * shipping_tax_bp * 2 + 10000 + shipping_tax_bp)::bigint
                                / (2 * (10000 + shipping_tax_bp)) <> tax_cents) as "wrong_tax!",
                  (select count(*) from orders o where o.total_cents > 0
                      and not exists (select from payments p where p.order_id = o.id)) as "without_payment!",
                  (select count(*) from (select order_id from payments where state = 'captured'
                                          group by 1 having count(*) > 1) x) as "captured_twice!",
                  (select count(*) from orders o join payments p on p.order_id = o.id
                    where (o.payment_state = 'paid') <> (p.state = 'captured')) as "payment_mismatch!",
                  (select count(*) from orders o
                    where o.placed_at > now() - interval '6 days' and o.request_id <> ''
                      and not exists (select from jobs j where j.topic = 'email.order_confirmation'
                                         and j.dedupe_key = 'order:' || o.id)) as "without_confirmation!",
                  (select count(*) from order_lines l join waiting w on w.id = l.order_id
                    where l.variant_id is not null
                      and not exists (select from reservations r where r.order_id = l.order_id and r.variant_id = l.variant_id)
                  ) as "unreserved!",
                  (select count(distinct r.order_id) from reservations r
                    where r.order_id is not null and not exists (select from waiting w where w.id = r.order_id)) as "still_reserved!""#
    )
    .fetch_one(db)
    .await
}
