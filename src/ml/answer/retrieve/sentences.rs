//! What a model of sentences says of passages: vectors made of them once, and the model that reads each question.

use std::sync::Arc;

use crate::answer::passage::Passage;
use crate::embed::{Embedder, Failed, Side};
use crate::vectors::{self, Made, Vectors};

/// A model with the vectors it made of the passages.
pub struct Sentences {
    model: Arc<dyn Embedder>,
    vectors: Vectors,
}

/// The vectors of passages by their place; those of the same texts are taken from `old`.
pub fn build(
    model: &dyn Embedder,
    passages: &[Passage],
    old: Option<&Vectors>,
) -> Result<(Vec<u8>, Made), Failed> {
    let text =
        |p: &Passage| [&p.title, &p.heading, &p.text].map(String::as_str).join("\n").trim().to_string();
    let texts: Vec<(i64, String)> = passages.iter().enumerate().map(|(i, p)| (i as i64, text(p))).collect();
    vectors::build(model, &texts, old, usize::MAX, |_| {})
}

/// What nearness counts beside the words, which count at most 2.7 together: for a question in the other language, and in
/// the same one, where a model that was not made for finding answers counts less.
const FOREIGN: f32 = 2.0;
const SAME: f32 = 3.0;
const SAME_OTHERS: (&str, f32) = ("use-multilingual", 1.0);

impl Sentences {
    /// `None` when the vectors were made by another model.
    pub fn new(model: Arc<dyn Embedder>, vectors: Vectors) -> Option<Sentences> {
        (*model.model() == vectors.model).then_some(Sentences { model, vectors })
    }

    pub(super) fn weight(&self, foreign: bool) -> f32 {
        match foreign {
            true => FOREIGN,
            false if self.model.model().id == SAME_OTHERS.0 => SAME_OTHERS.1,
            false => SAME,
        }
    }

    /// How near each passage is, by its place: the nearest 1, the average 0. `None` when the model does not answer.
    pub(super) fn nearness(&self, question: &str) -> Option<Vec<f32>> {
        let vector = self.model.embed(Side::Query, &[question]).ok()?;
        let asked = self.vectors.asked(vector.first()?);
        let mut near: Vec<f32> = (0..self.vectors.len() as i64)
            .map(|place| self.vectors.nearness(&asked, place).unwrap_or(0.0))
            .collect();
        // Some models find all texts near each other: what tells is how much nearer than the others one is.
        let mean = near.iter().sum::<f32>() / near.len().max(1) as f32;
        let most = near.iter().copied().fold(f32::MIN, f32::max) - mean;
        near.iter_mut().for_each(|v| *v = (*v - mean) / most.max(1e-6));
        Some(near)
    }
}
