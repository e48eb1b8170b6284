//! The template of the route that answered (`/p/:slug`), for figures: never a path with ids in it.
//!
//! poem leaves it on the response; whoever makes a response of their own carries it over.

use std::sync::Arc;

use poem::PathPattern;
use poem::Response;

/// The template on a response, or why there is none.
pub fn of(response: &Response) -> Arc<str> {
    match response.data::<PathPattern>() {
        Some(pattern) => pattern.0.clone(),
        None => "none".into(),
    }
}

/// Carries the template of an error over to the page that is shown for it.
pub fn of_error(e: &poem::Error) -> PathPattern {
    // Refused before a route was looked for, or no route at all.
    e.data::<PathPattern>().cloned().unwrap_or_else(|| PathPattern("unmatched".into()))
}
