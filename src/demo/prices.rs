//! The prices that a variant has had, so that the lowest of the 30 days before a reduction is known.

use chrono::{DateTime, Duration, Utc};

use crate::content::{Product, Variant};
use crate::dice::Dice;

/// Prices with the moment from which they stood, oldest first.
pub type PriceLog = Vec<(DateTime<Utc>, i64)>;

/// When the product went on sale.
pub fn since(product: &Product, now: DateTime<Utc>) -> DateTime<Utc> {
    now - Duration::days(product.days_ago)
}

/// Every price that a variant has had, oldest first, and the start of the present reduction. All variants of a product
/// change on the same days.
pub fn prices(
    product: &Product,
    variant: &Variant,
    now: DateTime<Utc>,
    seed: u64,
) -> (PriceLog, Option<DateTime<Utc>>) {
    let mut dice = Dice::named(seed, &format!("prices {}", product.code));
    let start = since(product, now);
    let usual = variant.compare_at.unwrap_or(variant.price);
    let rise = dice.between(70, 95);
    let mut log = vec![(start, usual)];
    if product.days_ago > 120 && product.tax != "reduced" && dice.chance(25) {
        log = vec![(start, usual * 95 / 100), (now - Duration::days(rise), usual)];
    }
    let Some(_) = variant.compare_at else { return (log, None) };
    let days = dice.between(2, 16).min((product.days_ago - 3).max(1));
    let reduced = now - Duration::days(days) - Duration::hours(dice.between(1, 9));
    if product.days_ago > 90 && dice.chance(9) {
        // A short earlier reduction inside the 30 days: the crossed-out price must then be the lower one.
        log.push((reduced - Duration::days(21), (usual + variant.price) / 2));
        log.push((reduced - Duration::days(14), usual));
    }
    log.push((reduced, variant.price));
    (log, Some(reduced))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content;

    #[test]
    fn price_histories_start_with_the_sale_and_end_with_the_present_price() {
        let content = content::load().unwrap();
        let now = DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_000);
        let mut reduced = 0;
        for p in &content.products {
            for v in &p.variants {
                let (log, since_when) = prices(p, v, now, 1);
                assert!(log.windows(2).all(|w| w[0].0 < w[1].0), "{} {log:?}", v.sku);
                assert_eq!(log.first().map(|l| l.0), Some(since(p, now)));
                assert_eq!(log.last().map(|l| l.1), Some(v.price));
                assert_eq!(since_when.is_some(), v.compare_at.is_some());
                reduced += i32::from(since_when.is_some());
            }
        }
        assert!(reduced > 50);
    }
}
