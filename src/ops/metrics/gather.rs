//! What is asked when somebody scrapes: gauges of the process, and of the database at most every few seconds.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use jobs::inspect;
use metrics::gauge;
use platform::App;
use platform::infra::{build, db};
use tokio::sync::Mutex;

use super::Tells;
use crate::{backups, disk, health, invariants};

const KEPT: Duration = Duration::from_secs(5);
/// Invariants read whole tables.
const INVARIANTS_KEPT: Duration = Duration::from_secs(300);

/// When something was last asked, and which topics were ever told: one that has no rows any more is 0, not its last value.
#[derive(Default)]
struct Asked(Mutex<State>);

#[derive(Default)]
struct State {
    database: Option<Instant>,
    invariants: Option<Instant>,
    topics: HashSet<String>,
}

/// Brings every gauge up to date. What cannot be asked keeps its value; `smartmarket_database_up` says so.
pub async fn now(app: &App, tells: Tells) {
    process(app);
    pool(app).await;
    let up = health::checks(app).await;
    gauge!("smartmarket_database_up").set(f64::from(u8::from(up.database)));
    gauge!("smartmarket_redis_up").set(f64::from(u8::from(up.redis)));
    if !up.database {
        return;
    }
    let asked = app.slots.of::<Asked>();
    let mut state = asked.0.lock().await;
    let due = |last: Option<Instant>, kept: Duration| last.is_none_or(|at| at.elapsed() >= kept);
    if due(state.database, KEPT) {
        state.database = Some(Instant::now());
        if let Err(error) = database(app, &mut state.topics).await {
            tracing::warn!(%error, "figures of the database could not be read");
        }
    }
    if tells == Tells::Invariants && due(state.invariants, INVARIANTS_KEPT) {
        state.invariants = Some(Instant::now());
        match invariants::count(&app.db).await {
            Ok(counted) => counted.iter().for_each(|i| {
                gauge!("smartmarket_invariant_violations", "check" => i.check).set(i.violations as f64);
                if i.check == "oversold_units" {
                    gauge!("smartmarket_stock_oversold_units").set(i.violations as f64);
                }
            }),
            Err(error) => tracing::warn!(%error, "the invariants could not be counted"),
        }
    }
}

fn process(app: &App) {
    metrics_process::Collector::default().collect();
    let schema = db::required().to_string();
    gauge!("smartmarket_build_info", "version" => build::VERSION, "git_sha" => build::GIT_SHA, "schema" => schema).set(1.0);
    let tokio = tokio::runtime::Handle::current().metrics();
    gauge!("tokio_workers").set(tokio.num_workers() as f64);
    gauge!("tokio_alive_tasks").set(tokio.num_alive_tasks() as f64);
    gauge!("tokio_global_queue_depth").set(tokio.global_queue_depth() as f64);
    gauge!("smartmarket_ws_connections").set(app.live.listeners() as f64);
    gauge!("smartmarket_maintenance").set(f64::from(u8::from(app.maintenance.is_on())));
    for s in disk::spaces(&app.config) {
        gauge!("smartmarket_disk_used_ratio", "folder" => s.folder).set(s.used_percent / 100.0);
        gauge!("smartmarket_disk_free_bytes", "folder" => s.folder).set(s.free_bytes as f64);
    }
}

/// sqlx tells nobody how long a request waited, so the scraper waits for a connection itself: one sample per scrape.
async fn pool(app: &App) {
    let (open, idle) = (f64::from(app.db.size()), app.db.num_idle() as f64);
    gauge!("db_client_connections", "pool" => "main", "state" => "idle").set(idle);
    gauge!("db_client_connections", "pool" => "main", "state" => "used").set((open - idle).max(0.0));
    gauge!("db_client_connections_max", "pool" => "main")
        .set(f64::from(app.db.options().get_max_connections()));
    let start = Instant::now();
    let got = app.db.acquire().await;
    metrics::histogram!("db_client_connection_wait_seconds", "pool" => "main")
        .record(start.elapsed().as_secs_f64());
    drop(got);
}

async fn database(app: &App, topics: &mut HashSet<String>) -> sqlx::Result<()> {
    let stats = inspect::stats(&app.db).await?;
    let gone: Vec<String> =
        topics.iter().filter(|t| !stats.iter().any(|s| s.topic == **t)).cloned().collect();
    for topic in gone {
        for state in ["ready", "delayed", "running", "dead", "held"] {
            gauge!("smartmarket_jobs", "topic" => topic.clone(), "state" => state).set(0.0);
        }
        gauge!("smartmarket_job_oldest_ready_age_seconds", "topic" => topic).set(0.0);
    }
    for s in stats {
        let states = [
            ("ready", s.ready),
            ("delayed", s.delayed),
            ("running", s.running),
            ("dead", s.dead),
            ("held", s.held),
        ];
        for (state, n) in states {
            gauge!("smartmarket_jobs", "topic" => s.topic.clone(), "state" => state).set(n as f64);
        }
        gauge!("smartmarket_job_oldest_ready_age_seconds", "topic" => s.topic.clone())
            .set(s.oldest_ready_s.unwrap_or(0.0));
        topics.insert(s.topic);
    }
    let workers = inspect::ping(&app.db).await?;
    for kind in ["worker", "beat"] {
        let n = workers.iter().filter(|w| w.alive && w.kind == kind).count();
        gauge!("smartmarket_workers", "kind" => kind).set(n as f64);
    }
    for c in inspect::scheduled(&app.db, 0).await?.cron {
        // Of an entry whose newest job has not ended well, the older success stands.
        if c.last_state.as_deref() == Some("done") {
            gauge!("smartmarket_cron_last_success_timestamp_seconds", "name" => c.name)
                .set(c.last_tick.timestamp() as f64);
        }
    }
    let now = app.clock.now().timestamp() as f64;
    let ages = backups::known(&app.db, &app.config.backup_dir).await?;
    // 0 where it never happened: an age since 1970 rings every alarm.
    let at = |age: Option<f64>| age.map_or(0.0, |s| now - s);
    gauge!("smartmarket_backup_last_success_timestamp_seconds").set(at(ages.last_backup_s));
    gauge!("smartmarket_restore_verified_timestamp_seconds").set(at(ages.last_verified_s));
    Ok(())
}
