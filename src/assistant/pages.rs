//! Passages of the shop's own pages: from the index, or, without one, from PostgreSQL's full text.

use kit::{Lang, urls};
use ml::answer::passage::{Passage, cut};
use ml::answer::question::telling;
use ml::answer::retrieve::{self, Passages};
use ml::answer::words::Reader;
use ml::bundle::Bundle;
use platform::App;

use crate::index;
use crate::store::pages as store;

/// Passages looked at.
const MOST: usize = 5;

/// A passage that may answer.
#[derive(Debug, Clone)]
pub struct Found {
    pub passage: Passage,
    /// Part of the question's weight that it has.
    pub covered: f32,
    pub url: String,
}

/// The best passages for a question.
pub async fn find(app: &App, lang: Lang, question: &str) -> anyhow::Result<Vec<Found>> {
    let Some(current) = index::current(app, lang) else { return find_in_database(app, lang, question).await };
    let found: Vec<(Passage, f32)> = current
        .passages
        .find(question, MOST)
        .into_iter()
        .map(|f| (current.passages.all[f.place].clone(), f.covered))
        .collect();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    // Addresses as they are now; a page that is gone is no source.
    let slugs = store::list_slugs(&app.db, lang).await?;
    let of = |page: &str| slugs.iter().find(|(code, _)| code == page).map(|(_, slug)| slug.clone());
    let each = found.into_iter().filter_map(|(passage, covered)| {
        let url = url(lang, &of(&passage.page)?, &passage);
        Some(Found { passage, covered, url })
    });
    Ok(each.collect())
}

/// A small index of the pages that PostgreSQL finds, made for this question.
async fn find_in_database(app: &App, lang: Lang, question: &str) -> anyhow::Result<Vec<Found>> {
    let words: Vec<String> =
        telling(&mut Reader::default(), lang, question).into_iter().map(|w| w.text).take(12).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::find_pages(&app.db, lang, &words).await?;
    let passages: Vec<Passage> = rows.iter().flat_map(|r| cut(&r.code, &r.title, &r.body)).collect();
    let asked = question.to_string();
    let found = tokio::task::spawn_blocking(move || -> anyhow::Result<Vec<(Passage, f32)>> {
        let bytes = retrieve::build(lang, &passages)?;
        let index = Passages::open(&Bundle::from_bytes(&bytes)?)?;
        Ok(index.find(&asked, MOST).into_iter().map(|f| (index.all[f.place].clone(), f.covered)).collect())
    });
    let slug = |code: &str| rows.iter().find(|r| r.code == code).map(|r| r.slug.clone()).unwrap_or_default();
    let found = found.await??;
    Ok(found
        .into_iter()
        .map(|(p, covered)| Found { url: url(lang, &slug(&p.page), &p), passage: p, covered })
        .collect())
}

fn url(lang: Lang, slug: &str, passage: &Passage) -> String {
    let page = urls::page(lang, slug);
    if passage.anchor.is_empty() { page } else { format!("{page}#{}", passage.anchor) }
}
