//! All SQL of the demo shop, by topic. Rows go in as one JSON array for each table, so that a table costs one statement.

pub(crate) mod goods;
pub(crate) mod history;
pub(crate) mod media;
pub(crate) mod pages;
pub(crate) mod people;
pub(crate) mod shelf;
pub(crate) mod wipe;

use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

/// As many fresh ids of a table: rows that point at each other can then be written together.
pub async fn take_ids(db: impl PgExecutor<'_>, table: &str, n: usize) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select nextval(pg_get_serial_sequence($1, 'id')::regclass) as "id!" from generate_series(1, $2::bigint)"#,
        table,
        n as i64
    )
    .fetch_all(db)
    .await
}

/// Fresh figures for the planner after so many rows.
pub async fn analyze(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("analyze").execute(db).await?;
    Ok(())
}

/// One seeding at a time; the others wait.
pub async fn lock(tx: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('smartmarket demo'))").execute(tx).await?;
    Ok(())
}

fn json<T: Serialize>(rows: &[T]) -> sqlx::Result<Value> {
    serde_json::to_value(rows).map_err(|e| sqlx::Error::Encode(e.into()))
}
