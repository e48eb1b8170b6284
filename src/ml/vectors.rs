//! Vectors of documents by one model, in a file of their own: made after the index, so that words are found without
//! waiting for them, and taken over from the file before where model and text are the same.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::bundle::{Bundle, Column, Damaged, Writer};
use crate::embed::{Embedder, Failed, Model, Side};

/// Some models put all texts on one side of their space; from this length on the middle of the vectors is what they share,
/// and a nearness counts from there.
const ONE_SIDED: f32 = 0.6;
/// Texts given to the model at once.
const BATCH: usize = 32;

pub struct Vectors {
    pub model: Model,
    ids: Column<i64>,
    /// Of the text that each vector was made of.
    texts: Column<u64>,
    values: Column<i8>,
    scales: Column<f32>,
    /// The middle of all vectors, where they are one-sided.
    middle: Vec<f32>,
}

fn hash(text: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    digest.first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b))
}

/// What was done to make a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    pub new: usize,
    pub kept: usize,
    /// Documents still without a vector.
    pub left: usize,
}

/// Vectors for documents in the order of their ids; those that `old` has for the same text and model are taken from it,
/// and `most` others are made: a first run over a large catalogue takes minutes, and may be done in parts.
pub fn build(
    model: &dyn Embedder,
    documents: &[(i64, String)],
    old: Option<&Vectors>,
    most: usize,
    mut progress: impl FnMut(usize),
) -> Result<(Vec<u8>, Made), Failed> {
    let dims = model.model().dims;
    let old = old.filter(|o| o.model == *model.model());
    let known: HashMap<u64, usize> =
        old.map(|o| o.texts.iter().enumerate().map(|(i, h)| (*h, i)).collect()).unwrap_or_default();
    let texts: Vec<u64> = documents.iter().map(|(_, t)| hash(t)).collect();
    let mut values = vec![0i8; documents.len() * dims];
    let mut scales = vec![0f32; documents.len()];
    let mut missing = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        match old.zip(known.get(text)) {
            Some((old, at)) => {
                values[i * dims..][..dims].copy_from_slice(&old.values[at * dims..][..dims]);
                scales[i] = old.scales[*at];
            }
            None => missing.push(i),
        }
    }
    let left = missing.split_off(most.min(missing.len()));
    for (done, part) in missing.chunks(BATCH).enumerate() {
        progress(done * BATCH);
        let batch: Vec<&str> = part.iter().map(|i| documents[*i].1.as_str()).collect();
        let vectors = model.embed(Side::Document, &batch)?;
        if vectors.len() != part.len() || vectors.iter().any(|v| v.len() != dims) {
            return Err(Failed("not as many vectors or dimensions as asked for".into()));
        }
        for (i, vector) in part.iter().zip(vectors) {
            scales[*i] = pack(&vector, &mut values[i * dims..][..dims]);
        }
    }
    let made =
        Made { new: missing.len(), kept: documents.len() - missing.len() - left.len(), left: left.len() };
    let left: HashSet<usize> = left.into_iter().collect();
    let rows: Vec<usize> = (0..documents.len()).filter(|i| !left.contains(i)).collect();
    let values: Vec<i8> = rows.iter().flat_map(|i| values[i * dims..][..dims].iter().copied()).collect();
    let mut middle = vec![0f32; dims];
    for (values, row) in values.chunks_exact(dims).zip(&rows) {
        let share = scales[*row] / rows.len() as f32;
        middle.iter_mut().zip(values).for_each(|(m, v)| *m += f32::from(*v) * share);
    }
    let mut out = Writer::default();
    out.put("model", &serde_json::to_vec(model.model()).map_err(|e| Failed(e.to_string()))?);
    out.put("ids", &rows.iter().map(|i| documents[*i].0).collect::<Vec<_>>());
    out.put("texts", &rows.iter().map(|i| texts[*i]).collect::<Vec<_>>());
    out.put("values", &values);
    out.put("middle", &middle);
    out.put("scales", &rows.iter().map(|i| scales[*i]).collect::<Vec<_>>());
    Ok((out.finish(), made))
}

