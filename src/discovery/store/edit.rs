//! SQL of [`crate::tools::edit`]: what staff write. Each statement is followed by [`record`] in the same transaction.

use kit::Lang;
use sqlx::{PgConnection, PgExecutor};

use super::tools::{Redirect, Synonyms};

/// One act: what it is about, what stood there before and what stands there now; empty where nothing does.
#[derive(Debug, Default)]
pub struct Act {
    pub kind: &'static str,
    pub lang: Option<Lang>,
    pub query: String,
    pub before: String,
    pub after: String,
}

/// Writes the act down and tells every web process to read the tables again.
pub async fn record(tx: &mut PgConnection, by: &str, act: &Act) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into search_changes (changed_by, kind, lang, query, before, after) values ($1, $2, $3, $4, $5, $6)",
        by,
        act.kind,
        act.lang.map(Lang::code),
        act.query,
        act.before,
        act.after
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update search_settings set revision = revision + 1, changed_by = $1, changed_at = now()",
        by
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// An act as it was written down; `by` is an address, or what is left of somebody who is gone.
#[derive(Debug)]
pub struct Change {
    pub at: chrono::DateTime<chrono::Utc>,
    pub by: String,
    pub kind: String,
    pub lang: Option<String>,
    pub query: String,
    pub before: String,
    pub after: String,
}

/// The last acts, newest first.
pub async fn list_changes(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<Change>> {
    sqlx::query_as!(
        Change,
        r#"select c.at, coalesce(u.email::text, c.changed_by) as "by!", c.kind, c.lang,
               c.query, c.before, c.after
           from search_changes c left join users u on 'staff:' || u.id = c.changed_by
           order by c.id desc limit $1"#,
        limit
    )
    .fetch_all(db)
    .await
}

pub async fn insert_synonyms(
    tx: &mut PgConnection,
    lang: Lang,
    words: &[String],
    by: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into search_synonyms (lang, words, changed_by) values ($1, $2, $3)",
        lang.code(),
        words,
        by
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A set of the language that has one of these words already.
pub async fn find_synonyms(
    tx: &mut PgConnection,
    lang: Lang,
    words: &[String],
) -> sqlx::Result<Option<Synonyms>> {
    sqlx::query_as!(
        Synonyms,
        "select id, lang, words from search_synonyms where lang = $1 and words && $2 limit 1",
        lang.code(),
        words
    )
    .fetch_optional(tx)
    .await
}

pub async fn delete_synonyms(tx: &mut PgConnection, id: i64) -> sqlx::Result<Option<Synonyms>> {
    sqlx::query_as!(Synonyms, "delete from search_synonyms where id = $1 returning id, lang, words", id)
        .fetch_optional(tx)
        .await
}

/// False when the query has a redirect already.
pub async fn insert_redirect(
    tx: &mut PgConnection,
    lang: Lang,
    query: &str,
    url: &str,
    by: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into search_redirects (lang, query, url, changed_by) values ($1, $2, $3, $4) on conflict do nothing",
        lang.code(),
        query,
        url,
        by
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete_redirect(tx: &mut PgConnection, id: i64) -> sqlx::Result<Option<Redirect>> {
    sqlx::query_as!(Redirect, "delete from search_redirects where id = $1 returning id, lang, query, url", id)
        .fetch_optional(tx)
        .await
}

/// The references of the products pinned for a query, in their order.
pub async fn pinned(tx: &mut PgConnection, lang: Lang, query: &str) -> sqlx::Result<String> {
    sqlx::query_scalar!(
        r#"select coalesce(string_agg(coalesce(v.sku, '#' || s.product_id), ', ' order by s.position), '') as "said!"
           from search_pins s
           left join lateral (select sku from variants where product_id = s.product_id order by position limit 1) v on true
           where s.lang = $1 and s.query = $2"#,
        lang.code(),
        query
    )
    .fetch_one(tx)
    .await
}

/// The pins of a query become these.
pub async fn set_pins(
    tx: &mut PgConnection,
    lang: Lang,
    query: &str,
    products: &[i64],
    by: &str,
) -> sqlx::Result<()> {
    sqlx::query!("delete from search_pins where lang = $1 and query = $2", lang.code(), query)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into search_pins (lang, query, product_id, position, changed_by)
         select $1, $2, n.id, n.n, $4 from unnest($3::bigint[]) with ordinality as n (id, n)",
        lang.code(),
        query,
        products,
        by
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The pinned products of a query with their titles.
#[derive(Debug)]
pub struct PinRow {
    pub lang: Lang,
    pub query: String,
    pub product_id: i64,
    pub title: String,
    pub sku: String,
    pub on_sale: bool,
}

pub async fn list_pins(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<PinRow>> {
    sqlx::query_as!(
        PinRow,
        r#"select s.lang as "lang!", s.query as "query!", s.product_id as "product_id!",
               coalesce(t.title, '') as "title!", coalesce(v.sku, '') as "sku!",
               p.status = 'active' and p.available > 0 as "on_sale!"
           from search_pins s join products p on p.id = s.product_id
           left join product_texts t on t.product_id = p.id and t.lang = 'fr'
           left join lateral (select sku from variants where product_id = p.id order by position limit 1) v on true
           order by s.lang, s.query, s.position"#
    )
    .fetch_all(db)
    .await
}

/// Says whether they counted before.
pub async fn set_use_clicks(tx: &mut PgConnection, on: bool) -> sqlx::Result<bool> {
    let was =
        sqlx::query_scalar!("select use_clicks from search_settings for update").fetch_one(&mut *tx).await?;
    sqlx::query!("update search_settings set use_clicks = $1", on).execute(tx).await?;
    Ok(was)
}

#[derive(Debug)]
pub struct LastChange {
    pub by: String,
    pub at: chrono::DateTime<chrono::Utc>,
    pub use_clicks: bool,
    pub changes: i64,
}

pub async fn get_last_change(db: impl PgExecutor<'_>) -> sqlx::Result<LastChange> {
    sqlx::query_as!(
        LastChange,
        r#"select coalesce(u.email::text, '') as "by!", s.changed_at as "at!", s.use_clicks as "use_clicks!", s.revision - 1 as "changes!"
           from search_settings s left join users u on 'staff:' || u.id = s.changed_by"#
    )
    .fetch_one(db)
    .await
}

/// Redirects and synonyms as staff see them.
pub async fn lists(db: &sqlx::PgPool) -> sqlx::Result<(Vec<Synonyms>, Vec<Redirect>)> {
    Ok((super::tools::list_synonyms(db).await?, super::tools::list_redirects(db).await?))
}
