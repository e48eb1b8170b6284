//! Filtering and counting, in one pass over the candidates. Pure.
//!
//! A value's number is how many products there would be with it ticked: products that pass every *other* filter. So a
//! product that passes all counts everywhere, one that fails a single filter counts for that filter's own values, and
//! one that fails two counts nowhere (but its values are named, with what the others give them, 0 at worst).

use crate::filter::Filter;
use crate::shelf::{Item, Shelf};

/// Bars of the price histogram.
pub const BARS: usize = 20;

/// A value with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Index of the brand or option value.
    pub index: u32,
    pub n: u32,
}

/// How many products each value would leave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facets {
    pub available: u32,
    pub reduced: u32,
    /// Most products first.
    pub brands: Vec<Count>,
    /// At least 4, at least 3.
    pub ratings: [u32; 2],
    /// Option groups that at least two values of the candidates share, each with its values.
    pub groups: Vec<(u32, Vec<Count>)>,
    pub prices: Prices,
}

/// Prices of what passes every filter but the price.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    pub lowest: u32,
    pub highest: u32,
    /// Upper edge of each bar in cents, and its products.
    pub bars: Vec<(u32, u32)>,
}

/// A filter with its names turned into the shelf's numbers.
struct Test {
    available: bool,
    reduced: bool,
    brands: Vec<u32>,
    min: u32,
    max: u32,
    rating: u8,
    options: Vec<(u32, Vec<u32>)>,
}

/// Which filter a product fails.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fails {
    None,
    Available,
    Reduced,
    Brand,
    Price,
    Rating,
    Group(u32),
    Several,
}

impl Test {
    fn new(shelf: &Shelf, f: &Filter) -> Test {
        let cents = |m: kit::Money| u32::try_from(m.as_cents()).unwrap_or(u32::MAX);
        let option = |(group, values): (&String, &std::collections::BTreeSet<String>)| {
            let values: Vec<u32> = values.iter().filter_map(|v| shelf.value(group, v)).collect();
            Some((shelf.words.values[*values.first()? as usize].group, values))
        };
        Test {
            available: f.available,
            reduced: f.reduced,
            brands: f.brands.iter().filter_map(|b| shelf.brand(b)).collect(),
            min: f.min.map_or(0, cents),
            max: f.max.map_or(u32::MAX, cents),
            rating: f.rating.unwrap_or(0) * 10,
            options: f.options.iter().filter_map(option).collect(),
        }
    }

    fn fails(&self, item: &Item) -> Fails {
        let mut out = Fails::None;
        let mut note = |fails: bool, which: Fails| {
            if fails {
                out = if out == Fails::None { which } else { Fails::Several };
            }
        };
        note(self.available && item.available <= 0, Fails::Available);
        note(self.reduced && item.off == 0, Fails::Reduced);
        note(!self.brands.is_empty() && !item.brand.is_some_and(|b| self.brands.contains(&b)), Fails::Brand);
        note(item.price < self.min || item.price > self.max, Fails::Price);
        note(item.rating < self.rating, Fails::Rating);
        for (group, values) in &self.options {
            note(!item.values.iter().any(|v| values.contains(v)), Fails::Group(*group));
        }
        out
    }
}

