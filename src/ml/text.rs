//! From a text to words: folded, split, elided, with units joined to their numbers; and from words to stems.
//!
//! A word is what a person would call the same word however it is typed: `L’Écran 16 Go` gives `ecran` and `16gb`.
//! Words are kept for the speller and for what people read; the index holds stems.

mod fold;
mod stem;
mod stop;
mod units;

pub use fold::fold;
pub use stem::Stems;
pub use stop::is_stop;
pub use units::{all as units, measure};

use kit::Lang;

/// Words longer than this are no words.
const LONGEST: usize = 40;

/// The words of a text in order. Numbers keep their unit (`16gb`), fractions and decimals stay whole (`1/2`, `2.5`).
pub fn words(lang: Lang, text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut out: Vec<String> = Vec::with_capacity(folded.len() / 6 + 1);
    let chars: Vec<char> = folded.chars().collect();
    let mut i = 0;
    // Where the word before ended.
    let mut ended = 0;
    while i < chars.len() {
        if !starts_word(&chars, i) {
            i += 1;
            continue;
        }
        let start = i;
        i += 1;
        while i < chars.len() && (chars[i].is_alphanumeric() || joins(&chars, i)) {
            i += 1;
        }
        let word: String = chars[start..i].iter().map(|c| if *c == ',' { '.' } else { *c }).collect();
        if chars.get(i) == Some(&'\'') && units::is_elided(lang, &word) {
            i += 1;
            continue;
        }
        let mark = chars.get(i).copied().filter(|_| word.ends_with(|c: char| c.is_ascii_digit()));
        push(lang, &mut out, word);
        // 1-1/4 in. and 1 1/4 in. are one number.
        if start == ended + 1 && matches!(chars[ended], '-' | ' ') {
            units::mixed(&mut out);
        }
        units::without_times(&mut out);
        ended = i;
        if let Some(unit) = mark.and_then(units::of_mark) {
            units::join(lang, &mut out, unit);
        }
    }
    out.retain(|w| w.len() <= LONGEST);
    out
}

/// `.5` starts with its point.
fn starts_word(chars: &[char], i: usize) -> bool {
    chars[i].is_alphanumeric()
        || (chars[i] == '.'
            && chars.get(i + 1).is_some_and(char::is_ascii_digit)
            && (i == 0 || chars[i - 1].is_whitespace()))
}

/// A point, comma or stroke between digits belongs to the number.
fn joins(chars: &[char], i: usize) -> bool {
    matches!(chars[i], '.' | ',' | '/')
        && chars[i - 1].is_ascii_digit()
        && chars.get(i + 1).is_some_and(char::is_ascii_digit)
}

fn push(lang: Lang, out: &mut Vec<String>, word: String) {
    // The second half of 4'x8'.
    if let Some(rest) = word.strip_prefix('x').filter(|r| measure(r).is_some())
        && out.last().is_some_and(|before| measure(before).is_some())
    {
        return push(lang, out, rest.to_string());
    }
    // 2x4 and 10x15cm are sizes: their numbers are what counts.
    if let Some(parts) = units::sizes(&word) {
        for part in parts {
            push(lang, out, part);
        }
        return;
    }
    if let Some(whole) = units::canonical(lang, &word) {
        out.push(whole);
    } else if !(units::is_unit(lang, &word) && units::join(lang, out, &word)) {
        out.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fr(text: &str) -> String {
        words(Lang::Fr, text).join(" ")
    }

    fn en(text: &str) -> String {
        words(Lang::En, text).join(" ")
    }

    #[test]
    fn accents_ligatures_and_capitals_do_not_matter() {
        assert_eq!(fr("Œuf d’Été À l'ÉCRAN"), "oeuf ete a ecran");
        assert_eq!(fr("aujourd'hui"), "aujourd hui");
        assert_eq!(en("Men’s jeans"), "men s jeans");
    }

    #[test]
    fn units_join_their_number_however_they_are_written() {
        assert_eq!(fr("16 go"), fr("16Go"));
        assert_eq!(fr("16 Go"), "16gb");
        assert_eq!(en("16 GB"), "16gb");
        assert_eq!(fr("écran 15,6 pouces"), "ecran 15.6in");
        assert_eq!(en("15.6\" screen"), "15.6in screen");
        assert_eq!(en("6 ft. ladder"), "6ft ladder");
        assert_eq!(fr("1,5 litre"), "1.5l");
        assert_eq!(en("2x4"), "2 4");
        assert_eq!(en("1/2 in. x 3/4 in."), "1/2in 3/4in");
        assert_eq!(en("4'x8' plywood"), "4ft 8ft plywood");
        assert_eq!(en("4 ft. x 8 ft."), en("4'x8'"));
        assert_eq!(en("1-1/4 in."), "1-1/4in");
        assert_eq!(en("1 1/4\" elbow"), "1-1/4in elbow");
        assert_eq!(en("1 24/7 help"), "1 24/7 help");
        assert_eq!(en("model x 4"), "model x 4");
    }

    #[test]
    fn codes_stay_recognisable() {
        assert_eq!(en("HP dv7-1211ea"), "hp dv7 1211ea");
        assert_eq!(fr("réf. TOR-1001-INOX"), "ref tor 1001 inox");
    }

    #[test]
    fn strange_input_gives_words_or_nothing() {
        assert_eq!(fr("% _ ' \" & () \0"), "");
        assert_eq!(fr("москва 東京"), "москва 東京");
        assert!(words(Lang::Fr, &"a".repeat(10_000)).is_empty());
    }
}
