//! The cart: in PostgreSQL, found by the cookie `cart` or by the signed-in customer. Owns `carts` and `cart_lines`.
//!
//! - [`resolve`] is asked once per request; a guest's cart becomes or joins the customer's at sign-in.
//! - Every change raises `carts.version`: the review shows one version and only that one is ordered.
//! - Whoever writes a cart's checkout, lines or reservations locks its row first.

mod add;
mod change;
mod forms;
mod model;
mod resolve;
mod routes;
pub(crate) mod store;
pub(crate) mod views;
mod visit;

pub use add::{Added, add};
pub use change::{Changed, change};
pub use model::{Change, Line, items, weight};
pub use resolve::{OpenCart, find_cart, resolve};
pub use routes::routes;
pub use store::prune;
pub use visit::{lines, lines_on};

/// Name of the cookie with the cart's token.
pub const COOKIE: &str = "cart";
/// Seconds that a guest's cart is remembered: 90 days.
pub const COOKIE_AGE: i64 = 90 * 86_400;
/// Different articles in one cart.
pub const MAX_LINES: i64 = 100;
/// Minutes for which goods are set aside while somebody is at the review.
pub const HOLD_MINUTES: i32 = 15;
/// Units of one article that a cart may set aside: the rest is decided at the order, so nobody empties the shelves by looking.
pub const HOLD_UNITS: i32 = 20;
