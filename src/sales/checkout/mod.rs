//! From cart to order in four steps: address, delivery, payment, review. Puts cart, stock, payments and orders together.
//!
//! The state of a checkout stands in the cart's row: a lost session, a second browser tab or a restart of the shop loses
//! nothing. A step is open when all before it are complete ([`Step`]). [`review`] sets the goods aside; [`place_order`] is
//! the one transaction that makes an order.

mod forms;
mod gate;
mod load;
mod model;
mod place_order;
pub mod reconcile;
mod review;
mod routes;
pub(crate) mod store;
mod totals;
mod views;

pub use load::load;
pub use model::{Checkout, Step};
pub use place_order::{Command, PlaceError, Placed, place_order};
pub use review::hold;
pub use routes::routes;
pub use totals::{TaxedLine, Totals};
