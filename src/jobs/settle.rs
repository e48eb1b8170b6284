//! The end of an attempt, written into its row under its fence; the database being away for a while loses nothing.

use std::time::Duration;

use apalis_core::error::BoxDynError;
use serde_json::Value;
use sqlx::PgPool;
use tokio::time::Instant;

use crate::backoff;
use crate::execute::{Failure, Runner};
use crate::handler::{Done, Finish};
use crate::leases::Held;
use crate::store;

/// How the row stands after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    Done,
    Retry,
    Dead,
    /// Given back without using an attempt.
    Released,
    /// Someone else owns it.
    Lost,
}

/// How long an end is kept in mind while the database does not answer; after that the lease runs out and it runs again.
const PATIENCE: Duration = Duration::from_secs(120);
/// Pause before a payload of a newer release is offered again.
const NEWER_VERSION_PAUSE_SECS: f64 = 15.0;

/// What has to be written into the row.
pub(crate) enum End {
    Finish(Option<Value>),
    Fail { pause: Duration, fatal: bool, error: String },
    GiveBack,
    Nothing(Settled),
}

impl End {
    pub fn of<S: Clone + Send + Sync + 'static>(
        runner: &Runner<S>,
        held: &Held,
        outcome: &Result<Done, BoxDynError>,
    ) -> Self {
        let retry = |error: String| {
            let pause = backoff::jitter(runner.backoff(&held.job.topic, held.job.attempts));
            End::Fail { pause, fatal: false, error }
        };
        let error = match outcome {
            Ok(Done(Finish::Committed)) => return End::Nothing(Settled::Done),
            Ok(Done(Finish::After(result))) => return End::Finish(result.clone()),
            Err(error) => error,
        };
        match error.downcast_ref::<Failure>() {
            Some(Failure::LostLease) => End::Nothing(Settled::Lost),
            Some(Failure::NewerVersion(_)) => End::GiveBack,
            Some(Failure::Fatal(e)) => End::Fail { pause: Duration::ZERO, fatal: true, error: e.clone() },
            Some(Failure::RetryIn(pause, e)) => End::Fail { pause: *pause, fatal: false, error: e.clone() },
            Some(Failure::Retry(e)) => retry(e.clone()),
            None => retry(error.to_string()),
        }
    }
}

/// Writes the end of an attempt, trying again while the database is away.
pub(crate) async fn settle(pool: &PgPool, held: &Held, mut end: End) -> Settled {
    let started = Instant::now();
    let mut failures = 0;
    loop {
        match write(pool, held, &end).await {
            Ok(settled) => {
                log(held, settled, &end);
                count(held, settled);
                return settled;
            }
            // A result the database refuses would be refused again.
            Err(error) if matches!(end, End::Finish(_)) && !backoff::is_outage(&error) => {
                let error = format!("the end of the job could not be written: {error}");
                end = End::Fail { pause: Duration::ZERO, fatal: true, error };
            }
            Err(error) if started.elapsed() < PATIENCE && !held.lost.is_cancelled() => {
                tracing::warn!(job_id = %held.job.id, %error, "the end of a job could not be written yet");
                tokio::time::sleep(backoff::reconnect(failures)).await;
                failures += 1;
            }
            Err(error) => {
                tracing::error!(job_id = %held.job.id, %error, "the end of a job could not be written");
                return Settled::Lost;
            }
        }
    }
}

async fn write(pool: &PgPool, held: &Held, end: &End) -> sqlx::Result<Settled> {
    let (id, fence) = (held.job.id, held.job.fence);
    match end {
        End::Finish(result) => {
            let mut conn = pool.acquire().await?;
            let done = store::finish(&mut conn, id, fence, result.clone()).await?;
            Ok(if done { Settled::Done } else { Settled::Lost })
        }
        End::Fail { pause, fatal, error } => {
            let state =
                store::fail(pool, id, fence, pause.as_secs_f64(), *fatal, &error.replace('\0', "")).await?;
            Ok(match state.as_deref() {
                Some("dead") => Settled::Dead,
                Some(_) => Settled::Retry,
                None => Settled::Lost,
            })
        }
        End::GiveBack => {
            let n = store::release(pool, &[id.0], &[fence], NEWER_VERSION_PAUSE_SECS).await?;
            Ok(if n == 1 { Settled::Released } else { Settled::Lost })
        }
        End::Nothing(settled) => Ok(*settled),
    }
}

fn count(held: &Held, settled: Settled) {
    let outcome = match settled {
        Settled::Done => "done",
        Settled::Retry => "retry",
        Settled::Dead => "dead",
        Settled::Released => "released",
        Settled::Lost => "lost",
    };
    metrics::counter!("smartmarket_jobs_total", "topic" => held.job.topic.clone(), "outcome" => outcome)
        .increment(1);
}

fn log(held: &Held, settled: Settled, end: &End) {
    let job = &held.job;
    let (id, topic, attempt) = (job.id, job.topic.as_str(), job.attempts);
    match (settled, end) {
        (Settled::Dead, End::Fail { error, .. }) => {
            tracing::error!(job_id = %id, topic, attempt, error, "job {topic} is dead: {error}");
        }
        (Settled::Retry, End::Fail { error, pause, .. }) => {
            let pause_s = pause.as_secs();
            tracing::warn!(job_id = %id, topic, attempt, pause_s, error, "job {topic} failed, next try in {pause_s} s: {error}");
        }
        (Settled::Lost, _) => {
            tracing::warn!(job_id = %id, topic, attempt, "job {topic} belongs to another worker now")
        }
        // What a person's request caused can be followed by its id; the upkeep of every minute says nothing.
        (Settled::Done, _) if job.trace.request_id.is_some() => {
            let request_id = job.trace.request_id.as_deref();
            tracing::info!(job_id = %id, topic, attempt, request_id, "job {topic} done")
        }
        _ => tracing::debug!(job_id = %id, topic, attempt, "job {topic}: {settled:?}"),
    }
}
