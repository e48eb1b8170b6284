//! `smartmarket jobs hold|release|retry`: what waits is set aside, given back, tried again.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jobs::JobId;
use jobs::inspect::{self, Selection};
use serde_json::json;
use sqlx::PgPool;

#[derive(Args, Clone)]
pub struct Which {
    /// Toutes les tâches, et pas seulement celles qui sortent de la maison.
    #[arg(long, conflicts_with = "topic")]
    all: bool,
    /// Seulement ce sujet (email.order_confirmation), ou les sujets qui commencent ainsi (email.).
    #[arg(long)]
    topic: Option<String>,
    /// Pour les machines.
    #[arg(long)]
    json: bool,
}

impl Which {
    fn selection(&self) -> Selection {
        match &self.topic {
            Some(topic) => Selection::Topic(topic.clone()),
            None if self.all => Selection::All,
            None => Selection::Outgoing,
        }
    }
}

#[derive(Subcommand)]
pub enum What {
    /// Met de côté les courriels et webhooks qui attendent : rien ne part plus. Après une restauration, avant de rouvrir.
    Hold {
        #[command(flatten)]
        which: Which,
        /// Aussi ce qui était en cours dans la base restaurée. Jamais pendant qu’un worker tourne : il finirait en double.
        #[arg(long)]
        running: bool,
    },
    /// Rend aux workers tout ce qui a été mis de côté.
    Release {
        /// Seulement ce sujet, ou les sujets qui commencent ainsi (email.).
        #[arg(long)]
        topic: Option<String>,
        /// Pour les machines.
        #[arg(long)]
        json: bool,
    },
    /// Remet en file une tâche abandonnée, ou toutes.
    Retry {
        /// Numéro de la tâche (smartmarket-worker inspect dead).
        #[arg(required_unless_present = "dead")]
        id: Option<i64>,
        /// Toutes les tâches abandonnées.
        #[arg(long, conflicts_with = "id")]
        dead: bool,
        /// Avec --dead : seulement ce sujet.
        #[arg(long, requires = "dead")]
        topic: Option<String>,
    },
    /// Compte ce qui est mis de côté ; code de sortie 0 s’il n’y a rien, 3 sinon.
    Held {
        #[arg(long)]
        json: bool,
    },
}

const HELD: u8 = 3;

pub async fn run(db: &PgPool, what: What) -> anyhow::Result<ExitCode> {
    match what {
        What::Hold { which, running } => {
            let n = inspect::hold_many(db, &which.selection(), running).await?;
            tell(
                which.json,
                "held",
                n,
                &format!("{n} tâche(s) mise(s) de côté. Pour les rendre : smartmarket jobs release"),
            );
        }
        What::Release { topic, json } => {
            let selection = topic.map_or(Selection::All, Selection::Topic);
            let n = inspect::release_many(db, &selection).await?;
            tell(json, "released", n, &format!("{n} tâche(s) rendue(s) aux workers."));
        }
        What::Retry { id: Some(id), .. } => {
            if !inspect::retry(db, JobId(id)).await? {
                println!("La tâche {id} n’attend pas d’être relancée (smartmarket-worker inspect dead).");
                return Ok(ExitCode::FAILURE);
            }
            println!("Tâche {id} remise en file.");
        }
        What::Retry { topic, .. } => {
            let selection = topic.map_or(Selection::All, Selection::Topic);
            println!("{} tâche(s) remise(s) en file.", inspect::retry_dead(db, &selection).await?);
        }
        What::Held { json } => {
            let n: i64 = inspect::stats(db).await?.iter().map(|t| t.held).sum();
            tell(json, "held", n.unsigned_abs(), &format!("{n} tâche(s) mise(s) de côté."));
            return Ok(if n == 0 { ExitCode::SUCCESS } else { ExitCode::from(HELD) });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(json: bool, key: &str, n: u64, words: &str) {
    if json {
        println!("{}", json!({ key: n }));
    } else {
        println!("{words}");
    }
}
