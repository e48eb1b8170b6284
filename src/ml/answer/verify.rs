//! Whether a written answer says only what the facts say: every number in it stands in them, and most of its words do.
//!
//! A model of language may be fluent and wrong; figures are where that costs money. A number that the facts do not hold,
//! in figures or in words, withholds the answer.

use std::collections::BTreeSet;

use kit::Lang;

use super::glossary::is_property;
use super::words::{Bag, Reader, Word};
use crate::text::fold;

/// Part of the telling words that must stand in the facts or in the question.
const SUPPORTED: f32 = 0.6;
/// Longest answer taken over.
const LONGEST: usize = 1_500;

/// Why an answer is withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withheld {
    Empty,
    TooLong,
    /// A number that no fact holds.
    Number(String),
    /// An address, mark or code that does not belong into an answer.
    Foreign(String),
    /// Too many words that come from nowhere.
    Unsupported,
    /// Something that is not the caller's to promise.
    Promise,
}

/// Checks a text against the facts it was made from and the question; the question's numbers support nothing.
pub fn check(lang: Lang, answer: &str, facts: &[String], question: &str) -> Result<(), Withheld> {
    let text = answer.trim();
    if text.is_empty() {
        return Err(Withheld::Empty);
    }
    if text.chars().count() > LONGEST {
        return Err(Withheld::TooLong);
    }
    let folded = fold(text);
    for mark in ["http", "www.", "](", "<", "![", "system prompt", "consignes", "instructions:"] {
        if folded.contains(mark) {
            return Err(Withheld::Foreign(mark.to_string()));
        }
    }
    for promise in
        ["code promo", "promo code", "coupon", "remise de", "discount of", "je vous offre", "i can offer you"]
    {
        if folded.contains(promise) && !facts.iter().any(|f| fold(f).contains(promise)) {
            return Err(Withheld::Promise);
        }
    }
    let known: BTreeSet<String> = facts.iter().flat_map(|f| numbers(f)).collect();
    if let Some(number) = numbers(text).into_iter().find(|n| !known.contains(n)) {
        return Err(Withheld::Number(number));
    }
    let mut reader = Reader::default();
    let mut bag = Bag::default();
    for fact in facts.iter().map(String::as_str).chain([question]) {
        reader.words(lang, fact).iter().for_each(|w| bag.add(w));
    }
    // Numbers were looked at above; that something "weighs" or "costs" needs no proof but its number.
    let tells = |w: &Word| !w.neutral && w.text.len() > 2 && !w.has_digit();
    let telling: Vec<Word> = reader.words(lang, text).into_iter().filter(tells).collect();
    let held = telling.iter().filter(|w| bag.has(w) || is_property(std::slice::from_ref(w))).count();
    if (held as f32) < telling.len() as f32 * SUPPORTED {
        return Err(Withheld::Unsupported);
    }
    Ok(())
}

/// Numbers of a text in one form: `1 450`, `1,450` and `1450` are one, `9,0` and `9` too; written-out ones in figures.
pub fn numbers(text: &str) -> Vec<String> {
    let chars: Vec<char> = fold(text).replace(['\u{a0}', '\u{202f}'], " ").chars().collect();
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let mut number = String::new();
        loop {
            let group = number.len();
            while digit(at) {
                number.push(chars[at]);
                at += 1;
            }
            let short = number.len() - group <= 3 && !number.contains('.');
            let three = digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4);
            match chars.get(at) {
                Some(' ' | ',') if three && short => at += 1,
                Some('.' | ',') if digit(at + 1) && !number.contains('.') => {
                    number.push('.');
                    at += 1;
                }
                _ => break,
            }
        }
        out.push(tidy(&number));
    }
    let words: Vec<String> = fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_string)
        .collect();
    out.extend(
        words.iter().filter_map(|w| WRITTEN.iter().find(|(form, _)| form == w)).map(|(_, n)| n.to_string()),
    );
    out
}

/// Without leading zeros, and without zeros at the end of a fraction.
fn tidy(number: &str) -> String {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_string() } else { format!("{whole}.{part}") }
}

/// Numbers in words that figures are often written as; "un" and "one" are articles too and are left out.
const WRITTEN: &[(&str, &str)] = &[
    ("deux", "2"),
    ("two", "2"),
    ("trois", "3"),
    ("three", "3"),
    ("quatre", "4"),
    ("four", "4"),
    ("cinq", "5"),
    ("five", "5"),
    ("six", "6"),
    ("sept", "7"),
    ("seven", "7"),
    ("huit", "8"),
    ("eight", "8"),
    ("neuf", "9"),
    ("nine", "9"),
    ("dix", "10"),
    ("ten", "10"),
    ("onze", "11"),
    ("eleven", "11"),
    ("douze", "12"),
    ("twelve", "12"),
    ("treize", "13"),
    ("quatorze", "14"),
    ("fourteen", "14"),
    ("quinze", "15"),
    ("fifteen", "15"),
    ("seize", "16"),
    ("vingt", "20"),
    ("twenty", "20"),
    ("trente", "30"),
    ("thirty", "30"),
    ("quarante", "40"),
    ("forty", "40"),
    ("cinquante", "50"),
    ("fifty", "50"),
    ("soixante", "60"),
    ("sixty", "60"),
    ("cent", "100"),
    ("hundred", "100"),
    ("mille", "1000"),
    ("thousand", "1000"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Vec<String> {
        vec!["Machine Barista : prix 1 249,90 € ; en stock 7 ; poids 9,0 kg ; garantie deux ans.".to_string()]
    }

    #[test]
    fn numbers_have_one_form() {
        assert_eq!(numbers("1 249,90 €, 1,450 W, 9,0 kg, 2.50"), ["1249.9", "1450", "9", "2.5"]);
        assert_eq!(numbers("quinze jours"), ["15"]);
    }

    #[test]
    fn an_answer_made_of_the_facts_passes() {
        let answer = "La machine Barista coûte 1 249,90 € et pèse 9 kg ; sa garantie est de 2 ans.";
        assert_eq!(check(Lang::Fr, answer, &facts(), "prix et poids de la Barista, coûte pèse ?"), Ok(()));
    }

    #[test]
    fn wrong_prices_addresses_and_inventions_are_withheld() {
        for (answer, why) in [
            ("La Barista coûte 1 €.", Withheld::Number("1".into())),
            ("La Barista coûte 1 249,90 €, reste 12 en stock.", Withheld::Number("12".into())),
            ("La machine Barista : voir http://evil.example", Withheld::Foreign("http".into())),
            (
                "Bien sûr, chaque lundi notre chef parisien forme gratuitement vos équipes de baristas.",
                Withheld::Unsupported,
            ),
            ("La Barista avec un code promo pour vous.", Withheld::Promise),
            ("", Withheld::Empty),
        ] {
            assert_eq!(check(Lang::Fr, answer, &facts(), "la Barista ?"), Err(why), "{answer}");
        }
    }
}
