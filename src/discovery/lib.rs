//! Finding one's way: home, listings with facets, search, departments, sitemap.
//!
//! Owns no table. [`shelf`] keeps what lists filter and sort by in the memory of the process and follows the database; a
//! list is then a pass over numbers ([`facets`]) and one query for the cards of the page shown.
//!
//! Reading order: [`filter`] (what is ticked, as it stands in the address), [`shelf`], [`facets`], [`listing`], [`search`]
//! with the index of our own ([`mod@index`]) and PostgreSQL ([`typo`]), [`home`], [`sitemap`], `routes`, `views`.

pub mod facets;
pub mod filter;
pub mod home;
pub mod index;
pub mod listing;
pub mod search;
pub mod shelf;
pub mod sitemap;
pub mod typo;

mod routes;
mod store;
mod views;

pub use index::{jobs, schedule};
pub use routes::{routes, start};

rust_i18n::i18n!("locales", fallback = "fr");
