//! Figures: what happened is counted under the route's template, what is so is told when somebody scrapes.

use platform::web::visitor::Role;
use poem::test::TestClient;

use super::run;
use crate::accounts::people::staff;
use crate::harness::TestApp;
use crate::harness::process::{Process, free_port};
use crate::sales::shelf::{goods, order};

async fn scrape(t: &TestApp) -> String {
    let client = TestClient::new(ops::metrics::routes(&t.app, ops::metrics::Tells::Invariants));
    let answer = client.get("/metrics").send().await;
    answer.assert_status_is_ok();
    answer.0.into_body().into_string().await.expect("text")
}

/// The value of the first series that begins so and has all these labels.
fn value(text: &str, name: &str, labels: &[&str]) -> Option<f64> {
    text.lines()
        .filter(|l| l.starts_with(name) && l[name.len()..].starts_with(['{', ' ']))
        .find(|l| labels.iter().all(|label| l.contains(label)))
        .and_then(|l| l.rsplit(' ').next()?.parse().ok())
}

#[tokio::test]
async fn requests_are_counted_by_template_and_never_by_what_people_type() {
    ops::metrics::install().expect("recorder");
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    order(&t, kettle, "1").await;
    let v = t.visitor();
    v.get("/").await.expect(200);
    v.get("/").await.expect(200);
    v.get("/p/rien-de-tel-4242").await.expect(404);
    v.get("/une-adresse-inventee-4242").await.expect(404);
    v.get("/health/live/").await.expect(200);
    v.post_raw("/panier/lignes", "x=1".into(), &[]).await.expect(403);
    let office = staff(&t, Role::Manager).await;
    office.get("/admin/commandes/424242").await.expect(404);
    t.mails().await;

    let text = scrape(&t).await;
    let count = "http_server_request_duration_seconds_count";
    let seen = |labels: &[&str]| value(&text, count, labels).unwrap_or(0.0);
    assert!(seen(&[r#"method="GET""#, r#"route="/""#, r#"status="200""#]) >= 2.0, "{text}");
    assert!(seen(&[r#"route="/p/:slug""#, r#"status="404""#]) >= 1.0, "{text}");
    assert!(seen(&[r#"route="unmatched""#, r#"status="404""#]) >= 1.0, "{text}");
    assert!(seen(&[r#"route="/health/live/""#]) >= 1.0, "{text}");
    assert!(seen(&[r#"method="POST""#, r#"status="403""#]) >= 1.0, "{text}");
    assert!(seen(&[r#"route="/admin/commandes/:id"#]) >= 1.0, "{text}");
    assert!(!text.contains("4242"), "no ids, no invented addresses: {text}");

    assert!(value(&text, "smartmarket_orders_total", &[r#"status="placed""#]).is_some_and(|n| n >= 1.0));
    assert!(value(&text, "smartmarket_login_total", &[r#"door="office""#, r#"outcome="ok""#]).is_some());
    assert!(
        value(&text, "smartmarket_emails_total", &[r#"outcome="sent""#]).is_some_and(|n| n >= 1.0),
        "{text}"
    );
    t.done().await;
}

#[tokio::test]
async fn what_is_so_is_told_at_each_scrape() {
    ops::metrics::install().expect("recorder");
    let t = TestApp::new().await;
    let text = scrape(&t).await;
    for name in [
        "smartmarket_build_info",
        "smartmarket_database_up",
        "smartmarket_redis_up",
        "db_client_connections",
        "db_client_connection_wait_seconds_count",
        "redis_command_duration_seconds_count",
        "process_resident_memory_bytes",
        "process_open_fds",
        "tokio_alive_tasks",
        "smartmarket_workers",
        "smartmarket_disk_used_ratio",
        "smartmarket_ws_connections",
        "smartmarket_invariant_violations",
        "smartmarket_stock_oversold_units",
        "smartmarket_backup_last_success_timestamp_seconds",
        "smartmarket_restore_verified_timestamp_seconds",
    ] {
        assert!(value(&text, name, &[]).is_some(), "{name} is missing in {text}");
        assert!(text.contains(&format!("# TYPE {}", name.trim_end_matches("_count"))), "{name}");
    }
    assert_eq!(value(&text, "smartmarket_database_up", &[]), Some(1.0));
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn web_and_worker_tell_their_figures_on_a_listener_of_their_own() {
    let t = TestApp::new().await;
    let (web_at, worker_at) = (format!("127.0.0.1:{}", free_port()), format!("127.0.0.1:{}", free_port()));
    let web = Process::web_with(&t.database, &[("METRICS_ADDR", &web_at)]).await;
    let worker = Process::worker_with(&t.database, "run", &[("METRICS_ADDR", &worker_at)]);
    let done = run("smartmarket", &t, &[], &["debug-task"]);
    assert_eq!(done.code, 0, "{}", done.out);
    reqwest::get(format!("{}/", web.base)).await.expect("the shop");
    let text = |at: String| async move {
        reqwest::get(format!("http://{at}/metrics")).await.unwrap().text().await.unwrap()
    };
    let (from_web, from_worker) = (text(web_at).await, text(worker_at).await);
    assert!(
        value(&from_web, "http_server_request_duration_seconds_count", &[r#"route="/""#]).is_some(),
        "{from_web}"
    );
    assert!(
        value(&from_worker, "smartmarket_jobs_total", &[r#"topic="jobs.debug"#, r#"outcome="done""#])
            .is_some(),
        "{from_worker}"
    );
    assert!(
        value(&from_worker, "smartmarket_job_duration_seconds_count", &[r#"topic="jobs.debug"#]).is_some()
    );
    assert!(value(&from_worker, "smartmarket_workers", &[r#"kind="worker""#]).is_some_and(|n| n >= 1.0));
    assert!(from_worker.contains("smartmarket_invariant_violations"), "{from_worker}");
    assert!(
        !from_web.contains("smartmarket_invariant_violations"),
        "whole tables are not read beside customers"
    );
    let public = reqwest::get(format!("{}/metrics", web.base)).await.unwrap();
    assert_eq!(public.status().as_u16(), 404, "never where customers are");
    drop((web, worker));
    t.done().await;
}

#[test]
fn every_figure_that_an_alert_asks_for_is_given() {
    fn sources(dir: &std::path::Path, out: &mut String) {
        for path in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() && !path.ends_with("tests") {
                sources(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    sources(&root.join("src"), &mut code);
    // `histogram!("name"`, also with the name on the next line; what help.rs only describes does not count.
    let code: String = code.split_whitespace().collect();
    let rules = std::fs::read_to_string(root.join("deploy/monitoring/alerts.yml")).unwrap();
    let asked: std::collections::BTreeSet<&str> = rules
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|w| ["smartmarket_", "http_server_", "db_client_", "redis_"].iter().any(|p| w.starts_with(p)))
        .map(|w| w.trim_end_matches("_bucket").trim_end_matches("_count").trim_end_matches("_sum"))
        .collect();
    assert!(asked.len() > 8, "{asked:?}");
    let missing: Vec<_> = asked
        .into_iter()
        .filter(|name| {
            !["gauge", "counter", "histogram"].iter().any(|m| code.contains(&format!("{m}!(\"{name}\"")))
        })
        .collect();
    assert!(missing.is_empty(), "an alert on a figure that nobody gives never rings: {missing:?}");
}
