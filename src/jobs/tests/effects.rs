//! Leases and fences: an effect in the database happens once, whoever wakes up late.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::harness::*;
use crate::settle::{End, Settled, settle};
use crate::*;

#[derive(Clone, Default)]
struct Gate {
    reached: Arc<Notify>,
    open: Arc<Notify>,
}

/// Writes its effect and then stands still until the gate opens.
async fn stuck(ctx: Ctx<Gate>, job: Effect) -> Result<Done, JobError> {
    let mut tx = ctx.begin().await?;
    sqlx::query("insert into effects (n) values ($1)").bind(job.n + 100).execute(&mut *tx).await?;
    ctx.state().reached.notify_one();
    ctx.state().open.notified().await;
    ctx.finish(tx).await
}

#[tokio::test]
async fn a_zombie_that_lost_its_lease_cannot_finish_and_its_effect_is_rolled_back() {
    Db::with(|db| async move {
        let id = enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        let gate = Gate::default();
        let zombie = Worker::new(db.pool.clone(), gate.clone()).register::<Effect>(stuck);
        let zombie = tokio::spawn(async move { zombie.step().await });
        gate.reached.notified().await;
        let other = worker(&db, &Probe::default());
        assert!(other.step().await.unwrap().is_none(), "the lease holds");

        db.execute("update jobs set lease_until = now() - interval '1 s'").await;
        assert!(other.step().await.unwrap().unwrap().error.is_none(), "the lease ran out: taken over");
        gate.open.notify_one();
        let late = zombie.await.unwrap().unwrap().unwrap();
        assert_eq!(late.error.as_deref(), Some("the lease was lost"));
        assert_eq!(db.count("select sum(n)::int8 from effects").await, 1, "only the second worker's effect");
        let row = db.row(id).await;
        assert_eq!((row.state.as_str(), row.attempts, row.fence), ("done", 2, 2));
    })
    .await;
}

#[tokio::test]
async fn a_zombie_cannot_finish_either_while_the_other_worker_still_runs() {
    Db::with(|db| async move {
        enqueue(&db.pool, &Effect::new(1)).await.unwrap();
        let (first, second) = (Gate::default(), Gate::default());
        let spawn = |gate: &Gate| {
            let worker = Worker::new(db.pool.clone(), gate.clone()).register::<Effect>(stuck);
            tokio::spawn(async move { worker.step().await.unwrap().unwrap() })
        };
        let zombie = spawn(&first);
        first.reached.notified().await;
        db.execute("update jobs set lease_until = now() - interval '1 s'").await;
        let owner = spawn(&second);
        second.reached.notified().await;
        first.open.notify_one();
        assert_eq!(zombie.await.unwrap().error.as_deref(), Some("the lease was lost"));
        second.open.notify_one();
        assert_eq!(owner.await.unwrap().error, None);
        assert_eq!(db.count("select count(*) from effects").await, 1);
    })
    .await;
}

#[tokio::test]
async fn late_ends_of_every_kind_change_nothing_under_an_old_fence() {
    Db::with(|db| async move {
        let id = enqueue(&db.pool, &act("ok")).await.unwrap();
        let worker = worker(&db, &Probe::default());
        let topics = [Act::TOPIC.to_owned()];
        let claim = || store::claim(&db.pool, worker.id(), "emails", &topics, 1, 60.0);
        let old = worker.leases.hold(claim().await.unwrap().remove(0));
        db.execute("update jobs set lease_until = now() - interval '1 s'").await;
        let current = worker.leases.hold(claim().await.unwrap().remove(0));
        let pause = Duration::from_secs(1);
        for end in [
            End::Finish(None),
            End::Fail { pause, fatal: false, error: "late".into() },
            End::Fail { pause, fatal: true, error: "late".into() },
            End::GiveBack,
        ] {
            assert_eq!(settle(&db.pool, &old, end).await, Settled::Lost);
            let row = db.row(id).await;
            assert_eq!((row.state.as_str(), row.attempts, row.fence), ("running", 2, 2));
        }
        worker.leases.renew(&db.pool, pause).await.unwrap();
        assert!(old.lost.is_cancelled(), "the renewal notices it as well");
        assert!(!current.lost.is_cancelled());
        assert_eq!(settle(&db.pool, &current, End::GiveBack).await, Settled::Released);
        assert_eq!(
            settle(&db.pool, &current, End::Finish(None)).await,
            Settled::Lost,
            "given back is given back"
        );
        assert_eq!((db.state(id).await.as_str(), db.row(id).await.attempts), ("ready", 1));
    })
    .await;
}

#[tokio::test]
async fn the_lease_of_a_long_job_is_renewed_while_it_runs() {
    Db::with(|db| async move {
        let probe = Probe::default();
        enqueue(&db.pool, &Effect::napping(1, 2500)).await.unwrap();
        let start = || {
            let quick = worker(&db, &probe).lease(Duration::from_millis(600)).poll(Duration::from_millis(50));
            Running::start(quick, Duration::from_secs(1))
        };
        let (one, two) = (start(), start());
        db.until("select count(*) from jobs where state = 'done'", 1).await;
        assert_eq!(probe.started(), 1, "four leases long, and the other worker never got it");
        assert_eq!(db.count("select max(attempts)::int8 from jobs").await, 1);
        tokio::join!(one.stop(), two.stop());
    })
    .await;
}

#[tokio::test]
async fn a_running_attempt_is_cut_off_when_its_lease_is_lost() {
    Db::with(|db| async move {
        let probe = Probe::default();
        enqueue(&db.pool, &Effect::napping(1, 60_000)).await.unwrap();
        let running =
            Running::start(worker(&db, &probe).lease(Duration::from_millis(300)), Duration::from_secs(1));
        db.until("select count(*) from jobs where state = 'running'", 1).await;
        inspect::hold_all(&db.pool).await.unwrap();
        let started = tokio::time::Instant::now();
        while probe.now() > 0 || probe.started() == 0 {
            assert!(started.elapsed() < Duration::from_secs(5), "it still runs");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        running.stop().await;
        assert_eq!(db.count("select count(*) from effects").await, 0);
        assert_eq!(db.count("select count(*) from jobs where state = 'held'").await, 1);
    })
    .await;
}
