//! The weighted sum that orders documents.

use super::{Concept, Engine, Ranked};

/// What counts how much; chosen on judged queries (docs/ml.md).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    pub k1: f32,
    pub title: f32,
    pub b_title: f32,
    pub body: f32,
    pub b_body: f32,
    pub brand: f32,
    pub attributes: f32,
    pub lexical: f32,
    /// Part of the query's weight that the document has at all.
    pub covered: f32,
    /// Part of the query's weight that stands in the title.
    pub in_title: f32,
    /// Neighbouring words of the query that are neighbours in the title.
    pub pairs: f32,
    /// Part of the title that was asked for.
    pub of_title: f32,
    pub first: f32,
    pub last: f32,
    pub meaning: f32,
    pub feedback: f32,
    pub feedback_docs: f32,
    pub candidates: f32,
    pub context: f32,
    pub alone: f32,
    pub trust: f32,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            k1: 1.2, title: 3.0, b_title: 0.75, body: 1.0, b_body: 0.75, brand: 1.0, attributes: 1.0,
            lexical: 1.0, covered: 0.25, in_title: 0.15, pairs: 0.4, of_title: -0.05, first: 0.05, last: 0.0,
            meaning: 0.1, feedback: 0.2, feedback_docs: 10.0, candidates: 1000.0, context: 1.0, alone: 0.5, trust: 2.0,
        }
    }
}

impl Weights {
    pub fn get(&self, key: &str) -> f32 {
        match key {
            "k1" => self.k1,
            "title" => self.title,
            "b_title" => self.b_title,
            "body" => self.body,
            "b_body" => self.b_body,
            "brand" => self.brand,
            "attributes" => self.attributes,
            "lexical" => self.lexical,
            "covered" => self.covered,
            "in_title" => self.in_title,
            "pairs" => self.pairs,
            "of_title" => self.of_title,
            "first" => self.first,
            "last" => self.last,
            "meaning" => self.meaning,
            "feedback" => self.feedback,
            "feedback_docs" => self.feedback_docs,
            "candidates" => self.candidates,
            "context" => self.context,
            "alone" => self.alone,
            "trust" => self.trust,
            _ => 0.0,
        }
    }
    pub fn set(&mut self, key: &str, v: f32) {
        match key {
            "k1" => self.k1 = v,
            "title" => self.title = v,
            "b_title" => self.b_title = v,
            "body" => self.body = v,
            "b_body" => self.b_body = v,
            "brand" => self.brand = v,
            "attributes" => self.attributes = v,
            "lexical" => self.lexical = v,
            "covered" => self.covered = v,
            "in_title" => self.in_title = v,
            "pairs" => self.pairs = v,
            "of_title" => self.of_title = v,
            "first" => self.first = v,
            "last" => self.last = v,
            "meaning" => self.meaning = v,
            "feedback" => self.feedback = v,
            "feedback_docs" => self.feedback_docs = v,
            "candidates" => self.candidates = v,
            "context" => self.context = v,
            "alone" => self.alone = v,
            "trust" => self.trust = v,
            _ => eprintln!("no weight {key}"),
        }
    }
}

pub fn rank(engine: &Engine, concepts: &[Concept]) -> Ranked {
    let (index, w) = (&engine.index, &engine.weights);
    if concepts.is_empty() { return Vec::new(); }
    let mut scores = vec![0f32; index.len()];
    let mut covered = vec![0f32; index.len()];
    let mut best = vec![0f32; 0];
    let mut found: Vec<u32> = Vec::new();
    let rarities: Vec<f32> = concepts.iter().map(|c| c.terms.iter().map(|(t, _)| index.rarity(*t)).fold(f32::MAX, f32::min)).collect();
    let total: f32 = rarities.iter().sum();
    for (concept, rarity) in concepts.iter().zip(&rarities) {
        if let [(term, weight)] = concept.terms.as_slice() {
            let r = rarity * weight;
            for (doc, fit) in index.postings(*term) {
                let d = doc as usize;
                if scores[d] == 0.0 { found.push(doc); }
                scores[d] += r * fit;
                covered[d] += rarity;
            }
        } else {
            best.clear();
            best.resize(index.len(), 0.0);
            let mut touched = Vec::new();
            for (term, weight) in &concept.terms {
                for (doc, fit) in index.postings(*term) {
                    let b = &mut best[doc as usize];
                    if *b == 0.0 { touched.push(doc); }
                    *b = b.max(fit * weight);
                }
            }
            for doc in touched {
                let d = doc as usize;
                if scores[d] == 0.0 { found.push(doc); }
                scores[d] += rarity * best[d];
                covered[d] += rarity;
            }
        }
    }
    // Best candidates by the words alone.
    let top = (w.candidates as usize).min(found.len());
    let order = |a: &u32, b: &u32| {
        let s = |d: u32| scores[d as usize] / total * w.lexical + w.covered * covered[d as usize] / total;
        s(*b).total_cmp(&s(*a)).then(a.cmp(b))
    };
    if top < found.len() && top > 0 {
        found.select_nth_unstable_by(top - 1, order);
    }
    let (head, tail) = found.split_at_mut(top);
    head.sort_unstable_by(order);
    tail.sort_unstable_by(order);
    let most = head.first().map_or(1.0, |d| scores[*d as usize]).max(1e-6);
    let terms: Vec<(u32, f32)> = concepts.iter().zip(&rarities).flat_map(|(c, r)| c.terms.iter().map(move |(t, w)| (*t, w * r))).collect();
    let mut vector = engine.lsa.vector(&terms);
    let mut out: Ranked = head
        .iter()
        .map(|d| {
            let (i, mut s) = (*d as usize, 0.0);
            s += w.lexical * scores[i] / most + w.covered * covered[i] / total;
            s += titled(engine, concepts, &rarities, total, *d);
            if let Some(v) = &vector { s += w.meaning * engine.lsa.nearness(v, *d); }
            (*d, s)
        })
        .collect();
    out.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    if w.feedback > 0.0 {
        let best: Vec<(u32, f32)> = out.iter().take(w.feedback_docs as usize).map(|(d, s)| (*d, *s)).collect();
        vector = engine.lsa.middle(&best);
        if let Some(v) = &vector {
            for (d, s) in &mut out { *s += w.feedback * engine.lsa.nearness(v, *d); }
            out.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
    }
    out.extend(tail.iter().map(|d| (*d, 0.0)));
    out
}

/// How the title answers.
fn titled(engine: &Engine, concepts: &[Concept], rarities: &[f32], total: f32, doc: u32) -> f32 {
    let w = &engine.weights;
    let title = engine.index.title(doc);
    let place = |c: &Concept| title.iter().position(|t| c.terms.iter().any(|(term, _)| term == t));
    let places: Vec<Option<usize>> = concepts.iter().map(place).collect();
    let matched: f32 = places.iter().zip(rarities).filter(|(p, _)| p.is_some()).map(|(_, r)| r).sum();
    let mut s = w.in_title * matched / total;
    let pairs = places.windows(2).filter(|p| matches!(p, [Some(a), Some(b)] if *b == a + 1)).count();
    if concepts.len() > 1 { s += w.pairs * pairs as f32 / (concepts.len() - 1) as f32; }
    let n = places.iter().flatten().count();
    s += w.of_title * n as f32 / (title.len().max(1) as f32).sqrt();
    if let Some(p) = places.last().copied().flatten() {
        let at = p as f32 / title.len() as f32;
        s += w.last * at;
    }
    if let Some(p) = places.iter().flatten().min() {
        s += w.first / (1.0 + *p as f32);
    }
    s
}
