//! What an operator asks: `inspect active`, `scheduled`, `stats`, `ping`, `dead`, and `retry`, `hold`, `purge`.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::cron;
pub use crate::housekeeping::{Purged, purge};
use crate::job::JobId;
use crate::store::{self, admin};

/// A job that is being run.
#[derive(Debug, Clone, Serialize)]
pub struct ActiveJob {
    pub id: JobId,
    pub queue: String,
    pub topic: String,
    pub attempt: i32,
    pub max_attempts: i32,
    pub worker: Option<Uuid>,
    pub host: Option<String>,
    pub pid: Option<i32>,
    pub started_at: Option<DateTime<Utc>>,
    pub running_s: Option<f64>,
    /// Below zero: the worker is lost, the next claim takes the job over.
    pub lease_left_s: Option<f64>,
    pub request_id: Option<String>,
}

/// An entry of the schedule, as the beats last wrote it down.
#[derive(Debug, Clone, Serialize)]
pub struct CronEntry {
    pub name: String,
    pub topic: String,
    pub queue: String,
    pub schedule: String,
    pub zone: String,
    pub catch_up: String,
    pub last_tick: DateTime<Utc>,
    /// State of the newest job of this entry.
    pub last_state: Option<String>,
    pub next_tick: Option<DateTime<Utc>>,
}

/// A job that waits for its time: put off, or between two attempts.
#[derive(Debug, Clone, Serialize)]
pub struct DelayedJob {
    pub id: JobId,
    pub queue: String,
    pub topic: String,
    pub run_at: DateTime<Utc>,
    pub attempts: i32,
    pub last_error: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Scheduled {
    pub cron: Vec<CronEntry>,
    pub delayed: Vec<DelayedJob>,
}

/// Counts of one topic.
#[derive(Debug, Clone, Serialize)]
pub struct TopicStats {
    pub queue: String,
    pub topic: String,
    pub ready: i64,
    pub delayed: i64,
    pub running: i64,
    pub done_last_hour: i64,
    pub dead: i64,
    pub held: i64,
    /// How long the oldest due job has been waiting.
    pub oldest_ready_s: Option<f64>,
}

/// A worker or beat process.
#[derive(Debug, Clone, Serialize)]
pub struct WorkerRow {
    pub id: Uuid,
    pub kind: String,
    pub host: String,
    pub pid: i32,
    pub version: String,
    /// Queue to concurrency.
    pub queues: Value,
    pub started_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub stopped_at: Option<DateTime<Utc>>,
    pub seen_ago_s: f64,
    /// Seen within 15 s and not stopped.
    pub alive: bool,
    pub running: i64,
}

/// A job that nobody will run unless someone says so.
#[derive(Debug, Clone, Serialize)]
pub struct DeadJob {
    pub id: JobId,
    pub queue: String,
    pub topic: String,
    /// `dead` or `held`.
    pub state: String,
    pub payload: Value,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub died_at: Option<DateTime<Utc>>,
    pub request_id: Option<String>,
}

pub async fn active(conn: impl PgExecutor<'_>) -> sqlx::Result<Vec<ActiveJob>> {
    admin::list_active(conn).await
}

/// The schedule with its next ticks, and up to `limit` jobs that wait for their time.
pub async fn scheduled(pool: &PgPool, limit: i64) -> sqlx::Result<Scheduled> {
    let entries = store::cron::list_entries(pool).await?.into_iter();
    let cron = entries
        .map(|e| CronEntry {
            next_tick: cron::next_tick(&e.schedule, &e.zone, e.now),
            name: e.name,
            topic: e.topic,
            queue: e.queue,
            schedule: e.schedule,
            zone: e.zone,
            catch_up: e.catch_up,
            last_tick: e.last_tick,
            last_state: e.last_state,
        })
        .collect();
    Ok(Scheduled { cron, delayed: admin::list_delayed(pool, limit).await? })
}

/// The first tick of a stored schedule after a moment.
pub fn tick_after(schedule: &str, zone: &str, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    cron::next_tick(schedule, zone, after)
}

/// Counts per queue and topic.
pub async fn stats(conn: impl PgExecutor<'_>) -> sqlx::Result<Vec<TopicStats>> {
    admin::list_stats(conn).await
}

/// Workers and beats, with their last heartbeat.
pub async fn ping(conn: impl PgExecutor<'_>) -> sqlx::Result<Vec<WorkerRow>> {
    admin::list_workers(conn).await
}

/// Dead and held jobs, newest first.
pub async fn dead(conn: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<DeadJob>> {
    admin::list_dead(conn, limit).await
}

/// Makes a dead, held or waiting job due now, with all its attempts; false when there is none such.
pub async fn retry(conn: impl PgExecutor<'_>, id: JobId) -> sqlx::Result<bool> {
    admin::retry_job(conn, id).await
}

/// Sets a waiting job aside until [`retry`]; false when it does not wait.
pub async fn hold(conn: impl PgExecutor<'_>, id: JobId) -> sqlx::Result<bool> {
    admin::hold_job(conn, id).await
}

/// Sets everything aside that waits or runs; for a restored database.
pub async fn hold_all(conn: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    admin::hold_all(conn).await
}

/// Which jobs an operator means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    All,
    /// What leaves the house: mails and webhooks.
    Outgoing,
    /// A topic, or all that begin so (`email.`).
    Topic(String),
}

impl Selection {
    /// The beginnings of the topics meant.
    fn prefixes(&self) -> Vec<String> {
        match self {
            Selection::All => vec![String::new()],
            Selection::Outgoing => vec!["email.".into(), "webhook.".into()],
            Selection::Topic(topic) => vec![topic.clone()],
        }
    }
}

/// Sets aside what waits; with `running` also what a worker of another life was doing (its lease is void from then on).
pub async fn hold_many(conn: impl PgExecutor<'_>, which: &Selection, running: bool) -> sqlx::Result<u64> {
    admin::hold_jobs(conn, &which.prefixes(), running).await
}

/// Gives back what was set aside and wakes the workers.
pub async fn release_many(conn: impl PgExecutor<'_>, which: &Selection) -> sqlx::Result<u64> {
    admin::release_jobs(conn, &which.prefixes(), "held").await
}

/// Makes dead jobs due now, with all their attempts.
pub async fn retry_dead(conn: impl PgExecutor<'_>, which: &Selection) -> sqlx::Result<u64> {
    admin::release_jobs(conn, &which.prefixes(), "dead").await
}
