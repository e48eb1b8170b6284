//! An index with some documents of another in place of its own, without reading the texts of the rest again.
//!
//! Fits stay as they were computed: the other index was built with the lengths of this one ([`super::Builder::beside`]).

use std::collections::HashSet;

use crate::bundle::Writer;
use crate::table;

use super::Index;

/// Where a document of the new index stood before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Kept(u32),
    Changed(u32),
}

/// Stands nowhere in the new index.
const GONE: u32 = u32::MAX;

/// The columns of an index of the documents of `old` that are not `replaced`, and of those of `fresh`; the origin of each.
pub fn merge(old: &Index, fresh: &Index, replaced: &HashSet<i64>, out: &mut Writer) -> Vec<Origin> {
    let origins = origins(old, fresh, replaced);
    let mut kept = vec![GONE; old.len()];
    let mut changed = vec![GONE; fresh.len()];
    for (new, origin) in origins.iter().enumerate() {
        match origin {
            Origin::Kept(doc) => kept[*doc as usize] = new as u32,
            Origin::Changed(doc) => changed[*doc as usize] = new as u32,
        }
    }
    let mut terms: Vec<&str> = Vec::with_capacity(old.terms.len() + fresh.terms.len());
    let mut old_terms = vec![GONE; old.terms.len()];
    let mut fresh_terms = vec![GONE; fresh.terms.len()];
    let mut postings = vec![0u32];
    let (mut docs, mut fits) = (Vec::with_capacity(old.docs.len()), Vec::with_capacity(old.docs.len()));
    for (word, a, b) in both(old.terms.iter(), fresh.terms.iter()) {
        let begins = docs.len();
        let mut left = a.into_iter().flat_map(|t| old.places(t, &kept)).peekable();
        let mut right = b.into_iter().flat_map(|t| fresh.places(t, &changed)).peekable();
        // Both rise, and no document stands in both.
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some(l), Some(r)) if r.0 < l.0 => right.next(),
                (Some(_), _) => left.next(),
                (None, _) => right.next(),
            };
            let Some((doc, fit)) = next else { break };
            docs.push(doc);
            fits.push(fit);
        }
        if docs.len() == begins {
            continue;
        }
        let number = terms.len() as u32;
        a.into_iter().for_each(|t| old_terms[t as usize] = number);
        b.into_iter().for_each(|t| fresh_terms[t as usize] = number);
        terms.push(word);
        postings.push(docs.len() as u32);
    }
    let mut words: Vec<&str> = Vec::with_capacity(old.words.len() + fresh.words.len());
    let (mut word_terms, mut word_counts) = (Vec::new(), Vec::new());
    for (word, a, b) in both(old.words.iter(), fresh.words.iter()) {
        let term = a.map(|w| old_terms[old.word_terms[w as usize] as usize]);
        let term =
            term.filter(|t| *t != GONE).or(b.map(|w| fresh_terms[fresh.word_terms[w as usize] as usize]));
        let Some(term) = term else { continue };
        // Which words the documents that left had is not known; no word stands in more documents than its stem.
        let most = postings[term as usize + 1] - postings[term as usize];
        let count =
            a.map_or(0, |w| old.word_counts[w as usize]) + b.map_or(0, |w| fresh.word_counts[w as usize]);
        words.push(word);
        word_terms.push(term);
        word_counts.push(count.min(most));
    }
    let mut ids = Vec::with_capacity(origins.len());
    let (mut titles, mut title_offsets) = (Vec::new(), vec![0u32]);
    for origin in &origins {
        let (index, doc, places) = match origin {
            Origin::Kept(doc) => (old, *doc, &old_terms),
            Origin::Changed(doc) => (fresh, *doc, &fresh_terms),
        };
        ids.push(index.ids[doc as usize]);
        titles.extend(index.title(doc).iter().map(|t| places[*t as usize]).filter(|t| *t != GONE));
        title_offsets.push(titles.len() as u32);
    }
    out.put("lang", &[old.lang.pick(0u8, 1)]);
    out.put("ids", &ids);
    table::put(out, "terms", &terms);
    table::put(out, "words", &words);
    out.put("word.terms", &word_terms);
    out.put("word.counts", &word_counts);
    out.put("postings", &postings);
    out.put("docs", &docs);
    out.put("fits", &fits);
    out.put("title.offsets", &title_offsets);
    out.put("titles", &titles);
    out.put("lengths", &old.lengths);
    origins
}

/// The documents that stay, in the order of their ids.
fn origins(old: &Index, fresh: &Index, replaced: &HashSet<i64>) -> Vec<Origin> {
    let stays = |d: &u32| !replaced.contains(&old.ids[*d as usize]);
    let mut kept = (0..old.len() as u32).filter(stays).peekable();
    let mut changed = (0..fresh.len() as u32).peekable();
    let mut out = Vec::with_capacity(old.len() + fresh.len());
    loop {
        match (kept.peek(), changed.peek()) {
            (Some(k), Some(c)) if fresh.ids[*c as usize] < old.ids[*k as usize] => {
                out.extend(changed.next().map(Origin::Changed));
            }
            (Some(_), _) => out.extend(kept.next().map(Origin::Kept)),
            (None, Some(_)) => out.extend(changed.next().map(Origin::Changed)),
            (None, None) => return out,
        }
    }
}

impl Index {
    /// New places of the documents with a term, and the fit as it is stored.
    fn places(&self, term: u32, new: &[u32]) -> impl Iterator<Item = (u32, u16)> {
        let range = self.range(term);
        let (docs, fits) = (&self.docs[range.clone()], &self.fits[range]);
        docs.iter().zip(fits).map(|(doc, fit)| (new[*doc as usize], *fit)).filter(|(doc, _)| *doc != GONE)
    }
}

/// Two sorted lists of words as one, with the number that each word has in either.
fn both<'a>(
    a: impl Iterator<Item = &'a str>,
    b: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = (&'a str, Option<u32>, Option<u32>)> {
    let (mut a, mut b) = ((0u32..).zip(a).peekable(), (0u32..).zip(b).peekable());
    std::iter::from_fn(move || {
        let order = match (a.peek(), b.peek()) {
            (Some((_, x)), Some((_, y))) => x.cmp(y),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return None,
        };
        let left = if order.is_le() { a.next() } else { None };
        let right = if order.is_ge() { b.next() } else { None };
        let word = left.or(right).map(|(_, word)| word)?;
        Some((word, left.map(|l| l.0), right.map(|r| r.0)))
    })
}
