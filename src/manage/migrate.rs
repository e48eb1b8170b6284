//! `migrate`, `migrate --plan` and `showmigrations`: the schema moves while the shop is open, or does not move at all.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use ops::plan::{self, Planned};
use platform::infra::config::Config;
use platform::infra::db;
use sqlx::migrate::{Migrate, MigrateError};
use sqlx::{Connection, PgConnection};

/// How often a lock that did not come is asked for again.
const TRIES: u32 = 10;
/// Longest wait for a lock: whoever waits for one makes all others wait behind.
const LOCK_TIMEOUT: &str = "3s";

/// Applies what is missing.
pub async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    // Waits for a database that is still starting.
    db::connect(config, db::Use::Command, Duration::from_secs(60)).await?.close().await;
    for attempt in 1.. {
        match attempt_once(config).await {
            Ok(code) => return Ok(code),
            Err(error) if is_passing(&error) && attempt < TRIES => {
                let pause = Duration::from_millis(500 * u64::from(attempt));
                println!(
                    "Une autre opération tient un verrou ({}) ; nouvel essai {attempt}/{TRIES}…",
                    cause(&error)
                );
                tokio::time::sleep(pause).await;
            }
            Err(error) if is_passing(&error) => {
                return Err(error.context(format!(
                    "le verrou n’est pas venu après {TRIES} essais ; rien n’a changé. Qui le tient ? smartmarket doctor"
                )));
            }
            Err(error) => return Err(explain(error)),
        }
    }
    bail!("unreachable")
}

