//! The sums of an order, without I/O. Prices include VAT; the VAT inside is computed per line and rounded once there.

use std::collections::BTreeMap;

use kit::Money;

/// A line with its VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxedLine {
    pub unit: Money,
    pub quantity: i32,
    pub total: Money,
    pub tax_bp: i32,
    pub tax: Money,
}

/// What the customer pays, and the VAT inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    pub lines: Vec<TaxedLine>,
    pub items: Money,
    pub shipping: Money,
    pub shipping_tax_bp: i32,
    pub total: Money,
    pub tax: Money,
}

/// A sum that no real order reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sum is beyond what can be written")]
pub struct TooMuch;

impl Totals {
    /// `lines` are (unit price, quantity, VAT rate in basis points).
    pub fn of(lines: &[(Money, i32, i32)], shipping: Money, shipping_tax_bp: i32) -> Result<Totals, TooMuch> {
        let mut out = Vec::with_capacity(lines.len());
        let (mut items, mut tax) = (0i64, shipping.tax_included(shipping_tax_bp).as_cents());
        for (unit, quantity, tax_bp) in lines {
            let total = unit.checked_mul(i64::from(*quantity)).ok_or(TooMuch)?;
            let line_tax = total.tax_included(*tax_bp);
            items = items.checked_add(total.as_cents()).ok_or(TooMuch)?;
            tax = tax.checked_add(line_tax.as_cents()).ok_or(TooMuch)?;
            out.push(TaxedLine { unit: *unit, quantity: *quantity, total, tax_bp: *tax_bp, tax: line_tax });
        }
        let total = items.checked_add(shipping.as_cents()).ok_or(TooMuch)?;
        Ok(Totals {
            lines: out,
            items: Money::cents(items),
            shipping,
            shipping_tax_bp,
            total: Money::cents(total),
            tax: Money::cents(tax),
        })
    }

    /// VAT by rate, delivery included, the highest rate first.
    pub fn by_rate(&self) -> Vec<(i32, Money)> {
        let mut out = BTreeMap::new();
        for l in &self.lines {
            *out.entry(l.tax_bp).or_insert(0) += l.tax.as_cents();
        }
        *out.entry(self.shipping_tax_bp).or_insert(0) +=
            self.shipping.tax_included(self.shipping_tax_bp).as_cents();
        out.into_iter().rev().filter(|(_, t)| *t != 0).map(|(bp, t)| (bp, Money::cents(t))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_adds_up() {
        let lines = [(Money::cents(4_490), 2, 2_000), (Money::cents(999), 1, 550)];
        let t = Totals::of(&lines, Money::cents(490), 2_000).unwrap();
        assert_eq!(t.items, Money::cents(9_979));
        assert_eq!(t.total, Money::cents(10_469));
        // 89.80 at 20 %: 14.97; 9.99 at 5.5 %: 0.52; 4.90 at 20 %: 0.82
        assert_eq!(t.tax, Money::cents(1_497 + 52 + 82));
        assert_eq!(t.by_rate(), [(2_000, Money::cents(1_579)), (550, Money::cents(52))]);
    }

    #[test]
    fn an_overflow_is_refused_not_wrapped() {
        assert_eq!(Totals::of(&[(Money::cents(i64::MAX / 2), 3, 2_000)], Money::ZERO, 2_000), Err(TooMuch));
    }

    /// A small generator: the property must hold for many odd orders, and the same ones each time.
    fn orders() -> impl Iterator<Item = (Vec<(Money, i32, i32)>, Money)> {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = move |below: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        (0..2_000).map(move |_| {
            let rates = [2_000, 1_000, 550, 210, 2_100, 300];
            let lines = (0..1 + next(12))
                .map(|_| {
                    (Money::cents(next(100_000_000) as i64), 1 + next(999) as i32, rates[next(6) as usize])
                })
                .collect();
            (lines, Money::cents(next(5_000) as i64))
        })
    }

    #[test]
    fn sums_and_taxes_agree_for_any_order() {
        for (lines, shipping) in orders() {
            let t = Totals::of(&lines, shipping, 2_000).unwrap();
            assert_eq!(t.items + t.shipping, t.total);
            assert_eq!(t.lines.iter().map(|l| l.total).sum::<Money>(), t.items);
            assert_eq!(t.by_rate().into_iter().map(|(_, tax)| tax).sum::<Money>(), t.tax);
            assert!(t.tax >= Money::ZERO && t.tax < t.total || t.total.is_zero());
            for l in &t.lines {
                // Price without VAT plus VAT gives the price back, to the cent.
                let net = l.total - l.tax;
                let again = (net.as_cents() as i128 * (10_000 + i128::from(l.tax_bp)) * 2 + 10_000) / 20_000;
                assert!((again - i128::from(l.total.as_cents())).abs() <= 1, "{l:?}");
            }
            let mut reversed = lines.clone();
            reversed.reverse();
            let r = Totals::of(&reversed, shipping, 2_000).unwrap();
            assert_eq!((r.total, r.tax), (t.total, t.tax), "the order of lines changes nothing");
        }
    }
}
