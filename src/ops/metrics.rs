//! `/metrics` for Prometheus, on a listener of its own that customers never reach (METRICS_ADDR; off when empty).
//!
//! What happens is counted where it happens, through the `metrics` facade: without a recorder it costs a load, with one
//! well under a microsecond. What is so (queue, pool, backups, invariants) is asked when somebody scrapes, at most every
//! few seconds. Every process tells the same of the database: take `max by (...)`.

mod gather;
mod help;

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use platform::App;
use poem::http::header;
use poem::web::Data;
use poem::{EndpointExt, Response, Route, get, handler};
use tokio_util::sync::CancellationToken;

/// Seconds: requests, then calls to Redis, then jobs.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const FAST: [f64; 9] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.05, 0.1, 0.2];
const SLOW: [f64; 11] = [0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0];
/// How often histograms are folded together, whether anybody scrapes or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder of this process: the facade knows only one.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// From now on this process counts.
pub fn install() -> anyhow::Result<&'static PrometheusHandle> {
    if let Some(handle) = RECORDER.get() {
        return Ok(handle);
    }
    let recorder = builder()?.build_recorder();
    let handle = recorder.handle();
    // A second caller at the same time finds the first one's recorder in place.
    if metrics::set_global_recorder(recorder).is_ok() {
        help::describe();
        let _ = RECORDER.set(handle);
    }
    RECORDER.get().ok_or_else(|| anyhow::anyhow!("another recorder is in place"))
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new()
        .set_buckets(&SECONDS)?
        .set_buckets_for_metric(Matcher::Prefix("redis_".into()), &FAST)?
        .set_buckets_for_metric(Matcher::Prefix("smartmarket_job_".into()), &SLOW)
}

/// What a process tells besides its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Web: nothing that reads whole tables beside customers.
    Usual,
    /// Worker: the invariants as well.
    Invariants,
}

/// Opens the listener when it is wanted.
pub async fn listen(app: &App, tells: Tells) -> anyhow::Result<()> {
    let Some(addr) = app.config.metrics_addr else { return Ok(()) };
    let handle = install()?;
    let stop = app.shutdown.clone();
    tokio::spawn(async move {
        while stop.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
            handle.run_upkeep();
        }
    });
    // Not the application's own token: what happens while the process ends is still told.
    crate::listener::serve(addr, "metrics", routes(app, tells), CancellationToken::new()).await?;
    Ok(())
}

/// The one page of the listener.
pub fn routes(app: &App, tells: Tells) -> impl poem::Endpoint + 'static {
    Route::new().at("/metrics", get(show)).data(app.clone()).data(tells)
}

#[handler]
async fn show(app: Data<&App>, tells: Data<&Tells>) -> poem::Result<Response> {
    let handle = install().map_err(platform::web::Error::internal)?;
    gather::now(&app, **tells).await;
    Ok(Response::builder()
        .header(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(handle.render()))
}
