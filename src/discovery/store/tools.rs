//! SQL of [`crate::tools`]: what web processes read.

use chrono::NaiveDate;
use kit::Lang;
use sqlx::PgExecutor;

#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub revision: i64,
    pub use_clicks: bool,
}

pub async fn get_settings(db: impl PgExecutor<'_>) -> sqlx::Result<Settings> {
    sqlx::query_as!(Settings, "select revision, use_clicks from search_settings").fetch_one(db).await
}

/// Words that mean the same.
#[derive(Debug, Clone)]
pub struct Synonyms {
    pub id: i64,
    pub lang: Lang,
    pub words: Vec<String>,
}

pub async fn list_synonyms(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Synonyms>> {
    sqlx::query_as!(Synonyms, "select id, lang, words from search_synonyms order by lang, words, id")
        .fetch_all(db)
        .await
}

#[derive(Debug, Clone)]
pub struct Redirect {
    pub id: i64,
    pub lang: Lang,
    pub query: String,
    pub url: String,
}

pub async fn list_redirects(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Redirect>> {
    sqlx::query_as!(Redirect, "select id, lang, query, url from search_redirects order by lang, query")
        .fetch_all(db)
        .await
}

/// Language, query, product; each query's products in their order.
pub async fn list_pinned(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<(Lang, String, i64)>> {
    let rows =
        sqlx::query!("select lang, query, product_id from search_pins order by lang, query, position, id")
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|r| (Lang::from(r.lang), r.query, r.product_id)).collect())
}

#[derive(Debug)]
pub struct ClickWeight {
    pub lang: Lang,
    pub query: String,
    pub product_id: i64,
    pub weight: f32,
}

/// Clicks of ninety days. What stands far down is seen by fewer, so its clicks count more; after two weeks a click counts
/// half. One or two clicks prove nothing.
pub async fn list_click_weights(db: impl PgExecutor<'_>, today: NaiveDate) -> sqlx::Result<Vec<ClickWeight>> {
    sqlx::query_as!(
        ClickWeight,
        r#"select lang as "lang!", query as "query!", product_id as "product_id!",
               sum(clicks * ln(1.718281828 + least(position, 24)) * power(0.5, ($1::date - day) / 14.0))::real as "weight!"
           from search_clicks where day > $1::date - 90
           group by lang, query, product_id having sum(clicks) >= 3
           order by sum(clicks) desc limit 50000"#,
        today
    )
    .fetch_all(db)
    .await
}

#[derive(Debug)]
pub struct AskedRow {
    pub lang: Lang,
    pub query: String,
    pub shown: String,
}

/// Queries of thirty days that several asked and that found something, the commonest first.
pub async fn list_asked(db: impl PgExecutor<'_>, today: NaiveDate) -> sqlx::Result<Vec<AskedRow>> {
    sqlx::query_as!(
        AskedRow,
        r#"select lang as "lang!", query as "query!",
               (array_agg(shown order by octet_length(shown) desc, shown))[1] as "shown!"
           from search_queries where day > $1::date - 30
           group by lang, query having sum(searches) >= 3 and sum(zeros) * 2 < sum(searches)
           order by sum(searches) desc, query limit 5000"#,
        today
    )
    .fetch_all(db)
    .await
}
