//! A new version of the index, when pages or catalogue changed.

use std::time::Instant;

use anyhow::Context;
use kit::Lang;
use ml::answer::passage::{Passage, cut};
use ml::answer::retrieve::{self, Passages};
use ml::artefact::{self, Manifest, Outcome};
use ml::bundle::Bundle;
use platform::App;

use super::{FACTS, PAGES, name};
use crate::store::index as store;

/// Change it with the algorithm or its parameters: every index is then built anew.
const ALGORITHM: &str = "passages-2";
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
    let fingerprint = fingerprint(app).await?;
    let usable = artefact::usable(&root, name(lang), &[PAGES, FACTS]);
    if let Some((version, manifest)) = usable.filter(|(_, m)| !force && m.fingerprint == fingerprint) {
        return Ok(Outcome { built: false, version, manifest });
    }
    let start = Instant::now();
    progress(format!("{} : lecture des pages", name(lang)));
    let pages = crate::store::pages::list_pages(&app.db, lang).await?;
    progress(format!("{} : lecture des fiches de produits", name(lang)));
    let facts = store::list_facts(&app.db, lang).await?;
    progress(format!(
        "{} : découpage et apprentissage ({} pages, {} fiches)",
        name(lang),
        pages.len(),
        facts.len()
    ));
    let version = artefact::version_at(app.clock.now());
    let place = (root, version.clone());
    let manifest = tokio::task::spawn_blocking(move || -> anyhow::Result<Manifest> {
        let (root, version) = place;
        let passages: Vec<Passage> = pages.iter().flat_map(|p| cut(&p.code, &p.title, &p.body)).collect();
        let bytes = retrieve::build(lang, &passages)?;
        let index = Passages::open(&Bundle::from_bytes(&bytes)?)?;
        let sheets =
            retrieve::build_facts(lang, facts.iter().map(|f| (f.id, f.title.as_str(), f.facts.as_str())))?;
        let mut manifest = Manifest {
            algorithm: ALGORITHM.into(),
            fingerprint,
            built_at: version.clone(),
            ..Manifest::default()
        };
        manifest.counts.insert("pages".into(), pages.len() as u64);
        manifest.counts.insert("passages".into(), passages.len() as u64);
        manifest.counts.insert("sheets".into(), facts.len() as u64);
        manifest.quality.insert("heading_in_first_five".into(), found(&index));
        manifest.seconds = start.elapsed().as_secs_f64();
        let files: [(&str, &[u8]); 2] = [(PAGES, &bytes), (FACTS, &sheets)];
        Ok(artefact::publish(&root, name(lang), &version, manifest, &files)?)
    })
    .await
    .context("the build was interrupted")??;
    Ok(Outcome { built: true, version, manifest })
}

/// What the pages and products were when they were read.
pub(super) async fn fingerprint(app: &App) -> sqlx::Result<String> {
    let (pages, at) = crate::store::pages::get_state(&app.db).await?;
    let (products, changed) = store::get_state(&app.db).await?;
    let micros = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or(0, |at| at.timestamp_micros());
    Ok(format!("{ALGORITHM}-{pages}-{}-{products}-{}", micros(at), micros(changed)))
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
