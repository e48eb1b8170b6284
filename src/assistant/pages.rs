//! Passages of the shop's own pages: from the index, or, without one, from PostgreSQL's full text.

use std::sync::Arc;

use kit::{Lang, urls};
use ml::answer::passage::Passage;
use ml::answer::question::telling;
use ml::answer::retrieve::{self, Passages};
use ml::answer::words::Reader;
use ml::bundle::Bundle;
use ml::followed::Used;
use platform::App;

use crate::index::{self, Current};
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
    let asked = question.to_string();
    let found = ask(current, move |passages| passages.find(&asked, MOST)).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    // Addresses as they are now; a page that is gone is no source.
    let addresses = store::list_addresses(&app.db, lang).await?;
    Ok(found.into_iter().filter_map(|f| addressed(lang, &addresses, f)).collect())
}

/// The best passages of the pages that stand only in the other language.
pub async fn find_foreign(app: &App, lang: Lang, question: &str) -> anyhow::Result<Vec<Found>> {
    let mut addresses = store::list_addresses(&app.db, lang).await?;
    addresses.retain(|a| !a.own);
    let current = index::current(app, lang.other()).filter(|_| !addresses.is_empty());
    let Some(current) = current else { return Ok(Vec::new()) };
    let asked = question.to_string();
    let found = ask(current, move |passages| passages.find_foreign(&asked, usize::MAX)).await?;
    Ok(found.into_iter().filter_map(|f| addressed(lang, &addresses, f)).take(MOST).collect())
}

/// A model reads the question for milliseconds: not on an async thread.
async fn ask(
    current: Arc<Used<Current>>,
    find: impl FnOnce(&Passages) -> Vec<retrieve::Found> + Send + 'static,
) -> anyhow::Result<Vec<(Passage, f32)>> {
    let reads = current.passages.reads_sentences();
    let run = move || {
        let passages = &current.passages;
        find(passages).into_iter().map(|f| (passages.all[f.place].clone(), f.covered)).collect()
    };
    Ok(if reads { tokio::task::spawn_blocking(run).await? } else { run() })
}

fn addressed(lang: Lang, addresses: &[store::Address], (passage, covered): (Passage, f32)) -> Option<Found> {
    let address = addresses.iter().find(|a| a.code == passage.page)?;
    let url = url(lang, &address.slug, &passage);
    Some(Found { passage, covered, url })
}

/// A small index of the pages that PostgreSQL finds, made for this question.
async fn find_in_database(app: &App, lang: Lang, question: &str) -> anyhow::Result<Vec<Found>> {
    let words: Vec<String> =
        telling(&mut Reader::default(), lang, question).into_iter().map(|w| w.text).take(12).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::find_pages(&app.db, lang, &words).await?;
    let passages: Vec<Passage> = rows.iter().flat_map(store::Row::passages).collect();
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
