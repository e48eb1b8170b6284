//! What the words of a query stand for: stems, compounds written together or apart, corrected words.

use super::Engine;
use crate::speller;
use crate::text::{Stems, is_stop, words};

/// A word of the query: the terms that stand for it, of which the best in a document counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Concept {
    /// As it will be shown when the query was corrected.
    pub word: String,
    pub terms: Vec<(u32, f32)>,
}

/// The query as understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understood {
    pub concepts: Vec<Concept>,
    /// The whole query with the corrected words.
    pub corrected: Option<String>,
}

/// Most words of a query that are looked at.
const MOST: usize = 24;
/// A word this much rarer than one a letter away is probably mistyped.
const SUSPICIOUS: u32 = 40;

pub fn understand(engine: &Engine, text: &str) -> Understood {
    let index = &engine.index;
    let mut stems = Stems::new(index.lang);
    let mut all = words(index.lang, text);
    all.truncate(MOST);
    let telling: Vec<bool> = all.iter().map(|w| !is_stop(index.lang, w)).collect();
    let none = telling.iter().all(|t| !t);
    let mut out = Understood::default();
    let mut choices: Vec<(usize, usize, Vec<speller::Near>)> = Vec::new();
    for (i, word) in all.iter().enumerate() {
        if !telling[i] && !none {
            continue;
        }
        let mut concept = Concept { word: word.clone(), terms: Vec::new() };
        if let Some(term) = index.terms.find(&stems.stem(word)) {
            concept.terms.push((term, 1.0));
        }
        for other in [i.checked_sub(1), Some(i + 1)].into_iter().flatten().filter(|o| *o < all.len()) {
            let joined = format!("{}{}", all[i.min(other)], all[i.max(other)]);
            if joined.len() >= 4 && let Some(term) = index.terms.find(&stems.stem(&joined)) && index.count(term) >= 2 {
                concept.terms.push((term, 1.0));
            }
        }
        let known = index.words.find(word);
        let count = known.map_or(0, |w| index.word_counts[w as usize]);
        if concept.terms.is_empty() && let Some((a, b)) = apart(engine, &mut stems, word) {
            out.concepts.push(a);
            out.concepts.push(b);
            continue;
        }
        if count < 3 && (concept.terms.is_empty() || known.is_some()) {
            let near = engine.speller.near(index, word);
            let likely = |n: &speller::Near| n.distance == 1 && index.word_counts[n.word as usize] >= SUSPICIOUS * count;
            if concept.terms.is_empty() || near.first().is_some_and(likely) {
                choices.push((out.concepts.len(), i, near));
            }
        }
        out.concepts.push(concept);
    }
    correct(engine, &mut out, &choices, &mut all);
    out.concepts.retain(|c| !c.terms.is_empty());
    out
}

/// Chooses the words meant so that they go together, and those that are known.
fn correct(engine: &Engine, out: &mut Understood, choices: &[(usize, usize, Vec<speller::Near>)], all: &mut [String]) {
    let index = &engine.index;
    let mut chosen: Vec<Option<u32>> = choices.iter().map(|(_, _, near)| near.first().map(|n| n.word)).collect();
    if out.concepts.len() > 1 {
        for _ in 0..2 {
            for (c, (at, _, near)) in choices.iter().enumerate() {
                let others = out.concepts.iter().enumerate().filter(|(i, _)| i != at).flat_map(|(_, c)| &c.terms);
                let mut context: Vec<(u32, f32)> = others.map(|(t, _)| (*t, index.rarity(*t))).collect();
                let also = chosen.iter().enumerate().filter(|(i, _)| *i != c).filter_map(|(_, w)| *w);
                context.extend(also.map(|w| index.word_terms[w as usize]).map(|t| (t, index.rarity(t))));
                let vector = engine.lsa.vector(&context);
                let fits = |n: &speller::Near| {
                    let term = index.word_terms[n.word as usize];
                    let own = engine.lsa.vector(&[(term, 1.0)]);
                    let near = vector.as_ref().zip(own).map_or(0.0, |(a, b)| a.iter().zip(b).map(|(x, y)| x * y).sum());
                    n.score + engine.weights.context * near
                };
                chosen[c] = near.iter().max_by(|a, b| fits(a).total_cmp(&fits(b))).map(|n| n.word);
            }
        }
    }
    let mut changed = false;
    for ((at, i, _), word) in choices.iter().zip(chosen) {
        let Some(word) = word else { continue };
        let concept = &mut out.concepts[*at];
        concept.terms.push((index.word_terms[word as usize], 1.0));
        concept.word = index.words.word(word).to_string();
        all[*i] = concept.word.clone();
        changed = true;
    }
    if changed {
        out.corrected = Some(all.join(" "));
    }
}

/// A word the catalogue writes as two.
fn apart(engine: &Engine, stems: &mut Stems, word: &str) -> Option<(Concept, Concept)> {
    let index = &engine.index;
    if !word.is_ascii() || word.len() < 5 {
        return None;
    }
    let mut best: Option<(usize, Concept, Concept)> = None;
    for at in 2..word.len() - 1 {
        let (a, b) = word.split_at(at);
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (a.len() < 3 || b.len() < 3) && !digits(a) && !digits(b) {
            continue;
        }
        let mut known = |w: &str| {
            let term = index.terms.find(&stems.stem(w))?;
            Some((index.count(term), Concept { word: w.to_string(), terms: vec![(term, 1.0)] }))
        };
        let (Some((n, first)), Some((m, second))) = (known(a), known(b)) else { continue };
        let n = n.min(m);
        if n >= 5 && best.as_ref().is_none_or(|(most, _, _)| n > *most) {
            best = Some((n, first, second));
        }
    }
    best.map(|(_, a, b)| (a, b))
}
