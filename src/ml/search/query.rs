//! What the words of a query stand for: stems, compounds written together or apart, corrected words.

use super::{Engine, correct, foreign};
use crate::lexical::Index;
use crate::text::{Stems, is_stop, measure, units, words};

/// A word of the query: the terms that stand for it, of which the best in a document counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Concept {
    /// As it will be shown when the query was corrected.
    pub word: String,
    pub terms: Vec<(u32, f32)>,
    /// Terms that may stand for it too: the number with a unit, or without its own. They say nothing of how rare the word
    /// is, and what has only them has only part of it.
    pub near: Vec<(u32, f32)>,
    /// The same among the changed documents.
    pub fresh: Vec<(u32, f32)>,
    pub fresh_near: Vec<(u32, f32)>,
}

/// The query as understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understood {
    pub concepts: Vec<Concept>,
    /// The whole query with the corrected words.
    pub corrected: Option<String>,
    /// What a model of sentences reads: the query as typed or as corrected.
    pub text: String,
    /// It speaks another language than the catalogue.
    pub foreign: bool,
}

/// Most words of a query that are looked at.
const MOST: usize = 24;
/// Letters that a model of sentences reads at most.
const LONGEST: usize = 200;

pub fn understand(engine: &Engine, text: &str) -> Understood {
    let index = &engine.base.index;
    let (own, slips) = own(engine, text);
    let Some((concepts, lost)) = foreign::understand(index, text) else { return refreshed(engine, own) };
    // A mistyped word may be a word of the other language: what more products have at once was meant.
    let likely = |concepts: &[Concept], lost: usize, doubt: f32| {
        let with = if lost > 0 { 0 } else { together(index, concepts) };
        (1.0 + with as f32).ln() - doubt
    };
    let doubt = DOUBT * (slips.lost as f32 + CORRECTED * slips.corrected as f32);
    if likely(&own.concepts, slips.lost, doubt) > likely(&concepts, lost, DOUBT * lost as f32) {
        return refreshed(engine, own);
    }
    let text = text.chars().take(LONGEST).collect();
    refreshed(engine, Understood { concepts, corrected: None, text, foreign: true })
}

/// What a word that is known nowhere speaks against a reading, and the part of it that a correction does.
const DOUBT: f32 = 2.0;
const CORRECTED: f32 = 0.75;

/// Words of a query that the catalogue does not have.
struct Slips {
    corrected: usize,
    lost: usize,
}

/// In how many documents all concepts stand.
fn together(index: &Index, concepts: &[Concept]) -> usize {
    let mut had: Vec<u8> = vec![0; index.len()];
    for (i, concept) in concepts.iter().enumerate() {
        for (term, _) in &concept.terms {
            for doc in index.documents(*term) {
                let had = &mut had[*doc as usize];
                if usize::from(*had) == i {
                    *had += 1;
                }
            }
        }
    }
    had.iter().filter(|n| usize::from(**n) == concepts.len()).count()
}

/// The query as one in the catalogue's language.
fn own(engine: &Engine, text: &str) -> (Understood, Slips) {
    let index = &engine.base.index;
    let mut stems = Stems::new(index.lang);
    let mut all = words(index.lang, text);
    all.truncate(MOST);
    let (mut concepts, places) = read(engine, &mut stems, &all);
    let (meant, unknown) = correct::meant(engine, &concepts);
    let slipped = |(c, m): &(&Concept, &correct::Meant)| c.is_unknown() && m.word.is_some();
    let mut slips = Slips { corrected: concepts.iter().zip(&meant).filter(slipped).count(), lost: 0 };
    let mut out = Understood { text: text.chars().take(LONGEST).collect(), ..Understood::default() };
    if meant.iter().any(|m| m.word.is_some()) {
        for (place, word) in places.iter().zip(&meant).filter_map(|(p, m)| Some((*p, m.word?))) {
            all[place] = index.words.word(word).to_string();
        }
        let corrected = all.join(" ");
        // Read again: a corrected word may be a unit of its number, or make one word with its neighbour.
        all = words(index.lang, &corrected);
        let typed = std::mem::replace(&mut concepts, read(engine, &mut stems, &all).0);
        if typed.len() == concepts.len() {
            for ((concept, typed), meant) in concepts.iter_mut().zip(typed).zip(&meant) {
                concept.add(typed.terms);
                concept.add(meant.also.iter().copied());
            }
        }
        out.text = corrected.clone();
        out.corrected = unknown.then_some(corrected);
    } else {
        for (concept, meant) in concepts.iter_mut().zip(&meant) {
            concept.add(meant.also.iter().copied());
        }
    }
    for concept in concepts {
        match apart(engine, &mut stems, &concept.word).filter(|_| concept.is_unknown()) {
            Some((a, b)) => out.concepts.extend([a, b]),
            None if concept.is_unknown() => slips.lost += 1,
            None => out.concepts.push(concept),
        }
    }
    (out, slips)
}

