//! What an invented order pays for delivery and how it is paid: the shop's own price list, and what people tend to choose.

use kit::Money;

use crate::dice::Dice;

/// A line of the shop's price list, in the order in which it is read.
#[derive(Debug, Clone)]
pub struct Rate {
    pub method: String,
    pub countries: Vec<String>,
    pub max_weight_g: i32,
    pub price_cents: i64,
    pub free_from_cents: Option<i64>,
}

/// Method and price; none where no method takes the parcel.
pub fn choose(
    rates: &[Rate],
    dice: &mut Dice,
    country: &str,
    weight_g: i64,
    items: i64,
) -> Option<(String, i64)> {
    let mut offers: Vec<&Rate> = Vec::new();
    for rate in rates {
        let reaches = rate.countries.is_empty() || rate.countries.iter().any(|c| c == country);
        if reaches
            && weight_g <= i64::from(rate.max_weight_g)
            && !offers.iter().any(|o| o.method == rate.method)
        {
            offers.push(rate);
        }
    }
    let weight = |r: &&Rate| match r.method.as_str() {
        "home" => 62,
        "relay" => 26,
        _ => 12,
    };
    let rate = *offers.get(dice.weighted(offers.iter().map(weight)))?;
    let free = rate.free_from_cents.is_some_and(|from| items >= from);
    Some((rate.method.clone(), if free { 0 } else { rate.price_cents }))
}

/// `payments.method`, only where the shop offers it.
pub fn payment(dice: &mut Dice, country: &str, shipping: &str, total: i64) -> &'static str {
    let near = ["FR", "MC"].contains(&country);
    let cash = near && shipping != "relay" && Money::cents(total) <= Money::cents(50_000);
    match dice.below(100) {
        0..=34 if cash => "cash_on_delivery",
        35..=51 if near => "cheque",
        _ => "transfer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(method: &str, max_weight_g: i32, price_cents: i64, free: Option<i64>) -> Rate {
        Rate {
            method: method.into(),
            countries: vec!["FR".into()],
            max_weight_g,
            price_cents,
            free_from_cents: free,
        }
    }

    #[test]
    fn the_first_rate_that_fits_is_paid_and_heavy_parcels_have_none() {
        let rates = [rate("home", 2_000, 490, Some(4_900)), rate("home", 10_000, 790, Some(4_900))];
        let mut d = Dice::new(3);
        assert_eq!(choose(&rates, &mut d, "FR", 1_500, 1_000), Some(("home".into(), 490)));
        assert_eq!(choose(&rates, &mut d, "FR", 2_500, 1_000), Some(("home".into(), 790)));
        assert_eq!(choose(&rates, &mut d, "FR", 2_500, 4_900), Some(("home".into(), 0)));
        assert_eq!(choose(&rates, &mut d, "FR", 12_000, 4_900), None);
        assert_eq!(choose(&rates, &mut d, "DE", 1, 1), None);
    }

    #[test]
    fn nobody_pays_cash_at_a_pick_up_point_or_abroad() {
        let mut d = Dice::new(3);
        assert!((0..300).all(|_| payment(&mut d, "FR", "relay", 5_000) != "cash_on_delivery"));
        assert!((0..300).all(|_| payment(&mut d, "DE", "home", 5_000) == "transfer"));
    }
}
