//! The live stream of one order's page: each event of the order becomes the page's state, rendered anew.

use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use kit::Lang;
use platform::App;
use platform::infra::live::{self, Event};
use poem::web::sse;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::{find_by_token, load_page, views};

/// A tracking page is not left open for ever: the browser comes again by itself.
const LONGEST: Duration = Duration::from_secs(30 * 60);

struct Follow {
    app: App,
    lang: Lang,
    token: Uuid,
    order_id: i64,
    events: Receiver<Event>,
    /// The last number that was sent.
    seen: i64,
    first: bool,
}

/// Messages from now on; `after` is the number the page was rendered at: what happened since then comes first.
pub fn stream(
    app: App,
    lang: Lang,
    token: Uuid,
    order_id: i64,
    after: i64,
) -> impl Stream<Item = sse::Event> {
    let events = app.live.subscribe();
    let follow = Follow { app, lang, token, order_id, events, seen: after, first: true };
    let end = tokio::time::Instant::now() + LONGEST;
    // Sent at once: the browser knows that the stream is open, and when to come again.
    let hello = stream::once(async { sse::Event::Retry { retry: 1_000 } });
    hello.chain(stream::unfold(follow, move |mut f| async move {
        let shutdown = f.app.shutdown.clone();
        let message = tokio::select! {
            message = f.next() => message,
            () = shutdown.cancelled() => None,
            () = tokio::time::sleep_until(end) => None,
        };
        message.map(|m| (m, f))
    }))
}

impl Follow {
    /// The next message; `None` ends the stream.
    async fn next(&mut self) -> Option<sse::Event> {
        if std::mem::take(&mut self.first) {
            // The tail sends only what comes: look once at what happened between the page and this moment.
            let missed = live::list_since(&self.app, self.seen, 1_000).await.ok()?;
            if let Some(last) = missed.iter().rfind(|e| self.is_mine(e)) {
                return self.render(last.seq).await;
            }
        }
        loop {
            let seq = match self.events.recv().await {
                Ok(e) if self.is_mine(&e) && e.seq > self.seen => e.seq,
                Ok(_) => continue,
                // Too slow: what is stored now is all that matters.
                Err(RecvError::Lagged(_)) => self.seen + 1,
                Err(RecvError::Closed) => return None,
            };
            return self.render(seq).await;
        }
    }

    fn is_mine(&self, e: &Event) -> bool {
        e.topic == "order" && e.subject == self.order_id
    }

    async fn render(&mut self, seq: i64) -> Option<sse::Event> {
        self.seen = self.seen.max(seq);
        let order = find_by_token(&self.app.db, self.token).await.ok()??;
        let page = load_page(&self.app.db, order).await.ok()?;
        let html = views::tracking::live_part(self.lang, &page).into_string();
        Some(sse::Event::message(html).id(self.seen.to_string()))
    }
}
