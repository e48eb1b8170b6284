//! A new version of the index, when pages or model changed.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use kit::Lang;
use ml::answer::passage::Passage;
use ml::answer::retrieve::{self, Passages, Sentences, sentences};
use ml::artefact::{self, Manifest, Outcome};
use ml::bundle::Bundle;
use ml::embed::{Embedder, Failed, Purpose};
use ml::vectors::Vectors;
use platform::App;
use platform::infra::models;

use super::{PAGES, SENTENCES, name};
use crate::store::pages::Row;

/// Change it with the algorithm or its parameters: every index is then built anew.
const ALGORITHM: &str = "passages-3";
/// Passages whose own heading is asked for, to say how good the index is.
const SAMPLE: usize = 200;

/// Builds the index of each language that needs it; `force` builds all. `progress` is told each step in French.
pub async fn build(
    app: &App,
    force: bool,
    progress: impl Fn(String),
) -> anyhow::Result<Vec<(Lang, Outcome)>> {
    let mut out = Vec::new();
    for lang in Lang::ALL {
        out.push((lang, build_one(app, lang, force, &progress).await?));
    }
    Ok(out)
}

async fn build_one(
    app: &App,
    lang: Lang,
    force: bool,
    progress: &impl Fn(String),
) -> anyhow::Result<Outcome> {
    let root = app.config.index_dir.clone();
    let model = model(app).await?;
    let fingerprint = fingerprint(app, model.as_deref()).await?;
    let files = if model.is_some() { &[PAGES, SENTENCES][..] } else { &[PAGES] };
    let usable = artefact::usable(&root, name(lang), files);
    if let Some((version, manifest)) = usable.filter(|(_, m)| !force && m.fingerprint == fingerprint) {
        return Ok(Outcome { built: false, version, manifest });
    }
    let start = Instant::now();
    progress(format!("{} : lecture des pages", name(lang)));
    let pages = crate::store::pages::list_pages(&app.db, lang).await?;
    progress(format!("{} : découpage et apprentissage ({} pages)", name(lang), pages.len()));
    let version = artefact::version_at(app.clock.now());
    let place = (root, version.clone());
    let manifest = tokio::task::spawn_blocking(move || -> anyhow::Result<Manifest> {
        let (root, version) = place;
        let passages: Vec<Passage> = pages.iter().flat_map(Row::passages).collect();
        let mut manifest = Manifest {
            algorithm: ALGORITHM.into(),
            fingerprint,
            built_at: version.clone(),
            ..Manifest::default()
        };
        let bytes = retrieve::build(lang, &passages)?;
        let mut index = Passages::open(&Bundle::from_bytes(&bytes)?)?;
        let mut files: Vec<(&str, Vec<u8>)> = vec![(PAGES, bytes)];
        if let Some(model) = model {
            match read(&root, lang, &*model, &passages) {
                Ok(bytes) => {
                    let vectors = Vectors::open(&Bundle::from_bytes(&bytes)?)?;
                    files.push((SENTENCES, bytes));
                    manifest.parameters.insert("model".into(), model.model().id.clone());
                    index = index.with_sentences(Sentences::new(model, vectors));
                }
                Err(error) => {
                    tracing::warn!(%error, "the passages have no vectors");
                    // So that the next run tries again.
                    manifest.fingerprint = String::new();
                }
            }
        }
        manifest.counts.insert("pages".into(), pages.len() as u64);
        manifest.counts.insert("passages".into(), passages.len() as u64);
        manifest.quality.insert("heading_in_first_five".into(), found(&index));
        manifest.seconds = start.elapsed().as_secs_f64();
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
        Ok(artefact::publish(&root, name(lang), &version, manifest, &files)?)
    })
    .await
    .context("the build was interrupted")??;
    Ok(Outcome { built: true, version, manifest })
}

/// The vectors of the passages; those of the version before are taken over where the texts are the same.
fn read(root: &Path, lang: Lang, model: &dyn Embedder, passages: &[Passage]) -> Result<Vec<u8>, Failed> {
    let old = artefact::current(root, name(lang))
        .and_then(|version| artefact::open(root, name(lang), &version, SENTENCES).ok())
        .and_then(|(_, bundle)| Vectors::open(&bundle).ok());
    Ok(sentences::build(model, passages, old.as_ref())?.0)
}

/// The model that reads passages; opening it takes a moment.
pub(super) async fn model(app: &App) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    let app = app.clone();
    Ok(tokio::task::spawn_blocking(move || models::best(&app, Purpose::Passages)).await?)
}

/// What the pages and the model were when they were read.
pub(super) async fn fingerprint(app: &App, model: Option<&dyn Embedder>) -> sqlx::Result<String> {
    let (pages, at) = crate::store::pages::get_state(&app.db).await?;
    let model = model.map_or("words", |m| m.model().sha256.as_str());
    Ok(format!("{ALGORITHM}-{pages}-{}-{model}", at.map_or(0, |at| at.timestamp_micros())))
}

/// The part of a sample of passages that the last part of their own heading finds among the first five.
fn found(index: &Passages) -> f64 {
    let headed: Vec<usize> = (0..index.all.len()).filter(|i| !index.all[*i].heading.is_empty()).collect();
    let step = (headed.len() / SAMPLE).max(1);
    let sample: Vec<usize> = headed.into_iter().step_by(step).collect();
    let hit = |i: &&usize| {
        let heading = &index.all[**i].heading;
        let asked = heading.rsplit(" – ").next().unwrap_or(heading);
        index.find(asked, 5).iter().any(|f| f.place == **i)
    };
    if sample.is_empty() { 1.0 } else { sample.iter().filter(hit).count() as f64 / sample.len() as f64 }
}
