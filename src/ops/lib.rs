//! What operators and developers look at: health, and the mails of a development shop.

pub mod health;
mod mails;
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
