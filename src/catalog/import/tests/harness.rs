//! A database of its own for one test, and the few questions that tests ask it.

use std::io::Write;
use std::path::PathBuf;

use chrono::Utc;
use kit::Lang;
use platform::infra::db::MIGRATOR;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool};

use crate::{ImportError, Options, Progress, Report, import};

pub struct Shop {
    pub pool: PgPool,
    pub options: Options,
    pub dir: tempfile::TempDir,
    name: String,
}

fn server() -> PgConnectOptions {
    std::env::var("DATABASE_URL").expect("DATABASE_URL is not set: run scripts/test").parse().unwrap()
}

impl Shop {
    pub async fn new() -> Shop {
        let name = format!("import_test_{}", uuid::Uuid::new_v4().simple());
        let mut admin = PgConnection::connect_with(&server()).await.unwrap();
        admin.execute(AssertSqlSafe(format!("create database {name} template template0"))).await.unwrap();
        let options = server().database(&name).disable_statement_logging();
        let pool = PgPoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
        MIGRATOR.run(&pool).await.unwrap();
        let options = Options {
            dry_run: false,
            format: None,
            lang: Lang::Fr,
            resume: true,
            default_stock: 10,
            keep_stock: false,
            now: Utc::now(),
        };
        Shop { pool, options, dir: tempfile::tempdir().unwrap(), name }
    }

    pub fn url(&self) -> String {
        server().database(&self.name).to_url_lossy().to_string()
    }

    /// A file below the test's folder.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        path
    }

    /// Imports a text as a feed.
    pub async fn import(&self, feed: &str) -> Report {
        self.try_import(feed.as_bytes()).await.unwrap()
    }

    pub async fn try_import(&self, feed: &[u8]) -> Result<Report, ImportError> {
        let path = self.file("feed", feed);
        let mut report = Report::new(self.options.dry_run, 50, None).unwrap();
        import(&self.pool, &path, &self.options, &mut Progress::silent(), &mut report).await?;
        Ok(report)
    }

    /// The one value of a query as text.
    pub async fn ask(&self, sql: &'static str) -> String {
        let answer: Option<String> = sqlx::query_scalar(AssertSqlSafe(format!("select ({sql})::text")))
            .fetch_one(&self.pool)
            .await
            .unwrap();
        answer.unwrap_or_default()
    }

    pub async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.unwrap();
    }

    /// Number of rows and newest change of everything an import writes: the same before and after means untouched.
    pub async fn state(&self) -> Vec<String> {
        let mut out = Vec::new();
        for table in [
            "products",
            "product_texts",
            "product_options",
            "option_values",
            "variants",
            "price_log",
            "stock_levels",
            "stock_movements",
            "categories",
            "category_texts",
            "brands",
            "remote_images",
            "remote_image_uses",
            "product_images",
            "jobs",
        ] {
            let sql = format!(
                "select count(*)::text || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') from {table} t"
            );
            let row: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&self.pool).await.unwrap();
            out.push(format!("{table}: {row}"));
        }
        out
    }

    /// Ledger and levels agree, nothing is oversold, every price has its log.
    pub async fn assert_sound(&self) {
        let drift = catalog::stock::count_drift(&self.pool).await.unwrap();
        assert_eq!(drift, (0, 0), "levels differ from their ledger");
        let unlogged = self
            .ask(
                "select count(*) from variants v where v.price_cents is distinct from (select l.price_cents
                   from price_log l where l.variant_id = v.id order by l.valid_from desc, l.id desc limit 1)",
            )
            .await;
        assert_eq!(unlogged, "0", "a price stands without its line in the log");
    }

    /// Ends a test that went well.
    pub async fn end(self) {
        self.assert_sound().await;
        self.pool.close().await;
        let mut admin = PgConnection::connect_with(&server()).await.unwrap();
        admin.execute(AssertSqlSafe(format!("drop database {} with (force)", self.name))).await.unwrap();
    }
}

/// (created, updated, unchanged, refused)
pub fn counts(report: &Report) -> (i64, i64, i64, u64) {
    (report.created, report.updated, report.unchanged, report.refused)
}

/// Codes of what was refused or remarked, with their lines.
pub fn told(report: &Report) -> Vec<(u64, &'static str)> {
    report.first.iter().map(|(_, fault)| (fault.line, fault.reason.code())).collect()
}
