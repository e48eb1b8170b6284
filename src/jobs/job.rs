//! What a job is: a small payload of ids with a topic, a queue and its limits.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::backoff;

/// Number of a row in `jobs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct JobId(pub i64);

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A lane with its own concurrency, so that bulk work never stands before an order's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Queue {
    /// Short work that belongs nowhere else.
    Default,
    Emails,
    /// Indexes and models.
    Ml,
    /// Expiry, clean-up, reconciliation.
    Maintenance,
    Reports,
    /// Pictures: fetched, scaled.
    Media,
    /// Product feeds.
    Imports,
}

impl Queue {
    pub const ALL: [Queue; 7] = [
        Queue::Default,
        Queue::Emails,
        Queue::Ml,
        Queue::Maintenance,
        Queue::Reports,
        Queue::Media,
        Queue::Imports,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Queue::Default => "default",
            Queue::Emails => "emails",
            Queue::Ml => "ml",
            Queue::Maintenance => "maintenance",
            Queue::Reports => "reports",
            Queue::Media => "media",
            Queue::Imports => "imports",
        }
    }
}

impl std::fmt::Display for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Queue {
    type Err = UnknownQueue;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Queue::ALL.into_iter().find(|q| q.as_str() == name).ok_or_else(|| UnknownQueue(name.to_owned()))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("unknown queue {0:?}; known: default, emails, ml, maintenance, reports, media, imports")]
pub struct UnknownQueue(String);

/// A payload of ids (no personal data), readable by the release before and the release after.
///
/// ```
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct SendConfirmation { order_id: i64 }
///
/// impl jobs::Job for SendConfirmation {
///     const TOPIC: &'static str = "email.order_confirmation";
///     const QUEUE: jobs::Queue = jobs::Queue::Emails;
/// }
/// ```
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// Stable name, `feature.what`; renaming it strands the rows that wait.
    const TOPIC: &'static str;
    const QUEUE: Queue;
    /// Claims before the job is dead. A worker killed in the middle costs one.
    const MAX_ATTEMPTS: i32 = 8;
    /// Grows when the payload changes its meaning. Workers leave versions they do not know to newer workers.
    const VERSION: u32 = 1;
    /// Time limit of one attempt.
    const TIMEOUT: Duration = Duration::from_secs(120);

    /// Higher first, within the queue.
    fn priority() -> i16 {
        0
    }

    /// Pause after the failed attempt `attempt` (from 1), before jitter.
    fn backoff(attempt: i32) -> Duration {
        backoff::default(attempt)
    }

    /// Reads a payload written as `version` (at most [`Job::VERSION`]).
    fn decode(_version: u32, payload: Value) -> serde_json::Result<Self> {
        serde_json::from_value(payload)
    }
}

/// How one row differs from the rule of its type.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// At most one row of the topic has this key, until the finished row is purged after 7 days.
    pub dedupe_key: Option<String>,
    /// Not before; `delay` counts from the start of the transaction, in database time.
    pub run_at: Option<DateTime<Utc>>,
    pub delay: Option<Duration>,
    pub priority: Option<i16>,
    pub max_attempts: Option<i32>,
}

impl Options {
    pub fn once(key: impl Into<String>) -> Self {
        Self { dedupe_key: Some(key.into()), ..Self::default() }
    }
}

/// Members of a payload that are not the job's own.
const VERSION_KEY: &str = "v";
const BARE_KEY: &str = "_";

/// `{"v": 1, ...fields}`; anything that is not an object goes under `_`.
pub(crate) fn encode<J: Job>(job: &J) -> serde_json::Result<Value> {
    let mut members = match serde_json::to_value(job)? {
        Value::Object(members) if members.contains_key(VERSION_KEY) => {
            return Err(serde::ser::Error::custom("a job cannot have a field named v"));
        }
        Value::Object(members) => members,
        other => Map::from_iter([(BARE_KEY.to_owned(), other)]),
    };
    members.insert(VERSION_KEY.to_owned(), J::VERSION.into());
    Ok(Value::Object(members))
}

/// Splits a stored payload into its version and the job's own value.
pub(crate) fn open(payload: Value) -> Result<(u32, Value), &'static str> {
    let Value::Object(mut members) = payload else { return Err("the payload is not an object") };
    let version = members.remove(VERSION_KEY).and_then(|v| v.as_u64()).and_then(|v| u32::try_from(v).ok());
    let version = version.ok_or("the payload has no version \"v\"")?;
    if let Some(bare) = members.remove(BARE_KEY) {
        return Ok((version, bare));
    }
    Ok((version, Value::Object(members)))
}
