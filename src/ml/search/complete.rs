//! Words of the catalogue that begin as typed.

use super::Engine;
use crate::text::words;

/// The commonest words that begin with `typed`, folded, at most `k`; the word itself is one of them when it is known.
pub fn complete(engine: &Engine, typed: &str, k: usize) -> Vec<String> {
    let base = &engine.base.index;
    let mut typed = words(base.lang, typed);
    let Some(prefix) = typed.pop().filter(|_| typed.is_empty()) else { return Vec::new() };
    let mut found: Vec<(u32, String)> = Vec::new();
    for index in std::iter::once(base).chain(engine.fresh.as_ref().map(|f| &f.index)) {
        for word in index.words.with_prefix(&prefix) {
            let (count, text) = (index.word_counts[word as usize], index.words.word(word));
            if let Some(known) = found.iter_mut().find(|f| f.1 == text) {
                known.0 += count;
            } else if found.len() < MOST || found.last().is_some_and(|last| last.0 < count) {
                // Rare words of a long list are never shown: the list stays short while it is read.
                let at = found.partition_point(|f| f.0 >= count);
                found.insert(at, (count, text.to_string()));
                found.truncate(MOST);
            }
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.into_iter().take(k).map(|f| f.1).collect()
}

/// Words compared at most.
const MOST: usize = 32;
