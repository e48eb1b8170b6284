//! Vectors of whole sentences by a model with given weights, where the shop has one: [`all`] opens them, [`Purpose`] tells which is for what.
//!
//! A model is a file in a folder, made by `scripts/models` and mapped into memory, or a service ([`Embedder`] is then
//! implemented where the network is). Vectors of two models say nothing to each other: whoever keeps vectors keeps the
//! [`Model`] with them and compares.

mod e5;
mod matrix;
mod normal;
mod quantised;
mod unigram;
mod use_multilingual;

pub use e5::E5;
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

/// A model, or why it is not used.
pub type Opened = Result<Arc<dyn Embedder>, Damaged>;

/// The name of a model's file, and how it is opened.
type Known = (&'static str, fn(&Bundle) -> Opened);

/// Models this program can run.
const KNOWN: [Known; 2] = [
    ("use-multilingual", |file| Ok(Arc::new(UseMultilingual::open(file)?))),
    ("e5-small", |file| Ok(Arc::new(E5::open(file)?))),
];

/// What stands in a folder, by name.
pub fn all(folder: &Path) -> Vec<(&'static str, Opened)> {
    let open = |(name, open): Known| {
        let path = folder.join(name).with_extension("bundle");
        path.exists().then(|| (name, Bundle::open(&path).and_then(|file| open(&file))))
    };
    KNOWN.into_iter().filter_map(open).collect()
}

/// The usable models of a folder.
pub fn usable(folder: &Path) -> Vec<Arc<dyn Embedder>> {
    all(folder).into_iter().filter_map(|(_, model)| model.ok()).collect()
}

/// What sentences are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Products and what is searched for.
    Products,
    /// Passages, and questions in their language or the other.
    Passages,
}

impl Purpose {
    /// The best of some models, as measured (docs/ml.md); one that is not known here is best: somebody chose it.
    pub fn best(self, models: &[Arc<dyn Embedder>]) -> Option<&Arc<dyn Embedder>> {
        let order = match self {
            // Ten times as fast, which tells with a catalogue.
            Purpose::Products => ["e5-small", "use-multilingual"],
            Purpose::Passages => ["use-multilingual", "e5-small"],
        };
        let rank =
            |m: &&Arc<dyn Embedder>| order.iter().position(|n| *n == m.model().id).unwrap_or(order.len());
        models.iter().max_by_key(rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named(Model);

    impl Embedder for Named {
        fn model(&self) -> &Model {
            &self.0
        }

        fn embed(&self, _: Side, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failed> {
            Ok(vec![vec![0.0; self.0.dims]; texts.len()])
        }
    }

    #[test]
    fn each_purpose_takes_what_is_best_for_it_of_what_is_there() {
        let named = |id: &str| {
            Arc::new(Named(Model { id: id.into(), sha256: "x".into(), dims: 2 })) as Arc<dyn Embedder>
        };
        let both = [named("use-multilingual"), named("e5-small")];
        let best = |purpose: Purpose, models: &[Arc<dyn Embedder>]| {
            purpose.best(models).map(|m| m.model().id.clone())
        };
        assert_eq!(best(Purpose::Passages, &both).unwrap(), "e5-small");
        assert_eq!(best(Purpose::Products, &both).unwrap(), "use-multilingual");
        assert_eq!(best(Purpose::Passages, &both[..1]).unwrap(), "use-multilingual");
        assert_eq!(best(Purpose::Passages, &[]), None);
    }

    /// What `scripts/models` fetches where the repository is; opening compares with the reference's vectors.
    #[test]
    fn the_models_that_were_fetched_give_the_vectors_of_their_reference() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.dev/models");
        let models = all(&folder);
        if models.is_empty() {
            eprintln!("skipped: no models in .dev/models (scripts/models fetches them)");
        }
        for (name, model) in models {
            let model = model.unwrap_or_else(|e| panic!("{name}: {e}"));
            let read = |side, text| model.embed(side, &[text]).unwrap().concat();
            let asked = read(Side::Query, "Comment renvoyer un article ?");
            let near = nearness(
                &asked,
                &read(Side::Document, "Pour nous retourner un produit, imprimez l’étiquette."),
            );
            let far = nearness(&asked, &read(Side::Document, "Le magasin de Lyon ouvre à neuf heures."));
            assert!(near > far + 0.02, "{name}: {near} {far}");
        }
    }

    #[test]
    fn a_damaged_file_is_told_and_not_used() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("e5-small.bundle"), b"SMBUNDL1 but then something else").unwrap();
        let models = all(dir.path());
        assert_eq!(models.len(), 1);
        assert!(models[0].1.is_err());
    }
}
