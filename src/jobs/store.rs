//! All SQL on `jobs` that runs jobs: insert, claim, renew, finish, fail, release. Every time is database time.

pub(crate) mod admin;
pub(crate) mod cron;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::job::JobId;
use crate::trace::Trace;
use crate::worker::Identity;

pub(crate) struct NewJob {
    pub queue: &'static str,
    pub topic: &'static str,
    pub dedupe_key: Option<String>,
    pub payload: Value,
    pub trace: Value,
    pub priority: i16,
    pub max_attempts: i32,
    pub run_at: Option<DateTime<Utc>>,
    pub delay_secs: f64,
}

/// One claimed row: the right to run this attempt until the lease ends.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub id: JobId,
    pub queue: String,
    pub topic: String,
    pub payload: Value,
    pub trace: Trace,
    pub attempts: i32,
    pub max_attempts: i32,
    pub fence: i64,
    pub lease_by: Uuid,
}

/// `None` when the dedupe key is taken.
pub(crate) async fn insert_job(conn: impl PgExecutor<'_>, job: NewJob) -> sqlx::Result<Option<JobId>> {
    sqlx::query_scalar!(
        r#"insert into jobs (queue, topic, dedupe_key, payload, trace, priority, max_attempts, run_at)
           values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, now()) + make_interval(secs => $9))
           on conflict (topic, dedupe_key) where dedupe_key is not null do nothing
           returning id as "id: JobId""#,
        job.queue,
        job.topic,
        job.dedupe_key,
        job.payload,
        job.trace,
        job.priority,
        job.max_attempts,
        job.run_at,
        job.delay_secs,
    )
    .fetch_optional(conn)
    .await
}

pub(crate) async fn insert_jobs(
    conn: impl PgExecutor<'_>,
    queue: &str,
    topic: &str,
    priority: i16,
    max_attempts: i32,
    payloads: &[Value],
    trace: &Value,
) -> sqlx::Result<u64> {
    let inserted = sqlx::query!(
        "insert into jobs (queue, topic, payload, trace, priority, max_attempts)
         select $1, $2, p.payload, $3, $4, $5 from unnest($6::jsonb[]) with ordinality as p(payload, n) order by p.n",
        queue,
        topic,
        trace,
        priority,
        max_attempts,
        payloads,
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected())
}

/// Claims up to `limit` rows of `queue`: first those whose lease ran out, then the ready ones. Counts the attempt, moves
/// the fence; rows that have no attempt left are buried instead of returned.
pub(crate) async fn claim(
    conn: impl PgExecutor<'_>,
    worker: Uuid,
    queue: &str,
    topics: &[String],
    limit: i64,
    lease_secs: f64,
) -> sqlx::Result<Vec<Claimed>> {
    let rows = sqlx::query!(
        r#"with expired as materialized (
             select id from jobs
              where state = 'running' and lease_until < now() and queue = $1 and topic = any($2)
              order by lease_until limit $3 for update skip locked),
           ready as materialized (
             select id from jobs
              where state = 'ready' and run_at <= now() and queue = $1 and topic = any($2)
              order by priority desc, run_at, id
              limit greatest($3 - (select count(*) from expired), 0) for update skip locked),
           taken as (
             update jobs j
                set attempts    = case when j.attempts >= j.max_attempts then j.attempts else j.attempts + 1 end,
                    fence       = j.fence + 1,
                    state       = case when j.attempts >= j.max_attempts then 'dead' else 'running' end,
                    last_error  = case when j.state = 'running'
                                       then format('worker %s was lost during attempt %s', j.lease_by, j.attempts)
                                       else j.last_error end,
                    done_at     = case when j.attempts >= j.max_attempts then now() end,
                    started_at  = case when j.attempts >= j.max_attempts then j.started_at else now() end,
                    lease_by    = case when j.attempts >= j.max_attempts then null else $4::uuid end,
                    lease_until = case when j.attempts >= j.max_attempts then null
                                       else now() + make_interval(secs => $5) end
              -- As an array: a join would be planned for a tenth of all ready rows and read the whole primary key.
              where j.id = any (array(select id from expired union all select id from ready))
             returning j.*)
           select id as "id!: JobId", queue as "queue!", topic as "topic!", payload as "payload!",
                  trace as "trace!", attempts as "attempts!", max_attempts as "max_attempts!", fence as "fence!"
             from taken where state = 'running' order by priority desc, run_at, id"#,
        queue,
        topics,
        limit,
        worker,
        lease_secs,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Claimed {
            id: r.id,
            queue: r.queue,
            topic: r.topic,
            payload: r.payload,
            trace: serde_json::from_value(r.trace).unwrap_or_default(),
            attempts: r.attempts,
            max_attempts: r.max_attempts,
            fence: r.fence,
            lease_by: worker,
        })
        .collect())
}

