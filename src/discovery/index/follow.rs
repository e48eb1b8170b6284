//! The index in the memory of a process: follows new versions by their name on disk and changed products by the database.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kit::Lang;
use ml::artefact;
use ml::followed::{Followed, Used};
use ml::search::{Engine, Sentences};
use platform::App;
use platform::infra::watch;

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

/// A version as it was built.
struct File {
    engine: Engine,
    /// The change up to which it knows the catalogue.
    built: Option<DateTime<Utc>>,
}

/// Of what an engine in use is made.
#[derive(PartialEq, Eq)]
struct Parts {
    version: String,
    /// The change up to which it knows the catalogue.
    seen: Option<DateTime<Utc>>,
    /// The version of the vectors that it uses.
    sentences: Option<String>,
}

#[derive(Default)]
struct One {
    file: Followed<File>,
    sentences: Followed<Option<Arc<Sentences>>>,
    current: RwLock<Option<(Parts, Current)>>,
}

/// In the order of [`Lang::pick`].
#[derive(Default)]
struct Held(One, One);

/// The engine of a language; `None` while there is no usable version.
pub fn current(app: &App, lang: Lang) -> Option<Current> {
    let held = app.slots.of::<Held>();
    let current = lang.pick(&held.0, &held.1).current.read().unwrap_or_else(PoisonError::into_inner);
    current.as_ref().map(|(_, current)| current.clone())
}

/// Follows until the process ends.
pub fn start(app: &App) {
    let trouble = "the search index could not be followed";
    watch::every(app, EVERY, trouble, |app| async move { follow(&app).await });
}

/// Takes over a new version and changed products, if there are any.
pub async fn follow(app: &App) -> anyhow::Result<()> {
    let held = app.slots.of::<Held>();
    let last = store::find_last_change(&app.db).await?;
    for lang in Lang::ALL {
        follow_one(app, lang, lang.pick(&held.0, &held.1), last).await?;
    }
    Ok(())
}

async fn follow_one(app: &App, lang: Lang, one: &One, last: Option<DateTime<Utc>>) -> anyhow::Result<()> {
    take_file(app, lang, &one.file).await?;
    take_sentences(app, lang, &one.sentences).await?;
    let Some(file) = one.file.current() else { return Ok(()) };
    let sentences = one.sentences.current();
    let parts = Parts {
        version: file.version.clone(),
        seen: last.max(file.built),
        sentences: sentences.as_ref().map(|s| s.version.clone()),
    };
    if one.current.read().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|(p, _)| *p == parts) {
        return Ok(());
    }
    let engine =
        if parts.seen > file.built { with_changes(app, lang, &file).await? } else { file.engine.clone() };
    let engine = engine.with_sentences(sentences.and_then(|s| (**s).clone()));
    let current = Current { engine: Arc::new(engine), revision: REVISIONS.fetch_add(1, Ordering::Relaxed) };
    *one.current.write().unwrap_or_else(PoisonError::into_inner) = Some((parts, current));
    Ok(())
}

async fn take_file(app: &App, lang: Lang, followed: &Followed<File>) -> anyhow::Result<()> {
    let root = app.config.index_dir.clone();
    let Some(version) = followed.newer(&root, name(lang)) else { return Ok(()) };
    let aim = version.clone();
    let opened = tokio::task::spawn_blocking(move || -> anyhow::Result<File> {
        let (manifest, bundle) = artefact::open(&root, name(lang), &aim, FILE)?;
        let built = manifest.parameters.get(SEEN).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        Ok(File { engine: Engine::open(&bundle)?, built: built.map(|at| at.to_utc()) })
    });
    match followed.take(version, opened.await?) {
        Ok(file) => {
            let products = file.engine.len();
            tracing::info!(lang = lang.code(), version = file.version, products, "search index loaded");
        }
        Err(error) => tracing::error!(lang = lang.code(), %error, "the search index is not usable"),
    }
    Ok(())
}

/// Vectors of another model are none.
async fn take_sentences(
    app: &App,
    lang: Lang,
    followed: &Followed<Option<Arc<Sentences>>>,
) -> anyhow::Result<()> {
    let Some(version) = followed.newer(&app.config.index_dir, sentences_name(lang)) else { return Ok(()) };
    let (app, aim) = (app.clone(), version.clone());
    let opened = tokio::task::spawn_blocking(move || sentences::open(&app, lang, &aim)).await?;
    if let Err(error) = followed.take(version, opened) {
        tracing::error!(lang = lang.code(), %error, "the vectors of sentences are not usable");
    }
    Ok(())
}

/// The engine with every product changed since its file was built.
async fn with_changes(app: &App, lang: Lang, file: &Arc<Used<File>>) -> anyhow::Result<Engine> {
    let since = file.built.unwrap_or(DateTime::UNIX_EPOCH);
    if store::count_changed(&app.db, since).await? > MOST_CHANGES {
        return Ok(file.engine.clone());
    }
    let rows = store::list_documents(&app.db, lang, Some(since), MOST_CHANGES).await?;
    let file = file.clone();
    let fresh = tokio::task::spawn_blocking(move || {
        let (changed, gone): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|r| r.on_sale);
        file.engine.with_changes(changed.iter().map(|r| r.document()), gone.iter().map(|r| r.id))
    });
    Ok(fresh.await??)
}
