//! Which review stands under which product: texts that fit, signed by people who bought it where somebody did.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use crate::content::{Product, ReviewText};
use crate::dice::Dice;

/// A row of `reviews`.
#[derive(Debug, Serialize)]
pub struct Row {
    pub product_id: i64,
    pub user_id: Option<i64>,
    pub author: String,
    pub lang: String,
    pub rating: i16,
    pub title: String,
    pub body: String,
    pub verified: bool,
    pub status: &'static str,
    pub at: DateTime<Utc>,
}

/// Somebody who got a product: signature, account, language, when it arrived.
#[derive(Debug, Clone)]
pub struct Buyer {
    pub signature: String,
    pub user_id: Option<i64>,
    pub lang: &'static str,
    pub delivered_at: DateTime<Utc>,
}

/// A product with what reviews need.
pub struct Subject<'a> {
    pub id: i64,
    pub product: &'a Product,
    pub buyers: Vec<Buyer>,
}

const FIRST: &[&str] = &[
    "Camille", "Julien", "Léa", "Marc", "Sophie", "Karim", "Élise", "Paul", "Inès", "Thierry", "Nadia",
    "Hugo", "Martine", "Yann", "Lucie", "David", "Aurélie", "Jean", "Mina", "Quentin", "Odile", "Rémi",
    "Salomé", "Guy",
];
const FIRST_EN: &[&str] =
    &["Emma", "James", "Olivia", "Tom", "Sarah", "Daniel", "Anna", "Peter", "Grace", "Liam"];
const INITIALS: &[u8] = b"ABCDEFGHJLMNPRSTV";

/// The reviews of all products. A text stands once under a product, and the least used texts come first.
pub fn write(subjects: &[Subject<'_>], texts: &[ReviewText], now: DateTime<Utc>, seed: u64) -> Vec<Row> {
    let mut used: HashMap<usize, u32> = HashMap::new();
    let mut out = Vec::new();
    for subject in subjects {
        let mut dice = Dice::named(seed, &format!("reviews {}", subject.product.code));
        let mut here = HashSet::new();
        let mut buyers = subject.buyers.iter();
        for _ in 0..how_many(&mut dice, subject.product) {
            let Some(n) = choose(&mut dice, texts, subject.product, &here, &used) else { break };
            here.insert(n);
            *used.entry(n).or_default() += 1;
            let buyer = buyers.find(|b| b.lang == texts[n].lang);
            out.extend(row(&mut dice, subject, &texts[n], buyer, now));
        }
    }
    out.sort_by_key(|r| r.at);
    out
}

fn how_many(dice: &mut Dice, product: &Product) -> i64 {
    match product.days_ago {
        0..14 => dice.between(0, 1),
        14..40 => dice.between(0, 2),
        _ => (i64::from(product.popularity) / 2 + dice.between(-1, 3)).max(0),
    }
}

/// A text made for the product before one for its shelf before one for anything; among equals the least used.
fn choose(
    dice: &mut Dice,
    texts: &[ReviewText],
    product: &Product,
    here: &HashSet<usize>,
    used: &HashMap<usize, u32>,
) -> Option<usize> {
    let rank = |t: &ReviewText| match &t.fits {
        fits if fits.is_empty() => Some(2),
        fits if fits.contains(&product.code) => Some(0),
        fits if fits.contains(&product.category) => Some(1),
        _ => None,
    };
    let anything = dice.chance(18);
    texts
        .iter()
        .enumerate()
        .filter(|(n, _)| !here.contains(n))
        .filter_map(|(n, t)| {
            let rank = rank(t)?;
            let far = if anything { 2 - rank } else { rank };
            let worn = used.get(&n).copied().unwrap_or(0) * 2;
            Some((worn + far, dice.below(1_000), n))
        })
        .min()
        .map(|(_, _, n)| n)
}

fn row(
    dice: &mut Dice,
    subject: &Subject<'_>,
    text: &ReviewText,
    buyer: Option<&Buyer>,
    now: DateTime<Utc>,
) -> Option<Row> {
    let age = subject.product.days_ago;
    let at = match buyer {
        Some(b) => b.delivered_at + Duration::hours(dice.between(30, 400)),
        None => now - Duration::hours(dice.between(30, (age * 24 - 40).clamp(31, 9_000))),
    };
    // A review that lies ahead is not written yet; the youngest are still being read.
    let status = if now - at < Duration::hours(60) { "pending" } else { "approved" };
    let first = dice.pick(if text.lang == "en" { FIRST_EN } else { FIRST });
    let initial = *dice.pick(INITIALS) as char;
    (at < now).then(|| Row {
        product_id: subject.id,
        user_id: buyer.and_then(|b| b.user_id),
        author: buyer.map_or_else(|| format!("{first} {initial}."), |b| b.signature.clone()),
        lang: text.lang.clone(),
        rating: text.rating,
        title: text.title.clone(),
        body: text.body.clone(),
        verified: buyer.is_some(),
        status,
        at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content;

    #[test]
    fn there_are_enough_reviews_and_each_fits_its_product() {
        let content = content::load().unwrap();
        let now = DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_000);
        let subjects: Vec<_> = content
            .products
            .iter()
            .zip(1..)
            .map(|(product, id)| Subject { id, product, buyers: vec![] })
            .collect();
        let rows = write(&subjects, &content.reviews, now, 1);
        assert!(rows.len() >= 400, "{} reviews", rows.len());
        let good = rows.iter().filter(|r| r.rating >= 4).count();
        assert!((70..93).contains(&(good * 100 / rows.len())), "{good} of {}", rows.len());
        let pairs: HashSet<_> = rows.iter().map(|r| (r.product_id, &r.body)).collect();
        assert_eq!(pairs.len(), rows.len(), "no text twice under a product");
        assert!(rows.iter().all(|r| r.at < now));
    }
}
