//! A query in the other language, as concepts of the index's own.

use kit::Lang;

use super::Concept;
use crate::bilingual;
use crate::lexical::Index;
use crate::text::{Stems, is_stop, words};

/// What the typed word itself counts beside its translation: shops use English words in French titles.
const AS_TYPED: f32 = 0.5;
/// Second and later translations.
const ALSO: f32 = 0.9;

/// The concepts of a foreign query and how many of its parts are known nowhere; `None` when it speaks the index's
/// language or nothing of it is known.
pub fn understand(index: &Index, text: &str) -> Option<(Vec<Concept>, usize)> {
    let own = index.lang;
    if !bilingual::is_foreign(own, text) {
        return None;
    }
    let other = own.pick(Lang::En, Lang::Fr);
    let mut stems = Stems::new(own);
    let mut out = Vec::new();
    let mut lost = 0;
    for part in bilingual::translate(other, text) {
        let mut forms: Vec<Vec<u32>> =
            part.translations.iter().filter_map(|t| terms(index, &mut stems, t)).collect();
        // The form the catalogue uses most; a phrase is as frequent as its rarest word.
        let frequent = |terms: &Vec<u32>| terms.iter().map(|t| index.count(*t)).min().unwrap_or(0);
        let main = (0..forms.len())
            .max_by_key(|i| (frequent(&forms[*i]), usize::MAX - i))
            .map(|i| forms.swap_remove(i));
        let typed = terms(index, &mut stems, &part.text);
        let Some(main) = main else {
            lost += usize::from(typed.is_none());
            out.extend(typed.into_iter().flatten().map(concept));
            continue;
        };
        let first = out.len();
        out.extend(main.iter().map(|t| concept(*t)));
        // Other forms are a whole answer only when they are one word.
        for form in forms.iter().filter(|f| f.len() == 1) {
            out[first].terms.push((form[0], ALSO));
        }
        if let Some(typed) = typed.filter(|t| t.len() == 1) {
            out[first].terms.push((typed[0], AS_TYPED));
        }
    }
    (!out.is_empty()).then_some((out, lost))
}

fn concept(term: u32) -> Concept {
    Concept { terms: vec![(term, 1.0)], ..Concept::default() }
}

/// The terms of a phrase; `None` when the catalogue lacks one.
fn terms(index: &Index, stems: &mut Stems, phrase: &str) -> Option<Vec<u32>> {
    let all = words(index.lang, phrase);
    let telling: Vec<u32> = all
        .iter()
        .filter(|w| !is_stop(index.lang, w))
        .map(|w| index.terms.find(&stems.stem(w)))
        .collect::<Option<_>>()?;
    (!telling.is_empty()).then_some(telling)
}
