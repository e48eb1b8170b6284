//! SQL of [`crate::recommend`].

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// What tells whether there is something new to learn.
#[derive(Debug)]
pub struct State {
    pub orders: i64,
    pub last: Option<DateTime<Utc>>,
}

pub async fn get_state(db: impl PgExecutor<'_>) -> sqlx::Result<State> {
    sqlx::query_as!(
        State,
        r#"select count(*) as "orders!", max(placed_at) as last from orders where order_state <> 'cancelled'"#
    )
    .fetch_one(db)
    .await
}

/// A product in an order of a person, who is a number that means nothing outside of this answer.
#[derive(Debug)]
pub struct Bought {
    pub person: i64,
    pub order_id: i64,
    pub product_id: i64,
}

/// Two years of orders, by person, oldest first.
pub async fn list_bought(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Bought>> {
    sqlx::query_as!(
        Bought,
        r#"select dense_rank() over (order by coalesce('u' || o.user_id, o.email::text)) as "person!",
               o.id as "order_id!", l.product_id as "product_id!"
           from orders o join (select distinct order_id, product_id from order_lines where product_id is not null) l
               on l.order_id = o.id
           where o.order_state <> 'cancelled' and o.placed_at > now() - interval '2 years'
           order by 1, o.placed_at, o.id, l.product_id"#
    )
    .fetch_all(db)
    .await
}

/// Products of a customer's last orders, newest first.
pub async fn list_own(db: impl PgExecutor<'_>, user_id: i64, limit: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select l.product_id as "id!"
           from (select id, placed_at from orders where user_id = $1 and order_state <> 'cancelled'
                 order by placed_at desc limit 20) o
           join order_lines l on l.order_id = o.id and l.product_id is not null
           group by l.product_id order by max(o.placed_at) desc, l.product_id limit $2"#,
        user_id,
        limit
    )
    .fetch_all(db)
    .await
}
