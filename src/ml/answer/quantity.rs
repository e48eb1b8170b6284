//! Questions that want a figure ("how long", "how much"), and texts that say one of that kind.

use kit::Lang;

use crate::text::fold;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    Time,
    Price,
}

/// Units of time, folded, in both languages.
const UNITS: &[&str] = &[
    "jour", "jours", "heure", "heures", "semaine", "semaines", "mois", "an", "ans", "annee", "annees", "day",
    "days", "hour", "hours", "week", "weeks", "month", "months", "year", "years",
];
/// Numbers as words, folded, as pages write them.
const NUMBERS: &[&str] = &[
    "un", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "douze",
    "quatorze", "quinze", "vingt", "trente", "soixante", "one", "two", "three", "four", "five", "seven",
    "eight", "nine", "ten", "twelve", "fourteen", "fifteen", "twenty", "thirty", "sixty",
];
/// Words that may stand between a number and its unit ("two working days").
const BETWEEN: usize = 1;
const PRICES: &[&str] =
    &["gratuit", "gratuite", "gratuits", "gratuites", "offert", "offerte", "offerts", "free"];

/// The kind of figure a question wants.
pub fn asked(lang: Lang, question: &str) -> Option<Quantity> {
    let folded = fold(question);
    let says = |list: &[&str]| list.iter().any(|p| folded.contains(p));
    let time = lang.pick(
        &[
            "combien de temps",
            "combien de jours",
            "sous combien",
            "quel delai",
            "quels delais",
            "quels sont les delais",
            "quand ",
        ][..],
        &["how long", "how many days", "how soon", "how fast", "how quickly", " period", "when "][..],
    );
    let price = lang.pick(
        &[
            "combien coute",
            "combien cela coute",
            "combien ca coute",
            "quel prix",
            "quel est le prix",
            "quels frais",
            "quels sont les frais",
            "quel tarif",
            "tarifs",
            "gratuit",
        ][..],
        &["how much", "what is the price", "what does it cost", "cost of", "what are the fees"][..],
    );
    if says(time) { Some(Quantity::Time) } else { says(price).then_some(Quantity::Price) }
}

/// Whether a text says a figure of this kind.
pub fn said(wanted: Quantity, text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric() && c != '€').filter(|w| !w.is_empty()).collect();
    let number = |w: &str| w.bytes().all(|b| b.is_ascii_digit()) || NUMBERS.contains(&w);
    match wanted {
        Quantity::Time => words.iter().enumerate().any(|(i, w)| {
            UNITS.contains(w) && words[i.saturating_sub(1 + BETWEEN)..i].iter().any(|w| number(w))
        }),
        Quantity::Price => words.iter().any(|w| w.contains('€') || PRICES.contains(w)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_figure_is_told_from_the_question() {
        assert_eq!(asked(Lang::En, "How long is delivery?"), Some(Quantity::Time));
        assert_eq!(
            asked(Lang::Fr, "Combien de temps ai-je pour renvoyer un article ?"),
            Some(Quantity::Time)
        );
        assert_eq!(asked(Lang::Fr, "Combien coûte la livraison ?"), Some(Quantity::Price));
        assert_eq!(asked(Lang::Fr, "Livrez-vous en Belgique ?"), None);
    }

    #[test]
    fn a_text_says_a_time_or_a_price() {
        assert!(said(Quantity::Time, "À domicile, 2 à 4 jours ouvrés : 4,90 €"));
        assert!(said(Quantity::Time, "Nous remboursons sous quatorze jours."));
        assert!(said(Quantity::Time, "within two working days"));
        assert!(!said(Quantity::Time, "Les jours ouvrés vont du lundi au vendredi."));
        assert!(said(Quantity::Price, "Le retour est gratuit."));
        assert!(said(Quantity::Price, "from 49€"));
        assert!(!said(Quantity::Price, "Le détail se trouve dans le panier."));
    }
}
