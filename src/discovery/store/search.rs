//! SQL of [`crate::search`].

use kit::Lang;
use sqlx::PgExecutor;

use crate::typo::Candidate;

/// A text that fits. Its language may be the other one.
#[derive(Debug)]
pub struct Row {
    pub product_id: i64,
    pub lang: String,
    pub rank: f32,
}

/// Texts with all the words. Reading thousands of vectors to rank them would cost more than it tells, so of more than
/// `ranked` texts the first are ranked and the others follow unranked.
pub async fn list_all_words(
    db: impl PgExecutor<'_>,
    lang: Lang,
    words: &str,
    ranked: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"with q as (
               select websearch_to_tsquery('fr', $2) as fr, websearch_to_tsquery('en', $2) as en
           ), m as materialized (
               select t.product_id, t.lang, t.search, row_number() over () as n
               from q, product_texts t
               where (t.lang = $1 and t.search @@ case $1 when 'fr' then q.fr else q.en end)
                  or (t.lang <> $1 and t.search @@ case $1 when 'fr' then q.en else q.fr end)
           )
           select m.product_id as "product_id!", m.lang as "lang!",
               case when m.n <= $3 then ts_rank('{0.05,0.2,0.4,1}', m.search, case m.lang when 'fr' then q.fr else q.en end)
                   else 0 end as "rank!"
           from m, q"#,
        lang.code(),
        words,
        ranked
    )
    .fetch_all(db)
    .await
}

/// Texts in the reader's language with any of the words, those with more of them first; at most 300.
pub async fn list_any(db: impl PgExecutor<'_>, lang: Lang, words: &[String]) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"with q as (
               select string_agg(x::text, ' | ')::tsquery as any_of
               from (select plainto_tsquery($1::text::regconfig, w) as x from unnest($2::text[]) as w) y where x::text <> ''
           )
           select t.product_id as "product_id!", t.lang as "lang!", ts_rank('{0.05,0.2,0.4,1}', t.search, q.any_of) as "rank!"
           from q, product_texts t
           where t.lang = $1 and t.search @@ q.any_of
           order by 3 desc, 1 limit 300"#,
        lang.code(),
        words
    )
    .fetch_all(db)
    .await
}

/// Products with this reference or bar code.
pub async fn list_exact(db: impl PgExecutor<'_>, code: &str) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select distinct product_id from variants where upper(sku) = upper($1) or ean = $1 limit 10"#,
        code.trim()
    )
    .fetch_all(db)
    .await
}

/// For each word the words of titles that look like it; a word that stands in titles is its own and only candidate.
pub async fn list_similar_words(
    db: impl PgExecutor<'_>,
    lang: Lang,
    words: &[String],
) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select a.asked as "asked!", c.word as "word!"
           from unnest($2::text[]) as a (asked)
           cross join lateral (
               select w.word from search_words w where w.lang = $1 and w.word = a.asked
               union all
               (select w.word from search_words w
                where w.lang = $1 and w.word % a.asked and length(a.asked) >= 4
                  and abs(length(w.word) - length(a.asked)) <= 2
                  and not exists (select from search_words k where k.lang = $1 and k.word = a.asked)
                order by similarity(w.word, a.asked) desc limit 12)
           ) c"#,
        lang.code(),
        words
    )
    .fetch_all(db)
    .await
}
