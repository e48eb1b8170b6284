//! Which documents have a word, and how well: postings with the BM25 saturation of weighted fields already computed.
//!
//! A posting holds how well its document speaks of the term (0..1); at query time it is multiplied by the rarity of the
//! term. So a small index of changed documents, built with the lengths of the big one, gives comparable scores.

mod build;
mod merge;

pub use build::Builder;
pub use merge::{Origin, merge};

use kit::Lang;

use crate::bundle::{Bundle, Column, Damaged};
use crate::table::Table;

/// How one field of a document counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    pub weight: f32,
    /// How much long texts are held against their words: 0 not at all, 1 in full.
    pub b: f32,
}

/// What is built.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    pub lang: Lang,
    /// Where repetition stops to count.
    pub k1: f32,
    /// The first is the title.
    pub fields: Vec<Field>,
}

/// Full weight of a posting.
const FULL: f32 = 65_535.0;

pub struct Index {
    pub lang: Lang,
    /// Ids as given, by document number.
    pub ids: Column<i64>,
    /// Stems.
    pub terms: Table,
    /// Words as they stand in the texts.
    pub words: Table,
    /// The stem of each word.
    pub word_terms: Column<u32>,
    /// In how many documents each word stands.
    pub word_counts: Column<u32>,
    offsets: Column<u32>,
    docs: Column<u32>,
    fits: Column<u16>,
    title_offsets: Column<u32>,
    title_terms: Column<u32>,
    /// Mean length of each field.
    pub lengths: Column<f32>,
}

impl Index {
    pub fn open(bundle: &Bundle) -> Result<Index, Damaged> {
        let lang = bundle.column_of::<u8>("lang", 1)?;
        let ids = bundle.column::<i64>("ids")?;
        let terms = Table::open(bundle, "terms")?;
        let words = Table::open(bundle, "words")?;
        let docs = bundle.column::<u32>("docs")?;
        let title_terms = bundle.column::<u32>("titles")?;
        let index = Index {
            lang: if lang[0] == 0 { Lang::Fr } else { Lang::En },
            word_terms: bundle.column_of("word.terms", words.len())?,
            word_counts: bundle.column_of("word.counts", words.len())?,
            offsets: bundle.offsets("postings", docs.len())?,
            fits: bundle.column_of("fits", docs.len())?,
            title_offsets: bundle.offsets("title.offsets", title_terms.len())?,
            lengths: bundle.column("lengths")?,
            ids,
            terms,
            words,
            docs,
            title_terms,
        };
        index.check()?;
        Ok(index)
    }

    /// Every number points somewhere, so that nothing later can panic.
    fn check(&self) -> Result<(), Damaged> {
        let wrong = |name: &str| Err(Damaged::Column(name.to_string()));
        let (docs, terms) = (self.ids.len() as u32, self.terms.len() as u32);
        if self.offsets.len() != self.terms.len() + 1 || self.docs.iter().any(|d| *d >= docs) {
            return wrong("docs");
        }
        if self.title_offsets.len() != self.ids.len() + 1 || self.title_terms.iter().any(|t| *t >= terms) {
            return wrong("titles");
        }
        if self.word_terms.iter().any(|t| *t >= terms) {
            return wrong("word.terms");
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Documents with a term and how well they speak of it.
    pub fn postings(&self, term: u32) -> impl Iterator<Item = (u32, f32)> {
        let range = self.range(term);
        let (docs, fits) = (&self.docs[range.clone()], &self.fits[range]);
        docs.iter().zip(fits).map(|(doc, fit)| (*doc, f32::from(*fit) / FULL))
    }

    /// Documents with a term, rising.
    pub fn documents(&self, term: u32) -> &[u32] {
        &self.docs[self.range(term)]
    }

    fn range(&self, term: u32) -> std::ops::Range<usize> {
        self.offsets[term as usize] as usize..self.offsets[term as usize + 1] as usize
    }

    /// In how many documents a term stands.
    pub fn count(&self, term: u32) -> usize {
        self.range(term).len()
    }

    /// How much a term says: the rarer, the more.
    pub fn rarity(&self, term: u32) -> f32 {
        rarity(self.len(), self.count(term))
    }

    /// The terms of a title in order.
    pub fn title(&self, doc: u32) -> &[u32] {
        let (from, to) = (self.title_offsets[doc as usize], self.title_offsets[doc as usize + 1]);
        &self.title_terms[from as usize..to as usize]
    }
}

/// The weight of a term that `with` of `all` documents have.
pub fn rarity(all: usize, with: usize) -> f32 {
    let (all, with) = (all as f32, with as f32);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn small() -> Index {
        let fields = vec![Field { weight: 3.0, b: 0.5 }, Field { weight: 1.0, b: 0.75 }];
        let mut builder = Builder::new(Params { lang: Lang::Fr, k1: 1.2, fields });
        builder.add(10, &["Cafetière italienne", "Pour six tasses de café"]);
        builder.add(20, &["Tasses à café", "Lot de six"]);
        builder.add(30, &["Chaise longue", ""]);
        Index::open(&Bundle::from_bytes(&builder.finish()).unwrap()).unwrap()
    }

    #[test]
    fn a_word_in_the_title_fits_better_than_in_the_text() {
        let index = small();
        let word = index.words.find("tasses").unwrap();
        let term = index.word_terms[word as usize];
        let fits: Vec<_> = index.postings(term).collect();
        assert_eq!(fits.len(), 2);
        assert!(fits[1].1 > fits[0].1, "{fits:?}");
        assert!(index.rarity(term) < rarity(3, 1));
        assert_eq!(index.title(2).len(), 2);
    }
}
