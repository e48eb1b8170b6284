//! A page: a code that programs know, and a text in each language.

use chrono::{DateTime, Utc};
use kit::{Lang, urls};
use sqlx::PgExecutor;

use crate::store;

/// The code of the terms of sale.
pub const TERMS: &str = "cgv";
/// The code of the page with the authors of pictures, fonts and icons.
pub const CREDITS: &str = "credits";

/// A page in one language.
#[derive(Debug, Clone)]
pub struct PageText {
    pub code: String,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    /// Each is the other one when a language is missing.
    pub slug_fr: String,
    pub slug_en: String,
    pub lang: Lang,
    pub title: String,
    pub description: String,
    /// Markdown.
    pub body: String,
}

impl PageText {
    pub fn slug(&self, lang: Lang) -> &str {
        lang.pick(&self.slug_fr, &self.slug_en)
    }

    pub fn url(&self, lang: Lang) -> String {
        url(lang, &self.code, self.slug(lang))
    }
}

/// The address of a page; the credits have their own.
pub(crate) fn url(lang: Lang, code: &str, slug: &str) -> String {
    if code == CREDITS { urls::credits(lang).to_string() } else { urls::page(lang, slug) }
}

/// By the slug of either language, in the language asked for where there is a text in it.
pub async fn find_by_slug(db: impl PgExecutor<'_>, lang: Lang, slug: &str) -> sqlx::Result<Option<PageText>> {
    store::find_page(db, lang, Some(slug), None).await
}

pub async fn find_by_code(db: impl PgExecutor<'_>, lang: Lang, code: &str) -> sqlx::Result<Option<PageText>> {
    store::find_page(db, lang, None, Some(code)).await
}

/// The version of the terms of sale in force; 1 in a shop that has none yet.
pub async fn terms_version(db: impl PgExecutor<'_>) -> sqlx::Result<i32> {
    Ok(store::find_version(db, TERMS).await?.unwrap_or(1))
}
