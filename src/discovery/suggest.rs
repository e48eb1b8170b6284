//! What may be meant while words are still being typed: queries, categories, products. Nothing of it is kept or counted.
//!
//! Words and order come from the index in memory, titles and prices from one query over a handful of ids.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use catalog::Card;
use catalog::tree::Tree;
use kit::{Lang, text};
use ml::search::Engine;
use ml::text::is_stop;
use moka::sync::Cache;
use platform::App;

use crate::shelf::{self, Shelf};
use crate::store::suggest as store;
use crate::tools::{self, Tools, key};
use crate::{index, search, typo};

/// Longest text that is looked at.
pub const LONGEST: usize = 120;
const SHORTEST: usize = 2;
const QUERIES: usize = 4;
const CATEGORIES: usize = 3;
const PRODUCTS: usize = 5;
/// Ends of the word being typed that are searched for.
const ENDS: usize = 4;
/// Part of the best product's score that the others need.
const NEAR_THE_BEST: f32 = 0.6;
const TTL: Duration = Duration::from_secs(60);

/// A category and the one above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub name: String,
    pub within: String,
    pub url: String,
}

#[derive(Debug, Default)]
pub struct Suggestions {
    pub queries: Vec<String>,
    pub categories: Vec<Category>,
    pub products: Vec<Card>,
}

/// Language, text, revision of the index, generations of shelf and tools.
type Asked = (Lang, String, u64, u64, u64);

struct Kept(Cache<Asked, Arc<[i64]>>);

impl Default for Kept {
    fn default() -> Kept {
        Kept(Cache::builder().max_capacity(10_000).time_to_live(TTL).build())
    }
}

/// What may be meant by what stands in the field now.
pub async fn suggest(app: &App, lang: Lang, typed: &str) -> sqlx::Result<Suggestions> {
    let typed = text::one_line(typed, LONGEST);
    let folded = text::fold(&typed);
    if folded.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST {
        return Ok(Suggestions::default());
    }
    let (shelf, tree, tools) =
        (shelf::current(app).await?, catalog::tree(app).await?, tools::current(app).await);
    let index = index::current(app, lang);
    let asked =
        (lang, folded.clone(), index.as_ref().map_or(0, |i| i.revision), shelf.generation, tools.generation);
    let kept = app.slots.of::<Kept>();
    let ids = match kept.0.get(&asked) {
        Some(ids) => ids,
        None => {
            let ids: Arc<[i64]> = match &index {
                Some(index) => from_index(&shelf, &index.engine, &tools, lang, &typed).into(),
                None => from_database(app, &shelf, lang, &typed).await?.into(),
            };
            kept.0.insert(asked, ids.clone());
            ids
        }
    };
    let products = catalog::list_cards(&app.db, lang, &ids).await?;
    let queries = queries(lang, &tools, &typed, &products);
    Ok(Suggestions { queries, categories: categories(&tree, lang, &folded), products })
}

/// What stands before the last word, and the last word.
fn last_word(typed: &str) -> (&str, &str) {
    let typed = typed.trim_end();
    typed.rfind(char::is_whitespace).map_or(("", typed), |at| (&typed[..at], typed[at..].trim_start()))
}

/// Products that have all words, the last one with the ends it may get; in stock, best fit and best sold first.
fn from_index(shelf: &Shelf, engine: &Engine, tools: &Tools, lang: Lang, typed: &str) -> Vec<i64> {
    let (before, last) = last_word(typed);
    let mut texts: Vec<String> =
        engine.complete(last, ENDS).into_iter().map(|end| format!("{before} {end}")).collect();
    // The beginning of a word is no slip of the pen while some word begins so.
    if texts.is_empty() || engine.understand(typed).corrected.is_none() {
        texts.push(typed.to_string());
    }
    texts.extend(tools.rewrites(lang, typed));
    let raise = tools.raise(lang, typed);
    // Half a word is no sentence.
    let engine = engine.with_sentences(None);
    let mut fits: HashMap<u32, f32> = HashMap::new();
    for (n, said) in texts.iter().enumerate() {
        let ranked = engine.search(said);
        let most = ranked.iter().map(|h| h.covered).fold(0.0, f32::max);
        // A word of four that fits by chance is no answer to somebody who is still typing.
        let alike = ranked.iter().filter(|h| h.covered >= most * 0.99).take(60);
        for hit in alike {
            let Some(at) = shelf.index_of(hit.id).filter(|at| shelf.item(*at).available > 0) else {
                continue;
            };
            let score = hit.score
                * raise(hit.id)
                * search::wanted(shelf.item(at).sales)
                * most
                * 0.97f32.powi(n as i32);
            let best = fits.entry(at).or_insert(score);
            *best = best.max(score);
        }
    }
    let mut scored: Vec<(u32, f32)> = fits.into_iter().collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    // What only mentions the word far below is no suggestion.
    let enough = scored.first().map_or(0.0, |best| best.1 * NEAR_THE_BEST);
    scored.retain(|s| s.1 >= enough);
    let pins = tools.pins(lang, typed).iter().filter_map(|id| shelf.index_of(*id));
    let mut out: Vec<u32> = pins.filter(|at| shelf.item(*at).available > 0).collect();
    out.extend(scored.into_iter().map(|s| s.0).filter(|at| !out.contains(at)).collect::<Vec<_>>());
    out.into_iter().take(PRODUCTS).map(|at| shelf.item(at).id).collect()
}

