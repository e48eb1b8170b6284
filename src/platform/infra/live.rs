//! Live events: what open screens follow.
//!
//! An event is a row in `live_events`, written in the transaction of its cause as its last statement, under an advisory
//! lock: so `seq` follows the order of commits and "everything after n" misses nothing. Each web process tails the table:
//! Redis wakes it at once, a poll each second does when Redis is away. Losing a message never loses state.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::sync::broadcast;

use super::app::App;
use super::store;

/// Redis channel that wakes the tails; the message is empty of meaning.
const CHANNEL: &str = "live";
/// Events that a slow screen may lag behind before it is told to reload.
const BUFFER: usize = 1_024;

/// One change that screens may show. Carries ids and states, never personal data: each viewer loads what it may see.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Event {
    pub seq: i64,
    pub topic: String,
    pub kind: String,
    pub subject: i64,
    pub data: serde_json::Value,
    pub at: chrono::DateTime<chrono::Utc>,
}

/// Writes an event in the caller's transaction. Call it last: it holds a lock until the commit.
pub async fn publish(
    tx: &mut PgConnection,
    topic: &str,
    kind: &str,
    subject: i64,
    data: serde_json::Value,
) -> sqlx::Result<i64> {
    store::insert_live_event(tx, topic, kind, subject, data).await
}

/// Tells every web process to look now. Call after the commit; a lost call costs at most a second.
pub async fn wake(app: &App) {
    let sent = app
        .redis
        .run(async |mut c| redis::cmd("PUBLISH").arg(CHANNEL).arg("").query_async::<i64>(&mut c).await);
    if sent.await.is_err() {
        app.live.nudge();
    }
}

/// Events after `seq`, oldest first, at most `limit`.
pub async fn list_since(app: &App, seq: i64, limit: i64) -> sqlx::Result<Vec<Event>> {
    store::list_live_events(&app.db, seq, limit).await
}

/// Deletes up to `limit` events from before a moment.
pub async fn forget(app: &App, before: chrono::DateTime<chrono::Utc>, limit: i64) -> sqlx::Result<u64> {
    store::delete_old_live_events(&app.db, before, limit).await
}

/// The last number given out, 0 when there is none. What a page carries as "after".
pub async fn last_seq(app: &App) -> sqlx::Result<i64> {
    store::last_live_event(&app.db).await
}

/// The oldest number still kept: who asks for older must reload.
pub async fn first_seq(app: &App) -> sqlx::Result<i64> {
    store::first_live_event(&app.db).await
}

/// Fans events out to the screens of this process.
pub struct Hub {
    sender: broadcast::Sender<Event>,
    seen: AtomicI64,
    nudge: tokio::sync::Notify,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    pub fn new() -> Hub {
        Hub {
            sender: broadcast::channel(BUFFER).0,
            seen: AtomicI64::new(-1),
            nudge: tokio::sync::Notify::new(),
        }
    }

    /// Events from now on. A receiver that falls behind by the buffer gets `Lagged`.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }

    /// The last event fanned out, or about to be: who subscribed before asking gets everything after it. Negative at the start.
    pub fn seen(&self) -> i64 {
        self.seen.load(Ordering::Acquire)
    }

    /// Number of open screens.
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    fn nudge(&self) {
        self.nudge.notify_one();
    }
}

/// Tails the table until shutdown. One task per web process.
pub async fn run_tail(app: App) {
    let wakes = tokio::spawn(forward_wakes(app.clone()));
    while !app.shutdown.is_cancelled() {
        if let Err(e) = drain(&app).await {
            tracing::warn!(error = %e, "live events cannot be read, retrying");
        }
        tokio::select! {
            () = app.live.nudge.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = app.shutdown.cancelled() => {}
        }
    }
    wakes.abort();
}

async fn drain(app: &App) -> sqlx::Result<()> {
    let mut seen = app.live.seen.load(Ordering::Relaxed);
    if seen < 0 {
        seen = last_seq(app).await?;
        app.live.seen.store(seen, Ordering::Release);
    }
    loop {
        let events = list_since(app, seen, 500).await?;
        let Some(last) = events.last() else { return Ok(()) };
        seen = last.seq;
        for event in events {
            // Before it is sent, see [`Hub::seen`].
            app.live.seen.store(event.seq, Ordering::Release);
            if matches!(event.topic.as_str(), "product" | "content") {
                app.pages.clear();
            }
            // No receiver is no fault: nobody looks.
            let _ = app.live.sender.send(event);
        }
    }
}

async fn forward_wakes(app: App) {
    loop {
        if let Ok(mut subscriber) = app.redis.subscriber().await
            && subscriber.subscribe(CHANNEL).await.is_ok()
        {
            let mut messages = subscriber.on_message();
            while messages.next().await.is_some() {
                app.live.nudge();
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}
