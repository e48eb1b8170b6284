//! Favourites: a list of products that a guest (cookie) or a customer keeps, shares by a secret link, moves into the cart.
//! Owns `wishlists` and `wishlist_items`.
//!
//! - A guest's list becomes or joins the customer's at the first look after sign-in.
//! - The link that is shown to others is not the key of the list: it only reads, and it can be taken back.

mod resolve;
mod routes;
mod store;
mod views;

pub use routes::routes;
pub use store::prune;

/// Name of the cookie with a guest's list.
pub const COOKIE: &str = "favoris";
/// Seconds that a guest's list is remembered: 180 days.
pub const COOKIE_AGE: i64 = 180 * 86_400;
/// Products on one list.
pub const MAX_ITEMS: i64 = 200;
