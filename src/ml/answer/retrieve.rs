//! Finding the passages that answer: the words of the question, parts of words, nearness in meaning, and what the first
//! passages found have in common.
//!
//! Parts of words (four letters each) join what stems do not: "vidéosurveillance" and "surveiller", "adresse" and
//! "address". A question in the other language is asked by its translations and by these parts.

mod foreign;
pub mod sentences;

pub use sentences::Sentences;

use std::collections::{HashMap, HashSet};

use kit::Lang;

use super::passage::Passage;
use super::quantity::{self, Quantity};
use super::words::is_neutral;
use crate::bundle::{Bundle, Column, Damaged, Writer, merged};
use crate::lexical::{Builder, Field, Index, Params, rarity};
use crate::lsa::{self, Lsa};
use crate::text::{self, Stems, fold, words};

/// What counts how much; the words themselves count 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Parts of words.
    pub parts: f32,
    /// Nearness in meaning learned from the passages.
    pub meaning: f32,
    /// Nearness to the first passages found.
    pub feedback: f32,
    /// Part of the question's weight that the passage has.
    pub covered: f32,
    /// It says a figure of the kind that is wanted.
    pub quantity: f32,
    /// Part of the question's words that its title has, and again its heading.
    pub titled: f32,
    /// Its heading is the question, word for word.
    pub same: f32,
    /// It stands on a page of help, and not in the terms.
    pub help: f32,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            parts: 1.5,
            meaning: 0.1,
            feedback: 0.3,
            covered: 0.2,
            quantity: 0.25,
            titled: 0.4,
            same: 0.8,
            help: 0.4,
        }
    }
}

/// Letters of a part of a word.
const PART: usize = 4;
/// How much the length of a word lessens each of its parts: 1 makes all words count alike.
const SHARE: f32 = 0.7;
/// What a word counts in the place of one that stands nowhere.
const INSTEAD: f32 = 0.8;
/// What words, their parts and what they cover count together at most.
const WORDS: f32 = 2.7;
/// Passages whose middle is the feedback.
const FEEDBACK: usize = 5;

/// Passages of one language, ready to be asked.
pub struct Passages {
    words: Index,
    parts: Index,
    lsa: Lsa,
    weights: Weights,
    pub all: Vec<Passage>,
    sentences: Option<Sentences>,
    /// Of each passage the stems of its page's title, and of its own heading; and that heading as it is written.
    heads: Vec<[HashSet<String>; 2]>,
    headings: Vec<HashSet<String>>,
}

/// A passage found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub place: usize,
    pub score: f32,
    /// Part of the question's weight that the passage has; words that stand nowhere count as the rarest.
    pub covered: f32,
}

fn params(lang: Lang) -> Params {
    let field = |weight| Field { weight, b: 0.9 };
    Params { lang, k1: 1.2, fields: vec![field(2.0), field(1.0)] }
}

/// Builds the file: the index and the passages themselves.
pub fn build(lang: Lang, passages: &[Passage]) -> Result<Vec<u8>, Damaged> {
    let titles: Vec<String> = passages.iter().map(|p| format!("{} {}", p.title, p.heading)).collect();
    let mut builder = Builder::new(params(lang));
    let mut split = Builder::new(params(lang));
    for (i, (passage, title)) in passages.iter().zip(&titles).enumerate() {
        builder.add(i as i64, &[title, &passage.text]);
        split.add(i as i64, &[&in_parts(title), &in_parts(&passage.text)]);
    }
    let index = Bundle::from_bytes(&builder.finish())?;
    let mut out = Writer::default();
    lsa::build(&Index::open(&index)?, lsa::Params::default(), &mut out);
    let json = serde_json::to_vec(passages).map_err(|_| Damaged::Format)?;
    out.put("passages", &json);
    out.put("parts", &split.finish());
    Ok(merged(&[&index, &Bundle::from_bytes(&out.finish())?]))
}

