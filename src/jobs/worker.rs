//! The worker process: which topics and queues it serves, and how it starts, lives and stops.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::backend::{Shared, Source};
use crate::execute::Runner;
use crate::handler::Handler;
use crate::job::{Job, Queue};
use crate::leases::Leases;
use crate::listen::{self, Wakers};
use crate::registry::Registry;
use crate::{backoff, debug, housekeeping, lane, store};

const DEFAULT_LEASE: Duration = Duration::from_secs(20);
const DEFAULT_POLL: Duration = Duration::from_secs(1);
const DEFAULT_CONCURRENCY: usize = 2;
const HELPER_CONNECTIONS: u32 = 4;
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Runs jobs. Register every topic, then [`Worker::run`]; tests call [`Worker::drain`] instead.
///
/// The pool needs a connection per job that runs at once and 4 more: LISTEN, claims, leases, heartbeat.
pub struct Worker<S> {
    pub(crate) id: Uuid,
    pub(crate) runner: Runner<S>,
    queues: BTreeMap<Queue, usize>,
    lease: Duration,
    poll: Duration,
    version: String,
    health: Health,
    pub(crate) leases: Leases,
}

impl<S: Clone + Send + Sync + 'static> Worker<S> {
    pub fn new(pool: PgPool, state: S) -> Self {
        let worker = Self {
            id: Uuid::now_v7(),
            runner: Runner { registry: Registry::default(), state, pool },
            queues: BTreeMap::new(),
            lease: DEFAULT_LEASE,
            poll: DEFAULT_POLL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            health: Health::default(),
            leases: Leases::default(),
        };
        worker.register(debug::handle::<S>).register(housekeeping::handle::<S>)
    }

    /// Topics nobody registered stay ready for other workers.
    #[must_use]
    pub fn register<J: Job>(mut self, handler: impl Handler<S, J>) -> Self {
        self.runner.registry.add(handler);
        self
    }

    /// How many jobs of `queue` run at once here (2 where nothing is said); 0 leaves the queue to other workers.
    #[must_use]
    pub fn queue(mut self, queue: Queue, concurrency: usize) -> Self {
        self.queues.insert(queue, concurrency);
        self
    }

    /// Serves only the queues named by [`Worker::queue`].
    #[must_use]
    pub fn only_named_queues(mut self) -> Self {
        for queue in Queue::ALL {
            self.queues.entry(queue).or_insert(0);
        }
        self
    }

    /// How long a dead worker's jobs wait for another one (20 s); renewed every third of it.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// How often a queue is looked at without being woken (1 s).
    #[must_use]
    pub fn poll(mut self, poll: Duration) -> Self {
        self.poll = poll;
        self
    }

    /// Shown by `inspect ping`.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    pub fn id(&self) -> Uuid {
        self.id
    }

    /// For the worker's own readiness probe.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Runs until `shutdown`. Then: nothing more is claimed, what was not started goes back without using an attempt,
    /// what runs may end within `grace`, and what is left then goes back too.
    pub async fn run(self, shutdown: CancellationToken, grace: Duration) {
        let served = self.served();
        let worker = label(self.id);
        tracing::info!(worker, queues = ?served, "worker started");
        self.check_pool(served.values().sum());
        let wakers = Wakers::new(served.keys().copied());
        let shared = Shared {
            pool: self.runner.pool.clone(),
            worker: self.id,
            lease: self.lease,
            poll: self.poll,
            leases: self.leases.clone(),
            stop: shutdown.clone(),
            health: self.health.clone(),
        };
        let background = CancellationToken::new();
        let mut helpers = self.spawn_helpers(&served, &wakers, &background);
        let runner = Arc::new(self.runner);
        let mut lanes = JoinSet::new();
        for (queue, concurrency) in served {
            let topics = runner.registry.topics_of(queue);
            let source = Arc::new(Source::new(&shared, queue, topics, concurrency, wakers.of(queue)));
            lanes.spawn(lane::run(runner.clone(), source, grace));
        }
        while let Some(ended) = lanes.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a lane of the worker ended badly");
            }
        }
        background.cancel();
        while helpers.join_next().await.is_some() {}
        tracing::info!(worker, "worker stopped");
    }

    pub(crate) fn lease_secs(&self) -> f64 {
        self.lease.as_secs_f64()
    }

    /// Queues with a registered topic and a concurrency above zero.
    pub(crate) fn served(&self) -> BTreeMap<Queue, usize> {
        let all = self.runner.registry.queues().into_iter();
        all.map(|queue| (queue, self.queues.get(&queue).copied().unwrap_or(DEFAULT_CONCURRENCY)))
            .filter(|(_, concurrency)| *concurrency > 0)
            .collect()
    }

    /// Jobs that wait for a connection fail when the pool's patience ends: say so before it happens.
    fn check_pool(&self, jobs_at_once: usize) {
        let size = self.runner.pool.options().get_max_connections();
        let wanted = u32::try_from(jobs_at_once).unwrap_or(u32::MAX).saturating_add(HELPER_CONNECTIONS);
        if size < wanted {
            tracing::warn!(size, wanted, "the pool is smaller than what the worker may use at once");
        }
    }

    fn spawn_helpers(
        &self,
        served: &BTreeMap<Queue, usize>,
        wakers: &Wakers,
        stop: &CancellationToken,
    ) -> JoinSet<()> {
        let mut helpers = JoinSet::new();
        let pool = self.runner.pool.clone();
        helpers.spawn(listen::run(pool.clone(), wakers.clone(), stop.clone()));
        helpers.spawn(renew_leases(pool.clone(), self.leases.clone(), self.lease, stop.clone()));
        let queues = serde_json::to_value(served).unwrap_or_default();
        let who = Identity { id: self.id, kind: "worker", version: self.version.clone(), queues };
        helpers.spawn(heartbeat(pool, who, self.health.clone(), stop.clone()));
        helpers
    }
}

