//! Jobs that fail: back-off, dead letters, panics, time limits, payloads nobody can read.

use std::time::Duration;

use serde_json::json;

use super::harness::*;
use crate::store;
use crate::*;

#[tokio::test]
async fn a_failed_attempt_waits_for_its_back_off_and_the_last_one_is_a_dead_letter() {
    Db::with(|db| async move {
        let id = enqueue(&db.pool, &act("fail")).await.unwrap();
        let worker = worker(&db, &Probe::default());
        for (attempt, pause) in [(1, 4.0..6.1), (2, 24.0..36.1)] {
            assert_eq!(worker.drain().await.unwrap().failed().len(), 1, "one attempt, then the pause");
            let row = db.row(id).await;
            assert_eq!((row.state.as_str(), row.attempts), ("ready", attempt));
            assert!(pause.contains(&row.due_in), "attempt {attempt}: {row:?}");
            assert_eq!(row.last_error.as_deref(), Some("the server said no"));
            db.skip_pauses().await;
        }
        let last = worker.drain().await.unwrap();
        assert!(last.outcomes[0].dead);
        let row = db.row(id).await;
        assert_eq!((row.state.as_str(), row.attempts), ("dead", 3));
        db.skip_pauses().await;
        assert!(worker.drain().await.unwrap().outcomes.is_empty(), "dead is dead");
    })
    .await;
}

#[tokio::test]
async fn a_fatal_error_is_dead_at_once_and_a_named_pause_is_kept() {
    Db::with(|db| async move {
        let fatal = enqueue(&db.pool, &act("fatal")).await.unwrap();
        let wait = enqueue(&db.pool, &act("wait")).await.unwrap();
        worker(&db, &Probe::default()).drain().await.unwrap();
        let row = db.row(fatal).await;
        assert_eq!((row.state.as_str(), row.attempts), ("dead", 1));
        assert_eq!(row.last_error.as_deref(), Some("no such order"));
        let row = db.row(wait).await;
        assert_eq!(row.state, "ready");
        assert!((75.0..=77.0).contains(&row.due_in), "{row:?}");
    })
    .await;
}

#[tokio::test]
async fn panics_time_limits_and_unreadable_payloads_end_in_their_row_and_the_worker_goes_on() {
    Db::with(|db| async move {
        let panic = enqueue(&db.pool, &act("panic")).await.unwrap();
        let hang = enqueue(&db.pool, &act("hang")).await.unwrap();
        let mut unreadable = Vec::new();
        for payload in [json!({"v": 1, "what": 5}), json!({"what": "ok"}), json!([1, 2]), json!({"v": 1})] {
            let sql =
                "insert into jobs (queue, topic, payload) values ('emails', 'test.act', $1) returning id";
            let id: JobId = sqlx::query_scalar(sql).bind(payload).fetch_one(&db.pool).await.unwrap();
            unreadable.push(id);
        }
        let running = Running::start(worker(&db, &Probe::default()), Duration::from_secs(1));
        db.until("select count(*) from jobs where state = 'ready' and attempts = 1", 2).await;
        db.until("select count(*) from jobs where state = 'dead'", 4).await;
        assert_eq!(db.row(panic).await.last_error.as_deref(), Some("panic: boom"));
        assert_eq!(db.row(hang).await.last_error.as_deref(), Some("time limit of 400ms exceeded"));
        for id in unreadable {
            let row = db.row(id).await;
            let error = row.last_error.unwrap();
            assert!(error.starts_with("undecodable payload: "), "{error}");
            assert_eq!(row.attempts, 1);
        }
        let after = enqueue(&db.pool, &act("ok")).await.unwrap();
        db.until(&format!("select count(*) from jobs where id = {after} and state = 'done'"), 1).await;
        running.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_the_database_refuses_to_keep_ends_in_the_row_as_well() {
    Db::with(|db| async move {
        let refused = enqueue(&db.pool, &act("refused")).await.unwrap();
        let odd = enqueue(&db.pool, &act("odd")).await.unwrap();
        worker(&db, &Probe::default()).drain().await.unwrap();
        let row = db.row(refused).await;
        assert_eq!(row.state, "dead");
        assert!(row.last_error.unwrap().starts_with("the end of the job could not be written"));
        assert_eq!(db.row(odd).await.last_error.as_deref(), Some("a  in the error"));
    })
    .await;
}

#[tokio::test]
async fn a_payload_of_a_newer_release_is_left_to_its_workers() {
    Db::with(|db| async move {
        let id = enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        db.execute(r#"update jobs set payload = '{"v": 2, "n": "one"}'"#).await;
        worker(&db, &Probe::default()).drain().await.unwrap();
        let row = db.row(id).await;
        assert_eq!((row.state.as_str(), row.attempts), ("ready", 0), "no attempt is used");
        assert!(row.due_in > 10.0);
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_workers_die_again_and_again_is_buried_by_the_claim() {
    Db::with(|db| async move {
        let id = enqueue(&db.pool, &act("ok")).await.unwrap();
        let topics = [Act::TOPIC.to_owned()];
        for attempt in 1..=4 {
            let who = uuid::Uuid::now_v7();
            let claimed = store::claim(&db.pool, who, "emails", &topics, 10, 60.0).await.unwrap();
            assert_eq!(claimed.len(), usize::from(attempt <= 3), "attempt {attempt}");
            // The worker is killed here, and its lease runs out.
            db.execute("update jobs set lease_until = now() - interval '1 s' where state = 'running'").await;
        }
        let row = db.row(id).await;
        assert_eq!((row.state.as_str(), row.attempts), ("dead", 3));
        assert!(row.last_error.unwrap().contains("was lost during attempt 3"));
    })
    .await;
}
