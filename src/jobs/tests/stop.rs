//! A graceful stop: what was not started goes back unused, what runs may end, what does not end goes back too.

use std::time::Duration;

use super::harness::*;
use crate::*;

#[tokio::test]
async fn claimed_jobs_that_were_not_started_go_back_without_an_attempt() {
    Db::with(|db| async move {
        let probe = Probe::default();
        let running = Running::start(worker(&db, &probe).queue(Queue::Default, 4), Duration::from_secs(10));
        // Short jobs first, so that the worker fetches ahead; then long ones, so that it stops with jobs in hand.
        enqueue_many(&db.pool, &(0..4).map(Effect::new).collect::<Vec<_>>()).await.unwrap();
        db.until("select count(*) from jobs where state = 'done'", 4).await;
        enqueue_many(&db.pool, &(4..24).map(|n| Effect::napping(n, 1500)).collect::<Vec<_>>()).await.unwrap();
        db.until("select count(*) from jobs where state = 'running'", 8).await;
        db.until("select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in trans%'", 4)
            .await;
        assert_eq!(probe.started(), 8, "four run, four wait in the worker");
        running.shutdown.cancel();
        db.until("select count(*) from jobs where state = 'running'", 4).await;
        assert_eq!(probe.now(), 4, "the waiting four are back while the running four still run");
        running.stop().await;
        assert_eq!(db.count("select count(*) from jobs where state = 'done'").await, 8, "they ended");
        assert_eq!(db.count("select count(*) from jobs where state = 'ready' and attempts = 0").await, 16);
        assert_eq!(db.count("select count(*) from effects").await, 8);
    })
    .await;
}

#[tokio::test]
async fn a_job_longer_than_the_grace_is_cut_off_and_given_back() {
    Db::with(|db| async move {
        let probe = Probe::default();
        let id = enqueue(&db.pool, &Effect::napping(1, 60_000)).await.unwrap();
        let running = Running::start(worker(&db, &probe), Duration::from_millis(300));
        db.until("select count(*) from jobs where state = 'running'", 1).await;
        let took = running.stop().await;
        assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(3), "{took:?}");
        let row = db.row(id).await;
        assert_eq!((row.state.as_str(), row.attempts), ("ready", 0));
        assert!(row.due_in <= 0.0);
        assert_eq!(probe.now(), 0, "the handler was dropped");
        assert_eq!(db.count("select count(*) from effects").await, 0);
        let stopped = "select count(*) from job_workers where stopped_at is not null";
        assert_eq!(db.count(stopped).await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_idle_worker_stops_at_once_and_claims_nothing_afterwards() {
    Db::with(|db| async move {
        let running = Running::start(worker(&db, &Probe::default()), Duration::from_secs(30));
        db.until("select count(*) from job_workers", 1).await;
        let took = running.stop().await;
        assert!(took < Duration::from_secs(2), "{took:?}");
        let id = enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(db.state(id).await, "ready");
    })
    .await;
}
