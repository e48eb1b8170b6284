//! Lists of orders.

use chrono::{DateTime, Utc};
use kit::paging::Page;
use sqlx::PgExecutor;

use super::super::model::{Filter, FulfilmentState, OrderRow, OrderState, PaymentState};

/// `%words%` with the wildcards of LIKE taken literally.
fn pattern(words: Option<&str>) -> Option<String> {
    let words = words.map(str::trim).filter(|w| !w.is_empty())?;
    Some(format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")))
}

/// Orders of a filter, newest first.
pub async fn list_orders(db: impl PgExecutor<'_>, f: &Filter, page: Page) -> sqlx::Result<Vec<OrderRow>> {
    sqlx::query_as!(
        OrderRow,
        r#"select o.id, o.number, o.token, o.placed_at, o.shipping_address ->> 'name' as "name!", o.email::text as "email!",
                  o.shipping_address ->> 'city' as "city!", o.shipping_address ->> 'country' as "country!", o.total_cents,
                  o.order_state as "order_state: OrderState", o.payment_state as "payment_state: PaymentState",
                  o.fulfilment_state as "fulfilment_state: FulfilmentState", o.payment_method, o.shipping_method,
                  o.shipping_name, l.articles as "articles!", l.first_title as "first_title!", l.pictures as "pictures!",
                  o.version
             from orders o
             cross join lateral (
               select coalesce(sum(quantity), 0) as articles,
                      coalesce((array_agg(title order by position))[1], '') as first_title,
                      coalesce((array_agg(image_key || '|' || image_kind order by position)
                                filter (where image_key <> ''))[1:3], '{}') as pictures
                 from order_lines where order_id = o.id) l
            where ($1::text is null or o.number ilike $1 or o.email::text ilike $1
                   or fold(o.shipping_address ->> 'name') like fold($1))
              and ($2::text is null or o.order_state = $2)
              and ($3::text is null or o.payment_state = $3)
              and ($4::text is null or o.fulfilment_state = $4)
              and ($5::text is null or o.payment_method = $5)
              and ($6::text is null or o.shipping_method = $6)
              and ($7::timestamptz is null or o.placed_at >= $7)
              and ($8::timestamptz is null or o.placed_at < $8)
              and ($9::bigint is null or o.user_id = $9)
              and (not $10 or (o.order_state = 'open' and o.fulfilment_state in ('unfulfilled', 'in_preparation')
                               and (o.payment_state = 'paid' or o.payment_method = 'cash_on_delivery')))
            order by o.placed_at desc, o.id desc limit $11 offset $12"#,
        pattern(f.words.as_deref()),
        f.order_state.map(OrderState::code),
        f.payment_state.map(PaymentState::code),
        f.fulfilment_state.map(FulfilmentState::code),
        f.payment_method,
        f.shipping_method,
        f.from,
        f.until,
        f.user_id,
        f.to_prepare,
        page.limit(),
        page.offset()
    )
    .fetch_all(db)
    .await
}

/// How many orders a filter finds, and their sum in cents.
pub async fn count_orders(db: impl PgExecutor<'_>, f: &Filter) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) as "n!", coalesce(sum(o.total_cents), 0)::bigint as "sum!"
             from orders o
            where ($1::text is null or o.number ilike $1 or o.email::text ilike $1
                   or fold(o.shipping_address ->> 'name') like fold($1))
              and ($2::text is null or o.order_state = $2)
              and ($3::text is null or o.payment_state = $3)
              and ($4::text is null or o.fulfilment_state = $4)
              and ($5::text is null or o.payment_method = $5)
              and ($6::text is null or o.shipping_method = $6)
              and ($7::timestamptz is null or o.placed_at >= $7)
              and ($8::timestamptz is null or o.placed_at < $8)
              and ($9::bigint is null or o.user_id = $9)
              and (not $10 or (o.order_state = 'open' and o.fulfilment_state in ('unfulfilled', 'in_preparation')
                               and (o.payment_state = 'paid' or o.payment_method = 'cash_on_delivery')))"#,
        pattern(f.words.as_deref()),
        f.order_state.map(OrderState::code),
        f.payment_state.map(PaymentState::code),
        f.fulfilment_state.map(FulfilmentState::code),
        f.payment_method,
        f.shipping_method,
        f.from,
        f.until,
        f.user_id,
        f.to_prepare
    )
    .fetch_one(db)
    .await?;
    Ok((row.n, row.sum))
}

/// The orders of a person: those made while signed in, and those made as a guest with their verified address.
pub async fn list_of_customer(
    db: impl PgExecutor<'_>,
    user_id: i64,
    verified_email: Option<&str>,
    page: Page,
) -> sqlx::Result<Vec<OrderRow>> {
    sqlx::query_as!(
        OrderRow,
        r#"select o.id, o.number, o.token, o.placed_at, o.shipping_address ->> 'name' as "name!", o.email::text as "email!",
                  o.shipping_address ->> 'city' as "city!", o.shipping_address ->> 'country' as "country!", o.total_cents,
                  o.order_state as "order_state: OrderState", o.payment_state as "payment_state: PaymentState",
                  o.fulfilment_state as "fulfilment_state: FulfilmentState", o.payment_method, o.shipping_method,
                  o.shipping_name, l.articles as "articles!", l.first_title as "first_title!", l.pictures as "pictures!",
                  o.version
             from orders o
             cross join lateral (
               select coalesce(sum(quantity), 0) as articles,
                      coalesce((array_agg(title order by position))[1], '') as first_title,
                      coalesce((array_agg(image_key || '|' || image_kind order by position)
                                filter (where image_key <> ''))[1:3], '{}') as pictures
                 from order_lines where order_id = o.id) l
            where o.user_id = $1 or (o.user_id is null and o.email = $2::text::citext)
            order by o.placed_at desc, o.id desc limit $3 offset $4"#,
        user_id,
        verified_email,
        page.limit(),
        page.offset()
    )
    .fetch_all(db)
    .await
}

pub async fn count_of_customer(
    db: impl PgExecutor<'_>,
    user_id: i64,
    verified_email: Option<&str>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from orders o
            where o.user_id = $1 or (o.user_id is null and o.email = $2::text::citext)"#,
        user_id,
        verified_email
    )
    .fetch_one(db)
    .await
}

/// Open orders that nobody paid since `before` and that wait for money: (id), oldest first.
pub async fn list_unpaid(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select id from orders
          where order_state = 'open' and payment_state = 'awaiting' and payment_method <> 'cash_on_delivery'
            and fulfilment_state in ('unfulfilled', 'in_preparation') and placed_at < $1
          order by placed_at limit $2",
        before,
        limit
    )
    .fetch_all(db)
    .await
}
