//! A new version of the index, when the catalogue changed: of a few changes from the version before, else from all texts.

use std::time::Instant;

use anyhow::Context;
use kit::Lang;
use ml::artefact::{self, Manifest, Outcome};
use ml::bundle::Bundle;
use ml::search::Engine;
use platform::App;

use crate::store::index::{self as store, Row, State};

use super::few::{self, LEARNED, NAMES};
use super::{FILE, SEEN, name};

/// Change it with the algorithm or its parameters: every index is then built anew.
const ALGORITHM: &str = "bm25-lsa-2";
/// Products whose own title is asked for, to say how good the index is.
const SAMPLE: usize = 100;

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
    let start = Instant::now();
    let version = artefact::version_at(app.clock.now());
    let mut manifest = Manifest {
        algorithm: ALGORITHM.into(),
        fingerprint,
        built_at: version.clone(),
        ..Manifest::default()
    };
    let seen = state.updated_at.map(|at| at.to_rfc3339());
    manifest.parameters.extend(seen.clone().map(|at| (SEEN.into(), at)));
    manifest.parameters.insert(NAMES.into(), state.names.clone());
    let few = match old {
        Some((before, _)) => few::since(app, lang, &before, &state).await?,
        None => None,
    };
    let made = match few {
        Some((few, learned)) => {
            progress(format!("{} : {} produits changés", name(lang), few.len()));
            manifest.parameters.insert(LEARNED.into(), learned);
            tokio::task::spawn_blocking(move || opened(few.applied()?)).await
        }
        None => {
            progress(format!("{} : lecture de {} produits", name(lang), state.products));
            manifest.parameters.extend(seen.map(|at| (LEARNED.into(), at)));
            let rows = store::list_documents(&app.db, lang, None, i64::MAX).await?;
            progress(format!("{} : analyse et apprentissage", name(lang)));
            let all = move || opened(ml::search::build(lang, rows.iter().map(Row::document))?);
            tokio::task::spawn_blocking(all).await
        }
    };
    let (bytes, engine) = made.context("the build was interrupted")??;
    let built = start.elapsed();
    manifest.counts.insert("products".into(), engine.len() as u64);
    let sample: Vec<i64> =
        engine.ids().iter().copied().step_by((engine.len() / SAMPLE).max(1)).take(SAMPLE).collect();
    let titles = store::list_titles(&app.db, lang, &sample).await?;
    let done = tokio::task::spawn_blocking(move || -> anyhow::Result<Manifest> {
        manifest.quality.insert("title_found_first".into(), found_first(&engine, &titles, false));
        manifest.quality.insert("mistyped_title_in_first_three".into(), found_first(&engine, &titles, true));
        let checked = start.elapsed();
        manifest.seconds = checked.as_secs_f64();
        let manifest =
            artefact::publish(&root, name(lang), &manifest.built_at.clone(), manifest, &[(FILE, &bytes)])?;
        let ms = |d: std::time::Duration| d.as_millis() as u64;
        tracing::info!(
            lang = lang.code(),
            built_ms = ms(built),
            checked_ms = ms(checked - built),
            published_ms = ms(start.elapsed() - checked),
            "search index built"
        );
        Ok(manifest)
    });
    let manifest = done.await.context("the build was interrupted")??;
    Ok(Outcome { built: true, version, manifest })
}

/// The file with what it answers.
fn opened(bytes: Vec<u8>) -> anyhow::Result<(Vec<u8>, Engine)> {
    let engine = Engine::open(&Bundle::from_bytes(&bytes)?)?;
    Ok((bytes, engine))
}

fn fingerprint(state: &State) -> String {
    let seen = state.updated_at.map_or(0, |at| at.timestamp_micros());
    format!("{ALGORITHM}-{}-{seen}-{}", state.products, state.names)
}

/// The part of a sample of products that their own title finds first; with one letter left out of it, among the first three.
fn found_first(engine: &Engine, titles: &[(i64, String)], mistyped: bool) -> f64 {
    let found = titles.iter().filter(|(id, title)| {
        let asked = if mistyped { without_a_letter(title) } else { title.clone() };
        engine.search(&asked).iter().take(if mistyped { 3 } else { 1 }).any(|h| h.id == *id)
    });
    found.count() as f64 / titles.len().max(1) as f64
}

/// The longest word loses its third letter.
fn without_a_letter(title: &str) -> String {
    let longest = title.split(' ').max_by_key(|w| w.chars().count()).unwrap_or_default().to_string();
    let short: String = longest.chars().enumerate().filter(|(i, _)| *i != 2).map(|(_, c)| c).collect();
    title.replacen(&longest, &short, 1)
}
