//! What open screens follow: the stream of the pages (server-sent events) and the WebSocket of the JSON protocol.
//!
//! Both tail `live_events` through `platform::infra::live`, load what their viewer may see, end at shutdown and within five
//! seconds after the right was withdrawn, and are bounded in number per person and in what they buffer.

pub mod message;
pub mod slots;
pub mod socket;
pub mod stream;

use std::time::Duration;

use accounts::{Permission, allows};
use platform::App;
use platform::web::Session;
use platform::web::visitor::User;

/// How often an open screen is asked whether its viewer may still look.
pub const CHECK: Duration = Duration::from_secs(2);

/// Counts a screen that we closed.
fn dropped(reason: &'static str) {
    metrics::counter!("smartmarket_ws_dropped_total", "reason" => reason).increment(1);
}

/// The viewer, while signed in with the right to see orders.
pub async fn still_allowed(app: &App, session: &Session) -> Option<User> {
    let user = accounts::session::staff_still(app, session).await?;
    allows(user.role, Permission::SeeOrders).then_some(user)
}
