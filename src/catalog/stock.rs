//! Stock: how many are there, how many are promised. The one place that changes `stock_levels`.
//!
//! Owns `stock_levels`, `stock_movements` and `reservations`. What must stay true, and how it is kept:
//!
//! - **Never oversold**: units are promised by one conditional `update ... where on_hand - reserved >= n`, rows taken in
//!   id order, a CHECK behind it. Nothing reads a level in order to write it.
//! - `reserved` is the sum of the reservations of the variant, `on_hand` the sum of its movements.
//! - Whoever changes the reservations of a cart or an order holds the lock on that cart's or order's row, so that two
//!   requests never work on the same reservations.
//! - `products.available` follows in the same transaction.
//!
//! All functions run in the caller's transaction; when one answers [`Shortage`] the caller must roll back.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use crate::store::stock as store;

pub use crate::store::stock::{Level, Movement, available, count_drift, list_movements};

/// (variant, quantity) wanted; the order does not matter, a variant may stand twice.
pub type Wanted = [(i64, i32)];

/// What could not be promised: variants of which fewer are left than wanted. The transaction must be rolled back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not enough left of {} variant(s)", .0.len())]
pub struct Shortage(pub Vec<i64>);

/// Why a stock operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StockError {
    #[error(transparent)]
    Shortage(#[from] Shortage),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Whose reservations are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Cart(i64),
    Order(i64),
}

/// Sets goods aside for a cart for `minutes`, in place of what it held before. What is short is left out and told; the rest
/// is held. The caller holds the lock on the cart's row.
pub async fn hold_for_cart(
    tx: &mut PgConnection,
    cart_id: i64,
    wanted: &Wanted,
    minutes: i32,
) -> sqlx::Result<Vec<i64>> {
    let held = store::held(tx, Holder::Cart(cart_id)).await?;
    let wanted = summed(wanted);
    let mut target = wanted.clone();
    let mut short = Vec::new();
    let moves = difference(&held, &wanted);
    let done = store::shift_reserved(tx, &moves).await?;
    for (variant, _) in moves.iter().filter(|(v, _)| !done.contains(v)) {
        short.push(*variant);
        // Keep what was already held of it.
        match held.get(variant) {
            Some(before) => target.insert(*variant, *before),
            None => target.remove(variant),
        };
    }
    store::set_cart_reservations(tx, cart_id, &pairs(&target), minutes).await?;
    refresh(tx, &done).await?;
    Ok(short)
}

/// Promises exactly `wanted` to an order, using up what its cart holds: the cart's reservations end. The caller holds the
/// lock on the cart's row and has inserted the order.
pub async fn take_for_order(
    tx: &mut PgConnection,
    cart_id: i64,
    order_id: i64,
    wanted: &Wanted,
) -> Result<(), StockError> {
    let held = store::held(tx, Holder::Cart(cart_id)).await?;
    let wanted = summed(wanted);
    let moves = difference(&held, &wanted);
    if moves.is_empty() {
        // The usual way: everything was set aside when the review was shown, no level changes.
        return Ok(store::hand_to_order(tx, cart_id, order_id).await?);
    }
    let done = store::shift_reserved(tx, &moves).await?;
    let short: Vec<i64> = moves.iter().map(|(v, _)| *v).filter(|v| !done.contains(v)).collect();
    if !short.is_empty() {
        return Err(Shortage(short).into());
    }
    store::insert_order_reservations(tx, cart_id, order_id, &pairs(&wanted)).await?;
    refresh(tx, &done).await?;
    Ok(())
}

/// Ends all reservations of a cart or an order and gives the goods free; says how many units. A second call finds nothing.
pub async fn release(tx: &mut PgConnection, holder: Holder) -> sqlx::Result<i64> {
    let held = store::held(tx, holder).await?;
    if held.is_empty() {
        return Ok(0);
    }
    let moves: Vec<(i64, i32)> = held.iter().map(|(v, n)| (*v, -n)).collect();
    let done = store::shift_reserved(tx, &moves).await?;
    store::delete_reservations(tx, holder).await?;
    refresh(tx, &done).await?;
    Ok(held.values().map(|n| i64::from(*n)).sum())
}

/// The goods of an order leave the house: on hand and reserved fall together, the ledger gets a `sale`.
pub async fn ship_order(tx: &mut PgConnection, order_id: i64, actor: &str) -> sqlx::Result<()> {
    let held = pairs(&store::held(tx, Holder::Order(order_id)).await?);
    if held.is_empty() {
        return Ok(());
    }
    store::ship(tx, &held).await?;
    let moves: Vec<(i64, i32)> = held.iter().map(|(v, n)| (*v, -n)).collect();
    store::insert_movements(tx, &moves, "sale", Some(order_id), actor, "").await?;
    store::delete_reservations(tx, Holder::Order(order_id)).await
}

