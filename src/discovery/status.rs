//! What of the learned files is in service: versions on disk, the one in use, the one this process has loaded; rolling
//! back to an older one, building anew.
//!
//! After a roll-back nothing is built by the clock ([`is_held`]): the version that was left would come back within the
//! hour. Building anew by hand ends that.

use chrono::{DateTime, NaiveDateTime, Utc};
use kit::Lang;
use ml::artefact::{self, Manifest};
use platform::App;

use crate::{index, recommend};

/// A version on disk.
#[derive(Debug, Clone)]
pub struct Version {
    pub name: String,
    pub built_at: Option<DateTime<Utc>>,
    pub manifest: Manifest,
}

impl Version {
    pub fn bytes(&self) -> u64 {
        self.manifest.files.values().map(|f| f.bytes).sum()
    }
}

/// One kind of learned file.
#[derive(Debug, Clone)]
pub struct Artefact {
    pub name: &'static str,
    /// The version that processes should use.
    pub current: Option<String>,
    /// Whether this process has a usable version in memory.
    pub loaded: bool,
    /// Newest first.
    pub versions: Vec<Version>,
    /// Figures of builds, oldest first.
    pub history: Vec<Manifest>,
}

const HELD: &str = "held";

const NAMES: [&str; 3] = ["search-fr", "search-en", recommend::NAME];

/// Every kind of learned file, with the versions that are kept.
pub async fn artefacts(app: &App) -> Vec<Artefact> {
    let root = app.config.index_dir.clone();
    let read = tokio::task::spawn_blocking(move || {
        NAMES.map(|name| {
            (artefact::current(&root, name), versions(&root, name), artefact::history(&root, name))
        })
    });
    let Ok(read) = read.await else { return Vec::new() };
    let loaded = |name: &str| match name {
        "search-fr" => index::current(app, Lang::Fr).is_some(),
        "search-en" => index::current(app, Lang::En).is_some(),
        _ => recommend::current(app).is_some(),
    };
    let both = NAMES.into_iter().zip(read);
    both.map(|(name, (current, versions, history))| {
        let loaded = loaded(name);
        Artefact { name, current, loaded, versions, history }
    })
    .collect()
}

fn versions(root: &std::path::Path, name: &str) -> Vec<Version> {
    // Nothing was built yet: no folder.
    let names = artefact::versions(&root.join(name)).unwrap_or_default();
    let read = |v: String| {
        let manifest = artefact::manifest(root, name, &v).ok()?;
        let at = NaiveDateTime::parse_from_str(&v, "%Y%m%dT%H%M%S%3f").ok().map(|at| at.and_utc());
        Some(Version { name: v, built_at: at, manifest })
    };
    names.into_iter().rev().filter_map(read).collect()
}

/// A job that built, or is about to.
#[derive(Debug)]
pub struct JobRow {
    pub topic: String,
    pub state: String,
    pub at: DateTime<Utc>,
    pub error: Option<String>,
}

/// The last such jobs that did something or failed, newest first.
pub async fn jobs(app: &App, limit: i64) -> sqlx::Result<Vec<JobRow>> {
    crate::store::index::list_jobs(&app.db, limit).await
}

/// Why an older version is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such version")]
    NotFound,
    #[error("the version is not usable: {0}")]
    Unusable(String),
}

/// Puts a version into service again, when it is whole. Every process follows within seconds.
pub async fn roll_back(app: &App, name: &str, version: &str) -> Result<(), Refused> {
    let Some(name) = NAMES.into_iter().find(|n| *n == name) else { return Err(Refused::NotFound) };
    let root = app.config.index_dir.clone();
    let known = artefact::versions(&root.join(name)).unwrap_or_default();
    if !known.iter().any(|v| v == version) {
        return Err(Refused::NotFound);
    }
    let version = version.to_string();
    let done = tokio::task::spawn_blocking(move || {
        let manifest = artefact::manifest(&root, name, &version)?;
        for file in manifest.files.keys() {
            artefact::open(&root, name, &version, file)?;
        }
        artefact::select(&root, name, &version)?;
        std::fs::write(root.join(HELD), b"").map_err(artefact::Unusable::from)
    });
    match done.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(e)) => Err(Refused::Unusable(e.to_string())),
        Err(e) => Err(Refused::Unusable(e.to_string())),
    }
}

/// Whether staff rolled back and nothing was built by hand since.
pub fn is_held(app: &App) -> bool {
    app.config.index_dir.join(HELD).exists()
}

/// Orders new versions of everything, changed or not; the worker builds them.
pub async fn rebuild(app: &App) -> sqlx::Result<()> {
    // Nothing to remove is fine.
    let _ = std::fs::remove_file(app.config.index_dir.join(HELD));
    let mut tx = app.db.begin().await?;
    jobs::enqueue(&mut *tx, &index::BuildIndexes { force: true }).await?;
    jobs::enqueue(&mut *tx, &recommend::BuildRecommendations { force: true }).await?;
    tx.commit().await
}
