//! Finding one's way: home, listings with facets, search, departments, sitemap.
//!
//! Tables owned: `search_synonyms`, `search_redirects`, `search_pins`, `search_settings` (what staff decide),
//! `search_queries`, `search_clicks` (what is counted). [`shelf`] keeps what lists filter and sort by in the memory of the process and follows the database; a
//! list is then a pass over numbers ([`facets`]) and one query for the cards of the page shown.
//!
//! Reading order: [`filter`] (what is ticked, as it stands in the address), [`shelf`], [`facets`], [`listing`], [`search`]
//! with the index of our own ([`mod@index`]) and PostgreSQL ([`typo`]), [`tools`] (what staff and clicks change in it),
//! [`suggest`] (while typing), [`recommend`], [`visits`] (what opening a product tells), [`personal`], [`status`], [`api`], [`home`], [`sitemap`], `routes`, `views`.

pub mod api;
pub mod facets;
pub mod filter;
pub mod home;
pub mod index;
pub mod listing;
pub mod personal;
pub mod recommend;
pub mod search;
pub mod shelf;
pub mod sitemap;
pub mod status;
pub mod suggest;
pub mod tools;
pub mod typo;
pub mod visits;

mod routes;
mod store;
mod views;

pub use routes::{routes, start};

use jobs::Worker;
use jobs::cron::{BadSchedule, Entry};
use platform::App;

/// Registers the topics of this room.
pub fn jobs(worker: Worker<App>) -> Worker<App> {
    recommend::jobs(index::jobs(worker))
}

pub fn schedule() -> Result<Vec<Entry>, BadSchedule> {
    let mut entries = index::schedule()?;
    entries.push(recommend::schedule()?);
    Ok(entries)
}

rust_i18n::i18n!("locales", fallback = "fr");

/// Parts of pages that later rooms show.
pub mod ui {
    pub use crate::views::personal::beside;
}