/// Shipped goods come back and can be sold again; the ledger gets a `return`.
pub async fn take_back(
    tx: &mut PgConnection,
    order_id: i64,
    goods: &Wanted,
    actor: &str,
) -> sqlx::Result<()> {
    let goods = pairs(&summed(goods));
    let done = store::shift_on_hand(tx, &goods).await?;
    let goods: Vec<(i64, i32)> = goods.into_iter().filter(|(v, _)| done.contains(v)).collect();
    store::insert_movements(tx, &goods, "return", Some(order_id), actor, "").await?;
    refresh(tx, &done).await
}

/// Corrects what is on hand by `delta` with a line in the ledger. Never below what is reserved.
pub async fn correct(
    tx: &mut PgConnection,
    variant_id: i64,
    delta: i32,
    reason: Reason,
    actor: &str,
    note: &str,
) -> Result<Level, StockError> {
    if delta != 0 {
        store::ensure_level(tx, variant_id).await?;
        let moves = [(variant_id, delta)];
        let done = store::shift_on_hand(tx, &moves).await?;
        if done.is_empty() {
            return Err(Shortage(vec![variant_id]).into());
        }
        store::insert_movements(tx, &moves, reason.code(), None, actor, note).await?;
        refresh(tx, &done).await?;
    }
    Ok(store::get_level(tx, variant_id).await?)
}

/// Sets what is on hand to a counted number: the difference is found and written while the row is locked.
pub async fn count_to(
    tx: &mut PgConnection,
    variant_id: i64,
    on_hand: i32,
    actor: &str,
    note: &str,
) -> Result<Level, StockError> {
    store::ensure_level(tx, variant_id).await?;
    let level = store::lock_level(tx, variant_id).await?;
    if on_hand < level.reserved {
        return Err(Shortage(vec![variant_id]).into());
    }
    correct(tx, variant_id, on_hand - level.on_hand, Reason::Correction, actor, note).await
}

/// Why a level is corrected by hand or by a feed; sales and returns have their own functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Initial,
    Receipt,
    Correction,
    Import,
}

impl Reason {
    pub const fn code(self) -> &'static str {
        match self {
            Reason::Initial => "initial",
            Reason::Receipt => "receipt",
            Reason::Correction => "correction",
            Reason::Import => "import",
        }
    }
}

/// Carts that hold goods past their time, at most `limit`; each is to be released under the lock of its row.
pub async fn list_expired_carts(tx: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<i64>> {
    store::list_expired_carts(tx, limit).await
}

/// Whether the time of a cart's reservations is over; all of a cart's reservations end together.
pub async fn is_expired(tx: &mut PgConnection, cart_id: i64) -> sqlx::Result<bool> {
    store::is_expired(tx, cart_id).await
}

/// Brings `products.available` of these variants' products up to date. Products are locked before their sum is read, so two
/// transactions on sister variants cannot write an old sum.
pub async fn refresh(tx: &mut PgConnection, variant_ids: &[i64]) -> sqlx::Result<()> {
    if variant_ids.is_empty() {
        return Ok(());
    }
    let products = store::lock_products_of(tx, variant_ids).await?;
    store::update_available(tx, &products).await
}

/// What is held by a cart or an order, by variant.
pub async fn held(tx: &mut PgConnection, holder: Holder) -> sqlx::Result<BTreeMap<i64, i32>> {
    store::held(tx, holder).await
}

fn summed(wanted: &Wanted) -> BTreeMap<i64, i32> {
    let mut out = BTreeMap::new();
    for (variant, n) in wanted {
        let slot = out.entry(*variant).or_insert(0i32);
        *slot = slot.saturating_add(*n);
    }
    out
}

fn pairs(map: &BTreeMap<i64, i32>) -> Vec<(i64, i32)> {
    map.iter().map(|(v, n)| (*v, *n)).collect()
}

/// What must be added to `held` to get `wanted`, in id order, zeros left out.
fn difference(held: &BTreeMap<i64, i32>, wanted: &BTreeMap<i64, i32>) -> Vec<(i64, i32)> {
    let mut out = wanted.clone();
    for (variant, n) in held {
        *out.entry(*variant).or_insert(0) -= n;
    }
    out.into_iter().filter(|(_, n)| *n != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_difference_to_what_is_held_is_moved_in_id_order() {
        let held = BTreeMap::from([(3, 2), (1, 1), (7, 4)]);
        let wanted = summed(&[(7, 4), (3, 1), (3, 2), (9, 1)]);
        assert_eq!(difference(&held, &wanted), [(1, -1), (3, 1), (9, 1)]);
        assert_eq!(difference(&held, &held), []);
    }
}
