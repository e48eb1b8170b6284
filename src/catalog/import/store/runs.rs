//! Runs of the import: table `imports`, the lock that keeps two runs apart, and the house-keeping around a run.

use sqlx::PgConnection;

/// Any constant: held by the one import that runs.
const IMPORT_LOCK: i64 = 0x5eed_feed;

/// A run that was killed, or a new one.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub id: i64,
    pub items_done: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub faults: serde_json::Value,
}

/// Takes the lock of imports until this session ends; `false` when another import runs.
pub async fn lock(conn: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "locked!""#, IMPORT_LOCK).fetch_one(conn).await
}

pub async fn unlock(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query_scalar!("select pg_advisory_unlock($1)", IMPORT_LOCK).fetch_one(conn).await?;
    Ok(())
}

/// The newest unfinished run of the same file in the same language.
pub async fn find_unfinished(
    conn: &mut PgConnection,
    fingerprint: &[u8],
    lang: &str,
) -> sqlx::Result<Option<Run>> {
    sqlx::query_as!(
        Run,
        "select id, items_done, created, updated, unchanged, faults from imports
          where fingerprint = $1 and lang = $2 and state = 'running' order by id desc limit 1",
        fingerprint,
        lang
    )
    .fetch_optional(conn)
    .await
}

pub async fn insert_run(
    conn: &mut PgConnection,
    fingerprint: &[u8],
    file_name: &str,
    format: &str,
    lang: &str,
) -> sqlx::Result<Run> {
    let id = sqlx::query_scalar!(
        "insert into imports (fingerprint, file_name, format, lang) values ($1, $2, $3, $4) returning id",
        fingerprint,
        file_name,
        format,
        lang
    )
    .fetch_one(conn)
    .await?;
    Ok(Run { id, faults: serde_json::json!([]), ..Run::default() })
}

/// Unfinished runs of this file that shall not be gone on with.
pub async fn give_up(conn: &mut PgConnection, fingerprint: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "update imports set state = 'failed', finished_at = now() where fingerprint = $1 and state = 'running'",
        fingerprint
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where the run stands after a chunk, in the chunk's transaction.
pub async fn set_progress(
    tx: &mut PgConnection,
    run: &Run,
    last_line: i64,
    refused: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update imports set items_done = $2, created = $3, updated = $4, unchanged = $5, faults = $6, last_line = $7,
                refused = $8, updated_at = now() where id = $1",
        run.id,
        run.items_done,
        run.created,
        run.updated,
        run.unchanged,
        run.faults,
        last_line,
        refused
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn set_finished(conn: &mut PgConnection, id: i64, state: &str, refused: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update imports set state = $2, refused = $3, updated_at = now(), finished_at = now() where id = $1",
        id,
        state,
        refused
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Limits of one chunk's transaction. Losing the last chunks in a crash of the server costs nothing: progress is lost with
/// them, so the commit need not wait for the disk.
pub async fn set_limits(tx: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        "select set_config('statement_timeout', '60s', true) as a, set_config('lock_timeout', '15s', true) as b,
                set_config('synchronous_commit', 'off', true) as c,
                set_config('gin_pending_list_limit', '32MB', true) as d"
    )
    .fetch_one(tx)
    .await?;
    Ok(())
}

/// Tells the planner early that the tables are no longer empty: plans for empty tables are slow ones.
pub async fn analyze(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("analyze categories, category_texts, brands, products, product_texts, variants, stock_levels, price_log")
        .execute(conn)
        .await?;
    Ok(())
}

/// After many rows: empties the waiting lists of the search indexes and tells the planner what is there now.
pub async fn tidy(conn: &mut PgConnection) -> sqlx::Result<()> {
    let mut tx = sqlx::Connection::begin(conn).await?;
    sqlx::query!(
        "select set_config('statement_timeout', '120s', true) as a, set_config('lock_timeout', '15s', true) as b"
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "select gin_clean_pending_list('product_texts_search'::regclass) as a,
                gin_clean_pending_list('product_texts_title_trgm'::regclass) as b"
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!("analyze products, product_texts, variants, price_log, stock_levels, categories, option_values, search_words")
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}
