//! Small work on text: grouping digits, folding accents, slugs, cutting.

use crate::Lang;

/// A whole number with the language's thousands separator (no-break space or comma).
pub fn grouped(lang: Lang, n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let sep = lang.pick('\u{a0}', ',');
    let mut out = String::with_capacity(digits.len() + 4);
    if n < 0 {
        out.push('−');
    }
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(sep);
        }
        out.push(d);
    }
    out
}

/// A number of tenths as a decimal: 46 is `4,6` in French and `4.6` in English.
pub fn tenths(lang: Lang, n: i64) -> String {
    format!("{}{}{}", n / 10, lang.pick(',', '.'), n % 10)
}

/// Lower case without accents, single spaces: what two people would type for the same word.
pub fn fold(s: &str) -> String {
    deunicode::deunicode(s).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A part of an address: lower-case ASCII words joined by hyphens, at most 80 bytes, never empty.
pub fn slugify(s: &str) -> String {
    let slug = slug::slugify(s);
    let cut =
        if slug.len() > 80 { slug[..80].rsplit_once('-').map_or(&slug[..80], |(a, _)| a) } else { &slug };
    if cut.is_empty() { "article".into() } else { cut.to_string() }
}

/// At most `max` characters, cut at a word with an ellipsis.
pub fn shorten(s: &str, max: usize) -> String {
    let s = s.trim();
    if s.chars().count() <= max {
        return s.to_string();
    }
    let cut: String = s.chars().take(max.saturating_sub(1)).collect();
    let cut = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(a, _)| a);
    format!("{}…", cut.trim_end_matches(|c: char| c.is_ascii_punctuation()))
}

/// Input of a one-line field: control characters become spaces, ends trimmed, at most `max` characters.
pub fn one_line(s: &str, max: usize) -> String {
    let clean: String = s.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect()
}

/// Up to two initials of a name, for avatars: "Sofia Laurent" is "SL".
pub fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|w| w.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_language() {
        assert_eq!(grouped(Lang::Fr, 1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(grouped(Lang::En, 1_234), "1,234");
        assert_eq!(grouped(Lang::Fr, 12), "12");
    }

    #[test]
    fn slugs_are_ascii_and_never_empty() {
        assert_eq!(slugify("Cafetière à l’italienne"), "cafetiere-a-l-italienne");
        assert_eq!(slugify("…"), "article");
        assert!(slugify(&"mot ".repeat(100)).len() <= 80);
    }

    #[test]
    fn cutting_keeps_whole_words() {
        assert_eq!(shorten("une phrase assez longue", 12), "une phrase…");
        assert_eq!(shorten("court", 12), "court");
    }
}
