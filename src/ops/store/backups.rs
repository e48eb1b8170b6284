//! SQL on `backup_runs`. Ages are database time.

use sqlx::PgExecutor;

use crate::backups::{Ages, Run};

pub async fn list_runs(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<Run>> {
    sqlx::query_as!(
        Run,
        "select id, kind, name, started_at, finished_at, ok, bytes, error
           from backup_runs order by started_at desc, id desc limit $1",
        limit
    )
    .fetch_all(db)
    .await
}

pub async fn get_ages(db: impl PgExecutor<'_>) -> sqlx::Result<Ages> {
    let row = sqlx::query!(
        r#"select
             extract(epoch from now() - max(finished_at) filter (where ok and kind = 'backup'))::float8 as backup,
             extract(epoch from now() - max(finished_at) filter (where ok and kind = 'verify'))::float8 as verified,
             coalesce((select not ok from backup_runs where kind = 'backup' and ok is not null
                        order by started_at desc limit 1), false) as "backup_failed!",
             coalesce((select not ok from backup_runs where kind = 'verify' and ok is not null
                        order by started_at desc limit 1), false) as "verify_failed!"
           from backup_runs"#
    )
    .fetch_one(db)
    .await?;
    Ok(Ages {
        last_backup_s: row.backup,
        last_verified_s: row.verified,
        backup_failed: row.backup_failed,
        verify_failed: row.verify_failed,
    })
}

pub async fn find_last_good(db: impl PgExecutor<'_>) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select name from backup_runs where kind = 'backup' and ok order by started_at desc, id desc limit 1"
    )
    .fetch_optional(db)
    .await
}

pub async fn close_interrupted(db: impl PgExecutor<'_>, kind: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update backup_runs set ok = false, finished_at = now(), error = 'interrompue' where kind = $1 and ok is null",
        kind
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn insert_run(db: impl PgExecutor<'_>, kind: &str, name: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!("insert into backup_runs (kind, name) values ($1, $2) returning id", kind, name)
        .fetch_one(db)
        .await
}

pub async fn finish_run(
    db: impl PgExecutor<'_>,
    id: i64,
    ok: bool,
    bytes: i64,
    error: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update backup_runs set ok = $2, bytes = $3, error = left($4, 500), finished_at = clock_timestamp() where id = $1",
        id,
        ok,
        bytes,
        error
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The database's clock, to compare ours with.
pub async fn database_now(db: impl PgExecutor<'_>) -> sqlx::Result<chrono::DateTime<chrono::Utc>> {
    sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(db).await
}

pub async fn delete_old_runs(db: impl PgExecutor<'_>, days: i32) -> sqlx::Result<u64> {
    let deleted =
        sqlx::query!("delete from backup_runs where started_at < now() - make_interval(days => $1)", days);
    Ok(deleted.execute(db).await?.rows_affected())
}
