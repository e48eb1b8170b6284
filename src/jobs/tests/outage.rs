//! The database goes away under a running worker: connections cut, and nobody let in for a while.

use std::time::Duration;

use super::harness::*;
use crate::*;

impl Db {
    async fn cut_connections(&self) {
        let sql =
            format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'", self.name);
        run_sql(&self.admin, sql).await;
    }

    async fn let_in(&self, yes: bool) {
        run_sql(&self.admin, format!("alter database {} allow_connections {yes}", self.name)).await;
    }
}

#[tokio::test]
async fn a_worker_survives_an_outage_of_the_database_and_loses_and_doubles_nothing() {
    Db::with(|db| async move {
        let probe = Probe::default();
        let jobs: Vec<_> = (0..60).map(|n| Effect::napping(n, 60)).collect();
        enqueue_many(&db.pool, &jobs).await.unwrap();
        let alone = Db { pool: untested_pool(&db.name, 12).await, ..db.clone() };
        let lane = worker(&alone, &probe).queue(Queue::Default, 4).poll(Duration::from_secs(1));
        let health = lane.health();
        let running = Running::start(lane, Duration::from_secs(5));
        db.until("select least(count(*), 5) from jobs where state = 'done'", 5).await;
        assert!(health.is_ready());
        db.let_in(false).await;
        db.cut_connections().await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        db.let_in(true).await;
        // Failed attempts wait for their back-off; the others go on by themselves.
        db.until("select count(*) from jobs where state = 'running' and lease_until < now()", 0).await;
        for _ in 0..200 {
            db.skip_pauses().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            if db.count("select count(*) from jobs where state = 'done'").await == 60 {
                break;
            }
        }
        assert_eq!(db.count("select count(*) from effects").await, 60);
        assert_eq!(db.count("select count(distinct n) from effects").await, 60);
        // And it still hears notifications.
        db.until("select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen%'", 1)
            .await;
        running.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_finished_job_whose_end_cannot_be_written_yet_is_not_run_again() {
    #[derive(Clone, Default)]
    struct State(Probe, std::sync::Arc<tokio::sync::Notify>);
    async fn wait(ctx: Ctx<State>, _: Act) -> Result<Done, JobError> {
        let _inside = ctx.state().0.enter();
        ctx.state().1.notified().await;
        Ok(Done::ok())
    }
    Db::with(|db| async move {
        let state = State::default();
        let id = enqueue(&db.pool, &act("ok")).await.unwrap();
        let lane = Worker::new(untested_pool(&db.name, 8).await, state.clone()).register::<Act>(wait);
        let running = Running::start(lane.poll(Duration::from_millis(100)), Duration::from_secs(5));
        db.until("select count(*) from jobs where state = 'running'", 1).await;
        db.let_in(false).await;
        db.cut_connections().await;
        state.1.notify_one();
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(state.0.now(), 0, "the handler is through");
        db.let_in(true).await;
        db.until(&format!("select count(*) from jobs where id = {id} and state = 'done'"), 1).await;
        assert_eq!((db.row(id).await.attempts, state.0.started()), (1, 1));
        running.stop().await;
    })
    .await;
}
