//! The answer as it is written: server-sent events, the text sentence by sentence, then the whole answer.
//!
//! What a model writes is checked whole before any of it is shown, so the sentences come after the check.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use platform::web::Ctx;
use poem::http::{HeaderValue, header};
use poem::web::sse::{Event, SSE};
use poem::{IntoResponse, Response};

use crate::ask::Asked;
use crate::{reply, views};

/// Between two pieces of text: as fast as one reads.
const PACE: Duration = Duration::from_millis(35);

/// Streams the answer.
pub fn open(ctx: Ctx, asked: Asked, failed: String) -> Response {
    let events = stream::once(async move {
        match reply::to(&ctx.app, &asked).await {
            Ok(answer) => {
                let mut all: Vec<(&'static str, String)> =
                    answer.paragraphs.iter().map(|p| ("texte", p.clone())).collect();
                let whole = views::streamed(&ctx, &answer).into_string();
                all.push(("reponse", whole));
                all
            }
            Err(error) => {
                tracing::error!(%error, trace_id = %asked.trace_id, "the assistant failed");
                vec![("erreur", failed)]
            }
        }
    })
    .flat_map(stream::iter)
    .then(|(kind, data)| async move {
        tokio::time::sleep(PACE).await;
        message(kind, data)
    });
    respond(events.boxed())
}

/// One message that says what is wrong.
pub fn refuse(text: String) -> Response {
    respond(stream::iter([message("erreur", text)]).boxed())
}

fn message(kind: &'static str, data: String) -> Event {
    // Line ends would end the message early.
    Event::message(data.replace(['\r', '\n'], " ")).event_type(kind)
}

fn respond(events: stream::BoxStream<'static, Event>) -> Response {
    let mut response = SSE::new(events).keep_alive(Duration::from_secs(15)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
