//! Which thing a question means: a sheet is recognised by its names, and only when they are really said.
//!
//! A question about something the shop does not have looks very much like a question about its neighbour on the shelf.
//! So a sheet is meant only where a run of the question's words is made of its names alone, and that run holds one of its
//! codes whole, or most of its title. A word left over that is no property of it (another size, another model number)
//! speaks against it; see [`super::fact`].

use kit::Lang;

use super::words::{Bag, Reader, Word};
use crate::text::fold;

/// One fact: what is named, and what is said of it. Shown as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// A thing with names, facts and a text, in one language.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    pub id: i64,
    pub title: String,
    pub brand: String,
    /// References, model names, bar codes.
    pub codes: Vec<String>,
    pub category: String,
    pub facts: Vec<Fact>,
    pub text: String,
}

/// How well a sheet is meant.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Meant {
    /// Place in the list of sheets given.
    pub sheet: usize,
    /// A code stands whole in the question.
    pub code: bool,
    /// Said clearly enough to speak of it alone.
    pub sure: bool,
    /// Telling words said of it.
    pub words: usize,
    /// Part of the title that was said.
    pub cover: f32,
    /// How much was said of it at all; codes count more.
    pub said: f32,
    /// The run of words that names it.
    pub from: usize,
    pub to: usize,
}

/// Part of the title from which on it is the title.
const WHOLE: f32 = 0.9;
/// Less than this may be any thing of its kind.
const LEAST: f32 = 0.1;
/// People call things by few words ("the Matin coffee maker"); who says more reads from a label, and means that thing.
const INFORMAL: usize = 3;
/// A code of fewer letters must stand beside the brand.
const OWN_CODE: usize = 5;

/// The words a sheet goes by.
struct Names {
    bag: Bag,
    title: Vec<Word>,
    brand: Vec<Word>,
    codes: Vec<Vec<Word>>,
}

fn telling(words: Vec<Word>) -> Vec<Word> {
    words.into_iter().filter(|w| !w.neutral).collect()
}

fn names(reader: &mut Reader, lang: Lang, question: &str, sheet: &Sheet) -> Names {
    let title = telling(reader.words(lang, &sheet.title));
    let brand = telling(reader.words(lang, &sheet.brand));
    // Words do not keep a sign, and ED+3 is not ED-3.
    let signed = question.contains('+');
    let codes = sheet.codes.iter().filter(|c| signed || !c.contains('+'));
    let codes: Vec<Vec<Word>> = codes.map(|c| telling(reader.words(lang, c))).collect();
    let mut bag = Bag::of(&title);
    brand.iter().chain(codes.iter().flatten()).for_each(|w| bag.add(w));
    Names { bag, title, brand, codes: codes.into_iter().filter(|c| !c.is_empty()).collect() }
}

/// How a question means a sheet; `None` when it does not.
fn meant(names: &Names, question: &[Word], sheet: usize) -> Option<Meant> {
    let mut best: Option<Meant> = None;
    let mut at = 0;
    while at < question.len() {
        if question[at].neutral || !names.bag.has(&question[at]) {
            at += 1;
            continue;
        }
        let mut to = at;
        let mut end = at;
        while end < question.len() && (question[end].neutral || names.bag.has(&question[end])) {
            if !question[end].neutral {
                to = end;
            }
            end += 1;
        }
        let run = judge(names, question, sheet, at, to + 1);
        if best.is_none_or(|b| (run.code, run.said, run.cover) > (b.code, b.said, b.cover)) {
            best = Some(run);
        }
        at = end;
    }
    best.filter(|b| b.code || b.cover >= LEAST)
}

fn judge(names: &Names, question: &[Word], sheet: usize, from: usize, to: usize) -> Meant {
    let run: Vec<&Word> = question[from..to].iter().filter(|w| !w.neutral).collect();
    let said_by = |word: &Word| run.iter().any(|r| r.is(word));
    let weight = |w: &Word| if w.has_digit() { 2.0 } else { 1.0 };
    // The brand is said in passing: it tells nothing between two things of one maker.
    let own: Vec<&Word> = names.title.iter().filter(|t| !names.brand.iter().any(|b| b.is(t))).collect();
    let all: f32 = own.iter().map(|w| weight(w)).sum();
    let covered: f32 = own.iter().filter(|w| said_by(w)).map(|w| weight(w)).sum();
    let branded = names.brand.iter().all(said_by);
    let whole = |code: &Vec<Word>| {
        let letters: usize = code.iter().map(|w| w.text.len()).sum();
        let stands = run.windows(code.len()).any(|w| w.iter().zip(code).all(|(a, b)| a.text == b.text));
        let telling = letters >= OWN_CODE && code.iter().any(Word::has_digit);
        stands && (branded || telling)
    };
    let longest = names.codes.iter().filter(|c| whole(c)).map(|c| c.len()).max();
    Meant {
        sheet,
        code: longest.is_some(),
        sure: longest.is_some() || (all > 0.0 && covered / all >= WHOLE),
        words: run.len(),
        cover: if all > 0.0 { covered / all } else { 0.0 },
        said: run.iter().map(|w| weight(w)).sum::<f32>() + longest.unwrap_or(0) as f32 * 0.1,
        from,
        to,
    }
}

