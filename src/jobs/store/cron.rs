//! SQL on `cron_state`, and the insert of a tick.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

pub(crate) struct EntryRow<'a> {
    pub name: &'a str,
    pub topic: &'a str,
    pub queue: &'a str,
    pub schedule: &'a str,
    pub zone: &'a str,
    pub catch_up: &'a str,
}

/// Writes the entry down; a new one starts now, so that it does not catch up ticks from before it existed.
pub(crate) async fn upsert_entry(conn: impl PgExecutor<'_>, e: &EntryRow<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into cron_state (name, topic, queue, schedule, zone, catch_up) values ($1, $2, $3, $4, $5, $6)
         on conflict (name) do update set topic = excluded.topic, queue = excluded.queue,
                schedule = excluded.schedule, zone = excluded.zone, catch_up = excluded.catch_up, seen_at = now()",
        e.name,
        e.topic,
        e.queue,
        e.schedule,
        e.zone,
        e.catch_up,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks the entry, so that two beats look at its ticks one after the other; its last tick, and the database clock.
pub(crate) async fn lock_last_tick(
    conn: &mut PgConnection,
    name: &str,
) -> sqlx::Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"select last_tick, clock_timestamp() as "now!" from cron_state where name = $1 for update"#,
        name
    );
    Ok(row.fetch_optional(conn).await?.map(|r| (r.last_tick, r.now)))
}

/// Ticks only move forward.
pub(crate) async fn set_last_tick(
    conn: &mut PgConnection,
    name: &str,
    tick: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!("update cron_state set last_tick = greatest(last_tick, $2) where name = $1", name, tick)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete_unseen_entries(conn: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    let deleted = sqlx::query!("delete from cron_state where seen_at < now() - interval '7 days'");
    Ok(deleted.execute(conn).await?.rows_affected())
}

pub(crate) struct StateRow {
    pub name: String,
    pub topic: String,
    pub queue: String,
    pub schedule: String,
    pub zone: String,
    pub catch_up: String,
    pub last_tick: DateTime<Utc>,
    pub last_state: Option<String>,
    /// The database clock.
    pub now: DateTime<Utc>,
}

pub(crate) async fn list_entries(conn: impl PgExecutor<'_>) -> sqlx::Result<Vec<StateRow>> {
    sqlx::query_as!(
        StateRow,
        r#"select c.name, c.topic, c.queue, c.schedule, c.zone, c.catch_up, c.last_tick,
                  j.state as "last_state?", now() as "now!"
             from cron_state c
             left join lateral (
               select state from jobs
                where topic = c.topic and dedupe_key like 'cron:' || c.name || ':%'
                order by id desc limit 1) j on true
            order by c.name"#
    )
    .fetch_all(conn)
    .await
}
