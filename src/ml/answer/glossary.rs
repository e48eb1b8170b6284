//! Names of properties as their meaning: `couleur`, `coloris` and `product colour` are one.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use kit::Lang;

use super::words::{Reader, Word};

const GLOSSARY: &str = include_str!("glossary.txt");
/// Longest form, in telling words.
const LONGEST: usize = 4;
/// Words of a label that add nothing to what it names.
const LIGHT: &[&str] = &[
    "product",
    "produit",
    "article",
    "item",
    "typical",
    "approx",
    "approximate",
    "environ",
    "net",
    "per",
    "total",
    "general",
];

/// Form (English stems joined, French stems joined) to the number of its meaning.
struct Forms {
    fr: HashMap<String, usize>,
    en: HashMap<String, usize>,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let mut reader = Reader::default();
    let mut out = Forms { fr: HashMap::new(), en: HashMap::new() };
    let lines = GLOSSARY.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    for (number, line) in lines.enumerate() {
        for form in line.split(',') {
            let words = telling(reader.words(Lang::Fr, form));
            let (fr, en) = (joined(&words, |w| &w.fr), joined(&words, |w| &w.en));
            out.fr.entry(fr).or_insert(number);
            out.en.entry(en).or_insert(number);
        }
    }
    out
});

/// Words that tell; all of them when none does.
fn telling(words: Vec<Word>) -> Vec<Word> {
    let some: Vec<Word> = words.iter().filter(|w| !w.neutral).cloned().collect();
    if some.is_empty() { words } else { some }
}

fn joined(words: &[Word], form: impl Fn(&Word) -> &String) -> String {
    words.iter().map(|w| form(w).as_str()).collect::<Vec<_>>().join(" ")
}

/// What a phrase names: meanings of the glossary, and the stems of other words.
pub type Meanings = BTreeSet<String>;

/// The meanings of words, longest forms first; light words and single letters left out.
pub fn meanings(words: &[Word]) -> Meanings {
    let words: Vec<&Word> = words.iter().filter(|w| !w.neutral).collect();
    let mut out = Meanings::new();
    let mut at = 0;
    while at < words.len() {
        let known = (1..=LONGEST.min(words.len() - at)).rev().find_map(|n| {
            let part: Vec<Word> = words[at..at + n].iter().map(|w| (*w).clone()).collect();
            let forms = &*FORMS;
            let number =
                forms.en.get(&joined(&part, |w| &w.en)).or_else(|| forms.fr.get(&joined(&part, |w| &w.fr)));
            number.map(|number| (n, format!("#{number}")))
        });
        match known {
            Some((n, meaning)) => {
                out.insert(meaning);
                at += n;
            }
            None => {
                let word = words[at];
                if word.text.chars().count() > 1 && !LIGHT.contains(&word.text.as_str()) {
                    out.insert(word.en.clone());
                }
                at += 1;
            }
        }
    }
    out
}

/// Whether all that a phrase says are names of properties the glossary knows.
pub fn is_property(words: &[Word]) -> bool {
    let all = meanings(words);
    !all.is_empty() && all.iter().all(|m| m.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lang: Lang, text: &str) -> Meanings {
        meanings(&Reader::default().words(lang, text))
    }

    #[test]
    fn both_languages_name_the_same_property() {
        for (fr, en) in [
            ("couleur", "product colour"),
            ("longueur du câble", "cable length"),
            ("premier connecteur", "connector 1"),
            ("rendement du toner noir en pages", "black toner page yield"),
            ("taille de l’écran", "display diagonal"),
            ("température de fonctionnement", "operating temperature (T-T)"),
            ("pays d’origine", "country of origin"),
            ("quantité par paquet", "quantity per pack"),
        ] {
            assert_eq!(of(Lang::Fr, fr), of(Lang::En, en), "{fr}");
        }
    }

    #[test]
    fn a_narrower_property_is_another_one() {
        assert_ne!(of(Lang::En, "weight"), of(Lang::En, "package weight"));
        assert_ne!(of(Lang::En, "internal memory"), of(Lang::En, "maximum internal memory"));
    }
}
