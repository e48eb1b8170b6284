//! The weighted sum that orders documents: how well the words fit, how the title answers, how near the meaning is.

use std::collections::HashSet;

use super::{Concept, Engine, Hit, Sentences, Understood};
use crate::embed::Side;
use crate::lexical::{Index, rarity};
use crate::lsa::Lsa;

/// What counts how much; chosen on judged queries (docs/ml.md). The words themselves count 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Part of the query's weight that the document has at all.
    pub covered: f32,
    /// Part of the query's weight that stands in the title.
    pub in_title: f32,
    /// Neighbouring words of the query that are neighbours in the title.
    pub pairs: f32,
    /// Part of the title that was asked for; below zero, because the lengths of titles count already.
    pub of_title: f32,
    /// Titles that begin with a word of the query.
    pub first: f32,
    /// Nearness of the document to the query.
    pub meaning: f32,
    /// Nearness to the best documents of a first order.
    pub feedback: f32,
    /// Nearness told by a model of sentences, where there is one; and where the query speaks another language.
    pub sentence: f32,
    pub foreign: f32,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            covered: 0.25,
            in_title: 0.2,
            pairs: 0.3,
            of_title: -0.065,
            first: 0.1,
            meaning: 0.1,
            feedback: 0.2,
            sentence: 0.2,
            foreign: 0.4,
        }
    }
}

/// Documents ordered by everything; the others follow.
const CANDIDATES: usize = 1_000;
/// Best documents whose middle is the feedback.
const FEEDBACK: usize = 10;
/// Documents that a model of sentences may add.
const NEAREST: usize = 200;
/// Nearness from which a document without any of the words is an answer.
const NEAR: f32 = 0.35;

/// Terms and what each counts.
type Terms<'a> = &'a [(u32, f32)];

/// What a query weighs.
struct Asked<'a> {
    concepts: &'a [Concept],
    /// Whether the terms are those of the changed documents.
    fresh: bool,
    rarities: Vec<f32>,
    total: f32,
}

/// How the words fit, by document.
struct Fit {
    scores: Vec<f32>,
    covered: Vec<f32>,
    found: Vec<u32>,
}

/// All documents with any of the words, the best [`CANDIDATES`] in order, the others after them as they come: to sort
/// them took longer than all the rest. Of changed documents the fresh state.
pub fn rank(engine: &Engine, understood: &Understood) -> Vec<Hit> {
    let concepts = &understood.concepts;
    if concepts.is_empty() && engine.sentences.is_none() {
        return Vec::new();
    }
    let index = &engine.base.index;
    let rare = |c: &Concept| {
        let sure = if c.terms.is_empty() { &c.near } else { &c.terms };
        let counted = sure.iter().map(|(t, _)| index.rarity(*t));
        counted.fold(rarity(index.len(), 1), f32::min)
    };
    let rarities: Vec<f32> = concepts.iter().map(rare).collect();
    let total = rarities.iter().sum::<f32>().max(1e-6);
    let asked = Asked { total, rarities, concepts, fresh: false };
    let mut fit = fit(index, &asked);
    if let Some(fresh) = &engine.fresh {
        fit.found.retain(|d| !fresh.replaced.contains(&index.ids[*d as usize]));
    }
    let changed = Asked { fresh: true, rarities: asked.rarities.clone(), ..asked };
    let mut new = engine.fresh.as_ref().map(|f| (f, self::fit(&f.index, &changed)));
    let most = |fit: &Fit| fit.found.iter().map(|d| fit.scores[*d as usize]).fold(1e-6, f32::max);
    let most = most(&fit).max(new.as_ref().map_or(0.0, |(_, fit)| most(fit)));
    let terms = asked.concepts.iter().zip(&asked.rarities);
    let terms: Vec<(u32, f32)> =
        terms.flat_map(|(c, r)| c.terms.iter().map(move |(t, w)| (*t, w * r))).collect();
    let meaning = engine.base.lsa.vector(&terms);
    let mut out = order(engine, index, Some((&engine.base.lsa, meaning)), &asked, &mut fit, most);
    if let Some(sentences) = &engine.sentences {
        reread(engine, sentences, understood, &mut out);
    }
    if let Some((fresh, fit)) = &mut new {
        let tail = out.split_off(CANDIDATES.min(out.len()));
        out.extend(order(engine, &fresh.index, None, &changed, fit, most));
        out.sort_by(|a, b| b.score.total_cmp(&a.score));
        out.extend(tail);
    }
    out
}

