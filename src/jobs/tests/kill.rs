//! Worker processes (this test binary, started again) that are killed, frozen and poisoned in the middle of their jobs.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::harness::*;
use crate::*;

const DATABASE: &str = "JOBS_TEST_DATABASE";
const LEASE: Duration = Duration::from_secs(1);

/// Kills the process that runs it.
#[derive(Serialize, Deserialize)]
struct Poison {}

impl Job for Poison {
    const TOPIC: &'static str = "test.poison";
    const QUEUE: Queue = Queue::Default;
    const MAX_ATTEMPTS: i32 = 3;
}

async fn die(_: Ctx<Probe>, _: Poison) -> Result<Done, JobError> {
    std::process::abort()
}

/// Not a test of its own: the other end of [`Crew::hire`]. Without the variable there is nothing to do.
#[tokio::test]
async fn worker_process() {
    let Ok(database) = std::env::var(DATABASE) else { return };
    let shutdown = CancellationToken::new();
    let orphaned = shutdown.clone();
    // The parent holds our standard input open; when it is gone, so are we.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        orphaned.cancel();
    });
    let worker = Worker::new(pool(&database, 12).await, Probe::default())
        .register::<Effect>(write_effect)
        .register::<Poison>(die)
        .queue(Queue::Default, 8)
        .only_named_queues()
        .lease(LEASE)
        .poll(Duration::from_millis(100));
    worker.run(shutdown, Duration::from_secs(1)).await;
}

/// Worker processes on one test database.
struct Crew {
    db: Db,
    children: Vec<Child>,
}

impl Crew {
    fn new(db: &Db, size: usize) -> Self {
        let children = (0..size).map(|_| Self::hire(db)).collect();
        Self { db: db.clone(), children }
    }

    fn hire(db: &Db) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::kill::worker_process", "--nocapture"])
            .env(DATABASE, &db.name)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    async fn running(&self, index: usize) -> i64 {
        let pid = self.children[index].id();
        let sql =
            "select count(*) from jobs j join job_workers w on w.id = j.lease_by where j.state = 'running'";
        self.db.count(&format!("{sql} and w.pid = {pid} and lease_until > now()")).await
    }

    /// kill -9 while it runs jobs, and a new one in its place.
    async fn kill_at_work(&mut self, index: usize) {
        let started = Instant::now();
        while self.running(index).await == 0 {
            assert!(started.elapsed() < Duration::from_secs(20), "the worker got no job");
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        let pid = self.children[index].id();
        self.db
            .execute(format!(
                "insert into kills select j.id, j.fence, clock_timestamp() from jobs j
                   join job_workers w on w.id = j.lease_by where j.state = 'running' and w.pid = {pid}"
            ))
            .await;
        self.children[index].kill().unwrap();
        self.children[index].wait().unwrap();
        self.children[index] = Self::hire(&self.db);
    }

    fn signal(&self, index: usize, signal: &str) {
        let kill = format!("kill -{signal} {}", self.children[index].id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

const JOBS: i64 = 2000;
const KILLS: i64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_kills_in_the_middle_of_two_thousand_jobs_lose_and_double_nothing() {
    Db::with(|db| async move {
        db.execute("create table kills (job_id bigint, fence bigint, at timestamptz)").await;
        let jobs: Vec<_> = (0..JOBS).map(|n| Effect::napping(n, 10 + (n as u64 * 7) % 60)).collect();
        enqueue_many(&db.pool, &jobs).await.unwrap();
        let started = Instant::now();
        let mut crew = Crew::new(&db, 4);
        for kill in 0..KILLS {
            // Spread over the whole run, so that the last kill too hits workers in the middle of their jobs.
            let done = format!(
                "select least(count(*), {0}) from jobs where state = 'done'",
                kill * (JOBS - 100) / KILLS
            );
            db.until(&done, kill * (JOBS - 100) / KILLS).await;
            crew.kill_at_work(usize::try_from(kill).unwrap() % 4).await;
        }
        db.until("select count(*) from jobs where state = 'done'", JOBS).await;
        let took = started.elapsed();
        drop(crew);

        assert_eq!(db.count("select count(*) from effects").await, JOBS, "none twice");
        assert_eq!(db.count("select count(distinct n) from effects").await, JOBS, "none lost");
        let cut = db
            .count("select count(*) from kills k join jobs j on j.id = k.job_id and j.fence > k.fence")
            .await;
        assert!(cut >= KILLS, "only {cut} attempts were cut off: the kills did not hit jobs at work");
        let again = db.count("select sum(attempts)::int8 from jobs").await - JOBS;
        assert!(again >= cut, "{again} attempts more than jobs: each cut was counted");
        report(&db, took, cut).await;
    })
    .await;
}

async fn report(db: &Db, took: Duration, cut: i64) {
    let recovery = |aggregate: &str| {
        format!(
            "select ({aggregate})::int8 from (
               select extract(epoch from j.started_at - k.at) * 1000 as ms
                 from kills k join jobs j on j.id = k.job_id and j.fence = k.fence + 1) r"
        )
    };
    let median = db.count(&recovery("percentile_cont(0.5) within group (order by ms)")).await;
    let most = db.count(&recovery("max(ms)")).await;
    eprintln!(
        "{JOBS} jobs, {KILLS} x kill -9: {:.1} s, {cut} attempts cut off, taken over after {median} ms (median), \
         {most} ms (most) with a lease of {LEASE:?}",
        took.as_secs_f64()
    );
}

#[tokio::test]
async fn a_job_that_kills_its_worker_is_dead_after_its_attempts() {
    Db::with(|db| async move {
        let id = enqueue(&db.pool, &Poison {}).await.unwrap();
        let mut crew = Crew::new(&db, 1);
        let mut deaths = 0;
        let started = Instant::now();
        while db.state(id).await != "dead" {
            assert!(started.elapsed() < Duration::from_secs(30), "it is neither run nor buried");
            if crew.children[0].try_wait().unwrap().is_some() {
                deaths += 1;
                assert!(deaths <= 3, "it goes on killing");
                crew.children[0] = Crew::hire(&db);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!((deaths, db.row(id).await.attempts), (3, 3));
        enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        db.until("select count(*) from effects", 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_frozen_worker_that_wakes_up_late_changes_nothing() {
    Db::with(|db| async move {
        let crew = Crew::new(&db, 1);
        enqueue(&db.pool, &Effect::napping(1, 400)).await.unwrap();
        let open = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in trans%'";
        db.until(open, 1).await;
        crew.signal(0, "STOP");
        let other = Running::start(worker(&db, &Probe::default()), Duration::from_secs(1));
        db.until("select count(*) from jobs where state = 'done' and attempts = 2", 1).await;
        assert_eq!(db.count(open).await, 1, "the frozen one still has its transaction open");
        crew.signal(0, "CONT");
        db.until(open, 0).await;
        assert_eq!(db.count("select count(*) from effects").await, 1);
        // It is well again and takes new jobs.
        other.stop().await;
        enqueue(&db.pool, &Effect::new(2)).await.unwrap();
        db.until("select count(*) from effects", 2).await;
    })
    .await;
}