/// The sheets a question may mean, best first.
pub fn recognise(
    reader: &mut Reader,
    lang: Lang,
    question: &str,
    sheets: &[Sheet],
) -> (Vec<Word>, Vec<Meant>) {
    let mut words = reader.words(lang, question);
    // "How long is the warranty" means no long coat.
    if fold(question).contains("how long") {
        words.iter_mut().filter(|w| w.text == "long").for_each(|w| w.neutral = true);
    }
    let names: Vec<Names> = sheets.iter().map(|s| names(reader, lang, question, s)).collect();
    let mut out: Vec<Meant> = names.iter().enumerate().filter_map(|(i, n)| meant(n, &words, i)).collect();
    // Most words first; of as many words the shorter title, which they cover better.
    out.sort_by(|a, b| b.sure.cmp(&a.sure).then(b.said.total_cmp(&a.said)).then(b.cover.total_cmp(&a.cover)));
    // A short name that fits one thing alone means it; a brand beside the kind of thing ("Brother AC adapter") is no name.
    let rival = out.get(1).map_or(0.0, |m| m.said);
    if let Some(first) = out.first_mut()
        && first.words <= INFORMAL
        && first.said > rival
        && words[first.from..first.to].iter().any(|w| is_own(&names, first.sheet, w))
    {
        first.sure = true;
    }
    (words, out)
}

/// Whether a word besides the brand is said of one sheet and of no other.
fn is_own(names: &[Names], sheet: usize, word: &Word) -> bool {
    !word.neutral
        && !names[sheet].brand.iter().any(|b| b.is(word))
        && names.iter().enumerate().all(|(i, n)| i == sheet || !n.bag.has(word))
}

/// What to search for, to find the sheets a question may mean: all its telling words; those that name no property; its
/// codes. The words as they stand, so that a search of either language reads them.
pub fn searches(reader: &mut Reader, lang: Lang, question: &str) -> Vec<String> {
    let words = telling(reader.words(lang, question));
    let joined = |words: Vec<&Word>| words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    let things = words.iter().filter(|w| !super::glossary::is_property(std::slice::from_ref(w))).collect();
    let codes = words.iter().filter(|w| w.has_digit()).collect();
    let mut out: Vec<String> = Vec::new();
    for text in [joined(things), joined(words.iter().collect()), joined(codes)] {
        if !text.is_empty() && !out.contains(&text) {
            out.push(text);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(title: &str, brand: &str, codes: &[&str]) -> Sheet {
        Sheet {
            title: title.into(),
            brand: brand.into(),
            codes: codes.iter().map(|c| c.to_string()).collect(),
            ..Sheet::default()
        }
    }

    fn first(question: &str, sheets: &[Sheet]) -> Option<(usize, bool)> {
        let (_, meant) = recognise(&mut Reader::default(), Lang::En, question, sheets);
        meant.first().map(|m| (m.sheet, m.sure))
    }

    #[test]
    fn a_code_beside_its_brand_names_the_thing() {
        let sheets = [
            sheet("HP LaserJet P2055d 1200 x 1200 DPI A4", "HP", &["P2055d"]),
            sheet("HP LaserJet P2055dn 1200 x 1200 DPI A4", "HP", &["P2055dn"]),
        ];
        assert_eq!(first("What is the weight of the HP P2055dn?", &sheets), Some((1, true)));
        assert!(!first("HP P2055x : couleur ?", &sheets).map(|f| f.1).unwrap_or_default());
    }

    #[test]
    fn most_of_a_title_names_it_and_one_common_word_does_not() {
        let sheets = [
            sheet("Barista espresso machine", "Torrea", &[]),
            sheet("Matin filter coffee maker, 12 cups", "Ondine", &[]),
            sheet("Soir filter coffee maker, 6 cups", "Ondine", &[]),
        ];
        assert_eq!(first("how heavy is the Barista espresso machine", &sheets), Some((0, true)));
        assert_eq!(first("how heavy is the Matin coffee maker", &sheets), Some((1, true)));
        assert_eq!(first("how heavy is the coffee maker", &sheets).map(|f| f.1), Some(false));
        let adapters =
            [sheet("AC adapter for label printers", "Brother", &[]), sheet("Car AC adapter", "Torrea", &[])];
        assert_eq!(
            first("what fits the Brother AC adapter", &adapters).map(|f| f.1),
            Some(false),
            "that may be another"
        );
        assert_eq!(first("what fits the label printers adapter", &adapters), Some((0, true)));
        assert_eq!(first("do you deliver to Belgium", &sheets), None);
    }
}
