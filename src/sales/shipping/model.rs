//! Prices and dates of delivery, without I/O.

use chrono::{DateTime, NaiveDate, Utc};
use kit::{Money, dates};

/// A way to deliver, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    pub code: String,
    pub name: String,
    pub promise: String,
    pub min_days: i16,
    pub max_days: i16,
}

/// One line of the price list. The first that fits gives the price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    pub method: Method,
    /// Empty: everywhere we deliver.
    pub countries: Vec<String>,
    pub max_weight_g: i32,
    pub price: Money,
    pub free_from: Option<Money>,
}

impl Rate {
    fn fits(&self, country: &str, weight_g: i64) -> bool {
        (self.countries.is_empty() || self.countries.iter().any(|c| c == country))
            && weight_g <= i64::from(self.max_weight_g)
    }
}

/// A method with its price for one parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingOption {
    pub method: Method,
    pub price: Money,
    pub free_from: Option<Money>,
}

/// Orders from this time on (Paris) leave a working day later.
const CUT_OFF: &str = "13:00";

impl ShippingOption {
    /// First and last day on which the parcel may arrive when it is ordered now.
    pub fn arrival(&self, now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
        let extra = u32::from(dates::time(now).as_str() >= CUT_OFF);
        let day = |n: i16| dates::add_working_days(dates::day(now), u32::from(n.unsigned_abs()) + extra);
        (day(self.method.min_days), day(self.method.max_days))
    }
}

/// What a parcel can be sent by. `rates` stand in the order of methods and weights.
pub fn options(rates: &[Rate], country: &str, weight_g: i64, items: Money) -> Vec<ShippingOption> {
    let mut out: Vec<ShippingOption> = Vec::new();
    for rate in rates.iter().filter(|r| r.fits(country, weight_g)) {
        if out.iter().any(|o| o.method.code == rate.method.code) {
            continue;
        }
        let free = rate.free_from.is_some_and(|from| items >= from);
        let price = if free { Money::ZERO } else { rate.price };
        out.push(ShippingOption { method: rate.method.clone(), price, free_from: rate.free_from });
    }
    out
}

/// The sum of goods from which one of these methods is free, the lowest.
pub fn free_from(options: &[ShippingOption]) -> Option<Money> {
    options.iter().filter_map(|o| o.free_from).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn rate(code: &str, countries: &[&str], max: i32, price: i64, free: Option<i64>) -> Rate {
        let method =
            Method { code: code.into(), name: code.into(), promise: String::new(), min_days: 2, max_days: 4 };
        Rate {
            method,
            countries: countries.iter().map(|c| (*c).to_string()).collect(),
            max_weight_g: max,
            price: Money::cents(price),
            free_from: free.map(Money::cents),
        }
    }

    #[test]
    fn the_first_rate_that_fits_gives_the_price_and_free_starts_at_the_threshold() {
        let rates = [
            rate("home", &["FR"], 2_000, 490, Some(4_900)),
            rate("home", &["FR"], 10_000, 790, Some(4_900)),
            rate("express", &["FR"], 5_000, 990, None),
            rate("home", &["BE"], 5_000, 990, None),
        ];
        let price = |country, weight, items| {
            options(&rates, country, weight, Money::cents(items))
                .into_iter()
                .map(|o| (o.method.code, o.price.as_cents()))
                .collect::<Vec<_>>()
        };
        assert_eq!(price("FR", 2_000, 100), [("home".into(), 490), ("express".into(), 990)]);
        assert_eq!(price("FR", 2_001, 4_899), [("home".into(), 790), ("express".into(), 990)]);
        assert_eq!(price("FR", 6_000, 4_900), [("home".into(), 0)]);
        assert_eq!(price("BE", 1, 1), [("home".into(), 990)]);
        assert_eq!(price("FR", 99_000, 1), []);
        assert_eq!(price("US", 1, 1), []);
    }

    #[test]
    fn parcels_do_not_arrive_at_the_week_end_and_leave_later_in_the_afternoon() {
        let option = options(&[rate("home", &[], 100, 1, None)], "FR", 1, Money::ZERO).remove(0);
        let friday_morning = Utc.with_ymd_and_hms(2026, 11, 20, 8, 0, 0).unwrap();
        let friday_evening = Utc.with_ymd_and_hms(2026, 11, 20, 18, 0, 0).unwrap();
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        assert_eq!(option.arrival(friday_morning), (day(24), day(26)));
        assert_eq!(option.arrival(friday_evening), (day(25), day(27)));
    }
}
