//! Words that say nothing of a product. Short lists: a longer one loses more than it gains.

use kit::Lang;

const FR: &[&str] = &[
    "a", "au", "aux", "avec", "ce", "ces", "cette", "d", "dans", "de", "des", "du", "elle", "en", "est",
    "et", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "ma", "mes", "mon", "n", "ne", "nos",
    "notre", "nous", "on", "ou", "par", "pas", "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son",
    "sur", "ta", "tes", "ton", "tu", "un", "une", "vos", "votre", "vous", "y",
];

const EN: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "i", "in", "is", "it", "its",
    "of", "on", "or", "s", "that", "the", "this", "to", "was", "with", "you", "your",
];

pub fn is_stop(lang: Lang, word: &str) -> bool {
    lang.pick(FR, EN).binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(FR.is_sorted() && EN.is_sorted());
        assert!(is_stop(Lang::Fr, "pour") && !is_stop(Lang::En, "pour"));
    }
}
