//! `/mcp`: the catalogue for agents, by JSON-RPC over HTTP (Model Context Protocol, one answer for each request, no session).
//!
//! All tools read what any visitor may read; none changes anything.

use discovery::filter::{Filter, Sort};
use discovery::search;
use kit::{Lang, Money};
use platform::web::Ctx;
use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{self, answer_json};
use crate::goods;
use crate::model::Context;

/// Versions of the protocol that are spoken, the newest first.
const VERSIONS: &[&str] = &["2025-06-18", "2025-03-26", "2024-11-05"];
const MOST_FOUND: usize = 20;

/// Codes of JSON-RPC.
const PARSE: i64 = -32700;
const REQUEST: i64 = -32600;
const METHOD: i64 = -32601;
const PARAMS: i64 = -32602;
const INTERNAL: i64 = -32603;

/// Why a call is not answered.
struct Fault(i64, String);

fn fault(code: i64, message: &str) -> Fault {
    Fault(code, message.to_string())
}

/// Answers one message.
pub async fn answer(ctx: &Ctx, bytes: &[u8]) -> Response {
    let Ok(message) = serde_json::from_slice::<Value>(bytes) else {
        return error(StatusCode::BAD_REQUEST, Value::Null, fault(PARSE, "not JSON"));
    };
    let method = message.get("method").and_then(Value::as_str);
    let (Some(method), Some("2.0")) = (method, message.get("jsonrpc").and_then(Value::as_str)) else {
        return error(StatusCode::BAD_REQUEST, Value::Null, fault(REQUEST, "not a JSON-RPC 2.0 request"));
    };
    let Some(id) = message.get("id").cloned() else {
        // A notification wants no answer.
        return StatusCode::ACCEPTED.into_response();
    };
    let params = message.get("params").cloned().unwrap_or_else(|| json!({}));
    let result = match method {
        "initialize" => Ok(initialize(&params)),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": tools() })),
        "tools/call" => call(ctx, &params).await,
        _ => Err(fault(METHOD, "unknown method")),
    };
    match result {
        Ok(result) => answer_json(StatusCode::OK, &json!({ "jsonrpc": "2.0", "id": id, "result": result })),
        Err(fault) => error(StatusCode::OK, id, fault),
    }
}

fn error(status: StatusCode, id: Value, Fault(code, message): Fault) -> Response {
    answer_json(status, &json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } }))
}

fn initialize(params: &Value) -> Value {
    let wanted = params.get("protocolVersion").and_then(Value::as_str).unwrap_or_default();
    let version = VERSIONS.iter().find(|v| **v == wanted).unwrap_or(&VERSIONS[0]);
    json!({
        "protocolVersion": version,
        "capabilities": { "tools": { "listChanged": false } },
        "serverInfo": { "name": "SmartMarket", "version": env!("CARGO_PKG_VERSION") },
        "instructions": "Read-only catalogue of a shop. Prices include VAT and, like stock, are those of this moment.",
    })
}

