//! What operators and developers look at: health, figures, checks, backups, and the mails of a development shop.
//!
//! Table owned: `backup_runs`. Everything else is only read, over all rooms.

pub mod backups;
pub mod detailed;
pub mod disk;
pub mod health;
pub mod listener;
pub mod metrics;

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
