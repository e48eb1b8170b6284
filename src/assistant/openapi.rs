//! The description of the public API, for `GET /api/v1/openapi.json`.

use platform::App;
use serde_json::{Value, json};

/// OpenAPI 3.1.
pub fn document(app: &App) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "SmartMarket",
            "version": "1",
            "description": "Public, read-only API of the shop. Prices include VAT and, like stock, are those of this moment. \
                Errors carry a code, the field they belong to and a trace id. Rate limits answer 429 with Retry-After.",
        },
        "servers": [{ "url": app.config.public_url }],
        "paths": {
            "/api/v1/assistant/ask": { "post": ask() },
            "/api/v1/products/{id}/recommendations": { "get": recommendations() },
            "/api/v1/ml/status": { "get": learned() },
            "/api/v1/openapi.json": { "get": {
                "operationId": "describe",
                "summary": "This document",
                "responses": { "200": { "description": "OpenAPI", "content": { "application/json": {} } } },
            } },
        },
        "components": {
            "schemas": schemas(),
            "securitySchemes": { "staff": {
                "type": "apiKey", "in": "cookie", "name": platform::web::session::cookie_name(app),
                "description": "The session of a member of staff, as the sign-in page of the back office gives it",
            } },
        },
    })
}

fn refers(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn of(description: &str, schema: Value) -> Value {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

fn ask() -> Value {
    json!({
        "operationId": "askAssistant",
        "summary": "A question about products, delivery, returns or payment",
        "description": "Answers from the catalogue and the pages of the shop, with sources; refuses what nothing supports.",
        "requestBody": { "required": true, "content": { "application/json": { "schema": refers("Question") } } },
        "responses": {
            "200": of("An answer or a refusal", refers("Answer")),
            "400": of("Not the JSON expected", refers("Error")),
            "403": of("Asked by a page of another origin", refers("Error")),
            "404": of("The assistant is switched off", refers("Error")),
            "413": of("Body too large", refers("Error")),
            "422": of("A field is wrong", refers("Error")),
            "429": of("Too many questions", refers("Error")),
            "503": of("Unavailable for a moment", refers("Error")),
        },
    })
}

fn recommendations() -> Value {
    let whole = |name: &str, most: u32, default: u32| json!({ "name": name, "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": most, "default": default } });
    json!({
        "operationId": "recommend",
        "summary": "Products that go with one product, with the reason for each",
        "parameters": [
            { "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "minimum": 1 } },
            whole("k", 50, 10),
            { "name": "diversity", "in": "query", "schema": { "type": "number", "minimum": 0, "maximum": 1 },
              "description": "0: the nearest; 1: the most different" },
            { "name": "lang", "in": "query", "schema": { "type": "string", "enum": ["fr", "en"], "default": "fr" } },
        ],
        "responses": {
            "200": of("The best first, in stock only, without what is in the cart of the caller", refers("Recommendations")),
            "404": of("No such product on sale", refers("Error")),
            "422": of("A parameter is wrong", refers("Error")),
        },
    })
}

fn learned() -> Value {
    json!({
        "operationId": "learnedFiles",
        "summary": "The files that search and recommendations learned: versions, which is in use, how good they are",
        "security": [{ "staff": [] }],
        "responses": {
            "200": of("One entry for each kind of file", refers("LearnedFiles")),
            "401": of("Not signed in as staff", refers("Error")),
        },
    })
}

/// What the endpoints of recommendations and learned files answer.
fn discovery_schemas() -> Value {
    let (text, whole, number) =
        (json!({ "type": "string" }), json!({ "type": "integer" }), json!({ "type": "number" }));
    let time = json!({ "type": ["string", "null"], "format": "date-time" });
    let figures = |of: &Value| json!({ "type": "object", "additionalProperties": of });
    json!({
        "Recommendations": { "type": "object", "required": ["product_id", "k", "diversity", "lang", "items", "lookup_us"], "properties": {
            "product_id": whole, "k": whole, "diversity": number, "lang": { "type": "string", "enum": ["fr", "en"] },
            "items": { "type": "array", "maxItems": 50, "items": refers("Recommended") },
            "lookup_us": { "type": "integer", "description": "microseconds to choose the products; their prices are read after" },
        } },
        "Recommended": { "type": "object", "required": ["id", "title", "url", "price", "available", "reason"], "properties": {
            "id": whole, "title": text, "url": { "type": "string", "format": "uri" },
            "price": { "type": "object", "required": ["amount_cents", "currency"], "properties": {
                "amount_cents": { "type": "integer", "minimum": 0 }, "currency": { "type": "string", "const": "EUR" } } },
            "available": { "type": "boolean" },
            "reason": refers("Reason"),
        } },
        "Reason": { "type": "object", "required": ["code"], "properties": {
            "code": { "type": "string", "enum": ["staff_related", "staff_cross_sell", "staff_up_sell", "bought_together",
                "bought_by_the_same_people", "similar", "same_category", "best_seller"] },
            "because_of": { "type": "integer", "description": "the product that called for it" },
            "orders": { "type": "integer", "description": "orders that had both" },
            "lift": { "type": "number", "description": "how many times more often together than by chance" },
        } },
        "LearnedFiles": { "type": "object", "required": ["artefacts"], "properties": {
            "artefacts": { "type": "array", "items": refers("LearnedFile") } } },
        "LearnedFile": { "type": "object", "required": ["name", "current", "loaded", "versions"], "properties": {
            "name": { "type": "string", "enum": ["search-fr", "search-en", discovery::recommend::NAME] },
            "current": { "type": ["string", "null"], "description": "the version that should be in use" },
            "loaded": { "type": "boolean", "description": "whether the process that answers has one in memory" },
            "versions": { "type": "array", "items": refers("LearnedVersion"), "description": "newest first" },
        } },
        "LearnedVersion": { "type": "object", "required": ["version", "built_at", "seconds", "bytes", "counts", "quality", "algorithm"], "properties": {
            "version": text, "built_at": time, "seconds": number, "bytes": whole, "algorithm": text,
            "counts": figures(&whole), "quality": figures(&number),
        } },
    })
}

fn schemas() -> Value {
    let mut out = assistant_schemas();
    if let (Some(all), Value::Object(more)) = (out.as_object_mut(), discovery_schemas()) {
        all.extend(more);
    }
    out
}

fn assistant_schemas() -> Value {
    let text = json!({ "type": "string" });
    let link = json!({ "type": "object", "required": ["title", "url"], "properties": { "title": text, "url": { "type": "string", "format": "uri" } } });
    json!({
        "Question": { "type": "object", "required": ["question"], "additionalProperties": false, "properties": {
            "question": { "type": "string", "minLength": 1, "maxLength": ml::answer::words::LONGEST },
            "lang": { "type": "string", "enum": ["fr", "en"], "default": "fr", "description": "used where the question does not tell" },
            "context": refers("Context"),
        } },
        "Context": { "type": "object", "description": "from the answer before, for a question that refers to it",
            "required": ["products", "subject", "property"], "properties": {
            "products": { "type": "array", "items": { "type": "integer" } }, "subject": text, "property": text,
        } },
        "Link": link,
        "Product": { "type": "object", "properties": {
            "id": { "type": "integer" }, "title": text, "brand": text, "url": { "type": "string", "format": "uri" },
            "price": { "type": "object", "properties": { "amount": text, "currency": text, "from": { "type": "boolean" } } },
            "in_stock": { "type": "boolean" }, "variant_id": { "type": ["integer", "null"] },
        } },
        "Answer": { "type": "object", "required": ["trace_id", "kind", "lang", "answer", "confidence", "sources"], "properties": {
            "trace_id": text,
            "kind": { "type": "string", "enum": ["answer", "products", "comparison", "handover", "talk", "refusal"] },
            "lang": { "type": "string", "enum": ["fr", "en"] },
            "answer": text,
            "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
            "written": { "type": "string", "enum": ["extracted", "generated", "fallback"] },
            "sources": { "type": "array", "items": refers("Link") },
            "links": { "type": "array", "items": refers("Link") },
            "products": { "type": "array", "items": refers("Product") },
            "table": { "type": ["object", "null"] },
            "context": refers("Context"),
        } },
        "Error": { "type": "object", "required": ["error"], "properties": {
            "error": { "type": "object", "required": ["code", "message"], "properties": {
                "code": text, "field": { "type": ["string", "null"] }, "message": text } },
            "trace_id": text,
        } },
    })
}
