//! Which things fit a description: the words wanted, and what must not be ("qui ne coule pas", "sans parfum").
//!
//! A thing that says nothing of what must not be is not taken for one that keeps the promise: the answer tells them apart.

use kit::Lang;

use super::excerpt::sentences;
use super::sheet::Sheet;
use super::words::{Bag, Reader, Word};

/// A description.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wish {
    pub wanted: Vec<Word>,
    /// Place of the word that names the thing: the first in French, the last before "for" or "with" in English.
    pub head: usize,
    /// What must not be, each as its telling words.
    pub without: Vec<Vec<Word>>,
}

/// What a sheet says of something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// That it is not; the sentence.
    No(String),
    /// That it is; the sentence.
    Yes(String),
    Nothing,
}

/// How a sheet fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Part of the words wanted that it has.
    pub has: f32,
    /// The thing is of the kind: the word that names it stands in its title or category.
    pub kind: bool,
    pub without: Vec<Says>,
}

impl Fit {
    /// Says that it has what must not be.
    pub fn is_against(&self) -> bool {
        self.without.iter().any(|s| matches!(s, Says::Yes(_)))
    }

    /// Says so of everything that must not be.
    pub fn is_promised(&self) -> bool {
        self.without.iter().all(|s| matches!(s, Says::No(_)))
    }
}

/// Words that deny what follows.
const DENY: &[&str] = &[
    "ne", "n", "sans", "without", "doesn", "don", "won", "isn", "not", "no", "never", "jamais", "aucun",
    "aucune", "non", "anti", "zero", "cannot",
];
/// End of what is denied.
const ENDS: &[&str] = &[
    "et", "mais", "qui", "pour", "avec", "que", "dont", "ou", "and", "but", "that", "which", "with", "for",
    "or", "a", "sur", "on", "in", "dans", "au", "aux",
];
/// Words of one meaning where it is denied; folded beginnings of words.
const ALIKE: &[&[&str]] = &[
    &["coul", "goutt", "fui", "fuit", "degoulin", "debord", "leak", "drip", "spill"],
    &["bruy", "bruit", "nois", "loud", "ronfl"],
    &["gratt", "piqu", "irrit", "itch", "scratch"],
    &["gliss", "derap", "slip", "skid"],
    &["cass", "bris", "break", "snap"],
    &["retrec", "shrink"],
    &["froiss", "repass", "crease", "iron", "wrinkl"],
    &["brul", "burn", "scald"],
    &["coll", "adh", "stick"],
    &["parfum", "fragranc", "scent", "perfum"],
    &["sucr", "sugar"],
    &["fil", "wireless", "cordless"],
    &["rouill", "rust"],
    &["tach", "stain"],
];
/// Words before which a denial still holds, in a sentence.
const REACH: usize = 4;
/// Words denied at most.
const DENIED: usize = 3;

/// Words that say why and not what.
const GIFT: &[&str] = &[
    "cadeau",
    "cadeaux",
    "gift",
    "gifts",
    "idee",
    "idees",
    "idea",
    "ideas",
    "chose",
    "something",
    "quelque",
    "meilleur",
    "meilleure",
    "best",
];

/// Reads a description: what is left of a question without its prices.
pub fn read(reader: &mut Reader, lang: Lang, text: &str) -> Wish {
    let words = reader.words(lang, text);
    let mut out = Wish::default();
    let mut at = 0;
    let mut closed = false;
    while at < words.len() {
        let word = &words[at];
        let denies = DENY.contains(&word.text.as_str())
            || (word.text == "pas"
                && words.get(at + 1).is_some_and(|w| matches!(w.text.as_str(), "de" | "d" | "trop")));
        if denies {
            let mut denied = Vec::new();
            at += 1;
            while at < words.len() && denied.len() < DENIED && !ENDS.contains(&words[at].text.as_str()) {
                if !words[at].neutral
                    && words[at].text.chars().count() > 1
                    && !matches!(words[at].text.as_str(), "plus" | "jamais" | "trop")
                {
                    denied.push(words[at].clone());
                }
                at += 1;
            }
            if !denied.is_empty() {
                out.without.push(denied);
            }
            continue;
        }
        // A gift card is a thing.
        let card = words.get(at + 1).is_some_and(|w| w.text.starts_with("card"));
        if !word.neutral && word.text.chars().count() > 1 && (card || !GIFT.contains(&word.text.as_str())) {
            if lang == Lang::En && !closed {
                out.head = out.wanted.len();
            }
            out.wanted.push(word.clone());
        } else if !out.wanted.is_empty() {
            closed = true;
        }
        at += 1;
    }
    out
}

