//! The life of a job when nothing breaks: transaction, dedupe, order, delay, trace, waking, concurrency.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::harness::*;
use crate::*;

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_job_and_a_committed_one_does() {
    Db::with(|db| async move {
        let mut tx = db.pool.begin().await.unwrap();
        enqueue(&mut *tx, &Effect::new(1)).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(db.count("select count(*) from jobs").await, 0);

        let mut tx = db.pool.begin().await.unwrap();
        let id = enqueue(&mut *tx, &Effect::new(2)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.state(id).await, "ready");

        let drained = worker(&db, &Probe::default()).drain().await.unwrap();
        assert_eq!((drained.done(), drained.failed().len()), (1, 0));
        assert_eq!(db.count("select sum(n)::int8 from effects").await, 2);
        assert_eq!(db.state(id).await, "done");
    })
    .await;
}

#[tokio::test]
async fn the_same_key_twice_is_one_job_and_does_not_break_the_transaction() {
    Db::with(|db| async move {
        let mut tx = db.pool.begin().await.unwrap();
        assert!(enqueue_once(&mut *tx, "order:1", &Effect::new(1)).await.unwrap());
        assert!(!enqueue_once(&mut *tx, "order:1", &Effect::new(1)).await.unwrap());
        assert!(enqueue_once(&mut *tx, "order:2", &Effect::new(2)).await.unwrap());
        assert!(enqueue_once(&mut *tx, "order:1", &act("ok")).await.unwrap(), "another topic, another key");
        tx.commit().await.unwrap();
        worker(&db, &Probe::default()).drain().await.unwrap();
        assert!(!enqueue_once(&db.pool, "order:1", &Effect::new(1)).await.unwrap(), "also after it is done");
        assert_eq!(db.count("select count(*) from effects").await, 2);
    })
    .await;
}

#[tokio::test]
async fn delayed_jobs_wait_and_higher_priorities_go_first() {
    Db::with(|db| async move {
        let soon = enqueue_in(&db.pool, &Effect::new(9), Duration::from_secs(60)).await.unwrap();
        assert!((55.0..=60.0).contains(&db.row(soon).await.due_in));
        enqueue_at(&db.pool, &Effect::new(8), chrono::Utc::now() + chrono::TimeDelta::hours(1))
            .await
            .unwrap();
        enqueue_many(&db.pool, &[Effect::new(1), Effect::new(2)]).await.unwrap();
        let urgent = Options { priority: Some(10), ..Options::default() };
        enqueue_with(&db.pool, &Effect::new(3), urgent).await.unwrap();
        let worker = worker(&db, &Probe::default());
        assert_eq!(worker.drain().await.unwrap().done(), 3);
        let order: Vec<i64> =
            sqlx::query_scalar("select n from effects order by at").fetch_all(&db.pool).await.unwrap();
        assert_eq!(order, [3, 1, 2]);
        db.skip_pauses().await;
        assert_eq!(worker.drain().await.unwrap().done(), 2, "what was put off is run when its time comes");
    })
    .await;
}

#[derive(Serialize, Deserialize)]
struct Cause {}

impl Job for Cause {
    const TOPIC: &'static str = "test.cause";
    const QUEUE: Queue = Queue::Default;
}

type Seen = Arc<Mutex<Vec<Option<String>>>>;

#[tokio::test]
async fn a_job_carries_the_request_of_its_cause_and_hands_it_on() {
    async fn cause(ctx: Ctx<Seen>, _: Cause) -> Result<Done, JobError> {
        let mut tx = ctx.begin().await?;
        enqueue(&mut *tx, &act("ok")).await?;
        ctx.finish(tx).await
    }
    async fn note(ctx: Ctx<Seen>, _: Act) -> Result<Done, JobError> {
        assert_eq!(ctx.request_id(), trace::request_id().as_deref());
        ctx.state().lock().unwrap().push(trace::request_id());
        Ok(Done::ok())
    }
    Db::with(|db| async move {
        let seen = Seen::default();
        let worker = Worker::new(db.pool.clone(), seen.clone()).register(cause).register(note);
        let id = trace::scope("req-12345678", enqueue(&db.pool, &Cause {})).await.unwrap();
        assert_eq!(worker.drain().await.unwrap().done(), 2);
        assert_eq!(*seen.lock().unwrap(), [Some("req-12345678".to_owned())]);
        let sql = "select (trace ->> 'job_id')::int8 from jobs where topic = 'test.act'";
        assert_eq!(JobId(db.count(sql).await), id);
        enqueue(&db.pool, &act("ok")).await.unwrap();
        worker.drain().await.unwrap();
        assert_eq!(seen.lock().unwrap()[1], None, "without a request there is none");
    })
    .await;
}

