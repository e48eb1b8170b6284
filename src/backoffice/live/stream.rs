//! `GET /admin/commandes/flux`: server-sent events for the pages. What is said, and how a page takes it, stands in
//! assets/README.md.

use std::time::Duration;

use futures::StreamExt;
use platform::App;
use platform::infra::live::{self, Event};
use platform::web::{Session, page};
use poem::http::{HeaderValue, header};
use poem::{Body, Response};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_stream::wrappers::ReceiverStream;

use super::message::{self, Subject, sse};
use super::slots::Slot;
use super::{CHECK, Refused, Viewer, dropped};

/// Messages that wait for a slow reader.
const QUEUE: usize = 64;
/// A reader that takes nothing for so long is cut; it comes back with its last number.
const PATIENCE: Duration = Duration::from_secs(10);
/// The page notices a dead line by the absence of these.
const BEAT: Duration = Duration::from_secs(2);
/// Events that belong together are sent together.
const GATHER: Duration = Duration::from_millis(40);
/// Events in one message, and what a page may have missed before it is told to load anew.
const BATCH: usize = 100;
const MISSED: i64 = 1_000;

/// The answer; a task of its own writes it until the page leaves, the server stops or the right is withdrawn.
pub fn open(app: App, session: Session, subject: Subject, after: Option<i64>, slot: Slot) -> Response {
    let (out, queue) = mpsc::channel::<String>(QUEUE);
    let viewer = Viewer::new(session, subject.user.clone());
    let stream = Stream { app, viewer, subject, out, seen: 0 };
    tokio::spawn(async move {
        stream.run(after).await;
        drop(slot);
    });
    let body = Body::from_bytes_stream(ReceiverStream::new(queue).map(Ok::<_, std::io::Error>));
    let mut response = Response::builder().content_type("text/event-stream; charset=utf-8").body(body);
    page::no_store(&mut response);
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Cookie"));
    response
}

/// Why a stream ends; nothing is said to the page, it comes back or is refused.
struct Ended;

struct Stream {
    app: App,
    viewer: Viewer,
    subject: Subject,
    out: mpsc::Sender<String>,
    seen: i64,
}

impl Stream {
    async fn run(mut self, after: Option<i64>) {
        // Subscribed before the table is read: what comes in between is in both, and is sent once.
        let events = self.app.live.subscribe();
        let _ = self.follow(events, after).await;
    }

    async fn follow(&mut self, mut events: Receiver<Event>, after: Option<i64>) -> Result<(), Ended> {
        self.send("retry: 500\n\n".into()).await?;
        self.start(after).await?;
        let mut beat = interval(BEAT);
        let mut check = interval(CHECK);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = self.app.shutdown.cancelled() => return Err(Ended),
                () = self.out.closed() => return Err(Ended),
                _ = check.tick() => self.check().await?,
                _ = beat.tick() => {
                    let now = kit::dates::iso(self.app.clock.now());
                    self.send(sse(None, Some("pouls"), Some(&now))).await?;
                }
                event = events.recv() => match event {
                    Ok(first) => {
                        tokio::time::sleep(GATHER).await;
                        let mut batch = vec![first];
                        while batch.len() < BATCH && let Ok(more) = events.try_recv() { batch.push(more); }
                        self.deliver(batch).await?;
                    }
                    // Too slow for the hub: the table has it all.
                    Err(RecvError::Lagged(_)) => self.catch_up().await?,
                    Err(RecvError::Closed) => return Err(Ended),
                },
            }
        }
    }

    /// From where the page is to now.
    async fn start(&mut self, after: Option<i64>) -> Result<(), Ended> {
        let last = self.read(live::last_seq(&self.app).await)?;
        let first = self.read(live::first_seq(&self.app).await)?;
        self.seen = after.unwrap_or(last);
        // Ahead of us: the database was restored. Older than what is kept, or too much: loading the page anew is quicker.
        if self.seen > last || self.seen < first - 1 || last - self.seen > MISSED {
            self.seen = last;
            return self.send(sse(Some(last), Some("recharger"), Some(""))).await;
        }
        self.catch_up().await
    }

    async fn catch_up(&mut self) -> Result<(), Ended> {
        loop {
            let missed = self.read(live::list_since(&self.app, self.seen, BATCH as i64).await)?;
            if missed.is_empty() {
                return Ok(());
            }
            self.deliver(missed).await?;
        }
    }

    async fn deliver(&mut self, mut events: Vec<Event>) -> Result<(), Ended> {
        events.retain(|e| e.seq > self.seen);
        let Some(last) = events.last().map(|e| e.seq) else { return Ok(()) };
        if events.iter().any(|e| e.topic == "order") {
            // The right may have gone since the last look at it.
            self.check().await?;
        }
        let data = self.read(message::partials(&self.app, &self.subject, &events).await)?;
        // Nothing for this page: its position moves on all the same.
        let data = Some(data.as_str()).filter(|d| !d.is_empty());
        self.send(sse(Some(last), None, data)).await?;
        self.seen = last;
        Ok(())
    }

    async fn check(&mut self) -> Result<(), Ended> {
        self.viewer.check(&self.app).await.map_err(|why| {
            dropped(match why {
                Refused::SignedOut => "signed_out",
                Refused::Unknown => "try_again",
            });
            Ended
        })?;
        self.subject.user = self.viewer.user.clone();
        Ok(())
    }

    async fn send(&self, text: String) -> Result<(), Ended> {
        match timeout(PATIENCE, self.out.send(text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Ended),
            Err(_) => {
                dropped("slow");
                Err(Ended)
            }
        }
    }

    /// The database is away: the page comes back with its number and misses nothing.
    fn read<T>(&self, result: sqlx::Result<T>) -> Result<T, Ended> {
        result.map_err(|e| {
            tracing::warn!(error = %e, "a live stream ends early");
            Ended
        })
    }
}
