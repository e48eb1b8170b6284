//! The leases this process holds: renewed while their jobs wait or run, dropped when they end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::store::{self, Claimed};

/// A claimed job together with the news that its lease is lost.
#[derive(Debug)]
pub(crate) struct Held {
    pub job: Claimed,
    pub lost: CancellationToken,
    leases: Leases,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.leases.lock().remove(&(self.job.id.0, self.job.fence));
    }
}

/// Id and fence.
type Key = (i64, i64);

#[derive(Debug)]
struct Lease {
    queue: String,
    lost: CancellationToken,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Leases(Arc<Mutex<HashMap<Key, Lease>>>);

impl Leases {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Lease>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn hold(&self, job: Claimed) -> Arc<Held> {
        let lost = CancellationToken::new();
        let lease = Lease { queue: job.queue.clone(), lost: lost.clone() };
        self.lock().insert((job.id.0, job.fence), lease);
        Arc::new(Held { job, lost, leases: self.clone() })
    }

    /// Ids and fences of all that is held.
    pub fn snapshot(&self) -> (Vec<i64>, Vec<i64>) {
        self.lock().keys().copied().unzip()
    }

    /// Ids and fences of what one queue holds.
    pub fn of_queue(&self, queue: &str) -> (Vec<i64>, Vec<i64>) {
        self.lock().iter().filter(|(_, lease)| lease.queue == queue).map(|(key, _)| *key).unzip()
    }

    /// Renews all leases once; jobs that were lost are told to stop.
    pub async fn renew(&self, pool: &PgPool, lease: Duration) -> sqlx::Result<()> {
        let (ids, fences) = self.snapshot();
        if ids.is_empty() {
            return Ok(());
        }
        for key in store::renew(pool, &ids, &fences, lease.as_secs_f64()).await? {
            if let Some(lease) = self.lock().get(&key) {
                tracing::warn!(job_id = key.0, "the lease was lost: the attempt is cut off");
                lease.lost.cancel();
            }
        }
        Ok(())
    }
}
