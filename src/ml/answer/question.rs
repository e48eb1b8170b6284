//! What a question asks: an order, a comparison, a limit of price, what a thing must not do, help from a person.

mod phrases;

use kit::{Lang, Money};

use super::words::{Reader, Word};
use crate::text::fold;

/// A question taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// As asked, cleaned.
    pub text: String,
    /// What is left when the price limits and "cheapest" are taken out.
    pub rest: String,
    pub min: Option<Money>,
    pub max: Option<Money>,
    /// The cheapest first.
    pub cheapest: bool,
    /// Parts to compare; two or more, or none.
    pub compared: Vec<String>,
    pub about: About,
    /// Adds to the question before ("and in black?").
    pub follows: bool,
    /// Looks for things to buy.
    pub wishes: bool,
}

/// What a question is about, where its words alone say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum About {
    #[default]
    Anything,
    /// Where an order is.
    Order,
    /// A person is wanted.
    Person,
    Greeting,
    Thanks,
    /// What the assistant is or can do.
    Itself,
    /// Delivery, returns, payment, warranty, account: the shop's own pages answer first.
    House,
}

/// Takes a cleaned question apart.
pub fn understand(lang: Lang, text: &str) -> Question {
    let plain = plain(text);
    let (rest, min, max) = prices(&plain);
    let (rest, cheapest) = cheapest(&rest);
    let says = |list: &[&str]| list.iter().any(|p| plain.contains(p));
    let bare = plain.trim_matches(|c: char| !c.is_alphanumeric());
    let about = if says(phrases::of("order")) {
        About::Order
    } else if phrases::of("greetings").contains(&bare) {
        About::Greeting
    } else if phrases::of("thanks").contains(&bare) {
        About::Thanks
    } else if says(phrases::of("itself")) {
        About::Itself
    } else if says(phrases::of("person")) {
        About::Person
    } else if phrases::of("house").iter().any(|h| begins_a_word(&plain, h)) {
        About::House
    } else {
        About::Anything
    };
    let wishes = says(phrases::of("wishes"))
        || max.is_some()
        || min.is_some()
        || cheapest
        || begins_with_article(&plain);
    Question {
        text: text.to_string(),
        compared: compared(lang, &plain),
        follows: follows(&plain),
        rest,
        min,
        max,
        cheapest,
        about,
        wishes,
    }
}

/// Folded, with plain apostrophes and single spaces; prices keep their sign.
fn plain(text: &str) -> String {
    fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn begins_a_word(text: &str, beginning: &str) -> bool {
    text.match_indices(beginning).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric()))
}

/// "une cafetière …", "a lamp …": names a thing instead of asking about one.
fn begins_with_article(plain: &str) -> bool {
    ["un ", "une ", "des ", "a ", "an ", "some "].iter().any(|a| plain.starts_with(a))
}

fn follows(plain: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "et ",
        "and ",
        "ou en ",
        "or in ",
        "mais ",
        "but ",
        "sinon ",
        "alors ",
        "plutot ",
        "rather ",
        "in ",
        "en ",
        "what about ",
        "how about ",
        "il ",
        "elle ",
        "it ",
        "is it ",
        "does it ",
        "est-il ",
        "est-elle ",
        "a-t-il ",
        "a-t-elle ",
        "celui",
        "celle",
        "le meme",
        "la meme",
        "the same",
        "moins cher",
        "cheaper",
        "plus ",
        "combien coute-t-",
        "how much is it",
    ];
    const INSIDE: &[&str] = &[
        " it?",
        " it ?",
        "-t-il",
        "-t-elle",
        " celui-ci",
        " celle-ci",
        " the same ",
        "ce produit",
        "this product",
        "this one",
        "that one",
        "le premier",
        "la premiere",
        "the first",
    ];
    BEGINNINGS.iter().any(|b| plain.starts_with(b)) || INSIDE.iter().any(|i| plain.contains(i))
}

