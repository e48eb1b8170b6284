//! The sentences of a text that answer a question.

use kit::Lang;

use super::quantity;
use super::words::Reader;
use crate::text::fold;

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

/// Words that point back at the sentence before; folded.
const POINTING: &[&str] = &[
    "il",
    "elle",
    "ils",
    "elles",
    "cela",
    "ceci",
    "ces",
    "cette",
    "ce",
    "ensuite",
    "sinon",
    "it",
    "they",
    "this",
    "these",
    "that",
    "otherwise",
    "then",
];

/// The part of a text that answers: from the sentence on that says most of what its title does not say, and the figure that
/// is wanted. Under a title that is the question that is the first.
pub fn excerpt(reader: &mut Reader, lang: Lang, title: &str, text: &str, question: &str) -> Vec<String> {
    let all = sentences(text);
    let title = reader.words(lang, title);
    let mut asked = reader.words(lang, question);
    asked.retain(|a| !a.neutral && !title.iter().any(|t| t.is(a) || akin(&t.text, &a.text)));
    let wanted = quantity::asked(lang, question);
    let long = |s: &String| s.chars().count();
    let score = |reader: &mut Reader, s: &str| {
        let words = reader.words(lang, s);
        let named = asked.iter().filter(|a| words.iter().any(|w| w.is(a))).count();
        // The figure itself counts more than the words around it.
        named + 2 * usize::from(wanted.is_some_and(|w| quantity::said(w, s)))
    };
    let scores: Vec<usize> = all.iter().map(|s| score(reader, s)).collect();
    let most = scores.iter().copied().max().unwrap_or(0);
    let mut best = scores.iter().position(|s| *s == most).unwrap_or(0);
    let item = |i: usize| all[i].starts_with("• ");
    // The items of a list belong together, and to the sentence that opens it.
    while best > 0
        && (item(best) && item(best - 1) || points_back(&all[best]) || all[best - 1].ends_with(':'))
    {
        best -= 1;
    }
    let mut used = 0;
    let fits = |s: &&String| {
        used += long(s);
        used <= LONGEST || used == long(s)
    };
    all[best..].iter().take_while(fits).cloned().collect()
}

/// Whether two words begin alike ("deliver", "delivery").
fn akin(a: &str, b: &str) -> bool {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    same >= 5 && same + 2 >= a.chars().count().min(b.chars().count())
}

fn points_back(sentence: &str) -> bool {
    let folded = fold(sentence);
    let first = folded.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    POINTING.contains(&first)
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
        let said = excerpt(&mut reader, Lang::Fr, "Payer", &text, "Puis-je payer par chèque ?");
        assert_eq!(said[0], "Le chèque est accepté.");
        assert!(said.len() > 1 && said.concat().chars().count() <= LONGEST);
    }

    #[test]
    fn an_answer_begins_with_the_figure_that_was_asked_for() {
        let said =
            |text: &str, question: &str| excerpt(&mut Reader::default(), Lang::Fr, "Aide", text, question);
        let text = "Les retours sont simples. Écrivez-nous. Vous avez trente jours pour renvoyer un article.";
        assert_eq!(
            said(text, "Combien de temps pour renvoyer un article ?")[0],
            "Vous avez trente jours pour renvoyer un article."
        );
        let list =
            "• À domicile : 9,90 €\n• Point relais en Belgique : 5,90 €\nNous ne livrons pas ailleurs.";
        assert_eq!(said(list, "Livrez-vous en Belgique ?").len(), 3, "a list stays whole");
        let text = "Le panier ne garde rien. Le stock va au premier. Il est à jour.";
        assert_eq!(
            said(text, "Le stock est-il à jour ?")[0],
            "Le stock va au premier.",
            "what points back needs it"
        );
    }
}
