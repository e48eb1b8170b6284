//! What a shopper has ticked, as it stands in the address: read, put in order, written back.
//!
//! The names are the same in both languages, so that the language switch keeps the filters. Every other name is taken for
//! an option of products (`couleur`, `taille`); what the shelf does not know is dropped by [`Filter::known_to`].

use std::collections::{BTreeMap, BTreeSet};

use kit::Money;
use kit::urls::query;

use crate::shelf::Shelf;

/// Names that no option can have.
const OWN: [&str; 9] = ["q", "tri", "page", "dispo", "promo", "marque", "prix_min", "prix_max", "note"];
/// More ticks than this are no shopper's.
const MOST: usize = 60;

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Best answer first in a search; in stock and best sold first elsewhere.
    #[default]
    Relevance,
    PriceUp,
    PriceDown,
    Rating,
    New,
}

impl Sort {
    pub const ALL: [Sort; 5] = [Sort::Relevance, Sort::PriceUp, Sort::PriceDown, Sort::Rating, Sort::New];

    /// As it stands in the address; nothing for the usual order.
    pub const fn code(self) -> &'static str {
        match self {
            Sort::Relevance => "",
            Sort::PriceUp => "prix",
            Sort::PriceDown => "prix-desc",
            Sort::Rating => "note",
            Sort::New => "nouveau",
        }
    }

    fn of(code: &str) -> Sort {
        Sort::ALL.into_iter().find(|s| s.code() == code).unwrap_or_default()
    }
}

/// Ticked filters. Two filters with the same ticks are equal whatever the order they were ticked in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub available: bool,
    pub reduced: bool,
    pub brands: BTreeSet<String>,
    pub min: Option<Money>,
    pub max: Option<Money>,
    /// At least so many stars: 3 or 4.
    pub rating: Option<u8>,
    pub options: BTreeMap<String, BTreeSet<String>>,
}

/// One tick that can be taken away again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tick {
    Available,
    Reduced,
    Brand(String),
    Price,
    Rating(u8),
    Option(String, String),
}

impl Filter {
    /// From the pairs of a query; whatever makes no sense is left out.
    pub fn parse(pairs: &[(String, String)]) -> Filter {
        let mut f = Filter::default();
        for (name, value) in pairs.iter().filter(|(_, v)| !v.is_empty() && v.len() <= 80).take(MOST) {
            match name.as_str() {
                "dispo" => f.available |= value == "1",
                "promo" => f.reduced |= value == "1",
                "marque" => drop(f.brands.insert(value.clone())),
                "prix_min" => f.min = Money::parse(value),
                "prix_max" => f.max = Money::parse(value),
                // Several boxes ticked: the lowest bar counts.
                "note" => {
                    let stars = value.parse().ok().filter(|n| matches!(n, 3 | 4));
                    f.rating = f.rating.into_iter().chain(stars).min();
                }
                name if OWN.contains(&name) || name.len() > 40 => {}
                name => drop(f.options.entry(name.to_string()).or_default().insert(value.clone())),
            }
        }
        if let (Some(min), Some(max)) = (f.min, f.max)
            && min > max
        {
            (f.min, f.max) = (Some(max), Some(min));
        }
        f.min = f.min.filter(|m| !m.is_zero());
        f
    }

    /// Without brands, options and values that no product on the shelf has.
    pub fn known_to(mut self, shelf: &Shelf) -> Filter {
        self.brands.retain(|slug| shelf.brand(slug).is_some());
        for (group, values) in &mut self.options {
            values.retain(|v| shelf.value(group, v).is_some());
        }
        self.options.retain(|_, values| !values.is_empty());
        self
    }

    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// Every tick, in the order shown.
    pub fn ticks(&self) -> Vec<Tick> {
        let mut ticks = Vec::new();
        ticks.extend(self.available.then_some(Tick::Available));
        ticks.extend(self.reduced.then_some(Tick::Reduced));
        ticks.extend(self.brands.iter().cloned().map(Tick::Brand));
        ticks.extend((self.min.is_some() || self.max.is_some()).then_some(Tick::Price));
        for (group, values) in &self.options {
            ticks.extend(values.iter().map(|v| Tick::Option(group.clone(), v.clone())));
        }
        ticks.extend(self.rating.map(Tick::Rating));
        ticks
    }

    /// The same without one tick.
    pub fn without(&self, tick: &Tick) -> Filter {
        let mut f = self.clone();
        match tick {
            Tick::Available => f.available = false,
            Tick::Reduced => f.reduced = false,
            Tick::Brand(slug) => drop(f.brands.remove(slug)),
            Tick::Price => (f.min, f.max) = (None, None),
            Tick::Rating(_) => f.rating = None,
            Tick::Option(group, value) => {
                if let Some(values) = f.options.get_mut(group) {
                    values.remove(value);
                }
                f.options.retain(|_, values| !values.is_empty());
            }
        }
        f
    }

