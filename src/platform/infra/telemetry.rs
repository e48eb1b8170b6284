//! Logs: one line per event, JSON in production, each with the request id of its cause.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::config::Config;

/// Starts logging to standard output. Called once by each binary.
pub fn init(config: &Config) {
    let filter =
        EnvFilter::try_new(format!("{},sqlx=warn,tower_sessions_core=error,hyper=warn", config.log_level))
            .unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    if config.log_json {
        registry
            .with(
                tracing_subscriber::fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_current_span(true)
                    .with_span_list(false),
            )
            .init();
    } else {
        registry.with(tracing_subscriber::fmt::layer().compact().with_target(false)).init();
    }
}
