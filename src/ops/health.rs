//! `/health/live/` answers while the event loop does; `/health/ready/` says whether to send traffic here.
//!
//! A database outage must not restart web processes: `live` depends on nothing. `ready` asks PostgreSQL over a connection
//! of its own (300 ms at most, so that a full pool does not look like a dead database), compares the schema and asks
//! Redis; without Redis the shop is ready but degraded. What was found is kept for a second: probes cost nothing. Bodies
//! tell no addresses, versions or error texts. Worker and beat answer the same addresses on a listener of their own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::Context;
use platform::App;
use platform::infra::db;
use poem::http::{StatusCode, header};
use poem::web::Data;
use poem::{EndpointExt, Response, Route, get, handler};
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_millis(300);
const KEPT: Duration = Duration::from_secs(1);

/// What everybody may ask of a web process.
pub fn routes() -> Route {
    Route::new()
        .at("/live/", get(live))
        .at("/live", get(live))
        .at("/ready/", get(ready))
        .at("/ready", get(ready))
}

/// What worker and beat answer: ready while claims and heartbeats have reached the database within 10 s.
pub fn worker_routes(health: jobs::Health, shutdown: CancellationToken) -> Route {
    Route::new().nest(
        "/health",
        Route::new()
            .at("/live/", get(live))
            .at("/live", get(live))
            .at("/ready/", get(worker_ready).data(health.clone()).data(shutdown.clone()))
            .at("/ready", get(worker_ready).data(health).data(shutdown)),
    )
}

/// What readiness rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checks {
    pub database: bool,
    /// The newest migration of this binary, or a newer one, was applied.
    pub schema: bool,
    pub redis: bool,
}

/// One connection that nothing else may use, and what it last found.
#[derive(Default)]
struct Probe {
    pool: OnceLock<PgPool>,
    last: Mutex<Option<(Instant, Checks)>>,
}

/// What is reachable, at most a second old.
pub async fn checks(app: &App) -> Checks {
    let probe = app.slots.of::<Probe>();
    // Whoever asks at the same time waits for the same answer.
    let mut last = probe.last.lock().await;
    if let Some((at, found)) = *last
        && at.elapsed() < KEPT
    {
        return found;
    }
    let (schema, redis) = tokio::join!(tokio::time::timeout(PATIENCE, schema(app, &probe)), app.redis.ping());
    let schema = schema.map_err(anyhow::Error::from).and_then(|asked| asked);
    if let Err(error) = &schema {
        tracing::warn!(%error, "the readiness probe did not reach the database");
    }
    let found = Checks {
        database: schema.is_ok(),
        schema: schema.is_ok_and(|newest| newest >= db::required()),
        redis,
    };
    *last = Some((Instant::now(), found));
    found
}

/// The newest migration of the database.
async fn schema(app: &App, probe: &Probe) -> anyhow::Result<i64> {
    let pool = match probe.pool.get() {
        Some(pool) => pool,
        None => {
            let options = db::options(&app.config, db::Use::Web)?.application_name("smartmarket-health");
            let pool = PgPoolOptions::new()
                .max_connections(1)
                .acquire_timeout(PATIENCE)
                .idle_timeout(None)
                .test_before_acquire(false)
                .connect_lazy_with(options);
            probe.pool.get_or_init(|| pool)
        }
    };
    let mut conn = pool.acquire().await?;
    Ok(db::applied(&mut conn).await?.into_iter().max().unwrap_or(0))
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
    let found = checks(&app).await;
    let body = |status: &str| {
        let state = |up: bool, down: &'static str| if up { "ok" } else { down };
        json!({"status": status, "checks": {
            "database": state(found.database, "down"),
            "schema": state(found.schema, if found.database { "behind" } else { "unknown" }),
            "redis": state(found.redis, "down"),
        }})
    };
    match found {
        Checks { database: false, .. } | Checks { schema: false, .. } => {
            answer(StatusCode::SERVICE_UNAVAILABLE, body("down"))
        }
        Checks { redis: false, .. } => answer(StatusCode::OK, body("degraded")),
        _ => answer(StatusCode::OK, body("ok")),
    }
}

#[handler]
async fn worker_ready(health: Data<&jobs::Health>, shutdown: Data<&CancellationToken>) -> Response {
    if shutdown.is_cancelled() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, json!({"status": "stopping"}));
    }
    if health.is_ready() {
        answer(StatusCode::OK, json!({"status": "ok"}))
    } else {
        answer(StatusCode::SERVICE_UNAVAILABLE, json!({"status": "down"}))
    }
}

/// JSON that no cache keeps.
pub(crate) fn answer(status: StatusCode, body: Value) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.to_string())
}

/// Asks a running process as a container's health check does; says what it answered.
pub async fn ask(at: SocketAddr, path: &str) -> anyhow::Result<(bool, String)> {
    // A process that listens everywhere is asked here.
    let ip = if at.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { at.ip() };
    let url = format!("http://{}{path}", SocketAddr::new(ip, at.port()));
    let client = reqwest::Client::builder().timeout(Duration::from_secs(3)).no_proxy().build()?;
    let answer = client.get(&url).send().await.with_context(|| format!("{url} ne répond pas"))?;
    let fine = answer.status().is_success();
    Ok((fine, answer.text().await?))
}
