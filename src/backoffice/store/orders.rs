//! Lists of orders.

use sqlx::{PgExecutor, PgPool};

use crate::model::{Activity, OrderFilter, OrderRow, TabCounts};

/// The orders of a filter, one page of them, or those of `ids` that it lets through. With how many there are in all.
pub async fn list_orders(
    db: impl PgExecutor<'_>,
    filter: &OrderFilter,
    ids: Option<&[i64]>,
    limit: i64,
    offset: i64,
) -> sqlx::Result<(Vec<OrderRow>, i64)> {
    let words = filter.words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows = sqlx::query!(
        r#"with hit as (
             select o.id, count(*) over () as total, o.placed_at, o.total_cents, r.ready_at
             from orders o
             cross join lateral (select case when o.payment_method = 'cash_on_delivery' then o.placed_at
                else (select min(p.captured_at) from payments p where p.order_id = o.id and p.state = 'captured') end as ready_at) r
             where ($1::bigint[] is null or o.id = any($1))
               and case $2::text
                     when 'a-traiter' then o.order_state = 'open' and o.fulfilment_state = 'unfulfilled'
                     when 'preparation' then o.order_state = 'open' and o.fulfilment_state = 'in_preparation'
                     when 'expediees' then o.order_state <> 'cancelled' and o.fulfilment_state = 'fulfilled'
                     when 'livrees' then o.order_state <> 'cancelled' and o.fulfilment_state = 'delivered'
                     when 'annulees' then o.order_state = 'cancelled'
                     else true end
               and ($3::text = '' or o.number ilike '%' || $3 || '%' or o.email::text ilike '%' || $3 || '%'
                    or fold(o.shipping_address->>'name') like fold('%' || $3 || '%')
                    or o.shipping_address->>'postal_code' like $3 || '%')
               and ($4::text = '' or o.shipping_method = $4)
               and ($5::text = '' or o.payment_state = $5)
             order by case when $6::text = 'total' then o.total_cents end desc,
                      case when $6 = 'depart' then r.ready_at end asc nulls last,
                      o.placed_at desc, o.id desc
             limit $7 offset $8)
           select o.id, o.number, o.placed_at, o.shipping_address->>'name' as "name!", o.shipping_address->>'city' as "city!",
                  o.shipping_method, o.shipping_name, o.payment_method, o.order_state, o.payment_state,
                  o.fulfilment_state, o.total_cents, o.version, h.ready_at, h.total as "total!",
                  (select coalesce(sum(l.quantity), 0) from order_lines l where l.order_id = o.id) as "units!",
                  array(select l.image_key || '|' || l.image_kind from order_lines l
                        where l.order_id = o.id and l.image_key <> '' order by l.position limit 3) as "images!"
           from hit h join orders o on o.id = h.id
           order by case when $6 = 'total' then o.total_cents end desc,
                    case when $6 = 'depart' then h.ready_at end asc nulls last,
                    o.placed_at desc, o.id desc"#,
        ids,
        filter.tab.code(),
        words,
        filter.mode,
        filter.payment,
        filter.sort,
        limit,
        offset
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |r| r.total);
    let rows = rows
        .into_iter()
        .map(|r| OrderRow {
            id: r.id,
            number: r.number,
            placed_at: r.placed_at,
            name: r.name,
            city: r.city,
            shipping_method: r.shipping_method,
            shipping_name: r.shipping_name,
            payment_method: r.payment_method,
            order_state: r.order_state,
            payment_state: r.payment_state,
            fulfilment_state: r.fulfilment_state,
            total_cents: r.total_cents,
            version: r.version,
            units: r.units,
            images: r.images,
            ready_at: r.ready_at,
        })
        .collect();
    Ok((rows, total))
}

pub async fn count_tabs(db: impl PgExecutor<'_>) -> sqlx::Result<TabCounts> {
    sqlx::query_as!(
        TabCounts,
        r#"select count(*) filter (where order_state = 'open' and fulfilment_state = 'unfulfilled') as "to_do!",
                  count(*) filter (where order_state = 'open' and fulfilment_state = 'in_preparation') as "preparing!",
                  count(*) filter (where order_state <> 'cancelled' and fulfilment_state = 'fulfilled') as "sent!",
                  count(*) filter (where order_state <> 'cancelled' and fulfilment_state = 'delivered') as "delivered!",
                  count(*) filter (where order_state = 'cancelled') as "cancelled!",
                  count(*) as "all!"
           from orders"#
    )
    .fetch_one(db)
    .await
}

/// Open orders that nobody has begun: the number in the navigation.
pub async fn count_to_do(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from orders where order_state = 'open' and fulfilment_state = 'unfulfilled'"#
    )
    .fetch_one(db)
    .await
}

/// What happened last, newest first.
pub async fn list_activity(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<Activity>> {
    sqlx::query_as!(
        Activity,
        "select e.seq, e.order_id, o.number, e.kind, e.actor_name, e.at
         from order_events e join orders o on o.id = e.order_id order by e.seq desc limit $1",
        limit
    )
    .fetch_all(db)
    .await
}

/// The ways of delivery that exist, for the filter.
pub async fn list_methods(db: &PgPool) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!("select code, name_fr from shipping_methods where active order by position")
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|r| (r.code, r.name_fr)).collect())
}

/// What staff look for by a number: the order's id, if the words name one order exactly.
pub async fn find_by_number(db: impl PgExecutor<'_>, number: &str) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select id from orders where upper(number) = upper($1)", number)
        .fetch_optional(db)
        .await
}
