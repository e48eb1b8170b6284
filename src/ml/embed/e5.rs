//! multilingual-e5-small, four bits a weight: about a hundred languages; made to find the text that answers a question.
//!
//! A BERT of twelve layers over the pieces of a text; the vector is the mean of what comes out for each piece. Numbers are
//! rounded as the reference implementation rounds them, so that its vectors come out.

use super::matrix::{multiply, normalise, unit};
use super::quantised::{Quantised, Rounded};
use super::unigram::Unigram;
use super::{Embedder, Failed, Model, Side};
use crate::bundle::{Bundle, Column, Damaged};

const DIMS: usize = 384;
const LAYERS: usize = 12;
const HEADS: usize = 12;
/// Width of a head.
const HEAD: usize = DIMS / HEADS;
const HIDDEN: usize = 1536;
const PIECES: usize = 250_037;
/// Pieces read at once, with begin and end.
const PLACES: usize = 512;
const EPS: f32 = 1e-12;
const BEGIN: u32 = 0;
const END: u32 = 2;
const UNKNOWN: u32 = 3;
/// Pieces of a question that are read, and of a text: three parts as long as the model knows, each on its own.
const MOST_ASKED: usize = 96;
const MOST_READ: usize = 3 * (PLACES - 2);

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    joined: Linear,
    after_attention: Norm,
    inner: Linear,
    outer: Linear,
    after: Norm,
}

struct Linear {
    weights: Quantised,
    shift: Column<f32>,
}

struct Norm {
    scale: Column<f32>,
    shift: Column<f32>,
}

pub struct E5 {
    model: Model,
    pieces: Unigram,
    words: Quantised,
    places: Column<f32>,
    kind: Column<f32>,
    first: Norm,
    layers: Vec<Layer>,
}

/// Texts with the first numbers of their vectors as the reference implementation gives them.
const REFERENCE: [(Side, &str, [f32; 4]); 3] = [
    (Side::Query, "How long do I have to return an item?", [0.036872, -0.024909, -0.021186, -0.074993]),
    (
        Side::Document,
        "L’Écran 27 pouces 4K ½ ﬁn,  cafetière « italienne » en inox",
        [0.011923, -0.028575, -0.042247, -0.039897],
    ),
    (Side::Document, "日本語 zorglubix ☕ €", [0.074365, 0.002810, -0.049915, -0.057332]),
];
/// Two builds of the reference differ by half of this: a number rounded the other way changes all that follow.
const TOLERANCE: f32 = 2e-3;

impl Linear {
    fn open(bundle: &Bundle, name: &str, from: usize, to: usize) -> Result<Linear, Damaged> {
        let weights = Quantised::open(bundle, &format!("{name}.w"), to, from)?;
        Ok(Linear { weights, shift: bundle.column_of(&format!("{name}.b"), to)? })
    }

    fn of(&self, x: &Rounded) -> Vec<f32> {
        self.weights.multiply(x, &self.shift)
    }
}

impl Norm {
    fn open(bundle: &Bundle, name: &str) -> Result<Norm, Damaged> {
        let column = |part: &str| bundle.column_of(&format!("{name}.{part}"), DIMS);
        Ok(Norm { scale: column("w")?, shift: column("b")? })
    }

    /// What was added to `x`, and the sum made even.
    fn add(&self, x: &mut [f32], more: &[f32]) {
        x.iter_mut().zip(more).for_each(|(x, m)| *x += m);
        normalise(x, &self.scale, &self.shift, EPS);
    }
}

impl Layer {
    fn open(bundle: &Bundle, number: usize) -> Result<Layer, Damaged> {
        let name = |part: &str| format!("l{number}.{part}");
        let square = |part: &str| Linear::open(bundle, &name(part), DIMS, DIMS);
        Ok(Layer {
            query: square("q")?,
            key: square("k")?,
            value: square("v")?,
            joined: square("ao")?,
            after_attention: Norm::open(bundle, &name("aln"))?,
            inner: Linear::open(bundle, &name("fi"), DIMS, HIDDEN)?,
            outer: Linear::open(bundle, &name("fo"), HIDDEN, DIMS)?,
            after: Norm::open(bundle, &name("oln"))?,
        })
    }

    fn run(&self, x: &mut [f32]) {
        let read = Rounded::of(x, DIMS);
        let seen = attention(&self.query.of(&read), &self.key.of(&read), &self.value.of(&read));
        self.after_attention.add(x, &self.joined.of(&Rounded::of(&seen, DIMS)));
        let mut inner = self.inner.of(&Rounded::of(x, DIMS));
        inner.iter_mut().for_each(|v| *v = gelu(*v));
        self.after.add(x, &self.outer.of(&Rounded::of(&inner, HIDDEN)));
    }
}