/// The candidates that pass, in their order, and the numbers beside the values.
pub fn apply(shelf: &Shelf, filter: &Filter, candidates: impl Iterator<Item = u32>) -> (Vec<u32>, Facets) {
    let test = Test::new(shelf, filter);
    let mut passed = Vec::new();
    let mut facets = Facets::default();
    // None: no candidate has it.
    let mut brands: Vec<Option<u32>> = vec![None; shelf.words.brands.len()];
    let mut values: Vec<Option<u32>> = vec![None; shelf.words.values.len()];
    let mut prices: Vec<u32> = Vec::new();
    for index in candidates {
        let item = shelf.item(index);
        let fails = test.fails(item);
        let counts = |which: Fails| u32::from(fails == Fails::None || fails == which);
        if fails == Fails::None {
            passed.push(index);
        }
        if item.available > 0 {
            facets.available += counts(Fails::Available);
        }
        if item.off > 0 {
            facets.reduced += counts(Fails::Reduced);
        }
        if let Some(b) = item.brand {
            *brands[b as usize].get_or_insert(0) += counts(Fails::Brand);
        }
        for v in &item.values {
            let group = shelf.words.values[*v as usize].group;
            *values[*v as usize].get_or_insert(0) += counts(Fails::Group(group));
        }
        for (i, bar) in [40, 30].into_iter().enumerate() {
            if item.rating >= bar {
                facets.ratings[i] += counts(Fails::Rating);
            }
        }
        if counts(Fails::Price) == 1 {
            prices.push(item.price);
        }
    }
    facets.brands = counted(&brands);
    facets.brands.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| name(shelf, a).cmp(name(shelf, b))));
    facets.groups = grouped(shelf, counted(&values));
    facets.prices = histogram(prices);
    (passed, facets)
}

fn name<'a>(shelf: &'a Shelf, c: &Count) -> &'a str {
    &shelf.words.brands[c.index as usize].name
}

fn counted(counts: &[Option<u32>]) -> Vec<Count> {
    let indexed = counts.iter().enumerate();
    indexed.filter_map(|(i, n)| Some(Count { index: i as u32, n: (*n)? })).collect()
}

/// By option, the options with most products first; one with a single value leaves nothing to choose.
fn grouped(shelf: &Shelf, values: Vec<Count>) -> Vec<(u32, Vec<Count>)> {
    let mut groups: Vec<(u32, Vec<Count>)> = Vec::new();
    for count in values {
        let group = shelf.words.values[count.index as usize].group;
        match groups.iter_mut().find(|(g, _)| *g == group) {
            Some((_, list)) => list.push(count),
            None => groups.push((group, vec![count])),
        }
    }
    groups.retain(|(_, list)| list.len() > 1);
    for (_, list) in &mut groups {
        list.sort_by_key(|c| std::cmp::Reverse(c.n));
    }
    groups.sort_by_key(|(_, list)| std::cmp::Reverse(list.iter().map(|c| c.n).sum::<u32>()));
    groups
}