async fn renew_leases(pool: PgPool, leases: Leases, lease: Duration, stop: CancellationToken) {
    let mut every = tokio::time::interval(lease / 3);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        // Connections that died in the pool fail one by one: try again at once, a lease does not wait.
        let mut failures = 0;
        let renewed = tokio::time::timeout(lease / 3, async {
            while let Err(error) = leases.renew(&pool, lease).await {
                tracing::warn!(%error, "leases could not be renewed yet");
                tokio::time::sleep(backoff::reconnect(failures)).await;
                failures += 1;
            }
        });
        if renewed.await.is_err() {
            tracing::warn!("leases could not be renewed in time");
        }
    }
}

/// Who writes heartbeats.
pub(crate) struct Identity {
    pub id: Uuid,
    pub kind: &'static str,
    pub version: String,
    /// Queue to concurrency.
    pub queues: serde_json::Value,
}

/// Keeps the row in `job_workers` fresh until `stop`, then marks it as stopped.
pub(crate) async fn heartbeat(pool: PgPool, who: Identity, health: Health, stop: CancellationToken) {
    let (host, pid) = (host(), i32::try_from(std::process::id()).unwrap_or(0));
    let mut every = tokio::time::interval(HEARTBEAT);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        match store::beat_worker(&pool, &who, &host, pid).await {
            Ok(()) => health.succeeded(),
            Err(error) => tracing::warn!(%error, "the heartbeat could not be written"),
        }
    }
    if let Err(error) = store::stop_worker(&pool, who.id).await {
        tracing::debug!(%error, "the end of the process could not be written");
    }
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .unwrap_or_else(|_| "unknown".to_owned())
}

/// `host:pid:id` of a worker of this process.
pub(crate) fn label(id: Uuid) -> String {
    format!("{}:{}:{id}", host(), std::process::id())
}

/// Whether the process still reaches the database, by claims and heartbeats.
#[derive(Debug, Clone)]
pub struct Health(Arc<Vitals>);

#[derive(Debug)]
struct Vitals {
    born: Instant,
    last_success_ms: AtomicU64,
    failures: AtomicU32,
}

impl Default for Health {
    fn default() -> Self {
        let vitals =
            Vitals { born: Instant::now(), last_success_ms: AtomicU64::new(0), failures: AtomicU32::new(0) };
        Self(Arc::new(vitals))
    }
}

impl Health {
    /// The database answered within the last 10 s.
    pub fn is_ready(&self) -> bool {
        let last = self.0.last_success_ms.load(Ordering::Relaxed);
        last > 0 && self.now_ms() - last < 10_000
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.0.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn succeeded(&self) {
        self.0.last_success_ms.store(self.now_ms().max(1), Ordering::Relaxed);
        self.0.failures.store(0, Ordering::Relaxed);
    }

    /// Counts failures in a row, from 0.
    pub(crate) fn failed(&self) -> u32 {
        self.0.failures.fetch_add(1, Ordering::Relaxed)
    }
}