/// False under an old fence: someone else owns the job, so the caller rolls back.
pub(crate) async fn finish(
    conn: &mut PgConnection,
    id: JobId,
    fence: i64,
    result: Option<Value>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update jobs set state = 'done', done_at = clock_timestamp(), result = $3,
                lease_by = null, lease_until = null
          where id = $1 and fence = $2 and state = 'running'",
        id.0,
        fence,
        result,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Back to ready after a pause, or dead when `fatal` or without attempts left; says which, `None` under an old fence.
pub(crate) async fn fail(
    conn: impl PgExecutor<'_>,
    id: JobId,
    fence: i64,
    pause_secs: f64,
    fatal: bool,
    error: &str,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "update jobs
            set state = case when $4 or attempts >= max_attempts then 'dead' else 'ready' end,
                done_at = case when $4 or attempts >= max_attempts then clock_timestamp() end,
                run_at = clock_timestamp() + make_interval(secs => $3),
                last_error = left($5, 500), lease_by = null, lease_until = null
          where id = $1 and fence = $2 and state = 'running'
         returning state",
        id.0,
        fence,
        pause_secs,
        fatal,
        error,
    )
    .fetch_optional(conn)
    .await
}

/// Gives claimed rows back without using an attempt: not started, cut off by our own stop, or for a newer worker.
pub(crate) async fn release(
    conn: impl PgExecutor<'_>,
    ids: &[i64],
    fences: &[i64],
    pause_secs: f64,
) -> sqlx::Result<u64> {
    let released = sqlx::query_scalar!(
        r#"with freed as (
             update jobs j
                set state = 'ready', attempts = j.attempts - 1, lease_by = null, lease_until = null,
                    run_at = case when $3::float8 > 0 then clock_timestamp() + make_interval(secs => $3) else j.run_at end
               from unnest($1::bigint[], $2::bigint[]) as mine(id, fence)
              where j.id = mine.id and j.fence = mine.fence and j.state = 'running'
             returning j.queue),
           woken as (select pg_notify('jobs', q.queue) from (select distinct queue from freed) q)
           select (select count(*) from freed) + 0 * (select count(*) from woken) as "count!""#,
        ids,
        fences,
        pause_secs,
    )
    .fetch_one(conn)
    .await?;
    Ok(released.unsigned_abs())
}

/// Extends the leases that are still ours and returns (id, fence) of those that are not (claimed by another, cancelled, held). A row
/// locked by its own finishing transaction is skipped.
pub(crate) async fn renew(
    conn: impl PgExecutor<'_>,
    ids: &[i64],
    fences: &[i64],
    lease_secs: f64,
) -> sqlx::Result<Vec<(i64, i64)>> {
    let lost = sqlx::query!(
        r#"with mine as (select * from unnest($1::bigint[], $2::bigint[]) as m(id, fence)),
           ours as materialized (
             select j.id from jobs j join mine m using (id)
              where j.fence = m.fence and j.state = 'running' for no key update of j skip locked),
           renewed as (
             update jobs j set lease_until = now() + make_interval(secs => $3) from ours o where j.id = o.id)
           select m.id as "id!", m.fence as "fence!" from mine m left join jobs j using (id)
            where j.id is null or j.fence <> m.fence or j.state not in ('running', 'done')"#,
        ids,
        fences,
        lease_secs,
    )
    .fetch_all(conn)
    .await?;
    Ok(lost.into_iter().map(|r| (r.id, r.fence)).collect())
}

/// Says that this process is alive and what it serves.
pub(crate) async fn beat_worker(
    conn: impl PgExecutor<'_>,
    who: &Identity,
    host: &str,
    pid: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into job_workers (id, kind, host, pid, version, queues) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set last_seen_at = now(), queues = excluded.queues",
        who.id,
        who.kind,
        host,
        pid,
        who.version,
        who.queues,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn stop_worker(conn: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("update job_workers set stopped_at = now(), last_seen_at = now() where id = $1", id)
        .execute(conn)
        .await?;
    Ok(())
}
