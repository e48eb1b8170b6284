//! How many of a thing somebody wants: a whole number from 1 to 999.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A quantity of one cart or order line, 1 to 999. Built only by [`Quantity::new`] or by parsing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Quantity(i32);

/// The text or number is not a quantity from 1 to 999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is a whole number from 1 to 999")]
pub struct NotAQuantity;

impl Quantity {
    pub const MAX: i32 = 999;

    pub fn new(n: i32) -> Result<Quantity, NotAQuantity> {
        if (1..=Self::MAX).contains(&n) { Ok(Quantity(n)) } else { Err(NotAQuantity) }
    }

    pub const fn get(self) -> i32 {
        self.0
    }

    /// Sum of two quantities, capped at the maximum.
    pub fn saturating_add(self, other: Quantity) -> Quantity {
        Quantity((self.0 + other.0).min(Self::MAX))
    }
}

impl FromStr for Quantity {
    type Err = NotAQuantity;

    /// Plain ASCII digits only: no sign, no point, no exponent, no other script.
    fn from_str(s: &str) -> Result<Quantity, NotAQuantity> {
        let s = s.trim();
        if s.is_empty() || s.len() > 3 || !s.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAQuantity);
        }
        Quantity::new(s.parse().map_err(|_| NotAQuantity)?)
    }
}

impl TryFrom<i32> for Quantity {
    type Error = NotAQuantity;
    fn try_from(n: i32) -> Result<Quantity, NotAQuantity> {
        Quantity::new(n)
    }
}

impl From<Quantity> for i32 {
    fn from(q: Quantity) -> i32 {
        q.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_from_1_to_999_are_quantities() {
        for bad in ["0", "-1", "1.5", "1e3", "1000000000", "٣", "", " ", "+1", "1000", "0x1"] {
            assert!(bad.parse::<Quantity>().is_err(), "{bad:?} was taken");
        }
        assert_eq!("12".parse::<Quantity>().map(Quantity::get), Ok(12));
        assert_eq!("007".parse::<Quantity>().map(Quantity::get), Ok(7));
    }
}
