//! The apalis backend: a source of claimed rows of one queue. It claims only what can start soon, wakes by notification
//! or poll, answers database errors with back-off instead of ending the worker, and gives back what was not started.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::layers::Identity;
use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::TaskId;
use apalis_core::worker::context::WorkerContext;
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::backoff;
use crate::job::Queue;
use crate::leases::{Held, Leases};
use crate::store;
use crate::worker::Health;

/// Jobs shorter than this are fetched ahead, as many as the queue runs at once; longer ones are left to other workers.
const SHORT_JOB: Duration = Duration::from_millis(50);

pub(crate) struct Source {
    pub pool: PgPool,
    pub worker: Uuid,
    pub queue: Queue,
    pub topics: Vec<String>,
    pub concurrency: usize,
    pub lease: Duration,
    pub poll: Duration,
    pub leases: Leases,
    pub notified: Arc<Notify>,
    pub stop: CancellationToken,
    pub health: Health,
    pub pace: Pace,
    buffer: Mutex<Buffer>,
}

#[derive(Default)]
struct Buffer {
    rows: VecDeque<Arc<Held>>,
    closed: bool,
}

/// Mean duration of the last jobs in microseconds, moving by an eighth.
#[derive(Default)]
pub(crate) struct Pace(AtomicU64);

impl Pace {
    pub fn record(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        let mean = self.0.load(Ordering::Relaxed);
        let next = if mean == 0 { took } else { mean - mean / 8 + took / 8 };
        self.0.store(next, Ordering::Relaxed);
    }

    fn is_short(&self) -> bool {
        let mean = self.0.load(Ordering::Relaxed);
        mean > 0 && u128::from(mean) < SHORT_JOB.as_micros()
    }
}

/// What a worker gives all its sources.
pub(crate) struct Shared {
    pub pool: PgPool,
    pub worker: Uuid,
    pub lease: Duration,
    pub poll: Duration,
    pub leases: Leases,
    pub stop: CancellationToken,
    pub health: Health,
}

impl Source {
    pub fn new(
        s: &Shared,
        queue: Queue,
        topics: Vec<String>,
        concurrency: usize,
        notified: Arc<Notify>,
    ) -> Self {
        Self {
            pool: s.pool.clone(),
            worker: s.worker,
            lease: s.lease,
            poll: s.poll,
            leases: s.leases.clone(),
            stop: s.stop.clone(),
            health: s.health.clone(),
            queue,
            topics,
            concurrency,
            notified,
            pace: Pace::default(),
            buffer: Mutex::default(),
        }
    }

    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits when the last claim came back short, then claims; says whether there may be more.
    async fn refill(self: Arc<Self>, worker: WorkerContext, wait: bool) -> bool {
        if wait {
            tokio::select! {
                () = self.stop.cancelled() => return false,
                () = self.notified.notified() => {}
                () = tokio::time::sleep(backoff::jitter(self.poll).min(self.poll)) => {}
            }
        }
        let free = self.concurrency.saturating_sub(worker.task_count()).max(1);
        let ahead = if self.pace.is_short() { self.concurrency } else { 0 };
        let want = free + ahead;
        match self.claim(want).await {
            Ok(got) => got == want,
            Err(error) => {
                tracing::warn!(queue = %self.queue, %error, "claiming failed; trying again soon");
                let pause = backoff::reconnect(self.health.failed());
                self.stop.run_until_cancelled(tokio::time::sleep(pause)).await;
                true
            }
        }
    }

    async fn claim(&self, want: usize) -> sqlx::Result<usize> {
        if self.stop.is_cancelled() {
            return Ok(0);
        }
        let limit = i64::try_from(want).unwrap_or(i64::MAX);
        let lease = self.lease.as_secs_f64();
        let queue = self.queue.as_str();
        let rows = store::claim(&self.pool, self.worker, queue, &self.topics, limit, lease).await?;
        self.health.succeeded();
        let got = rows.len();
        let rows: Vec<_> = rows.into_iter().map(|row| self.leases.hold(row)).collect();
        let late = {
            let mut buffer = self.buffer();
            if buffer.closed {
                rows
            } else {
                buffer.rows.extend(rows);
                Vec::new()
            }
        };
        self.give_back(late).await;
        Ok(got)
    }

    /// From now on nothing is claimed; what was claimed and not started goes back without using an attempt.
    pub async fn close(&self) {
        let rows = {
            let mut buffer = self.buffer();
            buffer.closed = true;
            std::mem::take(&mut buffer.rows)
        };
        self.give_back(rows.into()).await;
    }

    async fn give_back(&self, rows: Vec<Arc<Held>>) {
        if rows.is_empty() {
            return;
        }
        let (ids, fences): (Vec<_>, Vec<_>) = rows.iter().map(|h| (h.job.id.0, h.job.fence)).unzip();
        match store::release(&self.pool, &ids, &fences, 0.0).await {
            Ok(n) => tracing::info!(queue = %self.queue, jobs = n, "gave back jobs that were not started"),
            Err(error) => {
                tracing::warn!(queue = %self.queue, %error, "jobs could not be given back: they wait for their lease")
            }
        }
    }
}

/// What apalis polls.
pub(crate) struct Claims {
    source: Arc<Source>,
    refill: Option<JoinHandle<bool>>,
    closing: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    more: bool,
}

impl Claims {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, refill: None, closing: None, more: true }
    }
}

impl Backend for Claims {
    type Task = Task<Arc<Held>>;
    type Error = std::convert::Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Self::Error>>> {
        loop {
            if self.source.stop.is_cancelled() {
                return Poll::Ready(None);
            }
            if let Some(held) = self.source.buffer().rows.pop_front() {
                if held.lost.is_cancelled() {
                    continue;
                }
                let id = TaskId::String(format!("{}.{}", held.job.id, held.job.fence));
                return Poll::Ready(Some(Ok(TaskBuilder::new(held.clone()).data(held).task_id(id).build())));
            }
            let wait = !self.more;
            let refill = self
                .refill
                .get_or_insert_with(|| tokio::spawn(self.source.clone().refill(worker.clone(), wait)));
            let ended = std::task::ready!(Pin::new(refill).poll(cx));
            self.refill = None;
            self.more = ended.unwrap_or(false);
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Self::Error>> {
        let closing = self.closing.get_or_insert_with(|| {
            let (source, refill) = (self.source.clone(), self.refill.take());
            Box::pin(async move {
                source.close().await;
                if let Some(refill) = refill {
                    // Gives back by itself what it still claims.
                    let _ = refill.await;
                }
            })
        });
        closing.as_mut().poll(cx).map(Ok)
    }
}

impl BackendConfig for Claims {
    type Args = Arc<Held>;
    type Id = i64;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &Self::Config {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Self::Layer {
        Identity::new()
    }
}
