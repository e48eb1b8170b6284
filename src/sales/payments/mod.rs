//! Paying outside the shop: bank transfer, cheque, cash on delivery. Owns `payments`; the payment axis of an order is
//! written by `orders::payment` together with the row here.

mod model;
pub(crate) mod store;

pub use model::{Method, Payment, allowed};
