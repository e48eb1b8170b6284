//! The back office: what staff see and do. It owns no table; it reads over all of them and lets their owners write.
//!
//! - **Nothing is open unless the table in `routes` says so** ([`rules`]): one line per route with the right it needs, and
//!   [`access::layer`] around everything below `/admin`.
//! - **Pages are complete without JavaScript**; live parts ([`live`]) replace what a page already shows.
//! - **What staff change goes through `sales` and `catalog`**, with the version they were looking at: who comes second gets
//!   both versions, nothing is lost.
//!
//! Reading order: [`access`], `routes` (the table), `desk` (what every page needs), [`model`] (orders as staff see them),
//! `store` (read-only SQL), `views`, [`live`] (stream and WebSocket).

pub mod access;
pub mod live;
pub mod model;

mod acts;
mod desk;
mod goods;
mod product_form;
mod routes;
mod store;
mod views;

pub use routes::{routes, rules};

rust_i18n::i18n!("locales", fallback = "fr");