    /// Name and value of every tick, in one order: for addresses, hidden fields and cache keys.
    pub fn pairs(&self) -> Vec<(&str, String)> {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(self.available.then(|| ("dispo", "1".into())));
        pairs.extend(self.reduced.then(|| ("promo", "1".into())));
        pairs.extend(self.brands.iter().map(|b| ("marque", b.clone())));
        pairs.extend(self.min.map(|m| ("prix_min", plain(m))));
        pairs.extend(self.max.map(|m| ("prix_max", plain(m))));
        for (group, values) in &self.options {
            pairs.extend(values.iter().map(|v| (group.as_str(), v.clone())));
        }
        pairs.extend(self.rating.map(|n| ("note", n.to_string())));
        pairs
    }
}

/// An amount as a number field takes it: `20` or `19.90`.
pub fn plain(m: Money) -> String {
    let text = m.decimal();
    text.strip_suffix(".00").map_or(text.clone(), str::to_string)
}

/// The address of a list: words searched, ticks, order, page; what is usual is left out.
pub fn address(path: &str, words: &str, filter: &Filter, sort: Sort, page: u32) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if !words.is_empty() {
        pairs.push(("q", words.to_string()));
    }
    pairs.extend(filter.pairs());
    if sort != Sort::Relevance {
        pairs.push(("tri", sort.code().to_string()));
    }
    if page > 1 {
        pairs.push(("page", page.to_string()));
    }
    let mut url = path.to_string();
    for (i, (name, value)) in pairs.iter().enumerate() {
        url.push(if i == 0 { '?' } else { '&' });
        url.push_str(&query(name));
        url.push('=');
        url.push_str(&query(value));
    }
    url
}

/// The order asked for in a query.
pub fn sort_of(pairs: &[(String, String)]) -> Sort {
    pairs.iter().find(|(n, _)| n == "tri").map_or(Sort::Relevance, |(_, v)| Sort::of(v))
}

/// The first value of a name.
pub fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
        query.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    #[test]
    fn an_address_says_the_same_whatever_the_order_of_the_ticks() {
        let a = Filter::parse(&pairs(&[
            ("marque", "vesta"),
            ("couleur", "noir"),
            ("marque", "aeris"),
            ("dispo", "1"),
        ]));
        let b = Filter::parse(&pairs(&[
            ("dispo", "1"),
            ("marque", "aeris"),
            ("marque", "vesta"),
            ("couleur", "noir"),
        ]));
        assert_eq!(a, b);
        let url = address("/c/cuisine", "", &a, Sort::PriceUp, 2);
        assert_eq!(url, "/c/cuisine?dispo=1&marque=aeris&marque=vesta&couleur=noir&tri=prix&page=2");
    }

    #[test]
    fn what_is_usual_is_not_written() {
        assert_eq!(address("/c/x", "", &Filter::default(), Sort::Relevance, 1), "/c/x");
        assert_eq!(
            address("/recherche", "thé & café", &Filter::default(), Sort::Relevance, 1),
            "/recherche?q=th%C3%A9%20%26%20caf%C3%A9"
        );
    }

    #[test]
    fn nonsense_is_left_out() {
        let f = Filter::parse(&pairs(&[
            ("prix_min", "-5"),
            ("prix_max", "abc"),
            ("note", "9"),
            ("dispo", "oui"),
            ("page", "x"),
            ("tri", "zzz"),
            ("marque", ""),
        ]));
        assert!(f.is_empty());
    }

    #[test]
    fn prices_the_wrong_way_round_are_turned() {
        let f = Filter::parse(&pairs(&[("prix_min", "600"), ("prix_max", "19,90")]));
        assert_eq!((f.min, f.max), (Some(Money::cents(1_990)), Some(Money::cents(60_000))));
        assert_eq!(f.pairs(), [("prix_min", "19.90".to_string()), ("prix_max", "600".to_string())]);
    }

    #[test]
    fn each_tick_can_be_taken_away() {
        let f = Filter::parse(&pairs(&[
            ("marque", "a"),
            ("marque", "b"),
            ("taille", "m"),
            ("note", "4"),
            ("note", "3"),
            ("prix_max", "10"),
        ]));
        let mut left = f.clone();
        for tick in f.ticks() {
            left = left.without(&tick);
        }
        assert_eq!(f.ticks().len(), 5);
        assert_eq!(f.rating, Some(3));
        assert!(left.is_empty());
    }
}
