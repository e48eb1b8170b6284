//! What programs use: the API, its description, agents, the stream.

use serde_json::{Value, json};

use super::shop;
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
    for path in ["/api/v1/assistant/ask", "/api/v1/products/{id}/recommendations"] {
        assert!(doc["paths"][path].is_object(), "{path}");
    }
    // Every reference leads somewhere.
    let text = answer.body.clone();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(doc["components"]["schemas"][name].is_object(), "{name}");
    }
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
