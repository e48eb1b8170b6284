//! The doors of the live stream and of the WebSocket.

use platform::web::{Ctx, Error, Query, Result, Session, csrf, page};
use poem::http::{HeaderMap, StatusCode, header};
use poem::web::websocket::WebSocket;
use poem::{IntoResponse, Request, Response, handler};

use crate::live::message::Subject;
use crate::live::slots::{Kind, Slot};
use crate::live::{socket as sockets, stream as streams};
use crate::model::OrderQuery;

#[handler]
pub async fn stream(ctx: Ctx, session: Session, headers: &HeaderMap, Query(q): Query<OrderQuery>) -> Result {
    let user = ctx.staff()?.clone();
    let slot = Slot::take(Kind::Stream, user.id).ok_or(Error::TooMany { retry_after_s: 10 })?;
    let said = headers.get("last-event-id").and_then(|v| v.to_str().ok()).unwrap_or(&q.after);
    let after = said.parse::<i64>().ok().filter(|n| *n >= 0);
    let subject = Subject { user, lang: ctx.lang, filter: q.filter(), full: !q.vue.is_empty() };
    Ok(streams::open(ctx.app.clone(), session, subject, after, slot))
}

/// 401 without a sign-in, 503 while nobody can say whose session it is, 403 without the right or from a foreign page, before anything is upgraded.
#[handler]
pub async fn socket(ctx: Ctx, session: Session, req: &Request, upgrade: poem::Result<WebSocket>) -> Result {
    let origin = req.headers().get(header::ORIGIN);
    if csrf::is_foreign(req, &ctx.app) || origin.is_some_and(|o| o == "null") {
        return Ok(refused(StatusCode::FORBIDDEN));
    }
    if ctx.visitor.people_unknown {
        return Ok(refused(StatusCode::SERVICE_UNAVAILABLE));
    }
    let Some(user) = ctx.visitor.staff.clone() else { return Ok(refused(StatusCode::UNAUTHORIZED)) };
    if !accounts::allows(user.role, accounts::Permission::SeeOrders) {
        return Ok(refused(StatusCode::FORBIDDEN));
    }
    let Ok(upgrade) = upgrade else { return Ok(refused(StatusCode::UPGRADE_REQUIRED)) };
    let Some(slot) = Slot::take(Kind::Socket, user.id) else {
        return Ok(refused(StatusCode::TOO_MANY_REQUESTS));
    };
    let app = ctx.app.clone();
    let answer = upgrade
        .config(sockets::config())
        .on_upgrade(move |upgraded| sockets::serve(app, session, user, upgraded, slot));
    Ok(answer.into_response())
}

/// A short answer for programs.
fn refused(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    let mut response = Response::builder()
        .status(status)
        .content_type("application/json")
        .body(serde_json::json!({ "error": reason }).to_string());
    page::no_store(&mut response);
    response
}
