//! A question in the other language: for each of its words those that may stand for it.

use std::collections::HashMap;
use std::sync::LazyLock;

use kit::Lang;

use crate::answer::words::is_neutral;
use crate::bilingual;
use crate::text::{Stems, words};

/// Words of customer service, English = French, forms by commas.
const HOUSE: &str = include_str!("house.txt");
/// The word itself, where both languages may write it alike.
const AS_WRITTEN: f32 = 0.6;

/// Stem to the words of the other language.
struct House {
    to_french: HashMap<String, Vec<String>>,
    to_english: HashMap<String, Vec<String>>,
}

static WRITTEN: LazyLock<House> = LazyLock::new(|| {
    let (mut fr, mut en) = (Stems::new(Lang::Fr), Stems::new(Lang::En));
    let mut out = House { to_french: HashMap::new(), to_english: HashMap::new() };
    for line in HOUSE.lines().filter(|l| !l.starts_with('#')) {
        let Some((english, french)) = line.split_once('=') else { continue };
        let split =
            |lang: Lang, s: &str| -> Vec<String> { s.split(',').map(|p| words(lang, p).join(" ")).collect() };
        let (english, french) = (split(Lang::En, english), split(Lang::Fr, french));
        for (from, to, stems, table) in [
            (&english, &french, &mut en, &mut out.to_french),
            (&french, &english, &mut fr, &mut out.to_english),
        ] {
            for form in from.iter().filter(|f| !f.contains(' ')) {
                table.entry(stems.stem(form)).or_default().extend(to.iter().cloned());
            }
        }
    }
    out
});

/// For each telling word of a question in the other language, words of `lang` that may stand for it.
pub fn translated(lang: Lang, question: &str) -> Vec<Vec<(String, f32)>> {
    let other = lang.other();
    let mut stems = Stems::new(other);
    let table = lang.pick(&WRITTEN.to_french, &WRITTEN.to_english);
    let mut out: Vec<Vec<(String, f32)>> = Vec::new();
    for part in bilingual::translate(other, question) {
        if is_neutral(&part.text) {
            continue;
        }
        let mut forms: Vec<(String, f32)> = vec![(part.text.clone(), AS_WRITTEN)];
        let mut add = |phrase: &str| {
            for word in words(lang, phrase).into_iter().filter(|w| !is_neutral(w)) {
                if forms.iter().all(|f| f.0 != word) {
                    forms.push((word, 1.0));
                }
            }
        };
        part.translations.iter().for_each(|t| add(t));
        for word in part.text.split(' ') {
            table.get(&stems.stem(word)).into_iter().flatten().for_each(|t| add(t));
        }
        out.push(forms);
    }
    out
}