/// One byte a dimension; the scale that gives the numbers back.
fn pack(vector: &[f32], out: &mut [i8]) -> f32 {
    let largest = vector.iter().fold(0f32, |m, v| m.max(v.abs())).max(1e-9);
    for (o, v) in out.iter_mut().zip(vector) {
        *o = (v / largest * 127.0).round() as i8;
    }
    largest / 127.0
}

/// A question, packed for comparing.
pub struct Asked {
    values: Vec<i8>,
    scale: f32,
    /// How near it is to what all share.
    base: f32,
}

impl Vectors {
    pub fn open(bundle: &Bundle) -> Result<Vectors, Damaged> {
        let model: Model = serde_json::from_slice(&bundle.column::<u8>("model")?)
            .map_err(|_| Damaged::Column("model".into()))?;
        let ids = bundle.column::<i64>("ids")?;
        if !ids.is_sorted() {
            return Err(Damaged::Column("ids".into()));
        }
        let middle = bundle.column_of::<f32>("middle", model.dims).map(|m| m.to_vec()).unwrap_or_default();
        let one_sided = middle.iter().map(|v| v * v).sum::<f32>().sqrt() >= ONE_SIDED;
        Ok(Vectors {
            middle: if one_sided { middle } else { Vec::new() },
            texts: bundle.column_of("texts", ids.len())?,
            values: bundle.column_of("values", ids.len() * model.dims)?,
            scales: bundle.column_of("scales", ids.len())?,
            model,
            ids,
        })
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn asked(&self, vector: &[f32]) -> Asked {
        let mut values = vec![0i8; self.model.dims];
        let scale = pack(vector, &mut values);
        let base = vector.iter().zip(&self.middle).map(|(v, m)| v * m).sum::<f32>().clamp(-0.99, 0.99);
        Asked { values, scale, base }
    }

    fn at(&self, asked: &Asked, row: usize) -> f32 {
        let dims = self.model.dims;
        asked.from(product(&asked.values, &self.values[row * dims..][..dims]) as f32 * self.scales[row])
    }

    /// The cosine of a document, 0 for what all documents share; `None` when it has no vector.
    pub fn nearness(&self, asked: &Asked, id: i64) -> Option<f32> {
        self.ids.binary_search(&id).ok().map(|row| self.at(asked, row))
    }

    /// The nearest documents, best first.
    pub fn nearest(&self, asked: &Asked, k: usize) -> Vec<(i64, f32)> {
        let dims = self.model.dims;
        let rows = self.values.chunks_exact(dims).zip(self.scales.iter()).enumerate();
        let mut all: Vec<(u32, f32)> =
            rows.map(|(i, (row, scale))| (i as u32, product(&asked.values, row) as f32 * scale)).collect();
        let k = k.min(all.len());
        if k < all.len() {
            all.select_nth_unstable_by(k, |a, b| b.1.total_cmp(&a.1));
            all.truncate(k);
        }
        all.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
        all.into_iter().map(|(row, near)| (self.ids[row as usize], asked.from(near))).collect()
    }
}

impl Asked {
    /// The nearness of a product of packed numbers.
    fn from(&self, product: f32) -> f32 {
        (product * self.scale - self.base) / (1.0 - self.base)
    }
}

/// The sum of products; sixteen at a time, which the compiler makes few instructions of.
fn product(a: &[i8], b: &[i8]) -> i32 {
    let mut sums = [0i32; 16];
    let (x, y) = (a.chunks_exact(16), b.chunks_exact(16));
    let rest = x.remainder().iter().zip(y.remainder()).map(|(x, y)| i32::from(*x) * i32::from(*y));
    let rest: i32 = rest.sum();
    for (x, y) in x.zip(y) {
        for i in 0..16 {
            sums[i] += i32::from(i16::from(x[i]) * i16::from(y[i]));
        }
    }
    sums.iter().sum::<i32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts letters; enough to be near or far.
    struct Letters(Model, std::sync::atomic::AtomicUsize);

    fn letters(id: &str) -> Letters {
        Letters(Model { id: id.into(), sha256: "x".into(), dims: 32 }, 0.into())
    }

    impl Embedder for Letters {
        fn model(&self) -> &Model {
            &self.0
        }

        fn embed(&self, _: Side, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failed> {
            self.1.fetch_add(texts.len(), std::sync::atomic::Ordering::Relaxed);
            let vector = |text: &&str| {
                let mut out = [0f32; 32];
                text.bytes().for_each(|b| out[usize::from(b) % 32] += 1.0);
                let norm = out.iter().map(|v| v * v).sum::<f32>().sqrt();
                out.iter().map(|v| v / norm).collect()
            };
            Ok(texts.iter().map(vector).collect())
        }
    }

    fn documents() -> Vec<(i64, String)> {
        [(3, "chaise"), (5, "table"), (9, "lampe")].map(|(i, t)| (i, t.to_string())).to_vec()
    }

    #[test]
    fn the_nearest_come_first() {
        let model = letters("a");
        let (bytes, _) = build(&model, &documents(), None, 99, |_| {}).unwrap();
        let vectors = Vectors::open(&Bundle::from_bytes(&bytes).unwrap()).unwrap();
        let asked = vectors.asked(&model.embed(Side::Query, &["chaises"]).unwrap()[0]);
        let near = vectors.nearest(&asked, 2);
        assert_eq!(near[0].0, 3);
        assert!((vectors.nearness(&asked, 3).unwrap() - near[0].1).abs() < 1e-6);
        assert!(near[0].1 > 0.8 && near[0].1 <= 1.01);
        assert_eq!(vectors.nearness(&asked, 4), None);
    }

    #[test]
    fn what_all_texts_share_counts_for_nothing() {
        let model = letters("a");
        let same = "e".repeat(12);
        let documents: Vec<(i64, String)> =
            documents().into_iter().map(|(id, t)| (id, format!("{same}{t}"))).collect();
        let (bytes, _) = build(&model, &documents, None, 99, |_| {}).unwrap();
        let vectors = Vectors::open(&Bundle::from_bytes(&bytes).unwrap()).unwrap();
        let asked = vectors.asked(&model.embed(Side::Query, &[&documents[0].1]).unwrap()[0]);
        // Bytes are coarse where all is alike.
        assert!(vectors.nearness(&asked, 3).unwrap() > 0.5);
        assert!(vectors.nearness(&asked, 9).unwrap() < 0.3, "the bare cosine is 0.98");
    }

    #[test]
    fn only_new_texts_are_read_again_and_two_models_never_mix() {
        let model = letters("a");
        let (bytes, made) = build(&model, &documents(), None, 99, |_| {}).unwrap();
        assert_eq!(made, Made { new: 3, kept: 0, left: 0 });
        let old = Vectors::open(&Bundle::from_bytes(&bytes).unwrap()).unwrap();
        let mut changed = documents();
        changed[1].1 = "tabouret".into();
        changed.push((12, "lampe".into()));
        let (_, made) = build(&model, &changed, Some(&old), 99, |_| {}).unwrap();
        assert_eq!(made, Made { new: 1, kept: 3, left: 0 });
        let other = letters("b");
        let (_, made) = build(&other, &changed, Some(&old), 99, |_| {}).unwrap();
        assert_eq!(made, Made { new: 4, kept: 0, left: 0 });
        let (bytes, made) = build(&other, &changed, Some(&old), 3, |_| {}).unwrap();
        assert_eq!(made, Made { new: 3, kept: 0, left: 1 });
        assert_eq!(Vectors::open(&Bundle::from_bytes(&bytes).unwrap()).unwrap().len(), 3);
    }
}
