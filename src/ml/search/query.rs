//! What the words of a query stand for: stems, compounds written together or apart, corrected words.

use super::{Engine, correct, foreign};
use crate::text::{Stems, is_stop, words};

/// A word of the query: the terms that stand for it, of which the best in a document counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Concept {
    /// As it will be shown when the query was corrected.
    pub word: String,
    pub terms: Vec<(u32, f32)>,
    /// The same among the changed documents.
    pub fresh: Vec<(u32, f32)>,
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

pub fn understand(engine: &Engine, text: &str) -> Understood {
    let index = &engine.base.index;
    if let Some(concepts) = foreign::understand(index, text) {
        return refreshed(engine, Understood { concepts, corrected: None });
    }
    let mut stems = Stems::new(index.lang);
    let mut all = words(index.lang, text);
    all.truncate(MOST);
    let telling: Vec<bool> = all.iter().map(|w| !is_stop(index.lang, w)).collect();
    let none = telling.iter().all(|t| !t);
    let mut out = Understood::default();
    let mut places: Vec<usize> = Vec::new();
    for (i, word) in all.iter().enumerate() {
        if !telling[i] && !none {
            continue;
        }
        let mut concept = Concept { word: word.clone(), ..Concept::default() };
        if let Some(term) = index.terms.find(&stems.stem(word)) {
            concept.terms.push((term, 1.0));
        }
        for other in [i.checked_sub(1), Some(i + 1)].into_iter().flatten().filter(|o| *o < all.len()) {
            let joined = format!("{}{}", all[i.min(other)], all[i.max(other)]);
            if joined.len() >= 4
                && let Some(term) = index.terms.find(&stems.stem(&joined))
            {
                concept.terms.push((term, 1.0));
            }
        }
        places.push(i);
        out.concepts.push(concept);
    }
    if let Some(fresh) = &engine.fresh {
        for concept in &mut out.concepts {
            let term = fresh.index.terms.find(&stems.stem(&concept.word));
            concept.fresh.extend(term.map(|t| (t, 1.0)));
        }
    }
    let (meant, unknown) = correct::meant(engine, &out.concepts);
    let mut concepts = Vec::new();
    for ((mut concept, place), word) in out.concepts.into_iter().zip(places).zip(meant) {
        if let Some(word) = word {
            concept.terms.push((index.word_terms[word as usize], 1.0));
            concept.word = index.words.word(word).to_string();
            all[place] = concept.word.clone();
        } else if concept.is_unknown()
            && let Some((a, b)) = apart(engine, &mut stems, &concept.word)
        {
            concepts.extend([a, b]);
            continue;
        }
        if !concept.is_unknown() {
            concepts.push(concept);
        }
    }
    out.concepts = concepts;
    if unknown {
        out.corrected = Some(all.join(" "));
    }
    refreshed(engine, out)
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
    pub(super) fn is_unknown(&self) -> bool {
        self.terms.is_empty() && self.fresh.is_empty()
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
                Concept { word: w.to_string(), terms: vec![(term, 1.0)], fresh: Vec::new() },
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