/// A text as its parts of words, each with a figure so that no stemmer cuts it.
fn in_parts(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 6);
    for word in fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && !is_neutral(w)) {
        for part in parts(word) {
            out.push_str(&part);
            out.push_str("0 ");
        }
    }
    out
}

/// The parts of a word, with its beginning and end marked.
fn parts(word: &str) -> Vec<String> {
    let chars: Vec<char> = std::iter::once('x').chain(word.chars()).chain(['x']).collect();
    if chars.len() <= PART {
        return vec![chars.iter().collect()];
    }
    chars.windows(PART).map(|w| w.iter().collect()).collect()
}

/// A word of the question as terms of the index, the best of which counts in a passage.
struct Concept {
    terms: Vec<(u32, f32)>,
    stems: Vec<String>,
    weight: f32,
}

impl Passages {
    pub fn open(bundle: &Bundle) -> Result<Passages, Damaged> {
        let damaged = || Damaged::Column("passages".to_string());
        let json: Column<u8> = bundle.column("passages")?;
        let all: Vec<Passage> = serde_json::from_slice(&json).map_err(|_| damaged())?;
        let words = Index::open(bundle)?;
        let parts = Index::open(&Bundle::from_bytes(&bundle.column::<u8>("parts")?)?)?;
        let lsa = Lsa::open(bundle, &words)?;
        if words.len() != all.len() || parts.len() != all.len() {
            return Err(damaged());
        }
        let mut stems = Stems::new(words.lang);
        let mut stemmed = |text: &str| -> HashSet<String> {
            text::words(words.lang, text).iter().map(|w| stems.stem(w)).collect()
        };
        // The beginning of a page speaks of what its title says.
        let heading =
            |p: &Passage| if p.heading.is_empty() { p.title.clone() } else { last(&p.heading).to_string() };
        let heads = all.iter().map(|p| [stemmed(&p.title), stemmed(&heading(p))]).collect();
        let headings = all.iter().map(|p| as_written(last(&p.heading))).collect();
        let weights = Weights::default();
        Ok(Passages { words, parts, lsa, weights, all, sentences: None, heads, headings })
    }

    /// The same with a model of sentences; a question then takes milliseconds of processor.
    pub fn with_sentences(self, sentences: Option<Sentences>) -> Passages {
        Passages { sentences, ..self }
    }

    /// Whether a question takes so long that it is not for an async thread.
    pub fn reads_sentences(&self) -> bool {
        self.sentences.is_some()
    }

    /// The best passages for a question in the language of the passages.
    pub fn find(&self, question: &str, k: usize) -> Vec<Found> {
        let lang = self.words.lang;
        let mut stems = Stems::new(lang);
        let time = foreign::of_time(lang, question);
        let mut telling = telling(lang, question);
        // "How long" asks for days, and says nothing of length.
        telling.retain(|w| {
            time.is_none()
                || !matches!(
                    w.as_str(),
                    "temps" | "long" | "jours" | "days" | "soon" | "period" | "delai" | "delais"
                )
        });
        let mut asked: Vec<Vec<(String, f32)>> =
            telling.iter().map(|w| foreign::alike(lang, &mut stems, w)).collect();
        asked.extend(time);
        self.rank(question, &asked, question, false, k)
    }

    /// The best passages for a question in the other language.
    pub fn find_foreign(&self, question: &str, k: usize) -> Vec<Found> {
        let lang = self.words.lang;
        let asked = foreign::translated(lang, question);
        let said: Vec<&str> = asked.iter().flatten().map(|(w, _)| w.as_str()).collect();
        self.rank(question, &asked, &said.join(" "), true, k)
    }

