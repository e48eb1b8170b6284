//! SQL on PostgreSQL's own statistics, for `doctor`.

use sqlx::{PgExecutor, Row};

pub struct Server {
    pub version: String,
    pub connections: i64,
    pub max_connections: i64,
    /// Share of blocks found in memory, and how many were asked for.
    pub hit_rate: f64,
    pub blocks: i64,
    pub oldest_transaction_s: f64,
}

pub async fn get_server(db: impl PgExecutor<'_>) -> sqlx::Result<Server> {
    sqlx::query_as!(
        Server,
        r#"select current_setting('server_version') as "version!",
                  (select count(*) from pg_stat_activity where backend_type = 'client backend') as "connections!",
                  current_setting('max_connections')::bigint as "max_connections!",
                  (select coalesce(blks_hit::float8 / nullif(blks_hit + blks_read, 0), 1)
                     from pg_stat_database where datname = current_database()) as "hit_rate!",
                  (select blks_hit + blks_read from pg_stat_database where datname = current_database()) as "blocks!",
                  (select coalesce(max(extract(epoch from now() - xact_start)), 0)::float8 from pg_stat_activity
                    where datname = current_database() and backend_type = 'client backend'
                      and pid <> pg_backend_pid() and query not ilike 'vacuum%') as "oldest_transaction_s!""#
    )
    .fetch_one(db)
    .await
}

/// Somebody who waits for a lock, and who holds it.
pub struct Blocked {
    pub waiting: i64,
    pub longest_s: f64,
    pub holder: i32,
}

pub async fn find_blocked(db: impl PgExecutor<'_>) -> sqlx::Result<Option<Blocked>> {
    sqlx::query_as!(
        Blocked,
        r#"select count(*) as "waiting!", coalesce(max(extract(epoch from now() - a.query_start)), 0)::float8 as "longest_s!",
                  coalesce((array_agg(b.pid order by a.query_start))[1], 0) as "holder!"
             from pg_stat_activity a cross join lateral unnest(pg_blocking_pids(a.pid)) as b(pid)
            where a.datname = current_database()
           having count(*) > 0"#
    )
    .fetch_optional(db)
    .await
}

/// A table and what is wrong with it.
pub struct Table {
    pub name: String,
    pub rows: i64,
    pub n: i64,
}

/// Tables with many dead rows that nobody has cleaned up.
pub async fn list_bloated(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Table>> {
    sqlx::query_as!(
        Table,
        r#"select relname::text as "name!", n_live_tup as "rows!", n_dead_tup as "n!"
             from pg_stat_user_tables
            where n_dead_tup > 10000 and n_dead_tup > 0.2 * (n_live_tup + n_dead_tup)
            order by n_dead_tup desc limit 5"#
    )
    .fetch_all(db)
    .await
}

/// Large tables that are read from end to end again and again.
pub async fn list_scanned(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Table>> {
    sqlx::query_as!(
        Table,
        r#"select relname::text as "name!", n_live_tup as "rows!", seq_scan as "n!"
             from pg_stat_user_tables
            where n_live_tup > 10000 and seq_scan > 1000 and seq_tup_read / seq_scan > 10000
              and seq_scan > coalesce(idx_scan, 0) / 10
            order by seq_tup_read desc limit 5"#
    )
    .fetch_all(db)
    .await
}

/// Foreign keys of large tables without an index that begins with their columns: deleting the row they refer to reads all.
pub async fn list_unindexed(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Table>> {
    sqlx::query_as!(
        Table,
        r#"select (c.conrelid::regclass::text || ' (' || (select string_agg(a.attname, ', ') from unnest(c.conkey) k
                     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k) || ')') as "name!",
                  greatest(t.reltuples, 0)::bigint as "rows!", 0::bigint as "n!"
             from pg_constraint c join pg_class t on t.oid = c.conrelid
            where c.contype = 'f' and t.reltuples > 10000
              and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indisvalid
                                and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
            order by t.reltuples desc limit 5"#
    )
    .fetch_all(db)
    .await
}

pub struct Slow {
    pub query: String,
    pub calls: i64,
    pub mean_ms: f64,
}

/// What takes long on average; `None` where pg_stat_statements is not installed. Its view does not exist in every
/// database, so this one query cannot be checked when we compile.
pub async fn list_slow(db: &sqlx::PgPool) -> sqlx::Result<Option<Vec<Slow>>> {
    let there = sqlx::query_scalar!(
        r#"select exists (select from pg_extension where extname = 'pg_stat_statements') as "there!""#
    );
    if !there.fetch_one(db).await? {
        return Ok(None);
    }
    let rows = sqlx::query(
        "select query, calls, mean_exec_time from pg_stat_statements s join pg_database d on d.oid = s.dbid
          where d.datname = current_database() and calls >= 10 and mean_exec_time > 200
          order by total_exec_time desc limit 5",
    )
    .fetch_all(db)
    .await;
    match rows {
        // Installed, but the server does not load it.
        Err(sqlx::Error::Database(e)) if e.code().as_deref() == Some("55000") => Ok(None),
        rows => rows?
            .iter()
            .map(|r| Ok(Slow { query: r.try_get(0)?, calls: r.try_get(1)?, mean_ms: r.try_get(2)? }))
            .collect::<sqlx::Result<Vec<_>>>()
            .map(Some),
    }
}
