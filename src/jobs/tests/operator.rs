//! What an operator sees and does.

use std::time::Duration;

use super::harness::*;
use crate::*;

#[tokio::test]
async fn active_stats_ping_and_the_debug_task_tell_the_truth() {
    Db::with(|db| async move {
        let probe = Probe::default();
        let napping =
            trace::scope("req-abcdefgh", enqueue(&db.pool, &Effect::napping(1, 1500))).await.unwrap();
        enqueue(&db.pool, &act("fatal")).await.unwrap();
        enqueue_in(&db.pool, &Effect::new(2), Duration::from_secs(3600)).await.unwrap();
        let lane = worker(&db, &probe).queue(Queue::Default, 3).version("9.9.9");
        let id = lane.id();
        let running = Running::start(lane, Duration::from_secs(5));
        let report = debug::debug_task(&db.pool, Duration::from_secs(10)).await.unwrap();
        eprintln!("debug task: waited {:.1} ms, ran {:.1} ms", report.waited_ms, report.ran_ms);
        assert!(report.worker.ends_with(&id.to_string()), "{report:?}");
        assert!(report.waited_ms >= 0.0 && report.round_trip_ms < 5000.0, "{report:?}");
        db.until("select count(*) from jobs where state = 'dead'", 1).await;

        let active = inspect::active(&db.pool).await.unwrap();
        assert_eq!((active.len(), active[0].id, active[0].worker), (1, napping, Some(id)));
        assert_eq!(active[0].request_id.as_deref(), Some("req-abcdefgh"));
        assert!(active[0].lease_left_s.unwrap() > 0.0 && active[0].host.is_some());

        let stats = inspect::stats(&db.pool).await.unwrap();
        let of = |topic: &str| stats.iter().find(|s| s.topic == topic).unwrap().clone();
        assert_eq!((of("test.effect").running, of("test.effect").delayed), (1, 1));
        assert_eq!((of("test.act").dead, of("jobs.debug").done_last_hour), (1, 1));

        let workers = inspect::ping(&db.pool).await.unwrap();
        assert!(workers[0].alive && workers[0].running == 1 && workers[0].version == "9.9.9");
        assert_eq!(workers[0].queues["default"], 3);
        running.stop().await;
        let stopped = inspect::ping(&db.pool).await.unwrap();
        assert!(!stopped[0].alive && stopped[0].stopped_at.is_some());
        serde_json::to_string(&(active, stats, stopped)).unwrap();
    })
    .await;
}

#[tokio::test]
async fn without_a_worker_the_debug_task_says_so() {
    Db::with(|db| async move {
        let error = debug::debug_task(&db.pool, Duration::from_millis(50)).await.unwrap_err();
        assert!(error.to_string().contains("is one running"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn dead_letters_are_listed_and_can_be_tried_again() {
    Db::with(|db| async move {
        let id = enqueue(&db.pool, &act("fatal")).await.unwrap();
        let worker = worker(&db, &Probe::default());
        worker.drain().await.unwrap();
        let dead = inspect::dead(&db.pool, 10).await.unwrap();
        assert_eq!((dead[0].id, dead[0].last_error.as_deref()), (id, Some("no such order")));
        db.execute(r#"update jobs set payload = '{"v": 1, "what": "ok"}'"#).await;
        assert!(inspect::retry(&db.pool, id).await.unwrap());
        assert_eq!(worker.drain().await.unwrap().done(), 1);
        assert!(!inspect::retry(&db.pool, id).await.unwrap(), "a finished job is not run again");
        assert!(!inspect::retry(&db.pool, JobId(4711)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn held_jobs_are_run_by_nobody_until_they_are_released() {
    Db::with(|db| async move {
        let id = enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        assert!(inspect::hold(&db.pool, id).await.unwrap());
        let worker = worker(&db, &Probe::default());
        assert!(worker.drain().await.unwrap().outcomes.is_empty());
        assert_eq!(inspect::dead(&db.pool, 10).await.unwrap()[0].state, "held");
        assert!(inspect::retry(&db.pool, id).await.unwrap());
        assert_eq!(worker.drain().await.unwrap().done(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_purge_takes_only_what_is_old() {
    Db::with(|db| async move {
        db.execute(
            "insert into jobs (queue, topic, payload, state, done_at)
             select 'default', 't', '{\"v\": 1}', s, now() - make_interval(days => d)
               from (values ('done', 8), ('done', 6), ('dead', 8), ('dead', 91)) as v(s, d), generate_series(1, 5001)",
        )
        .await;
        let waiting = enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        let purged = inspect::purge(&db.pool).await.unwrap();
        assert_eq!((purged.done, purged.dead), (5001, 5001));
        assert_eq!(db.count("select count(*) from jobs").await, 2 * 5001 + 1);
        assert_eq!(db.state(waiting).await, "ready");
        enqueue(&db.pool, &housekeeping::PurgeJobs {}).await.unwrap();
        assert!(worker(&db, &Probe::default()).drain().await.unwrap().failed().is_empty());
    })
    .await;
}
