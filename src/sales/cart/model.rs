//! Lines of a cart and what may have happened to them, without I/O.

use catalog::offers::Offer;
use kit::Money;

/// One article in a cart, with what it is sold as right now.
#[derive(Debug, Clone)]
pub struct Line {
    pub offer: Offer,
    pub quantity: i32,
    /// The price when the customer last saw it.
    pub seen_price_cents: i64,
    /// Units that are set aside for this very cart.
    pub held: i32,
}

/// What is different from the last visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    PriceUp { from: Money },
    PriceDown { from: Money },
    SoldOut,
    Lowered { from: i32, to: i32 },
}

impl Line {
    /// How many this customer can have: what is free and what is already set aside for them.
    pub fn available(&self) -> i32 {
        if self.offer.sellable { self.offer.available.saturating_add(self.held) } else { 0 }
    }

    pub fn sold_out(&self) -> bool {
        self.available() == 0
    }

    /// More is wanted than there is.
    pub fn short(&self) -> bool {
        self.quantity > self.available()
    }

    /// Price of the line. Quantities end at 999 and prices at a million, so 64 bits hold.
    pub fn total(&self) -> Money {
        self.offer.price().checked_mul(i64::from(self.quantity)).unwrap_or(Money::ZERO)
    }

    pub fn changes(&self) -> Vec<Change> {
        let mut out = Vec::new();
        let (now, before) = (self.offer.price_cents, self.seen_price_cents);
        if self.sold_out() {
            return vec![Change::SoldOut];
        }
        if now > before {
            out.push(Change::PriceUp { from: Money::cents(before) });
        } else if now < before {
            out.push(Change::PriceDown { from: Money::cents(before) });
        }
        if self.short() {
            out.push(Change::Lowered { from: self.quantity, to: self.available() });
        }
        out
    }
}

/// Sum of what can be bought: a sold-out line costs nothing.
pub fn items(lines: &[Line]) -> Money {
    lines.iter().filter(|l| !l.sold_out()).map(Line::total).sum()
}

/// Weight of the parcel in grams.
pub fn weight(lines: &[Line]) -> i64 {
    lines.iter().filter(|l| !l.sold_out()).map(|l| i64::from(l.offer.weight_g) * i64::from(l.quantity)).sum()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn line(price: i64, seen: i64, quantity: i32, available: i32, held: i32) -> Line {
        Line {
            offer: Offer {
                variant_id: 1,
                product_id: 1,
                sku: "S".into(),
                title: "T".into(),
                options: String::new(),
                slug_fr: "t".into(),
                slug_en: "t".into(),
                price_cents: price,
                compare_at_cents: None,
                available,
                image_key: String::new(),
                image_kind: "webp".into(),
                tax_class: "standard".into(),
                weight_g: 100,
                ecotax_cents: 0,
                sellable: true,
            },
            quantity,
            seen_price_cents: seen,
            held,
        }
    }

    #[test]
    fn a_line_tells_what_changed_since_it_was_seen() {
        assert_eq!(line(500, 500, 2, 9, 0).changes(), []);
        assert_eq!(line(500, 400, 2, 9, 0).changes(), [Change::PriceUp { from: Money::cents(400) }]);
        assert_eq!(
            line(400, 500, 3, 2, 0).changes(),
            [Change::PriceDown { from: Money::cents(500) }, Change::Lowered { from: 3, to: 2 }]
        );
        assert_eq!(line(400, 500, 3, 0, 0).changes(), [Change::SoldOut]);
        assert_eq!(line(400, 400, 3, 0, 3).changes(), [], "what is set aside for the cart is still there");
    }

    #[test]
    fn sold_out_lines_cost_and_weigh_nothing() {
        let lines = [line(500, 500, 2, 9, 0), line(900, 900, 1, 0, 0)];
        assert_eq!(items(&lines), Money::cents(1_000));
        assert_eq!(weight(&lines), 200);
    }
}
