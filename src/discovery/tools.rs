//! What staff decide about search and what people took from it, in the memory of the process: synonyms, redirects, pins,
//! clicks as a signal, queries asked often.
//!
//! Every process looks at one number every two seconds ([`start`]) and reads the tables again when it has grown; what is
//! counted (clicks, queries) is read again each minute. [`edit`] is what staff do, [`counts`] what is counted.

pub mod counts;
pub mod edit;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use kit::{Lang, text};
use platform::App;
use platform::infra::config::Env;
use platform::infra::watch;

use crate::store::tools as store;

const EVERY: Duration = Duration::from_secs(2);
const COUNTED_EVERY: Duration = Duration::from_secs(60);
/// Words of a query that are looked at.
const MOST_WORDS: usize = 12;
/// Other ways to say a query that are searched too.
const MOST_REWRITES: usize = 4;
/// How much clicks can raise a product at most.
const CLICKS_RAISE: f32 = 0.3;

/// A query that others asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub query: String,
    pub shown: String,
}

type Key = (Lang, String);

/// Everything, as of one moment.
#[derive(Debug, Default)]
pub struct Tools {
    revision: i64,
    pub use_clicks: bool,
    /// Differs from every state before it.
    pub generation: u64,
    /// Sets of words that mean the same, by language.
    synonyms: [Vec<Vec<Vec<String>>>; 2],
    redirects: HashMap<Key, String>,
    pins: HashMap<Key, Vec<i64>>,
    /// Clicks by query, weighed: those far down count more, old ones less.
    clicks: HashMap<Key, HashMap<i64, f32>>,
    /// Queries that found something, those asked most first.
    asked: [Vec<Asked>; 2],
}

static GENERATIONS: AtomicU64 = AtomicU64::new(1);

/// A query as staff tools and counts know it: folded words without punctuation.
pub fn key(words: &str) -> String {
    self::words(words).join(" ")
}

fn words(query: &str) -> Vec<String> {
    let folded = text::fold(query);
    let parts = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    parts.take(MOST_WORDS).map(str::to_string).collect()
}

/// The plural says the same.
fn same(a: &str, b: &str) -> bool {
    fn singular(w: &str) -> &str {
        if w.len() > 3 { w.strip_suffix(['s', 'x']).unwrap_or(w) } else { w }
    }
    singular(a) == singular(b)
}

impl Tools {
    /// The page of the shop that these words lead to.
    pub fn redirect(&self, lang: Lang, query: &str) -> Option<&str> {
        self.redirects.get(&(lang, key(query))).map(String::as_str)
    }

    /// The products that come first.
    pub fn pins(&self, lang: Lang, query: &str) -> &[i64] {
        self.pins.get(&(lang, key(query))).map_or(&[], Vec::as_slice)
    }

    /// What the fit of a product is multiplied with: 1 without clicks, at most 1.3.
    pub fn raise(&self, lang: Lang, query: &str) -> impl Fn(i64) -> f32 {
        let clicks = self.clicks.get(&(lang, key(query)));
        move |product| match clicks.and_then(|c| c.get(&product)) {
            Some(n) => 1.0 + CLICKS_RAISE * n / (n + 10.0),
            None => 1.0,
        }
    }

    /// Other ways to say the same, by the synonyms.
    pub fn rewrites(&self, lang: Lang, query: &str) -> Vec<String> {
        let asked = words(query);
        let mut out: Vec<String> = Vec::new();
        for set in &self.synonyms[lang.pick(0, 1)] {
            for member in set {
                let found =
                    asked.windows(member.len()).position(|w| w.iter().zip(member).all(|(a, b)| same(a, b)));
                let Some(at) = found else { continue };
                for other in set.iter().filter(|o| *o != member) {
                    let said = [&asked[..at], other, &asked[at + member.len()..]].concat().join(" ");
                    if out.len() < MOST_REWRITES && !out.contains(&said) {
                        out.push(said);
                    }
                }
            }
        }
        out
    }

    /// Queries that others asked and that begin so, the commonest first.
    pub fn asked(&self, lang: Lang, query: &str, k: usize) -> Vec<&Asked> {
        let begin = key(query);
        let all = self.asked[lang.pick(0, 1)].iter();
        all.filter(|a| a.query.starts_with(&begin) && a.query != begin).take(k).collect()
    }
}

