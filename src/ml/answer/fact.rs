//! Which fact of a sheet answers: the property asked for must be the fact's own, not a wider or narrower one.

use kit::Lang;

use super::glossary::{self, Meanings, meanings};
use super::sheet::{Meant, Sheet};
use super::words::{Reader, Word};

/// Words at the edge of a thing's name that may belong to the property instead ("cable" in "RCA cable: cable length").
const SHARED: usize = 3;

/// What the sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Places of the facts that answer; several when one property is told twice.
    Facts(Vec<usize>),
    /// No property was asked for.
    Nothing,
    /// A property the sheet does not tell; as it was asked, and places of facts that name something near.
    Unknown { asked: String, near: Vec<usize> },
}

/// The facts of `sheet` that a question asks for, which names the sheet by the run `meant`.
pub fn find(reader: &mut Reader, lang: Lang, question: &[Word], meant: &Meant, sheet: &Sheet) -> Said {
    let labels: Vec<Meanings> = sheet.facts.iter().map(|f| meanings(&reader.words(lang, &f.label))).collect();
    let left: Vec<Word> = question
        .iter()
        .enumerate()
        .filter(|(i, _)| *i < meant.from || *i >= meant.to)
        .map(|(_, w)| w.clone())
        .collect();
    // Single letters are what is left of "a-t-elle".
    if !left.iter().any(|w| !w.neutral && w.text.chars().count() > 1) {
        return Said::Nothing;
    }
    let is = |asked: &Meanings| -> Vec<usize> {
        (0..labels.len()).filter(|i| !labels[*i].is_empty() && labels[*i] == *asked).collect()
    };
    for phrase in phrases(question, meant) {
        let found = is(&meanings(&phrase));
        if !found.is_empty() {
            return Said::Facts(found);
        }
    }
    let asked = meanings(&left);
    let near =
        (0..labels.len()).filter(|i| !asked.is_empty() && asked.is_subset(&labels[*i])).take(3).collect();
    Said::Unknown { asked: spoken(&left), near }
}

/// What is left of the question beside the name, with words of the name's edge: the longest first.
fn phrases(question: &[Word], meant: &Meant) -> Vec<Vec<Word>> {
    let (before, run, after) =
        (&question[..meant.from], &question[meant.from..meant.to], &question[meant.to..]);
    let tells = |words: &[Word]| words.iter().any(|w| !w.neutral);
    let mut out = Vec::new();
    for shared in (0..=SHARED.min(run.len().saturating_sub(1))).rev() {
        // The name's last words, when the property follows it; its first, when it stands before.
        if tells(after) || shared == 0 {
            out.push([before, &run[run.len() - shared..], after].concat());
        }
        if shared > 0 && tells(before) {
            out.push([before, &run[..shared], after].concat());
        }
    }
    out
}

/// The words that tell, as they were written.
fn spoken(words: &[Word]) -> String {
    words
        .iter()
        .filter(|w| !w.neutral && w.text.chars().count() > 1)
        .map(|w| w.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether words name a property at all, of this sheet or of any.
pub fn names_property(reader: &mut Reader, lang: Lang, words: &[Word], sheet: &Sheet) -> bool {
    let asked = meanings(words);
    glossary::is_property(words)
        || sheet.facts.iter().any(|f| meanings(&reader.words(lang, &f.label)) == asked)
}

#[cfg(test)]
mod tests {
    use super::super::sheet::{Fact, recognise};
    use super::*;

    fn cable() -> Sheet {
        let fact = |label: &str, value: &str| Fact { label: label.into(), value: value.into() };
        Sheet {
            title: "C2G RCA Audio Cable 4.57 m Black".into(),
            brand: "C2G".into(),
            codes: vec!["RCA Audio Cable".into()],
            facts: vec![
                fact("cable length", "4.57"),
                fact("product colour", "Black"),
                fact("package weight", "146.0"),
                fact("connector 1", "RCA"),
            ],
            ..Sheet::default()
        }
    }

    fn ask(question: &str) -> Said {
        let mut reader = Reader::default();
        let sheets = [cable()];
        let (words, meant) = recognise(&mut reader, Lang::En, question, &sheets);
        find(&mut reader, Lang::En, &words, &meant[0], &sheets[0])
    }

    #[test]
    fn the_property_is_found_in_either_language_and_beside_a_name_that_shares_its_words() {
        for (question, place) in [
            ("What is the cable length of the C2G RCA Audio Cable?", 0),
            ("C2G RCA Audio Cable: what cable length?", 0),
            ("Je voudrais connaître la longueur du câble de C2G RCA Audio Cable", 0),
            ("Quelle est la couleur du C2G RCA Audio Cable ?", 1),
            ("Peux-tu me donner la premier connecteur pour C2G RCA Audio Cable ?", 3),
        ] {
            assert_eq!(ask(question), Said::Facts(vec![place]), "{question}");
        }
    }

    #[test]
    fn what_the_sheet_does_not_tell_is_not_answered_by_something_near() {
        let said = ask("What is the weight of the C2G RCA Audio Cable?");
        assert_eq!(said, Said::Unknown { asked: "weight".into(), near: vec![2] });
        assert!(matches!(ask("C2G RCA Audio Cable 2m Red: what colour?"), Said::Unknown { .. }));
        assert_eq!(ask("C2G RCA Audio Cable"), Said::Nothing);
    }
}