/// Bars of equal ratio, so that cheap and dear goods both show; the dearest hundredth falls into the last bar.
fn histogram(mut prices: Vec<u32>) -> Prices {
    prices.sort_unstable();
    let (Some(&lowest), Some(&highest)) = (prices.first(), prices.last()) else { return Prices::default() };
    if lowest == highest {
        return Prices { lowest, highest, bars: Vec::new() };
    }
    let top = prices[(prices.len() - 1) * 99 / 100].max(lowest + 1);
    let (from, to) = (f64::from(lowest.max(1)).ln(), f64::from(top).ln());
    let edge = |i: usize| (from + (to - from) * (i + 1) as f64 / BARS as f64).exp().ceil() as u32;
    let mut bars: Vec<(u32, u32)> = (0..BARS).map(|i| (edge(i), 0)).collect();
    if let Some(last) = bars.last_mut() {
        last.0 = highest;
    }
    let mut at = 0;
    for price in prices {
        while price > bars[at].0 && at + 1 < BARS {
            at += 1;
        }
        bars[at].1 += 1;
    }
    Prices { lowest, highest, bars }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelf::{Brand, Group, Value, Words};

    fn shelf() -> Shelf {
        let mut words = Words::default();
        let brand = |w: &mut Words, id, slug: &str| {
            w.add_brand(id, || Brand { slug: slug.into(), name: slug.into() })
        };
        let value = |w: &mut Words, g: &str, v: &str| {
            let both = |s: &str| [s.to_string(), s.to_string()];
            let group = Group { code: g.into(), labels: both(g) };
            w.add_value(group, Value { group: 0, code: v.into(), labels: both(v), swatch: None })
        };
        let (a, b) = (brand(&mut words, 1, "aeris"), brand(&mut words, 2, "vesta"));
        let (black, white) = (value(&mut words, "couleur", "noir"), value(&mut words, "couleur", "blanc"));
        let (s, m) = (value(&mut words, "taille", "s"), value(&mut words, "taille", "m"));
        let item = |id, brand, price, available, rating, values: &[u32]| Item {
            id,
            category: 1,
            brand: Some(brand),
            price,
            off: if id == 1 { 20 } else { 0 },
            available,
            rating,
            reviews: 3,
            sales: id as u32,
            published: id,
            texts: [true, true],
            values: values.into(),
        };
        let items = vec![
            item(1, a, 1_000, 5, 45, &[black, s]),
            item(2, a, 2_000, 0, 35, &[white, s]),
            item(3, b, 3_000, 2, 20, &[black, m]),
            item(4, b, 4_000, 9, 41, &[black, white, m]),
        ];
        Shelf::new(items, words)
    }

    fn run(pairs: &[(&str, &str)]) -> (Vec<i64>, Facets) {
        let shelf = shelf();
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let filter = Filter::parse(&pairs).known_to(&shelf);
        let (passed, facets) = apply(&shelf, &filter, 0..4);
        (passed.into_iter().map(|i| shelf.item(i).id).collect(), facets)
    }

    fn brand_counts(f: &Facets) -> Vec<(u32, u32)> {
        let mut counts: Vec<_> = f.brands.iter().map(|c| (c.index, c.n)).collect();
        counts.sort_unstable();
        counts
    }

    #[test]
    fn without_filters_everything_passes_and_counts() {
        let (ids, f) = run(&[]);
        assert_eq!(ids, [1, 2, 3, 4]);
        assert_eq!((f.available, f.reduced, f.ratings), (3, 1, [2, 3]));
        assert_eq!(brand_counts(&f), [(0, 2), (1, 2)]);
        assert_eq!((f.prices.lowest, f.prices.highest), (1_000, 4_000));
        assert_eq!(f.prices.bars.iter().map(|b| b.1).sum::<u32>(), 4);
    }

    #[test]
    fn a_facet_counts_with_the_other_filters_but_not_with_its_own() {
        let (ids, f) = run(&[("marque", "aeris"), ("dispo", "1")]);
        assert_eq!(ids, [1]);
        assert_eq!(brand_counts(&f), [(0, 1), (1, 2)], "vesta would give its two that are in stock");
        assert_eq!(f.available, 1, "of the two of aeris one is in stock");
    }

    #[test]
    fn ticks_in_one_facet_add_and_facets_narrow_each_other() {
        assert_eq!(run(&[("couleur", "noir"), ("couleur", "blanc")]).0, [1, 2, 3, 4]);
        assert_eq!(run(&[("couleur", "noir"), ("taille", "m")]).0, [3, 4]);
        assert_eq!(run(&[("prix_min", "15"), ("prix_max", "35")]).0, [2, 3]);
        assert_eq!(run(&[("note", "4")]).0, [1, 4]);
        assert_eq!(run(&[("promo", "1")]).0, [1]);
    }

    #[test]
    fn a_value_that_would_give_nothing_stays_with_zero() {
        let (ids, f) = run(&[("taille", "s"), ("marque", "vesta")]);
        assert!(ids.is_empty());
        let sizes = f.groups.iter().flat_map(|(_, list)| list).map(|c| c.n).collect::<Vec<_>>();
        assert!(sizes.contains(&0), "{sizes:?}");
        assert_eq!(brand_counts(&f), [(0, 2), (1, 0)]);
    }

    #[test]
    fn every_number_is_what_ticking_it_would_give() {
        let bases: [&[(&str, &str)]; 4] =
            [&[], &[("dispo", "1")], &[("couleur", "noir")], &[("marque", "vesta"), ("note", "4")]];
        for base in bases {
            let shelf = shelf();
            let (_, f) = run(base);
            for c in &f.brands {
                let slug = &shelf.words.brands[c.index as usize].slug;
                let mut alone: Vec<(&str, &str)> =
                    base.iter().filter(|(k, _)| *k != "marque").copied().collect();
                alone.push(("marque", slug));
                assert_eq!(run(&alone).0.len() as u32, c.n, "{base:?} {slug}");
            }
        }
    }
}
