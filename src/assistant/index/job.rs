//! The job that builds a new version when it is due.

use jobs::cron::{BadSchedule, CatchUp, Entry, Zone};
use jobs::{Ctx, Done, JobError, Queue, Worker};
use kit::Lang;
use ml::artefact;
use platform::App;
use serde::{Deserialize, Serialize};

use super::build::{fingerprint, model};
use super::{build, name};

/// Builds the passages, when pages or model changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildPassages {}

impl jobs::Job for BuildPassages {
    const TOPIC: &'static str = "assistant.build_passages";
    const QUEUE: Queue = Queue::Ml;
    const MAX_ATTEMPTS: i32 = 2;
}

async fn build_passages(ctx: Ctx<App>, _: BuildPassages) -> Result<Done, JobError> {
    let app = ctx.state();
    if !is_due(app).await? {
        return Ok(Done::ok());
    }
    let outcomes = build(app, false, |step| tracing::info!("{step}")).await?;
    let built = outcomes.iter().filter(|(_, o)| o.built).count();
    Done::with(serde_json::json!({ "built": built }))
}

async fn is_due(app: &App) -> anyhow::Result<bool> {
    let fingerprint = fingerprint(app, model(app).await?.as_deref()).await?;
    let is_as_made = |lang| {
        let version = artefact::current(&app.config.index_dir, name(lang))?;
        let manifest = artefact::manifest(&app.config.index_dir, name(lang), &version).ok()?;
        (manifest.fingerprint == fingerprint).then_some(())
    };
    Ok(Lang::ALL.into_iter().any(|lang| is_as_made(lang).is_none()))
}

pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker.register(build_passages)
}

/// Looks every five minutes; most looks end at once.
pub fn schedule() -> Result<Vec<Entry>, BadSchedule> {
    Ok(vec![Entry::new("build-passages", "*/5 * * * *", Zone::Paris, CatchUp::Skip, |_| BuildPassages {})?])
}
