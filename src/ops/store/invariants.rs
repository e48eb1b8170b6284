//! SQL that counts what must not be.

use sqlx::PgExecutor;

pub struct Faults {
    pub oversold: i64,
    pub wrong_total: i64,
    pub doubled_carts: i64,
    pub orphan_captures: i64,
    pub confirmations: i64,
    pub late_jobs: i64,
    pub leaseless_jobs: i64,
    pub stale_reservations: i64,
}

/// In one statement, so that all counts are of one moment. A confirmation is a job row; it is looked for in the week that
/// finished rows are kept.
pub async fn count_faults(db: impl PgExecutor<'_>) -> sqlx::Result<Faults> {
    sqlx::query_as!(
        Faults,
        r#"select
             (select coalesce(sum(greatest(reserved - on_hand, 0)), 0) from stock_levels) as "oversold!",
             (select count(*) from orders where total_cents <> items_cents + shipping_cents) as "wrong_total!",
             (select count(*) from (select cart_id from orders group by 1 having count(*) > 1) d) as "doubled_carts!",
             (select count(*) from payments p left join orders o on o.id = p.order_id
               where p.state = 'captured' and o.id is null) as "orphan_captures!",
             (select count(*) from orders o
               where o.placed_at > now() - interval '6 days'
                 and (select count(*) from jobs j
                       where j.topic = 'email.order_confirmation'
                         and (j.payload ->> 'order_id')::bigint = o.id) > 1) as "confirmations!",
             (select count(*) from jobs where state = 'ready' and run_at < now() - interval '60 seconds') as "late_jobs!",
             (select count(*) from jobs where state = 'running' and lease_until < now() - interval '60 seconds')
               as "leaseless_jobs!",
             (select count(*) from reservations where expires_at < now() - interval '5 minutes') as "stale_reservations!""#
    )
    .fetch_one(db)
    .await
}
