//! One LISTEN connection per process wakes its queues; a lost notification costs a second, as all of them poll as well.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::backoff;
use crate::job::Queue;

const CHANNEL: &str = "jobs";

#[derive(Debug, Clone)]
pub(crate) struct Wakers(Arc<HashMap<&'static str, Arc<Notify>>>);

impl Wakers {
    pub fn new(queues: impl Iterator<Item = Queue>) -> Self {
        Self(Arc::new(queues.map(|q| (q.as_str(), Arc::new(Notify::new()))).collect()))
    }

    pub fn of(&self, queue: Queue) -> Arc<Notify> {
        self.0.get(queue.as_str()).cloned().unwrap_or_default()
    }

    fn wake(&self, queue: &str) {
        if let Some(waker) = self.0.get(queue) {
            waker.notify_one();
        }
    }

    fn wake_all(&self) {
        self.0.values().for_each(|waker| waker.notify_one());
    }
}

/// Listens until `stop`, reconnecting with back-off.
pub(crate) async fn run(pool: PgPool, wakers: Wakers, stop: CancellationToken) {
    let mut failures = 0;
    while !stop.is_cancelled() {
        let ended = stop.run_until_cancelled(listen(&pool, &wakers, &mut failures)).await;
        let Some(Err(error)) = ended else { continue };
        tracing::warn!(%error, "LISTEN was interrupted; queues are polled until it is back");
        stop.run_until_cancelled(tokio::time::sleep(backoff::reconnect(failures))).await;
        failures += 1;
    }
}

async fn listen(pool: &PgPool, wakers: &Wakers, failures: &mut u32) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    *failures = 0;
    loop {
        match listener.try_recv().await? {
            Some(notification) => wakers.wake(notification.payload()),
            // The connection was replaced: something may have been said meanwhile.
            None => wakers.wake_all(),
        }
    }
}
