//! Keeps the table small: finished rows go after 7 days, dead ones after 90, in batches that lock little.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use crate::handler::{Ctx, Done, JobError};
use crate::job::{Job, Queue};
use crate::store::{admin, cron};

const BATCH: i64 = 5000;

/// Daily job of the schedule; every worker knows it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PurgeJobs {}

impl Job for PurgeJobs {
    const TOPIC: &'static str = "jobs.purge";
    const QUEUE: Queue = Queue::Maintenance;
    const MAX_ATTEMPTS: i32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(1800);
}

/// What a purge deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Purged {
    pub done: u64,
    pub dead: u64,
    pub workers: u64,
    pub cron_entries: u64,
}

/// Deletes finished jobs older than 7 days, dead ones older than 90, workers unseen for a day, entries no beat knows.
pub async fn purge(pool: &PgPool) -> sqlx::Result<Purged> {
    Ok(Purged {
        done: purge_state(pool, "done", 7).await?,
        dead: purge_state(pool, "dead", 90).await?,
        workers: admin::delete_old_workers(pool).await?,
        cron_entries: cron::delete_unseen_entries(pool).await?,
    })
}

async fn purge_state(pool: &PgPool, state: &str, days: i32) -> sqlx::Result<u64> {
    let mut deleted = 0;
    loop {
        let batch = admin::delete_old_jobs(pool, state, days, BATCH).await?;
        deleted += batch;
        if batch < BATCH.unsigned_abs() {
            return Ok(deleted);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub(crate) async fn handle<S: Send + Sync>(ctx: Ctx<S>, _job: PurgeJobs) -> Result<Done, JobError> {
    Done::with(purge(ctx.pool()).await?)
}
