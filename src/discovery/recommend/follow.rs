//! What was learned, in the memory of a process: follows new versions by their name on disk.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use ml::artefact;
use platform::App;

use super::build::{FILE, NAME};
use super::learned::Learned;

const EVERY: Duration = Duration::from_secs(2);

#[derive(Default)]
struct Held(RwLock<Option<(String, Arc<Learned>)>>);

/// What was learned; `None` while there is no usable version.
pub fn current(app: &App) -> Option<Arc<Learned>> {
    let held = app.slots.of::<Held>();
    let held = held.0.read().unwrap_or_else(PoisonError::into_inner);
    held.as_ref().map(|(_, learned)| learned.clone())
}

/// Takes over a new version, if there is one. One that cannot be used leaves the last.
pub async fn follow(app: &App) -> anyhow::Result<()> {
    let held = app.slots.of::<Held>();
    let Some(version) = artefact::current(&app.config.index_dir, NAME) else { return Ok(()) };
    if held.0.read().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|(v, _)| *v == version) {
        return Ok(());
    }
    let (root, name) = (app.config.index_dir.clone(), version.clone());
    let learned = tokio::task::spawn_blocking(move || -> anyhow::Result<Learned> {
        Ok(Learned::open(&artefact::open(&root, NAME, &name, FILE)?.1)?)
    })
    .await??;
    tracing::info!(version, products = learned.len(), "recommendations loaded");
    *held.0.write().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::new(learned)));
    Ok(())
}

/// Follows until the process ends.
pub fn start(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        let mut said = String::new();
        while !app.shutdown.is_cancelled() {
            // The same trouble is told once.
            if let Err(error) = follow(&app).await
                && said != error.to_string()
            {
                said = error.to_string();
                tracing::error!(%error, "recommendations are not usable");
            }
            tokio::select! {
                () = app.shutdown.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    });
}
