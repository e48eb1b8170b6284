//! A new version of the index, when the catalogue changed.

use std::time::Instant;

use anyhow::Context;
use chrono::{DateTime, Utc};
use kit::Lang;
use ml::artefact::{self, Manifest, Outcome};
use ml::bundle::Bundle;
use ml::search::Engine;
use platform::App;

use crate::store::index::{self as store, Row, State};

use super::{FILE, SEEN, name};

/// Change it with the algorithm or its parameters: every index is then built anew.
const ALGORITHM: &str = "bm25-lsa-1";
/// Up to which change the catalogue was known when the meaning of words was learned.
const LEARNED: &str = "learned";
/// When more than one product in so many changed since, it is learned anew.
const RELEARN: i64 = 20;
/// Products whose own title is asked for, to say how good the index is.
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
    let state = store::get_state(&app.db).await?;
    let fingerprint = fingerprint(&state);
    let usable = artefact::usable(&root, name(lang), &[FILE]).filter(|_| !force);
    let old = match usable {
        Some((version, manifest)) if manifest.fingerprint == fingerprint => {
            return Ok(Outcome { built: false, version, manifest });
        }
        usable => usable.filter(|(_, m)| m.algorithm == ALGORITHM),
    };
    let learned = match old.as_ref().and_then(|(_, m)| at(m, LEARNED)) {
        Some(at) if store::count_changed(&app.db, at).await? * RELEARN <= state.products => Some(at),
        _ => None,
    };
    let old = old.filter(|_| learned.is_some());
    let start = Instant::now();
    progress(format!("{} : lecture de {} produits", name(lang), state.products));
    let rows = store::list_documents(&app.db, lang, None, i64::MAX).await?;
    progress(format!("{} : analyse et apprentissage", name(lang)));
    let version = artefact::version_at(app.clock.now());
    let place = (root.clone(), version.clone());
    let manifest = tokio::task::spawn_blocking(move || -> anyhow::Result<Manifest> {
        let (root, version) = place;
        let old = match old {
            Some((old, _)) => Some(Engine::open(&artefact::open(&root, name(lang), &old, FILE)?.1)?),
            None => None,
        };
        let bytes = ml::search::build_after(lang, rows.iter().map(Row::document), old.as_ref())?;
        let engine = Engine::open(&Bundle::from_bytes(&bytes)?)?;
        let mut manifest = Manifest {
            algorithm: ALGORITHM.into(),
            fingerprint,
            built_at: version.clone(),
            ..Manifest::default()
        };
        if let Some(seen) = state.updated_at {
            manifest.parameters.insert(SEEN.into(), seen.to_rfc3339());
            manifest.parameters.insert(LEARNED.into(), learned.unwrap_or(seen).to_rfc3339());
        }
        manifest.counts.insert("products".into(), rows.len() as u64);
        manifest.quality.insert("title_found_first".into(), found_first(&engine, &rows, false));
        manifest.quality.insert("mistyped_title_in_first_three".into(), found_first(&engine, &rows, true));
        manifest.seconds = start.elapsed().as_secs_f64();
        Ok(artefact::publish(&root, name(lang), &version, manifest, &[(FILE, &bytes)])?)
    })
    .await
    .context("the build was interrupted")??;
    Ok(Outcome { built: true, version, manifest })
}

fn at(manifest: &Manifest, parameter: &str) -> Option<DateTime<Utc>> {
    let at = manifest.parameters.get(parameter)?;
    DateTime::parse_from_rfc3339(at).ok().map(|at| at.to_utc())
}

fn fingerprint(state: &State) -> String {
    let seen = state.updated_at.map_or(0, |at| at.timestamp_micros());
    format!("{ALGORITHM}-{}-{seen}", state.products)
}

/// The part of a sample of products that their own title finds first; with one letter left out of it, among the first three.
fn found_first(engine: &Engine, rows: &[Row], mistyped: bool) -> f64 {
    let step = (rows.len() / SAMPLE).max(1);
    let sample: Vec<&Row> = rows.iter().step_by(step).collect();
    let found = sample.iter().filter(|row| {
        let title = if mistyped { without_a_letter(&row.title) } else { row.title.clone() };
        let hits = engine.search(&title);
        hits.iter().take(if mistyped { 3 } else { 1 }).any(|h| h.id == row.id)
    });
    found.count() as f64 / sample.len().max(1) as f64
}

/// The longest word loses its third letter.
fn without_a_letter(title: &str) -> String {
    let longest = title.split(' ').max_by_key(|w| w.chars().count()).unwrap_or_default().to_string();
    let short: String = longest.chars().enumerate().filter(|(i, _)| *i != 2).map(|(_, c)| c).collect();
    title.replacen(&longest, &short, 1)
}
