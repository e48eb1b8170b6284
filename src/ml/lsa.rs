//! Meaning learned from the catalogue itself: words that stand in the same documents get near vectors (latent semantic
//! analysis). Needs no weights from anywhere.
//!
//! The subspace of the largest singular values of the document-term matrix is found by iterating a seeded random basis
//! (Halko, Martinsson, Tropp 2011). Nearness inside a subspace does not depend on its basis, so no decomposition follows.

use std::collections::HashMap;

use kit::chance::Chance;

use crate::bundle::{Bundle, Column, Damaged, Writer};
use crate::lexical::{Index, Origin};

/// How many dimensions and how often the basis is improved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    pub dims: usize,
    pub rounds: usize,
    /// Learned from at most so many documents, evenly taken.
    pub learn_from: usize,
    pub seed: u64,
}

impl Default for Params {
    fn default() -> Params {
        Params { dims: 256, rounds: 3, learn_from: 60_000, seed: 7 }
    }
}

/// Documents as rows of (term, weight), of length one.
struct Rows {
    offsets: Vec<u32>,
    terms: Vec<u32>,
    weights: Vec<f32>,
}

impl Rows {
    fn new(index: &Index) -> Rows {
        let used = |t: &u32| index.count(*t) >= 2;
        let mut offsets = vec![0u32; index.len() + 1];
        for term in (0..index.terms.len() as u32).filter(used) {
            for (doc, _) in index.postings(term) {
                offsets[doc as usize + 1] += 1;
            }
        }
        for i in 1..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut at = offsets.clone();
        let total = offsets.last().copied().unwrap_or(0) as usize;
        let (mut terms, mut weights) = (vec![0u32; total], vec![0f32; total]);
        for term in (0..index.terms.len() as u32).filter(used) {
            let rarity = index.rarity(term);
            for (doc, fit) in index.postings(term) {
                let place = at[doc as usize] as usize;
                (terms[place], weights[place]) = (term, fit * rarity);
                at[doc as usize] += 1;
            }
        }
        for doc in 0..index.len() {
            let row = &mut weights[offsets[doc] as usize..offsets[doc + 1] as usize];
            let norm = row.iter().map(|w| w * w).sum::<f32>().sqrt().max(1e-6);
            row.iter_mut().for_each(|w| *w /= norm);
        }
        Rows { offsets, terms, weights }
    }

    fn row(&self, doc: usize) -> impl Iterator<Item = (usize, f32)> {
        let range = self.offsets[doc] as usize..self.offsets[doc + 1] as usize;
        self.terms[range.clone()].iter().map(|t| *t as usize).zip(self.weights[range].iter().copied())
    }

    /// The row in the basis.
    fn project(&self, doc: usize, basis: &[f32], out: &mut [f32]) {
        out.fill(0.0);
        for (term, weight) in self.row(doc) {
            add(out, weight, &basis[term * out.len()..][..out.len()]);
        }
    }
}

fn add(out: &mut [f32], weight: f32, from: &[f32]) {
    for (o, f) in out.iter_mut().zip(from) {
        *o += weight * f;
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; 8];
    for (x, y) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for i in 0..8 {
            sums[i] += x[i] * y[i];
        }
    }
    sums.iter().sum()
}

/// Learns from an index and writes the vectors of its terms and documents.
pub fn build(index: &Index, params: Params, out: &mut Writer) {
    // More dimensions than half the documents would hold each document by itself, and no meaning.
    let dims = params.dims.min(index.len() / 2).max(8).next_multiple_of(8);
    let rows = Rows::new(index);
    let basis = learn(&rows, index.len(), index.terms.len(), dims, params);
    let mut docs = Packed::default();
    let mut vector = vec![0f32; dims];
    for doc in 0..index.len() {
        rows.project(doc, &basis, &mut vector);
        docs.push(&vector, true);
    }
    let mut terms = Packed::default();
    for term in 0..index.terms.len() {
        terms.push(&basis[term * dims..][..dims], false);
    }
    put(out, dims, &docs, &terms);
}

/// What was learned from `before`, for an index of which few documents changed since: of the changed ones the vectors are
/// told from their words, and words that are new mean nothing yet.
pub fn carry(before: &Index, lsa: &Lsa, index: &Index, origins: &[Origin], out: &mut Writer) {
    let dims = lsa.dims;
    let mut terms = Packed::default();
    for word in index.terms.iter() {
        match before.terms.find(word) {
            Some(old) => terms.copy(&lsa.terms[old as usize * dims..][..dims], lsa.term_scales[old as usize]),
            None => terms.copy(&vec![0; dims], 0.0),
        }
    }
    let changed = changed_rows(index, origins);
    let mut docs = Packed::default();
    let mut vector = vec![0f32; dims];
    for (doc, origin) in origins.iter().enumerate() {
        if let Origin::Kept(old) = origin {
            docs.copy(&lsa.docs[*old as usize * dims..][..dims], lsa.doc_scales[*old as usize]);
            continue;
        }
        vector.fill(0.0);
        for (term, weight) in changed.get(&(doc as u32)).into_iter().flatten() {
            let scale = terms.scales[*term as usize] * weight;
            let row = &terms.values[*term as usize * dims..][..dims];
            vector.iter_mut().zip(row).for_each(|(v, r)| *v += scale * f32::from(*r));
        }
        docs.push(&vector, true);
    }
    put(out, dims, &docs, &terms);
}

