//! Who looked at what: counted in memory, written together every few seconds, so that no page view waits for a write.
//!
//! Held by the process: a crash loses the last seconds of counting, which decide nothing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use platform::App;

use crate::store;

const EVERY: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Counts(Mutex<HashMap<i64, i32>>);

pub(crate) fn add(app: &App, product_id: i64) {
    let counts = app.slots.of::<Counts>();
    let mut counts = counts.0.lock().unwrap_or_else(PoisonError::into_inner);
    *counts.entry(product_id).or_insert(0) += 1;
}

/// Writes what was counted since the last time; says how many products.
pub async fn flush(app: &App) -> sqlx::Result<usize> {
    let counts =
        std::mem::take(&mut *app.slots.of::<Counts>().0.lock().unwrap_or_else(PoisonError::into_inner));
    if counts.is_empty() {
        return Ok(0);
    }
    let mut pairs: Vec<(i64, i32)> = counts.into_iter().collect();
    // One order in every process, so that two of them never wait for each other in a circle.
    pairs.sort_unstable();
    let (ids, numbers): (Vec<i64>, Vec<i32>) = pairs.into_iter().unzip();
    let today = kit::dates::day(app.clock.now());
    store::views::add_views(&app.db, today, &ids, &numbers).await?;
    Ok(ids.len())
}

/// Flushes until shutdown, and once more then.
pub(crate) async fn run(app: App) {
    while app.shutdown.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        report(flush(&app).await);
    }
    report(flush(&app).await);
}

fn report(outcome: sqlx::Result<usize>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "views of products could not be written");
    }
}

/// Deletes views of days longer ago.
pub async fn forget(db: impl sqlx::PgExecutor<'_>, days: i32) -> sqlx::Result<u64> {
    store::views::delete_old_views(db, days).await
}