/// The telling words and what stands for them as typed, with their places.
fn read(engine: &Engine, stems: &mut Stems, all: &[String]) -> (Vec<Concept>, Vec<usize>) {
    let index = &engine.base.index;
    let telling: Vec<bool> = all.iter().map(|w| !is_stop(index.lang, w)).collect();
    let none = telling.iter().all(|t| !t);
    let places: Vec<usize> = (0..all.len()).filter(|i| telling[*i] || none).collect();
    let mut out: Vec<Concept> = Vec::new();
    for i in &places {
        let i = *i;
        let mut concept = Concept { word: all[i].clone(), ..Concept::default() };
        concept.add(index.terms.find(&stems.stem(&all[i])).map(|term| (term, 1.0)));
        for other in [i.checked_sub(1), Some(i + 1)].into_iter().flatten().filter(|o| *o < all.len()) {
            let joined = format!("{}{}", all[i.min(other)], all[i.max(other)]);
            if joined.len() >= 4 {
                concept.add(index.terms.find(&stems.stem(&joined)).map(|term| (term, 1.0)));
            }
        }
        concept.near = other_units(index, &concept.word);
        if let Some(fresh) = &engine.fresh {
            let term = fresh.index.terms.find(&stems.stem(&concept.word));
            concept.fresh.extend(term.map(|t| (t, 1.0)));
            concept.fresh_near = other_units(&fresh.index, &concept.word);
        }
        out.push(concept);
    }
    (out, places)
}

/// The terms of the concepts among the changed documents.
fn refreshed(engine: &Engine, mut understood: Understood) -> Understood {
    let Some(fresh) = &engine.fresh else { return understood };
    for concept in &mut understood.concepts {
        for (term, weight) in &concept.terms {
            let same = fresh.index.terms.find(engine.base.index.terms.word(*term));
            concept
                .fresh
                .extend(same.filter(|t| concept.fresh.iter().all(|f| f.0 != *t)).map(|t| (t, *weight)));
        }
    }
    understood
}

impl Concept {
    /// Adds terms that are not there yet.
    fn add(&mut self, terms: impl IntoIterator<Item = (u32, f32)>) {
        for (term, weight) in terms {
            if self.terms.iter().all(|(known, _)| *known != term) {
                self.terms.push((term, weight));
            }
        }
    }

    pub(super) fn is_unknown(&self) -> bool {
        [&self.terms, &self.near, &self.fresh, &self.fresh_near].iter().all(|terms| terms.is_empty())
    }
}

/// What a number with any unit counts for the bare number, and a bare number for one with its unit.
const WITH_UNIT: f32 = 0.85;
const BARE: f32 = 0.5;

/// The same number with another way to say, or not to say, of what: who types 2x4 means 2 in. x 4 in.
fn other_units(index: &Index, word: &str) -> Vec<(u32, f32)> {
    match measure(word) {
        Some((number, "")) => {
            let with = |unit: &str| index.terms.find(&format!("{number}{unit}"));
            units().filter_map(with).map(|term| (term, WITH_UNIT)).collect()
        }
        Some((number, _)) => index.terms.find(number).map(|term| (term, BARE)).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A word the catalogue writes as two.
fn apart(engine: &Engine, stems: &mut Stems, word: &str) -> Option<(Concept, Concept)> {
    let index = &engine.base.index;
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
            Some((
                index.count(term),
                Concept { word: w.to_string(), terms: vec![(term, 1.0)], ..Concept::default() },
            ))
        };
        let (Some((n, first)), Some((m, second))) = (known(a), known(b)) else { continue };
        let n = n.min(m);
        if n >= 5 && best.as_ref().is_none_or(|(most, _, _)| n > *most) {
            best = Some((n, first, second));
        }
    }
    best.map(|(_, a, b)| (a, b))
}
