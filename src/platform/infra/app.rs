//! The one shared state. Cloning is cheap; handlers take `Data<&App>`, jobs get it as their state.

use std::ops::Deref;
use std::sync::{Arc, RwLock};

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::clock::{Clock, SystemClock};
use super::config::Config;
use super::live::Hub;
use super::mail::{self, Mailer};
use super::maintenance::Switch;
use super::media_store::Remote;
use super::redis::Redis;
use super::slots::Slots;
use crate::ui::layout::Shell;
use crate::web::page_cache::PageCache;

/// Everything a request or a job may use. Held by the process, ends with it.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub config: Config,
    pub db: PgPool,
    pub redis: Redis,
    pub mailer: Arc<dyn Mailer>,
    /// Where all hosts find the pictures; None: only in MEDIA_DIR.
    pub media: Option<Remote>,
    pub clock: Arc<dyn Clock>,
    pub live: Hub,
    pub pages: PageCache,
    pub maintenance: Switch,
    /// Caches and counters of the features.
    pub slots: Slots,
    /// Cancelled first on SIGTERM: readiness turns 503, streams end, nothing new starts.
    pub shutdown: CancellationToken,
    shell: RwLock<Arc<Shell>>,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What a test replaces.
pub struct Fakes {
    pub mailer: Arc<dyn Mailer>,
    pub clock: Arc<dyn Clock>,
}

impl App {
    /// Connects to the real outside world. Redis is reached on first use: without it the shop starts, degraded.
    pub fn new(config: Config, db: PgPool) -> anyhow::Result<App> {
        let mailer = mail::from_config(&config)?;
        Self::with(config, db, Fakes { mailer, clock: Arc::new(SystemClock) })
    }

    pub fn with(config: Config, db: PgPool, fakes: Fakes) -> anyhow::Result<App> {
        let redis = Redis::new(&config.redis_url)?;
        let media = config.media_s3_url.as_ref().map(Remote::new).transpose()?;
        let shutdown = CancellationToken::new();
        let live = Hub::new();
        Ok(App(Arc::new(Inner {
            config,
            db,
            redis,
            mailer: fakes.mailer,
            media,
            clock: fakes.clock,
            live,
            pages: PageCache::new(),
            maintenance: Switch::default(),
            slots: Slots::default(),
            shutdown,
            shell: RwLock::default(),
        })))
    }

    /// Navigation and footer of the shop, as last loaded.
    pub fn shell(&self) -> Arc<Shell> {
        match self.shell.read() {
            Ok(shell) => shell.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    pub fn set_shell(&self, shell: Shell) {
        let mut slot = match self.shell.write() {
            Ok(slot) => slot,
            Err(poisoned) => poisoned.into_inner(),
        };
        *slot = Arc::new(shell);
    }

    /// An absolute address of the shop, for mails, canonical links and structured data.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.config.public_url)
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
