//! What was backed up and restored on trial, good or bad. Owns the table `backup_runs`.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgExecutor;

use crate::store::backups as store;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A backup was written.
    Backup,
    /// A backup was restored into a scratch database and compared.
    Verify,
}

impl Kind {
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Backup => "backup",
            Kind::Verify => "verify",
        }
    }
}

/// One run.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    pub id: i64,
    pub kind: String,
    pub name: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// None while it runs.
    pub ok: Option<bool>,
    pub bytes: i64,
    pub error: String,
}

/// How long ago something last went well, in database time.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Ages {
    pub last_backup_s: Option<f64>,
    pub last_verified_s: Option<f64>,
    /// The newest run of each kind failed.
    pub backup_failed: bool,
    pub verify_failed: bool,
}

/// Newest first.
pub async fn list(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<Run>> {
    store::list_runs(db, limit).await
}

pub async fn ages(db: impl PgExecutor<'_>) -> sqlx::Result<Ages> {
    store::get_ages(db).await
}

/// The newest backup that went well: what a trial restore takes.
pub async fn last_good(db: impl PgExecutor<'_>) -> sqlx::Result<Option<String>> {
    store::find_last_good(db).await
}

/// Writes down that a run begins; what an earlier one left open was interrupted.
pub async fn start(conn: &mut sqlx::PgConnection, kind: Kind, name: &str) -> sqlx::Result<i64> {
    store::close_interrupted(&mut *conn, kind.code()).await?;
    store::insert_run(conn, kind.code(), name).await
}

/// Writes down how a run ended: its size, or what went wrong.
pub async fn finish(db: impl PgExecutor<'_>, id: i64, outcome: Result<i64, &str>) -> sqlx::Result<()> {
    let (ok, bytes, error) = match outcome {
        Ok(bytes) => (true, bytes, ""),
        Err(error) => (false, 0, error),
    };
    store::finish_run(db, id, ok, bytes, error).await
}