/// The changed documents as rows; their length does not matter, because only directions are kept.
fn changed_rows(index: &Index, origins: &[Origin]) -> HashMap<u32, Vec<(u32, f32)>> {
    let mut out: HashMap<u32, Vec<(u32, f32)>> = HashMap::new();
    let is_changed: Vec<bool> = origins.iter().map(|o| matches!(o, Origin::Changed(_))).collect();
    for term in (0..index.terms.len() as u32).filter(|t| index.count(*t) >= 2) {
        for (doc, fit) in index.postings(term).filter(|(d, _)| is_changed[*d as usize]) {
            out.entry(doc).or_default().push((term, fit * index.rarity(term)));
        }
    }
    out
}

fn put(out: &mut Writer, dims: usize, docs: &Packed, terms: &Packed) {
    out.put("lsa.dims", &[dims as u32]);
    out.put("lsa.docs", &docs.values);
    out.put("lsa.doc.scales", &docs.scales);
    out.put("lsa.terms", &terms.values);
    out.put("lsa.term.scales", &terms.scales);
}

fn learn(rows: &Rows, docs: usize, terms: usize, dims: usize, params: Params) -> Vec<f32> {
    let mut random = Chance::new(params.seed);
    let mut basis: Vec<f32> = (0..terms * dims).map(|_| random.normal()).collect();
    let step = docs.div_ceil(params.learn_from.max(1)).max(1);
    let mut vector = vec![0f32; dims];
    for _ in 0..params.rounds {
        let mut next = vec![0f32; terms * dims];
        for doc in (0..docs).step_by(step) {
            rows.project(doc, &basis, &mut vector);
            for (term, weight) in rows.row(doc) {
                add(&mut next[term * dims..][..dims], weight, &vector);
            }
        }
        basis = orthogonal(&next, terms, dims);
    }
    basis
}

/// Dividing by it leaves nothing.
const NOTHING: f64 = 1e15;

/// An orthonormal basis of the same space: columns made orthogonal by the Cholesky factor of their products.
fn orthogonal(matrix: &[f32], rows: usize, dims: usize) -> Vec<f32> {
    let mut gram = vec![0f64; dims * dims];
    let mut part = vec![0f32; dims * dims];
    for (i, row) in matrix.chunks_exact(dims).enumerate() {
        for (a, x) in row.iter().enumerate() {
            if *x != 0.0 {
                add(&mut part[a * dims..][..dims], *x, row);
            }
        }
        // Sums of single precision stay exact enough in short runs.
        if i % 256 == 255 || i + 1 == rows {
            gram.iter_mut().zip(&mut part).for_each(|(g, p)| *g += f64::from(std::mem::take(p)));
        }
    }
    let mean = (0..dims).map(|i| gram[i * dims + i]).sum::<f64>() / dims as f64;
    let least = mean * 1e-7 + 1e-30;
    // Lower factor in place, then its inverse.
    for i in 0..dims {
        for j in 0..=i {
            let mut sum = gram[i * dims + j];
            for k in 0..j {
                sum -= gram[i * dims + k] * gram[j * dims + k];
            }
            gram[i * dims + j] = match i == j {
                // A column that says nothing new is left out.
                true if sum < least => NOTHING,
                true => sum.sqrt(),
                false => sum / gram[j * dims + j],
            };
        }
    }
    let mut inverse = vec![0f64; dims * dims];
    for i in 0..dims {
        inverse[i * dims + i] = 1.0 / gram[i * dims + i];
        for j in 0..i {
            let sum: f64 = (j..i).map(|k| gram[i * dims + k] * inverse[k * dims + j]).sum();
            inverse[i * dims + j] = -sum / gram[i * dims + i];
        }
    }
    let inverse: Vec<f32> = inverse.iter().map(|v| *v as f32).collect();
    let mut out = vec![0f32; rows * dims];
    for (row, target) in matrix.chunks_exact(dims).zip(out.chunks_exact_mut(dims)) {
        for (i, t) in target.iter_mut().enumerate() {
            *t = dot(row, &inverse[i * dims..][..dims]);
        }
    }
    out
}

/// Vectors of one byte a dimension with a scale each.
#[derive(Default)]
struct Packed {
    values: Vec<i8>,
    scales: Vec<f32>,
}

