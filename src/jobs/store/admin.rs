//! SQL for people: what runs, waits, died; retry, hold, purge. Reads rows without running them.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgExecutor, PgPool};

use crate::inspect::{ActiveJob, DeadJob, DelayedJob, TopicStats, WorkerRow};
use crate::job::JobId;

pub(crate) struct Outcome {
    pub state: String,
    pub result: Option<Value>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
}

pub(crate) async fn get_outcome(conn: impl PgExecutor<'_>, id: JobId) -> sqlx::Result<Outcome> {
    sqlx::query_as!(
        Outcome,
        "select state, result, last_error, created_at, started_at, done_at from jobs where id = $1",
        id.0
    )
    .fetch_one(conn)
    .await
}

pub(crate) async fn list_active(conn: impl PgExecutor<'_>) -> sqlx::Result<Vec<ActiveJob>> {
    sqlx::query_as!(
        ActiveJob,
        r#"select j.id as "id: JobId", j.queue, j.topic, j.attempts as attempt, j.max_attempts,
                  j.lease_by as worker, w.host as "host?", w.pid as "pid?", j.started_at,
                  extract(epoch from now() - j.started_at)::float8 as running_s,
                  extract(epoch from j.lease_until - now())::float8 as lease_left_s,
                  j.trace ->> 'request_id' as request_id
             from jobs j left join job_workers w on w.id = j.lease_by
            where j.state = 'running' order by j.started_at"#
    )
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_delayed(conn: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<DelayedJob>> {
    sqlx::query_as!(
        DelayedJob,
        r#"select id as "id: JobId", queue, topic, run_at, attempts, last_error
             from jobs where state = 'ready' and run_at > now() order by run_at limit $1"#,
        limit
    )
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_stats(conn: impl PgExecutor<'_>) -> sqlx::Result<Vec<TopicStats>> {
    sqlx::query_as!(
        TopicStats,
        r#"select queue, topic,
                  count(*) filter (where state = 'ready' and run_at <= now()) as "ready!",
                  count(*) filter (where state = 'ready' and run_at > now()) as "delayed!",
                  count(*) filter (where state = 'running') as "running!",
                  count(*) filter (where state = 'done' and done_at > now() - interval '1 hour') as "done_last_hour!",
                  count(*) filter (where state = 'dead') as "dead!",
                  count(*) filter (where state = 'held') as "held!",
                  extract(epoch from now() - min(run_at) filter (where state = 'ready' and run_at <= now()))::float8
                    as oldest_ready_s
             from jobs
            where state = 'ready' or state = 'running' or state in ('dead', 'held')
               or (state = 'done' and done_at > now() - interval '1 hour')
            group by queue, topic order by queue, topic"#
    )
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_workers(conn: impl PgExecutor<'_>) -> sqlx::Result<Vec<WorkerRow>> {
    sqlx::query_as!(
        WorkerRow,
        r#"select w.id, w.kind, w.host, w.pid, w.version, w.queues, w.started_at, w.last_seen_at, w.stopped_at,
                  extract(epoch from now() - w.last_seen_at)::float8 as "seen_ago_s!",
                  (w.stopped_at is null and w.last_seen_at > now() - interval '15 seconds') as "alive!",
                  (select count(*) from jobs j where j.lease_by = w.id and j.state = 'running') as "running!"
             from job_workers w order by w.started_at"#
    )
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_dead(conn: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<DeadJob>> {
    sqlx::query_as!(
        DeadJob,
        r#"select id as "id: JobId", queue, topic, state, payload, attempts, last_error, created_at, done_at as died_at,
                  trace ->> 'request_id' as request_id
             from jobs where state in ('dead', 'held') order by done_at desc nulls first, id desc limit $1"#,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Makes a dead, held or waiting job due now with all its attempts, and wakes the workers of its queue.
pub(crate) async fn retry_job(conn: impl PgExecutor<'_>, id: JobId) -> sqlx::Result<bool> {
    let woken = sqlx::query!(
        r#"with again as (
             update jobs set state = 'ready', run_at = now(), attempts = 0, done_at = null
              where id = $1 and state in ('dead', 'held', 'ready') returning queue)
           select pg_notify('jobs', queue) as "woken?" from again"#,
        id.0
    );
    Ok(woken.fetch_optional(conn).await?.is_some())
}

/// Sets a waiting job aside; a running one ends first.
pub(crate) async fn hold_job(conn: impl PgExecutor<'_>, id: JobId) -> sqlx::Result<bool> {
    let held = sqlx::query!("update jobs set state = 'held' where id = $1 and state = 'ready'", id.0);
    Ok(held.execute(conn).await?.rows_affected() == 1)
}

/// After a restore: what waited or ran is held, so that no mail goes out twice.
pub(crate) async fn hold_all(conn: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    let held = sqlx::query!(
        "update jobs set state = 'held', lease_by = null, lease_until = null, fence = fence + 1
          where state in ('ready', 'running')"
    );
    Ok(held.execute(conn).await?.rows_affected())
}

/// Sets aside what waits, and on demand what runs, of the topics that begin so.
pub(crate) async fn hold_jobs(
    conn: impl PgExecutor<'_>,
    prefixes: &[String],
    running: bool,
) -> sqlx::Result<u64> {
    let held = sqlx::query!(
        "update jobs set state = 'held', lease_by = null, lease_until = null, fence = fence + 1
          where (state = 'ready' or (state = 'running' and $2))
            and exists (select from unnest($1::text[]) p where starts_with(topic, p))",
        prefixes,
        running
    );
    Ok(held.execute(conn).await?.rows_affected())
}

/// Makes held or dead jobs due with all their attempts, and wakes the workers of their queues. A held job keeps its time.
pub(crate) async fn release_jobs(
    conn: impl PgExecutor<'_>,
    prefixes: &[String],
    state: &str,
) -> sqlx::Result<u64> {
    let released = sqlx::query_scalar!(
        r#"with freed as (
             update jobs set state = 'ready', attempts = 0, done_at = null,
                    run_at = case when state = 'dead' then now() else run_at end
              where state = $2 and exists (select from unnest($1::text[]) p where starts_with(topic, p))
             returning queue),
           woken as (select pg_notify('jobs', q.queue) from (select distinct queue from freed) q)
           select (select count(*) from freed) + 0 * (select count(*) from woken) as "count!""#,
        prefixes,
        state
    );
    Ok(released.fetch_one(conn).await?.unsigned_abs())
}

pub(crate) async fn delete_old_jobs(pool: &PgPool, state: &str, days: i32, batch: i64) -> sqlx::Result<u64> {
    let deleted = sqlx::query!(
        "delete from jobs where id in (
           select id from jobs where state = $1 and done_at < now() - make_interval(days => $2)
            order by done_at limit $3 for update skip locked)",
        state,
        days,
        batch
    );
    Ok(deleted.execute(pool).await?.rows_affected())
}

pub(crate) async fn delete_old_workers(conn: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    let deleted = sqlx::query!("delete from job_workers where last_seen_at < now() - interval '1 day'");
    Ok(deleted.execute(conn).await?.rows_affected())
}
