//! What programs use: the API, its description, agents, the stream.

use serde_json::{Value, json};

use platform::web::visitor::Role;

use super::shop;
use crate::accounts::people::staff;
use crate::harness::{Answer, TestApp};

async fn post(t: &TestApp, path: &str, body: &Value) -> Answer {
    t.visitor().post_raw(path, body.to_string(), &[("content-type", "application/json")]).await
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {}", answer.body))
}

#[tokio::test]
async fn the_api_answers_with_sources_confidence_and_trace() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    let ask = "/api/v1/assistant/ask";
    let answer = post(&t, ask, &json!({ "question": "What is the weight of the Barista?", "lang": "en" }))
        .await
        .expect(200);
    let body = read(&answer);
    assert_eq!((body["kind"].as_str(), body["lang"].as_str()), (Some("answer"), Some("en")));
    assert!(body["answer"].as_str().unwrap().contains("9.0 kg"), "{body}");
    assert!(body["sources"][0]["url"].as_str().unwrap().starts_with("http://shop.test/en/p/"), "{body}");
    assert!(body["confidence"].as_f64().unwrap() > 0.5 && !body["trace_id"].as_str().unwrap().is_empty());
    assert_eq!(body["products"][0]["price"]["amount"], "549.90");
    let context = &body["context"];
    let next = read(
        &post(&t, ask, &json!({ "question": "and the pressure?", "context": context })).await.expect(200),
    );
    assert!(next["answer"].as_str().unwrap().contains("15 bar"), "{next}");
    for (body, status, code, field) in [
        (json!({ "question": " " }), 422, "required", Some("question")),
        (json!({ "question": "a".repeat(501) }), 422, "too_long", Some("question")),
        (json!({ "question": "x", "lang": "de" }), 422, "unknown_language", Some("lang")),
        (json!({ "q": "x" }), 400, "invalid_json", None),
        (json!({ "question": "a".repeat(20_000) }), 413, "too_large", None),
    ] {
        let answer = read(&post(&t, ask, &body).await.expect(status));
        assert_eq!(
            (answer["error"]["code"].as_str(), answer["error"]["field"].as_str()),
            (Some(code), field)
        );
        assert!(!answer["trace_id"].as_str().unwrap().is_empty());
    }
    let foreign = [("content-type", "application/json"), ("origin", "https://evil.example")];
    t.visitor().post_raw(ask, json!({ "question": "x" }).to_string(), &foreign).await.expect(403);
    t.done().await;
}

#[tokio::test]
async fn the_description_names_every_endpoint() {
    let t = TestApp::new().await;
    let answer = t.visitor().get("/api/v1/openapi.json").await.expect(200);
    let doc = read(&answer);
    assert_eq!(doc["openapi"], "3.1.0");
    let documented: std::collections::BTreeSet<String> =
        doc["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(documented, served_below("/api/v1/"), "what is served is described, and nothing else");
    // Every reference leads somewhere.
    let text = answer.body.clone();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(doc["components"]["schemas"][name].is_object(), "{name}");
    }
    t.done().await;
}

/// The paths with this beginning that stand in the tables of routes, as the description writes them.
fn served_below(begin: &str) -> std::collections::BTreeSet<String> {
    let mut out = std::collections::BTreeSet::new();
    for file in ["discovery/routes.rs", "assistant/api.rs"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        for literal in text.split('"').skip(1).step_by(2).filter(|l| l.starts_with(begin)) {
            let parts = literal.split('/').map(|p| match p.strip_prefix(':') {
                Some(name) => format!("{{{name}}}"),
                None => p.to_string(),
            });
            out.insert(parts.collect::<Vec<_>>().join("/"));
        }
    }
    assert!(out.len() >= 4, "{out:?}");
    out
}

/// Whether a value is as a schema of the description says; what it does not name must not be there.
fn fits(doc: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return fits(doc, &doc["components"]["schemas"][name], value, at);
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let is = |kind: &&str| match *kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    };
    assert!(kinds.iter().any(is), "{at}: {value} is none of {kinds:?}");
    if let Some(known) = schema["enum"].as_array() {
        assert!(known.contains(value), "{at}: {value} is none of {known:?}");
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(value.get(name.as_str().unwrap()).is_some(), "{at}: {name} is missing");
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        let known = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
        assert!(known.is_object(), "{at}: {name} is not described");
        fits(doc, known, inner, &format!("{at}.{name}"));
    }
    for inner in value.as_array().into_iter().flatten() {
        fits(doc, &schema["items"], inner, at);
    }
}

