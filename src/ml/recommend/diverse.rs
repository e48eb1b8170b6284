//! A list whose parts differ: each next one is good and unlike those before (maximal marginal relevance).

/// Orders candidates, best first with their score; `variety` is 0 for the order as it is, 1 for difference alone.
pub fn diverse<T: Copy>(
    candidates: &[(T, f32)],
    k: usize,
    variety: f32,
    alike: impl Fn(T, T) -> f32,
) -> Vec<T> {
    let most = candidates.iter().map(|c| c.1).fold(1e-6, f32::max);
    let mut left: Vec<(T, f32, f32)> = candidates.iter().map(|(t, s)| (*t, s / most, 0.0)).collect();
    let mut out = Vec::new();
    while out.len() < k && !left.is_empty() {
        let value = |c: &(T, f32, f32)| (1.0 - variety) * c.1 - variety * c.2;
        let mut at = 0;
        for i in 1..left.len() {
            if value(&left[i]) > value(&left[at]) {
                at = i;
            }
        }
        let (next, _, _) = left.remove(at);
        out.push(next);
        for c in &mut left {
            c.2 = c.2.max(alike(c.0, next));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twin_waits_until_something_else_was_shown() {
        let candidates = [(10, 1.0), (11, 0.9), (20, 0.6)];
        let alike = |a: i32, b: i32| if a / 10 == b / 10 { 1.0 } else { 0.0 };
        assert_eq!(diverse(&candidates, 2, 0.5, alike), [10, 20]);
        assert_eq!(diverse(&candidates, 2, 0.0, alike), [10, 11]);
    }
}
