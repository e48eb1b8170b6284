//! What was learned, in the memory of a process: follows new versions by their name on disk.

use std::sync::Arc;
use std::time::Duration;

use ml::artefact;
use ml::followed::{Followed, Used};
use platform::App;
use platform::infra::watch;

use super::build::{FILE, NAME};
use super::learned::Learned;

const EVERY: Duration = Duration::from_secs(2);

/// What was learned; `None` while there is no usable version.
pub fn current(app: &App) -> Option<Arc<Used<Learned>>> {
    app.slots.of::<Followed<Learned>>().current()
}

/// Takes over a new version, if there is one. One that cannot be used leaves the last.
pub async fn follow(app: &App) -> anyhow::Result<()> {
    let held = app.slots.of::<Followed<Learned>>();
    let root = app.config.index_dir.clone();
    let Some(version) = held.newer(&root, NAME) else { return Ok(()) };
    let aim = version.clone();
    let opened = tokio::task::spawn_blocking(move || -> anyhow::Result<Learned> {
        Ok(Learned::open(&artefact::open(&root, NAME, &aim, FILE)?.1)?)
    });
    let used = held.take(version, opened.await?)?;
    tracing::info!(version = used.version, products = used.len(), "recommendations loaded");
    Ok(())
}

/// Follows until the process ends.
pub fn start(app: &App) {
    watch::every(app, EVERY, "recommendations are not usable", |app| async move { follow(&app).await });
}
