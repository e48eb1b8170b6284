//! A database per test, cloned from a migrated template: about 50 ms each.

use std::time::Duration;

use platform::infra::db::MIGRATOR;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool};
use tokio::sync::OnceCell;

static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// A database of its own; dropped when the test has ended well, kept for a look when it failed.
#[derive(Clone)]
pub struct Database {
    pub name: String,
    pub pool: PgPool,
    pub url: String,
}

fn server() -> PgConnectOptions {
    std::env::var("DATABASE_URL")
        .expect("DATABASE_URL is not set: run scripts/test")
        .parse()
        .expect("DATABASE_URL")
}

/// Clones the template under a fresh name.
pub async fn create() -> Database {
    let template = TEMPLATE.get_or_init(make_template).await;
    let name = format!("smtest_{}", uuid::Uuid::new_v4().simple());
    let mut admin = PgConnection::connect_with(&server()).await.expect("PostgreSQL of DATABASE_URL");
    let create = format!("create database {name} template {template}");
    for attempt in 0.. {
        match admin.execute(AssertSqlSafe(create.clone())).await {
            Ok(_) => break,
            // Another test is cloning right now.
            Err(_) if attempt < 100 => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(e) => panic!("{create}: {e}"),
        }
    }
    let options = server().database(&name);
    let url = options.to_url_lossy().to_string();
    let pool = PgPoolOptions::new().max_connections(16).connect_with(options).await.expect("test database");
    Database { name, pool, url }
}

/// One template per set of migrations, made once for all test processes.
async fn make_template() -> String {
    let mut sum: u64 = 1469598103934665603;
    for m in MIGRATOR.iter() {
        for b in m.checksum.iter() {
            sum = (sum ^ u64::from(*b)).wrapping_mul(1099511628211);
        }
    }
    let name = format!("smtest_template_{sum:016x}");
    let mut admin = PgConnection::connect_with(&server()).await.expect("PostgreSQL of DATABASE_URL");
    sqlx::query("select pg_advisory_lock(7151)").execute(&mut admin).await.expect("lock");
    let ready: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1 and datistemplate)")
            .bind(&name)
            .fetch_one(&mut admin)
            .await
            .expect("template lookup");
    if !ready {
        let run = async |admin: &mut PgConnection, sql: String| {
            admin.execute(AssertSqlSafe(sql)).await.expect("template");
        };
        run(&mut admin, format!("drop database if exists {name}")).await;
        run(&mut admin, format!("create database {name}")).await;
        let mut conn = PgConnection::connect_with(&server().database(&name)).await.expect("template");
        MIGRATOR.run_direct(None, &mut conn, false).await.expect("migrations");
        conn.close().await.expect("close");
        run(&mut admin, format!("alter database {name} is_template true")).await;
    }
    sqlx::query("select pg_advisory_unlock(7151)").execute(&mut admin).await.expect("unlock");
    name
}

/// Drops the database; connections that are left are cut.
pub async fn drop(database: &Database) {
    database.pool.close().await;
    if let Ok(mut admin) = PgConnection::connect_with(&server()).await {
        let _ = admin
            .execute(AssertSqlSafe(format!("drop database if exists {} with (force)", database.name)))
            .await;
    }
}
