//! Which words were meant: the typed one or a near one, chosen so that the words of the query go together.

use super::{Concept, Engine};
use crate::lexical::Index;
use crate::speller::is_correctable;

/// How much the frequency of a word counts, how much that of its pair with its neighbour; as logarithms.
const ALONE: f32 = 0.5;
const TOGETHER: f32 = 1.0;
/// How much a word that stands in the catalogue is believed to be meant as typed.
const TRUST: f32 = 2.0;
/// What a less likely word counts: its odds to this power, times this, and nothing below this.
const DOUBT: f32 = 0.3;
const ALSO: f32 = 0.9;
const LEAST: f32 = 0.3;

/// Words looked at beside one that the catalogue has.
const DOUBTED: usize = 4;

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

/// What one word of a query means.
#[derive(Debug, Default)]
pub struct Meant {
    /// The word of the catalogue instead of what was typed.
    pub word: Option<u32>,
    /// Other terms that may be meant, with how likely they are beside the chosen one.
    pub also: Vec<(u32, f32)>,
}

/// For each word of the query what is meant, and whether an unknown word was replaced.
pub fn meant(engine: &Engine, concepts: &[Concept]) -> (Vec<Meant>, bool) {
    let options: Vec<Vec<Choice>> = concepts.iter().map(|c| options(engine, c)).collect();
    let likely = likelihoods(engine, &options);
    let mut unknown = false;
    let mut out = Vec::new();
    for ((options, likely), concept) in options.iter().zip(likely).zip(concepts) {
        let mut meant = Meant::default();
        let best = (0..options.len()).max_by(|a, b| likely[*a].total_cmp(&likely[*b]));
        if let Some(best) = best {
            meant.word = options[best].word;
            unknown |= concept.is_unknown() && meant.word.is_some();
            for (i, option) in options.iter().enumerate().filter(|(i, _)| *i != best) {
                let part = (likely[i] - likely[best]).exp().powf(DOUBT) * ALSO;
                if part >= LEAST && option.term != options[best].term {
                    meant.also.push((option.term, part));
                }
            }
        }
        out.push(meant);
    }
    (out, unknown)
}

/// How likely each choice is, as logarithms, over all ways to choose the other words: each judged by itself and with its
/// neighbours (forward-backward).
fn likelihoods(engine: &Engine, options: &[Vec<Choice>]) -> Vec<Vec<f32>> {
    let index = &engine.base.index;
    let mut out: Vec<Vec<f32>> = options.iter().map(|o| vec![0.0; o.len()]).collect();
    let places: Vec<usize> = (0..options.len()).filter(|i| !options[*i].is_empty()).collect();
    let single = if places.len() == 1 { 2.0 } else { 1.0 };
    let alone = |o: &Choice| ((o.count + 0.2).ln() * ALONE - o.slip) * single;
    let pairs: Vec<Vec<Vec<f32>>> = places
        .windows(2)
        .map(|pair| {
            let (before, now) = (&options[pair[0]], &options[pair[1]]);
            let plain = before.len() == 1 && now.len() == 1;
            let with = |b: &Choice, o: &Choice| match plain {
                true => 0.0,
                false => (both(index, b.term, o.term) as f32 + 0.2).ln() * TOGETHER,
            };
            before.iter().map(|b| now.iter().map(|o| with(b, o)).collect()).collect()
        })
        .collect();
    let mut ahead: Vec<Vec<f32>> = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let reach = |(j, o): (usize, &Choice)| {
            let came = |b: usize| ahead[i - 1][b] + pairs[i - 1][b][j];
            alone(o) + if i == 0 { 0.0 } else { sum((0..ahead[i - 1].len()).map(came)) }
        };
        let scores = options[*place].iter().enumerate().map(reach).collect();
        ahead.push(scores);
    }
    let mut after: Vec<f32> = places.last().map_or(Vec::new(), |p| vec![0.0; options[*p].len()]);
    for (i, place) in places.iter().enumerate().rev() {
        out[*place] = ahead[i].iter().zip(&after).map(|(a, b)| a + b).collect();
        if i > 0 {
            let goes = |b: usize| {
                let step = |(j, o): (usize, &Choice)| pairs[i - 1][b][j] + alone(o) + after[j];
                sum(options[*place].iter().enumerate().map(step))
            };
            after = (0..options[places[i - 1]].len()).map(goes).collect();
        }
    }
    out
}

/// The logarithm of a sum of numbers given as logarithms.
fn sum(logs: impl Iterator<Item = f32> + Clone) -> f32 {
    let most = logs.clone().fold(f32::MIN, f32::max);
    most + logs.map(|l| (l - most).exp()).sum::<f32>().ln()
}

fn options(engine: &Engine, concept: &Concept) -> Vec<Choice> {
    let index = &engine.base.index;
    let mut out: Vec<Choice> = Vec::new();
    if let Some((term, _)) = concept.terms.first() {
        out.push(Choice {
            word: None,
            term: *term,
            slip: 0.0,
            count: typed_count(engine, *term, &concept.word),
        });
    }
    // A word of a product that was changed just now is known.
    let fresh = concept.terms.is_empty() && !concept.fresh.is_empty();
    if fresh || !is_correctable(&concept.word) {
        return out;
    }
    let typed = out.first().map(|o| o.term);
    let most = if typed.is_some() { DOUBTED } else { usize::MAX };
    for near in engine.base.speller.near(index, &concept.word).into_iter().take(most) {
        let term = index.word_terms[near.word as usize];
        let known = typed.is_some();
        if known && (near.distance > 1 || Some(term) == typed) {
            continue;
        }
        out.push(Choice {
            word: Some(near.word),
            term,
            count: engine.base.speller.wanted(index, term),
            slip: near.slip + if known { TRUST } else { 0.0 },
        });
    }
    out
}

/// A form that stands nowhere may share its stem with another word by chance.
fn typed_count(engine: &Engine, term: u32, word: &str) -> f32 {
    let index = &engine.base.index;
    let known = index.words.find(word).is_some();
    engine.base.speller.wanted(index, term) * if known { 1.0 } else { 0.1 }
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