/// Limits of price and the text without them: "à moins de 60 €", "between 20 and 40 euros", "budget 50€".
fn prices(plain: &str) -> (String, Option<Money>, Option<Money>) {
    let amounts = amounts(plain);
    let (mut min, mut max) = (None, None);
    let mut cut: Vec<(usize, usize)> = Vec::new();
    if let [(from, low_end, low), (high_from, to, high)] = amounts.as_slice() {
        let between = plain[*low_end..*high_from].trim();
        let before = plain[..*from].trim_end();
        let opens = ["entre", "between", "de", "from"].into_iter().find(|o| before.ends_with(o));
        if let Some(open) = opens.filter(|_| matches!(between, "et" | "and" | "a" | "to" | "-")) {
            let cut_from = before.len() - open.len();
            let (low, high) = (*low.min(high), *low.max(high));
            return (without(plain, &[(cut_from, *to)]), Some(low), Some(high));
        }
    }
    for (from, to, amount) in amounts {
        let before = plain[..from].trim_end();
        let ends = |list: &[&str]| {
            list.iter().filter(|p| before.ends_with(**p) && begins_a_word(before, p)).map(|p| p.len()).max()
        };
        if let Some(len) = ends(phrases::of("at_most")) {
            max = Some(amount);
            cut.push((before.len() - len, to));
        } else if let Some(len) = ends(phrases::of("at_least")) {
            min = Some(amount);
            cut.push((before.len() - len, to));
        } else if plain[to..].trim_start().starts_with("max") {
            max = Some(amount);
            cut.push((from, to));
        }
    }
    (without(plain, &cut), min, max)
}

fn without(text: &str, cut: &[(usize, usize)]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for (from, to) in cut {
        out.push_str(&text[at..*from.max(&at)]);
        out.push(' ');
        at = *to;
    }
    out.push_str(&text[at..]);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Amounts of euros: where they begin and end. A number beside "entre … et" takes its currency from the next.
fn amounts(plain: &str) -> Vec<(usize, usize, Money)> {
    let bytes = plain.as_bytes();
    let mut out: Vec<(usize, usize, Money)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric());
        if !starts {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < bytes.len()
            && (bytes[end].is_ascii_digit()
                || (matches!(bytes[end], b'.' | b',') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)))
        {
            end += 1;
        }
        let after = plain[end..].trim_start();
        let gap = plain.len() - end - after.len();
        let signs = ["€", "euros", "euro", "eur", "balles"];
        let sign = signs.into_iter().find(|s| after.starts_with(s));
        let before = plain[..at].trim_end();
        let front = before.ends_with('€');
        let range = ["et ", "and ", "a ", "to ", "- "].iter().any(|j| after.starts_with(j));
        let limited = phrases::of("at_most").iter().any(|p| before.ends_with(p)) && !unit(after);
        if let Some(money) = Money::parse(&plain[at..end])
            && (sign.is_some() || front || range || limited)
        {
            let to = sign.map_or(end, |s| end + gap + s.len());
            let from = if front { before.len() - '€'.len_utf8() } else { at };
            out.push((from, to, money));
        }
        at = end.max(at + 1);
    }
    out
}

/// A unit follows, so the number is no price.
fn unit(after: &str) -> bool {
    const UNITS: &[&str] = &[
        "kg", "g ", "cm", "mm", "m ", "l ", "litre", "w ", "watt", "db", "go", "gb", "mo", "to ", "tb",
        "ans", "an ", "mois", "pouces", "inch", "year", "%", "piece", "personne", "people",
    ];
    UNITS.iter().any(|u| after.starts_with(u) || after == u.trim())
}

fn cheapest(rest: &str) -> (String, bool) {
    const SAID: &[&str] = &[
        "le moins cher",
        "la moins chere",
        "les moins cheres",
        "les moins chers",
        "la plus abordable",
        "le plus abordable",
        "moins cheres",
        "moins chere",
        "moins chers",
        "moins cher",
        "the cheapest",
        "cheapest",
        "cheaper",
        "least expensive",
        "pas cheres",
        "pas chers",
        "pas chere",
        "pas cher",
        "bon marche",
        "cheap",
    ];
    match SAID.iter().find(|s| begins_a_word(rest, s)) {
        Some(said) => (rest.replacen(said, " ", 1).split_whitespace().collect::<Vec<_>>().join(" "), true),
        None => (rest.to_string(), false),
    }
}

