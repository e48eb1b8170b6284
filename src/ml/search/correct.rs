//! Which words were meant: the typed one or a near one, chosen so that the words of the query go together.

use super::{Concept, Engine};
use crate::lexical::Index;
use crate::speller::is_correctable;

/// How much the frequency of a word counts, how much that of its pair with its neighbour; as logarithms.
const ALONE: f32 = 0.5;
const TOGETHER: f32 = 1.0;
/// How much a word that stands in the catalogue is believed to be meant as typed.
const TRUST: f32 = 2.0;

/// A word that may have been meant.
#[derive(Clone, Copy)]
struct Choice {
    /// `None`: what was typed.
    word: Option<u32>,
    term: u32,
    count: f32,
    /// How unlikely it is to type this instead.
    slip: f32,
}

/// For each word of the query the one meant instead, and whether an unknown word was replaced.
pub fn meant(engine: &Engine, concepts: &[Concept]) -> (Vec<Option<u32>>, bool) {
    let options: Vec<Vec<Choice>> = concepts.iter().map(|c| options(engine, c)).collect();
    let chosen = path(engine, &options);
    let unknown =
        chosen.iter().zip(concepts).any(|(o, c)| c.is_unknown() && o.is_some_and(|o| o.word.is_some()));
    (chosen.into_iter().map(|o| o.and_then(|o| o.word)).collect(), unknown)
}

/// The likeliest choice for all words, each judged by itself and with its neighbour (Viterbi).
fn path(engine: &Engine, options: &[Vec<Choice>]) -> Vec<Option<Choice>> {
    let index = &engine.base.index;
    let alone = |o: &Choice| (o.count + 0.2).ln() * ALONE - o.slip;
    let mut chosen: Vec<Option<Choice>> = vec![None; options.len()];
    let places: Vec<usize> = (0..options.len()).filter(|i| !options[*i].is_empty()).collect();
    let Some(first) = places.first() else { return chosen };
    let mut scores: Vec<f32> =
        options[*first].iter().map(|o| alone(o) * if places.len() == 1 { 2.0 } else { 1.0 }).collect();
    let mut came: Vec<Vec<usize>> = Vec::new();
    for pair in places.windows(2) {
        let (before, now) = (&options[pair[0]], &options[pair[1]]);
        let plain = before.len() == 1 && now.len() == 1;
        let step = |o: &Choice| -> (usize, f32) {
            let with = |(i, b): (usize, &Choice)| {
                let n = if plain { 0.0 } else { (both(index, b.term, o.term) as f32 + 0.2).ln() };
                (i, scores[i] + n * TOGETHER)
            };
            before.iter().enumerate().map(with).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
        };
        let steps: Vec<(usize, f32)> = now.iter().map(step).collect();
        scores = now.iter().zip(&steps).map(|(o, (_, s))| s + alone(o)).collect();
        came.push(steps.into_iter().map(|s| s.0).collect());
    }
    let mut at = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
    for (i, place) in places.iter().enumerate().rev() {
        chosen[*place] = options[*place].get(at).copied();
        if i > 0 {
            at = came[i - 1][at];
        }
    }
    chosen
}

fn options(engine: &Engine, concept: &Concept) -> Vec<Choice> {
    let index = &engine.base.index;
    let mut out: Vec<Choice> = Vec::new();
    if let Some((term, _)) = concept.terms.first() {
        out.push(Choice {
            word: None,
            term: *term,
            slip: 0.0,
            count: typed_count(index, *term, &concept.word),
        });
    }
    // A word of a product that was changed just now is known.
    let fresh = concept.terms.is_empty() && !concept.fresh.is_empty();
    if fresh || !is_correctable(&concept.word) {
        return out;
    }
    let typed = out.first().map(|o| o.term);
    let count = typed.map_or(0, |t| index.count(t));
    for near in engine.base.speller.near(index, &concept.word) {
        let term = index.word_terms[near.word as usize];
        let known = typed.is_some();
        if known && (near.distance > 1 || Some(term) == typed || index.count(term) < 3 * count) {
            continue;
        }
        out.push(Choice {
            word: Some(near.word),
            term,
            count: index.count(term) as f32,
            slip: near.slip + if known { TRUST } else { 0.0 },
        });
    }
    out
}

/// A form that stands nowhere may share its stem with another word by chance.
fn typed_count(index: &Index, term: u32, word: &str) -> f32 {
    let known = index.words.find(word).is_some();
    index.count(term) as f32 * if known { 1.0 } else { 0.1 }
}

/// Documents that have both terms.
fn both(index: &Index, a: u32, b: u32) -> usize {
    let (mut few, mut many) = (index.documents(a), index.documents(b));
    if few.len() > many.len() {
        std::mem::swap(&mut few, &mut many);
    }
    let mut n = 0;
    for doc in few {
        let at = many.partition_point(|d| d < doc);
        n += usize::from(many.get(at) == Some(doc));
        many = &many[at..];
    }
    n
}
