//! An application of its own for one test: own database, fake mail, real router.

use std::sync::Arc;

use chrono::Utc;
use platform::App;
use platform::infra::app::Fakes;
use platform::infra::clock::FakeClock;
use platform::infra::config::Config;
use platform::infra::mail::{Mail, Outbox};
use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Response};

use super::client::Client;
use super::database::{self, Database};

pub struct TestApp {
    pub app: App,
    pub clock: Arc<FakeClock>,
    pub outbox: Arc<Outbox>,
    pub database: Database,
    pub endpoint: BoxEndpoint<'static, Response>,
}

impl TestApp {
    /// An empty shop.
    pub async fn new() -> TestApp {
        let database = database::create().await;
        let redis = std::env::var("REDIS_URL").expect("REDIS_URL is not set: run scripts/test");
        Self::with(database, &redis, &[]).await
    }

    /// An empty shop with some settings of its own.
    pub async fn with_vars(vars: &[(&'static str, &str)]) -> TestApp {
        let redis = std::env::var("REDIS_URL").expect("REDIS_URL is not set: run scripts/test");
        Self::with(database::create().await, &redis, vars).await
    }

    /// A shop whose Redis does not answer.
    pub async fn without_redis() -> TestApp {
        Self::with(database::create().await, "redis://127.0.0.1:1", &[]).await
    }

    async fn with(database: Database, redis: &str, more: &[(&str, &str)]) -> TestApp {
        let media = std::env::temp_dir().join(&database.name);
        let indexes = std::env::temp_dir().join(format!("{}-indexes", database.name));
        let vars = [
            ("SMARTMARKET_ENV", "test"),
            ("DATABASE_URL", database.url.as_str()),
            ("REDIS_URL", redis),
            ("PUBLIC_URL", "http://shop.test"),
            ("MEDIA_DIR", media.to_str().expect("temp dir")),
            ("INDEX_DIR", indexes.to_str().expect("temp dir")),
            // Each client has an address of its own, so that rate limits of tests do not meet.
            ("TRUST_PROXY", "true"),
        ];
        let lookup =
            |name: &str| more.iter().chain(&vars).find(|(n, _)| *n == name).map(|(_, v)| v.to_string());
        let config = Config::from_lookup(lookup).expect("test configuration");
        let outbox = Arc::new(Outbox::default());
        #[expect(
            clippy::disallowed_methods,
            reason = "the fake clock starts now, tokens are compared with database time"
        )]
        let clock = Arc::new(FakeClock::at(Utc::now()));
        let fakes = Fakes { mailer: outbox.clone(), clock: clock.clone() };
        let app = App::with(config, database.pool.clone(), fakes).expect("app");
        smartmarket::shell::load(&app).await.expect("shell");
        let endpoint = smartmarket::router::app(&app).boxed();
        TestApp { app, clock, outbox, database, endpoint }
    }

    /// Somebody who has never been here.
    pub fn visitor(&self) -> Client<'_> {
        Client::new(self)
    }

    /// Runs every due job. Fails the test when one of them failed.
    pub async fn run_jobs(&self) -> usize {
        let drained = smartmarket::worker::worker(&self.app).drain().await.expect("jobs");
        let failed = drained.failed();
        assert!(failed.is_empty(), "jobs failed: {failed:?}");
        drained.done()
    }

    /// Runs what is due and returns the mails sent since the last call.
    pub async fn mails(&self) -> Vec<Mail> {
        self.run_jobs().await;
        std::mem::take(&mut *self.outbox.sent.lock().expect("outbox"))
    }

    /// Ends the test: nothing may be left undone.
    pub async fn done(self) {
        self.run_jobs().await;
        let dead = jobs::inspect::dead(&self.app.db, 10).await.expect("dead jobs");
        assert!(dead.is_empty(), "dead jobs: {dead:?}");
        let _ = std::fs::remove_dir_all(&self.app.config.media_dir);
        let _ = std::fs::remove_dir_all(&self.app.config.index_dir);
        database::drop(&self.database).await;
    }
}
