//! The sentences of a text that answer a question.

use kit::Lang;

use super::words::{Reader, Word};

/// Longest excerpt, in characters.
const LONGEST: usize = 420;

/// Sentences and list items of a text, in order.
pub fn sentences(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let mut start = 0;
        let chars: Vec<(usize, char)> = line.char_indices().collect();
        for (i, (at, c)) in chars.iter().enumerate() {
            let ends = matches!(c, '.' | '!' | '?' | '…');
            let space = chars.get(i + 1).is_none_or(|n| n.1.is_whitespace());
            let next = chars.get(i + 2).map(|n| n.1);
            // "no. 4", "L. 221-28": what follows a full stop in small letters or figures goes on.
            let goes_on = next.is_some_and(|n| n.is_lowercase() || n.is_ascii_digit()) && *c == '.';
            if ends && space && !goes_on {
                out.push(line[start..at + c.len_utf8()].trim().to_string());
                start = at + c.len_utf8();
            }
        }
        if !line[start..].trim().is_empty() {
            out.push(line[start..].trim().to_string());
        }
    }
    out
}

/// The part of a text that says most of the question: whole when short, else the best sentences with their neighbours.
pub fn excerpt(reader: &mut Reader, lang: Lang, text: &str, asked: &[Word]) -> Vec<String> {
    let all = sentences(text);
    let long = |s: &String| s.chars().count();
    if all.iter().map(long).sum::<usize>() <= LONGEST {
        return all;
    }
    let score = |reader: &mut Reader, s: &str| {
        let words = reader.words(lang, s);
        asked.iter().filter(|a| !a.neutral && words.iter().any(|w| w.is(a))).count()
    };
    let scores: Vec<usize> = all.iter().map(|s| score(reader, s)).collect();
    let best = (0..all.len()).max_by_key(|i| (scores[*i], all.len() - i)).unwrap_or(0);
    let mut taken = vec![best];
    let mut used = long(&all[best]);
    let mut order: Vec<usize> = (0..all.len()).filter(|i| *i != best && scores[*i] > 0).collect();
    order.sort_by_key(|i| (usize::MAX - scores[*i], *i));
    let after = best + 1;
    if after < all.len() && !order.contains(&after) {
        order.push(after);
    }
    for i in order {
        if used + long(&all[i]) <= LONGEST {
            used += long(&all[i]);
            taken.push(i);
        }
    }
    taken.sort_unstable();
    taken.into_iter().map(|i| all[i].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        let all = sentences("Filtres papier n° 4. Oui ! L’article L. 221-28 dit non.\n• Un\n• Deux");
        assert_eq!(all, ["Filtres papier n° 4.", "Oui !", "L’article L. 221-28 dit non.", "• Un", "• Deux"]);
    }

    #[test]
    fn of_a_long_text_the_sentences_that_answer_are_kept() {
        let filler =
            "Une phrase qui parle longuement de tout autre chose que cela, et encore un peu plus. ".repeat(6);
        let text = format!("{filler}Le chèque est accepté. {filler}");
        let mut reader = Reader::default();
        let asked = reader.words(Lang::Fr, "Puis-je payer par chèque ?");
        assert!(
            excerpt(&mut reader, Lang::Fr, &text, &asked).contains(&"Le chèque est accepté.".to_string())
        );
    }
}