/// The best documents are ordered again with what a model says of them; documents without any of the words join them
/// when they are near. Without an answer of the model everything stays.
fn reread(engine: &Engine, sentences: &Sentences, understood: &Understood, hits: &mut Vec<Hit>) {
    let Ok(vector) = sentences.model.embed(Side::Query, &[&understood.text]) else { return };
    let vectors = &sentences.vectors;
    let Some(asked) = vector.first().map(|v| vectors.asked(v)) else { return };
    let nearest = vectors.nearest(&asked, NEAREST);
    let top = CANDIDATES.min(hits.len());
    let weight = if understood.foreign { engine.base.weights.foreign } else { engine.base.weights.sentence };
    let gone = |id: &i64| engine.fresh.as_ref().is_some_and(|f| f.replaced.contains(id));
    let mut tail = hits.split_off(top);
    let mut near: HashSet<i64> =
        nearest.iter().filter(|(id, near)| *near >= NEAR && !gone(id)).map(|(id, _)| *id).collect();
    hits.iter().for_each(|h| {
        near.remove(&h.id);
    });
    // One that stood too far behind keeps what it had; one without any of the words begins with nothing.
    tail.retain(|h| {
        let joins = near.remove(&h.id);
        if joins {
            hits.push(*h);
        }
        !joins
    });
    let index = &engine.base.index;
    let without = near.into_iter().filter_map(|id| {
        let doc = index.ids.binary_search(&id).ok()? as u32;
        Some(Hit { doc, id, score: 0.0, covered: 0.0, near: 0.0 })
    });
    hits.extend(without);
    // What was changed since has no vector of its new text.
    let near = |h: &Hit| vectors.nearness(&asked, h.id).filter(|_| !gone(&h.id));
    let nearness: Vec<Option<f32>> = hits.iter().map(near).collect();
    // A document without a vector is as near as the others are on average.
    let known: Vec<f32> = nearness.iter().flatten().copied().collect();
    let mean = known.iter().sum::<f32>() / known.len().max(1) as f32;
    for (hit, near) in hits.iter_mut().zip(nearness) {
        hit.near = near.unwrap_or(0.0);
        hit.score += weight * near.unwrap_or(mean);
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.doc.cmp(&b.doc)));
    let last = hits.last().map_or(0.0, |h| h.score);
    tail.iter_mut().for_each(|h| h.score = h.score.min(last));
    hits.extend(tail);
}

impl Asked<'_> {
    /// The terms of a concept, then those that only may stand for it.
    fn terms<'c>(&self, concept: &'c Concept) -> (Terms<'c>, Terms<'c>) {
        if self.fresh { (&concept.fresh, &concept.fresh_near) } else { (&concept.terms, &concept.near) }
    }
}

fn fit(index: &Index, asked: &Asked<'_>) -> Fit {
    let mut out = Fit { scores: vec![0.0; index.len()], covered: vec![0.0; index.len()], found: Vec::new() };
    let mut best: Vec<(f32, f32)> = Vec::new();
    let mut touched: Vec<u32> = Vec::new();
    let mut add = |doc: u32, rarity: f32, fit: f32, covers: f32| {
        let at = doc as usize;
        if out.covered[at] == 0.0 {
            out.found.push(doc);
        }
        out.scores[at] += rarity * fit;
        out.covered[at] += rarity * covers;
    };
    for (concept, rarity) in asked.concepts.iter().zip(&asked.rarities) {
        let (terms, near) = asked.terms(concept);
        if let ([(term, weight)], []) = (terms, near) {
            index.postings(*term).for_each(|(doc, fit)| add(doc, *rarity, fit * weight, 1.0));
            continue;
        }
        // Of several terms for one word the best counts.
        best.resize(index.len(), (0.0, 0.0));
        let sure = terms.iter().map(|(t, w)| (t, w, 1.0));
        for (term, weight, covers) in sure.chain(near.iter().map(|(t, w)| (t, w, *w))) {
            for (doc, fit) in index.postings(*term) {
                let best = &mut best[doc as usize];
                if best.0 == 0.0 {
                    touched.push(doc);
                }
                *best = (best.0.max(fit * weight), best.1.max(covers));
            }
        }
        for doc in touched.drain(..) {
            let (fit, covers) = std::mem::take(&mut best[doc as usize]);
            add(doc, *rarity, fit, covers);
        }
    }
    out
}

