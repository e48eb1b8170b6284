//! The job that builds a new version when it is due.

use chrono::TimeDelta;
use jobs::cron::{BadSchedule, CatchUp, Entry, Zone};
use jobs::{Ctx, Done, JobError, Queue, Worker};
use kit::Lang;
use ml::artefact;
use platform::App;
use serde::{Deserialize, Serialize};

use super::build::fingerprint;
use super::{build, name};

/// Builds the passages, when pages or catalogue changed and the version is an hour old; changed pages at once.
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

async fn is_due(app: &App) -> sqlx::Result<bool> {
    let fingerprint = fingerprint(app).await?;
    for lang in Lang::ALL {
        let root = &app.config.index_dir;
        let Some(version) = artefact::current(root, name(lang)) else { return Ok(true) };
        let Ok(manifest) = artefact::manifest(root, name(lang), &version) else { return Ok(true) };
        let old = app.clock.now() - manifest.made_at() >= TimeDelta::hours(1);
        // Number and time of the pages stand in the first three parts.
        let pages = |f: &str| f.splitn(5, '-').take(4).map(str::to_string).collect::<Vec<_>>();
        let pages_changed = pages(&manifest.fingerprint) != pages(&fingerprint);
        if pages_changed || (old && manifest.fingerprint != fingerprint) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker.register(build_passages)
}

/// Looks every five minutes; most looks end at once.
pub fn schedule() -> Result<Vec<Entry>, BadSchedule> {
    Ok(vec![Entry::new("build-passages", "*/5 * * * *", Zone::Paris, CatchUp::Skip, |_| BuildPassages {})?])
}
