//! `GET /ws/admin/orders/`: the JSON protocol of the system before, for programs that know it.
//!
//! We say `connection_established`, `recent_orders`, `order_created`, `order_updated`, `pong`, `error`; we understand `ping` and
//! `get_recent_orders`. Close codes: 1001 we stop, 1008 too many messages, 1009 too long, 4401 signed out or right withdrawn.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use platform::App;
use platform::infra::live::Event;
use platform::web::Session;
use platform::web::visitor::User;
use poem::web::websocket::{CloseCode, Message, WebSocketConfig, WebSocketStream};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{interval, timeout};

use super::slots::Slot;
use super::{CHECK, Refused, Viewer, dropped};
use crate::model::{OrderFilter, OrderRow, Tab};
use crate::store;

/// Longest message that we read.
pub const MAX_MESSAGE: usize = 16 * 1024;
/// Messages per second that we read.
const RATE: u32 = 20;
const PATIENCE: Duration = Duration::from_secs(5);
const RECENT: i64 = 10;
const SIGNED_OUT: u16 = 4401;

/// Limits of the protocol below ours.
pub fn config() -> WebSocketConfig {
    let mut config = WebSocketConfig::default();
    config.max_message_size = Some(MAX_MESSAGE);
    config.max_frame_size = Some(MAX_MESSAGE);
    // Allocated for each socket at once, 128 KiB if nothing is said; what comes in are short messages.
    config.read_buffer_size = 4 * 1024;
    config.max_write_buffer_size = 1024 * 1024;
    config
}

struct Socket {
    app: App,
    viewer: Viewer,
    stream: WebSocketStream,
    window: (Instant, u32),
}

/// Why a socket is closed.
enum End {
    /// The other side left.
    Gone,
    /// It takes nothing any more.
    Slow,
    Close(CloseCode, &'static str),
}

/// Serves one socket until it ends. The slot is given back with it.
pub async fn serve(app: App, session: Session, user: User, stream: WebSocketStream, slot: Slot) {
    let viewer = Viewer::new(session, user);
    let mut socket = Socket { app, viewer, stream, window: (Instant::now(), 0) };
    let end = socket.run().await;
    if let Some(reason) = end.as_ref().err().and_then(End::told) {
        dropped(reason);
    }
    if let Err(End::Close(code, reason)) = end {
        let _ = timeout(PATIENCE, socket.stream.send(Message::close_with(code, reason))).await;
        // Reads until the other side answers the close, so that it sees the code.
        let _ =
            timeout(Duration::from_secs(1), async { while let Some(Ok(_)) = socket.stream.next().await {} })
                .await;
    }
    drop(slot);
}

impl End {
    fn refused(why: Refused) -> End {
        match why {
            Refused::SignedOut => End::Close(SIGNED_OUT.into(), "signed out"),
            Refused::Unknown => End::Close(CloseCode::Again, "try again"),
        }
    }

    /// For the figures: why we ended it. One that left, or a stop of ours, is no drop.
    fn told(&self) -> Option<&'static str> {
        match self {
            End::Gone | End::Close(CloseCode::Away, _) => None,
            End::Slow => Some("slow"),
            End::Close(CloseCode::Policy, _) => Some("too_many_messages"),
            End::Close(CloseCode::Size, _) => Some("too_long"),
            End::Close(CloseCode::Again, _) => Some("try_again"),
            End::Close(..) => Some("signed_out"),
        }
    }
}

impl Socket {
    async fn run(&mut self) -> Result<(), End> {
        let mut events = self.app.live.subscribe();
        let hello = json!({
            "type": "connection_established",
            "message": "SmartMarket",
            "user": self.viewer.user.name,
            "timestamp": kit::dates::iso(self.app.clock.now()),
        });
        self.say(hello).await?;
        self.recent().await?;
        let mut check = interval(CHECK);
        loop {
            tokio::select! {
                biased;
                () = self.app.shutdown.cancelled() => return Err(End::Close(CloseCode::Away, "server stops")),
                _ = check.tick() => {
                    self.viewer.check(&self.app).await.map_err(End::refused)?;
                }
                message = self.stream.next() => self.hear(message).await?,
                event = events.recv() => match event {
                    Ok(event) => self.tell(&event).await?,
                    Err(RecvError::Lagged(_)) => self.recent().await?,
                    Err(RecvError::Closed) => return Err(End::Gone),
                },
            }
        }
    }

