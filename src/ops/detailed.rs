//! `/health/detailed/`: everything at a glance, for staff and for this machine only; for anybody else it does not exist.
//!
//! Tells no host names, connection strings or error texts.

use std::net::IpAddr;
use std::sync::Arc;

use platform::App;
use platform::infra::{build, db};
use platform::web::visitor::Visitor;
use poem::http::StatusCode;
use poem::web::Data;
use poem::{Endpoint, IntoResponse, Request, Response, handler};
use serde::Serialize;
use serde_json::json;

use crate::{backups, disk, health, store};

/// Layer: staff of the back office, or somebody on this machine. Everybody else gets the 404 of an unknown address.
pub async fn layer<E: Endpoint>(next: Arc<E>, req: Request) -> poem::Result<Response> {
    let staff = req.data::<Visitor>().is_some_and(|v| v.staff.is_some());
    if staff || is_loopback(&req) {
        next.call(req).await.map(IntoResponse::into_response)
    } else {
        Ok(health::answer(StatusCode::NOT_FOUND, json!({"status": "not_found"})))
    }
}

/// Whether the request comes from this machine itself, not through a proxy on this machine.
fn is_loopback(req: &Request) -> bool {
    let headers = req.headers();
    let trusts_proxy = req.data::<App>().is_some_and(|app| app.config.trust_proxy);
    let real = headers.get("x-real-ip").and_then(|v| v.to_str().ok()?.parse::<IpAddr>().ok());
    let forwarded = ["x-real-ip", "x-forwarded-for", "forwarded"].iter().any(|h| headers.contains_key(*h));
    let peer = req.remote_addr().as_socket_addr().map(|a| a.ip());
    let from = match forwarded {
        true if trusts_proxy => real,
        true => None,
        false => peer,
    };
    from.is_some_and(|ip| ip.is_loopback())
}

#[derive(Serialize)]
struct Detailed {
    status: &'static str,
    version: &'static str,
    git_sha: &'static str,
    maintenance: bool,
    database: bool,
    schema: Schema,
    redis: bool,
    pool: Pool,
    /// Our clock minus the database's.
    clock_skew_ms: Option<i64>,
    workers_alive: Option<usize>,
    beats_alive: Option<usize>,
    jobs: Vec<Topic>,
    cron: Vec<Tick>,
    backups: Option<backups::Ages>,
    disks: Vec<disk::Space>,
    live_screens: usize,
}

#[derive(Serialize)]
struct Schema {
    required: i64,
    current: bool,
}

#[derive(Serialize)]
struct Pool {
    max: u32,
    open: u32,
    idle: usize,
}

#[derive(Serialize)]
struct Topic {
    queue: String,
    topic: String,
    ready: i64,
    running: i64,
    dead: i64,
    held: i64,
    oldest_ready_s: Option<f64>,
}

#[derive(Serialize)]
struct Tick {
    name: String,
    last_tick: chrono::DateTime<chrono::Utc>,
    last_state: Option<String>,
    next_tick: Option<chrono::DateTime<chrono::Utc>>,
}

#[handler]
pub async fn show(app: Data<&App>) -> Response {
    let found = health::checks(&app).await;
    let status = match found {
        health::Checks { database: false, .. } | health::Checks { schema: false, .. } => "down",
        health::Checks { redis: false, .. } => "degraded",
        _ => "ok",
    };
    let mut shown = Detailed {
        status,
        version: build::VERSION,
        git_sha: build::GIT_SHA,
        maintenance: app.maintenance.is_on(),
        database: found.database,
        schema: Schema { required: db::required(), current: found.schema },
        redis: found.redis,
        pool: Pool {
            max: app.db.options().get_max_connections(),
            open: app.db.size(),
            idle: app.db.num_idle(),
        },
        clock_skew_ms: None,
        workers_alive: None,
        beats_alive: None,
        jobs: Vec::new(),
        cron: Vec::new(),
        backups: None,
        disks: disk::spaces(&app.config),
        live_screens: app.live.listeners(),
    };
    if found.database
        && let Err(error) = fill(&app, &mut shown).await
    {
        tracing::warn!(%error, "the detailed health is incomplete");
    }
    let body = serde_json::to_value(&shown).unwrap_or_default();
    // 200 whatever is found: it is read by people; what decides about traffic is /health/ready/.
    health::answer(StatusCode::OK, body)
}

/// What the database knows.
async fn fill(app: &App, shown: &mut Detailed) -> sqlx::Result<()> {
    let skew = app.clock.now() - store::backups::database_now(&app.db).await?;
    shown.clock_skew_ms = Some(skew.num_milliseconds());
    let workers = jobs::inspect::ping(&app.db).await?;
    let alive = |kind: &str| workers.iter().filter(|w| w.alive && w.kind == kind).count();
    (shown.workers_alive, shown.beats_alive) = (Some(alive("worker")), Some(alive("beat")));
    shown.backups = Some(backups::known(&app.db, &app.config.backup_dir).await?);
    let stats = jobs::inspect::stats(&app.db).await?.into_iter();
    shown.jobs = stats
        .map(|s| Topic {
            queue: s.queue,
            topic: s.topic,
            ready: s.ready,
            running: s.running,
            dead: s.dead,
            held: s.held,
            oldest_ready_s: s.oldest_ready_s,
        })
        .collect();
    let cron = jobs::inspect::scheduled(&app.db, 0).await?.cron.into_iter();
    shown.cron = cron
        .map(|c| Tick {
            name: c.name,
            last_tick: c.last_tick,
            last_state: c.last_state,
            next_tick: c.next_tick,
        })
        .collect();
    Ok(())
}