fn tools() -> Value {
    let lang = json!({ "type": "string", "enum": ["fr", "en"], "default": "fr" });
    let reads = json!({ "readOnlyHint": true, "openWorldHint": false });
    json!([
        {
            "name": "search_products",
            "title": "Search products",
            "description": "Products on sale for some words, best first, with price and stock.",
            "inputSchema": { "type": "object", "required": ["query"], "additionalProperties": false, "properties": {
                "query": { "type": "string", "minLength": 1, "maxLength": 200 },
                "lang": lang,
                "max_price": { "type": "number", "minimum": 0, "description": "euros" },
                "limit": { "type": "integer", "minimum": 1, "maximum": MOST_FOUND, "default": 10 },
            } },
            "annotations": reads,
        },
        {
            "name": "get_product",
            "title": "Get a product",
            "description": "Everything the shop tells of one product.",
            "inputSchema": { "type": "object", "required": ["id"], "additionalProperties": false, "properties": {
                "id": { "type": "integer", "minimum": 1 },
                "lang": lang,
            } },
            "annotations": reads,
        },
        {
            "name": "ask_assistant",
            "title": "Ask the shop",
            "description": "A question about products, delivery, returns or payment; the answer names its sources or is a refusal.",
            "inputSchema": { "type": "object", "required": ["question"], "additionalProperties": false, "properties": {
                "question": { "type": "string", "minLength": 1, "maxLength": ml::answer::words::LONGEST },
                "lang": lang,
            } },
            "annotations": reads,
        },
    ])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    query: String,
    #[serde(default)]
    lang: Lang,
    max_price: Option<f64>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Get {
    id: i64,
    #[serde(default)]
    lang: Lang,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    question: String,
    #[serde(default)]
    lang: Lang,
}

async fn call(ctx: &Ctx, params: &Value) -> Result<Value, Fault> {
    let name = params.get("name").and_then(Value::as_str).unwrap_or_default();
    let arguments = params.get("arguments").cloned().unwrap_or_else(|| json!({}));
    match name {
        "search_products" => find(ctx, parse(arguments)?).await,
        "get_product" => get(ctx, parse(arguments)?).await,
        "ask_assistant" => ask(ctx, parse(arguments)?).await,
        _ => Err(fault(PARAMS, "unknown tool")),
    }
}

fn parse<T: for<'a> Deserialize<'a>>(arguments: Value) -> Result<T, Fault> {
    serde_json::from_value(arguments).map_err(|e| Fault(PARAMS, e.to_string()))
}

fn internal(error: impl std::fmt::Display) -> Fault {
    tracing::error!(%error, "a tool failed");
    fault(INTERNAL, "unavailable")
}

/// A result for people and for programs.
fn result(value: Value) -> Value {
    json!({ "content": [{ "type": "text", "text": value.to_string() }], "structuredContent": value, "isError": false })
}

/// The tool ran and has nothing: told to the model, not to the protocol.
fn failed(text: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": text }], "isError": true })
}

async fn find(ctx: &Ctx, asked: Search) -> Result<Value, Fault> {
    if let Err(f) = api::limit(ctx).await {
        return Ok(failed(f.message));
    }
    let max = asked.max_price.filter(|p| p.is_finite() && (0.0..=1e9).contains(p));
    let filter = Filter { max: max.map(|p| Money::cents((p * 100.0).round() as i64)), ..Filter::default() };
    let query = search::Query::new(asked.lang, &asked.query, filter, Sort::Relevance);
    let hits = search::find(&ctx.app, &query).await.map_err(internal)?;
    let limit = asked.limit.unwrap_or(10).clamp(1, MOST_FOUND);
    let ids: Vec<i64> = hits.ids.iter().take(limit).copied().collect();
    let found = goods::list(&ctx.app, asked.lang, &ids).await.map_err(internal)?;
    let products: Vec<Value> = found.iter().map(|g| api::product(&ctx.app, asked.lang, g)).collect();
    Ok(result(json!({ "total": hits.total, "products": products })))
}

async fn get(ctx: &Ctx, asked: Get) -> Result<Value, Fault> {
    if let Err(f) = api::limit(ctx).await {
        return Ok(failed(f.message));
    }
    let found = goods::list(&ctx.app, asked.lang, &[asked.id]).await.map_err(internal)?;
    let Some(g) = found.first() else { return Ok(failed("no product on sale has this id")) };
    let facts: Vec<Value> =
        g.sheet.facts.iter().map(|f| json!({ "label": f.label, "value": f.value })).collect();
    let mut value = api::product(&ctx.app, asked.lang, g);
    value["facts"] = json!(facts);
    value["text"] = json!(g.sheet.text);
    Ok(result(value))
}

async fn ask(ctx: &Ctx, asked: Ask) -> Result<Value, Fault> {
    match api::question(ctx, asked.lang, asked.question, Context::default()).await {
        Ok(answer) => Ok(result(api::shown(&ctx.app, &answer))),
        Err(f) if f.status.is_server_error() => Err(fault(INTERNAL, f.message)),
        Err(f) => Ok(failed(f.message)),
    }
}