/// Without an index: titles that have the words, the last one as a beginning.
async fn from_database(app: &App, shelf: &Shelf, lang: Lang, typed: &str) -> sqlx::Result<Vec<i64>> {
    let words = typo::words(typed);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let query = words.iter().map(|w| format!("{w}:*")).collect::<Vec<_>>().join(" & ");
    let ids = store::list_beginning(&app.db, lang, &query).await?;
    let mut found: Vec<u32> = ids.into_iter().filter_map(|id| shelf.index_of(id)).collect();
    found.retain(|at| shelf.item(*at).available > 0);
    found.sort_by_key(|at| std::cmp::Reverse(shelf.item(*at).sales));
    Ok(found.into_iter().take(PRODUCTS).map(|at| shelf.item(at).id).collect())
}

/// Queries of others that begin so; then what the titles found make of the last word.
fn queries(lang: Lang, tools: &Tools, typed: &str, products: &[Card]) -> Vec<String> {
    let mut out: Vec<String> =
        tools.asked(lang, typed, QUERIES).into_iter().map(|a| a.shown.clone()).collect();
    let (before, _) = last_word(typed);
    for card in products {
        let Some(said) = continued(lang, typed, &card.title) else { continue };
        let said = format!("{before} {said}").trim().to_lowercase();
        let new = key(&said) != key(typed) && out.iter().all(|q| key(q) != key(&said));
        if out.len() < QUERIES && new {
            out.push(said);
        }
    }
    out
}

/// The word of a title that begins as typed; when it is typed whole, with the telling word after it.
fn continued(lang: Lang, typed: &str, title: &str) -> Option<String> {
    let (_, last) = last_word(typed);
    let last = text::fold(last);
    let words: Vec<&str> =
        title.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    let at = words.iter().position(|w| !last.is_empty() && text::fold(w).starts_with(&last))?;
    if text::fold(words[at]) != last {
        return Some(words[at].to_string());
    }
    let next = words.get(at + 1).filter(|w| w.chars().count() > 3 && !is_stop(lang, &text::fold(w)))?;
    Some(format!("{} {next}", words[at]))
}

/// Categories whose name has words that begin so, those with most products first.
fn categories(tree: &Tree, lang: Lang, folded: &str) -> Vec<Category> {
    let asked: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let fits = |name: &str| {
        let name = text::fold(name);
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        asked.iter().all(|a| words.iter().any(|w| w.starts_with(a)))
    };
    let mut found: Vec<_> = tree.iter().filter(|n| n.products > 0 && fits(n.name(lang))).collect();
    found.sort_by_key(|n| std::cmp::Reverse(n.products));
    let category = |n: &catalog::tree::Node| Category {
        name: n.name(lang).to_string(),
        within: n.parent.and_then(|p| tree.get(p)).map_or(String::new(), |p| p.name(lang).to_string()),
        url: n.url(lang),
    };
    found.into_iter().take(CATEGORIES).map(category).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_continues_what_was_typed() {
        let title = "Cafetière italienne en inox";
        let says = |typed: &str| continued(Lang::Fr, typed, title);
        assert_eq!(says("cafet").as_deref(), Some("Cafetière"));
        assert_eq!(says("cafetière").as_deref(), Some("Cafetière italienne"));
        assert_eq!(says("moulin"), None);
        assert_eq!(says("italienne"), None, "\"en\" tells nothing");
        assert_eq!(says(""), None);
    }
}
