//! The schedule and the beat. A tick only inserts a row `cron:<name>:<tick>`, so any number of beats gives one run.
//!
//! apalis-cron says when to look; what is due is decided from `cron_state` and the database clock, so that a beat whose
//! clock is wrong, that slept or that starts late does neither lose nor double a tick.

use std::str::FromStr;
use std::time::Duration;

use apalis_core::task::Task;
use apalis_core::worker::builder::WorkerBuilder;
use apalis_core::worker::context::WorkerContext;
use apalis_cron::timezone::Tz;
use apalis_cron::{CronScheduler, Tick};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::backoff;
use crate::enqueue::new_job;
use crate::job::{Job, Options};
use crate::store::cron::EntryRow;
use crate::store::{self, NewJob};
use crate::worker::{Health, Identity, heartbeat};

/// A tick this late is still on time for [`CatchUp::Skip`].
const ON_TIME: TimeDelta = TimeDelta::seconds(90);
/// How often all entries are looked at without a tick.
const RECONCILE: Duration = Duration::from_secs(30);
/// A beat's clock may be this far ahead of the database's; beyond that, [`RECONCILE`] finds the tick.
const CLOCK_AHEAD: TimeDelta = TimeDelta::seconds(5);

/// The clock an entry follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// For everything that runs hourly or more often.
    Utc,
    /// For daily things. An hour that comes twice in autumn counts once; do not schedule between 2 and 3 o'clock, an
    /// hour that does not exist on one day in spring.
    Paris,
}

impl Zone {
    fn tz(self) -> Tz {
        match self {
            Zone::Utc => Tz::UTC,
            Zone::Paris => Tz::Europe__Paris,
        }
    }

    /// The tick as a clock in this zone shows it, without offset.
    pub(crate) fn key(self, tick: DateTime<Utc>) -> String {
        tick.with_timezone(&self.tz()).format("%Y-%m-%dT%H:%M:%S").to_string()
    }
}

/// What happens to ticks that no beat saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// However many were missed: run once, late.
    Once,
    /// Wait for the next one.
    Skip,
}

impl CatchUp {
    fn as_str(self) -> &'static str {
        match self {
            CatchUp::Once => "once",
            CatchUp::Skip => "skip",
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the schedule {expression:?} of {name} cannot be read: {reason}")]
pub struct BadSchedule {
    name: &'static str,
    expression: String,
    reason: String,
}

type Make = Box<dyn Fn(DateTime<Utc>, Options) -> sqlx::Result<NewJob> + Send + Sync>;

/// One line of the schedule.
pub struct Entry {
    name: &'static str,
    topic: &'static str,
    queue: &'static str,
    expression: String,
    schedule: cron::Schedule,
    zone: Zone,
    catch_up: CatchUp,
    make: Make,
}

impl Entry {
    /// `expression` has five fields (minute first) or six (second first); `make` builds the job of a tick.
    pub fn new<J: Job>(
        name: &'static str,
        expression: &str,
        zone: Zone,
        catch_up: CatchUp,
        make: impl Fn(DateTime<Utc>) -> J + Send + Sync + 'static,
    ) -> Result<Self, BadSchedule> {
        let schedule = parse(expression).map_err(|e| BadSchedule {
            name,
            expression: expression.to_owned(),
            reason: e.to_string(),
        })?;
        Ok(Self {
            name,
            topic: J::TOPIC,
            queue: J::QUEUE.as_str(),
            expression: expression.to_owned(),
            schedule,
            zone,
            catch_up,
            make: Box::new(move |tick, options| new_job(&make(tick), options)),
        })
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn expression(&self) -> &str {
        &self.expression
    }

    fn row(&self) -> EntryRow<'_> {
        EntryRow {
            name: self.name,
            topic: self.topic,
            queue: self.queue,
            schedule: &self.expression,
            zone: self.zone.tz().name(),
            catch_up: self.catch_up.as_str(),
        }
    }

    /// The newest tick at or before `now`.
    pub(crate) fn latest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next_second = now.trunc_subsecs(0) + TimeDelta::seconds(1);
        let before = self.schedule.after(&next_second.with_timezone(&self.zone.tz())).rev();
        // Of an hour that comes twice, the later one is offered first.
        before.take(3).map(|tick| tick.with_timezone(&Utc)).find(|tick| *tick <= now)
    }

    fn job(&self, tick: DateTime<Utc>) -> sqlx::Result<NewJob> {
        let key = format!("cron:{}:{}", self.name, self.zone.key(tick));
        (self.make)(tick, Options { run_at: Some(tick), ..Options::once(key) })
    }
}

fn parse(expression: &str) -> Result<cron::Schedule, cron::error::Error> {
    match expression.split_whitespace().count() {
        5 => cron::Schedule::from_str(&format!("0 {expression}")),
        _ => cron::Schedule::from_str(expression),
    }
}

/// Next tick of a stored schedule.
pub(crate) fn next_tick(expression: &str, zone: &str, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let tz = Tz::from_str(zone).ok()?;
    parse(expression).ok()?.after(&after.with_timezone(&tz)).next().map(|tick| tick.with_timezone(&Utc))
}

/// What a look at one entry came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fired {
    /// The entry was not known: it begins now.
    New,
    /// Nothing due; the database clock.
    Idle(DateTime<Utc>),
    Enqueued(DateTime<Utc>),
    /// Another beat was first.
    Taken,
    Skipped,
}

