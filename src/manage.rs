//! The management commands of the runbook. Each opens what it needs, says what it did, and ends with an honest exit code.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use platform::App;
use platform::infra::config::Config;
use platform::infra::{db, telemetry};

use crate::{serve, superuser};

/// La boutique SmartMarket : serveur web et commandes d’exploitation.
#[derive(Parser)]
#[command(name = "smartmarket", version, about, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sert la boutique et le back-office.
    Serve,
    /// Applique les migrations de la base de données.
    Migrate,
    /// Liste les migrations et dit lesquelles sont appliquées.
    Showmigrations,
    /// Installe la boutique de démonstration (jamais en production).
    SeedDemo {
        /// Vide d’abord les tables de la boutique.
        #[arg(long)]
        reset: bool,
        /// Dossier des photographies préparées par scripts/setup.
        #[arg(long)]
        pictures: Option<PathBuf>,
    },
    /// Importe un catalogue : Google Merchant (TSV, CSV, XML) ou Shopify (CSV).
    ImportProducts(catalog_import::ImportArgs),
    /// Crée un compte du personnel, ou redonne son mot de passe à un compte existant.
    Createsuperuser {
        /// Adresse e-mail ; demandée si elle manque.
        #[arg(long)]
        email: Option<String>,
        #[arg(long, default_value = "")]
        name: String,
        /// support, manager ou admin.
        #[arg(long, default_value = "admin")]
        role: String,
        /// Ne demande rien : il faut --email et --password-file.
        #[arg(long)]
        no_input: bool,
        /// Fichier dont la première ligne est le mot de passe.
        #[arg(long)]
        password_file: Option<PathBuf>,
    },
    /// Vérifie la configuration, la base et Redis.
    Check,
    /// Écrit les fichiers statiques (noms hachés, versions compressées) dans un dossier, pour nginx.
    Collectstatic {
        #[arg(long, default_value = "static")]
        dir: PathBuf,
        /// N’attend pas de confirmation (accepté pour les scripts).
        #[arg(long)]
        noinput: bool,
    },
    /// Envoie une tâche d’essai et attend qu’un worker l’exécute.
    DebugTask,
}

/// Runs the command line.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = Config::from_env()?;
    telemetry::init(&config);
    match cli.command {
        Command::Serve => {
            let pool = db::connect(&config, db::Use::Web, Duration::from_secs(60)).await?;
            serve::run(App::new(config, pool)?).await?;
        }
        Command::Migrate => migrate(&config).await?,
        Command::Showmigrations => return show_migrations(&config).await,
        Command::SeedDemo { reset, pictures } => seed_demo(config, reset, pictures).await?,
        Command::ImportProducts(args) => {
            let pool = connect(&config).await?;
            return catalog_import::run(args, &App::new(config, pool)?).await;
        }
        Command::Createsuperuser { email, name, role, no_input, password_file } => {
            let asked = superuser::Asked { email, name, role, no_input, password_file };
            superuser::create(&connect(&config).await?, asked).await?;
        }
        Command::Check => return check(config).await,
        Command::Collectstatic { dir, noinput: _ } => collect_static(&dir)?,
        Command::DebugTask => return debug_task(&config).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn connect(config: &Config) -> anyhow::Result<sqlx::PgPool> {
    db::connect(config, db::Use::Command, Duration::from_secs(10)).await
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let pool = db::connect(config, db::Use::Command, Duration::from_secs(60)).await?;
    let before = applied(&pool).await?.len();
    db::MIGRATOR
        .run(&pool)
        .await
        .context("une migration a échoué ; rien de cette migration n’a été gardé")?;
    let after = applied(&pool).await?.len();
    match after - before {
        0 => println!("La base est à jour ({after} migrations)."),
        n => println!("{n} migration(s) appliquée(s) ; {after} au total."),
    }
    Ok(())
}

async fn applied(pool: &sqlx::PgPool) -> anyhow::Result<Vec<i64>> {
    use sqlx::migrate::Migrate;
    let mut conn = pool.acquire().await?;
    let table = &db::MIGRATOR.table_name;
    conn.ensure_migrations_table(table).await?;
    Ok(conn.list_applied_migrations(table).await?.iter().map(|m| m.version).collect())
}

async fn show_migrations(config: &Config) -> anyhow::Result<ExitCode> {
    let done = applied(&connect(config).await?).await?;
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

async fn seed_demo(config: Config, reset: bool, pictures: Option<PathBuf>) -> anyhow::Result<()> {
    let pool = connect(&config).await?;
    let app = App::new(config, pool)?;
    let pictures = pictures.or_else(|| Some(PathBuf::from(".dev/pictures"))).filter(|p| p.is_dir());
    let summary = demo::seed(&app, &demo::Options { reset, pictures, quiet: false }).await?;
    println!("{summary}");
    Ok(())
}

async fn check(config: Config) -> anyhow::Result<ExitCode> {
    let pool = connect(&config).await?;
    let done = applied(&pool).await?;
    let missing = db::MIGRATOR.iter().filter(|m| !done.contains(&m.version)).count();
    let app = App::new(config, pool)?;
    let redis = app.redis.ping().await;
    println!("configuration : en ordre");
    println!("PostgreSQL    : répond");
    println!(
        "migrations    : {}",
        if missing == 0 { "à jour".into() } else { format!("{missing} à appliquer (smartmarket migrate)") }
    );
    println!(
        "Redis         : {}",
        if redis {
            "répond"
        } else {
            "ne répond pas (REDIS_URL) : connexions impossibles, le reste marche"
        }
    );
    let fine = missing == 0 && redis;
    println!("{}", if fine { "Tout est en ordre." } else { "Des points sont à corriger." });
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn collect_static(dir: &std::path::Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("impossible de créer {}", dir.display()))?;
    let mut n = 0;
    for (name, bytes) in platform::web::assets::files() {
        std::fs::write(dir.join(&name), bytes).with_context(|| format!("impossible d’écrire {name}"))?;
        n += 1;
    }
    println!("{n} fichiers écrits dans {}.", dir.display());
    Ok(())
}

async fn debug_task(config: &Config) -> anyhow::Result<ExitCode> {
    let pool = connect(config).await?;
    match jobs::debug::debug_task(&pool, Duration::from_secs(30)).await {
        Ok(report) => {
            println!(
                "Tâche {} exécutée par {} : attente {:.1} ms, exécution {:.1} ms, aller-retour {:.1} ms.",
                report.job_id, report.worker, report.waited_ms, report.ran_ms, report.round_trip_ms
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(e) => {
            println!("{e}\nUn worker tourne-t-il ? smartmarket-worker inspect ping");
            Ok(ExitCode::FAILURE)
        }
    }
}
