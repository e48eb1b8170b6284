//! The job that builds a new version when it is due.

use chrono::{DateTime, TimeDelta};
use jobs::cron::{BadSchedule, CatchUp, Entry, Zone};
use jobs::{Ctx, Done, JobError, Queue, Worker};
use kit::Lang;
use ml::artefact;
use platform::App;
use serde::{Deserialize, Serialize};

use crate::store::index as store;

use super::{SEEN, build, name, sentences};

/// So many changes are worth a new version at once; fewer wait until the version is an hour old.
const MANY: i64 = 1_000;

/// Builds the search indexes, when the catalogue changed enough or long enough ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildIndexes {
    /// Staff want it now, changed or not.
    #[serde(default)]
    pub force: bool,
}

impl jobs::Job for BuildIndexes {
    const TOPIC: &'static str = "discovery.build_indexes";
    const QUEUE: Queue = Queue::Ml;
    // A worker that is killed in the middle costs one; half a build leaves nothing behind.
    const MAX_ATTEMPTS: i32 = 4;
}

async fn build_indexes(ctx: Ctx<App>, job: BuildIndexes) -> Result<Done, JobError> {
    let app = ctx.state();
    if !job.force && (crate::status::is_held(app) || !is_due(app).await?) {
        return Ok(Done::ok());
    }
    let outcomes = build(app, job.force, |step| tracing::info!("{step}")).await?;
    let built = outcomes.iter().filter(|(_, o)| o.built).count();
    Done::with(serde_json::json!({ "built": built }))
}

/// Lets the model of sentences read what it has not read yet, a part at a time.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildSentences {}

impl jobs::Job for BuildSentences {
    const TOPIC: &'static str = "discovery.build_sentences";
    const QUEUE: Queue = Queue::Ml;
    const MAX_ATTEMPTS: i32 = 2;
}

async fn build_sentences(ctx: Ctx<App>, _: BuildSentences) -> Result<Done, JobError> {
    let app = ctx.state();
    let mut new = 0;
    if platform::infra::models::is_wanted(app) {
        for lang in Lang::ALL {
            new += sentences::build(app, lang).await?.map_or(0, |m| m.new);
        }
    }
    Done::with(serde_json::json!({ "read": new }))
}

async fn is_due(app: &App) -> sqlx::Result<bool> {
    for lang in Lang::ALL {
        let root = &app.config.index_dir;
        let Some(version) = artefact::current(root, name(lang)) else { return Ok(true) };
        let Ok(manifest) = artefact::manifest(root, name(lang), &version) else { return Ok(true) };
        let seen = manifest.parameters.get(SEEN).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        let seen = seen.map_or(DateTime::UNIX_EPOCH, |at| at.to_utc());
        let changed = store::count_changed(&app.db, seen).await?;
        let old = app.clock.now() - manifest.made_at() >= TimeDelta::hours(1);
        if changed >= MANY || (changed > 0 && old) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker.register(build_indexes).register(build_sentences)
}

/// Looks every minute; most looks end at once.
pub fn schedule() -> Result<Vec<Entry>, BadSchedule> {
    let indexes = |_| BuildIndexes { force: false };
    Ok(vec![
        Entry::new("build-indexes", "* * * * *", Zone::Paris, CatchUp::Skip, indexes)?,
        Entry::new("build-sentences", "* * * * *", Zone::Paris, CatchUp::Skip, |_| BuildSentences {})?,
    ])
}
