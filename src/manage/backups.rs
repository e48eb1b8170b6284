//! `smartmarket backups list|record`: the scripts write down here what they did.

use std::process::ExitCode;

use clap::Subcommand;
use ops::backups::{self, Kind};
use sqlx::PgPool;

#[derive(Subcommand)]
pub enum What {
    /// Les dernières sauvegardes et restaurations d’essai.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Inscrit une sauvegarde (ou une restauration d’essai) qui vient de finir ; le back-office, /metrics et doctor la montrent.
    Record {
        #[arg(long, value_enum)]
        kind: Kind,
        /// Nom de la sauvegarde : backup_20261122_030000.
        #[arg(long)]
        name: String,
        #[arg(long, default_value_t = 0)]
        bytes: i64,
        /// Elle a échoué, pour cette raison.
        #[arg(long)]
        failed: Option<String>,
    },
}

const SHOWN: i64 = 30;

pub async fn run(db: &PgPool, what: What) -> anyhow::Result<ExitCode> {
    match what {
        What::List { json } => {
            let runs = backups::list(db, SHOWN).await?;
            if json {
                println!("{}", serde_json::to_string_pretty(&runs)?);
                return Ok(ExitCode::SUCCESS);
            }
            for run in &runs {
                let how = match run.ok {
                    None => "en cours".to_string(),
                    Some(true) => format!("{:.1} Mo", run.bytes as f64 / 1e6),
                    Some(false) => format!("ÉCHEC {}", run.error),
                };
                println!("{}  {:<7} {:<28} {how}", kit::dates::short(run.started_at), run.kind, run.name);
            }
            if runs.is_empty() {
                println!("Aucune sauvegarde n’est connue : scripts/backup.sh");
            }
        }
        What::Record { kind, name, bytes, failed } => {
            let mut conn = db.acquire().await?;
            let id = backups::start(&mut conn, kind, &name).await?;
            let outcome = failed.as_deref().map_or(Ok(bytes), Err);
            backups::finish(&mut *conn, id, outcome).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