#[tokio::test]
async fn recommendations_and_learned_files_are_as_described() {
    let t = TestApp::new().await;
    let shop = shop::open(&t).await;
    discovery::index::build(&t.app, true, |_| {}).await.unwrap();
    discovery::index::follow(&t.app).await.unwrap();
    let doc = read(&t.visitor().get("/api/v1/openapi.json").await.expect(200));
    let answered = |path: &str| {
        doc["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"].clone()
    };
    let path = format!("/api/v1/products/{}/recommendations", shop.barista);
    let body = read(&t.visitor().get(&path).await.expect(200));
    assert!(!body["items"].as_array().unwrap().is_empty(), "{body}");
    fits(&doc, &answered("/api/v1/products/{id}/recommendations"), &body, "recommendations");
    let manager = staff(&t, Role::Manager).await;
    let body = read(&manager.get("/api/v1/ml/status").await.expect(200));
    assert!(!body["artefacts"][0]["versions"].as_array().unwrap().is_empty(), "{body}");
    fits(&doc, &answered("/api/v1/ml/status"), &body, "status");
    t.done().await;
}

async fn call(t: &TestApp, method: &str, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let answer = read(&post(t, "/mcp", &body).await.expect(200));
    assert_eq!(answer["id"], 7);
    answer
}

#[tokio::test]
async fn agents_read_the_catalogue_and_change_nothing() {
    let t = TestApp::new().await;
    let shop = shop::open(&t).await;
    let hello = call(&t, "initialize", json!({ "protocolVersion": "2025-03-26", "capabilities": {} })).await;
    assert_eq!(hello["result"]["protocolVersion"], "2025-03-26");
    let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(post(&t, "/mcp", &note).await.expect(202).body, "");
    let tools = call(&t, "tools/list", json!({})).await;
    let tools = tools["result"]["tools"].as_array().unwrap().clone();
    assert_eq!(tools.len(), 3);
    assert!(
        tools
            .iter()
            .all(|t| t["annotations"]["readOnlyHint"] == true && t["inputSchema"]["type"] == "object")
    );
    let found = call(
        &t,
        "tools/call",
        json!({ "name": "search_products", "arguments": { "query": "cafetière", "max_price": 60 } }),
    )
    .await;
    let products = found["result"]["structuredContent"]["products"].as_array().unwrap().clone();
    assert_eq!(products.len(), 1, "{found}");
    assert_eq!(products[0]["id"], shop.matin);
    let one = call(
        &t,
        "tools/call",
        json!({ "name": "get_product", "arguments": { "id": shop.barista, "lang": "en" } }),
    )
    .await;
    let facts = one["result"]["structuredContent"]["facts"].to_string();
    assert!(facts.contains("9.0 kg"), "{facts}");
    let asked = call(
        &t,
        "tools/call",
        json!({ "name": "ask_assistant", "arguments": { "question": "poids de la Barista ?" } }),
    )
    .await;
    assert!(asked["result"]["structuredContent"]["answer"].as_str().unwrap().contains("9,0 kg"));
    let none = call(&t, "tools/call", json!({ "name": "get_product", "arguments": { "id": 999_999 } })).await;
    assert_eq!(none["result"]["isError"], true);
    for (method, params, code) in [
        ("tools/call", json!({ "name": "drop_tables", "arguments": {} }), -32602),
        ("tools/call", json!({ "name": "get_product", "arguments": { "id": "x" } }), -32602),
        ("resources/list", json!({}), -32601),
    ] {
        assert_eq!(call(&t, method, params).await["error"]["code"], code);
    }
    assert_eq!(read(&post(&t, "/mcp", &json!([])).await.expect(400))["error"]["code"], -32600);
    t.visitor().get("/mcp").await.expect(405);
    t.done().await;
}

#[tokio::test]
async fn the_stream_ends_with_the_whole_answer() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    let question = kit::urls::query("Quel est le poids de la Barista ?");
    let answer = t.visitor().get(&format!("/assistant/flux?question={question}")).await.expect(200);
    assert!(answer.header("content-type").unwrap().starts_with("text/event-stream"));
    let events: Vec<&str> = answer.body.lines().filter(|l| l.starts_with("event:")).collect();
    assert!(events.len() >= 2 && events.last().unwrap().contains("reponse"), "{events:?}");
    assert!(answer.body.contains("9,0 kg") && answer.body.contains("data-assist-context"));
    let empty = t.visitor().get("/assistant/flux").await.expect(200);
    assert!(empty.body.contains("erreur"));
    t.done().await;
}
