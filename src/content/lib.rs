//! Legal and help pages, kept as Markdown in the database, and the links to them in the footer.
//!
//! Tables owned: `pages`, `page_texts`.
//!
//! Reading order: [`pages`] (what a page is), `markdown` (how its text becomes HTML that cannot harm), [`footer`] (columns
//! and legal links of the shell). The version of the terms ([`terms_version`]) is kept on each order.

pub mod footer;
pub mod pages;

mod markdown;
mod routes;
mod store;
mod views;

pub use footer::{footer, legal};
pub use pages::terms_version;
pub use routes::routes;

rust_i18n::i18n!("locales", fallback = "fr");
