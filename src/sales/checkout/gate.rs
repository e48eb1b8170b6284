//! How many checkouts work on the database at once in this process.
//!
//! A rush on one article is a queue for one row. Waiting in it with a connection in the hand would leave none for the rest
//! of the shop and end in time-outs; here buyers wait without one, in the order in which they came.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// More would only wait for each other's row locks.
const AT_ONCE: usize = 4;
/// After this a page that says "try again" is kinder than a spinner.
const PATIENCE: Duration = Duration::from_secs(20);

/// Held by whoever is at work, ends with the request.
static GATE: Semaphore = Semaphore::const_new(AT_ONCE);

/// A place, or `None` after [`PATIENCE`].
pub async fn enter() -> Option<SemaphorePermit<'static>> {
    tokio::time::timeout(PATIENCE, GATE.acquire()).await.ok()?.ok()
}
