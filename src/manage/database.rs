//! `dbshell` and `makemigration`.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use platform::infra::config::Config;
use secrecy::ExposeSecret;
use url::Url;

/// Becomes psql on the shop's database. The password goes through the environment: arguments are seen by everybody (ps).
pub fn shell(config: &Config, more: &[String]) -> anyhow::Result<()> {
    let url = Url::parse(config.database_url.expose_secret()).context("DATABASE_URL ne se lit pas")?;
    let mut psql = Command::new("psql");
    psql.envs(variables(&url)).args(more);
    // Returns only when psql could not be started.
    let error = psql.exec();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            bail!(
                "psql n’est pas installé ici ; installez le paquet postgresql-client, ou : docker compose exec db psql"
            )
        }
        _ => Err(error).context("psql n’a pas pu être lancé"),
    }
}

/// What libpq reads instead of an address.
fn variables(url: &Url) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut vars = vec![("PGAPPNAME".to_string(), "smartmarket-dbshell".to_string())];
    let mut set = |name: &str, value: &str| {
        if !value.is_empty() {
            vars.push((name.to_string(), decoded(value)));
        }
    };
    set("PGHOST", url.host_str().unwrap_or_default());
    set("PGPORT", &url.port().map(|p| p.to_string()).unwrap_or_default());
    set("PGUSER", url.username());
    set("PGPASSWORD", url.password().unwrap_or_default());
    set("PGDATABASE", url.path().trim_start_matches('/'));
    for (name, value) in url.query_pairs() {
        let variable = match name.as_ref() {
            "sslmode" => "PGSSLMODE",
            "sslrootcert" => "PGSSLROOTCERT",
            "host" => "PGHOST",
            "port" => "PGPORT",
            "user" => "PGUSER",
            "password" => "PGPASSWORD",
            "dbname" => "PGDATABASE",
            _ => continue,
        };
        vars.push((variable.to_string(), value.into_owned()));
    }
    vars
}

/// Writes an empty migration whose name sorts after all others.
pub fn make_migration(
    dir: &Path,
    name: &str,
    concurrently: bool,
    now: DateTime<Utc>,
) -> anyhow::Result<PathBuf> {
    let slug: String = kit::text::fold(name).replace([' ', '-'], "_");
    let fits = slug.len() <= 60
        && slug.starts_with(|c: char| c.is_ascii_lowercase())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !fits {
        bail!(
            "« {name} » n’est pas un nom de migration ; par exemple : smartmarket makemigration add_gift_cards"
        );
    }
    if !dir.is_dir() {
        bail!(
            "le dossier {} n’existe pas ; lancez la commande à la racine du code (les images n’ont que les migrations compilées), ou donnez --dir",
            dir.display()
        );
    }
    let last = last_stamp(dir)?;
    let stamp: i64 = now.format("%Y%m%d%H%M%S").to_string().parse()?;
    // Never before one that may already be applied elsewhere.
    let stamp = stamp.max(last + 1);
    let path = dir.join(format!("{stamp}_{slug}.sql"));
    std::fs::write(&path, template(&slug.replace('_', " "), concurrently))
        .with_context(|| format!("impossible d’écrire {}", path.display()))?;
    Ok(path)
}

fn last_stamp(dir: &Path) -> anyhow::Result<i64> {
    let names = std::fs::read_dir(dir)?.filter_map(|e| e.ok()?.file_name().into_string().ok());
    Ok(names.filter_map(|n| n.get(..14)?.parse().ok()).max().unwrap_or(0))
}

fn template(what: &str, concurrently: bool) -> String {
    if concurrently {
        return format!(
            "-- no-transaction\n-- {what}: one CREATE INDEX CONCURRENTLY and nothing else, so that nobody waits while it is built.\n\
             -- When it is interrupted, `smartmarket migrate` removes the INVALID index and begins again.\n\n"
        );
    }
    format!(
        "-- {what}: say here what it is for and who owns the tables.\n\
         -- Only adds: the release before this one runs on the new schema. What is no longer used goes in a later release.\n\
         set lock_timeout = '3s';\nset statement_timeout = '60s';\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn psql_gets_every_part_of_the_address_and_no_argument() {
        let url = Url::parse("postgres://anne:p%40ss@db.example:5433/shop?sslmode=require").unwrap();
        let vars = variables(&url);
        for (name, value) in [
            ("PGHOST", "db.example"),
            ("PGPORT", "5433"),
            ("PGUSER", "anne"),
            ("PGPASSWORD", "p@ss"),
            ("PGDATABASE", "shop"),
            ("PGSSLMODE", "require"),
        ] {
            assert!(vars.contains(&(name.to_string(), value.to_string())), "{name}: {vars:?}");
        }
    }
}
