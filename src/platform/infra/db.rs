//! PostgreSQL: the truth. Connection pools and what an error means.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::migrate::Migrate;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgConnection, PgPool};

use super::config::Config;

/// Migrations embedded in the binary.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// What a process does with the database: how many connections it needs, and how long a statement may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Requests: nobody waits longer than 5 s.
    Web,
    /// Jobs: one connection for each that runs at once and a few for the queue itself; long statements are their trade.
    Worker,
    /// A person waits and may interrupt.
    Command,
}

impl Use {
    fn pool_size(self) -> u32 {
        match self {
            Use::Web => 16,
            Use::Worker => 24,
            Use::Command => 4,
        }
    }

    /// statement_timeout, lock_timeout, idle_in_transaction_session_timeout.
    fn limits(self) -> [&'static str; 3] {
        match self {
            Use::Web => ["5s", "2s", "30s"],
            Use::Worker => ["15min", "10s", "2min"],
            Use::Command => ["0", "10s", "0"],
        }
    }
}

/// How connections of this configuration are opened.
pub fn options(config: &Config, who: Use) -> anyhow::Result<PgConnectOptions> {
    let options: PgConnectOptions = config.database_url.expose_secret().parse()?;
    let [statement, lock, idle] = who.limits();
    Ok(options
        .application_name("smartmarket")
        .options([
            ("statement_timeout", statement),
            ("lock_timeout", lock),
            ("idle_in_transaction_session_timeout", idle),
        ])
        .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_millis(500))
        .log_statements(tracing::log::LevelFilter::Trace))
}

/// The pool of a command. Waits up to `patience` for a database that is still starting.
pub async fn connect(config: &Config, who: Use, patience: Duration) -> anyhow::Result<PgPool> {
    let pool = open(config, who)?;
    wait_for(&pool, patience).await?;
    Ok(pool)
}

/// The pool of a process that stays. It may be started before its database: it lives, is not ready, and says so, instead of
/// being restarted again and again.
pub fn open(config: &Config, who: Use) -> anyhow::Result<PgPool> {
    let size = config.db_pool_size.filter(|_| who != Use::Command).unwrap_or(who.pool_size());
    Ok(PgPoolOptions::new()
        .max_connections(size)
        .min_connections(if who == Use::Command { 0 } else { 2 })
        .acquire_timeout(Duration::from_secs(2))
        .max_lifetime(Duration::from_secs(30 * 60))
        .test_before_acquire(false)
        .connect_lazy_with(options(config, who)?))
}

/// The versions that were applied to this database. Fails where no migration ever was.
pub async fn applied(conn: &mut PgConnection) -> anyhow::Result<Vec<i64>> {
    let applied = conn.list_applied_migrations(&MIGRATOR.table_name).await?;
    Ok(applied.iter().map(|m| m.version).collect())
}

/// The newest migration of this binary: a database that has it, or a newer one, is good enough.
pub fn required() -> i64 {
    MIGRATOR.iter().map(|m| m.version).max().unwrap_or(0)
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
        // 57P0x: shutting down or starting; 53xxx: out of connections, disk or memory; 08xxx: connection; the rest: a
        // statement or a lock that took too long, a deadlock. The same request may work in a moment.
        sqlx::Error::Database(d) => d.code().is_some_and(|c| {
            ["57P", "53", "08", "40"].iter().any(|class| c.starts_with(class)) || c == "57014" || c == "55P03"
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
