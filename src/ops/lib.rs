//! What operators and developers look at: health, figures, checks, backups, and the mails of a development shop.
//!
//! Table owned: `backup_runs`. Everything else is only read, over all rooms.

pub mod backups;
pub mod check;
pub mod detailed;
pub mod disk;
pub mod doctor;
pub mod finding;
pub mod health;
pub mod invariants;
pub mod jobs;
pub mod listener;
pub mod metrics;
pub mod plan;
pub mod purge;
pub mod schema;

mod contacts;
mod settings;
mod sql;

mod mails;
mod store;
mod views;

use poem::{Route, get};

rust_i18n::i18n!("locales", fallback = "fr");

/// Pages for development; none in production.
pub fn routes(route: Route, production: bool) -> Route {
    if production {
        return route;
    }
    route
        .at("/dev/mails", get(mails::index))
        .at("/dev/mails/:id", get(mails::show))
        .at("/dev/mails/:id/html", get(mails::html))
}
