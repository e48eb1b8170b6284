//! Delivery: which methods reach a country with a weight, what they cost, when the parcel arrives.
//!
//! Owns `shipping_methods` and `shipping_rates`.

mod model;
mod store;

pub use model::{Method, Rate, ShippingOption, free_from, options};
pub use store::{list_methods, list_rates};

use kit::{Lang, Money};
use sqlx::PgConnection;

/// The methods for a parcel, in the order of the shop, priced.
pub async fn quote(
    conn: &mut PgConnection,
    lang: Lang,
    country: &str,
    weight_g: i64,
    items: Money,
) -> sqlx::Result<Vec<ShippingOption>> {
    let rates = list_rates(&mut *conn, lang).await?;
    Ok(options(&rates, country, weight_g, items))
}
