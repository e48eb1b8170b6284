//! Every job and the whole schedule, on one screen.

use jobs::cron::{BadSchedule, CatchUp, Entry, Zone};
use jobs::{Queue, Worker};
use platform::App;

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
    sales::jobs::jobs(worker)
}

/// What runs when. Times of day are Paris time.
pub fn schedule() -> Result<Vec<Entry>, BadSchedule> {
    let mut entries = vec![Entry::new("purge-jobs", "30 3 * * *", Zone::Paris, CatchUp::Skip, |_| {
        jobs::housekeeping::PurgeJobs {}
    })?];
    entries.push(Entry::new("refresh-sales", "20 * * * *", Zone::Paris, CatchUp::Skip, |_| {
        catalog::jobs::RefreshSales {}
    })?);
    entries.extend(sales::jobs::schedule()?);
    Ok(entries)
}
