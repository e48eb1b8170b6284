//! How well a small shop of our own answers: a floor under today's figure, so that a worse ranking is noticed.
//!
//! Measured like `ml-eval search`, whose data is too large to stand here. Whoever ranks better raises the floors.

use std::collections::HashMap;

use super::*;
use crate::eval::measure::{mean, ndcg10};

const PRODUCTS: &str = include_str!("products.tsv");
const QUERIES: &str = include_str!("queries.tsv");

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect())
}

fn shop(lang: Lang) -> Engine {
    let rows: Vec<Vec<&str>> = rows(PRODUCTS).collect();
    let documents = rows.iter().map(|row| {
        let (title, body) = lang.pick((row[1], row[2]), (row[3], row[4]));
        Document { id: row[0].parse().unwrap(), title, body, brand: row[5], attributes: "" }
    });
    Engine::open(&Bundle::from_bytes(&build(lang, documents).unwrap()).unwrap()).unwrap()
}

/// The figure of each query on a catalogue, with the query.
fn answered(lang: Lang) -> Vec<(&'static str, f64)> {
    let shop = shop(lang);
    let of = |row: Vec<&'static str>| {
        let mut gains: HashMap<u32, f64> = HashMap::new();
        for (ids, gain) in [(row[2], 1.0), (row[3], 0.5)] {
            gains.extend(ids.split_whitespace().map(|id| (id.parse::<u32>().unwrap(), gain)));
        }
        let ranked: Vec<u32> = shop.search(row[1]).iter().map(|h| h.id as u32).collect();
        (row[1], ndcg10(&ranked, &gains))
    };
    rows(QUERIES).filter(|row| row[0] == lang.code()).map(of).collect()
}

/// Fails when the mean over the queries is below the floor; names those that are not answered perfectly.
fn reaches(floor: f64, lang: Lang) {
    let answered = answered(lang);
    let figure = mean(&answered.iter().map(|(_, f)| *f).collect::<Vec<_>>());
    let worst: Vec<_> = answered.iter().filter(|(_, f)| *f < 0.99).collect();
    assert!(figure >= floor, "nDCG@10 {figure:.4} is below {floor}; not perfect: {worst:?}");
}

#[test]
fn french_products_are_found_as_well_as_today() {
    reaches(0.965, Lang::Fr);
}

#[test]
fn english_products_are_found_as_well_as_today() {
    reaches(0.948, Lang::En);
}
