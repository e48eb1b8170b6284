//! Universal Sentence Encoder, multilingual, version 3: sixteen languages, French and English among them, in one space.
//!
//! Pieces are looked up in a table of bytes, run through filters over two, three and five neighbours, summed, and passed
//! through a small network. The filters' order and the sums follow the reference implementation number by number.

use super::matrix::{multiply, normalise, relu, unit};
use super::unigram::Unigram;
use super::{Embedder, Failed, Model, Side};
use crate::bundle::{Bundle, Column, Damaged};

/// Width of a piece and of the result.
const DIMS: usize = 512;
/// Width of a filter.
const FILTER: usize = 256;
/// Pieces are quantised in so many groups.
const GROUPS: usize = 17;
/// How many neighbours a filter sees, and how many of them stand before.
const FILTERS: [(usize, usize, &str); 3] = [(2, 0, "2"), (3, 1, "3"), (5, 2, "5")];
/// Zero rows around a text.
const AROUND: usize = 2;
const HIDDEN: usize = 320;
const FEATURES: usize = DIMS + FILTERS.len() * FILTER;
const EPS: f32 = 1e-12;
const BEGIN: u32 = 1;
const END: u32 = 2;
const UNKNOWN: u32 = 0;
/// Pieces of a text that are read; a question or a product's title has fewer.
const MOST_PIECES: usize = 160;

struct Filter {
    size: usize,
    before: usize,
    projection: Column<f32>,
    projection_bias: Column<f32>,
    scale: Column<f32>,
    shift: Column<f32>,
    first: Column<f32>,
    first_bias: Column<f32>,
    second: Column<f32>,
    second_bias: Column<f32>,
}

pub struct UseMultilingual {
    model: Model,
    pieces: Unigram,
    table: Column<u8>,
    scales: Column<f32>,
    lows: Column<f32>,
    filters: Vec<Filter>,
    scale: Column<f32>,
    shift: Column<f32>,
    out: Column<f32>,
    out_bias: Column<f32>,
    d0: Column<f32>,
    d1: Column<f32>,
    d2: Column<f32>,
    d3: Column<f32>,
    p1: Column<f32>,
    p3: Column<f32>,
}

/// Texts with the first numbers of their vectors as the reference implementation gives them.
const REFERENCE: [(&str, [f32; 4]); 3] = [
    ("L’Écran 27 pouces 4K ½ ﬁn", [-0.029093, -0.075432, 0.052719, 0.010221]),
    ("日本語 zorglubix ☕ €", [0.065186, -0.113265, -0.011868, 0.015717]),
    ("How long do I have to return an item?", [-0.019086, 0.051633, 0.002465, -0.014009]),
];
/// The reference computes with the same numbers in another order.
const TOLERANCE: f32 = 1e-3;

impl UseMultilingual {
    /// Opens the file made by `scripts/models`; refused when it does not give the reference's vectors.
    pub fn open(bundle: &Bundle) -> Result<UseMultilingual, Damaged> {
        let c = |name: &str, len: usize| bundle.column_of::<f32>(name, len);
        let filter = |(size, before, n): (usize, usize, &str)| -> Result<Filter, Damaged> {
            Ok(Filter {
                size,
                before,
                projection: c(&format!("proj{n}"), DIMS * FILTER)?,
                projection_bias: c(&format!("proj_b{n}"), FILTER)?,
                scale: c(&format!("ln_g{n}"), FILTER)?,
                shift: c(&format!("ln_b{n}"), FILTER)?,
                first: c(&format!("w1_{n}"), size * FILTER * FILTER)?,
                first_bias: c(&format!("b1_{n}"), FILTER)?,
                second: c(&format!("w2_{n}"), size * FILTER * FILTER)?,
                second_bias: c(&format!("b2_{n}"), FILTER)?,
            })
        };
        let model = UseMultilingual {
            model: Model::of(bundle, DIMS)?,
            pieces: Unigram::open(bundle)?,
            table: bundle.column("table")?,
            scales: c("scale", GROUPS)?,
            lows: c("lo", GROUPS)?,
            filters: FILTERS.into_iter().map(filter).collect::<Result<_, _>>()?,
            scale: c("ln_g", FEATURES)?,
            shift: c("ln_b", FEATURES)?,
            out: c("cnn_W", FEATURES * DIMS)?,
            out_bias: c("cnn_b", DIMS)?,
            d0: c("d0", DIMS * HIDDEN)?,
            d1: c("d1", HIDDEN * HIDDEN)?,
            d2: c("d2", HIDDEN * DIMS)?,
            d3: c("d3", DIMS * DIMS)?,
            p1: c("p1", DIMS * HIDDEN)?,
            p3: c("p3", HIDDEN * DIMS)?,
        };
        let near = |(text, numbers): (&str, [f32; 4])| {
            let vector = model.vector(text);
            numbers.iter().zip(&vector).all(|(a, b)| (a - b).abs() <= TOLERANCE)
        };
        if REFERENCE.into_iter().all(near) { Ok(model) } else { Err(Damaged::Numbers) }
    }

