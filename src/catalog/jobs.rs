//! Work that the catalogue leaves to the worker.

use jobs::{Ctx, Done, JobError, Queue, Worker};
use platform::App;
use serde::{Deserialize, Serialize};

use crate::store::refresh as store;

/// Counts what was sold in the last 30 days: the usual order of lists and the best sellers follow it.
#[derive(Debug, Serialize, Deserialize)]
pub struct RefreshSales {}

impl jobs::Job for RefreshSales {
    const TOPIC: &'static str = "catalog.refresh_sales";
    const QUEUE: Queue = Queue::Maintenance;
    const MAX_ATTEMPTS: i32 = 3;
}

async fn refresh_sales(ctx: Ctx<App>, _: RefreshSales) -> Result<Done, JobError> {
    let mut tx = ctx.begin().await?;
    let changed = store::set_sales(&mut tx).await?;
    ctx.finish_with(tx, serde_json::json!({ "products": changed })).await
}

pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker.register(refresh_sales)
}
