//! What every feature stands on, and nothing of what the shop sells.
//!
//! - [`infra`]: each outside thing once, real and fake: configuration, PostgreSQL, Redis, mail, pictures, clock, live
//!   events, rate limits, telemetry, shutdown. [`App`] holds them all and is the one value given to poem.
//! - [`web`]: the glue to poem: request context, sessions, CSRF, errors as pages, forms, assets, the page cache.
//! - [`ui`]: maud components that know no domain: layout, form fields, icons, prices, pagers.
//!
//! Tables owned: `live_events`, `mails`, `maintenance`, `media`.

pub mod infra;
pub mod ui;
pub mod web;

pub use infra::app::App;

rust_i18n::i18n!("locales", fallback = "fr");
