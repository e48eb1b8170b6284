//! What a handler gets, and what it may answer.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tokio::time::Instant;

use crate::backoff;
use crate::job::JobId;
use crate::leases::Held;
use crate::store;

/// How long [`Ctx::begin`] waits for the database.
const BEGIN_PATIENCE: Duration = Duration::from_secs(20);

/// `async fn handle(ctx: Ctx<S>, job: J) -> Result<Done, JobError>`.
pub trait Handler<S, J>: Send + Sync + 'static {
    fn handle(&self, ctx: Ctx<S>, job: J) -> impl Future<Output = Result<Done, JobError>> + Send + 'static;
}

impl<S, J, F, Fut> Handler<S, J> for F
where
    F: Fn(Ctx<S>, J) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Done, JobError>> + Send + 'static,
{
    fn handle(&self, ctx: Ctx<S>, job: J) -> impl Future<Output = Result<Done, JobError>> + Send + 'static {
        self(ctx, job)
    }
}

/// Proof that a handler came to its end.
#[derive(Debug)]
pub struct Done(pub(crate) Finish);

#[derive(Debug)]
pub(crate) enum Finish {
    /// The worker finishes the row after the handler.
    After(Option<Value>),
    /// The row was finished in the transaction of the effect.
    Committed,
}

impl Done {
    /// No effect in the database: the worker finishes the job afterwards. The effect may happen twice when the worker
    /// dies in between, so make it idempotent.
    pub fn ok() -> Self {
        Done(Finish::After(None))
    }

    /// As [`Done::ok`], keeping a small value in `jobs.result`.
    pub fn with(result: impl Serialize) -> Result<Self, JobError> {
        Ok(Done(Finish::After(Some(serde_json::to_value(result)?))))
    }
}

/// Why an attempt failed. `?` turns any error into a [`JobError::Retry`].
#[derive(Debug)]
pub enum JobError {
    /// Try again after the topic's back-off, until its attempts are used up.
    Retry(anyhow::Error),
    /// Try again after this pause (a server said so).
    RetryIn(Duration, anyhow::Error),
    /// Trying again cannot help: dead at once.
    Fatal(anyhow::Error),
    /// Someone else owns the job now; nothing was committed and nothing is left to do.
    LostLease,
}

impl JobError {
    pub fn fatal(message: impl fmt::Display + fmt::Debug + Send + Sync + 'static) -> Self {
        JobError::Fatal(anyhow::Error::msg(message))
    }
}

impl<E: Into<anyhow::Error>> From<E> for JobError {
    fn from(error: E) -> Self {
        JobError::Retry(error.into())
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JobError::Retry(e) | JobError::RetryIn(_, e) | JobError::Fatal(e) => write!(f, "{e:#}"),
            JobError::LostLease => f.write_str("the lease was lost"),
        }
    }
}

/// One attempt at one job, and the state of the application.
pub struct Ctx<S> {
    pub(crate) state: S,
    pub(crate) pool: PgPool,
    pub(crate) held: Arc<Held>,
}

impl<S: Clone> Clone for Ctx<S> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), pool: self.pool.clone(), held: self.held.clone() }
    }
}

impl<S> Ctx<S> {
    pub fn state(&self) -> &S {
        &self.state
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub fn id(&self) -> JobId {
        self.held.job.id
    }

    /// From 1.
    pub fn attempt(&self) -> i32 {
        self.held.job.attempts
    }

    pub fn is_last_attempt(&self) -> bool {
        self.held.job.attempts >= self.held.job.max_attempts
    }

    /// The request that caused this job.
    pub fn request_id(&self) -> Option<&str> {
        self.held.job.trace.request_id.as_deref()
    }

    /// A key that is the same in every attempt: for payment providers, `Message-ID` and other outside effects.
    pub fn idempotency_key(&self) -> String {
        format!("job-{}", self.held.job.id)
    }

    /// The worker process that runs this attempt.
    pub fn worker(&self) -> uuid::Uuid {
        self.held.job.lease_by
    }

    /// Opens the transaction of the job's effect; end it with [`Ctx::finish`]. Waits out a short absence of the
    /// database, as nothing was done yet that could be lost.
    pub async fn begin(&self) -> Result<Transaction<'static, Postgres>, JobError> {
        let started = Instant::now();
        let mut failures = 0;
        loop {
            match self.pool.begin().await {
                Err(error) if backoff::is_outage(&error) && started.elapsed() < BEGIN_PATIENCE => {
                    tokio::time::sleep(backoff::reconnect(failures)).await;
                    failures += 1;
                }
                begun => return Ok(begun?),
            }
        }
    }

    /// Finishes the job and commits, both or neither: an effect in `tx` happens exactly once.
    ///
    /// # Errors
    /// [`JobError::LostLease`] when another worker owns the job by now; `tx` is rolled back.
    pub async fn finish(&self, tx: Transaction<'static, Postgres>) -> Result<Done, JobError> {
        self.finish_value(tx, None).await
    }

    /// As [`Ctx::finish`], keeping a small value in `jobs.result`.
    pub async fn finish_with(
        &self,
        tx: Transaction<'static, Postgres>,
        result: impl Serialize,
    ) -> Result<Done, JobError> {
        let value = serde_json::to_value(result)?;
        self.finish_value(tx, Some(value)).await
    }

    async fn finish_value(
        &self,
        mut tx: Transaction<'static, Postgres>,
        result: Option<Value>,
    ) -> Result<Done, JobError> {
        if !self.mark_done(&mut tx, result).await? {
            tx.rollback().await?;
            return Err(JobError::LostLease);
        }
        tx.commit().await?;
        Ok(Done(Finish::Committed))
    }

    async fn mark_done(&self, conn: &mut PgConnection, result: Option<Value>) -> sqlx::Result<bool> {
        store::finish(conn, self.held.job.id, self.held.job.fence, result).await
    }
}
