//! `smartmarket maintenance on|off|status`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use chrono::{DateTime, Utc};
use clap::Subcommand;
use platform::infra::maintenance::{self, Notice};
use sqlx::PgPool;

#[derive(Subcommand)]
pub enum What {
    /// Ferme la boutique : une page 503 pour les clients ; le personnel connecté au back-office continue de la voir.
    On {
        /// Ce que les clients lisent, en français.
        #[arg(long, default_value = "")]
        message: String,
        /// Ce que les clients lisent, en anglais.
        #[arg(long, default_value = "")]
        message_en: String,
        /// Réouverture prévue dans … (30m, 2h) : la page et Retry-After l’annoncent.
        #[arg(long = "for", alias = "pour", value_name = "DURÉE", value_parser = parse_duration)]
        lasting: Option<Duration>,
    },
    /// Rouvre la boutique.
    Off,
    /// Dit si la boutique est fermée ; code de sortie 0 ouverte, 3 fermée.
    Status {
        #[arg(long)]
        json: bool,
    },
}

/// Closed is neither success nor failure for a script that asks.
const CLOSED: u8 = 3;

pub async fn run(db: &PgPool, what: What, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    match what {
        What::On { message, message_en, lasting } => {
            let until = lasting.and_then(|d| chrono::Duration::from_std(d).ok()).map(|d| now + d);
            let notice = Notice { active: true, message_fr: message, message_en, until };
            maintenance::set(db, &notice).await?;
            println!("La boutique se ferme : dans 2 secondes au plus, tous les serveurs web répondent 503.");
            println!(
                "Pour la voir quand même : connectez-vous à /admin/. Pour rouvrir : smartmarket maintenance off"
            );
        }
        What::Off => {
            maintenance::set(db, &Notice::default()).await?;
            println!("La boutique est ouverte.");
        }
        What::Status { json } => {
            let notice = maintenance::get(db).await?;
            if json {
                println!("{}", serde_json::to_string_pretty(&notice)?);
            } else if notice.active {
                let until = notice.until.map(|at| format!(", réouverture prévue {}", kit::dates::short(at)));
                println!("La boutique est fermée{}.", until.unwrap_or_default());
            } else {
                println!("La boutique est ouverte.");
            }
            return Ok(if notice.active { ExitCode::from(CLOSED) } else { ExitCode::SUCCESS });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `90s`, `30m`, `2h`.
fn parse_duration(text: &str) -> anyhow::Result<Duration> {
    let number = text.trim_end_matches(char::is_alphabetic);
    let factor = match &text[number.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => bail!("« {text} » n’est pas une durée ; par exemple 30m ou 2h"),
    };
    match number.parse::<u64>() {
        Ok(n) if (1..=86_400).contains(&(n.saturating_mul(factor))) => Ok(Duration::from_secs(n * factor)),
        _ => bail!("« {text} » n’est pas une durée d’un jour au plus ; par exemple 30m ou 2h"),
    }
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn durations_are_short_and_plain() {
        assert_eq!(parse_duration("30m").unwrap().as_secs(), 1800);
        assert_eq!(parse_duration("2h").unwrap().as_secs(), 7200);
        for bad in ["", "m", "30", "-5m", "99h", "é", "1 h"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
