//! Bought together: pairs of one basket that meet more often than chance would have it.

use std::collections::HashMap;

/// Two items and how much more often they are in one basket than if they had nothing to do with each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub item: u32,
    pub with: u32,
    pub count: u32,
    pub lift: f32,
}

/// Pairs in at least `support` baskets with a lift above 1, both ways round, strongest first.
pub fn pairs(baskets: &[Vec<u32>], support: u32) -> Vec<Pair> {
    let mut single: HashMap<u32, u32> = HashMap::new();
    let mut both: HashMap<(u32, u32), u32> = HashMap::new();
    for basket in baskets {
        let mut items = basket.clone();
        items.sort_unstable();
        items.dedup();
        for (i, a) in items.iter().enumerate() {
            *single.entry(*a).or_default() += 1;
            for b in &items[i + 1..] {
                *both.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut out = Vec::new();
    for ((a, b), count) in both.into_iter().filter(|(_, n)| *n >= support) {
        let (alone_a, alone_b) = (single[&a] as f32, single[&b] as f32);
        let lift = count as f32 * baskets.len() as f32 / (alone_a * alone_b);
        if lift > 1.0 {
            out.push(Pair { item: a, with: b, count, lift });
            out.push(Pair { item: b, with: a, count, lift });
        }
    }
    // A high lift of few baskets may be chance: both count.
    let strength = |p: &Pair| p.lift.ln() * (p.count as f32).ln_1p();
    out.sort_by(|a, b| {
        strength(b).total_cmp(&strength(a)).then(a.item.cmp(&b.item)).then(a.with.cmp(&b.with))
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_meet_by_chance_or_rarely_are_left_out() {
        let mut baskets = vec![vec![1, 2]; 5];
        baskets.extend(vec![vec![3]; 20]);
        baskets.push(vec![1, 3]);
        let found = pairs(&baskets, 2);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!((found[0].item, found[0].with, found[0].count), (1, 2, 5));
    }
}