/// For each piece the values of all pieces, each as much as its key fits the piece's query; head by head.
fn attention(query: &[f32], key: &[f32], value: &[f32]) -> Vec<f32> {
    let n = query.len() / DIMS;
    let wide = n.next_multiple_of(16);
    let mut out = vec![0f32; query.len()];
    let mut keys = vec![0f32; HEAD * wide];
    let mut values = vec![0f32; n * HEAD];
    let scale = 1.0 / (HEAD as f32).sqrt();
    for head in 0..HEADS {
        let from = head * HEAD;
        for i in 0..n {
            let at = i * DIMS + from;
            key[at..at + HEAD].iter().enumerate().for_each(|(j, v)| keys[j * wide + i] = v * scale);
            values[i * HEAD..][..HEAD].copy_from_slice(&value[at..at + HEAD]);
        }
        let mut fits = vec![0f32; n * wide];
        multiply(&query[from..], DIMS, n, &keys, wide, &mut fits);
        fits.chunks_exact_mut(wide).for_each(|row| shares(&mut row[..n]));
        let mut seen = vec![0f32; n * HEAD];
        multiply(&fits, wide, n, &values, HEAD, &mut seen);
        for (row, seen) in out.chunks_exact_mut(DIMS).zip(seen.chunks_exact(HEAD)) {
            row[from..from + HEAD].copy_from_slice(seen);
        }
    }
    out
}

/// Numbers become parts of one whole, the higher the larger (softmax).
fn shares(row: &mut [f32]) {
    let most = row.iter().copied().fold(f32::MIN, f32::max);
    row.iter_mut().for_each(|v| *v = (*v - most).exp());
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|v| *v /= sum);
}

fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// The error function to 1.5e-7 (Abramowitz and Stegun 7.1.26).
fn erf(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let sum =
        ((((1.061_405_4 * t - 1.453_152_1) * t + 1.421_413_8) * t - 0.284_496_72) * t + 0.254_829_6) * t;
    (1.0 - sum * (-x * x).exp()).copysign(x)
}

impl E5 {
    /// Opens the file made by `scripts/models`; refused when it does not give the reference's vectors.
    pub fn open(bundle: &Bundle) -> Result<E5, Damaged> {
        let model = E5 {
            model: Model::of(bundle, DIMS)?,
            pieces: Unigram::open(bundle)?,
            words: Quantised::open(bundle, "emb.word", PIECES, DIMS)?,
            places: bundle.column_of("emb.pos", PLACES * DIMS)?,
            kind: bundle.column("emb.type")?,
            first: Norm::open(bundle, "emb.ln")?,
            layers: (0..LAYERS).map(|i| Layer::open(bundle, i)).collect::<Result<_, _>>()?,
        };
        if model.kind.len() < DIMS {
            return Err(Damaged::Column("emb.type".into()));
        }
        let near = |(side, text, numbers): (Side, &str, [f32; 4])| {
            let vector = model.vector(side, text);
            numbers.iter().zip(&vector).all(|(a, b)| (a - b).abs() <= TOLERANCE)
        };
        if REFERENCE.into_iter().all(near) { Ok(model) } else { Err(Damaged::Numbers) }
    }

    fn vector(&self, side: Side, text: &str) -> Vec<f32> {
        // The model was taught with these words before every text.
        let (said, most) = match side {
            Side::Query => ("query: ", MOST_ASKED),
            Side::Document => ("passage: ", MOST_READ),
        };
        let mut pieces = self.pieces.pieces(&format!("{said}{text}"), UNKNOWN);
        pieces.truncate(most);
        let mut sum = vec![0f32; DIMS];
        for part in pieces.chunks(PLACES - 2) {
            let mean = self.read(part);
            sum.iter_mut().zip(mean).for_each(|(s, m)| *s += m * part.len() as f32);
        }
        unit(&mut sum);
        sum
    }

    /// The mean over a part's pieces.
    fn read(&self, pieces: &[u32]) -> Vec<f32> {
        let ids = std::iter::once(BEGIN).chain(pieces.iter().copied()).chain([END]);
        let n = pieces.len() + 2;
        let mut x = vec![0f32; n * DIMS];
        for ((row, id), place) in x.chunks_exact_mut(DIMS).zip(ids).zip(self.places.chunks_exact(DIMS)) {
            self.words.add_row(id as usize, row);
            row.iter_mut().zip(place.iter().zip(self.kind.iter())).for_each(|(v, (p, k))| *v += p + k);
        }
        normalise(&mut x, &self.first.scale, &self.first.shift, EPS);
        self.layers.iter().for_each(|layer| layer.run(&mut x));
        let mut mean = vec![0f32; DIMS];
        for row in x.chunks_exact(DIMS) {
            mean.iter_mut().zip(row).for_each(|(m, v)| *m += v / n as f32);
        }
        mean
    }
}

impl Embedder for E5 {
    fn model(&self) -> &Model {
        &self.model
    }

    fn embed(&self, side: Side, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failed> {
        Ok(texts.iter().map(|t| self.vector(side, t)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_is_that_of_the_tables() {
        for (x, y) in [(0.0, 0.0), (0.5, 0.520_499_9), (-1.0, -0.842_700_8), (2.0, 0.995_322_3)] {
            assert!((erf(x) - y).abs() < 1e-6, "{x}");
        }
    }

    #[test]
    fn each_piece_sees_what_its_query_fits() {
        let mut query = vec![0f32; 2 * DIMS];
        let mut key = query.clone();
        let mut value = query.clone();
        // The first piece asks for the second in the first head; elsewhere all fit alike.
        query[0] = 100.0;
        key[DIMS] = 10.0;
        (value[0], value[DIMS], value[HEAD], value[DIMS + HEAD]) = (1.0, 5.0, 2.0, 4.0);
        let seen = attention(&query, &key, &value);
        assert!((seen[0] - 5.0).abs() < 1e-3 && (seen[DIMS] - 3.0).abs() < 1e-3);
        assert!((seen[HEAD] - 3.0).abs() < 1e-3);
    }
}
