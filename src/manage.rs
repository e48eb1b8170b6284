//! The management commands of the runbook. Each opens what it needs, says what it did, and ends with an honest exit code.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use platform::App;
use platform::infra::clock::{Clock, SystemClock};
use platform::infra::config::Config;
use platform::infra::{db, telemetry};

use crate::{health, serve, superuser};

mod backups;
mod database;
mod indexes;
mod maintenance;
mod migrate;
mod queue;
mod report;

/// La boutique SmartMarket : serveur web et commandes d’exploitation.
#[derive(Parser)]
#[command(name = "smartmarket", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sert la boutique et le back-office.
    Serve,
    /// Applique les migrations de la base de données ; peut tourner boutique ouverte.
    Migrate {
        /// Montre ce qui serait fait, ce que chaque instruction bloque et ce qui est dangereux (code de sortie 1) ; ne change rien.
        #[arg(long)]
        plan: bool,
        /// Avec --plan, pour les machines.
        #[arg(long, requires = "plan")]
        json: bool,
    },
    /// Liste les migrations et dit lesquelles sont appliquées.
    Showmigrations {
        #[arg(long)]
        json: bool,
    },
    /// Crée le fichier d’une nouvelle migration, à remplir.
    Makemigration {
        /// Ce qu’elle fait, en anglais : add_gift_cards.
        name: String,
        #[arg(long, default_value = "migrations")]
        dir: PathBuf,
        /// Pour un index : CREATE INDEX CONCURRENTLY, hors transaction.
        #[arg(long)]
        concurrently: bool,
    },
    /// Ouvre psql sur la base de la boutique ; ce qui suit « -- » est donné à psql.
    Dbshell {
        #[arg(last = true)]
        psql: Vec<String>,
    },
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
    /// Vérifie la configuration, la base et Redis ; code de sortie 1 si quelque chose ne va pas.
    Check {
        /// Aussi ce qui serait faible face à des clients : secrets, adresses, réglages de mise au point, contacts, sauvegardes.
        #[arg(long)]
        deploy: bool,
        #[arg(long)]
        json: bool,
    },
    /// Examine la boutique en marche et dit, en mots, ce qui ne va pas et que faire ; code de sortie 1 si c’est grave.
    Doctor {
        /// La langue des phrases : fr ou en.
        #[arg(long, default_value = "fr", value_parser = ["fr", "en"])]
        lang: String,
        #[arg(long)]
        json: bool,
    },
    /// Compte ce qui ne doit jamais être (stock survendu, commande sans lignes…) ; code de sortie 1 s’il y en a.
    Invariants {
        #[arg(long)]
        json: bool,
    },
    /// Ferme la boutique pour travaux, la rouvre, ou dit où elle en est.
    Maintenance {
        #[command(subcommand)]
        what: maintenance::What,
    },
    /// Envoie les images de MEDIA_DIR vers le stockage S3 de MEDIA_S3_URL, pour passer à plusieurs serveurs web.
    PushMedia,
    /// Construit les index de recherche si le catalogue a changé ; la boutique en marche les suit sans redémarrer.
    BuildMlIndexes {
        /// Même si rien n’a changé.
        #[arg(long)]
        force: bool,
    },
    /// Construit l’index des passages de l’assistant (pages et fiches) s’ils ont changé ; la boutique en marche le suit sans redémarrer.
    BuildRagIndex {
        /// Même si rien n’a changé.
        #[arg(long)]
        force: bool,
        #[arg(long)]
        json: bool,
    },
    /// Mesure la recherche, les recommandations ou l’assistant sur un dossier de données jugées.
    Eval {
        #[arg(value_parser = ml::eval::KINDS)]
        kind: String,
        folder: PathBuf,
        /// Mesure aussi avec les modèles de ce dossier.
        #[arg(long)]
        models: Option<PathBuf>,
    },
    /// Met de côté, rend ou relance des tâches.
    Jobs {
        #[command(subcommand)]
        what: queue::What,
    },
    /// Liste les sauvegardes connues, ou inscrit celle qu’un script vient de faire.
    Backups {
        #[command(subcommand)]
        what: backups::What,
    },
    /// Demande au serveur web de cette machine s’il est prêt ; code de sortie 0 ou 1, pour les conteneurs.
    Health {
        /// Seulement s’il vit, même sans base de données.
        #[arg(long)]
        live: bool,
    },
    /// Écrit les fichiers statiques (noms hachés, versions compressées) dans un dossier, pour nginx.
    Collectstatic {
        #[arg(long, default_value = "static")]
        dir: PathBuf,
        /// N’attend pas de confirmation (accepté pour les scripts).
        #[arg(long)]
        noinput: bool,
    },
    /// Envoie une tâche d’essai et attend qu’un worker l’exécute ; code de sortie 1 si aucun ne le fait en 30 secondes.
    DebugTask {
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command line.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    // These speak about a configuration that may be wrong, or need none.
    match cli.command {
        Command::Check { deploy, json } => report::check(deploy, json).await,
        Command::Makemigration { name, dir, concurrently } => {
            let path = database::make_migration(&dir, &name, concurrently, SystemClock.now())?;
            println!("Migration à remplir : {}", path.display());
            Ok(ExitCode::SUCCESS)
        }
        Command::Collectstatic { dir, noinput: _ } => {
            collect_static(&dir)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Eval { kind, folder, models } => indexes::eval(&kind, &folder, models.as_deref()),
        command => run_with(command, Config::from_env()?).await,
    }
}

async fn run_with(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    let serves = matches!(command, Command::Serve);
    let _traces = if serves {
        telemetry::init(&config, telemetry::To::Stdout, "smartmarket-web")
    } else {
        telemetry::init(&config, telemetry::To::Stderr, "smartmarket")
    };
    match command {
        Command::Serve => {
            let pool = db::open(&config, db::Use::Web)?;
            serve::run(App::new(config, pool)?).await?;
        }
        Command::Health { live } => return health::ask(config.listen, live).await,
        Command::Migrate { plan: true, json } => return migrate::show_plan(&config, json).await,
        Command::Migrate { .. } => return migrate::migrate(&config).await,
        Command::Showmigrations { json } => return migrate::show(&config, json).await,
        Command::Dbshell { psql } => database::shell(&config, &psql)?,
        Command::SeedDemo { reset, pictures } => seed_demo(config, reset, pictures).await?,
        Command::ImportProducts(args) => {
            let pool = connect(&config).await?;
            return catalog_import::run(args, &App::new(config, pool)?).await;
        }
        Command::Createsuperuser { email, name, role, no_input, password_file } => {
            let asked = superuser::Asked { email, name, role, no_input, password_file };
            superuser::create(&connect(&config).await?, asked).await?;
        }
        Command::Doctor { lang, json } => return report::doctor(config, &lang, json).await,
        Command::Invariants { json } => return report::invariants(&connect(&config).await?, json).await,
        Command::Maintenance { what } => {
            return maintenance::run(&connect(&config).await?, what, SystemClock.now()).await;
        }
        Command::PushMedia => {
            let pool = connect(&config).await?;
            let pushed = platform::infra::media_store::push_all(&App::new(config, pool)?).await?;
            println!("{pushed} fichiers envoyés.");
        }
        Command::BuildMlIndexes { force } => {
            let pool = connect(&config).await?;
            return indexes::build(&App::new(config, pool)?, force).await;
        }
        Command::BuildRagIndex { force, json } => {
            let pool = connect(&config).await?;
            return indexes::build_passages(&App::new(config, pool)?, force, json).await;
        }
        Command::Jobs { what } => return queue::run(&connect(&config).await?, what).await,
        Command::Backups { what } => return backups::run(&connect(&config).await?, what).await,
        Command::DebugTask { json } => return debug_task(&config, json).await,
        // Done before the configuration was read.
        Command::Check { .. }
        | Command::Makemigration { .. }
        | Command::Collectstatic { .. }
        | Command::Eval { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn connect(config: &Config) -> anyhow::Result<sqlx::PgPool> {
    db::connect(config, db::Use::Command, Duration::from_secs(10)).await
}

async fn seed_demo(config: Config, reset: bool, pictures: Option<PathBuf>) -> anyhow::Result<()> {
    let pool = connect(&config).await?;
    let app = App::new(config, pool)?;
    let pictures = pictures.or_else(|| Some(PathBuf::from(".dev/pictures"))).filter(|p| p.is_dir());
    let summary = demo::seed(&app, &demo::Options { reset, pictures, quiet: false }).await?;
    println!("{summary}");
    Ok(())
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

async fn debug_task(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let pool = connect(config).await?;
    match jobs::debug::debug_task(&pool, Duration::from_secs(30)).await {
        Ok(report) if json => {
            println!("{}", serde_json::to_string_pretty(&report)?);
            Ok(ExitCode::SUCCESS)
        }
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
