//! What stands under and around the goods: stock with its ledger, reviews, visits, sales.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::json;
use crate::ledger::Movement;
use crate::reviews::Row as ReviewRow;

#[derive(Serialize)]
pub struct LevelRow {
    pub variant_id: i64,
    pub on_hand: i32,
    pub reserved: i32,
}

#[derive(Serialize)]
pub struct ViewRow {
    pub product_id: i64,
    pub day: NaiveDate,
    pub views: i32,
}

/// The levels and the ledger that explains them.
pub async fn insert_stock(
    tx: &mut PgConnection,
    levels: &[LevelRow],
    moves: &[Movement],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into stock_levels (variant_id, on_hand, reserved)
         select r.variant_id, r.on_hand, r.reserved
         from jsonb_to_recordset($1) as r(variant_id bigint, on_hand int, reserved int)",
        json(levels)?
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into stock_movements (variant_id, delta, reason, order_id, actor, at)
         select r.variant_id, r.delta, r.reason, r.order_id, r.actor, r.at
         from jsonb_to_recordset($1) as r(variant_id bigint, delta int, reason text, order_id bigint, actor text,
                                          at timestamptz)
         order by r.at, r.variant_id",
        json(moves)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn insert_reviews(tx: &mut PgConnection, rows: &[ReviewRow]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into reviews (product_id, user_id, author, lang, rating, title, body, verified, status, created_at)
         select r.product_id, r.user_id, r.author, r.lang, r.rating, r.title, r.body, r.verified, r.status, r.at
         from jsonb_to_recordset($1)
              as r(product_id bigint, user_id bigint, author text, lang text, rating smallint, title text, body text,
                   verified boolean, status text, at timestamptz)
         order by r.at",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn insert_views(tx: &mut PgConnection, rows: &[ViewRow]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into product_views (product_id, day, views)
         select r.product_id, r.day, r.views
         from jsonb_to_recordset($1) as r(product_id bigint, day date, views int)
         on conflict do nothing",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What was sold in the last 30 days, cancelled orders left out.
pub async fn set_sales(tx: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update products p set sales_30d = s.n
           from (select l.product_id, sum(l.quantity)::int as n
                   from order_lines l join orders o on o.id = l.order_id
                  where o.order_state <> 'cancelled' and o.placed_at > $1::timestamptz - interval '30 days'
                  group by l.product_id) s
          where p.id = s.product_id",
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}
