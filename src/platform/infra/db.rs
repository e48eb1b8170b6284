//! PostgreSQL: the truth. Connection pools and what an error means.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool};

use super::config::Config;

/// Migrations embedded in the binary.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// The pool of a web process or worker. Waits up to `patience` for a database that is still starting.
pub async fn connect(config: &Config, patience: Duration) -> anyhow::Result<PgPool> {
    let options: PgConnectOptions = config.database_url.expose_secret().parse()?;
    let options = options
        .application_name("smartmarket")
        .options([
            ("statement_timeout", "5s"),
            ("lock_timeout", "2s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ])
        .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_millis(500))
        .log_statements(tracing::log::LevelFilter::Trace);
    let pool = PgPoolOptions::new()
        .max_connections(config.db_pool_size)
        .min_connections(2)
        .acquire_timeout(Duration::from_secs(2))
        .max_lifetime(Duration::from_secs(30 * 60))
        .test_before_acquire(false)
        .connect_lazy_with(options);
    wait_for(&pool, patience).await?;
    Ok(pool)
}

async fn wait_for(pool: &PgPool, patience: Duration) -> anyhow::Result<()> {
    let start = std::time::Instant::now();
    let mut pause = Duration::from_millis(200);
    loop {
        match pool.acquire().await {
            Ok(_) => return Ok(()),
            Err(e) if start.elapsed() >= patience => {
                return Err(anyhow::Error::new(e).context(
                    "PostgreSQL ne répond pas : vérifiez DATABASE_URL et que le serveur est démarré",
                ));
            }
            Err(e) => {
                tracing::warn!(error = %e, "PostgreSQL is not there yet, waiting");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        }
    }
}

/// Whether an error says that the database cannot be reached right now, as opposed to a fault of ours.
pub fn is_unavailable(e: &sqlx::Error) -> bool {
    match e {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::WorkerCrashed => true,
        // 57P0x: shutting down or starting; 53xxx: out of connections, disk or memory; 08xxx: connection
        sqlx::Error::Database(d) => d.code().is_some_and(|c| {
            c.starts_with("57P") || c.starts_with("53") || c.starts_with("08") || c == "57014"
        }),
        _ => false,
    }
}

/// Whether a text of the request cannot be text at all: PostgreSQL takes no zero byte.
pub fn is_unreadable(e: &sqlx::Error) -> bool {
    matches!(e, sqlx::Error::Database(d) if d.code().as_deref() == Some("22021"))
}

/// The name of the violated constraint, to turn into a field error.
pub fn violated(e: &sqlx::Error) -> Option<&str> {
    match e {
        sqlx::Error::Database(d) => d.constraint(),
        _ => None,
    }
}
