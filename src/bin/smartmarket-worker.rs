//! `smartmarket-worker`: runs jobs, runs the schedule, and tells what they are doing.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use platform::App;
use platform::infra::config::Config;
use platform::infra::{db, lifecycle, telemetry};
use smartmarket::{inspect, worker};

/// Le worker de SmartMarket : tâches, horaires, et ce qu’ils font.
#[derive(Parser)]
#[command(name = "smartmarket-worker", version, about, disable_help_subcommand = true)]
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
    telemetry::init(&config);
    match cli.command {
        Command::Run => {
            let app = App::new(config.clone(), db::connect(&config, Duration::from_secs(60)).await?)?;
            lifecycle::cancel_on_signal(app.shutdown.clone())?;
            worker::worker(&app).run(app.shutdown.clone(), config.shutdown_grace).await;
        }
        Command::Beat => {
            let app = App::new(config.clone(), db::connect(&config, Duration::from_secs(60)).await?)?;
            lifecycle::cancel_on_signal(app.shutdown.clone())?;
            jobs::cron::Beat::new(app.db.clone(), worker::schedule()?).run(app.shutdown.clone()).await;
        }
        Command::Inspect { what, json } => {
            let pool = db::connect(&config, Duration::from_secs(10)).await?;
            return inspect::run(&pool, what, json).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}
