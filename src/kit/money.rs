//! Money in minor units. Never a float, never a bare number in a view.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

use crate::Lang;

/// An amount in euro cents. The shop sells in one currency; the code stands beside every stored amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// ISO 4217 code of the shop's currency.
pub const CURRENCY: &str = "EUR";

impl Money {
    pub const ZERO: Money = Money(0);

    pub const fn cents(cents: i64) -> Money {
        Money(cents)
    }

    pub const fn as_cents(self) -> i64 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// `self * quantity`, or `None` beyond 64 bits.
    pub fn checked_mul(self, quantity: i64) -> Option<Money> {
        self.0.checked_mul(quantity).map(Money)
    }

    /// The VAT contained in this amount (TTC) at a rate in basis points, rounded half up to the cent:
    /// `amount * rate / (10000 + rate)`.
    pub fn tax_included(self, rate_bp: i32) -> Money {
        let rate = i128::from(rate_bp);
        let den = 10_000 + rate;
        let num = i128::from(self.0) * rate;
        Money(((num * 2 + den) / (den * 2)) as i64)
    }

    /// Whole per cent that `self` is below `before`, rounded down: 549.90 against 649.90 is 15.
    pub fn percent_off(self, before: Money) -> i64 {
        if before.0 <= 0 || self.0 >= before.0 { 0 } else { (before.0 - self.0) * 100 / before.0 }
    }

    /// As people write it, with no-break spaces: `1 234,56 €` in French, `€1,234.56` in English.
    pub fn format(self, lang: Lang) -> String {
        let sign = if self.0 < 0 { "−" } else { "" };
        let abs = self.0.unsigned_abs();
        let whole = crate::text::grouped(lang, (abs / 100) as i64);
        let cents = abs % 100;
        match lang {
            Lang::Fr => format!("{sign}{whole},{cents:02}\u{a0}€"),
            Lang::En => format!("{sign}€{whole}.{cents:02}"),
        }
    }

    /// Machine form for `<data value>` and structured data: `1234.56`.
    pub fn decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }

    /// Reads what a person types as a price: `12`, `12,5`, `12.50`, `1 234,56`. `None` for anything else.
    pub fn parse(input: &str) -> Option<Money> {
        let s: String = input.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '€')).collect();
        let (whole, frac) = s.split_once([',', '.']).unwrap_or((s.as_str(), ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || frac.len() > 2 || !digits(whole) || !digits(frac) {
            return None;
        }
        let cents: i64 = format!("{frac:0<2}").parse().ok()?;
        Some(Money(whole.parse::<i64>().ok()? * 100 + cents))
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(iter: I) -> Money {
        Money(iter.map(|m| m.0).sum())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal())
    }
}

impl From<i64> for Money {
    fn from(cents: i64) -> Money {
        Money(cents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_read_as_french_and_english_people_write_them() {
        assert_eq!(Money::cents(123_456).format(Lang::Fr), "1\u{a0}234,56\u{a0}€");
        assert_eq!(Money::cents(123_456).format(Lang::En), "€1,234.56");
        assert_eq!(Money::cents(-5).format(Lang::Fr), "−0,05\u{a0}€");
    }

    #[test]
    fn vat_is_taken_out_of_the_price_and_rounded_to_the_cent() {
        assert_eq!(Money::cents(12_000).tax_included(2000), Money::cents(2_000));
        assert_eq!(Money::cents(999).tax_included(550), Money::cents(52));
        assert_eq!(Money::ZERO.tax_included(2000), Money::ZERO);
    }

    #[test]
    fn typed_prices_are_read_or_refused() {
        assert_eq!(Money::parse("1 234,5 €"), Some(Money::cents(123_450)));
        assert_eq!(Money::parse("12.34"), Some(Money::cents(1_234)));
        for bad in ["", "-1", "1,234", "abc", "1e3", "٣", "12345678901"] {
            assert_eq!(Money::parse(bad), None, "{bad}");
        }
    }
}