    async fn hear(&mut self, message: Option<std::io::Result<Message>>) -> Result<(), End> {
        let message = match message {
            None | Some(Ok(Message::Close(_))) => return Err(End::Gone),
            Some(Err(e)) if e.to_string().to_lowercase().contains("too long") => {
                return Err(End::Close(CloseCode::Size, "message too long"));
            }
            Some(Err(_)) => return Err(End::Gone),
            Some(Ok(message)) => message,
        };
        if self.window.0.elapsed() > Duration::from_secs(1) {
            self.window = (Instant::now(), 0);
        }
        self.window.1 += 1;
        if self.window.1 > RATE {
            return Err(End::Close(CloseCode::Policy, "too many messages"));
        }
        let Message::Text(text) = message else { return Ok(()) };
        let kind = serde_json::from_str::<Value>(&text)
            .ok()
            .and_then(|v| v.get("type").and_then(Value::as_str).map(str::to_string));
        match kind.as_deref() {
            Some("ping") => {
                let now = kit::dates::iso(self.app.clock.now());
                self.say(json!({ "type": "pong", "timestamp": now })).await
            }
            Some("get_recent_orders") => self.recent().await,
            _ => self.say(json!({ "type": "error", "message": "unknown message type" })).await,
        }
    }

    async fn recent(&mut self) -> Result<(), End> {
        let rendered = self.app.slots.of::<Recent>();
        let said = rendered.0.try_get_with(self.app.live.seen(), render_recent(&self.app)).await;
        let text = said.map_err(|_| End::Close(CloseCode::Again, "try again"))?;
        self.send(text.to_string()).await
    }

    async fn tell(&mut self, event: &Event) -> Result<(), End> {
        if event.topic != "order" {
            return Ok(());
        }
        // The right may have gone since the last check: nothing is told to who has lost it.
        self.viewer.check(&self.app).await.map_err(End::refused)?;
        let rendered = self.app.slots.of::<Rendered>();
        let said = rendered.0.try_get_with(event.seq, render(&self.app, event)).await;
        match said.map_err(|_| End::Close(CloseCode::Again, "try again"))? {
            Some(text) => self.send(text.to_string()).await,
            None => Ok(()),
        }
    }

    async fn say(&mut self, message: Value) -> Result<(), End> {
        self.send(message.to_string()).await
    }

    async fn send(&mut self, text: String) -> Result<(), End> {
        match timeout(PATIENCE, self.stream.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Slow),
        }
    }
}

/// What the last events look like, rendered once for all sockets of this process: everybody here sees the same.
struct Rendered(moka::future::Cache<i64, Option<Arc<str>>>);

impl Default for Rendered {
    fn default() -> Self {
        Self(moka::future::Cache::builder().max_capacity(256).time_to_live(Duration::from_secs(10)).build())
    }
}

/// The recent orders after some event, rendered once for all sockets that open at the same moment: after a restart they all do.
/// It misses nothing: a socket follows the events before it asks for their number.
struct Recent(moka::future::Cache<i64, Arc<str>>);

impl Default for Recent {
    fn default() -> Self {
        Self(moka::future::Cache::builder().max_capacity(4).time_to_live(Duration::from_secs(2)).build())
    }
}

async fn render_recent(app: &App) -> sqlx::Result<Arc<str>> {
    let filter = OrderFilter { tab: Tab::Toutes, sort: "date", ..OrderFilter::default() };
    let (rows, _) = store::orders::list_orders(&app.db, &filter, None, RECENT, 0).await?;
    let orders: Vec<Value> = rows.iter().map(order).collect();
    Ok(json!({ "type": "recent_orders", "orders": orders }).to_string().into())
}

/// The message about one event; `None` when the order is gone.
async fn render(app: &App, event: &Event) -> sqlx::Result<Option<Arc<str>>> {
    let filter = OrderFilter { tab: Tab::Toutes, sort: "date", ..OrderFilter::default() };
    let (rows, _) = store::orders::list_orders(&app.db, &filter, Some(&[event.subject]), 1, 0).await?;
    let kind = if event.kind == "created" { "order_created" } else { "order_updated" };
    let say = |row| json!({ "type": kind, "seq": event.seq, "order": order(row) }).to_string().into();
    Ok(rows.first().map(say))
}

fn order(o: &OrderRow) -> Value {
    json!({
        "id": o.id,
        "number": o.number,
        "customer": o.name,
        "total": kit::Money::cents(o.total_cents).decimal(),
        "currency": kit::money::CURRENCY,
        "items": o.units,
        "order_state": o.order_state,
        "payment_state": o.payment_state,
        "fulfilment_state": o.fulfilment_state,
        "created_at": kit::dates::iso(o.placed_at),
        "version": o.version,
    })
}
