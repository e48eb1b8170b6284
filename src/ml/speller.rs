//! Mistyped words: the nearest words of the catalogue itself.
//!
//! Every word carries the set of its letters as bits; sets that differ too much cannot be near, which leaves a few
//! hundred words to compare letter by letter. Faster to load than a dictionary of deletions, and nothing to store.

mod slip;

use crate::lexical::Index;

/// Words looked at per query word at most.
const CANDIDATES: usize = 8;
/// What standing in a title counts beside standing anywhere.
const IN_TITLE: f32 = 5.0;
/// What it costs to have meant the plural for the singular.
const OTHER_NUMBER: f32 = 0.5;

pub struct Speller {
    /// Word number, letters, length; ordered by length.
    known: Vec<(u32, u32, u8)>,
    /// Where each length begins.
    starts: Vec<usize>,
    /// In how many titles each term stands.
    titled: Vec<u32>,
}

/// A word of the catalogue near a typed one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    pub word: u32,
    /// Letters changed, left out, added or swapped.
    pub distance: u8,
    /// How unlikely this slip is, as a logarithm.
    pub slip: f32,
}

impl Speller {
    pub fn new(index: &Index) -> Speller {
        let mut known = Vec::new();
        for word in 0..index.words.len() as u32 {
            let text = index.words.word(word);
            if is_correctable(text) && index.word_counts[word as usize] >= 1 {
                known.push((word, letters(text), text.chars().count().min(250) as u8));
            }
        }
        known.sort_by_key(|k| k.2);
        let starts = (0..=255).map(|n| known.partition_point(|k| usize::from(k.2) < n)).collect();
        let mut titled = vec![0; index.terms.len()];
        for doc in 0..index.len() as u32 {
            index.title(doc).iter().for_each(|t| titled[*t as usize] += 1);
        }
        Speller { known, starts, titled }
    }

    /// How much a term is asked for, told from where it stands: people look for what titles say.
    pub fn wanted(&self, index: &Index, term: u32) -> f32 {
        index.count(term) as f32 + IN_TITLE * self.titled[term as usize] as f32
    }

    /// The words that may be meant, likeliest first: one change away, two for long words when nothing is nearer.
    pub fn near(&self, index: &Index, typed: &str) -> Vec<Near> {
        let length = typed.chars().count();
        if !is_correctable(typed) || length > 30 {
            return Vec::new();
        }
        let mut out = self.within(index, typed, length, 1);
        // The catalogue may know only the singular or only the plural of what was meant.
        let other = typed.strip_suffix('s').map_or_else(|| format!("{typed}s"), str::to_string);
        if is_correctable(&other) {
            let near = self.within(index, &other, other.chars().count(), 1);
            out.extend(near.into_iter().map(|(near, score)| {
                (Near { slip: near.slip + OTHER_NUMBER, ..near }, score - OTHER_NUMBER)
            }));
        }
        if out.is_empty() && length >= 5 {
            out = self.within(index, typed, length, 2);
        }
        out.sort_by(|a, b| b.1.total_cmp(&a.1));
        out.truncate(CANDIDATES);
        out.into_iter().map(|n| n.0).collect()
    }

    fn within(&self, index: &Index, typed: &str, length: usize, most: u8) -> Vec<(Near, f32)> {
        let set = letters(typed);
        let chars: Vec<char> = typed.chars().collect();
        let far = usize::from(most);
        let range = self.starts[length.saturating_sub(far)]..self.starts[length + far + 1];
        let mut out = Vec::new();
        let mut other: Vec<char> = Vec::new();
        for (word, known, _) in &self.known[range] {
            if (known ^ set).count_ones() > 2 * u32::from(most) {
                continue;
            }
            other.clear();
            other.extend(index.words.word(*word).chars());
            let Some(distance) = distance(&chars, &other, most) else { continue };
            let count = index.word_counts[*word as usize] as f32;
            let slip = slip::cost(&chars, &other);
            out.push((Near { word: *word, distance, slip }, (1.0 + count).ln() - slip));
        }
        out
    }
}

/// Codes, sizes and short words are left alone.
pub fn is_correctable(word: &str) -> bool {
    word.len() >= 4 && word.chars().all(char::is_alphabetic)
}

fn letters(word: &str) -> u32 {
    word.chars().fold(0, |set, c| set | 1 << (c as u32 % 32))
}

/// Changes between two words, a swap of neighbours being one; `None` when more than `most`.
fn distance(a: &[char], b: &[char], most: u8) -> Option<u8> {
    if a.len().abs_diff(b.len()) > usize::from(most) {
        return None;
    }
    let mut before: Vec<u8> = vec![0; b.len() + 1];
    let mut last: Vec<u8> = (0..=b.len() as u8).collect();
    let mut now = last.clone();
    for i in 1..=a.len() {
        now[0] = i as u8;
        let mut least = now[0];
        for j in 1..=b.len() {
            let same = a[i - 1] == b[j - 1];
            let mut d = (last[j - 1] + u8::from(!same)).min(last[j] + 1).min(now[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                d = d.min(before[j - 2] + 1);
            }
            now[j] = d;
            least = least.min(d);
        }
        if least > most {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut now);
    }
    Some(last[b.len()]).filter(|d| *d <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swaps_and_dropped_letters_are_one_change() {
        let d =
            |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 2);
        assert_eq!(d("cafetiere", "cafteiere"), Some(1));
        assert_eq!(d("cafetiere", "cafetire"), Some(1));
        assert_eq!(d("chaise", "chaise"), Some(0));
        assert_eq!(d("chaise", "table"), None);
    }
}
