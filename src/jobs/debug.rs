//! `smartmarket debug-task`: a ping through the whole path, insert, notify, claim, run, finish.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::time::Instant;

use crate::handler::{Ctx, Done, JobError};
use crate::job::{Job, JobId, Queue};
use crate::{enqueue, store};

/// Every worker knows it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct DebugTask {}

impl Job for DebugTask {
    const TOPIC: &'static str = "jobs.debug";
    const QUEUE: Queue = Queue::Maintenance;
    const MAX_ATTEMPTS: i32 = 1;

    fn priority() -> i16 {
        100
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Pong {
    worker: String,
}

/// How the ping went; times in database time.
#[derive(Debug, Clone, Serialize)]
pub struct DebugReport {
    pub job_id: JobId,
    /// Host, process and id of the worker that ran it.
    pub worker: String,
    pub enqueued_at: DateTime<Utc>,
    /// From insert to start of the handler, and from start to finish.
    pub waited_ms: f64,
    pub ran_ms: f64,
    /// From the call to the answer, polling included.
    pub round_trip_ms: f64,
}

#[derive(Debug, thiserror::Error)]
pub enum DebugError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(
        "no worker finished job {0} within {1:?}: is one running for the queue maintenance? (inspect ping)"
    )]
    TimedOut(JobId, Duration),
    #[error("job {0} failed: {1}")]
    Failed(JobId, String),
}

pub(crate) async fn handle<S: Send + Sync>(ctx: Ctx<S>, _job: DebugTask) -> Result<Done, JobError> {
    Done::with(Pong { worker: crate::worker::label(ctx.worker()) })
}

/// Enqueues a [`DebugTask`] and waits for its answer.
pub async fn debug_task(pool: &PgPool, patience: Duration) -> Result<DebugReport, DebugError> {
    let started = Instant::now();
    let id = enqueue(pool, &DebugTask {}).await?;
    while started.elapsed() < patience {
        let row = store::admin::get_outcome(pool, id).await?;
        match row.state.as_str() {
            "done" => return Ok(report(id, row, started)),
            "dead" => return Err(DebugError::Failed(id, row.last_error.unwrap_or_default())),
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    Err(DebugError::TimedOut(id, patience))
}

fn report(id: JobId, row: store::admin::Outcome, started: Instant) -> DebugReport {
    let ms = |from: DateTime<Utc>, to: Option<DateTime<Utc>>| {
        to.and_then(|to| (to - from).num_microseconds()).map_or(0.0, |us| us as f64 / 1000.0)
    };
    let pong = row.result.and_then(|value| serde_json::from_value::<Pong>(value).ok());
    DebugReport {
        job_id: id,
        worker: pong.map(|p| p.worker).unwrap_or_default(),
        enqueued_at: row.created_at,
        waited_ms: ms(row.created_at, row.started_at),
        ran_ms: row.started_at.map_or(0.0, |started_at| ms(started_at, row.done_at)),
        round_trip_ms: started.elapsed().as_secs_f64() * 1000.0,
    }
}
