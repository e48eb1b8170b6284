//! Redis may vanish: sessions, rate limits, caches and wake-ups live here, never a cart, a job or an order.
//!
//! Every call has a budget; after a failure calls are refused at once for a moment instead of each waiting.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;

/// Longest that a request waits for Redis.
const BUDGET: Duration = Duration::from_millis(200);
/// How long calls are refused after a failure.
const PAUSE_MS: u64 = 1_000;

/// A lazily connected, self-reconnecting client.
pub struct Redis {
    client: Client,
    manager: OnceCell<ConnectionManager>,
    started: Instant,
    refused_until_ms: AtomicU64,
}

/// Redis did not answer in time or not at all.
#[derive(Debug, thiserror::Error)]
#[error("redis is unavailable: {0}")]
pub struct Unavailable(String);

impl Redis {
    pub fn new(url: &SecretString) -> anyhow::Result<Redis> {
        let client = Client::open(url.expose_secret())?;
        Ok(Redis {
            client,
            manager: OnceCell::new(),
            started: Instant::now(),
            refused_until_ms: AtomicU64::new(0),
        })
    }

    /// Runs one command or pipeline within the budget.
    pub async fn run<T, F>(&self, call: F) -> Result<T, Unavailable>
    where
        F: AsyncFnOnce(ConnectionManager) -> Result<T, RedisError>,
    {
        if self.now_ms() < self.refused_until_ms.load(Ordering::Relaxed) {
            return Err(Unavailable("paused after a failure".into()));
        }
        let start = Instant::now();
        let outcome = tokio::time::timeout(BUDGET, async {
            let manager = self.manager.get_or_try_init(|| self.connect()).await?.clone();
            call(manager).await
        })
        .await;
        let word = if matches!(outcome, Ok(Ok(_))) { "ok" } else { "error" };
        metrics::histogram!("redis_command_duration_seconds", "outcome" => word).record(start.elapsed());
        let error = match outcome {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(e)) => e.to_string(),
            Err(_) => format!("no answer within {} ms", BUDGET.as_millis()),
        };
        self.refused_until_ms.store(self.now_ms() + PAUSE_MS, Ordering::Relaxed);
        tracing::warn!(error = %error, "redis is unavailable");
        Err(Unavailable(error))
    }

    /// Whether Redis answers now.
    pub async fn ping(&self) -> bool {
        self.run(async |mut c| redis::cmd("PING").query_async::<String>(&mut c).await).await.is_ok()
    }

    /// What `INFO` says, by name; `None` when Redis does not answer.
    pub async fn info(&self) -> Option<HashMap<String, String>> {
        let text: String = self.run(async |mut c| redis::cmd("INFO").query_async(&mut c).await).await.ok()?;
        let pairs = text.lines().filter_map(|l| l.split_once(':'));
        Some(pairs.map(|(name, value)| (name.to_string(), value.trim().to_string())).collect())
    }

    /// A connection for subscribing, outside the budget.
    pub async fn subscriber(&self) -> Result<redis::aio::PubSub, RedisError> {
        self.client.get_async_pubsub().await
    }

    async fn connect(&self) -> Result<ConnectionManager, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(BUDGET))
            .set_response_timeout(Some(BUDGET))
            .set_number_of_retries(1);
        ConnectionManager::new_with_config(self.client.clone(), config).await
    }

    fn now_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }
}
