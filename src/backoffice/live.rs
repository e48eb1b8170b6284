//! What open screens follow: the stream of the pages (server-sent events) and the WebSocket of the JSON protocol.
//!
//! Both tail `live_events` through `platform::infra::live`, load what their viewer may see, end at shutdown and within five
//! seconds after the right was withdrawn, and are bounded in number per person and in what they buffer.

pub mod message;
pub mod slots;
pub mod socket;
pub mod stream;

use std::time::{Duration, Instant};

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

/// How long a viewer is believed while Redis or PostgreSQL cannot be asked. A hiccup of one second must not close every
/// screen of the house at once.
const BELIEVED: Duration = Duration::from_secs(5);

/// Who looks at an open screen, and when that was last certain.
pub struct Viewer {
    session: Session,
    pub user: User,
    known: Instant,
}

/// Why a screen is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    SignedOut,
    /// Nobody could be asked for too long: the screen may come back.
    Unknown,
}

impl Viewer {
    /// Somebody whose sign-in was looked at a moment ago.
    pub fn new(session: Session, user: User) -> Viewer {
        Viewer { session, user, known: Instant::now() }
    }

    /// Asks whether the viewer is signed in with the right to see orders.
    pub async fn check(&mut self, app: &App) -> Result<(), Refused> {
        match accounts::session::staff_still(app, &self.session).await {
            Ok(Some(user)) if allows(user.role, Permission::SeeOrders) => {
                (self.user, self.known) = (user, Instant::now());
                Ok(())
            }
            Ok(_) => Err(Refused::SignedOut),
            Err(_) if self.known.elapsed() <= BELIEVED => Ok(()),
            Err(_) => Err(Refused::Unknown),
        }
    }
}
