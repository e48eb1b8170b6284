//! `smartmarket doctor`: what is wrong with the shop that runs, in words, and what to do about it.
//!
//! Each part asks one thing and never fails: what cannot be asked is a finding as well.

mod database;
mod machine;
mod mail;
mod queue;

use std::time::Duration;

use kit::{Lang, tr};
use platform::App;
use platform::infra::config::Config;
use platform::infra::db;

use crate::finding::Finding;

/// Everything, most important services first.
pub async fn examine(config: Config, lang: Lang) -> Vec<Finding> {
    let mut found = Vec::new();
    let app = match db::connect(&config, db::Use::Command, Duration::from_secs(3)).await {
        Ok(pool) => App::new(config.clone(), pool),
        Err(_) => {
            found.push(Finding::bad(
                "PostgreSQL",
                tr!(lang, "ops.doctor.database.away"),
                tr!(lang, "ops.doctor.database.away_do"),
            ));
            found.extend(machine::disks(&config, lang));
            found.extend(machine::certificate(&config, lang).await);
            return found;
        }
    };
    match app {
        Ok(app) => {
            found.extend(database::examine(&app, lang).await);
            found.extend(queue::examine(&app, lang).await);
            found.extend(machine::redis(&app, lang).await);
        }
        Err(e) => found.push(Finding::bad("configuration", format!("{e:#}"), "smartmarket check")),
    }
    found.extend(machine::disks(&config, lang));
    found.extend(machine::certificate(&config, lang).await);
    found.extend(mail::examine(&config, lang).await);
    found
}

/// What stands at the end: all is well, or not.
pub fn verdicts(lang: Lang) -> [String; 2] {
    [tr!(lang, "ops.doctor.fine").into_owned(), tr!(lang, "ops.doctor.wrong").into_owned()]
}

/// A number with one decimal as the language writes it.
fn decimal(lang: Lang, n: f64) -> String {
    let text = format!("{n:.1}");
    match lang {
        Lang::Fr => text.replace('.', ","),
        Lang::En => text,
    }
}

/// `3 h`, `2 j`, `45 s`.
fn age(lang: Lang, seconds: f64) -> String {
    let whole = |n: f64| format!("{n:.0}");
    match seconds {
        s if s < 120.0 => format!("{} s", whole(s)),
        s if s < 7_200.0 => format!("{} min", whole(s / 60.0)),
        s if s < 172_800.0 => format!("{} h", whole(s / 3_600.0)),
        s => format!("{} {}", whole(s / 86_400.0), lang.pick("j", "d")),
    }
}
