//! What orders leave behind besides stock: buyers who may write a review, and visits.

use std::collections::HashMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::dice::Dice;
use crate::history::{self, Order};
use crate::orders::Scene;
use crate::reviews::Buyer;
use crate::store::shelf::ViewRow;

/// Who received which product, youngest last.
pub fn buyers(scene: &Scene<'_>, orders: &[Order]) -> HashMap<i64, Vec<Buyer>> {
    let mut out: HashMap<i64, Vec<Buyer>> = HashMap::new();
    for order in orders {
        let (Some(delivered_at), None) = (order.steps.delivered, order.steps.returned) else { continue };
        let person = &scene.people[order.person];
        let buyer = Buyer {
            signature: person.signature(),
            user_id: scene.user_ids.get(&person.email).copied(),
            lang: person.lang,
            delivered_at,
        };
        for line in &order.lines {
            let list = out.entry(scene.placed[line.good].id).or_default();
            if list.iter().all(|b| b.signature != buyer.signature) {
                list.push(buyer.clone());
            }
        }
    }
    out
}

/// Views of each product and day: what is popular, new or bought is looked at more.
pub fn views(scene: &Scene<'_>, orders: &[Order]) -> Vec<ViewRow> {
    let day = |at: DateTime<Utc>| kit::dates::day(at);
    let mut sold: HashMap<(i64, NaiveDate), i32> = HashMap::new();
    for order in orders {
        for line in &order.lines {
            *sold.entry((scene.placed[line.good].id, day(order.placed_at))).or_default() += 1;
        }
    }
    let mut out = Vec::new();
    for p in scene.placed {
        let mut dice = Dice::named(scene.seed, &format!("views {}", p.product.code));
        for back in 0..history::DAYS.min(p.product.days_ago + 1) {
            let day = day(scene.now) - Duration::days(back);
            let age = p.product.days_ago - back;
            let fresh = if age < 10 { 2 } else { 1 };
            let base = i64::from(p.product.popularity) * dice.between(2, 6) * fresh;
            let bought = i64::from(sold.get(&(p.id, day)).copied().unwrap_or(0));
            let views = (base + bought * dice.between(9, 21)) as i32;
            out.push(ViewRow { product_id: p.id, day, views });
        }
    }
    out
}
