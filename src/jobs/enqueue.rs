//! Writing jobs. Pass the connection of the transaction the job belongs to: `enqueue(&mut *tx, &job)`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::job::{Job, JobId, Options, encode};
use crate::store::{self, NewJob};
use crate::trace;

/// The row of `job`; carries the request id of the current scope.
pub(crate) fn new_job<J: Job>(job: &J, options: Options) -> sqlx::Result<NewJob> {
    Ok(NewJob {
        queue: J::QUEUE.as_str(),
        topic: J::TOPIC,
        payload: encode(job).map_err(|e| sqlx::Error::Encode(Box::new(e)))?,
        trace: serde_json::to_value(trace::current()).map_err(|e| sqlx::Error::Encode(Box::new(e)))?,
        priority: options.priority.unwrap_or_else(J::priority),
        max_attempts: options.max_attempts.unwrap_or(J::MAX_ATTEMPTS),
        dedupe_key: options.dedupe_key,
        run_at: options.run_at,
        delay_secs: options.delay.unwrap_or_default().as_secs_f64(),
    })
}

/// Inserts `job`, to run as soon as the transaction is committed.
pub async fn enqueue<J: Job>(conn: impl PgExecutor<'_>, job: &J) -> sqlx::Result<JobId> {
    store::insert_job(conn, new_job(job, Options::default())?).await?.ok_or(sqlx::Error::RowNotFound)
}

/// Inserts `job` unless its topic already has a row with this key, waiting, running, dead, or done within the last
/// 7 days; says whether it did. Never breaks the transaction.
pub async fn enqueue_once<J: Job>(conn: impl PgExecutor<'_>, key: &str, job: &J) -> sqlx::Result<bool> {
    Ok(store::insert_job(conn, new_job(job, Options::once(key))?).await?.is_some())
}

/// Inserts `job`, to run at `run_at` or soon after (within about a second).
pub async fn enqueue_at<J: Job>(
    conn: impl PgExecutor<'_>,
    job: &J,
    run_at: DateTime<Utc>,
) -> sqlx::Result<JobId> {
    let options = Options { run_at: Some(run_at), ..Options::default() };
    store::insert_job(conn, new_job(job, options)?).await?.ok_or(sqlx::Error::RowNotFound)
}

/// Inserts `job`, to run `delay` after the start of the transaction, in database time.
pub async fn enqueue_in<J: Job>(conn: impl PgExecutor<'_>, job: &J, delay: Duration) -> sqlx::Result<JobId> {
    let options = Options { delay: Some(delay), ..Options::default() };
    store::insert_job(conn, new_job(job, options)?).await?.ok_or(sqlx::Error::RowNotFound)
}

/// Inserts `job` with all options; `None` when the dedupe key was taken.
pub async fn enqueue_with<J: Job>(
    conn: impl PgExecutor<'_>,
    job: &J,
    options: Options,
) -> sqlx::Result<Option<JobId>> {
    store::insert_job(conn, new_job(job, options)?).await
}

/// Inserts many jobs of one type in one statement (one round trip, one notification); says how many.
pub async fn enqueue_many<'j, J: Job>(
    conn: impl PgExecutor<'_>,
    jobs: impl IntoIterator<Item = &'j J>,
) -> sqlx::Result<u64> {
    let payloads: Result<Vec<_>, _> = jobs.into_iter().map(encode).collect();
    let payloads = payloads.map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
    let trace = serde_json::to_value(trace::current()).map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
    store::insert_jobs(conn, J::QUEUE.as_str(), J::TOPIC, J::priority(), J::MAX_ATTEMPTS, &payloads, &trace)
        .await
}
