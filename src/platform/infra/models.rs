//! Models that turn sentences into vectors: an endpoint, where one is configured, and those of the folder ML_MODEL_DIR.
//!
//! Opened once in a process, at the first question. A file that is not usable is told and left out; without any model the
//! shop goes by words.

mod endpoint;

use std::sync::{Arc, OnceLock};

use ml::embed::{self, Embedder, Purpose};

use super::app::App;
use endpoint::Endpoint;

type Model = Arc<dyn Embedder>;

#[derive(Default)]
struct Held(OnceLock<Vec<Model>>);

/// Whether any model is configured, usable or not.
pub fn is_wanted(app: &App) -> bool {
    app.config.model_dir.is_some() || app.config.embeddings.is_some()
}

/// The best model for a purpose. The first call takes a moment: not for an async thread.
pub fn best(app: &App, purpose: Purpose) -> Option<Model> {
    let held = app.slots.of::<Held>();
    purpose.best(held.0.get_or_init(|| open(app))).cloned()
}

fn open(app: &App) -> Vec<Model> {
    let mut out: Vec<Model> = Vec::new();
    if let Some(config) = &app.config.embeddings {
        out.extend(Endpoint::new(config.clone()).map(|e| Arc::new(e) as Model));
    }
    for (name, model) in app.config.model_dir.as_deref().map(embed::all).unwrap_or_default() {
        match model {
            Ok(model) => out.push(model),
            Err(error) => tracing::error!(name, %error, "the model is not usable"),
        }
    }
    for model in &out {
        tracing::info!(model = model.model().id, "model of sentences loaded");
    }
    if out.is_empty() && is_wanted(app) {
        tracing::warn!("no usable model of sentences");
    }
    out
}
