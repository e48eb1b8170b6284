//! Configuration from the environment: the only place that reads it.
//!
//! Every variable may be given as `X` or, for secrets mounted as files, `X_FILE`. All faults are reported at once.

mod reader;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use self::reader::Reader;

/// Which rules apply: production refuses weak settings and hides the development pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Env {
    Development,
    Production,
    Test,
}

#[derive(Clone)]
pub struct Config {
    pub env: Env,
    pub listen: SocketAddr,
    /// Scheme and host as customers see them, without a final slash.
    pub public_url: String,
    pub database_url: SecretString,
    /// None: what the kind of process needs, see [`super::db::Use`].
    pub db_pool_size: Option<u32>,
    pub redis_url: SecretString,
    /// The first signs, all verify: a key is replaced without signing anybody out.
    pub secret_keys: Vec<SecretString>,
    /// None in development: mails are kept in the table `mails` and shown at /dev/mails.
    pub smtp_url: Option<SecretString>,
    pub mail_from: String,
    pub media_dir: PathBuf,
    /// The S3-compatible store that several hosts share, with its key.
    pub media_s3_url: Option<SecretString>,
    pub log_json: bool,
    pub log_level: String,
    /// Believe X-Real-IP: only behind our own nginx, which overwrites it.
    pub trust_proxy: bool,
    /// Multiplies every rate limit; load tests raise it.
    pub rate_limit_factor: u32,
    /// How long running requests and jobs may take to end after SIGTERM.
    pub shutdown_grace: Duration,
    /// Where Prometheus asks; off when empty. Never an address that customers reach.
    pub metrics_addr: Option<SocketAddr>,
    /// Where worker and beat answer `/health/...`; off when empty.
    pub worker_health_addr: Option<SocketAddr>,
    /// Where backup.sh and restore.sh are; without it nothing is backed up at night.
    pub scripts_dir: Option<PathBuf>,
    pub backup_dir: PathBuf,
    /// Search indexes: built by a command or a job, read by every web process; can be built anew at any time.
    pub index_dir: PathBuf,
    /// Whether the shop has its assistant at all.
    pub assistant: bool,
    /// The model of language that words the assistant's answers; without it they are put together by rule.
    pub llm: Option<Llm>,
    /// Models with given weights, made by `scripts/models`; without it search learns from the catalogue alone.
    pub model_dir: Option<PathBuf>,
    /// An endpoint that reads sentences, in place of those models.
    pub embeddings: Option<Embeddings>,
    /// The certificate that nginx shows, for its date of expiry; without it PUBLIC_URL is asked.
    pub tls_cert: Option<PathBuf>,
    /// Names the DKIM key in the DNS of the mail domain.
    pub dkim_selector: Option<String>,
    /// Where traces go, see [`super::traces`]; None: nowhere.
    pub traces: Option<Traces>,
}

/// OpenTelemetry's own names for the variables.
#[derive(Clone, Debug)]
pub struct Traces {
    /// `http://collector:4318`, without `/v1/traces`.
    pub endpoint: String,
    /// Share of the traces that is sent, 0 to 1; those with an error always are.
    pub share: f64,
}

/// An endpoint that speaks the OpenAI chat protocol.
#[derive(Clone, Debug)]
pub struct Llm {
    /// Without a final slash: `http://127.0.0.1:8080/v1`.
    pub base_url: String,
    pub api_key: Option<SecretString>,
    pub model: String,
    /// How long an answer may take in all.
    pub timeout: Duration,
    /// Answers a day in all web processes, for the bill.
    pub daily: u32,
}

/// An endpoint that speaks the OpenAI embeddings protocol.
#[derive(Clone, Debug)]
pub struct Embeddings {
    /// Without a final slash: `http://127.0.0.1:8080/v1`.
    pub base_url: String,
    pub api_key: Option<SecretString>,
    pub model: String,
    /// Numbers of a vector.
    pub dimensions: usize,
    /// How long a question may wait; then words alone answer.
    pub timeout: Duration,
}

/// Every fault found, one line each.
#[derive(Debug)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "configuration invalide ({} faute(s)) :", self.0.len())?;
        for e in &self.0 {
            writeln!(f, "  - {e}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Every variable that is read, for `.env.example` and the test that compares the two.
pub const VARIABLES: &[&str] = &[
    "SMARTMARKET_ENV",
    "LISTEN_ADDR",
    "PUBLIC_URL",
    "DATABASE_URL",
    "DB_POOL_SIZE",
    "REDIS_URL",
    "SECRET_KEY",
    "SMTP_URL",
    "MAIL_FROM",
    "MEDIA_DIR",
    "MEDIA_S3_URL",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "TRUST_PROXY",
    "SHUTDOWN_GRACE_SECONDS",
    "RATE_LIMIT_FACTOR",
    "METRICS_ADDR",
    "WORKER_HEALTH_ADDR",
    "SCRIPTS_DIR",
    "BACKUP_DIR",
    "INDEX_DIR",
    "ASSISTANT",
    "LLM_BASE_URL",
    "LLM_API_KEY",
    "LLM_MODEL",
    "LLM_TIMEOUT_MS",
    "LLM_DAILY_LIMIT",
    "ML_MODEL_DIR",
    "EMBEDDING_BASE_URL",
    "EMBEDDING_API_KEY",
    "EMBEDDING_MODEL",
    "EMBEDDING_DIMENSIONS",
    "EMBEDDING_TIMEOUT_MS",
    "TLS_CERT",
    "DKIM_SELECTOR",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_TRACES_SAMPLER_ARG",
];

/// What signs in development; never in production.
pub const DEV_KEY: &str = "development-only-key-never-use-it-in-production!";

impl Config {
    /// Reads the process environment.
    pub fn from_env() -> Result<Config, ConfigErrors> {
        Self::from_lookup(environment)
    }

    /// Reads from any source of variables; tests pass a map.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Config, ConfigErrors> {
        Reader { lookup, faults: Vec::new() }.read()
    }

    pub fn is_production(&self) -> bool {
        self.env == Env::Production
    }

    /// Whether cookies get `Secure` and the `__Host-` prefix.
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// `https://shop.example` as the browser writes it in `Origin`.
    pub fn origin(&self) -> &str {
        &self.public_url
    }
}

/// One variable of the process environment, for `check --deploy`, which judges what was written and not what it became.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests;