#[tokio::test]
async fn a_notification_wakes_the_worker_long_before_its_poll() {
    Db::with(|db| async move {
        let running = Running::start(
            worker(&db, &Probe::default()).poll(Duration::from_secs(600)),
            Duration::from_secs(1),
        );
        db.until("select count(*) from job_workers", 1).await;
        db.until("select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen%'", 1)
            .await;
        let started = Instant::now();
        enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        db.until("select count(*) from effects", 1).await;
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
        running.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_poll_finds_what_no_notification_announced() {
    Db::with(|db| async move {
        db.execute("alter table jobs disable trigger jobs_notify").await;
        let running = Running::start(worker(&db, &Probe::default()), Duration::from_secs(1));
        db.until("select count(*) from job_workers", 1).await;
        enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        enqueue_in(&db.pool, &Effect::new(2), Duration::from_millis(700)).await.unwrap();
        db.until("select count(*) from effects", 2).await;
        let sql = "select (extract(epoch from max(started_at - run_at)) * 1000)::int8 from jobs";
        assert!(db.count(sql).await < 1500, "found within the poll");
        running.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_queue_runs_as_many_jobs_at_once_as_it_may_and_not_one_more() {
    Db::with(|db| async move {
        let probe = Probe::default();
        let jobs: Vec<_> = (0..40).map(|n| Effect::napping(n, 30)).collect();
        enqueue_many(&db.pool, &jobs).await.unwrap();
        let running = Running::start(worker(&db, &probe).queue(Queue::Default, 5), Duration::from_secs(5));
        db.until("select count(*) from jobs where state = 'done'", 40).await;
        running.stop().await;
        assert_eq!((probe.most(), probe.started()), (5, 40));
    })
    .await;
}

#[tokio::test]
async fn topics_nobody_registered_and_queues_at_zero_stay_ready() {
    Db::with(|db| async move {
        let unknown = enqueue(&db.pool, &Cause {}).await.unwrap();
        let elsewhere = enqueue(&db.pool, &act("ok")).await.unwrap();
        let here = enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        let worker = worker(&db, &Probe::default()).queue(Queue::Emails, 0);
        assert_eq!(worker.drain().await.unwrap().done(), 1);
        assert_eq!(db.state(here).await, "done");
        for id in [unknown, elsewhere] {
            let row = db.row(id).await;
            assert_eq!((row.state.as_str(), row.attempts), ("ready", 0));
        }
    })
    .await;
}

/// Prints the pace of jobs whose effect is committed with them, and of jobs without effect.
#[tokio::test]
async fn thousands_of_short_jobs_are_run_once_each_and_quickly() {
    Db::with(|db| async move {
        let probe = Probe::default();
        let effects: Vec<_> = (0..2000).map(Effect::new).collect();
        let bare: Vec<_> = (0..2000).map(|_| act("ok")).collect();
        enqueue_many(&db.pool, &effects).await.unwrap();
        enqueue_many(&db.pool, &bare).await.unwrap();
        for (topic, queue) in [(Effect::TOPIC, Queue::Default), (Act::TOPIC, Queue::Emails)] {
            let started = Instant::now();
            let lane = worker(&db, &probe).queue(queue, 16).only_named_queues();
            let running = Running::start(lane, Duration::from_secs(5));
            let sql = format!("select count(*) from jobs where topic = '{topic}' and state = 'done'");
            db.until(&sql, 2000).await;
            eprintln!("{topic}: {:.0} jobs/s, 16 at once", 2000.0 / started.elapsed().as_secs_f64());
            running.stop().await;
        }
        assert_eq!(db.count("select count(*) from effects").await, 2000);
        assert_eq!(db.count("select count(distinct n) from effects").await, 2000);
        assert_eq!(db.count("select max(attempts)::int8 from jobs").await, 1);
    })
    .await;
}