impl Packed {
    /// As it was packed before.
    fn copy(&mut self, values: &[i8], scale: f32) {
        self.values.extend_from_slice(values);
        self.scales.push(scale);
    }

    fn push(&mut self, vector: &[f32], unit: bool) {
        let norm = if unit { dot(vector, vector).sqrt() } else { 1.0 };
        let largest = vector.iter().fold(0f32, |m, v| m.max(v.abs())).max(1e-9);
        self.values.extend(vector.iter().map(|v| (v / largest * 127.0).round() as i8));
        self.scales.push(if norm > 1e-6 { largest / 127.0 / norm } else { 0.0 });
    }
}

/// The vectors of a catalogue.
pub struct Lsa {
    dims: usize,
    docs: Column<i8>,
    doc_scales: Column<f32>,
    terms: Column<i8>,
    term_scales: Column<f32>,
}

impl Lsa {
    pub fn open(bundle: &Bundle, index: &Index) -> Result<Lsa, Damaged> {
        let dims = bundle.column_of::<u32>("lsa.dims", 1)?[0] as usize;
        Ok(Lsa {
            dims,
            docs: bundle.column_of("lsa.docs", index.len() * dims)?,
            doc_scales: bundle.column_of("lsa.doc.scales", index.len())?,
            terms: bundle.column_of("lsa.terms", index.terms.len() * dims)?,
            term_scales: bundle.column_of("lsa.term.scales", index.terms.len())?,
        })
    }

    /// The direction of weighted terms, of length one; `None` when nothing is known of them.
    pub fn vector(&self, terms: &[(u32, f32)]) -> Option<Vec<f32>> {
        let mut out = vec![0f32; self.dims];
        for (term, weight) in terms {
            let scale = self.term_scales[*term as usize] * weight;
            let row = &self.terms[*term as usize * self.dims..][..self.dims];
            out.iter_mut().zip(row).for_each(|(o, v)| *o += scale * f32::from(*v));
        }
        unit(out)
    }

    /// The mean direction of documents.
    pub fn middle(&self, docs: &[(u32, f32)]) -> Option<Vec<f32>> {
        let mut out = vec![0f32; self.dims];
        for (doc, weight) in docs {
            let scale = self.doc_scales[*doc as usize] * weight;
            let row = &self.docs[*doc as usize * self.dims..][..self.dims];
            out.iter_mut().zip(row).for_each(|(o, v)| *o += scale * f32::from(*v));
        }
        unit(out)
    }

    /// How near two documents are: -1 to 1.
    pub fn alike(&self, a: u32, b: u32) -> f32 {
        let row = |doc: u32| &self.docs[doc as usize * self.dims..][..self.dims];
        let sum: i32 = row(a).iter().zip(row(b)).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum();
        sum as f32 * self.doc_scales[a as usize] * self.doc_scales[b as usize]
    }

    /// How near a document is to a direction: -1 to 1.
    pub fn nearness(&self, vector: &[f32], doc: u32) -> f32 {
        let row = &self.docs[doc as usize * self.dims..][..self.dims];
        let mut sums = [0f32; 8];
        for (x, y) in vector.chunks_exact(8).zip(row.chunks_exact(8)) {
            for i in 0..8 {
                sums[i] += x[i] * f32::from(y[i]);
            }
        }
        sums.iter().sum::<f32>() * self.doc_scales[doc as usize]
    }
}

fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let norm = dot(&vector, &vector).sqrt();
    (norm > 1e-6).then(|| {
        vector.iter_mut().for_each(|v| *v /= norm);
        vector
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kit::Lang;

    use crate::lexical::{Builder, Field, Params as Lexical};

    /// A shop of few products has fewer directions than dimensions.
    #[test]
    fn a_few_documents_still_have_meaning() {
        let field = Field { weight: 1.0, b: 0.75 };
        let mut builder = Builder::new(Lexical { lang: Lang::En, k1: 1.2, fields: vec![field] });
        for (i, text) in ["red shoes leather", "leather boots", "boots shoes", "coffee cup", "cup tea coffee"]
            .iter()
            .enumerate()
        {
            builder.add(i as i64, &[text]);
        }
        let lexical = Bundle::from_bytes(&builder.finish()).unwrap();
        let index = Index::open(&lexical).unwrap();
        let mut out = Writer::default();
        build(&index, Params::default(), &mut out);
        let lsa = Lsa::open(&Bundle::from_bytes(&out.finish()).unwrap(), &index).unwrap();
        let shoes = lsa.middle(&[(0, 1.0)]).unwrap();
        assert!(lsa.nearness(&shoes, 1) > lsa.nearness(&shoes, 3) + 0.1);
        assert!((lsa.nearness(&shoes, 0) - 1.0).abs() < 0.05);
    }
}
