//! The index in the memory of a process: follows new versions by their name on disk and changed products by the database.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kit::Lang;
use ml::artefact;
use ml::search::Engine;
use platform::App;

use crate::store::index::{self as store, Row};

use super::{FILE, SEEN, name, sentences, sentences_name};

const EVERY: Duration = Duration::from_secs(2);
/// More changes than this wait for the next version.
const MOST_CHANGES: i64 = 5_000;

/// An engine in use.
#[derive(Clone)]
pub struct Current {
    pub engine: Arc<Engine>,
    /// Differs from every engine before it.
    pub revision: u64,
}

static REVISIONS: AtomicU64 = AtomicU64::new(1);

/// An engine and what it knows.
struct Loaded {
    version: String,
    current: Current,
    /// The change up to which the file knows the catalogue.
    built: Option<DateTime<Utc>>,
    /// The change up to which the engine does.
    seen: Option<DateTime<Utc>>,
    /// The version of the vectors that it uses.
    sentences: Option<String>,
}

impl Current {
    fn new(engine: Arc<Engine>) -> Current {
        Current { engine, revision: REVISIONS.fetch_add(1, Ordering::Relaxed) }
    }
}

#[derive(Default)]
struct Held(RwLock<HashMap<Lang, Loaded>>);

/// The engine of a language; `None` while there is no usable version.
pub fn current(app: &App, lang: Lang) -> Option<Current> {
    let held = app.slots.of::<Held>();
    let loaded = held.0.read().unwrap_or_else(PoisonError::into_inner);
    loaded.get(&lang).map(|l| l.current.clone())
}

/// Follows until the process ends.
pub fn start(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        while !app.shutdown.is_cancelled() {
            if let Err(error) = follow(&app).await {
                tracing::warn!(%error, "the search index could not be followed");
            }
            tokio::select! {
                () = app.shutdown.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    });
}

/// Takes over a new version and changed products, if there are any.
pub async fn follow(app: &App) -> anyhow::Result<()> {
    let held = app.slots.of::<Held>();
    let last = store::find_last_change(&app.db).await?;
    for lang in Lang::ALL {
        let known = {
            let held = held.0.read().unwrap_or_else(PoisonError::into_inner);
            held.get(&lang)
                .map(|l| (l.version.clone(), l.current.clone(), l.built, l.seen, l.sentences.clone()))
        };
        let version = artefact::current(&app.config.index_dir, name(lang));
        let (version, current, built, seen, read) = match (version, known) {
            (None, None) => continue,
            (None, Some(known)) => known,
            (Some(version), Some(known)) if known.0 == version => known,
            (Some(version), known) => match load(app.config.index_dir.clone(), lang, version.clone()).await {
                Ok((engine, built)) => {
                    tracing::info!(
                        lang = lang.code(),
                        version,
                        products = engine.len(),
                        "search index loaded"
                    );
                    (version, Current::new(engine), built, built, None)
                }
                Err(error) => {
                    tracing::error!(lang = lang.code(), version, %error, "the search index is not usable");
                    let Some(known) = known else { continue };
                    known
                }
            },
        };
        let (current, seen) = if last > seen {
            (Current::new(refreshed(app, lang, &current.engine, built).await?), last)
        } else {
            (current, seen)
        };
        let (current, read) = match artefact::current(&app.config.index_dir, sentences_name(lang)) {
            newer if newer == read => (current, read),
            newer => (with_sentences(app, lang, current, newer.clone()).await?, newer),
        };
        let loaded = Loaded { version, current, built, seen, sentences: read };
        held.0.write().unwrap_or_else(PoisonError::into_inner).insert(lang, loaded);
    }
    Ok(())
}

/// The engine with these vectors, without any when they are not usable.
async fn with_sentences(
    app: &App,
    lang: Lang,
    current: Current,
    version: Option<String>,
) -> anyhow::Result<Current> {
    let app = app.clone();
    let opened = tokio::task::spawn_blocking(move || match version {
        Some(version) => sentences::open(&app, lang, &version).unwrap_or_else(|error| {
            tracing::error!(lang = lang.code(), version, %error, "the vectors of sentences are not usable");
            None
        }),
        None => None,
    });
    let sentences = opened.await?;
    Ok(match sentences.is_none() && !current.engine.reads_sentences() {
        true => current,
        false => Current::new(Arc::new(current.engine.with_sentences(sentences))),
    })
}

async fn load(
    root: PathBuf,
    lang: Lang,
    version: String,
) -> anyhow::Result<(Arc<Engine>, Option<DateTime<Utc>>)> {
    tokio::task::spawn_blocking(move || {
        let (manifest, bundle) = artefact::open(&root, name(lang), &version, FILE)?;
        let seen = manifest.parameters.get(SEEN).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        Ok((Arc::new(Engine::open(&bundle)?), seen.map(|at| at.to_utc())))
    })
    .await?
}

/// The engine with every product changed since its file was built.
async fn refreshed(
    app: &App,
    lang: Lang,
    engine: &Arc<Engine>,
    built: Option<DateTime<Utc>>,
) -> anyhow::Result<Arc<Engine>> {
    let since = built.unwrap_or(DateTime::UNIX_EPOCH);
    if store::count_changed(&app.db, since).await? > MOST_CHANGES {
        return Ok(engine.clone());
    }
    let rows = store::list_documents(&app.db, lang, Some(since), MOST_CHANGES).await?;
    let engine = engine.clone();
    let fresh = tokio::task::spawn_blocking(move || {
        let (changed, gone): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|r| r.on_sale);
        engine.with_changes(changed.iter().map(|r| r.document()), gone.iter().map(|r| r.id))
    });
    Ok(Arc::new(fresh.await??))
}
