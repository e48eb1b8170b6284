//! Running jobs in the caller's task, one after the other: for tests and for commands that want to see the end.

use std::panic::AssertUnwindSafe;

use apalis_core::error::BoxDynError;
use futures::FutureExt;

use crate::job::JobId;
use crate::lane::panicked;
use crate::settle::{End, Settled, settle};
use crate::store;
use crate::worker::Worker;

/// One attempt that was made.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub id: JobId,
    pub topic: String,
    /// Why it failed.
    pub error: Option<String>,
    /// No further attempt will be made.
    pub dead: bool,
}

/// All attempts of a [`Worker::drain`].
#[derive(Debug, Clone, Default)]
pub struct Drained {
    pub outcomes: Vec<Outcome>,
}

impl Drained {
    pub fn done(&self) -> usize {
        self.outcomes.iter().filter(|o| o.error.is_none()).count()
    }

    pub fn failed(&self) -> Vec<&Outcome> {
        self.outcomes.iter().filter(|o| o.error.is_some()).collect()
    }
}

impl<S: Clone + Send + Sync + 'static> Worker<S> {
    /// Claims and runs one job of any served queue that is due now; `None` when there is none.
    pub async fn step(&self) -> sqlx::Result<Option<Outcome>> {
        let lease = self.lease_secs();
        for queue in self.served().into_keys() {
            let topics = self.runner.registry.topics_of(queue);
            let claimed = store::claim(&self.runner.pool, self.id, queue.as_str(), &topics, 1, lease).await?;
            let Some(row) = claimed.into_iter().next() else { continue };
            let held = self.leases.hold(row);
            let attempt = AssertUnwindSafe(self.runner.run(held.clone())).catch_unwind().await;
            let outcome = attempt.unwrap_or_else(|panic| Err(panicked(&panic)));
            let outcome = outcome.map_err(|failure| -> BoxDynError { Box::new(failure) });
            let error = outcome.as_ref().err().map(ToString::to_string);
            let end = End::of(&self.runner, &held, &outcome);
            let settled = settle(&self.runner.pool, &held, end).await;
            let (id, topic) = (held.job.id, held.job.topic.clone());
            return Ok(Some(Outcome { id, topic, error, dead: settled == Settled::Dead }));
        }
        Ok(None)
    }

    /// Runs what is due now and what that enqueues, until nothing is due. Failed jobs wait for their back-off.
    pub async fn drain(&self) -> sqlx::Result<Drained> {
        let mut drained = Drained::default();
        while let Some(outcome) = self.step().await? {
            drained.outcomes.push(outcome);
        }
        Ok(drained)
    }
}