async fn attempt_once(config: &Config) -> anyhow::Result<ExitCode> {
    let options = db::options(config, db::Use::Command)?.options([("lock_timeout", LOCK_TIMEOUT)]);
    let mut conn = PgConnection::connect_with(&options).await?;
    // Whoever comes second sees what the first has done. Ends with the connection.
    conn.lock().await?;
    conn.ensure_migrations_table(&db::MIGRATOR.table_name).await?;
    let before = db::applied(&mut conn).await?;
    clear_broken_indexes(&mut conn, &before).await?;
    // A release that was rolled back finds migrations it does not know: they only add.
    let mut migrator = sqlx::migrate::Migrator {
        migrations: db::MIGRATOR.migrations.clone(),
        ..sqlx::migrate::Migrator::DEFAULT
    };
    migrator.set_ignore_missing(true);
    migrator.run_direct(None, &mut conn, false).await?;
    let after = db::applied(&mut conn).await?;
    match after.len() - before.len() {
        0 => println!("La base est à jour ({} migrations).", after.len()),
        n => println!("{n} migration(s) appliquée(s) ; {} au total.", after.len()),
    }
    let newer = after.iter().filter(|v| **v > db::required()).count();
    if newer > 0 {
        println!(
            "La base a {newer} migration(s) de plus que ce programme : une version plus récente l’a servie."
        );
    }
    let broken = ops::schema::invalid_indexes(&mut conn).await?;
    for index in &broken {
        println!(
            "✗ L’index {} de {} est INVALIDE : REINDEX INDEX CONCURRENTLY {};",
            index.name, index.table, index.name
        );
    }
    conn.close().await?;
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// CREATE INDEX CONCURRENTLY that was killed leaves an INVALID index, on which the same migration would fail again.
async fn clear_broken_indexes(conn: &mut PgConnection, applied: &[i64]) -> anyhow::Result<()> {
    let pending: Vec<_> = db::MIGRATOR.iter().filter(|m| m.no_tx && !applied.contains(&m.version)).collect();
    if pending.is_empty() {
        return Ok(());
    }
    for index in ops::schema::invalid_indexes(conn).await? {
        if pending.iter().any(|m| m.sql.as_str().contains(&index.name)) {
            ops::schema::drop_index(conn, &index.name).await?;
            println!("L’index {}, laissé INVALIDE par une migration interrompue, est retiré.", index.name);
        }
    }
    Ok(())
}

fn database_error(error: &anyhow::Error) -> Option<&sqlx::Error> {
    error.chain().find_map(|e| e.downcast_ref::<sqlx::Error>())
}

/// Lock time-out, deadlock, connection: the same run may work in a moment.
fn is_passing(error: &anyhow::Error) -> bool {
    match database_error(error) {
        Some(sqlx::Error::Database(e)) => e
            .code()
            .is_some_and(|c| matches!(c.as_ref(), "55P03" | "40P01" | "40001") || c.starts_with("57P")),
        Some(sqlx::Error::Io(_)) => true,
        _ => false,
    }
}

fn cause(error: &anyhow::Error) -> String {
    database_error(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// What failed, what it left, what to do.
fn explain(error: anyhow::Error) -> anyhow::Error {
    let version = match error.downcast_ref::<MigrateError>() {
        Some(MigrateError::ExecuteMigration(_, version)) => Some(*version),
        Some(MigrateError::VersionMismatch(version)) => {
            let text = format!(
                "la migration {version} a été modifiée après avoir été appliquée ; rien n’a changé. Remettez son fichier d’origine et écrivez la suite dans une nouvelle migration (smartmarket makemigration)"
            );
            return anyhow::Error::msg(text);
        }
        _ => None,
    };
    let Some(m) = version.and_then(|v| db::MIGRATOR.iter().find(|m| m.version == v)) else {
        return error.context("la base n’a pas pu être migrée ; rien n’a changé");
    };
    let left = if m.no_tx {
        "elle n’est pas dans une transaction : ce qu’elle avait fait reste ; corrigez, puis relancez smartmarket migrate"
    } else {
        "rien n’en a été gardé, la boutique continue sur l’ancien schéma ; corrigez, puis relancez smartmarket migrate"
    };
    let text =
        format!("la migration {} ({}) a échoué : {} ; {left}", m.version, m.description, cause(&error));
    anyhow::Error::msg(text)
}

/// What `migrate` would do, without doing it. 1 when something in it could stop an open shop.
pub async fn show_plan(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let pool = db::connect(config, db::Use::Command, Duration::from_secs(10)).await?;
    let applied = match pool.acquire().await {
        Ok(mut conn) => db::applied(&mut conn).await.unwrap_or_default(),
        Err(e) => return Err(e.into()),
    };
    let tables = ops::schema::tables(&pool).await?;
    let mut new = BTreeSet::new();
    let plan: Vec<Planned> = db::MIGRATOR
        .iter()
        .filter(|m| !applied.contains(&m.version))
        .map(|m| Planned {
            version: m.version,
            name: m.description.to_string(),
            transaction: !m.no_tx,
            steps: plan::read(m.sql.as_str(), &tables, &mut new),
        })
        .collect();
    let dangers = plan.iter().flat_map(|p| &p.steps).filter(|s| s.danger.is_some()).count();
    if json {
        println!("{}", serde_json::to_string_pretty(&plan)?);
    } else {
        print_plan(&plan, dangers);
    }
    Ok(if dangers == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_plan(plan: &[Planned], dangers: usize) {
    if plan.is_empty() {
        println!("La base est à jour : rien à appliquer.");
        return;
    }
    println!("{} migration(s) à appliquer :", plan.len());
    for m in plan {
        let how = if m.transaction { "tout ou rien" } else { "hors transaction : ce qui est fait reste" };
        println!("\n{}  {}  ({how})", m.version, m.name);
        for step in &m.steps {
            println!("  l. {:<4} {}\n          verrou : {}", step.line, step.sql, step.lock);
            if let Some(danger) = &step.danger {
                println!("        ⚠ {danger}");
            }
        }
    }
    match dangers {
        0 => println!("\nRien n’arrête la boutique. Pour appliquer : smartmarket migrate"),
        n => println!(
            "\n⚠ {n} instruction(s) à revoir, ou à passer boutique fermée : smartmarket maintenance on"
        ),
    }
}

pub async fn show(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let pool = db::connect(config, db::Use::Command, Duration::from_secs(10)).await?;
    let mut conn = pool.acquire().await?;
    conn.ensure_migrations_table(&db::MIGRATOR.table_name)
        .await
        .context("la table des migrations ne se lit pas")?;
    let done = db::applied(&mut conn).await?;
    if json {
        let rows: Vec<_> = db::MIGRATOR
            .iter()
            .map(|m| serde_json::json!({"version": m.version, "name": m.description, "applied": done.contains(&m.version)}))
            .collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(ExitCode::SUCCESS);
    }
    let mut missing = 0;
    for m in db::MIGRATOR.iter() {
        let mark = if done.contains(&m.version) { 'X' } else { ' ' };
        missing += usize::from(mark == ' ');
        println!("[{mark}] {}  {}", m.version, m.description);
    }
    if missing > 0 {
        println!("{missing} migration(s) à appliquer : smartmarket migrate");
    }
    Ok(ExitCode::SUCCESS)
}
