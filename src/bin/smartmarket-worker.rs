//! `smartmarket-worker`: runs jobs, runs the schedule, and tells what they are doing.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use platform::App;
use platform::infra::config::Config;
use platform::infra::{build, db, lifecycle, telemetry};
use smartmarket::{health, inspect, worker};

/// Le worker de SmartMarket : tâches, horaires, et ce qu’ils font.
#[derive(Parser)]
#[command(name = "smartmarket-worker", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Exécute les tâches jusqu’à SIGTERM.
    Run,
    /// Pose les tâches périodiques à leur heure ; on peut en lancer plusieurs.
    Beat,
    /// Montre l’état des tâches et des workers.
    Inspect {
        #[command(subcommand)]
        what: inspect::What,
        /// Pour les machines : du JSON au lieu d’un tableau.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Demande au worker (ou au beat) de cette machine s’il va bien ; code de sortie 0 ou 1, pour les conteneurs.
    Health {
        /// Seulement s’il vit, même sans base de données.
        #[arg(long)]
        live: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(code) => code,
        Err(e) => {
            eprintln!("Erreur : {e:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = Config::from_env()?;
    let works = matches!(cli.command, Command::Run | Command::Beat);
    let to = if works { telemetry::To::Stdout } else { telemetry::To::Stderr };
    let _traces = telemetry::init(&config, to, "smartmarket-worker");
    match cli.command {
        Command::Run => {
            let app = open(&config)?;
            let worker = worker::worker(&app).version(build::VERSION);
            worker::listen(&app, worker.health(), worker::Kind::Worker).await?;
            worker.run(app.shutdown.clone(), config.shutdown_grace).await;
        }
        Command::Beat => {
            let app = open(&config)?;
            let beat = jobs::cron::Beat::new(app.db.clone(), worker::schedule()?).version(build::VERSION);
            worker::listen(&app, beat.health(), worker::Kind::Beat).await?;
            beat.run(app.shutdown.clone()).await;
        }
        Command::Inspect { what, json } => {
            let pool = db::connect(&config, db::Use::Command, Duration::from_secs(10)).await?;
            return inspect::run(&pool, what, json).await;
        }
        Command::Health { live } => {
            let Some(addr) = config.worker_health_addr else {
                anyhow::bail!(
                    "WORKER_HEALTH_ADDR est vide : le worker n’écoute nulle part. Donnez-lui une adresse, par exemple 127.0.0.1:8001"
                );
            };
            return health::ask(addr, live).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What run and beat stand on; SIGTERM ends it well.
fn open(config: &Config) -> anyhow::Result<App> {
    let pool = db::open(config, db::Use::Worker)?;
    let app = App::new(config.clone(), pool)?;
    lifecycle::cancel_on_signal(app.shutdown.clone())?;
    Ok(app)
}
