//! From the cart to the parcel: what a shopper sees, and what must stay true when many shop at once.

mod cart;
mod checkout;
mod customers;
mod mails;
mod orders;
mod races;
pub mod shelf;
mod upkeep;
mod wishlist;
