//! A question as words: each with its stems in both languages; the words that only frame a question are told apart.

use std::collections::HashSet;

use kit::Lang;

use crate::text::{Stems, fold, is_stop, words};

/// Longest question that is looked at, in characters.
pub const LONGEST: usize = 500;

/// Words that frame a question and say nothing of its subject; folded, in order.
const FRAME: &[&str] = &[
    "about",
    "accept",
    "acceptez",
    "acheter",
    "ai",
    "aimerais",
    "aimerait",
    "all",
    "alors",
    "also",
    "any",
    "article",
    "as",
    "auriez",
    "aussi",
    "avez",
    "avoir",
    "besoin",
    "bien",
    "bonjour",
    "bonsoir",
    "buy",
    "can",
    "cela",
    "celui",
    "ceux",
    "chaque",
    "cherche",
    "chercher",
    "cherchons",
    "combien",
    "comment",
    "compare",
    "comparer",
    "comparez",
    "concernant",
    "connaitre",
    "contain",
    "contains",
    "contiennent",
    "contient",
    "could",
    "dans",
    "details",
    "did",
    "dire",
    "dis",
    "dispose",
    "dites",
    "do",
    "does",
    "donc",
    "donne",
    "donner",
    "donnez",
    "elle",
    "elles",
    "encore",
    "est",
    "etes",
    "etre",
    "every",
    "exact",
    "exactement",
    "exactly",
    "existe",
    "exists",
    "faire",
    "fait",
    "faudrait",
    "faut",
    "find",
    "for",
    "get",
    "give",
    "good",
    "had",
    "has",
    "have",
    "hello",
    "here",
    "hi",
    "how",
    "ici",
    "ils",
    "indique",
    "indiquer",
    "indiquez",
    "info",
    "information",
    "informations",
    "infos",
    "instead",
    "item",
    "jaimerais",
    "know",
    "let",
    "like",
    "looking",
    "lui",
    "many",
    "me",
    "merci",
    "moi",
    "much",
    "my",
    "need",
    "nous",
    "offer",
    "ont",
    "ou",
    "peut",
    "peux",
    "plait",
    "please",
    "plutot",
    "possede",
    "pourrais",
    "pourriez",
    "pouvez",
    "pouvoir",
    "precis",
    "precisement",
    "prend",
    "prendre",
    "product",
    "produit",
    "propos",
    "proposez",
    "puis",
    "quel",
    "quelle",
    "quelles",
    "quels",
    "quoi",
    "rather",
    "really",
    "recherche",
    "regarding",
    "sais",
    "salut",
    "sauriez",
    "savez",
    "savoir",
    "sell",
    "selling",
    "sells",
    "sera",
    "serai",
    "show",
    "si",
    "sinon",
    "some",
    "sont",
    "souhaite",
    "souhaiterais",
    "still",
    "stp",
    "sujet",
    "svp",
    "take",
    "takes",
    "tell",
    "thank",
    "thanks",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "tous",
    "tout",
    "toute",
    "trouve",
    "trouver",
    "use",
    "utilisez",
    "vendez",
    "vendre",
    "vends",
    "veut",
    "veux",
    "voir",
    "voudrais",
    "voudrait",
    "vouloir",
    "want",
    "was",
    "we",
    "what",
    "whats",
    "when",
    "where",
    "which",
    "who",
    "will",
    "would",
];

/// A word of a question or of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub fr: String,
    pub en: String,
    /// Frames the question or joins words.
    pub neutral: bool,
}

impl Word {
    pub fn has_digit(&self) -> bool {
        self.text.bytes().any(|b| b.is_ascii_digit())
    }

    /// The same word, in the forms of either language.
    pub fn is(&self, other: &Word) -> bool {
        self.text == other.text || (!self.has_digit() && (self.fr == other.fr || self.en == other.en))
    }
}

/// Splits texts into words and remembers stems.
pub struct Reader {
    fr: Stems,
    en: Stems,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader { fr: Stems::new(Lang::Fr), en: Stems::new(Lang::En) }
    }
}

impl Reader {
    /// The words of a text, units read as the language writes them.
    pub fn words(&mut self, lang: Lang, text: &str) -> Vec<Word> {
        words(lang, text).into_iter().map(|w| self.word(w)).collect()
    }

    fn word(&mut self, text: String) -> Word {
        let neutral = is_neutral(&text);
        Word { fr: self.fr.stem(&text), en: self.en.stem(&text), text, neutral }
    }
}

/// Whether a folded word frames or joins only.
pub fn is_neutral(word: &str) -> bool {
    is_stop(Lang::Fr, word) || is_stop(Lang::En, word) || FRAME.binary_search(&word).is_ok()
}