/// How a sheet fits a description.
pub fn fit(reader: &mut Reader, lang: Lang, wish: &Wish, sheet: &Sheet) -> Fit {
    let names = format!("{} {} {}", sheet.title, sheet.brand, sheet.category);
    let facts: String = sheet.facts.iter().map(|f| format!("{} {} ", f.label, f.value)).collect();
    let named = Bag::of(&reader.words(lang, &names));
    let mut all = named.clone();
    reader.words(lang, &format!("{facts} {}", sheet.text)).iter().for_each(|w| all.add(w));
    let has = wish.wanted.iter().filter(|w| all.has(w)).count();
    let told: Vec<String> = std::iter::once(sheet.title.clone())
        .chain(sheet.facts.iter().map(|f| format!("{} : {}", f.label, f.value)))
        .chain(sentences(&sheet.text))
        .collect();
    Fit {
        has: if wish.wanted.is_empty() { 1.0 } else { has as f32 / wish.wanted.len() as f32 },
        kind: wish.wanted.is_empty() || wish.wanted.get(wish.head).is_some_and(|w| named.has(w)),
        without: wish.without.iter().map(|denied| says(reader, lang, denied, &told)).collect(),
    }
}

/// What the sentences say of something.
fn says(reader: &mut Reader, lang: Lang, denied: &[Word], told: &[String]) -> Says {
    let mut contrary = None;
    for sentence in told {
        let words = reader.words(lang, sentence);
        let Some(at) = words.iter().position(|w| denied.iter().any(|d| alike(d, w))) else { continue };
        let before = &words[at.saturating_sub(REACH)..at];
        let after = words.get(at + 1);
        let denies = before.iter().any(|w| DENY.contains(&w.text.as_str()))
            || after.is_some_and(|w| matches!(w.text.as_str(), "free" | "pas"))
            || matches!(words[at].text.as_str(), "wireless" | "cordless");
        if denies {
            return Says::No(sentence.clone());
        }
        contrary.get_or_insert_with(|| sentence.clone());
    }
    contrary.map_or(Says::Nothing, Says::Yes)
}

fn alike(a: &Word, b: &Word) -> bool {
    let in_group = |word: &Word, group: &[&str]| group.iter().any(|g| word.text.starts_with(g));
    a.is(b) || ALIKE.iter().any(|group| in_group(a, group) && in_group(b, group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(wish: &str, text: &str) -> Fit {
        let mut reader = Reader::default();
        let wish = read(&mut reader, Lang::Fr, wish);
        let sheet = Sheet { title: "Cafetière Matin".into(), text: text.into(), ..Sheet::default() };
        fit(&mut reader, Lang::Fr, &wish, &sheet)
    }

    #[test]
    fn what_must_not_be_is_looked_for_in_what_the_sheet_says() {
        let keeps = judge(
            "une cafetiere qui ne coule pas",
            "Chaude longtemps. Le bec verse sans goutter sur la nappe.",
        );
        assert_eq!(keeps.without, [Says::No("Le bec verse sans goutter sur la nappe.".into())]);
        assert!(keeps.is_promised() && keeps.kind && keeps.has > 0.99);
        assert!(judge("une cafetiere qui ne coule pas", "Elle goutte un peu.").is_against());
        let silent = judge("une cafetiere sans plastique", "En inox.");
        assert!(!silent.is_against() && !silent.is_promised());
    }

    #[test]
    fn what_is_wanted_may_stand_anywhere() {
        assert!(judge("une cafetière isotherme", "Verseuse isotherme.").has > 0.99);
        assert!(judge("une trottinette électrique", "Résistance électrique.").has < 0.6);
    }
}
