//! Every job and the whole schedule, on one screen.

use jobs::cron::{BadSchedule, CatchUp, Entry, Zone};
use jobs::{Queue, Worker};
use platform::App;
use tokio_util::sync::CancellationToken;

/// A worker that knows every topic of the shop.
pub fn worker(app: &App) -> Worker<App> {
    let worker = Worker::new(app.db.clone(), app.clone())
        .queue(Queue::Emails, 8)
        .queue(Queue::Maintenance, 2)
        .queue(Queue::Reports, 1)
        .queue(Queue::Ml, 1)
        .queue(Queue::Media, 2);
    let worker = accounts::jobs(worker);
    let worker = catalog::jobs(worker);
    let worker = catalog_import::jobs(worker);
    let worker = discovery::jobs(worker);
    let worker = sales::jobs::jobs(worker);
    let worker = assistant::jobs(worker);
    ops::jobs::jobs(worker)
}

/// What runs when. Times of day are Paris time.
pub fn schedule() -> Result<Vec<Entry>, BadSchedule> {
    let mut entries = vec![Entry::new("purge-jobs", "30 3 * * *", Zone::Paris, CatchUp::Skip, |_| {
        jobs::housekeeping::PurgeJobs {}
    })?];
    entries.push(Entry::new("refresh-sales", "20 * * * *", Zone::Paris, CatchUp::Skip, |_| {
        catalog::jobs::RefreshSales {}
    })?);
    entries.push(Entry::new("purge-tokens", "40 3 * * *", Zone::Paris, CatchUp::Skip, |_| {
        accounts::PurgeTokens {}
    })?);
    entries.extend(discovery::schedule()?);
    entries.extend(sales::jobs::schedule()?);
    entries.extend(assistant::schedule()?);
    entries.extend(ops::jobs::schedule()?);
    Ok(entries)
}

/// Which process listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Worker,
    Beat,
}

/// Opens what stands beside the work: health on WORKER_HEALTH_ADDR, figures on METRICS_ADDR, and word to systemd.
pub async fn listen(app: &App, health: jobs::Health, kind: Kind) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    if let Some(addr) = app.config.worker_health_addr {
        let routes = ops::health::worker_routes(health.clone(), app.shutdown.clone());
        // Not the application's own token: while jobs end, the listener says that we are stopping.
        ops::listener::serve(addr, "health", routes, stop).await?;
    }
    if kind == Kind::Worker {
        ops::metrics::listen(app, ops::metrics::Tells::Invariants).await?;
    }
    crate::systemd::started(app.shutdown.clone());
    Ok(())
}