    /// `asked` holds for each word of the question the words that stand for it; `spelled` is what parts are taken from.
    fn rank(
        &self,
        question: &str,
        asked: &[Vec<(String, f32)>],
        spelled: &str,
        foreign: bool,
        k: usize,
    ) -> Vec<Found> {
        let n = self.all.len();
        let w = self.weights;
        let mut stems = Stems::new(self.words.lang);
        let mut concepts: Vec<Concept> =
            asked.iter().map(|forms| self.concept(&mut stems, forms, foreign)).collect();
        let wanted = quantity::asked(self.words.lang, question).filter(|_| !foreign);
        // "Delays" as a title promises no figure.
        if let Some(time) = concepts.last_mut().filter(|_| wanted == Some(Quantity::Time)) {
            time.stems.clear();
        }
        let total: f32 = concepts.iter().map(|c| c.weight).sum::<f32>().max(1e-6);
        let mut scores = vec![0f32; n];
        let mut covered = vec![0f32; n];
        for concept in &concepts {
            let mut best: HashMap<u32, f32> = HashMap::new();
            for (term, weight) in &concept.terms {
                for (doc, fit) in self.words.postings(*term) {
                    let seen = best.entry(doc).or_default();
                    *seen = seen.max(fit * weight);
                }
            }
            for (doc, fit) in best {
                scores[doc as usize] += concept.weight * fit;
                covered[doc as usize] += concept.weight;
            }
        }
        level(&mut scores);
        let mut spelling = self.spelled(spelled);
        level(&mut spelling);
        for i in 0..n {
            covered[i] /= total;
            scores[i] += w.parts * spelling[i] + w.covered * covered[i];
        }
        let terms: Vec<(u32, f32)> =
            concepts.iter().flat_map(|c| c.terms.iter().map(|(t, x)| (*t, x * c.weight))).collect();
        if let Some(vector) = self.lsa.vector(&terms) {
            for (doc, score) in scores.iter_mut().enumerate() {
                *score += w.meaning * self.lsa.nearness(&vector, doc as u32);
            }
        }
        let mut most = WORDS;
        if let Some(model) = &self.sentences {
            let near = model.nearness(question).filter(|near| near.len() == n).unwrap_or_default();
            let weight = model.weight(foreign);
            most += if near.is_empty() { 0.0 } else { weight };
            scores.iter_mut().zip(near).for_each(|(score, near)| *score += weight * near);
        }
        // What follows counts as much beside a model as without one.
        let share = most / WORDS;
        let written = as_written(question);
        for (i, score) in scores.iter_mut().enumerate().filter(|(_, s)| **s > 0.0) {
            let [title, heading] = &self.heads[i];
            let said = |head: &HashSet<String>| -> f32 {
                let said = concepts.iter().filter(|c| c.stems.iter().any(|s| head.contains(s)));
                said.count() as f32 / concepts.len().max(1) as f32
            };
            *score += share * w.titled * (said(title) + said(heading));
            let both = written.intersection(&self.headings[i]).count() as f32;
            let all = written.union(&self.headings[i]).count().max(1) as f32;
            // "How much is delivery" is not the question "How long is delivery".
            if quantity::asked(self.words.lang, last(&self.all[i].heading)) == wanted {
                *score += share * w.same * (both / all).powi(2);
            }
            *score += if self.all[i].help { share * w.help } else { 0.0 };
        }
        if let Some(wanted) = wanted {
            for (score, passage) in scores.iter_mut().zip(&self.all) {
                if *score > 0.0 && quantity::said(wanted, &passage.text) {
                    *score += share * w.quantity;
                }
            }
        }
        let mut order = best_first(&scores);
        let first: Vec<(u32, f32)> = order.iter().take(FEEDBACK).map(|d| (*d as u32, scores[*d])).collect();
        if let Some(vector) = self.lsa.middle(&first).filter(|_| w.feedback > 0.0) {
            for (doc, score) in scores.iter_mut().enumerate() {
                *score += w.feedback * self.lsa.nearness(&vector, doc as u32);
            }
            order = best_first(&scores);
        }
        let found = order.into_iter().take(k).map(|place| Found {
            place,
            score: scores[place],
            covered: covered[place],
        });
        found.filter(|f| f.score > 0.0).collect()
    }

