//! `check`, `doctor` and `invariants`: findings as words for people, as JSON for machines, as exit codes for scripts.

use std::process::ExitCode;

use kit::Lang;
use ops::finding::{Finding, Level, is_fine};
use ops::{check, doctor, invariants};
use platform::infra::config::Config;
use serde_json::json;
use sqlx::PgPool;

pub async fn check(deploy: bool, json: bool) -> anyhow::Result<ExitCode> {
    let (config, mut found) = check::environment(deploy);
    match config {
        Some(config) => found.extend(check::services(config, deploy).await),
        None => found.push(Finding::warn(
            "PostgreSQL, Redis",
            "non vérifiés : la configuration ne se lit pas",
            "corrigez-la, puis relancez smartmarket check",
        )),
    }
    tell(&found, json, Lang::Fr, ["Tout est en ordre.", "Des points sont à corriger."])
}

pub async fn doctor(config: Config, lang: &str, json: bool) -> anyhow::Result<ExitCode> {
    let lang = if lang == "en" { Lang::En } else { Lang::Fr };
    let found = doctor::examine(config, lang).await;
    tell(&found, json, lang, doctor::verdicts(lang).each_ref().map(String::as_str))
}

/// Prints findings; 1 when one of them is bad.
fn tell(found: &[Finding], json: bool, lang: Lang, [fine, wrong]: [&str; 2]) -> anyhow::Result<ExitCode> {
    let ok = is_fine(found);
    if json {
        println!("{}", serde_json::to_string_pretty(&json!({ "ok": ok, "findings": found }))?);
    } else {
        for f in found {
            let mark = match f.level {
                Level::Ok => '✓',
                Level::Warn => '!',
                Level::Bad => '✗',
            };
            println!("{mark} {}{} {}", f.place, lang.pick(" :", ":"), f.text);
            if !f.advice.is_empty() {
                println!("    → {}", f.advice);
            }
        }
        println!("{}", if ok { fine } else { wrong });
    }
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub async fn invariants(db: &PgPool, json: bool) -> anyhow::Result<ExitCode> {
    let counted = invariants::count(db).await?;
    let broken = counted.iter().filter(|i| i.violations != 0).count();
    if json {
        println!("{}", serde_json::to_string_pretty(&json!({ "ok": broken == 0, "invariants": counted }))?);
    } else {
        for i in &counted {
            let mark = if i.violations == 0 { '✓' } else { '✗' };
            println!("{mark} {:<50} {}", i.check, i.violations);
        }
        match broken {
            0 => println!("Tout concorde."),
            n => println!(
                "{n} règle(s) violée(s) : ne corrigez rien à la main avant d’avoir sauvegardé (scripts/backup.sh)."
            ),
        }
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