    fn vector(&self, text: &str) -> Vec<f32> {
        let mut ids = vec![BEGIN];
        ids.extend(self.pieces.pieces(text, UNKNOWN).into_iter().take(MOST_PIECES));
        ids.push(END);
        let n = ids.len();
        let mut features = vec![0f32; n * FEATURES];
        let mut words = vec![0f32; n * DIMS];
        for (id, row) in ids.iter().zip(words.chunks_exact_mut(DIMS)) {
            let group = *id as usize % GROUPS;
            let (scale, low) = (self.scales[group], self.lows[group]);
            let bytes = self.table.get(*id as usize * DIMS..).and_then(|t| t.get(..DIMS)).unwrap_or_default();
            row.iter_mut().zip(bytes).for_each(|(v, b)| *v = f32::from(*b) * scale + low);
        }
        let projected = self.projected(&words, n);
        for (i, (filter, x)) in self.filters.iter().zip(&projected).enumerate() {
            let x = filter.run(x, n);
            for (row, x) in features.chunks_exact_mut(FEATURES).zip(x.chunks_exact(FILTER)) {
                row[DIMS + i * FILTER..][..FILTER].copy_from_slice(x);
            }
        }
        for (row, word) in features.chunks_exact_mut(FEATURES).zip(words.chunks_exact(DIMS)) {
            row[..DIMS].copy_from_slice(word);
        }
        normalise(&mut features, &self.scale, &self.shift, EPS);
        let mut sum = vec![0f32; FEATURES];
        for row in features.chunks_exact(FEATURES) {
            sum.iter_mut().zip(row).for_each(|(s, v)| *s += v);
        }
        let mut mean: Vec<f32> = self.out_bias.iter().map(|b| b * n as f32).collect();
        multiply(&sum, FEATURES, 1, &self.out, DIMS, &mut mean);
        mean.iter_mut().for_each(|v| *v /= (n as f32).sqrt());
        self.network(&mean)
    }

    /// The words as each filter wants them; normalised over all filters together.
    fn projected(&self, words: &[f32], n: usize) -> Vec<Vec<f32>> {
        let mut parts: Vec<Vec<f32>> = Vec::new();
        for filter in &self.filters {
            let mut x: Vec<f32> = filter.projection_bias.repeat(n);
            multiply(words, DIMS, n, &filter.projection, FILTER, &mut x);
            parts.push(x);
        }
        let wide = FILTERS.len() * FILTER;
        let (mut scale, mut shift) = (Vec::new(), Vec::new());
        for filter in &self.filters {
            scale.extend_from_slice(&filter.scale);
            shift.extend_from_slice(&filter.shift);
        }
        let mut row = vec![0f32; wide];
        for i in 0..n {
            for (part, place) in parts.iter().zip(row.chunks_exact_mut(FILTER)) {
                place.copy_from_slice(&part[i * FILTER..][..FILTER]);
            }
            normalise(&mut row, &scale, &shift, EPS);
            for (part, place) in parts.iter_mut().zip(row.chunks_exact(FILTER)) {
                part[i * FILTER..][..FILTER].copy_from_slice(place);
            }
        }
        parts
    }

    fn network(&self, mean: &[f32]) -> Vec<f32> {
        let mut y0 = vec![0f32; HIDDEN];
        multiply(mean, DIMS, 1, &self.d0, HIDDEN, &mut y0);
        relu(&mut y0);
        let mut y1 = vec![0f32; HIDDEN];
        multiply(mean, DIMS, 1, &self.p1, HIDDEN, &mut y1);
        multiply(&y0, HIDDEN, 1, &self.d1, HIDDEN, &mut y1);
        relu(&mut y1);
        let mut y2 = vec![0f32; DIMS];
        multiply(&y1, HIDDEN, 1, &self.d2, DIMS, &mut y2);
        relu(&mut y2);
        let mut z = vec![0f32; DIMS];
        multiply(&y1, HIDDEN, 1, &self.p3, DIMS, &mut z);
        multiply(&y2, DIMS, 1, &self.d3, DIMS, &mut z);
        z.iter_mut().for_each(|v| *v = v.tanh());
        unit(&mut z);
        z
    }
}

impl Filter {
    /// Two layers over neighbours, each added to what came in.
    fn run(&self, x: &[f32], n: usize) -> Vec<f32> {
        let layer = |x: &[f32], weights: &[f32], bias: &[f32]| -> Vec<f32> {
            let mut padded = vec![0f32; (n + 2 * AROUND) * FILTER];
            padded[AROUND * FILTER..][..n * FILTER].copy_from_slice(x);
            let mut out = bias.repeat(n);
            debug_assert_eq!(weights.len(), self.size * FILTER * FILTER);
            let from = (AROUND - self.before) * FILTER;
            multiply(&padded[from..], FILTER, n, weights, FILTER, &mut out);
            relu(&mut out);
            out.iter_mut().zip(x).for_each(|(o, x)| *o += x);
            out
        };
        let first = layer(x, &self.first, &self.first_bias);
        layer(&first, &self.second, &self.second_bias)
    }
}

impl Embedder for UseMultilingual {
    fn model(&self) -> &Model {
        &self.model
    }

    fn embed(&self, _: Side, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failed> {
        Ok(texts.iter().map(|t| self.vector(t)).collect())
    }
}
