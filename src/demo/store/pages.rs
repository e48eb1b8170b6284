//! Legal and help pages.

use serde::Serialize;
use sqlx::PgConnection;

use super::json;

#[derive(Serialize)]
pub struct Row<'a> {
    pub code: &'a str,
    pub footer: &'a str,
    pub position: i32,
}

#[derive(Serialize)]
pub struct TextRow<'a> {
    pub code: &'a str,
    pub lang: &'a str,
    pub slug: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    pub body: &'a str,
}

/// Pages that are not there yet; what staff have changed stays.
pub async fn insert_pages(
    tx: &mut PgConnection,
    rows: &[Row<'_>],
    texts: &[TextRow<'_>],
) -> sqlx::Result<u64> {
    let n = sqlx::query!(
        "insert into pages (code, footer, position)
         select r.code, r.footer, r.position from jsonb_to_recordset($1) as r(code text, footer text, position int)
         on conflict (code) do nothing",
        json(rows)?
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    sqlx::query!(
        "insert into page_texts (page_id, lang, slug, title, description, body)
         select p.id, r.lang, r.slug, r.title, r.description, r.body
         from jsonb_to_recordset($1)
              as r(code text, lang text, slug text, title text, description text, body text)
         join pages p on p.code = r.code
         on conflict do nothing",
        json(texts)?
    )
    .execute(tx)
    .await?;
    Ok(n)
}

/// The version of the terms of sale that orders are placed under.
pub async fn terms_version(tx: &mut PgConnection) -> sqlx::Result<i32> {
    sqlx::query_scalar!("select version from pages where code = 'cgv'").fetch_one(tx).await
}