/// The words of a text in the forms of both languages, to ask whether a word is among them.
#[derive(Debug, Clone, Default)]
pub struct Bag(HashSet<String>);

impl Bag {
    pub fn of<'a>(words: impl IntoIterator<Item = &'a Word>) -> Bag {
        let mut bag = Bag::default();
        words.into_iter().for_each(|w| bag.add(w));
        bag
    }

    pub fn add(&mut self, word: &Word) {
        for form in [&word.text, &word.fr, &word.en] {
            if !self.0.contains(form) {
                self.0.insert(form.clone());
            }
        }
    }

    pub fn has(&self, word: &Word) -> bool {
        self.0.contains(&word.text)
            || (!word.has_digit() && (self.0.contains(&word.fr) || self.0.contains(&word.en)))
    }
}

/// One line without characters that cannot be seen (controls, directions, tags), cut to the longest length.
pub fn clean(text: &str) -> String {
    let seen = |c: char| match c {
        c if c.is_control() => Some(' '),
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{ad}' => None,
        '\u{e0000}'..='\u{e0fff}' | '\u{fe00}'..='\u{fe0f}' => None,
        c => Some(c),
    };
    let line: String = text.chars().filter_map(seen).collect();
    kit::text::one_line(&line, LONGEST)
}

/// Marks of each language among the frame and stop words; other words say nothing of the language.
const FRENCH: &[&str] = &[
    "au",
    "aux",
    "avec",
    "avez",
    "ce",
    "ces",
    "cette",
    "combien",
    "comment",
    "couleur",
    "dans",
    "de",
    "des",
    "du",
    "elle",
    "en",
    "est",
    "et",
    "il",
    "je",
    "la",
    "le",
    "les",
    "livrez",
    "ma",
    "mes",
    "moins",
    "mon",
    "ne",
    "nous",
    "ou",
    "par",
    "pas",
    "peut",
    "peux",
    "plus",
    "pour",
    "pourquoi",
    "prix",
    "quand",
    "que",
    "quel",
    "quelle",
    "quelles",
    "quels",
    "qui",
    "quoi",
    "sans",
    "sont",
    "suis",
    "sur",
    "tu",
    "un",
    "une",
    "vous",
    "votre",
    "vos",
    "puis",
    "faut",
    "bonjour",
    "merci",
    "cherche",
    "commande",
    "livraison",
    "retour",
];
const ENGLISH: &[&str] = &[
    "a", "about", "and", "any", "are", "at", "can", "cheaper", "color", "colour", "delivery", "do", "does",
    "for", "from", "have", "hello", "how", "i", "in", "is", "it", "less", "me", "much", "my", "need", "not",
    "of", "or", "order", "price", "return", "shipping", "tell", "than", "thanks", "that", "the", "there",
    "this", "to", "under", "want", "what", "when", "where", "which", "with", "without", "you", "your",
];

/// The language a question speaks; the reader's when it does not tell.
pub fn language(reader: Lang, text: &str) -> Lang {
    let accents = text.chars().filter(|c| "àâçéèêëîïôùûœÀÉÈÊÇ".contains(*c)).count();
    let folded = fold(text);
    let (mut fr, mut en) = (accents, 0);
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        fr += usize::from(FRENCH.contains(&word));
        en += usize::from(ENGLISH.contains(&word));
    }
    match fr.cmp(&en) {
        std::cmp::Ordering::Greater => Lang::Fr,
        std::cmp::Ordering::Less => Lang::En,
        std::cmp::Ordering::Equal => reader,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_in_its_own_language() {
        assert_eq!(language(Lang::Fr, "What is the weight of the Barista?"), Lang::En);
        assert_eq!(language(Lang::En, "Quel est le poids de la Barista ?"), Lang::Fr);
        assert_eq!(language(Lang::En, "Barista"), Lang::En);
    }

    #[test]
    fn what_cannot_be_seen_is_taken_out() {
        assert_eq!(clean("poids\u{200b}\u{e0041} de\u{202e}\nla  Barista\0"), "poids de la Barista");
        assert_eq!(clean(&"a".repeat(10_000)).len(), LONGEST);
    }

    #[test]
    fn plural_and_case_do_not_matter_and_codes_do() {
        let mut reader = Reader::default();
        let bag = Bag::of(&reader.words(Lang::Fr, "Cafetières isothermes 12A"));
        let asked = reader.words(Lang::Fr, "cafetière isotherme 12B");
        assert_eq!(asked.iter().map(|w| bag.has(w)).collect::<Vec<_>>(), [true, true, false]);
    }
}
