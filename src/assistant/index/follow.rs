//! The index in the memory of a process: follows new versions by their name on disk.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kit::Lang;
use ml::answer::retrieve::{Facts, Passages};
use ml::artefact;
use platform::App;

use super::{FACTS, PAGES, name};

const EVERY: Duration = Duration::from_secs(2);

/// A version in use.
pub struct Current {
    pub version: String,
    pub passages: Passages,
    pub facts: Facts,
}

#[derive(Default)]
struct Held {
    loaded: RwLock<HashMap<Lang, Arc<Current>>>,
    /// Versions that could not be read, so that each is told once.
    refused: RwLock<HashMap<Lang, String>>,
}

/// The index of a language; `None` while there is no usable version.
pub fn current(app: &App, lang: Lang) -> Option<Arc<Current>> {
    let held = app.slots.of::<Held>();
    let loaded = held.loaded.read().unwrap_or_else(PoisonError::into_inner);
    loaded.get(&lang).cloned()
}

/// Follows until the process ends.
pub fn start(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        while !app.shutdown.is_cancelled() {
            follow(&app).await;
            tokio::select! {
                () = app.shutdown.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    });
}

/// Takes over new versions, if there are any; one that is not usable leaves the one before in place.
pub async fn follow(app: &App) {
    let held = app.slots.of::<Held>();
    for lang in Lang::ALL {
        let Some(version) = artefact::current(&app.config.index_dir, name(lang)) else { continue };
        let known = current(app, lang).is_some_and(|c| c.version == version);
        let refused = |held: &Held| {
            held.refused.read().unwrap_or_else(PoisonError::into_inner).get(&lang) == Some(&version)
        };
        if known || refused(&held) {
            continue;
        }
        match load(app.config.index_dir.clone(), lang, version.clone()).await {
            Ok(current) => {
                tracing::info!(
                    lang = lang.code(),
                    version,
                    passages = current.passages.all.len(),
                    "passages loaded"
                );
                held.loaded.write().unwrap_or_else(PoisonError::into_inner).insert(lang, Arc::new(current));
            }
            Err(error) => {
                tracing::error!(lang = lang.code(), version, %error, "the index of passages is not usable");
                held.refused.write().unwrap_or_else(PoisonError::into_inner).insert(lang, version);
            }
        }
    }
}

async fn load(root: PathBuf, lang: Lang, version: String) -> anyhow::Result<Current> {
    tokio::task::spawn_blocking(move || {
        let (_, pages) = artefact::open(&root, name(lang), &version, PAGES)?;
        let (_, facts) = artefact::open(&root, name(lang), &version, FACTS)?;
        Ok(Current { passages: Passages::open(&pages)?, facts: Facts::open(&facts)?, version })
    })
    .await?
}
