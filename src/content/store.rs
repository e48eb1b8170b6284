//! SQL of pages.

use kit::Lang;
use sqlx::PgExecutor;

use crate::pages::PageText;

/// One page by slug or by code, with the text in the language asked for, else in the other one.
pub async fn find_page(
    db: impl PgExecutor<'_>,
    lang: Lang,
    slug: Option<&str>,
    code: Option<&str>,
) -> sqlx::Result<Option<PageText>> {
    sqlx::query_as!(
        PageText,
        r#"select p.code as "code!", p.version as "version!", p.updated_at as "updated_at!", t.lang as "lang!",
               t.title as "title!", t.description as "description!", t.body as "body!",
               coalesce(fr.slug, en.slug) as "slug_fr!", coalesce(en.slug, fr.slug) as "slug_en!"
           from pages p
           join lateral (select x.* from page_texts x where x.page_id = p.id order by x.lang <> $1 limit 1) t on true
           left join page_texts fr on fr.page_id = p.id and fr.lang = 'fr'
           left join page_texts en on en.page_id = p.id and en.lang = 'en'
           where p.code = $3 or p.id = (
               select page_id from page_texts where slug = $2 and lang = any('{fr,en}') order by lang <> $1 limit 1)"#,
        lang.code(),
        slug,
        code
    )
    .fetch_optional(db)
    .await
}

pub async fn find_version(db: impl PgExecutor<'_>, code: &str) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!("select version from pages where code = $1", code).fetch_optional(db).await
}

/// A page as the footer names it.
#[derive(Debug)]
pub struct FooterRow {
    pub code: String,
    pub footer: String,
    pub slug: String,
    pub title: String,
}

pub async fn list_footer(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<FooterRow>> {
    sqlx::query_as!(
        FooterRow,
        r#"select p.code as "code!", p.footer as "footer!", t.slug as "slug!", t.title as "title!" from pages p
         join lateral (select x.slug, x.title from page_texts x where x.page_id = p.id order by x.lang <> $1 limit 1) t on true
         where p.footer <> 'none' order by p.position, p.id"#,
        lang.code()
    )
    .fetch_all(db)
    .await
}

/// A picture whose author is named.
#[derive(Debug)]
pub struct Credit {
    pub key: String,
    pub kind: String,
    pub credit: String,
}

/// One picture for each author or source, in their order.
pub async fn list_credits(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<Credit>> {
    sqlx::query_as!(
        Credit,
        "select distinct on (credit) key, kind, credit from media where credit <> '' order by credit, id limit $1",
        limit
    )
    .fetch_all(db)
    .await
}
