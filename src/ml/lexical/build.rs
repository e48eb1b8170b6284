//! Builds the postings: texts in, the bytes of a bundle out.

use std::collections::HashMap;

use crate::bundle::Writer;
use crate::table;
use crate::text::{Stems, is_stop, words};

use super::{FULL, Params};

/// Words get numbers in the order they are met; the file has them sorted.
#[derive(Default)]
struct Numbers {
    of: HashMap<String, u32>,
}

impl Numbers {
    fn get(&mut self, word: String) -> u32 {
        let next = self.of.len() as u32;
        *self.of.entry(word).or_insert(next)
    }

    /// The words sorted, and for each old number its place.
    fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let mut words: Vec<(String, u32)> = self.of.into_iter().collect();
        words.sort_unstable();
        let mut place = vec![0; words.len()];
        for (new, (_, old)) in words.iter().enumerate() {
            place[*old as usize] = new as u32;
        }
        (words.into_iter().map(|(w, _)| w).collect(), place)
    }
}

/// A term in one field of one document.
struct Entry {
    term: u32,
    doc: u32,
    field: u8,
    times: u16,
}

pub struct Builder {
    params: Params,
    /// Lengths of another index, so that scores compare.
    given: Option<Vec<f32>>,
    stems: Stems,
    terms: Numbers,
    words: Numbers,
    word_terms: Vec<u32>,
    word_counts: Vec<u32>,
    word_seen: Vec<u32>,
    ids: Vec<i64>,
    entries: Vec<Entry>,
    /// Per document and field.
    lengths: Vec<f32>,
    titles: Vec<u32>,
    title_offsets: Vec<u32>,
}

impl Builder {
    pub fn new(params: Params) -> Builder {
        Builder {
            stems: Stems::new(params.lang),
            params,
            given: None,
            terms: Numbers::default(),
            words: Numbers::default(),
            word_terms: Vec::new(),
            word_counts: Vec::new(),
            word_seen: Vec::new(),
            ids: Vec::new(),
            entries: Vec::new(),
            lengths: Vec::new(),
            titles: Vec::new(),
            title_offsets: vec![0],
        }
    }

    /// A small index beside a big one: with its mean lengths.
    pub fn beside(params: Params, lengths: &[f32]) -> Builder {
        Builder { given: Some(lengths.to_vec()), ..Builder::new(params) }
    }

    /// Adds a document: one text for each field.
    pub fn add(&mut self, id: i64, fields: &[&str]) {
        let doc = self.ids.len() as u32;
        self.ids.push(id);
        let mut terms: Vec<u32> = Vec::new();
        for (field, text) in fields.iter().enumerate() {
            terms.clear();
            for word in words(self.params.lang, text) {
                if !is_stop(self.params.lang, &word) {
                    terms.push(self.term(word, doc));
                }
            }
            if field == 0 {
                self.titles.extend_from_slice(&terms);
                self.title_offsets.push(self.titles.len() as u32);
            }
            self.lengths.push(terms.len() as f32);
            terms.sort_unstable();
            for run in terms.chunk_by(|a, b| a == b) {
                let times = u16::try_from(run.len()).unwrap_or(u16::MAX);
                self.entries.push(Entry { term: run[0], doc, field: field as u8, times });
            }
        }
    }

    fn term(&mut self, word: String, doc: u32) -> u32 {
        let stem = self.stems.stem(&word);
        let number = self.words.get(word) as usize;
        if number == self.word_terms.len() {
            self.word_terms.push(self.terms.get(stem));
            self.word_counts.push(0);
            self.word_seen.push(u32::MAX);
        }
        if self.word_seen[number] != doc {
            self.word_seen[number] = doc;
            self.word_counts[number] += 1;
        }
        self.word_terms[number]
    }

    fn mean_lengths(&self) -> Vec<f32> {
        let fields = self.params.fields.len();
        let docs = self.ids.len().max(1) as f32;
        let sum = |f: usize| self.lengths.iter().skip(f).step_by(fields).sum::<f32>();
        (0..fields).map(|f| (sum(f) / docs).max(1.0)).collect()
    }

    pub fn finish(self) -> Vec<u8> {
        let means = self.given.clone().unwrap_or_else(|| self.mean_lengths());
        let (terms, place) = self.terms.sorted();
        let (words, word_place) = self.words.sorted();
        let mut word_terms = vec![0u32; words.len()];
        let mut word_counts = vec![0u32; words.len()];
        for (old, new) in word_place.iter().enumerate() {
            word_terms[*new as usize] = place[self.word_terms[old] as usize];
            word_counts[*new as usize] = self.word_counts[old];
        }
        let mut entries = self.entries;
        entries.sort_unstable_by_key(|e| (place[e.term as usize], e.doc, e.field));
        let fields = &self.params.fields;
        let k1 = self.params.k1;
        let mut postings = vec![0u32; terms.len() + 1];
        let (mut docs, mut fits) = (Vec::new(), Vec::new());
        for run in entries.chunk_by(|a, b| a.term == b.term && a.doc == b.doc) {
            let weight = |e: &Entry| {
                let field = fields[usize::from(e.field)];
                let at = e.doc as usize * fields.len() + usize::from(e.field);
                let length = 1.0 - field.b + field.b * self.lengths[at] / means[usize::from(e.field)];
                field.weight * f32::from(e.times) / length
            };
            let times: f32 = run.iter().map(weight).sum();
            docs.push(run[0].doc);
            fits.push((times / (k1 + times) * FULL) as u16);
            postings[place[run[0].term as usize] as usize + 1] += 1;
        }
        for i in 1..postings.len() {
            postings[i] += postings[i - 1];
        }
        let titles: Vec<u32> = self.titles.iter().map(|t| place[*t as usize]).collect();
        let mut out = Writer::default();
        out.put("lang", &[self.params.lang.pick(0u8, 1)]);
        out.put("ids", &self.ids);
        table::put(&mut out, "terms", &terms);
        table::put(&mut out, "words", &words);
        out.put("word.terms", &word_terms);
        out.put("word.counts", &word_counts);
        out.put("postings", &postings);
        out.put("docs", &docs);
        out.put("fits", &fits);
        out.put("title.offsets", &self.title_offsets);
        out.put("titles", &titles);
        out.put("lengths", &means);
        out.finish()
    }
}
