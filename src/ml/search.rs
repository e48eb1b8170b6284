//! From words to a ranking: lexical score, how the title fits, and nearness in meaning, in one weighted sum.

mod correct;
mod foreign;
mod query;
mod rank;

use crate::bundle::{Bundle, Damaged, Writer};
use crate::lexical::{self, Builder, Index};
use crate::lsa::{self, Lsa};
use crate::speller::Speller;

pub use query::{Concept, Understood};
pub use rank::Weights;

/// Everything that answers queries in one language.
pub struct Engine {
    pub index: Index,
    pub lsa: Lsa,
    pub speller: Speller,
    pub weights: Weights,
}

/// A document with its score, best first.
pub type Ranked = Vec<(u32, f32)>;

/// Builds the file of an engine.
pub fn build(builder: Builder, params: lsa::Params) -> Result<Vec<u8>, Damaged> {
    let lexical = builder.finish();
    let index = Index::open(&Bundle::from_bytes(&lexical)?)?;
    let mut out = Writer::default();
    lsa::build(&index, params, &mut out);
    let more = Bundle::from_bytes(&out.finish())?;
    Ok(crate::bundle::merged(&[&Bundle::from_bytes(&lexical)?, &more]))
}

impl Engine {
    pub fn open(bundle: &Bundle, weights: Weights) -> Result<Engine, Damaged> {
        let index = Index::open(bundle)?;
        let lsa = Lsa::open(bundle, &index)?;
        let speller = Speller::new(&index);
        Ok(Engine { index, lsa, speller, weights })
    }

    pub fn understand(&self, text: &str) -> Understood {
        query::understand(self, text)
    }

    /// All documents that have any of the words, best first.
    pub fn search(&self, text: &str) -> Ranked {
        rank::rank(self, &query::understand(self, text).concepts)
    }
}

/// Parameters of the index as measured best on the judged sets.
pub fn lexical_params(lang: kit::Lang, w: &Weights) -> lexical::Params {
    let field = |weight, b| lexical::Field { weight, b };
    lexical::Params { lang, k1: w.k1, fields: vec![field(w.title, w.b_title), field(w.body, w.b_body), field(w.brand, w.b_body), field(w.attributes, w.b_body)] }
}
