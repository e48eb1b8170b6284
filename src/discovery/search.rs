//! Finding products by words: [`find`] takes words, gives products in order.
//!
//! The index of our own answers ([`crate::index`]). Where it is missing or damaged PostgreSQL does: full text with French or English stemming and folded accents; a reference or bar code that
//! fits exactly comes first; mistyped words are replaced by the nearest word of the shop's titles ("did you mean"); when
//! not all words fit anything, any of them will do. Relevance comes from the text, weighed with stock and sales.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kit::{Lang, text};
use ml::search::{Engine, Hit, Understood};
use moka::sync::Cache;
use platform::App;

use crate::facets::Facets;
use crate::filter::{Filter, Sort};
use crate::index;
use crate::listing::{self, Scope};
use crate::shelf::{self, Shelf};
use crate::store::search as store;
use crate::tools::{self, Tools};
use crate::typo;

const TTL: Duration = Duration::from_secs(60);
/// Longest text that is searched for.
const MAX_CHARS: usize = 120;
/// More answers than this are ranked by sales alone.
const RANKED: usize = 2_000;
/// From here on a product is near what is asked, whatever its words.
const NEAR: f32 = 0.5;
/// From here on a product has all the words.
const WHOLE: f32 = 0.999;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Query {
    pub lang: Lang,
    /// As typed; made one line by [`Query::new`].
    pub words: String,
    pub filter: Filter,
    pub sort: Sort,
}

impl Query {
    pub fn new(lang: Lang, words: &str, filter: Filter, sort: Sort) -> Query {
        Query { lang, words: text::one_line(words, MAX_CHARS), filter, sort }
    }
}

/// The answer.
#[derive(Debug)]
pub struct Hits {
    /// All products found that pass the filter, in order.
    pub ids: Vec<i64>,
    pub total: i64,
    pub facets: Facets,
    pub suggestion: Suggestion,
    pub shelf: Arc<Shelf>,
}

/// What was done about words that found nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Suggestion {
    #[default]
    None,
    /// These words were searched instead.
    Corrected(String),
    /// No product has all the words; these have some.
    Partial,
}

/// Products for words before filters, on one shelf.
#[derive(Debug)]
struct Found {
    hits: Arc<[u32]>,
    suggestion: Suggestion,
}

/// Language, folded words, revision of the index (0: PostgreSQL), generations of the shelf and of the tools.
type Asked = (Lang, String, u64, u64, u64);

struct Kept(Cache<Asked, Arc<Found>>);

impl Default for Kept {
    fn default() -> Kept {
        let weigh = |k: &Asked, f: &Arc<Found>| (k.1.len() + f.hits.len() * 4 + 256) as u32;
        Kept(Cache::builder().max_capacity(4 * 1024 * 1024).weigher(weigh).time_to_live(TTL).build())
    }
}

/// Products for a query, best first. Warm: no query at all; cold: one or two.
pub async fn find(app: &App, query: &Query) -> sqlx::Result<Hits> {
    let shelf = shelf::current(app).await?;
    let tree = catalog::tree(app).await?;
    let folded = text::fold(&query.words);
    let found = if folded.is_empty() {
        Arc::new(Found { hits: Arc::from([]), suggestion: Suggestion::None })
    } else {
        let index = index::current(app, query.lang);
        let revision = index.as_ref().map_or(0, |i| i.revision);
        let tools = tools::current(app).await;
        let key = (query.lang, folded.clone(), revision, shelf.generation, tools.generation);
        let kept = app.slots.of::<Kept>();
        match kept.0.get(&key) {
            Some(found) => found,
            None => {
                let found = match &index {
                    Some(index) => ask_index(app, &shelf, query, &index.engine, &tools).await?,
                    None => ask_database(app, &shelf, query, &tools).await?,
                };
                let found = Arc::new(pinned(&shelf, query, &tools, found));
                kept.0.insert(key, found.clone());
                found
            }
        }
    };
    let filter = query.filter.clone().known_to(&shelf);
    let scope = Scope::Hits { words: folded, hits: found.hits.clone(), generation: shelf.generation };
    let listing = listing::list(app, &shelf, &tree, scope, &filter, query.sort);
    Ok(Hits {
        ids: listing.ids.clone(),
        total: listing.total(),
        facets: listing.facets.clone(),
        suggestion: found.suggestion.clone(),
        shelf,
    })
}

