//! Nightly backup and weekly trial restore: the worker runs the same scripts that people run, and writes down what came
//! of it.
//!
//! Without SCRIPTS_DIR (development) nothing happens. A worker that stops kills the script, which leaves no half backup
//! behind (it writes to `*.partial`); the job then runs again elsewhere.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use jobs::cron::{BadSchedule, CatchUp, Entry, Zone};
use jobs::{Ctx, Done, Job, JobError, Queue, Worker};
use platform::App;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::process::Command;

use crate::backups::{self, Kind};
use crate::purge::{self, Purge};

macro_rules! backup_job {
    ($(#[$doc:meta])* $name:ident, $topic:literal) => {
        $(#[$doc])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub struct $name {}

        impl Job for $name {
            const TOPIC: &'static str = $topic;
            const QUEUE: Queue = Queue::Maintenance;
            const MAX_ATTEMPTS: i32 = 3;
            const TIMEOUT: Duration = Duration::from_secs(3 * 3600);

            /// A disk that was full or a database that was away: not worth asking at once.
            fn backoff(_: i32) -> Duration {
                Duration::from_secs(600)
            }
        }
    };
}

backup_job!(
    /// Writes a backup.
    Backup, "ops.backup");
backup_job!(
    /// Restores the newest good backup into a scratch database and compares.
    VerifyRestore, "ops.verify_restore");

/// Registers the topics of this crate.
pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker.register(backup).register(verify).register(purge::handle)
}

/// Never between two and three: on one night in spring that hour does not exist, in autumn it comes twice.
pub fn schedule() -> Result<Vec<Entry>, BadSchedule> {
    Ok(vec![
        Entry::new("backup", "10 3 * * *", Zone::Paris, CatchUp::Once, |_| Backup {})?,
        Entry::new("verify-restore", "40 4 * * Sun", Zone::Paris, CatchUp::Once, |_| VerifyRestore {})?,
        Entry::new("purge", "50 3 * * *", Zone::Paris, CatchUp::Skip, |_| Purge {})?,
    ])
}

async fn backup(ctx: Ctx<App>, _: Backup) -> Result<Done, JobError> {
    let app = ctx.state();
    let name =
        app.clock.now().with_timezone(&chrono_tz::Europe::Paris).format("backup_%Y%m%d_%H%M%S").to_string();
    let args = [name.clone()];
    run(&ctx, Kind::Backup, &name, "backup.sh", &args).await
}

async fn verify(ctx: Ctx<App>, _: VerifyRestore) -> Result<Done, JobError> {
    let Some(name) = backups::last_good(ctx.pool()).await? else {
        return Done::with(json!({ "skipped": "no backup is known" }));
    };
    let args = ["--verify-only".to_string(), name.clone()];
    run(&ctx, Kind::Verify, &name, "restore.sh", &args).await
}

/// Runs a script and writes down how it ended.
async fn run(
    ctx: &Ctx<App>,
    kind: Kind,
    name: &str,
    script: &str,
    args: &[String],
) -> Result<Done, JobError> {
    let config = &ctx.state().config;
    let Some(dir) = &config.scripts_dir else {
        tracing::warn!(script, "SCRIPTS_DIR is empty: no backup");
        return Done::with(json!({ "skipped": "SCRIPTS_DIR is empty" }));
    };
    let mut conn = ctx.pool().acquire().await?;
    let id = backups::start(&mut conn, kind, name).await?;
    // Not held while the script runs.
    drop(conn);
    let ended = execute(&dir.join(script), args).await;
    let bytes = || size_of(&config.backup_dir.join(name));
    let outcome = ended.as_ref().map(|()| bytes()).map_err(String::as_str);
    backups::finish(ctx.pool(), id, outcome).await?;
    match ended {
        Ok(()) => Ok(Done::with(json!({ "name": name, "bytes": bytes() }))?),
        Err(error) => Err(JobError::Retry(anyhow::anyhow!("{script}: {error}"))),
    }
}

/// The last thing the script said is why it failed.
async fn execute(script: &Path, args: &[String]) -> Result<(), String> {
    let mut command = Command::new(script);
    // The run is written down here: the script need not.
    command.args(args).env("SMARTMARKET_BACKUP_RECORDED", "1");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = command.output().await.map_err(|e| format!("{} could not be run: {e}", script.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().map(str::trim).rfind(|l| !l.is_empty()).unwrap_or("no word of why");
    Err(format!("{} ({last})", output.status))
}

/// Bytes of a backup: a folder or one file, whatever its ending.
fn size_of(backup: &Path) -> i64 {
    fn below(path: &Path) -> u64 {
        let Ok(meta) = path.symlink_metadata() else { return 0 };
        if !meta.is_dir() {
            return meta.len();
        }
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|e| below(&e.path())).sum()
    }
    i64::try_from(below(backup)).unwrap_or(i64::MAX)
}
