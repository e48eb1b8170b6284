//! A throw-away database, jobs to play with, and waiting for conditions instead of sleeping.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt;
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Ctx, Done, Job, JobError, JobId, Queue, Worker};

const MIGRATION: &str = include_str!("../../../migrations/20261122100100_create_jobs.sql");
/// What the handlers of these tests change in the database.
const EFFECTS: &str =
    "create table effects (n bigint not null, worker uuid, at timestamptz default clock_timestamp())";

/// Fails a test that waits for what never comes.
const LIMIT: Duration = Duration::from_secs(120);

fn server() -> PgConnectOptions {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL names the server for test databases");
    url.parse().expect("DATABASE_URL is readable")
}

#[derive(Clone)]
pub struct Db {
    pub name: String,
    pub pool: PgPool,
    pub admin: PgPool,
}

impl Db {
    /// Runs `test` on a fresh database and drops it, also when the test fails.
    pub async fn with<F: Future<Output = ()>>(test: impl FnOnce(Db) -> F) {
        let admin = PgPoolOptions::new().max_connections(2).connect_with(server().database("postgres")).await;
        let admin = admin.expect("the server answers");
        let name = format!("jobs_test_{}", uuid::Uuid::now_v7().simple());
        run_sql(&admin, format!("create database {name}")).await;
        // One per job that runs at once, and one each for claims, LISTEN, leases, heartbeat, and the test.
        let pool = pool(&name, 24).await;
        run_sql(&pool, MIGRATION.to_owned()).await;
        run_sql(&pool, EFFECTS.to_owned()).await;
        let db = Db { name: name.clone(), pool, admin: admin.clone() };
        let limited = tokio::time::timeout(LIMIT, test(db.clone()));
        let outcome = AssertUnwindSafe(async { limited.await.expect("the test ends in time") });
        let outcome = outcome.catch_unwind().await;
        // A failed test may leave a task that never gives its connection back.
        let _ = tokio::time::timeout(Duration::from_secs(2), db.pool.close()).await;
        run_sql(&admin, format!("drop database {name} with (force)")).await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }

    pub async fn execute(&self, sql: impl Into<String>) {
        run_sql(&self.pool, sql.into()).await;
    }

    /// The first column of the first row.
    pub async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.pool).await.expect(sql)
    }

    pub async fn row(&self, id: JobId) -> Row {
        let sql =
            "select state, attempts, last_error, fence, extract(epoch from run_at - now())::float8 as due_in
                     from jobs where id = $1";
        sqlx::query_as(sql).bind(id).fetch_one(&self.pool).await.expect("the job is there")
    }

    pub async fn state(&self, id: JobId) -> String {
        self.row(id).await.state
    }

    /// Makes every waiting job due.
    pub async fn skip_pauses(&self) {
        self.execute("update jobs set run_at = now() where state = 'ready'").await;
    }

    /// Waits until `sql` counts `want`.
    pub async fn until(&self, sql: &str, want: i64) {
        let started = Instant::now();
        loop {
            let got = self.count(sql).await;
            if got == want {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "{sql}: {got}, waited for {want}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[derive(Debug, sqlx::FromRow)]
pub struct Row {
    pub state: String,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub fence: i64,
    pub due_in: f64,
}

pub async fn pool(database: &str, size: u32) -> PgPool {
    let options = PgPoolOptions::new().max_connections(size).acquire_timeout(Duration::from_secs(3));
    options.connect_with(server().database(database)).await.expect("the test database answers")
}

/// As the application has it: connections that died are noticed only when they are used.
pub async fn untested_pool(database: &str, size: u32) -> PgPool {
    let options = PgPoolOptions::new().max_connections(size).min_connections(size).test_before_acquire(false);
    let options = options.acquire_timeout(Duration::from_secs(2));
    options.connect_with(server().database(database)).await.expect("the test database answers")
}

pub async fn run_sql(pool: &PgPool, sql: String) {
    let outcome = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(pool).await;
    outcome.unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// A worker in its own task.
pub struct Running {
    pub shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start<S: Clone + Send + Sync + 'static>(worker: Worker<S>, grace: Duration) -> Self {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(worker.run(shutdown.clone(), grace));
        Self { shutdown, task }
    }

    /// Asks it to stop and says how long that took.
    pub async fn stop(self) -> Duration {
        let started = Instant::now();
        self.shutdown.cancel();
        self.task.await.expect("the worker ends well");
        started.elapsed()
    }
}

/// Counts what handlers do at the same time.
#[derive(Clone, Default)]
pub struct Probe(Arc<[AtomicUsize; 3]>);

impl Probe {
    pub fn enter(&self) -> Inside {
        let now = self.0[0].fetch_add(1, Ordering::SeqCst) + 1;
        self.0[1].fetch_max(now, Ordering::SeqCst);
        self.0[2].fetch_add(1, Ordering::SeqCst);
        Inside(self.clone())
    }

    pub fn now(&self) -> usize {
        self.0[0].load(Ordering::SeqCst)
    }

    pub fn most(&self) -> usize {
        self.0[1].load(Ordering::SeqCst)
    }

    pub fn started(&self) -> usize {
        self.0[2].load(Ordering::SeqCst)
    }
}

pub struct Inside(Probe);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.0[0].fetch_sub(1, Ordering::SeqCst);
    }
}

/// Writes `n` into `effects`, in the transaction that finishes it, after a nap.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Effect {
    pub n: i64,
    #[serde(default)]
    pub nap_ms: u64,
}

