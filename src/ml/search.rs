//! From words to a ranking: how well the words fit, how the title answers, and nearness in meaning, in one weighted sum.
//!
//! Reading order: `query` (what the words stand for), `correct` (which words were meant), `foreign` (queries in the
//! other language), `rank`.

mod complete;
mod correct;
mod foreign;
mod query;
mod rank;
mod similar;

use std::collections::HashSet;
use std::sync::Arc;

use kit::Lang;

use crate::bundle::{Bundle, Damaged, Writer, merged};
use crate::embed::Embedder;
use crate::lexical::{self, Builder, Field, Index};
use crate::lsa::{self, Lsa};
use crate::speller::Speller;
use crate::vectors::Vectors;

pub use query::{Concept, Understood};
pub use rank::Weights;

/// A document to index, in the order of the ids; the attributes hold whatever else may be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    pub id: i64,
    pub title: &'a str,
    pub body: &'a str,
    pub brand: &'a str,
    pub attributes: &'a str,
}

/// A document that has words of the query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    doc: u32,
    pub id: i64,
    pub score: f32,
    /// Part of the query's weight that it has: 1 when it has all words.
    pub covered: f32,
    /// How near a model of sentences finds it; 0 without one.
    pub near: f32,
}

/// Everything that answers queries in one language. Cheap to make anew with other changes.
#[derive(Clone)]
pub struct Engine {
    base: Arc<Base>,
    /// Documents changed since the index was built.
    fresh: Option<Arc<Fresh>>,
    sentences: Option<Arc<Sentences>>,
}

/// A model with the vectors it made of the documents.
pub struct Sentences {
    model: Arc<dyn Embedder>,
    vectors: Vectors,
}

impl Sentences {
    /// `None` when the vectors were made by another model.
    pub fn new(model: Arc<dyn Embedder>, vectors: Vectors) -> Option<Sentences> {
        (*model.model() == vectors.model).then_some(Sentences { model, vectors })
    }
}

/// What stands in the file.
struct Base {
    index: Index,
    lsa: Lsa,
    speller: Speller,
    weights: Weights,
}

/// A small index in place of what the big one says about the same documents.
struct Fresh {
    index: Index,
    replaced: HashSet<i64>,
}

/// Parameters of the index as measured best on the judged sets.
fn params(lang: Lang) -> lexical::Params {
    let field = |weight| Field { weight, b: 0.75 };
    lexical::Params { lang, k1: 1.2, fields: vec![field(3.0), field(1.0), field(1.0), field(1.0)] }
}

fn add(builder: &mut Builder, d: &Document<'_>) {
    builder.add(d.id, &[d.title, d.body, d.brand, d.attributes]);
}

/// Builds the file of an engine.
pub fn build<'a>(lang: Lang, documents: impl Iterator<Item = Document<'a>>) -> Result<Vec<u8>, Damaged> {
    let mut builder = Builder::new(params(lang));
    documents.for_each(|d| add(&mut builder, &d));
    let lexical = Bundle::from_bytes(&builder.finish())?;
    let index = Index::open(&lexical)?;
    let mut vectors = Writer::default();
    lsa::build(&index, lsa::Params::default(), &mut vectors);
    Ok(merged(&[&lexical, &Bundle::from_bytes(&vectors.finish())?]))
}

/// What a model of sentences reads of a document: its title and the beginning of its text.
pub fn sentence(d: &Document<'_>) -> String {
    const READ: usize = 160;
    let body: String = d.body.chars().take(READ).collect();
    format!("{} {} {}", d.brand, d.title, body).trim().to_string()
}

impl Engine {
    pub fn open(bundle: &Bundle) -> Result<Engine, Damaged> {
        Engine::open_with(bundle, Weights::default())
    }

    /// The same for texts that are no products.
    pub fn open_with(bundle: &Bundle, weights: Weights) -> Result<Engine, Damaged> {
        let index = Index::open(bundle)?;
        let lsa = Lsa::open(bundle, &index)?;
        let speller = Speller::new(&index);
        let base = Base { index, lsa, speller, weights };
        Ok(Engine { base: Arc::new(base), fresh: None, sentences: None })
    }

    /// The same index with documents changed since it was built; those of `gone` are found no more.
    pub fn with_changes<'a>(
        &self,
        changed: impl Iterator<Item = Document<'a>>,
        gone: impl Iterator<Item = i64>,
    ) -> Result<Engine, Damaged> {
        let mut replaced: HashSet<i64> = gone.collect();
        let mut builder = Builder::beside(params(self.base.index.lang), &self.base.index.lengths);
        for document in changed {
            replaced.insert(document.id);
            add(&mut builder, &document);
        }
        let index = Index::open(&Bundle::from_bytes(&builder.finish())?)?;
        Ok(Engine { fresh: Some(Arc::new(Fresh { index, replaced })), ..self.clone() })
    }

    /// The file of an engine that holds the changes itself: texts that stayed are not read again, and what words mean is
    /// taken over.
    pub fn merged(&self) -> Result<Vec<u8>, Damaged> {
        let Base { index, lsa, .. } = &*self.base;
        let mut out = Writer::default();
        let none = Builder::beside(params(index.lang), &index.lengths).finish();
        let (nothing, replaced) = (Index::open(&Bundle::from_bytes(&none)?)?, HashSet::new());
        let changes = self.fresh.as_deref();
        let (fresh, replaced) = changes.map_or((&nothing, &replaced), |f| (&f.index, &f.replaced));
        let origins = lexical::merge(index, fresh, replaced, &mut out);
        let lexical = Bundle::from_bytes(&out.finish())?;
        let mut vectors = Writer::default();
        lsa::carry(index, lsa, &Index::open(&lexical)?, &origins, &mut vectors);
        Ok(merged(&[&lexical, &Bundle::from_bytes(&vectors.finish())?]))
    }

    /// The same with a model of sentences; a query then takes milliseconds of processor.
    pub fn with_sentences(&self, sentences: Option<Arc<Sentences>>) -> Engine {
        Engine { sentences, ..self.clone() }
    }

    /// Whether a query takes so long that it is not for an async thread.
    pub fn reads_sentences(&self) -> bool {
        self.sentences.is_some()
    }

    /// How many documents the file holds.
    pub fn len(&self) -> usize {
        self.base.index.len()
    }

    /// The ids of the documents of the file, rising.
    pub fn ids(&self) -> &[i64] {
        &self.base.index.ids
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the words of a query stand for.
    pub fn understand(&self, text: &str) -> Understood {
        query::understand(self, text)
    }

    /// All documents that have any of the words: the first thousand in order, best first, the others after them in none.
    pub fn rank(&self, understood: &Understood) -> Vec<Hit> {
        rank::rank(self, understood)
    }

    /// Up to `k` other documents like this one; `variety` from 0 (nearest) to 1 (most different).
    pub fn similar(&self, id: i64, k: usize, variety: f32) -> Vec<i64> {
        similar::similar(self, id, k, variety)
    }

    /// The commonest words of the catalogue that begin with this one, folded.
    pub fn complete(&self, typed: &str, k: usize) -> Vec<String> {
        complete::complete(self, typed, k)
    }

    pub fn search(&self, text: &str) -> Vec<Hit> {
        self.rank(&self.understand(text))
    }
}

#[cfg(test)]
mod tests;
