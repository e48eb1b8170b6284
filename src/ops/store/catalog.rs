//! SQL on PostgreSQL's own catalogue: invalid indexes, sizes; and counts of people that a deployment looks at.

use sqlx::{AssertSqlSafe, Executor, PgConnection, PgExecutor};

/// An index that nobody may use: its creation was interrupted.
#[derive(Debug, Clone)]
pub struct InvalidIndex {
    pub name: String,
    pub table: String,
}

/// Invalid indexes that nobody is building right now.
pub async fn list_invalid_indexes(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<InvalidIndex>> {
    sqlx::query_as!(
        InvalidIndex,
        r#"select c.relname::text as "name!", i.indrelid::regclass::text as "table!"
             from pg_index i
             join pg_class c on c.oid = i.indexrelid
             join pg_namespace n on n.oid = c.relnamespace
            where not i.indisvalid and c.relkind = 'i' and n.nspname = 'public'
              and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
            order by 1"#
    )
    .fetch_all(db)
    .await
}

/// Removes an invalid index without stopping anybody.
pub async fn drop_index(conn: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    let quoted = format!("drop index concurrently if exists \"{}\"", name.replace('"', "\"\""));
    conn.execute(AssertSqlSafe(quoted)).await.map(drop)
}

/// How many rows PostgreSQL believes each table has.
pub async fn list_table_rows(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select c.relname::text as "name!", greatest(c.reltuples, 0)::bigint as "rows!"
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and n.nspname = 'public'"#
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|r| (r.name, r.rows)).collect())
}

pub struct People {
    pub admins: i64,
    pub demo: i64,
}

pub async fn count_people(db: impl PgExecutor<'_>) -> sqlx::Result<People> {
    sqlx::query_as!(
        People,
        r#"select count(*) filter (where role = 'admin' and active) as "admins!",
                  count(*) filter (where active and email like '%@smartmarket.example') as "demo!"
             from users"#
    )
    .fetch_one(db)
    .await
}