impl Job for Effect {
    const TOPIC: &'static str = "test.effect";
    const QUEUE: Queue = Queue::Default;
    const MAX_ATTEMPTS: i32 = 1000;
}

impl Effect {
    pub fn new(n: i64) -> Self {
        Self { n, nap_ms: 0 }
    }

    pub fn napping(n: i64, nap_ms: u64) -> Self {
        Self { n, nap_ms }
    }
}

pub async fn write_effect(ctx: Ctx<Probe>, job: Effect) -> Result<Done, JobError> {
    let _inside = ctx.state().enter();
    let mut tx = ctx.begin().await?;
    sqlx::query("insert into effects (n, worker) values ($1, $2)")
        .bind(job.n)
        .bind(ctx.worker())
        .execute(&mut *tx)
        .await?;
    tokio::time::sleep(Duration::from_millis(job.nap_ms)).await;
    ctx.finish(tx).await
}

/// Does what its word says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Act {
    pub what: String,
}

impl Job for Act {
    const TOPIC: &'static str = "test.act";
    const QUEUE: Queue = Queue::Emails;
    const MAX_ATTEMPTS: i32 = 3;
    const TIMEOUT: Duration = Duration::from_millis(400);
}

pub fn act(what: &str) -> Act {
    Act { what: what.to_owned() }
}

pub async fn handle_act(_ctx: Ctx<Probe>, job: Act) -> Result<Done, JobError> {
    match job.what.as_str() {
        "fail" => Err(anyhow::anyhow!("the server said no").into()),
        "wait" => Err(JobError::RetryIn(Duration::from_secs(77), anyhow::anyhow!("too many requests"))),
        "fatal" => Err(JobError::fatal("no such order")),
        "panic" => panic!("boom"),
        "refused" => Done::with("a \u{0} in the result"),
        "odd" => Err(anyhow::anyhow!("a \u{0} in the error").into()),
        "hang" => std::future::pending().await,
        _ => Ok(Done::ok()),
    }
}

/// Knows both topics; quick enough for tests.
pub fn worker(db: &Db, probe: &Probe) -> Worker<Probe> {
    Worker::new(db.pool.clone(), probe.clone())
        .register::<Effect>(write_effect)
        .register::<Act>(handle_act)
        .lease(Duration::from_secs(2))
        .poll(Duration::from_millis(200))
}
