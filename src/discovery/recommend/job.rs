//! The job that learns anew, each hour in which there were orders.

use jobs::cron::{BadSchedule, CatchUp, Entry, Zone};
use jobs::{Ctx, Done, JobError, Queue, Worker};
use platform::App;
use serde::{Deserialize, Serialize};

use super::build;

/// Learns from orders what goes with what.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildRecommendations {
    /// Staff want it now, changed or not.
    #[serde(default)]
    pub force: bool,
}

impl jobs::Job for BuildRecommendations {
    const TOPIC: &'static str = "discovery.build_recommendations";
    const QUEUE: Queue = Queue::Ml;
    const MAX_ATTEMPTS: i32 = 2;
}

async fn build_recommendations(ctx: Ctx<App>, job: BuildRecommendations) -> Result<Done, JobError> {
    if !job.force && crate::status::is_held(ctx.state()) {
        return Ok(Done::ok());
    }
    let outcome = build(ctx.state(), job.force).await?;
    Done::with(serde_json::json!({ "built": outcome.built }))
}

pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker.register(build_recommendations)
}

pub fn schedule() -> Result<Entry, BadSchedule> {
    Entry::new("build-recommendations", "35 * * * *", Zone::Paris, CatchUp::Skip, |_| BuildRecommendations {
        force: false,
    })
}
