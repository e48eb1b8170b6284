//! Loading a checkout: the cart's row, its lines as they are sold now, delivery and VAT for its address.

use std::collections::HashMap;

use catalog::offers;
use kit::Lang;
use sqlx::PgConnection;

use super::model::{CartRow, Checkout};
use super::store;
use crate::{cart, shipping};

/// The checkout of an open cart with lines; `None` when there is nothing to order.
pub async fn load(conn: &mut PgConnection, lang: Lang, cart_id: i64) -> sqlx::Result<Option<Checkout>> {
    match store::find_cart(&mut *conn, cart_id).await? {
        Some(row) if !row.completed => load_row(conn, lang, row).await,
        _ => Ok(None),
    }
}

/// The same for a row that is loaded, and locked where an order is made of it.
pub(super) async fn load_row(
    conn: &mut PgConnection,
    lang: Lang,
    cart: CartRow,
) -> sqlx::Result<Option<Checkout>> {
    let lines = cart::lines_on(&mut *conn, cart.id, lang).await?;
    if lines.is_empty() {
        return Ok(None);
    }
    let (mut options, mut tax_rates) = (Vec::new(), HashMap::new());
    if let Some(address) = &cart.shipping_address {
        let (weight, items) = (cart::weight(&lines), cart::items(&lines));
        options = shipping::quote(&mut *conn, lang, &address.country, weight, items).await?;
        tax_rates = offers::tax_rates(&mut *conn, &address.country).await?;
    }
    Ok(Some(Checkout { cart, lines, options, tax_rates }))
}
