//! Words that stand for those of a question: in the other language, and in its own.

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

/// What another word of the same line counts, in the question's own language.
const ALIKE: f32 = 0.35;

/// Stem to the words of the other language, and to those of its own.
struct House {
    to_french: HashMap<String, Vec<String>>,
    to_english: HashMap<String, Vec<String>>,
    french: HashMap<String, Vec<String>>,
    english: HashMap<String, Vec<String>>,
}

static WRITTEN: LazyLock<House> = LazyLock::new(|| {
    let (mut fr, mut en) = (Stems::new(Lang::Fr), Stems::new(Lang::En));
    let new = HashMap::new;
    let mut out = House { to_french: new(), to_english: new(), french: new(), english: new() };
    for line in HOUSE.lines().filter(|l| !l.starts_with('#')) {
        let Some((english, french)) = line.split_once('=') else { continue };
        let split =
            |lang: Lang, s: &str| -> Vec<String> { s.split(',').map(|p| words(lang, p).join(" ")).collect() };
        let (english, french) = (split(Lang::En, english), split(Lang::Fr, french));
        let put =
            |from: &[String], to: &[String], stems: &mut Stems, table: &mut HashMap<String, Vec<String>>| {
                for form in from.iter().filter(|f| !f.contains(' ')) {
                    table.entry(stems.stem(form)).or_default().extend(to.iter().cloned());
                }
            };
        put(&english, &french, &mut en, &mut out.to_french);
        put(&french, &english, &mut fr, &mut out.to_english);
        put(&french, &french, &mut fr, &mut out.french);
        put(&english, &english, &mut en, &mut out.english);
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

/// A word of a question with words of its own language that may stand in its place.
pub fn alike(lang: Lang, stems: &mut Stems, word: &str) -> Vec<(String, f32)> {
    let table = lang.pick(&WRITTEN.french, &WRITTEN.english);
    let mut out = vec![(word.to_string(), 1.0)];
    for form in table.get(&stems.stem(word)).into_iter().flatten() {
        if !form.contains(' ') && out.iter().all(|o| o.0 != *form) {
            out.push((form.clone(), ALIKE));
        }
    }
    out
}

/// Words that answer "how long" and "when", where a question asks so.
pub fn of_time(lang: Lang, question: &str) -> Option<Vec<(String, f32)>> {
    let asks = lang.pick(
        &["combien de temps", "combien de jours", "sous combien", "quel delai", "quels delais", "quand"][..],
        &["how long", "how many days", "how soon", " period", "when "][..],
    );
    let folded = crate::text::fold(question);
    let words = lang.pick(["delai", "delais", "jours", "semaines"], ["delay", "delays", "days", "weeks"]);
    let each = words.iter().map(|w| (w.to_string(), 1.0));
    asks.iter().any(|a| folded.contains(a)).then(|| each.collect())
}
