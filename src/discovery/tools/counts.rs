//! What is searched and what is taken, counted: words, language, product, place and day, and nothing of who.
//!
//! Counted in memory and written together every few seconds, so that no page waits for a write; a crash loses the last
//! seconds, which decide nothing. Texts that may be about somebody (an address, a long number) are not counted at all, and
//! rare ones are forgotten after a week ([`forget`]).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kit::Lang;
use platform::App;

use super::key;
use crate::filter::{Filter, Sort};
use crate::search::{self, Query};
use crate::store::counts as store;

const EVERY: Duration = Duration::from_secs(10);
/// Different queries counted between two writes; a flood of nonsense is not kept.
const MOST: usize = 5_000;
/// Longest text counted.
const LONGEST: usize = 60;
/// A product opened again by the same visitor within this time counts once.
const ONCE_WITHIN: Duration = Duration::from_secs(3600);
/// Days after which counts are deleted, and rare queries.
const KEPT_DAYS: i32 = 180;
const RARE_DAYS: i32 = 7;

#[derive(Default)]
struct Searched {
    shown: String,
    searches: i32,
    zeros: i32,
}

#[derive(Default)]
struct Counts {
    searches: Mutex<HashMap<(Lang, String), Searched>>,
    clicks: Mutex<HashMap<(Lang, String, String), i32>>,
    seen: Mutex<Seen>,
}

/// Clicks of the last hour as numbers that lead back to nobody: the key is drawn at start and kept nowhere.
#[derive(Default)]
struct Seen {
    hashes: HashSet<u64>,
    key: RandomState,
    since: Option<Instant>,
}

/// Counts a search for these words.
pub fn searched(app: &App, lang: Lang, words: &str, total: i64) {
    let query = key(words);
    if !may_be_kept(words) || query.is_empty() {
        return;
    }
    let counts = app.slots.of::<Counts>();
    let mut searches = counts.searches.lock().unwrap_or_else(PoisonError::into_inner);
    if searches.len() >= MOST && !searches.contains_key(&(lang, query.clone())) {
        return;
    }
    let entry = searches.entry((lang, query)).or_default();
    entry.searches += 1;
    entry.zeros += i32::from(total == 0);
    if words.len() > entry.shown.len() {
        entry.shown = words.to_lowercase();
    }
}

/// Counts that a product was opened from the results of these words. `who` is only used to count it once.
pub fn clicked(app: &App, lang: Lang, words: &str, slug: &str, who: &str) {
    if !may_be_kept(words) || key(words).is_empty() {
        return;
    }
    let counts = app.slots.of::<Counts>();
    {
        let mut seen = counts.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.since.is_none_or(|at| at.elapsed() > ONCE_WITHIN) || seen.hashes.len() > 100_000 {
            *seen = Seen { since: Some(Instant::now()), ..Seen::default() };
        }
        let hash = seen.key.hash_one((lang.code(), key(words), slug, who));
        if !seen.hashes.insert(hash) {
            return;
        }
    }
    let mut clicks = counts.clicks.lock().unwrap_or_else(PoisonError::into_inner);
    if clicks.len() < MOST {
        *clicks.entry((lang, words.to_string(), slug.to_string())).or_insert(0) += 1;
    }
}

/// A mail address or a telephone number typed into the wrong box is nobody's business.
fn may_be_kept(words: &str) -> bool {
    let digits = words.chars().filter(char::is_ascii_digit).count();
    words.chars().count() <= LONGEST && !words.contains('@') && digits < 9
}

/// Writes what was counted since the last time.
pub async fn flush(app: &App) -> sqlx::Result<()> {
    let counts = app.slots.of::<Counts>();
    let today = kit::dates::day(app.clock.now());
    let searches = std::mem::take(&mut *counts.searches.lock().unwrap_or_else(PoisonError::into_inner));
    // One order in every process, so that two of them never wait for each other in a circle.
    let mut rows: Vec<store::Searched> = searches
        .into_iter()
        .map(|((lang, query), s)| store::Searched {
            lang,
            query,
            shown: s.shown,
            searches: s.searches,
            zeros: s.zeros,
        })
        .collect();
    rows.sort_by(|a, b| (a.lang.code(), &a.query).cmp(&(b.lang.code(), &b.query)));
    if !rows.is_empty() {
        store::add_searches(&app.db, today, &rows).await?;
    }
    let clicks = std::mem::take(&mut *counts.clicks.lock().unwrap_or_else(PoisonError::into_inner));
    let mut rows: Vec<store::Clicked> = Vec::new();
    for ((lang, words, slug), n) in clicks {
        rows.extend(place(app, lang, &words, &slug, n).await?);
    }
    rows.sort_by(|a, b| {
        (a.lang.code(), &a.query, a.product_id).cmp(&(b.lang.code(), &b.query, b.product_id))
    });
    rows.dedup_by(|b, a| {
        let same =
            (a.lang, &a.query, a.product_id, a.position) == (b.lang, &b.query, b.product_id, b.position);
        if same {
            a.clicks += b.clicks;
        }
        same
    });
    if !rows.is_empty() {
        store::add_clicks(&app.db, today, &rows).await?;
    }
    Ok(())
}

/// Where the product stands among the results; nothing when it is none of them, whatever the request said.
async fn place(
    app: &App,
    lang: Lang,
    words: &str,
    slug: &str,
    clicks: i32,
) -> sqlx::Result<Option<store::Clicked>> {
    let Some(product_id) = catalog::product::find_id(app, lang, slug).await? else { return Ok(None) };
    let query = Query::new(lang, words, Filter::default(), Sort::Relevance);
    let hits = search::find(app, &query).await?;
    let position = hits.ids.iter().take(500).position(|id| *id == product_id);
    Ok(position.map(|p| store::Clicked {
        lang,
        query: key(words),
        product_id,
        position: p as i16 + 1,
        clicks,
    }))
}

/// Writes until shutdown, and once more then.
pub fn start(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        while app.shutdown.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            report(flush(&app).await);
        }
        report(flush(&app).await);
    });
}

fn report(outcome: sqlx::Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "searches could not be counted");
    }
}

/// Deletes what is old, and queries that only one or two people asked; says how many rows.
pub async fn forget(app: &App) -> sqlx::Result<u64> {
    let today = kit::dates::day(app.clock.now());
    store::delete_old(&app.db, today, KEPT_DAYS, RARE_DAYS).await
}

#[cfg(test)]
mod tests {
    use super::may_be_kept;

    #[test]
    fn what_may_be_about_somebody_is_not_counted() {
        for fine in ["cafetière", "iphone 12 128 go", "l'écran 4k"] {
            assert!(may_be_kept(fine), "{fine}");
        }
        for no in ["a@b.fr", "06 12 34 56 78", &"x".repeat(61)] {
            assert!(!may_be_kept(no), "{no}");
        }
    }
}
