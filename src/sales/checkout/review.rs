//! The review: the goods are set aside for a quarter of an hour, so that what is shown can be ordered.

use catalog::stock;
use kit::Lang;
use platform::App;

use super::gate;
use super::load::load_row;
use super::model::{Checkout, Step};
use super::store;
use crate::cart::{self, HOLD_MINUTES, HOLD_UNITS};

/// Sets the goods of a complete checkout aside (again) and remembers the prices that are shown. Of each article at most
/// [`HOLD_UNITS`]: the rest is decided by the order. `None` when there is no open cart with lines.
pub async fn hold(app: &App, lang: Lang, cart_id: i64) -> sqlx::Result<Option<Checkout>> {
    let _place = gate::enter().await.ok_or(sqlx::Error::PoolTimedOut)?;
    let mut tx = app.db.begin().await?;
    let Some(row) = store::lock_cart(&mut tx, cart_id).await?.filter(|row| !row.completed) else {
        return Ok(None);
    };
    let Some(mut checkout) = load_row(&mut tx, lang, row).await? else { return Ok(None) };
    if checkout.open_step() == Step::Review && checkout.short().is_empty() {
        let wanted: Vec<(i64, i32)> =
            checkout.lines.iter().map(|l| (l.offer.variant_id, l.quantity.min(HOLD_UNITS))).collect();
        let short = stock::hold_for_cart(&mut tx, cart_id, &wanted, HOLD_MINUTES).await?;
        let seen: Vec<(i64, i64)> = checkout
            .lines
            .iter()
            .filter(|l| l.seen_price_cents != l.offer.price_cents)
            .map(|l| (l.offer.variant_id, l.offer.price_cents))
            .collect();
        if !seen.is_empty() {
            cart::store::set_seen(&mut tx, cart_id, &seen).await?;
        }
        if !short.is_empty() {
            // Somebody was faster between our look and the hold: look again.
            checkout.lines = cart::lines_on(&mut tx, cart_id, lang).await?;
        }
    }
    tx.commit().await?;
    Ok(Some(checkout))
}
