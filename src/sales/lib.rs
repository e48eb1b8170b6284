//! From the cart to the delivered parcel. No order lost, doubled or oversold.
//!
//! Tables owned: `carts`, `cart_lines`, `shipping_methods`, `shipping_rates`, `orders`, `order_lines`, `order_events`,
//! `payments`, `fulfilments`, `fulfilment_lines`, `wishlists`, `wishlist_items`. What must stay true:
//!
//! - **One cart gives one order**: the cart's row is locked, `orders.cart_id` and `orders.idempotency_key` are unique.
//!   A double click, a second tab, Back and a repeated request all end on the same confirmation.
//! - **What was shown is what is ordered**: the review shows a cart version and a total; if either differs at the order,
//!   nothing happens but a page that says what changed.
//! - **Goods are promised in the order's transaction** by `catalog::stock`, or the order does not exist.
//! - **An order has three axes** (order, payment, fulfilment), each written by one module of [`orders`], and a story that
//!   only grows (`order_events`). Whoever changes an order says which version was seen.
//! - **Mail and screens follow the commit**: jobs and live events are rows of the same transaction.
//!
//! Reading order: [`shipping`], [`payments`] (what is offered), [`cart`], [`orders`], [`checkout`] (puts them together); [`wishlist`] stands beside.

pub mod cart;
pub mod checkout;
pub mod jobs;
pub mod orders;
pub mod payments;
pub mod shipping;
pub mod wishlist;

mod views;

rust_i18n::i18n!("locales", fallback = "fr");

/// Every address of this crate, in both languages.
pub fn routes(route: poem::Route) -> poem::Route {
    let route = cart::routes(route);
    let route = wishlist::routes(route);
    let route = checkout::routes(route);
    orders::routes(route)
}
