//! Documents like one: near in meaning, among those that share its telling words; a list whose parts differ.

use super::Engine;
use crate::recommend::diverse;

/// Documents compared at most.
const COMPARED: usize = 3_000;
/// Best documents among which the list is chosen.
const CHOSEN_FROM: usize = 60;

/// Nearness below which nothing is alike, and the part of the best one's that is asked for.
const LEAST: f32 = 0.2;
const PART: f32 = 0.5;

/// Up to `k` documents like the one with this id, best first; `variety` is 0 for nearness alone, 1 for difference alone.
/// Empty when the index does not know it.
pub fn similar(engine: &Engine, id: i64, k: usize, variety: f32) -> Vec<i64> {
    let (index, lsa) = (&engine.base.index, &engine.base.lsa);
    let Ok(own) = index.ids.binary_search(&id) else { return Vec::new() };
    let own = own as u32;
    let Some(vector) = lsa.middle(&[(own, 1.0)]) else { return Vec::new() };
    // The rarest words of its title first: what shares them is the same kind of thing.
    let mut terms: Vec<u32> = index.title(own).to_vec();
    terms.sort_unstable();
    terms.dedup();
    terms.sort_by_key(|t| index.count(*t));
    let mut seen = std::collections::HashSet::from([own]);
    let mut near: Vec<(u32, f32)> = Vec::new();
    'terms: for term in terms {
        for doc in index.documents(term) {
            if near.len() == COMPARED {
                break 'terms;
            }
            let gone =
                || engine.fresh.as_ref().is_some_and(|f| f.replaced.contains(&index.ids[*doc as usize]));
            if seen.insert(*doc) && !gone() {
                near.push((*doc, lsa.nearness(&vector, *doc)));
            }
        }
    }
    // Sharing a word by chance is not being alike.
    let nearest = near.iter().map(|n| n.1).fold(0.0, f32::max);
    near.retain(|(_, nearness)| *nearness >= (nearest * PART).max(LEAST));
    near.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(CHOSEN_FROM);
    diverse(&near, k, variety, |a, b| lsa.alike(a, b))
        .into_iter()
        .map(|doc| index.ids[doc as usize])
        .collect()
}
