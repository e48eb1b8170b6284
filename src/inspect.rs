//! `smartmarket-worker inspect ...`: a table for people, `--json` for machines.

use std::process::ExitCode;

use clap::Subcommand;
use jobs::inspect;
use serde::Serialize;
use sqlx::PgPool;

#[derive(Subcommand)]
pub enum What {
    /// Les tâches en cours.
    Active,
    /// Les tâches périodiques et celles qui attendent leur heure.
    Scheduled,
    /// Les comptes par file et par sujet.
    Stats,
    /// Les workers vivants ; code de sortie 1 quand il n’y en a aucun.
    Ping,
    /// Les tâches abandonnées après leurs essais.
    Dead,
    /// Remet une tâche abandonnée en file.
    Retry {
        /// Numéro de la tâche (inspect dead).
        id: i64,
    },
}

pub async fn run(pool: &PgPool, what: What, json: bool) -> anyhow::Result<ExitCode> {
    match what {
        What::Active => {
            let rows = inspect::active(pool).await?;
            print(json, &rows, &["tâche", "file", "sujet", "essai", "hôte", "depuis (s)"], |j| {
                vec![
                    j.id.to_string(),
                    j.queue.clone(),
                    j.topic.clone(),
                    format!("{}/{}", j.attempt, j.max_attempts),
                    j.host.clone().unwrap_or_default(),
                    number(j.running_s),
                ]
            })?;
        }
        What::Scheduled => {
            let s = inspect::scheduled(pool, 50).await?;
            if json {
                println!("{}", serde_json::to_string_pretty(&s)?);
                return Ok(ExitCode::SUCCESS);
            }
            print(
                false,
                &s.cron,
                &["tâche périodique", "horaire", "zone", "prochaine fois", "dernier état"],
                |c| {
                    let next = c.next_tick.map(kit::dates::short).unwrap_or_default();
                    vec![
                        c.name.clone(),
                        c.schedule.clone(),
                        c.zone.clone(),
                        next,
                        c.last_state.clone().unwrap_or_default(),
                    ]
                },
            )?;
            print(false, &s.delayed, &["en attente", "sujet", "prévue", "essais"], |d| {
                vec![d.id.to_string(), d.topic.clone(), kit::dates::short(d.run_at), d.attempts.to_string()]
            })?;
        }
        What::Stats => {
            let rows = inspect::stats(pool).await?;
            let head = [
                "file",
                "sujet",
                "prêtes",
                "différées",
                "en cours",
                "faites (1 h)",
                "abandonnées",
                "de côté",
                "plus ancienne (s)",
            ];
            print(json, &rows, &head, |t| {
                vec![
                    t.queue.clone(),
                    t.topic.clone(),
                    t.ready.to_string(),
                    t.delayed.to_string(),
                    t.running.to_string(),
                    t.done_last_hour.to_string(),
                    t.dead.to_string(),
                    t.held.to_string(),
                    number(t.oldest_ready_s),
                ]
            })?;
        }
        What::Ping => {
            let rows = inspect::ping(pool).await?;
            print(
                json,
                &rows,
                &["genre", "hôte", "pid", "version", "vu il y a (s)", "vivant", "en cours"],
                |w| {
                    vec![
                        w.kind.clone(),
                        w.host.clone(),
                        w.pid.to_string(),
                        w.version.clone(),
                        format!("{:.0}", w.seen_ago_s),
                        if w.alive { "oui" } else { "non" }.into(),
                        w.running.to_string(),
                    ]
                },
            )?;
            let alive = rows.iter().any(|w| w.alive && w.kind == "worker");
            return Ok(if alive { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        What::Dead => {
            let rows = inspect::dead(pool, 100).await?;
            print(json, &rows, &["tâche", "sujet", "essais", "erreur"], |d| {
                let error = kit::text::shorten(d.last_error.as_deref().unwrap_or_default(), 80);
                vec![d.id.to_string(), d.topic.clone(), d.attempts.to_string(), error]
            })?;
        }
        What::Retry { id } => {
            let done = inspect::retry(pool, jobs::JobId(id)).await?;
            if json {
                println!("{}", serde_json::json!({ "id": id, "retried": done }));
                return Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            println!(
                "{}",
                if done {
                    format!("Tâche {id} remise en file.")
                } else {
                    format!("La tâche {id} n’est pas abandonnée.")
                }
            );
            return Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn number(n: Option<f64>) -> String {
    n.map(|n| format!("{n:.1}")).unwrap_or_default()
}

fn print<T: Serialize>(
    json: bool,
    rows: &[T],
    head: &[&str],
    cells: impl Fn(&T) -> Vec<String>,
) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(rows)?);
        return Ok(());
    }
    let table: Vec<Vec<String>> =
        std::iter::once(head.iter().map(|h| h.to_string()).collect()).chain(rows.iter().map(cells)).collect();
    let width =
        |i: usize| table.iter().filter_map(|r| r.get(i)).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in &table {
        let line: Vec<String> = row.iter().zip(&widths).map(|(c, w)| format!("{c:<w$}")).collect();
        println!("{}", line.join("  ").trim_end());
    }
    if rows.is_empty() {
        println!("(rien)");
    }
    println!();
    Ok(())
}
