//! `POST /api/v1/assistant/ask` and the description of the public API. No cookie counts here, so nothing can be forged.

use kit::Lang;
use platform::App;
use platform::infra::rate_limit::{self, Verdict};
use platform::web::{Ctx, context, csrf, maintenance};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Body, EndpointExt, IntoResponse, Request, Response, Route, get, handler, post};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ask::Asked;
use crate::model::{Answer, Context};
use crate::{mcp, openapi, reply};

pub const ASK: &str = "/api/v1/assistant/ask";
pub const OPENAPI: &str = "/api/v1/openapi.json";
pub const MCP: &str = "/mcp";
/// Largest body.
const MOST_BYTES: usize = 16 * 1024;

/// Adds the endpoints for programs.
pub fn routes(route: Route) -> Route {
    route.at(ASK, post(ask).around(maintenance::layer).around(context::layer)).at(OPENAPI, get(describe)).at(
        MCP,
        post(agent).get(no_stream).delete(no_stream).around(maintenance::layer).around(context::layer),
    )
}

/// What is wrong, for programs.
pub struct Fault {
    pub status: StatusCode,
    pub code: &'static str,
    pub field: Option<&'static str>,
    pub message: &'static str,
    pub retry_after_s: Option<u32>,
}

impl Fault {
    pub const fn new(
        status: StatusCode,
        code: &'static str,
        field: Option<&'static str>,
        message: &'static str,
    ) -> Fault {
        Fault { status, code, field, message, retry_after_s: None }
    }

    fn respond(self, trace_id: &str) -> Response {
        let error = json!({ "code": self.code, "field": self.field, "message": self.message });
        let mut response = answer_json(self.status, &json!({ "error": error, "trace_id": trace_id }));
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

pub fn answer_json(status: StatusCode, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.to_string())
}

/// The body of a question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    question: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    context: Option<Context>,
}

#[handler]
async fn ask(ctx: Ctx, req: &Request, body: Body) -> Response {
    match try_ask(&ctx, req, body).await {
        Ok(response) => response,
        Err(fault) => fault.respond(&ctx.request_id),
    }
}

async fn try_ask(ctx: &Ctx, req: &Request, body: Body) -> Result<Response, Fault> {
    if csrf::is_foreign(req, &ctx.app) {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            None,
            "pages of other origins may not ask",
        ));
    }
    let bytes = read(body).await?;
    let asked: Question = serde_json::from_slice(&bytes).map_err(|_| {
        Fault::new(
            StatusCode::BAD_REQUEST,
            "invalid_json",
            None,
            "expected {\"question\": \"…\", \"lang\": \"fr|en\"}",
        )
    })?;
    let lang = match asked.lang.as_deref() {
        None => Lang::Fr,
        Some(code) => code.parse().map_err(|()| {
            Fault::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "unknown_language",
                Some("lang"),
                "expected fr or en",
            )
        })?,
    };
    let context = asked
        .context
        .map(|c| Context::read(&c.products_field(), &c.subject, &c.property))
        .unwrap_or_default();
    let answer = question(ctx, lang, asked.question, context).await?;
    Ok(answer_json(StatusCode::OK, &shown(&ctx.app, &answer)))
}

pub async fn read(body: Body) -> Result<Vec<u8>, Fault> {
    let bytes = body.into_bytes_limit(MOST_BYTES).await;
    bytes.map(|b| b.to_vec()).map_err(|e| match e {
        poem::error::ReadBodyError::PayloadTooLarge => {
            Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", None, "at most 16 kB")
        }
        _ => Fault::new(StatusCode::BAD_REQUEST, "unreadable", None, "the body could not be read"),
    })
}

/// One question of a program: checked, counted, answered.
pub async fn question(ctx: &Ctx, reader: Lang, question: String, context: Context) -> Result<Answer, Fault> {
    let app = &ctx.app;
    if !app.config.assistant {
        return Err(Fault::new(StatusCode::NOT_FOUND, "switched_off", None, "the assistant is switched off"));
    }
    if question.trim().is_empty() {
        return Err(Fault::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "required",
            Some("question"),
            "the question is empty",
        ));
    }
    if question.chars().count() > ml::answer::words::LONGEST {
        return Err(Fault::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too_long",
            Some("question"),
            "at most 500 characters",
        ));
    }
    limit(ctx).await?;
    let asked = Asked { reader, question, context, signed_in: false, trace_id: ctx.request_id.clone() };
    reply::to(app, &asked).await.map_err(|error| {
        tracing::error!(%error, trace_id = %ctx.request_id, "the assistant failed");
        Fault::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", None, "try again in a moment")
    })
}

/// Counts one question of this address.
pub async fn limit(ctx: &Ctx) -> Result<(), Fault> {
    match rate_limit::check(&ctx.app, rate_limit::ASSISTANT, &ctx.client_ip).await {
        Verdict::Limited { retry_after_s } => {
            let fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, "too_many", None, "too many questions");
            Err(Fault { retry_after_s: Some(retry_after_s), ..fault })
        }
        Verdict::Allowed | Verdict::Unknown => Ok(()),
    }
}

/// An answer as programs read it; addresses are whole.
pub fn shown(app: &App, a: &Answer) -> Value {
    let links = |all: &[crate::model::Link]| -> Vec<Value> {
        all.iter().map(|l| json!({ "title": l.title, "url": app.absolute(&l.url) })).collect()
    };
    let products: Vec<Value> = a.goods.iter().map(|g| product(app, a.lang, g)).collect();
    json!({
        "trace_id": a.trace_id,
        "kind": a.kind,
        "lang": a.lang,
        "answer": a.text(),
        "confidence": (f64::from(a.confidence) * 100.0).round() / 100.0,
        "written": a.written,
        "sources": links(&a.sources),
        "links": links(&a.ways),
        "products": products,
        "table": a.table,
        "context": a.context,
    })
}

/// A product in short, with price and stock of this moment.
pub fn product(app: &App, lang: Lang, g: &crate::goods::Goods) -> Value {
    json!({
        "id": g.card.id,
        "title": g.card.title,
        "brand": g.card.brand,
        "url": app.absolute(&g.url(lang)),
        "price": { "amount": g.card.price.now.decimal(), "currency": "EUR", "from": g.card.varies },
        "in_stock": g.card.available > 0,
        "variant_id": g.card.variant,
    })
}

#[handler]
fn describe(app: poem::web::Data<&App>) -> Response {
    let mut response = answer_json(StatusCode::OK, &openapi::document(&app));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

#[handler]
async fn agent(ctx: Ctx, req: &Request, body: Body) -> Response {
    if csrf::is_foreign(req, &ctx.app) {
        let fault =
            Fault::new(StatusCode::FORBIDDEN, "foreign_origin", None, "pages of other origins may not ask");
        return fault.respond(&ctx.request_id);
    }
    if !ctx.app.config.assistant {
        return Fault::new(StatusCode::NOT_FOUND, "switched_off", None, "switched off")
            .respond(&ctx.request_id);
    }
    match read(body).await {
        Ok(bytes) => mcp::answer(&ctx, &bytes).await,
        Err(fault) => fault.respond(&ctx.request_id),
    }
}

/// There is no stream of the server's own, and no session to end.
#[handler]
fn no_stream() -> Response {
    let mut response = StatusCode::METHOD_NOT_ALLOWED.into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}
