//! Chance that falls the same way on every machine and with every release: the same seed gives the same shop.

use kit::chance::Chance;

pub struct Dice(Chance);

impl Dice {
    #[cfg(test)]
    pub fn new(seed: u64) -> Dice {
        Dice(Chance::new(seed))
    }

    /// Dice for one named thing, so that adding a product does not change the luck of the others.
    pub fn named(seed: u64, name: &str) -> Dice {
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Dice(Chance::new(seed ^ hash))
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.0.bits() % n }
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1).max(1) as u64) as i64
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of them. Panics on an empty slice, like indexing does.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// An index, drawn in proportion to the weights; 0 when all are 0.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(weights.clone().map(u64::from).sum());
        for (i, w) in weights.enumerate() {
            match left.checked_sub(u64::from(w)) {
                None => return i,
                Some(rest) => left = rest,
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_gives_the_same_luck() {
        let throw = |name| {
            let mut d = Dice::named(7, name);
            (0..5).map(|_| d.between(1, 6)).collect::<Vec<_>>()
        };
        assert_eq!(throw("a"), throw("a"));
        assert_ne!(throw("a"), throw("b"));
        assert!(throw("c").iter().all(|n| (1..=6).contains(n)));
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut d = Dice::new(1);
        assert!((0..200).all(|_| [1, 3].contains(&d.weighted([0, 2, 0, 5].into_iter()))));
    }
}
