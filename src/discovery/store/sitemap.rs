//! SQL of [`crate::sitemap`].

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

#[derive(Debug)]
pub struct Entry {
    pub slug_fr: String,
    pub slug_en: String,
    pub updated_at: DateTime<Utc>,
}

pub async fn count_products(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from products where status = 'active'"#)
        .fetch_one(db)
        .await
}

/// Products on sale in the order of their ids, with their addresses in both languages.
pub async fn list_products(db: impl PgExecutor<'_>, limit: i64, offset: i64) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"select coalesce(fr.slug, en.slug) as "slug_fr!", coalesce(en.slug, fr.slug) as "slug_en!", p.updated_at as "updated_at!"
           from (select id, updated_at from products where status = 'active' order by id limit $1 offset $2) p
           left join product_texts fr on fr.product_id = p.id and fr.lang = 'fr'
           left join product_texts en on en.product_id = p.id and en.lang = 'en'
           where fr.slug is not null or en.slug is not null
           order by p.id"#,
        limit,
        offset
    )
    .fetch_all(db)
    .await
}

/// Addresses of legal and help pages: (French, English, last change).
pub async fn list_pages(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"select coalesce(fr.slug, en.slug) as "slug_fr!", coalesce(en.slug, fr.slug) as "slug_en!", p.updated_at as "updated_at!"
           from pages p
           left join page_texts fr on fr.page_id = p.id and fr.lang = 'fr'
           left join page_texts en on en.page_id = p.id and en.lang = 'en'
           where p.code <> 'credits' and (fr.slug is not null or en.slug is not null)
           order by p.id"#
    )
    .fetch_all(db)
    .await
}