    fn concept(&self, stems: &mut Stems, forms: &[(String, f32)], foreign: bool) -> Concept {
        let index = &self.words;
        let stemmed: Vec<String> = forms.iter().map(|(form, _)| stems.stem(form)).collect();
        let mut terms: Vec<(u32, f32)> = Vec::new();
        for (stem, (_, weight)) in stemmed.iter().zip(forms) {
            let term = index.terms.find(stem);
            terms.extend(term.map(|t| (t, *weight)));
        }
        // Where no page has the word itself, the words of its own language in its place count more.
        let most = terms.iter().map(|t| t.1).fold(0.0, f32::max);
        if !foreign && most > 0.0 && most < INSTEAD {
            terms.iter_mut().for_each(|t| t.1 *= INSTEAD / most);
        }
        // The word itself says how rare it is; words that only stand in its place do not make it common.
        let nearest = terms.iter().map(|t| t.1).fold(0.0, f32::max);
        let rare = terms.iter().filter(|t| t.1 >= nearest).map(|t| index.rarity(t.0));
        Concept { weight: rare.fold(rarity(index.len(), 1), f32::min), stems: stemmed, terms }
    }

    /// How well the parts of the words fit; a long word has many and counts little more than a short one.
    fn spelled(&self, text: &str) -> Vec<f32> {
        let index = &self.parts;
        let mut out = vec![0f32; index.len()];
        for word in
            fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && !is_neutral(w))
        {
            let parts = parts(word);
            let share = 1.0 / (parts.len() as f32).powf(SHARE);
            for part in &parts {
                let Some(term) = index.terms.find(&format!("{part}0")) else { continue };
                let rarity = index.rarity(term);
                for (doc, fit) in index.postings(term) {
                    out[doc as usize] += share * rarity * fit;
                }
            }
        }
        out
    }
}

/// The nearest of the headings above a passage.
fn last(heading: &str) -> &str {
    heading.rsplit(" – ").next().unwrap_or(heading)
}

/// All words of a line, as written but for case and accents.
fn as_written(line: &str) -> HashSet<String> {
    fold(line).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_string).collect()
}

/// Words of a question that tell; all of them when none does.
fn telling(lang: Lang, text: &str) -> Vec<String> {
    let all = words(lang, text);
    let some: Vec<String> = all.iter().filter(|w| !is_neutral(w)).cloned().collect();
    let mut out = if some.is_empty() { all } else { some };
    out.sort();
    out.dedup();
    out
}

/// The best becomes 1.
fn level(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(1e-6, f32::max);
    scores.iter_mut().for_each(|s| *s /= most);
}

fn best_first(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Passages {
        let passage = |heading: &str, text: &str| Passage {
            page: "aide".into(),
            title: "Aide".into(),
            heading: heading.into(),
            anchor: String::new(),
            text: text.into(),
            help: true,
        };
        let all = [
            passage("Livraison", "Le colis arrive en 2 à 4 jours ouvrés."),
            passage("Remboursement", "Nous remboursons sous quatorze jours par virement."),
            passage("Mot de passe", "Demandez un lien pour en choisir un nouveau."),
            passage("Compte", "Un compte n’est pas nécessaire pour commander."),
        ];
        Passages::open(&Bundle::from_bytes(&build(Lang::Fr, &all).unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn the_passage_that_answers_comes_first_in_both_languages() {
        let index = index();
        let first = |found: Vec<Found>| index.all[found[0].place].heading.clone();
        assert_eq!(first(index.find("Quand serai-je remboursé ?", 3)), "Remboursement");
        assert_eq!(first(index.find("J’ai oublié mon mot de passe", 3)), "Mot de passe");
        assert_eq!(first(index.find_foreign("I forgot my password", 3)), "Mot de passe");
        assert_eq!(first(index.find_foreign("when do I get my refund", 3)), "Remboursement");
    }

    #[test]
    fn words_that_stand_nowhere_count_against_an_answer() {
        let found = index().find("Quel est le prix du shampoing sans parfum ?", 1);
        assert!(found.first().is_none_or(|f| f.covered < 0.3), "{found:?}");
    }
}
