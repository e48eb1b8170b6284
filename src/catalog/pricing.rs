//! When a reduction may be shown, and against which price.
//!
//! The Omnibus directive (and article L. 112-1-1 of the French consumer code) wants the lowest price of the 30 days before a
//! reduction beside it, and a percentage counted from that price. So the crossed-out price is never above it.

use kit::Money;

/// What is asked now, and against what it is reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub now: Money,
    pub reduction: Option<Reduction>,
}

/// A reduction that may be announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reduction {
    /// Crossed out.
    pub was: Money,
    /// Lowest price of the 30 days before the reduction began.
    pub lowest: Money,
}

impl Price {
    /// From the columns of a variant. Without any history the merchant's own former price stands for the lowest.
    pub fn new(now: i64, compare_at: Option<i64>, lowest_before: Option<i64>) -> Price {
        let now = Money::cents(now);
        Price { now, reduction: compare_at.and_then(|before| reduction(now, before, lowest_before)) }
    }

    pub fn is_reduced(&self) -> bool {
        self.reduction.is_some()
    }

    /// Whole per cent off, 0 when not reduced.
    pub fn percent_off(&self) -> i64 {
        self.reduction.map_or(0, |r| self.now.percent_off(r.was))
    }
}

/// The lower of the two former prices is crossed out; a "reduction" that is none is not shown.
fn reduction(now: Money, compare_at: i64, lowest_before: Option<i64>) -> Option<Reduction> {
    let compare_at = Money::cents(compare_at);
    let lowest = lowest_before.map_or(compare_at, Money::cents);
    let was = compare_at.min(lowest);
    (was > now).then_some(Reduction { was, lowest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crossed_out_price_is_never_above_the_lowest_of_the_thirty_days_before() {
        let honest = Price::new(54_990, Some(64_990), Some(64_990));
        assert_eq!(honest.percent_off(), 15);
        let inflated = Price::new(54_990, Some(79_990), Some(59_990));
        assert_eq!(inflated.reduction.map(|r| r.was), Some(Money::cents(59_990)));
        assert_eq!(inflated.percent_off(), 8);
    }

    #[test]
    fn a_price_that_was_already_asked_last_month_is_no_reduction() {
        assert!(!Price::new(54_990, Some(64_990), Some(54_990)).is_reduced());
        assert!(!Price::new(54_990, Some(64_990), Some(49_990)).is_reduced());
        assert!(!Price::new(54_990, None, Some(64_990)).is_reduced());
    }

    #[test]
    fn without_history_the_former_price_of_the_merchant_counts() {
        assert_eq!(Price::new(900, Some(1_000), None).percent_off(), 10);
    }
}
