//! What goes with what: bought together, neighbours of what somebody looked at or bought, similar, best sold.
//!
//! [`build()`] learns from order lines, knowing people as numbers only, and publishes a version beside the search indexes; every
//! process follows it ([`current`]). [`advise`] answers with products and the reason for each: staff's own links first, in
//! stock only, never what is in the cart, and by rule (same shelf, best sold) where nothing was learned.

pub mod advise;

mod build;
mod follow;
mod job;
mod learned;

pub use build::{NAME, build};
pub use follow::{current, follow, start};
pub use job::{BuildRecommendations, jobs, schedule};
pub use learned::{Learned, Together};

use platform::App;

/// Partners of a product, for its page.
pub fn partners(app: &App, product_id: i64) -> Vec<i64> {
    current(app).map_or_else(Vec::new, |l| l.together(product_id).into_iter().map(|t| t.product_id).collect())
}
