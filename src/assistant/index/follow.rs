//! The index in the memory of a process: follows new versions by their name on disk.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kit::Lang;
use ml::answer::retrieve::{Facts, Passages};
use ml::artefact::{self, Unusable};
use ml::followed::{Followed, Used};
use platform::App;
use platform::infra::watch;

use super::{FACTS, PAGES, name};

const EVERY: Duration = Duration::from_secs(2);

/// A version in use.
pub struct Current {
    pub passages: Passages,
    pub facts: Facts,
}

/// In the order of [`Lang::pick`].
#[derive(Default)]
struct Held(Followed<Current>, Followed<Current>);

/// The index of a language; `None` while there is no usable version.
pub fn current(app: &App, lang: Lang) -> Option<Arc<Used<Current>>> {
    let held = app.slots.of::<Held>();
    lang.pick(&held.0, &held.1).current()
}

/// Follows until the process ends.
pub fn start(app: &App) {
    watch::every(app, EVERY, "the passages could not be followed", |app| async move { follow(&app).await });
}

/// Takes over new versions, if there are any; one that is not usable leaves the one before in place.
pub async fn follow(app: &App) -> anyhow::Result<()> {
    let held = app.slots.of::<Held>();
    for lang in Lang::ALL {
        let followed = lang.pick(&held.0, &held.1);
        let root = app.config.index_dir.clone();
        let Some(version) = followed.newer(&root, name(lang)) else { continue };
        let aim = version.clone();
        let opened = tokio::task::spawn_blocking(move || load(&root, lang, &aim)).await?;
        match followed.take(version, opened) {
            Ok(used) => {
                let passages = used.passages.all.len();
                tracing::info!(lang = lang.code(), version = used.version, passages, "passages loaded");
            }
            Err(error) => tracing::error!(lang = lang.code(), %error, "the index of passages is not usable"),
        }
    }
    Ok(())
}

fn load(root: &Path, lang: Lang, version: &str) -> Result<Current, Unusable> {
    let (_, pages) = artefact::open(root, name(lang), version, PAGES)?;
    let (_, facts) = artefact::open(root, name(lang), version, FACTS)?;
    Ok(Current { passages: Passages::open(&pages)?, facts: Facts::open(&facts)? })
}
