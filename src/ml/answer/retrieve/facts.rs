//! The facts of things, to find things by what is said of them ("fifteen bars of pressure").

use std::collections::HashMap;

use kit::Lang;

use crate::answer::words::is_neutral;
use crate::bundle::{Bundle, Damaged};
use crate::lexical::{Builder, Field, Index, Params};
use crate::text::{Stems, words};

pub struct Facts {
    index: Index,
}

fn params(lang: Lang) -> Params {
    let field = |weight| Field { weight, b: 0.5 };
    Params { lang, k1: 1.2, fields: vec![field(1.0), field(1.0)] }
}

/// Builds the file of facts: id, title and the facts as one text, in the order of the ids.
pub fn build_facts<'a>(
    lang: Lang,
    things: impl Iterator<Item = (i64, &'a str, &'a str)>,
) -> Result<Vec<u8>, Damaged> {
    let mut builder = Builder::new(params(lang));
    things.for_each(|(id, title, facts)| builder.add(id, &[title, facts]));
    Ok(builder.finish())
}

impl Facts {
    pub fn open(bundle: &Bundle) -> Result<Facts, Damaged> {
        Ok(Facts { index: Index::open(bundle)? })
    }

    pub fn len(&self) -> usize {
        self.index.len()
    }

    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Ids of the things that have most of the words, best first.
    pub fn find(&self, text: &str, k: usize) -> Vec<i64> {
        let index = &self.index;
        let mut stems = Stems::new(index.lang);
        let mut scores: HashMap<u32, f32> = HashMap::new();
        for word in words(index.lang, text).into_iter().filter(|w| !is_neutral(w)) {
            let Some(term) = index.terms.find(&stems.stem(&word)) else { continue };
            let rarity = index.rarity(term);
            for (doc, fit) in index.postings(term) {
                *scores.entry(doc).or_default() += rarity * fit;
            }
        }
        let mut ranked: Vec<(u32, f32)> = scores.into_iter().collect();
        ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.into_iter().take(k).map(|(doc, _)| index.ids[doc as usize]).collect()
    }
}
