//! The index in the memory of a process: follows new versions by their name on disk.

use std::sync::Arc;
use std::time::Duration;

use kit::Lang;
use ml::answer::retrieve::{Passages, Sentences};
use ml::artefact::{self, Unusable};
use ml::embed::Purpose;
use ml::followed::{Followed, Used};
use ml::vectors::Vectors;
use platform::App;
use platform::infra::{models, watch};

use super::{PAGES, SENTENCES, name};

const EVERY: Duration = Duration::from_secs(2);

/// A version in use.
pub struct Current {
    pub passages: Passages,
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
        let Some(version) = followed.newer(&app.config.index_dir, name(lang)) else { continue };
        let (aim, app) = (version.clone(), app.clone());
        let opened = tokio::task::spawn_blocking(move || load(&app, lang, &aim)).await?;
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

fn load(app: &App, lang: Lang, version: &str) -> Result<Current, Unusable> {
    let root = &app.config.index_dir;
    let (_, pages) = artefact::open(root, name(lang), version, PAGES)?;
    let passages = Passages::open(&pages)?;
    let sentences = sentences(app, lang, version);
    Ok(Current { passages: passages.with_sentences(sentences) })
}

/// The vectors, where there is a model and they are its own; without them words answer.
fn sentences(app: &App, lang: Lang, version: &str) -> Option<Sentences> {
    let model = models::best(app, Purpose::Passages)?;
    let opened = artefact::open(&app.config.index_dir, name(lang), version, SENTENCES)
        .and_then(|(_, bundle)| Ok(Vectors::open(&bundle)?));
    match opened {
        Ok(vectors) => Sentences::new(model, vectors),
        Err(error) => {
            tracing::warn!(lang = lang.code(), %error, "the vectors of passages are not usable");
            None
        }
    }
}
