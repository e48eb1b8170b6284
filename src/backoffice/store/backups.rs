//! The record of backups, read only: `ops` writes it.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// A backup or a trial restore.
pub struct Run {
    pub kind: String,
    pub name: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// None while it runs.
    pub ok: Option<bool>,
    pub bytes: i64,
    pub error: String,
}

/// Newest first.
pub async fn list_backups(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<Run>> {
    sqlx::query_as!(
        Run,
        "select kind, name, started_at, finished_at, ok, bytes, error
           from backup_runs order by started_at desc, id desc limit $1",
        limit
    )
    .fetch_all(db)
    .await
}
