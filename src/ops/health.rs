//! `/health/live/` answers while the event loop does; `/health/ready/` says whether to send traffic here.
//!
//! A database outage must not restart web processes: `live` depends on nothing. `ready` asks PostgreSQL (300 ms at most)
//! and Redis; without Redis the shop is ready but degraded. Bodies tell no addresses, versions or error texts.

use std::time::Duration;

use platform::App;
use poem::http::{StatusCode, header};
use poem::web::Data;
use poem::{Response, Route, get, handler};
use serde_json::{Value, json};

pub fn routes() -> Route {
    Route::new()
        .at("/live/", get(live))
        .at("/live", get(live))
        .at("/ready/", get(ready))
        .at("/ready", get(ready))
}

#[handler]
fn live() -> Response {
    answer(StatusCode::OK, json!({"status": "ok"}))
}

#[handler]
async fn ready(app: Data<&App>) -> Response {
    if app.shutdown.is_cancelled() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, json!({"status": "stopping"}));
    }
    let database = tokio::time::timeout(Duration::from_millis(300), app.db.acquire());
    let (database, redis) = tokio::join!(database, app.redis.ping());
    let state = |up: bool| if up { "ok" } else { "down" };
    let database = matches!(database, Ok(Ok(_)));
    let checks = json!({"database": state(database), "redis": state(redis)});
    match (database, redis) {
        (true, true) => answer(StatusCode::OK, json!({"status": "ok", "checks": checks})),
        (true, false) => answer(StatusCode::OK, json!({"status": "degraded", "checks": checks})),
        (false, _) => answer(StatusCode::SERVICE_UNAVAILABLE, json!({"status": "down", "checks": checks})),
    }
}

fn answer(status: StatusCode, body: Value) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.to_string())
}
