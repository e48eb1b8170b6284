//! SQL of `payments`.

use sqlx::{PgConnection, PgExecutor};

use super::model::Payment;

/// The payments of an order, oldest first.
pub async fn list_payments(db: impl PgExecutor<'_>, order_id: i64) -> sqlx::Result<Vec<Payment>> {
    sqlx::query_as!(
        Payment,
        "select id, method, amount_cents, state, reference, captured_at from payments where order_id = $1 order by id",
        order_id
    )
    .fetch_all(db)
    .await
}

/// The pending payment of an order is captured; says how many rows that were.
pub async fn capture(tx: &mut PgConnection, order_id: i64, reference: &str) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "update payments set state = 'captured', captured_at = now(), reference = $2
          where order_id = $1 and state = 'pending'",
        order_id,
        reference
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// Pending payments are void, captured ones are to be given back.
pub async fn close(tx: &mut PgConnection, order_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update payments set state = case state when 'pending' then 'voided' else 'refunded' end
          where order_id = $1 and state in ('pending', 'captured')",
        order_id
    )
    .execute(tx)
    .await?;
    Ok(())
}