#[derive(Default)]
struct Held {
    tools: RwLock<Arc<Tools>>,
    counted: RwLock<Option<Instant>>,
}

/// What is known now.
pub async fn current(app: &App) -> Arc<Tools> {
    let held = app.slots.of::<Held>();
    // A test sees its own changes at once.
    if app.config.env == Env::Test
        && let Err(error) = look(app, true).await
    {
        tracing::warn!(%error, "search tools could not be read");
    }
    held.tools.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Follows the tables until the process ends.
pub fn start(app: &App) {
    watch::every(app, EVERY, "search tools could not be read", |app| async move { look(&app, false).await });
}

/// Reads the tables when staff changed something or what was counted is old; `counted` reads it in any case.
async fn look(app: &App, counted: bool) -> sqlx::Result<()> {
    let held = app.slots.of::<Held>();
    let settings = store::get_settings(&app.db).await?;
    let old = held
        .counted
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .is_none_or(|at| at.elapsed() >= COUNTED_EVERY);
    let known = held.tools.read().unwrap_or_else(PoisonError::into_inner).revision;
    if known == settings.revision && !old && !counted {
        return Ok(());
    }
    let tools = Arc::new(load(app, settings).await?);
    *held.counted.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    let mut now = held.tools.write().unwrap_or_else(PoisonError::into_inner);
    if !now.is_like(&tools) {
        if now.revision != tools.revision {
            // A redirect or a pin counts at once, for visitors without cookies too.
            app.pages.clear();
        }
        *now = tools;
    }
    Ok(())
}

impl Tools {
    fn is_like(&self, other: &Tools) -> bool {
        self.generation != 0
            && self.revision == other.revision
            && self.clicks == other.clicks
            && self.asked == other.asked
    }
}

async fn load(app: &App, settings: store::Settings) -> sqlx::Result<Tools> {
    let today = kit::dates::day(app.clock.now());
    let mut tools = Tools {
        revision: settings.revision,
        use_clicks: settings.use_clicks,
        generation: GENERATIONS.fetch_add(1, Ordering::Relaxed),
        ..Tools::default()
    };
    let side = |lang: Lang| lang.pick(0, 1);
    for set in store::list_synonyms(&app.db).await? {
        let members = set.words.iter().map(|w| words(w)).filter(|w| !w.is_empty()).collect();
        tools.synonyms[side(set.lang)].push(members);
    }
    for r in store::list_redirects(&app.db).await? {
        tools.redirects.insert((r.lang, r.query), r.url);
    }
    for (lang, query, product) in store::list_pinned(&app.db).await? {
        tools.pins.entry((lang, query)).or_default().push(product);
    }
    if settings.use_clicks {
        for c in store::list_click_weights(&app.db, today).await? {
            tools.clicks.entry((c.lang, c.query)).or_default().insert(c.product_id, c.weight);
        }
    }
    for a in store::list_asked(&app.db, today).await? {
        tools.asked[side(a.lang)].push(Asked { query: a.query, shown: a.shown });
    }
    Ok(tools)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools() -> Tools {
        let set = |members: &[&str]| members.iter().map(|m| words(m)).collect::<Vec<_>>();
        let mut tools = Tools::default();
        tools.synonyms[0].push(set(&["pull", "chandail", "tricot en laine"]));
        tools.clicks.insert((Lang::Fr, "lampe".into()), HashMap::from([(7, 90.0), (8, 1.0)]));
        tools
    }

    #[test]
    fn synonyms_say_a_query_in_other_words_whatever_its_form() {
        let t = tools();
        assert_eq!(t.rewrites(Lang::Fr, "Pulls bleus"), ["chandail bleus", "tricot en laine bleus"]);
        assert_eq!(t.rewrites(Lang::Fr, "tricot en laine"), ["pull", "chandail"]);
        assert!(t.rewrites(Lang::En, "pull").is_empty(), "each language has its own");
        assert!(t.rewrites(Lang::Fr, "pullman").is_empty());
        assert!(t.rewrites(Lang::Fr, "").is_empty());
    }

    #[test]
    fn clicks_raise_a_little_and_never_more_than_a_third() {
        let t = tools();
        let raise = t.raise(Lang::Fr, "Lampe !");
        assert!(raise(7) > raise(8) && raise(8) > raise(9));
        assert!(raise(7) < 1.3 && raise(9) == 1.0);
    }
}
