//! One attempt at one claimed job: decode, run under the time limit, stop when the lease is lost.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;

use crate::handler::{Ctx, Done, JobError};
use crate::job;
use crate::leases::Held;
use crate::registry::Registry;
use crate::trace;

/// How an attempt ended other than well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Retry(String),
    #[error("{1}")]
    RetryIn(Duration, String),
    #[error("{0}")]
    Fatal(String),
    #[error("the lease was lost")]
    LostLease,
    #[error("payload version {0} is newer than this worker")]
    NewerVersion(u32),
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Retry(e) => Failure::Retry(format!("{e:#}")),
            JobError::RetryIn(pause, e) => Failure::RetryIn(pause, format!("{e:#}")),
            JobError::Fatal(e) => Failure::Fatal(format!("{e:#}")),
            JobError::LostLease => Failure::LostLease,
        }
    }
}

/// What every attempt needs, shared by all queues of a worker.
pub(crate) struct Runner<S> {
    pub registry: Registry<S>,
    pub state: S,
    pub pool: PgPool,
}

impl<S: Clone + Send + Sync + 'static> Runner<S> {
    pub async fn run(&self, held: Arc<Held>) -> Result<Done, Failure> {
        let row = &held.job;
        let Some(topic) = self.registry.get(&row.topic) else {
            return Err(Failure::Retry(format!("no handler for the topic {}", row.topic)));
        };
        let (version, payload) = job::open(row.payload.clone())
            .map_err(|reason| Failure::Fatal(format!("undecodable payload: {reason}")))?;
        if version > topic.version {
            return Err(Failure::NewerVersion(version));
        }
        let ctx = Ctx { state: self.state.clone(), pool: self.pool.clone(), held: held.clone() };
        let attempt = (topic.run)(ctx, version, payload)
            .map_err(|e| Failure::Fatal(format!("undecodable payload: {e}")))?;
        let limited = tokio::time::timeout(topic.timeout, trace::job_scope(row.id, &row.trace, attempt));
        tokio::select! {
            biased;
            () = held.lost.cancelled() => Err(Failure::LostLease),
            outcome = limited => match outcome {
                Ok(done) => done.map_err(Failure::from),
                Err(_) => Err(Failure::Retry(format!("time limit of {:?} exceeded", topic.timeout))),
            },
        }
    }

    pub fn backoff(&self, topic: &str, attempt: i32) -> Duration {
        self.registry
            .get(topic)
            .map_or_else(|| crate::backoff::default(attempt), |topic| (topic.backoff)(attempt))
    }
}
