//! What was backed up and restored on trial, good or bad. Owns the table `backup_runs`.

use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
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

/// From the table, and from what scripts wrote beside the backups: a restored database knows nothing of backups made
/// after its own.
pub async fn known(db: impl PgExecutor<'_>, dir: &Path) -> sqlx::Result<Ages> {
    let mut ages = store::get_ages(db).await?;
    let told = std::fs::read(dir.join("status.json")).ok();
    if let Some(status) = told.and_then(|bytes| serde_json::from_slice::<Status>(&bytes).ok()) {
        status.add_to(&mut ages, SystemTime::now());
    }
    Ok(ages)
}

/// `status.json` of the backup folder.
#[derive(Deserialize)]
struct Status {
    backup: Option<Told>,
    verified: Option<Told>,
}

#[derive(Deserialize)]
struct Told {
    /// Seconds since 1970.
    at: u64,
}

impl Status {
    fn add_to(&self, ages: &mut Ages, now: SystemTime) {
        let age = |told: &Option<Told>| {
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(told.as_ref()?.at);
            // A clock that was set back makes no backup older than it is.
            Some(now.duration_since(at).unwrap_or_default().as_secs_f64())
        };
        let younger = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        ages.last_backup_s = younger(ages.last_backup_s, age(&self.backup));
        ages.last_verified_s = younger(ages.last_verified_s, age(&self.verified));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_scripts_wrote_counts_when_it_is_younger() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let status: Status =
            serde_json::from_str(r#"{"backup":{"at":999000,"name":"b","seconds":3},"restored":{"at":1}}"#)
                .unwrap();
        let mut ages = Ages { last_backup_s: Some(5_000.0), last_verified_s: Some(9.0), ..Ages::default() };
        status.add_to(&mut ages, now);
        assert_eq!((ages.last_backup_s, ages.last_verified_s), (Some(1_000.0), Some(9.0)));
    }
}
