//! Vectors by a model of sentences beside the index, where the shop has a model: made in parts after each new version.
//!
//! Words are found while they are missing. The version says which model made them; another model begins anew.

use std::sync::Arc;

use anyhow::Context;
use kit::Lang;
use ml::artefact::{self, Manifest};
use ml::embed::{Embedder, Purpose};
use ml::search::{Sentences, sentence};
use ml::vectors::{self, Made, Vectors};
use platform::App;
use platform::infra::models;

use crate::store::index::{self as store, Row};

use super::{SENTENCES, name, sentences_name};

/// Products read by the model in one run of the job: about a minute.
const PART: usize = 4_000;

/// The model that reads products; the first call takes a moment.
fn model(app: &App) -> Option<Arc<dyn Embedder>> {
    models::best(app, Purpose::Products)
}

/// Makes the vectors that the version in use still lacks, at most `PART`; `None` without a model or an index.
pub async fn build(app: &App, lang: Lang) -> anyhow::Result<Option<Made>> {
    let root = app.config.index_dir.clone();
    let Some(version) = artefact::current(&root, name(lang)) else { return Ok(None) };
    let index = artefact::manifest(&root, name(lang), &version)?;
    let opened = app.clone();
    let Some(model) = tokio::task::spawn_blocking(move || model(&opened)).await? else { return Ok(None) };
    let fingerprint = format!("{}-{}", model.model().sha256, index.fingerprint);
    let old = artefact::current(&root, sentences_name(lang));
    let old = old.and_then(|v| artefact::open(&root, sentences_name(lang), &v, SENTENCES).ok());
    if old.as_ref().is_some_and(|(m, _)| m.fingerprint == fingerprint) {
        return Ok(Some(Made { new: 0, kept: 0, left: 0 }));
    }
    let rows = store::list_documents(&app.db, lang, None, i64::MAX).await?;
    let version = artefact::version_at(app.clock.now());
    let made = tokio::task::spawn_blocking(move || -> anyhow::Result<Made> {
        let texts: Vec<(i64, String)> = rows.iter().map(|r: &Row| (r.id, sentence(&r.document()))).collect();
        let old = old.and_then(|(_, bundle)| Vectors::open(&bundle).ok());
        let (bytes, made) = vectors::build(&*model, &texts, old.as_ref(), PART, |_| {})?;
        let mut manifest = Manifest {
            algorithm: model.model().id.clone(),
            // Only what is whole has nothing more to do.
            fingerprint: if made.left == 0 { fingerprint } else { String::new() },
            built_at: version.clone(),
            ..Manifest::default()
        };
        manifest.parameters.insert("model".into(), model.model().id.clone());
        manifest.parameters.insert("sha256".into(), model.model().sha256.clone());
        manifest.parameters.insert("dims".into(), model.model().dims.to_string());
        manifest.counts.insert("products".into(), (made.new + made.kept) as u64);
        manifest.counts.insert("missing".into(), made.left as u64);
        artefact::publish(&root, sentences_name(lang), &version, manifest, &[(SENTENCES, &bytes)])?;
        Ok(made)
    });
    Ok(Some(made.await.context("the vectors were interrupted")??))
}

/// The vectors in use, if they were made by the model of this process.
pub(super) fn open(app: &App, lang: Lang, version: &str) -> anyhow::Result<Option<Arc<Sentences>>> {
    let Some(model) = model(app) else { return Ok(None) };
    let (_, bundle) = artefact::open(&app.config.index_dir, sentences_name(lang), version, SENTENCES)?;
    Ok(Sentences::new(model, Vectors::open(&bundle)?).map(Arc::new))
}
