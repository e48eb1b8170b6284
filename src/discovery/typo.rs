//! Mistyped words: which known word was meant. Pure; the candidates come from the database by trigrams.

use kit::text;

/// Words that may be mistyped are at least this long.
const SHORTEST: usize = 4;

/// A word asked for, and one of the shop's words that looks like it. A word that is known stands as its own candidate.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub asked: String,
    pub word: String,
}

/// The folded words of a text, at most eight.
pub fn words(s: &str) -> Vec<String> {
    let folded = text::fold(s);
    let parts = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    parts.take(8).map(str::to_string).collect()
}

/// The words with unknown ones replaced; `None` when none was.
pub fn correct(words: &[String], candidates: &[Candidate]) -> Option<String> {
    let mut changed = false;
    let fixed: Vec<String> = words
        .iter()
        .map(|w| match nearest(w, candidates) {
            Some(better) if better != *w => {
                changed = true;
                better
            }
            _ => w.clone(),
        })
        .collect();
    changed.then(|| fixed.join(" "))
}

fn nearest(word: &str, candidates: &[Candidate]) -> Option<String> {
    if word.len() < SHORTEST || word.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let allowed = if word.len() <= 5 { 1 } else { 2 };
    let mine = candidates.iter().filter(|c| c.asked == word);
    let near = mine.map(|c| (distance(word, &c.word), &c.word)).filter(|(d, _)| *d <= allowed);
    // At equal distance the one that begins alike.
    near.min_by_key(|(d, w)| (*d, w.bytes().next() != word.bytes().next())).map(|(_, w)| w.clone())
}

/// Letters to insert, drop, replace or swap with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(pairs: &[(&str, &str)]) -> Vec<Candidate> {
        pairs.iter().map(|(a, w)| Candidate { asked: a.to_string(), word: w.to_string() }).collect()
    }

    #[test]
    fn swapped_dropped_and_doubled_letters_are_one_step() {
        for (a, b) in [
            ("cafteiere", "cafetiere"),
            ("cafetire", "cafetiere"),
            ("caffetiere", "cafetiere"),
            ("cafetiera", "cafetiere"),
        ] {
            assert_eq!(distance(a, b), 1, "{a}");
        }
        assert_eq!(distance("lampe", "lampe"), 0);
    }

    #[test]
    fn the_nearest_known_word_is_meant_and_known_words_stay() {
        let known =
            candidates(&[("cafteiere", "cafetiere"), ("cafteiere", "cafetieres"), ("filtre", "filtre")]);
        let asked = words("Cafteière filtre");
        assert_eq!(correct(&asked, &known), Some("cafetiere filtre".into()));
        assert_eq!(correct(&words("filtre"), &known), None);
    }

    #[test]
    fn far_words_short_words_and_numbers_are_left_alone() {
        let far = candidates(&[("xyzzyq", "xylophone"), ("lit", "kit"), ("h2o4", "h2o5")]);
        for asked in ["xyzzyq", "lit", "h2o4"] {
            assert_eq!(correct(&words(asked), &far), None, "{asked}");
        }
    }
}
