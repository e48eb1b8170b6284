//! SQL of [`crate::tools::counts`] and of the reports about it.

use chrono::NaiveDate;
use kit::Lang;
use sqlx::PgExecutor;

pub struct Searched {
    pub lang: Lang,
    pub query: String,
    pub shown: String,
    pub searches: i32,
    pub zeros: i32,
}

pub async fn add_searches(db: impl PgExecutor<'_>, day: NaiveDate, rows: &[Searched]) -> sqlx::Result<()> {
    let langs: Vec<String> = rows.iter().map(|r| r.lang.code().to_string()).collect();
    let queries: Vec<String> = rows.iter().map(|r| r.query.clone()).collect();
    let shown: Vec<String> = rows.iter().map(|r| r.shown.clone()).collect();
    let searches: Vec<i32> = rows.iter().map(|r| r.searches).collect();
    let zeros: Vec<i32> = rows.iter().map(|r| r.zeros).collect();
    sqlx::query!(
        "insert into search_queries (day, lang, query, shown, searches, zeros)
         select $1, n.* from unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::int[]) as n
         on conflict (day, lang, query) do update set
             searches = search_queries.searches + excluded.searches, zeros = search_queries.zeros + excluded.zeros,
             shown = case when octet_length(excluded.shown) > octet_length(search_queries.shown) then excluded.shown
                     else search_queries.shown end",
        day,
        &langs,
        &queries,
        &shown,
        &searches,
        &zeros
    )
    .execute(db)
    .await?;
    Ok(())
}

pub struct Clicked {
    pub lang: Lang,
    pub query: String,
    pub product_id: i64,
    pub position: i16,
    pub clicks: i32,
}

pub async fn add_clicks(db: impl PgExecutor<'_>, day: NaiveDate, rows: &[Clicked]) -> sqlx::Result<()> {
    let langs: Vec<String> = rows.iter().map(|r| r.lang.code().to_string()).collect();
    let queries: Vec<String> = rows.iter().map(|r| r.query.clone()).collect();
    let products: Vec<i64> = rows.iter().map(|r| r.product_id).collect();
    let positions: Vec<i16> = rows.iter().map(|r| r.position).collect();
    let clicks: Vec<i32> = rows.iter().map(|r| r.clicks).collect();
    sqlx::query!(
        "insert into search_clicks (day, lang, query, product_id, position, clicks)
         select $1, n.lang, n.query, n.product, n.position, n.clicks
         from unnest($2::text[], $3::text[], $4::bigint[], $5::smallint[], $6::int[]) as n (lang, query, product, position, clicks)
         join products p on p.id = n.product
         on conflict (day, lang, query, product_id, position) do update set clicks = search_clicks.clicks + excluded.clicks",
        day,
        &langs,
        &queries,
        &products,
        &positions,
        &clicks
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Counts older than `kept` days, and queries older than `rare` days that fewer than three searched in that time.
pub async fn delete_old(db: &sqlx::PgPool, today: NaiveDate, kept: i32, rare: i32) -> sqlx::Result<u64> {
    let clicks = sqlx::query!("delete from search_clicks where day < $1::date - $2::int", today, kept)
        .execute(db)
        .await?
        .rows_affected();
    let queries = sqlx::query!(
        "delete from search_queries q where q.day < $1::date - $2::int
             or (q.day < $1::date - $3::int
                 and (select sum(o.searches) from search_queries o where o.lang = q.lang and o.query = q.query) < 3)",
        today,
        kept,
        rare
    )
    .execute(db)
    .await?
    .rows_affected();
    Ok(clicks + queries)
}

/// A query and what became of it.
#[derive(Debug)]
pub struct QueryRow {
    pub lang: Lang,
    pub query: String,
    pub shown: String,
    pub searches: i64,
    pub zeros: i64,
    pub clicks: i64,
    pub last: NaiveDate,
}

/// Queries of the last `days` days, the commonest first; `zero` keeps those that found nothing.
pub async fn list_queries(
    db: impl PgExecutor<'_>,
    today: NaiveDate,
    days: i32,
    zero: bool,
    limit: i64,
) -> sqlx::Result<Vec<QueryRow>> {
    sqlx::query_as!(
        QueryRow,
        r#"select q.lang as "lang!", q.query as "query!",
               (array_agg(q.shown order by octet_length(q.shown) desc, q.shown))[1] as "shown!",
               sum(q.searches) as "searches!", sum(q.zeros) as "zeros!",
               coalesce((select sum(c.clicks) from search_clicks c
                         where c.lang = q.lang and c.query = q.query and c.day > $1::date - $2::int), 0)::bigint as "clicks!",
               max(q.day) as "last!"
           from search_queries q where q.day > $1::date - $2::int
           group by q.lang, q.query having not $3 or sum(q.zeros) > 0
           order by case when $3 then sum(q.zeros) else sum(q.searches) end desc, q.query, q.lang
           limit $4"#,
        today,
        days,
        zero,
        limit
    )
    .fetch_all(db)
    .await
}

/// All searches of a period.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sums {
    pub searches: i64,
    pub zeros: i64,
    pub clicks: i64,
}

pub async fn get_sums(db: impl PgExecutor<'_>, today: NaiveDate, days: i32) -> sqlx::Result<Sums> {
    sqlx::query_as!(
        Sums,
        r#"select coalesce(sum(searches), 0)::bigint as "searches!", coalesce(sum(zeros), 0)::bigint as "zeros!",
               (select coalesce(sum(clicks), 0)::bigint from search_clicks where day > $1::date - $2::int) as "clicks!"
           from search_queries where day > $1::date - $2::int"#,
        today,
        days
    )
    .fetch_one(db)
    .await
}