/// The parts of a comparison.
fn compared(lang: Lang, plain: &str) -> Vec<String> {
    const OPENS: &[&str] = &[
        "comparer ",
        "comparez ",
        "compare ",
        "comparaison entre ",
        "comparaison de ",
        "comparison of ",
        "comparison between ",
        "difference entre ",
        "differences entre ",
        "difference between ",
        "differences between ",
        "choisir entre ",
        "choose between ",
        "hesite entre ",
        "hesitate between ",
    ];
    let text = plain.trim_end_matches(['?', '!', '.', ' ']);
    let opened = OPENS.iter().find_map(|o| text.find(o).map(|at| &text[at + o.len()..]));
    let joins: &[&str] = lang.pick(
        &[" et avec ", " et ", " avec ", " ou ", " vs ", " versus ", " contre ", ", "],
        &[" and ", " with ", " or ", " to ", " vs ", " versus ", " against ", ", "],
    );
    let joins: Vec<&str> = if opened.is_some() { joins.to_vec() } else { vec![" vs ", " vs. ", " versus "] };
    let mut parts = vec![opened.unwrap_or(text).to_string()];
    for join in joins {
        parts = parts.iter().flat_map(|p| p.split(join).map(str::to_string).collect::<Vec<_>>()).collect();
    }
    let parts: Vec<String> =
        parts.into_iter().map(|p| p.trim().to_string()).filter(|p| !p.is_empty()).collect();
    if parts.len() >= 2 || opened.is_some() { parts } else { Vec::new() }
}

/// The telling words of what is left of a question.
pub fn telling(reader: &mut Reader, lang: Lang, text: &str) -> Vec<Word> {
    reader.words(lang, text).into_iter().filter(|w| !w.neutral).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fr(text: &str) -> Question {
        understand(Lang::Fr, text)
    }

    #[test]
    fn limits_of_price_are_read_and_taken_out() {
        for (text, rest, min, max) in [
            (
                "une cafetière à moins de 60 € qui ne coule pas",
                "une cafetiere qui ne coule pas",
                None,
                Some(6_000),
            ),
            ("lampe budget 45,50 euros", "lampe", None, Some(4_550)),
            ("un sac entre 20 et 40 €", "un sac", Some(2_000), Some(4_000)),
            ("écran à plus de 200€", "ecran", Some(20_000), None),
            ("a lamp under €30", "a lamp", None, Some(3_000)),
            ("a lamp for less than 30", "a lamp for", None, Some(3_000)),
            ("un vélo de moins de 12 kg", "un velo de moins de 12 kg", None, None),
        ] {
            let q = fr(text);
            let cents = |m: Option<i64>| m.map(Money::cents);
            assert_eq!((q.rest.as_str(), q.min, q.max), (rest, cents(min), cents(max)), "{text}");
        }
    }

    #[test]
    fn comparisons_have_parts() {
        assert_eq!(fr("Compare la Barista et la Matin").compared, ["la barista", "la matin"]);
        assert_eq!(understand(Lang::En, "Barista vs Matin").compared, ["barista", "matin"]);
        assert_eq!(fr("Quelle différence entre la Barista, la Matin et la Soir ?").compared.len(), 3);
        assert!(fr("Quel est le poids de la Barista ?").compared.is_empty());
    }

    #[test]
    fn what_it_is_about() {
        assert_eq!(fr("Où est ma commande ?").about, About::Order);
        assert_eq!(fr("Bonjour !").about, About::Greeting);
        assert_eq!(fr("Livrez-vous en Belgique ?").about, About::House);
        assert_eq!(fr("Puis-je parler à un humain ?").about, About::Person);
        assert_eq!(fr("Quel est le poids de la Barista ?").about, About::Anything);
        assert!(fr("et en noir ?").follows && !fr("une lampe noire").follows);
    }
}
