//! SQL of [`crate::pages`].

use chrono::{DateTime, Utc};
use kit::Lang;
use ml::answer::passage::{Passage, cut};
use sqlx::PgExecutor;

/// A page in one language.
#[derive(Debug, Clone)]
pub struct Row {
    pub code: String,
    pub slug: String,
    pub title: String,
    pub body: String,
    /// Stands among the help of the footer.
    pub help: bool,
}

impl Row {
    pub fn passages(&self) -> Vec<Passage> {
        let help = self.help;
        cut(&self.code, &self.title, &self.body).into_iter().map(|p| Passage { help, ..p }).collect()
    }
}

/// All pages that stand in a language; credits name authors and answer nothing.
pub async fn list_pages(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select p.code as "code!", t.slug as "slug!", t.title as "title!", t.body as "body!", p.footer = 'help' as "help!"
           from pages p join page_texts t on t.page_id = p.id and t.lang = $1
           where p.code <> 'credits' order by p.id"#,
        lang.code()
    )
    .fetch_all(db)
    .await
}

/// Pages with some of the words, those with more of them first: for when there is no index.
pub async fn find_pages(db: impl PgExecutor<'_>, lang: Lang, words: &[String]) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"with q as (
               select string_agg(x::text, ' | ')::tsquery as any_of
               from (select plainto_tsquery($1::text::regconfig, w) as x from unnest($2::text[]) as w) y where x::text <> ''
           ), s as (
               select p.code, t.slug, t.title, t.body, p.footer = 'help' as help,
                   setweight(to_tsvector($1::text::regconfig, t.title), 'A') || to_tsvector($1::text::regconfig, t.body) as words
               from pages p join page_texts t on t.page_id = p.id and t.lang = $1
               where p.code <> 'credits'
           )
           select s.code as "code!", s.slug as "slug!", s.title as "title!", s.body as "body!", s.help as "help!"
           from s, q where s.words @@ q.any_of order by ts_rank(s.words, q.any_of) desc, s.code limit 6"#,
        lang.code(),
        words
    )
    .fetch_all(db)
    .await
}

/// When the pages changed last, and how many there are.
pub async fn get_state(db: impl PgExecutor<'_>) -> sqlx::Result<(i64, Option<DateTime<Utc>>)> {
    let row =
        sqlx::query!(r#"select count(*) as "n!", max(updated_at) as "at?" from pages"#).fetch_one(db).await?;
    Ok((row.n, row.at))
}

/// The address of a page.
#[derive(Debug)]
pub struct Address {
    pub code: String,
    pub slug: String,
    /// Whether the page stands in the language asked for, and not only in the other.
    pub own: bool,
}

/// The address of each page for readers of a language.
pub async fn list_addresses(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<Address>> {
    sqlx::query_as!(
        Address,
        r#"select p.code as "code!", t.slug as "slug!", t.lang = $1 as "own!" from pages p
           join lateral (select x.slug, x.lang from page_texts x where x.page_id = p.id order by x.lang <> $1 limit 1) t on true"#,
        lang.code()
    )
    .fetch_all(db)
    .await
}
