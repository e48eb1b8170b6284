//! Health: each probe says the truth while things die.

use std::time::{Duration, Instant};

use platform::App;
use platform::infra::app::Fakes;
use platform::infra::clock::SystemClock;
use platform::infra::config::Config;
use platform::infra::db;
use platform::infra::mail::Outbox;
use platform::web::visitor::Role;
use poem::test::TestClient;
use sqlx::postgres::PgPoolOptions;

use crate::accounts::people::staff;
use crate::harness::TestApp;
use crate::harness::process::Process;

/// An application whose PostgreSQL and Redis do not answer.
fn alone() -> App {
    let vars = [
        ("SMARTMARKET_ENV", "test"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://127.0.0.1:1"),
    ];
    let lookup = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| v.to_string());
    let config = Config::from_lookup(lookup).expect("configuration");
    let pool = PgPoolOptions::new()
        .acquire_timeout(Duration::from_secs(2))
        .connect_lazy_with(db::options(&config, db::Use::Web).expect("options"));
    let fakes =
        Fakes { mailer: std::sync::Arc::new(Outbox::default()), clock: std::sync::Arc::new(SystemClock) };
    App::with(config, pool, fakes).expect("app")
}

#[tokio::test]
async fn without_database_the_process_lives_and_is_not_ready_within_300_ms() {
    let app = alone();
    let client = TestClient::new(smartmarket::router::app(&app));
    client.get("/health/live/").send().await.assert_status_is_ok();
    let start = Instant::now();
    let ready = client.get("/health/ready/").send().await;
    assert!(start.elapsed() < Duration::from_millis(600), "{:?}", start.elapsed());
    ready.assert_status(poem::http::StatusCode::SERVICE_UNAVAILABLE);
    let body = ready.json().await.value().deserialize::<serde_json::Value>();
    assert_eq!(body["status"], "down");
    assert_eq!(body["checks"]["database"], "down");
    // The answer is kept for a second: a storm of probes is one question.
    let start = Instant::now();
    for _ in 0..50 {
        client.get("/health/ready/").send().await.assert_status(poem::http::StatusCode::SERVICE_UNAVAILABLE);
    }
    assert!(start.elapsed() < Duration::from_millis(400), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_full_pool_is_no_dead_database() {
    let t = TestApp::new().await;
    let mut taken = Vec::new();
    while let Some(conn) = t.app.db.try_acquire() {
        taken.push(conn);
    }
    for _ in taken.len()..16 {
        taken.push(t.app.db.acquire().await.expect("a connection"));
    }
    let ready = t.visitor().get("/health/ready/").await.expect(200);
    assert!(ready.body.contains(r#""database":"ok""#), "{}", ready.body);
    drop(taken);
    t.done().await;
}

#[tokio::test]
async fn a_schema_that_lacks_a_migration_is_not_ready() {
    let t = TestApp::new().await;
    let newest = db::required();
    sqlx::query("delete from _sqlx_migrations where version = $1")
        .bind(newest)
        .execute(&t.app.db)
        .await
        .unwrap();
    let ready = t.visitor().get("/health/ready/").await.expect(503);
    assert!(ready.body.contains(r#""schema":"behind""#), "{}", ready.body);
    t.done().await;
}

#[tokio::test]
async fn a_process_that_stops_is_not_ready_and_still_lives() {
    let t = TestApp::new().await;
    t.visitor().get("/health/ready/").await.expect(200);
    t.app.shutdown.cancel();
    let ready = t.visitor().get("/health/ready/").await.expect(503);
    assert!(ready.body.contains("stopping"), "{}", ready.body);
    t.visitor().get("/health/live/").await.expect(200);
    t.done().await;
}

#[tokio::test]
async fn the_details_are_for_staff_and_this_machine_and_name_no_address() {
    let t = TestApp::new().await;
    t.visitor().get("/health/detailed/").await.expect(404);
    let from_here = t.visitor().get_with("/health/detailed/", &[("x-real-ip", "127.0.0.1")]).await;
    // The client always says its own address first; the proxy's word is the last one only when it is the only one.
    assert_eq!(from_here.status.as_u16(), 404, "two addresses are none: {}", from_here.body);
    let office = staff(&t, Role::Support).await;
    let details = office.get("/health/detailed/").await.expect(200);
    let body: serde_json::Value = serde_json::from_str(&details.body).expect("JSON");
    assert_eq!(body["status"], "ok");
    assert_eq!(body["schema"]["required"], db::required());
    assert!(body["pool"]["max"].as_u64().is_some_and(|n| n > 0));
    assert!(body["disks"].as_array().is_some_and(|d| !d.is_empty()), "{body}");
    assert!(body["clock_skew_ms"].as_i64().is_some_and(|ms| ms.abs() < 60_000), "{body}");
    for secret in ["postgres", "127.0.0.1", &t.database.name] {
        assert!(!details.body.contains(secret), "{secret} in {}", details.body);
    }
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worker_answers_its_probe_and_the_health_command_tells_the_container() {
    let t = TestApp::new().await;
    let port = crate::harness::process::free_port();
    let addr = format!("127.0.0.1:{port}");
    let mut worker = Process::worker_with(&t.database, "run", &[("WORKER_HEALTH_ADDR", &addr)]);
    let ready = async {
        while crate::ops::run("smartmarket-worker", &t, &[("WORKER_HEALTH_ADDR", &addr)], &["health"]).code
            != 0
        {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ready).await.expect("the worker is ready");
    assert_eq!(worker.terminate(), Some(0));
    let gone = crate::ops::run("smartmarket-worker", &t, &[("WORKER_HEALTH_ADDR", &addr)], &["health"]);
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains("ne répond pas"), "{}", gone.err);
    t.done().await;
}
