//! The assistant: answers from what the shop knows, with its sources, and says so when it does not know.
//!
//! Owns no table and writes nothing. It reads what any visitor may read: products on sale with price and stock of this
//! moment, and the pages of the shop. So whatever a question says, nothing of anybody else can come out, and nothing changes.
//! A product goes into the cart by the ordinary form, which the shopper submits.
//!
//! Reading order: [`model`] (what an answer is), [`mod@ask`] (from a question to an answer), [`goods`] (products as sheets of
//! facts), [`pages`] (passages of the shop's pages), [`index`] (their index: built, published, followed),
//! [`draft`] (texts proposed to staff), `write` (a model's words, checked), `reply` (all of it, counted), `views`, `routes`, `stream`, [`api`], `mcp`.
//!
//! What must stay true:
//! - Prices and stock come from PostgreSQL at each answer, never from an index or a text.
//! - Every answer names its sources; what nothing supports is refused.

pub mod api;
pub mod ask;
pub mod draft;
pub mod goods;
pub mod index;
pub mod model;
pub mod pages;

mod mcp;
mod openapi;
mod reply;
mod routes;
mod store;
mod stream;
mod views;
mod write;

pub use index::{jobs, schedule, start};
pub use routes::routes;

rust_i18n::i18n!("locales", fallback = "fr");