/// References first, then by fit; what has hardly anything of the query is left out. The query is asked in other words
/// too, where staff said that they mean the same.
async fn ask_index(
    app: &App,
    shelf: &Shelf,
    query: &Query,
    engine: &Arc<Engine>,
    tools: &Tools,
) -> sqlx::Result<Found> {
    let exact = exact(app, shelf, &query.words).await?;
    let (understood, ranked) = ask(engine, &query.words).await;
    let raise = tools.raise(query.lang, &query.words);
    let others = tools.rewrites(query.lang, &query.words);
    // Words that staff know are not mistyped.
    let corrected = understood.corrected.clone().filter(|_| others.is_empty());
    let mut fits: HashMap<u32, f32> = HashMap::new();
    let mut most = 0.0;
    if corrected.is_some() == understood.corrected.is_some() {
        most = fit(shelf, &ranked, &raise, &mut fits);
    }
    let corrected = corrected.filter(|_| !fits.is_empty());
    for said in others {
        most = most.max(fit(shelf, &ask(engine, &said).await.1, &raise, &mut fits));
    }
    fits.retain(|at, _| !exact.contains(at));
    let mut scored: Vec<(u32, f32)> = fits.into_iter().collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let suggestion = match corrected {
        Some(words) if exact.is_empty() => Suggestion::Corrected(words),
        _ if exact.is_empty() && !scored.is_empty() && most <= WHOLE => Suggestion::Partial,
        _ => Suggestion::None,
    };
    let hits = exact.into_iter().chain(scored.into_iter().map(|(at, _)| at)).collect();
    Ok(Found { hits, suggestion })
}

/// What the index understood, and its ranking. A model of sentences takes milliseconds of processor or network.
async fn ask(engine: &Arc<Engine>, words: &str) -> (Understood, Vec<Hit>) {
    let run = |engine: &Engine, words: &str| {
        let understood = engine.understand(words);
        let ranked = engine.rank(&understood);
        (understood, ranked)
    };
    if !engine.reads_sentences() {
        return run(engine, words);
    }
    let (engine, words) = (engine.clone(), words.to_string());
    tokio::task::spawn_blocking(move || run(&engine, &words)).await.unwrap_or_default()
}

/// Adds what has enough of the query; says how much of it the best has.
fn fit(shelf: &Shelf, ranked: &[Hit], raise: &impl Fn(i64) -> f32, fits: &mut HashMap<u32, f32>) -> f32 {
    let most = ranked.iter().map(|h| h.covered).fold(0.0, f32::max);
    let enough = most * if most > WHOLE { 0.6 } else { 0.75 };
    for hit in ranked.iter().filter(|h| h.covered >= enough || h.near >= NEAR) {
        let Some(at) = shelf.index_of(hit.id) else { continue };
        let item = shelf.item(at);
        let stock = if item.available > 0 { 1.0 } else { 0.8 };
        let score = hit.score * wanted(item.sales) * raise(hit.id) * stock;
        let best = fits.entry(at).or_insert(score);
        *best = best.max(score);
    }
    most
}

/// What staff put first for these words comes first, as long as it can be bought.
fn pinned(shelf: &Shelf, query: &Query, tools: &Tools, found: Found) -> Found {
    let pins = tools.pins(query.lang, &query.words).iter().filter_map(|id| shelf.index_of(*id));
    let first: Vec<u32> = pins.filter(|at| shelf.item(*at).available > 0).collect();
    if first.is_empty() {
        return found;
    }
    let rest = found.hits.iter().copied().filter(|at| !first.contains(at));
    let hits = first.iter().copied().chain(rest).collect();
    let suggestion = if found.hits.is_empty() { Suggestion::None } else { found.suggestion };
    Found { hits, suggestion }
}