fn order(
    engine: &Engine,
    index: &Index,
    meaning: Option<(&Lsa, Option<Vec<f32>>)>,
    asked: &Asked<'_>,
    fit: &mut Fit,
    most: f32,
) -> Vec<Hit> {
    let w = &engine.base.weights;
    let words = |d: u32| fit.scores[d as usize] / most + w.covered * fit.covered[d as usize] / asked.total;
    let hit = |d: u32, score: f32| Hit {
        doc: d,
        id: index.ids[d as usize],
        score,
        covered: fit.covered[d as usize] / asked.total,
        near: 0.0,
    };
    let mut all: Vec<Hit> = fit.found.iter().map(|d| hit(*d, words(*d))).collect();
    let top = CANDIDATES.min(all.len());
    let by_score = |a: &Hit, b: &Hit| b.score.total_cmp(&a.score).then(a.doc.cmp(&b.doc));
    if top < all.len() {
        all.select_nth_unstable_by(top, by_score);
    }
    let (head, tail) = all.split_at_mut(top);
    for hit in head.iter_mut() {
        hit.score += titled(w, index.title(hit.doc), asked);
        if let Some((lsa, Some(vector))) = &meaning {
            hit.score += w.meaning * lsa.nearness(vector, hit.doc);
        }
    }
    head.sort_unstable_by(by_score);
    if let Some((lsa, _)) = meaning {
        let best: Vec<(u32, f32)> = head.iter().take(FEEDBACK).map(|h| (h.doc, h.score)).collect();
        if let Some(vector) = lsa.middle(&best) {
            head.iter_mut().for_each(|h| h.score += w.feedback * lsa.nearness(&vector, h.doc));
            head.sort_unstable_by(by_score);
        }
    }
    // What was not looked at closely stays behind what was.
    let last = head.last().map_or(0.0, |h| h.score);
    tail.iter_mut().for_each(|h| h.score = h.score.min(last));
    all
}

/// How the title answers.
fn titled(w: &Weights, title: &[u32], asked: &Asked<'_>) -> f32 {
    let (mut matched, mut pairs, mut count, mut first) = (0.0, 0usize, 0.0, None::<usize>);
    let mut before: Option<usize> = None;
    for (concept, rarity) in asked.concepts.iter().zip(&asked.rarities) {
        let (terms, near) = asked.terms(concept);
        let is = |of: Terms<'_>| title.iter().position(|t| of.iter().any(|(term, _)| term == t));
        let place = is(terms).map(|at| (at, 1.0)).or_else(|| {
            let at = is(near)?;
            let weight = near.iter().find(|(term, _)| *term == title[at]).map_or(0.0, |n| n.1);
            Some((at, weight))
        });
        if let Some((at, weight)) = place {
            matched += rarity * weight;
            count += weight;
            pairs += usize::from(before.is_some_and(|b| b + 1 == at));
            first = Some(first.map_or(at, |f| f.min(at)));
        }
        before = place.map(|p| p.0);
    }
    let between = asked.concepts.len().saturating_sub(1).max(1) as f32;
    let begins = first.map_or(0.0, |at| 1.0 / (1.0 + at as f32));
    w.in_title * matched / asked.total
        + w.pairs * pairs as f32 / between
        + w.of_title * count / (title.len().max(1) as f32).sqrt()
        + w.first * begins
}
