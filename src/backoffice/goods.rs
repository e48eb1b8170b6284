//! Counting goods: the number on the shelf becomes the number in the shop, open screens and pages follow.

use catalog::stock::{self, StockError};
use platform::App;
use platform::infra::live;
use platform::web::visitor::User;
use serde_json::json;

use crate::store;

/// More than this on one shelf is a slip of the finger.
const MOST: i32 = 1_000_000;

#[derive(Debug, thiserror::Error)]
pub enum CountError {
    #[error("no such variant")]
    Unknown,
    #[error(transparent)]
    Stock(#[from] StockError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Whole ASCII digits up to the limit; anything else is no count.
pub fn parse_count(text: &str) -> Option<i32> {
    let text = text.trim();
    let digits = !text.is_empty() && text.len() <= 7 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse::<i32>().ok()).flatten().filter(|n| *n <= MOST)
}

/// Sets what is on hand of a variant.
pub async fn count(
    app: &App,
    user: &User,
    variant_id: i64,
    on_hand: i32,
    note: &str,
) -> Result<(), CountError> {
    let mut tx = app.db.begin().await?;
    let product = store::goods::find_product_of(&mut *tx, variant_id).await?.ok_or(CountError::Unknown)?;
    stock::count_to(&mut tx, variant_id, on_hand, &format!("staff:{}", user.id), note).await?;
    live::publish(&mut tx, "product", "changed", product, json!({ "variant": variant_id })).await?;
    tx.commit().await?;
    live::wake(app).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse_count;

    #[test]
    fn only_plain_whole_numbers_are_counts() {
        assert_eq!(parse_count(" 12 "), Some(12));
        assert_eq!(parse_count("0"), Some(0));
        for odd in ["", "-1", "1e9", "٣", "1.5", "9999999", "12345678"] {
            assert_eq!(parse_count(odd), None, "{odd}");
        }
    }
}