/// All words; else the same in other words; else corrected; else any word.
async fn ask_database(app: &App, shelf: &Shelf, query: &Query, tools: &Tools) -> sqlx::Result<Found> {
    let done = |hits: Vec<u32>, suggestion| Ok(Found { hits: hits.into(), suggestion });
    let mut hits = all_words(app, shelf, query.lang, &query.words).await?;
    for said in tools.rewrites(query.lang, &query.words) {
        let more = all_words(app, shelf, query.lang, &said).await?;
        hits.extend(more.into_iter().filter(|at| !hits.contains(at)).collect::<Vec<_>>());
    }
    if !hits.is_empty() {
        return done(hits, Suggestion::None);
    }
    let meant = corrected(app, query.lang, &query.words).await?;
    if let Some(words) = &meant {
        let hits = all_words(app, shelf, query.lang, words).await?;
        if !hits.is_empty() {
            return done(hits, Suggestion::Corrected(words.clone()));
        }
    }
    let words = meant.unwrap_or_else(|| query.words.clone());
    let rows = store::list_any(&app.db, query.lang, &typo::words(&words)).await?;
    let hits = in_order(shelf, query.lang, rows);
    let suggestion = if hits.is_empty() { Suggestion::None } else { Suggestion::Partial };
    done(hits, suggestion)
}

/// Products with all words, exact references first.
async fn all_words(app: &App, shelf: &Shelf, lang: Lang, words: &str) -> sqlx::Result<Vec<u32>> {
    let rows = async { store::list_all_words(&app.db, lang, words, RANKED as i64).await };
    let (mut hits, rows) = tokio::try_join!(exact(app, shelf, words), rows)?;
    let exact = hits.len();
    for index in in_order(shelf, lang, rows) {
        if !hits[..exact].contains(&index) {
            hits.push(index);
        }
    }
    Ok(hits)
}

/// Products with this reference or bar code.
async fn exact(app: &App, shelf: &Shelf, words: &str) -> sqlx::Result<Vec<u32>> {
    if !is_code(words) {
        return Ok(Vec::new());
    }
    let ids = store::list_exact(&app.db, words).await?;
    Ok(ids.into_iter().filter_map(|id| shelf.index_of(id)).collect())
}

/// A text in the other language counts only for products that have none in the reader's.
fn in_order(shelf: &Shelf, lang: Lang, rows: Vec<store::Row>) -> Vec<u32> {
    let mine = lang.pick(0, 1);
    let mut scored: Vec<(u32, f32)> = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(index) = shelf.index_of(row.product_id) else { continue };
        let item = shelf.item(index);
        if row.lang == lang.code() || !item.texts[mine] {
            scored.push((index, score(row.rank, item.available > 0, item.sales)));
        }
    }
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    scored.into_iter().map(|(i, _)| i).collect()
}

/// The fit of the text counts most; at equal fit sales decide, and what is sold out comes later.
fn score(rank: f32, in_stock: bool, sales: u32) -> f32 {
    rank.max(0.001) * wanted(sales) * if in_stock { 1.0 } else { 0.7 }
}

pub(crate) fn wanted(sales: u32) -> f32 {
    1.0 + (1.0 + sales as f32).ln() * 0.05
}

/// Looks like a reference or bar code: one word with a digit.
fn is_code(words: &str) -> bool {
    let w = words.trim();
    (4..=40).contains(&w.len()) && !w.contains(' ') && w.bytes().any(|b| b.is_ascii_digit())
}

/// The words with each unknown one replaced by the nearest known; `None` when nothing was replaced.
async fn corrected(app: &App, lang: Lang, words: &str) -> sqlx::Result<Option<String>> {
    let words = typo::words(words);
    let candidates = store::list_similar_words(&app.db, lang, &words).await?;
    Ok(typo::correct(&words, &candidates))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_words() {
        assert!(is_code("TOR-1001-INOX"));
        assert!(is_code("2100001001001"));
        assert!(!is_code("cafetière"));
        assert!(!is_code("coque iphone 12"));
    }

    #[test]
    fn fit_counts_more_than_sales_and_stock_decides_at_equal_fit() {
        assert!(score(0.6, true, 0) > score(0.3, true, 1_000));
        assert!(score(0.3, true, 10) > score(0.3, true, 1));
        assert!(score(0.3, true, 0) > score(0.3, false, 0));
    }
}
