//! Measures of a ranking.

use std::collections::HashMap;

/// Discounted gain of the first ten against the best possible order.
pub fn ndcg10(ranked: &[u32], gains: &HashMap<u32, f64>) -> f64 {
    let discount = |i: usize| 1.0 / (i as f64 + 2.0).log2();
    let dcg: f64 =
        ranked.iter().take(10).enumerate().map(|(i, d)| gains.get(d).unwrap_or(&0.0) * discount(i)).sum();
    let mut best: Vec<f64> = gains.values().copied().collect();
    best.sort_by(|a, b| b.total_cmp(a));
    let ideal: f64 = best.iter().take(10).enumerate().map(|(i, g)| g * discount(i)).sum();
    if ideal > 0.0 { dcg / ideal } else { 0.0 }
}

/// Part of what is relevant that stands among the first `k`.
pub fn recall(ranked: &[u32], gains: &HashMap<u32, f64>, k: usize) -> f64 {
    let relevant = gains.values().filter(|g| **g >= 0.66).count();
    let found = ranked.iter().take(k).filter(|d| gains.get(d).is_some_and(|g| *g >= 0.66)).count();
    if relevant == 0 { 0.0 } else { found as f64 / relevant as f64 }
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The value below which this part of the values lies.
pub fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .get(((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_order_is_one_and_later_hits_count_less() {
        let gains = HashMap::from([(1, 1.0), (2, 0.5)]);
        assert!((ndcg10(&[1, 2, 3], &gains) - 1.0).abs() < 1e-9);
        assert!(ndcg10(&[2, 1], &gains) < 1.0);
        assert!(ndcg10(&[3, 1], &gains) < ndcg10(&[1, 3], &gains));
        assert!((recall(&[3, 1], &gains, 2) - 1.0).abs() < 1e-9);
        assert!((quantile(&[3.0, 1.0, 2.0], 0.5) - 2.0).abs() < 1e-9);
    }
}
