//! What goes with what: neighbours of items learned from the order in which people took them.
//!
//! Reading order: this file (neighbours and what a history calls for), `pairs` (bought together), `diverse` (a list
//! whose parts differ).

mod diverse;
mod pairs;

pub use diverse::diverse;
pub use pairs::{Pair, pairs};

use crate::bundle::{Bundle, Column, Damaged, Writer};

/// One thing somebody took; things of one basket share the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub item: u32,
    pub step: u32,
}

/// How neighbours are learned; chosen on judged histories (docs/ml.md).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Few common takers prove little: added below the line.
    pub shrink: f32,
    /// After so many steps between two takings their pair counts half.
    pub half: f32,
    /// What a pair counts towards the item taken before.
    pub back: f32,
    /// Exponent of the number of things a person took; who takes everything says little.
    pub busy: f32,
    /// Exponent of the popularity of the item proposed.
    pub popular: f32,
    /// Neighbours kept of each item.
    pub kept: usize,
}

impl Default for Params {
    fn default() -> Params {
        Params { shrink: 10.0, half: 4.0, back: 0.6, busy: 0.5, popular: 0.5, kept: 200 }
    }
}

/// For each item those that people take around it, nearest first.
pub struct Neighbours {
    offsets: Column<u32>,
    items: Column<u32>,
    scores: Column<f32>,
}

/// Learns from histories of items below `items`; writes the columns of [`Neighbours`].
pub fn learn(histories: &[Vec<Taken>], items: usize, params: Params, out: &mut Writer) {
    let mut takers: Vec<Vec<(u32, u32)>> = vec![Vec::new(); items];
    for (person, history) in histories.iter().enumerate() {
        for (place, taken) in history.iter().enumerate() {
            takers[taken.item as usize].push((person as u32, place as u32));
        }
    }
    let count = |item: usize| takers[item].len() as f32;
    let weight: Vec<f32> = histories.iter().map(|h| (1.0 + h.len() as f32).powf(-params.busy)).collect();
    let mean = weight.iter().sum::<f32>() / weight.len().max(1) as f32;
    let (mut offsets, mut near_items, mut near_scores) = (vec![0u32], Vec::new(), Vec::new());
    let mut sums = vec![0f32; items];
    let mut touched: Vec<u32> = Vec::new();
    for (item, its_takers) in takers.iter().enumerate() {
        for (person, place) in its_takers {
            let history = &histories[*person as usize];
            let own = history[*place as usize];
            for other in history.iter().filter(|o| o.item != own.item) {
                let gap = own.step.abs_diff(other.step) as f32;
                let side = if other.step >= own.step { 1.0 } else { params.back };
                let sum = &mut sums[other.item as usize];
                if *sum == 0.0 {
                    touched.push(other.item);
                }
                *sum += side * weight[*person as usize] / mean * 0.5f32.powf(gap / params.half);
            }
        }
        let mut near: Vec<(u32, f32)> = touched
            .drain(..)
            .map(|other| {
                let sum = std::mem::take(&mut sums[other as usize]);
                let common = count(item).sqrt() * count(other as usize).powf(1.0 - params.popular);
                (other, sum / (common + params.shrink))
            })
            .collect();
        near.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(params.kept);
        near_items.extend(near.iter().map(|n| n.0));
        near_scores.extend(near.iter().map(|n| n.1));
        offsets.push(near_items.len() as u32);
    }
    out.put("near.offsets", &offsets);
    out.put("near.items", &near_items);
    out.put("near.scores", &near_scores);
}

impl Neighbours {
    pub fn open(bundle: &Bundle) -> Result<Neighbours, Damaged> {
        let items = bundle.column::<u32>("near.items")?;
        let offsets = bundle.offsets("near.offsets", items.len())?;
        if items.iter().any(|i| *i as usize + 1 >= offsets.len()) {
            return Err(Damaged::Column("near.items".into()));
        }
        Ok(Neighbours { scores: bundle.column_of("near.scores", items.len())?, offsets, items })
    }

    pub fn items(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Neighbours of an item, nearest first.
    pub fn of(&self, item: u32) -> impl Iterator<Item = (u32, f32)> {
        let range = self.offsets[item as usize] as usize..self.offsets[item as usize + 1] as usize;
        self.items[range.clone()].iter().copied().zip(self.scores[range].iter().copied())
    }

    /// What a history calls for, by item: what was taken last counts most, half as much after `half` steps.
    pub fn called_for(&self, history: &[Taken], half: f32) -> Vec<f32> {
        let mut out = vec![0f32; self.items()];
        let now = history.iter().map(|t| t.step).max().unwrap_or(0);
        let items = self.items();
        for taken in history.iter().filter(|t| (t.item as usize) < items) {
            let weight = 0.5f32.powf((now - taken.step) as f32 / half);
            if weight > 1e-4 {
                self.of(taken.item).for_each(|(item, score)| out[item as usize] += weight * score);
            }
        }
        out
    }
}

/// How often somebody took each item lately: what will be bought again.
pub fn again(history: &[Taken], items: usize, half: f32) -> Vec<f32> {
    let mut out = vec![0f32; items];
    let now = history.iter().map(|t| t.step).max().unwrap_or(0);
    for taken in history {
        out[taken.item as usize] += 0.5f32.powf((now - taken.step) as f32 / half);
    }
    out
}

/// The `k` items of highest score, without those refused.
pub fn best(scores: &[f32], k: usize, refused: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut all: Vec<u32> =
        (0..scores.len() as u32).filter(|i| scores[*i as usize] > 0.0 && !refused(*i)).collect();
    let order = |a: &u32, b: &u32| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b));
    if k < all.len() {
        all.select_nth_unstable_by(k, order);
        all.truncate(k);
    }
    all.sort_unstable_by(order);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(items: &[u32]) -> Vec<Taken> {
        items.iter().enumerate().map(|(i, item)| Taken { item: *item, step: i as u32 }).collect()
    }

    fn learned() -> Neighbours {
        // 0 is followed by 1, 2 by 3; 4 is taken with everything.
        let mut histories = Vec::new();
        for _ in 0..20 {
            histories.push(history(&[0, 1, 4]));
            histories.push(history(&[2, 3, 4]));
        }
        let mut out = Writer::default();
        learn(&histories, 5, Params { shrink: 1.0, ..Params::default() }, &mut out);
        Neighbours::open(&Bundle::from_bytes(&out.finish()).unwrap()).unwrap()
    }

    #[test]
    fn what_is_taken_together_is_near() {
        let near = learned();
        assert_eq!(near.of(0).next().map(|n| n.0), Some(1));
        assert!(near.of(0).all(|n| n.0 != 2 && n.0 != 3));
        let scores = near.called_for(&history(&[2, 0]), 1.0);
        assert!(scores[1] > scores[3], "what came last counts most");
        assert_eq!(best(&scores, 2, |i| i == 1).len(), 2);
        assert!(!best(&scores, 5, |i| i == 1).contains(&1));
    }

    #[test]
    fn what_is_bought_often_and_lately_will_be_bought_again() {
        let scores = again(&history(&[1, 1, 1, 2, 2]), 3, 2.0);
        assert!(scores[2] > scores[1] && scores[0] == 0.0);
    }
}