/// Inserts the job of the newest tick when it was not seen before: the only place where cron makes jobs.
pub(crate) async fn fire(pool: &PgPool, entry: &Entry) -> sqlx::Result<Fired> {
    let mut tx = pool.begin().await?;
    let Some((last, now)) = store::cron::lock_last_tick(&mut tx, entry.name).await? else {
        tx.rollback().await?;
        store::cron::upsert_entry(pool, &entry.row()).await?;
        return Ok(Fired::New);
    };
    let Some(tick) = entry.latest(now).filter(|tick| *tick > last) else { return Ok(Fired::Idle(now)) };
    let fired = if entry.catch_up == CatchUp::Skip && now - tick > ON_TIME {
        tracing::info!(entry = entry.name, %tick, "a tick nobody saw is skipped");
        Fired::Skipped
    } else {
        match store::insert_job(&mut *tx, entry.job(tick)?).await? {
            Some(_) => Fired::Enqueued(tick),
            None => Fired::Taken,
        }
    };
    store::cron::set_last_tick(&mut tx, entry.name, tick).await?;
    tx.commit().await?;
    Ok(fired)
}

/// Turns the schedule into jobs. Run as many as you like.
pub struct Beat {
    pool: PgPool,
    entries: Vec<Entry>,
    version: String,
    health: Health,
}

impl Beat {
    pub fn new(pool: PgPool, entries: Vec<Entry>) -> Self {
        Self { pool, entries, version: env!("CARGO_PKG_VERSION").to_owned(), health: Health::default() }
    }

    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// For the beat's own readiness probe.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Ticks until `shutdown`; a database that is away only delays ticks.
    pub async fn run(self, shutdown: CancellationToken) {
        let queues = serde_json::json!({});
        let who = Identity { id: Uuid::now_v7(), kind: "beat", version: self.version, queues };
        let entries = std::sync::Arc::new(self.entries);
        tracing::info!(entries = entries.len(), "beat started");
        let mut tasks = JoinSet::new();
        tasks.spawn(heartbeat(self.pool.clone(), who, self.health, shutdown.clone()));
        for index in 0..entries.len() {
            tasks.spawn(tick(self.pool.clone(), entries.clone(), index, shutdown.clone()));
        }
        let mut every = tokio::time::interval(RECONCILE);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while shutdown.run_until_cancelled(every.tick()).await.is_some() {
            reconcile(&self.pool, &entries).await;
        }
        while tasks.join_next().await.is_some() {}
        tracing::info!("beat stopped");
    }
}

/// Writes all entries down and inserts what is due; one entry's trouble is not the others'.
async fn reconcile(pool: &PgPool, entries: &[Entry]) {
    for entry in entries {
        let looked = match store::cron::upsert_entry(pool, &entry.row()).await {
            Ok(()) => fire(pool, entry).await.map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = looked {
            tracing::warn!(entry = entry.name, %error, "an entry of the schedule could not be looked at");
        }
    }
}

/// Looks at one entry whenever apalis-cron says that it ticks, until `stop`.
async fn tick(pool: PgPool, entries: std::sync::Arc<Vec<Entry>>, index: usize, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let (entry, ctx) = (&entries[index], WorkerContext::new(entries[index].name));
        let scheduler = CronScheduler::new(entry.schedule.clone()).with_timezone(entry.zone.tz());
        let (handler_pool, handler_entries) = (pool.clone(), entries.clone());
        let service = tower::service_fn(move |task: Task<Tick<Tz>>| {
            let (pool, entries) = (handler_pool.clone(), handler_entries.clone());
            async move { on_tick(&pool, &entries[index], &task.args).await }
        });
        let worker = WorkerBuilder::new(&ctx).backend(scheduler).build(service);
        let mut work = Box::pin(worker.run());
        tokio::select! {
            biased;
            // A tick that lay in the past when it was computed ends apalis-cron's stream: begin a new one.
            ended = &mut work => {
                tracing::debug!(entry = entry.name, ?ended, "the ticker starts again");
                tokio::time::sleep(backoff::reconnect(0)).await;
            }
            () = stop.cancelled() => {
                // Fails only when it has not begun.
                let _ = ctx.stop();
            }
        }
    }
}

async fn on_tick(pool: &PgPool, entry: &Entry, tick: &Tick<Tz>) -> sqlx::Result<()> {
    let due = i64::try_from(tick.get_timestamp()).ok().and_then(|s| DateTime::from_timestamp(s, 0));
    match fire(pool, entry).await {
        Ok(Fired::Idle(now)) => match due.map(|due| due - now) {
            // Our clock is a little ahead: look again when the database's has come that far.
            Some(early) if early > TimeDelta::zero() && early < CLOCK_AHEAD => {
                tokio::time::sleep(early.to_std().unwrap_or_default() + Duration::from_millis(2)).await;
                fire(pool, entry).await.map(drop)
            }
            _ => Ok(()),
        },
        Ok(Fired::Enqueued(tick)) => {
            tracing::debug!(entry = entry.name, %tick, "enqueued");
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::warn!(entry = entry.name, %error, "a tick could not be written yet");
            Err(error)
        }
    }
}
