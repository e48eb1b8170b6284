//! Vectors of whole sentences by a model with given weights, where the shop has one: [`find`] tells which.
//!
//! A model is a file in a folder, made by `scripts/models` and mapped into memory, or a service ([`Embedder`] is then
//! implemented where the network is). Vectors of two models say nothing to each other: whoever keeps vectors keeps the
//! [`Model`] with them and compares.

mod matrix;
mod unigram;
mod use_multilingual;

pub use use_multilingual::UseMultilingual;

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::bundle::{Bundle, Damaged};

/// Which weights made a vector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    pub id: String,
    /// Of the weights as published, or of what a service says of itself.
    pub sha256: String,
    pub dims: usize,
}

impl Model {
    fn of(bundle: &Bundle, dims: usize) -> Result<Model, Damaged> {
        let text = bundle.column::<u8>("model")?;
        let model: Option<Model> = serde_json::from_slice(&text).ok();
        model.filter(|m| m.dims == dims).ok_or_else(|| Damaged::Column("model".into()))
    }
}

/// Some models read a question and a text that may answer it differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Query,
    Document,
}

/// A service did not answer.
#[derive(Debug, thiserror::Error)]
#[error("no vectors: {0}")]
pub struct Failed(pub String);

/// Turns texts into vectors of length one. Takes milliseconds of processor or network: not for an async thread.
pub trait Embedder: Send + Sync {
    fn model(&self) -> &Model;

    /// A vector for each text.
    fn embed(&self, side: Side, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failed>;
}

/// The cosine of two vectors of length one.
pub fn nearness(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// A model by its name, or why it is not used.
type Opened = Result<Arc<dyn Embedder>, Damaged>;

/// What stands in a folder.
pub fn all(folder: &Path) -> Vec<(&'static str, Opened)> {
    let open = |name: &'static str| -> Option<Opened> {
        let path = folder.join(name).with_extension("bundle");
        let opened = || Ok(Arc::new(UseMultilingual::open(&Bundle::open(&path)?)?) as Arc<dyn Embedder>);
        path.exists().then(opened)
    };
    KNOWN.into_iter().filter_map(|name| Some((name, open(name)?))).collect()
}

/// Models this program can run, best for products first.
const KNOWN: [&str; 1] = ["use-multilingual"];

/// The best usable model of a folder.
pub fn find(folder: &Path) -> Option<Arc<dyn Embedder>> {
    all(folder).into_iter().find_map(|(_, model)| model.ok())
}
