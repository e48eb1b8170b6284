//! A query in the other language: a written list of English and French shop words, used in both directions.
//!
//! The language of a query is told from its words: those the list knows in one language only speak for it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use kit::Lang;

use crate::text::{Stems, is_stop, words};

const LEXICON: &str = include_str!("bilingual/lexicon.txt");
/// Longest phrase of the list, in telling words.
const LONGEST: usize = 4;

/// Stemmed phrase to its translations.
struct Lexicon {
    to_french: HashMap<String, Vec<String>>,
    to_english: HashMap<String, Vec<String>>,
    /// Single words of each language without their endings.
    french: HashSet<String>,
    english: HashSet<String>,
}

static WRITTEN: LazyLock<Lexicon> = LazyLock::new(|| {
    let (mut fr, mut en) = (Stems::new(Lang::Fr), Stems::new(Lang::En));
    let mut out = Lexicon {
        to_french: HashMap::new(),
        to_english: HashMap::new(),
        french: HashSet::new(),
        english: HashSet::new(),
    };
    for line in LEXICON.lines().filter(|l| !l.starts_with('#')) {
        let Some((english, french)) = line.split_once('=') else { continue };
        let split = |s: &str| s.split(',').map(|p| p.trim().to_string()).collect::<Vec<_>>();
        let (english, french) = (split(english), split(french));
        out.english.extend(english.iter().flat_map(|e| telling(Lang::En, e)).map(|w| bare(&w).to_string()));
        out.french.extend(french.iter().flat_map(|f| telling(Lang::Fr, f)).map(|w| bare(&w).to_string()));
        for e in &english {
            let known = out.to_french.entry(key(Lang::En, &mut en, e)).or_default();
            known.extend(french.iter().cloned());
        }
        for f in &french {
            let known = out.to_english.entry(key(Lang::Fr, &mut fr, f)).or_default();
            known.extend(english.iter().cloned());
        }
    }
    out
});

fn telling(lang: Lang, text: &str) -> Vec<String> {
    let all = words(lang, text);
    let some: Vec<String> = all.iter().filter(|w| !is_stop(lang, w)).cloned().collect();
    if some.is_empty() { all } else { some }
}

fn key(lang: Lang, stems: &mut Stems, text: &str) -> String {
    telling(lang, text).iter().map(|w| stems.stem(w)).collect::<Vec<_>>().join(" ")
}

fn lexicon(from: Lang) -> &'static HashMap<String, Vec<String>> {
    match from {
        Lang::En => &WRITTEN.to_french,
        Lang::Fr => &WRITTEN.to_english,
    }
}

/// A word without the endings of plural and feminine. Stems go further, so far that a mistyped word may share one.
fn bare(word: &str) -> &str {
    let word = word.strip_suffix(['s', 'x']).unwrap_or(word);
    word.strip_suffix('e').unwrap_or(word)
}

fn is_listed(lang: Lang, word: &str) -> bool {
    lang.pick(&WRITTEN.french, &WRITTEN.english).contains(bare(word))
}

/// A part of the query with its translations, empty when the list has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub text: String,
    pub translations: Vec<String>,
}

/// The parts of a text, longest known phrases first.
pub fn translate(from: Lang, text: &str) -> Vec<Part> {
    let mut stems = Stems::new(from);
    let all = telling(from, text);
    let mut out = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let known = (1..=LONGEST.min(all.len() - at)).rev().find_map(|n| {
            let key = all[at..at + n].iter().map(|w| stems.stem(w)).collect::<Vec<_>>().join(" ");
            Some((n, lexicon(from).get(&key)?.clone()))
        });
        let (n, translations) = known.unwrap_or((1, Vec::new()));
        out.push(Part { text: all[at..at + n].join(" "), translations });
        at += n;
    }
    out
}

/// Whether a text speaks the other language than `own`: half of its words or more are known there, and more than here.
pub fn is_foreign(own: Lang, text: &str) -> bool {
    let other = own.pick(Lang::En, Lang::Fr);
    let known = |lang: Lang| {
        let known = |w: &&String| is_stop(lang, w) && w.len() > 1 || is_listed(lang, w);
        let all = words(lang, text);
        (all.iter().filter(known).count(), all.len())
    };
    let ((there, all), (here, _)) = (known(other), known(own));
    there > here && there * 2 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_come_before_their_words() {
        let parts = translate(Lang::En, "red memory card zzz");
        let said: Vec<_> = parts.iter().map(|p| p.translations.join("/")).collect();
        assert_eq!(said, ["rouge", "carte mémoire", ""]);
        assert_eq!(translate(Lang::Fr, "sac à dos")[0].translations[0], "backpack");
    }

    #[test]
    fn the_language_is_told_by_the_words() {
        assert!(is_foreign(Lang::Fr, "red shoes for women"));
        assert!(!is_foreign(Lang::Fr, "chaussures rouges pour femme"));
        assert!(!is_foreign(Lang::Fr, "smartphone"));
        assert!(is_foreign(Lang::En, "chaise de bureau"));
    }
}
