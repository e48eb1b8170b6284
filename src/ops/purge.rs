//! What nobody needs any more goes each night, in batches that lock little: live events after 7 days, texts of sent mails
//! after 90, views of products after 400, counts of searches and clicks after 180, the record of backups after 400. Jobs, carts and tokens are tidied by their rooms.

use chrono::{DateTime, Duration, Utc};
use jobs::{Ctx, Done, Job, JobError, Queue};
use platform::App;
use platform::infra::{live, mail};
use serde::{Deserialize, Serialize};

use crate::store::backups as store;

const BATCH: i64 = 5_000;
const LIVE_DAYS: i64 = 7;
const MAIL_DAYS: i64 = 90;
const RECORD_DAYS: i32 = 400;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const TOPIC: &'static str = "ops.purge";
    const QUEUE: Queue = Queue::Maintenance;
    const MAX_ATTEMPTS: i32 = 3;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(1800);
}

/// What a purge did.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Purged {
    pub live_events: u64,
    pub mail_texts: u64,
    pub views: u64,
    pub searches: u64,
    pub backup_runs: u64,
}

pub(crate) async fn handle(ctx: Ctx<App>, _: Purge) -> Result<Done, JobError> {
    Done::with(purge(ctx.state()).await?)
}

pub async fn purge(app: &App) -> sqlx::Result<Purged> {
    let before = |days: i64| -> DateTime<Utc> { app.clock.now() - Duration::days(days) };
    let mut live_events = 0;
    loop {
        let n = live::forget(app, before(LIVE_DAYS), BATCH).await?;
        live_events += n;
        if n < BATCH.unsigned_abs() {
            break;
        }
    }
    let mut mail_texts = 0;
    loop {
        let n = mail::forget_before(app, before(MAIL_DAYS), BATCH).await?;
        mail_texts += n;
        if n < BATCH.unsigned_abs() {
            break;
        }
    }
    let views = catalog::views_count::forget(&app.db, RECORD_DAYS).await?;
    let searches = discovery::tools::counts::forget(app).await?;
    let backup_runs = store::delete_old_runs(&app.db, RECORD_DAYS).await?;
    Ok(Purged { live_events, mail_texts, views, searches, backup_runs })
}
