//! `check --deploy`, the part that judges what stands in the environment: a weak setting is found before a customer does.
//!
//! It reads variables as they were written, whatever SMARTMARKET_ENV says: a shop that runs as "development" on a public
//! server is the weakest of all.

use std::collections::BTreeSet;
use std::net::IpAddr;

use platform::infra::config::{Config, DEV_KEY};
use url::{Host, Url};

use crate::finding::Finding;

type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Words that stand in examples and in nobody's secret.
const DEFAULTS: [&str; 8] =
    ["changeme", "change-me", "change_me", "password", "motdepasse", "example", "default", "secret"];
const SHORTEST_PASSWORD: usize = 12;

/// Everything weak among the variables.
pub fn judge(lookup: Lookup<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // Read under the rules of production, so that each fault it would refuse is named.
    let strict = |name: &str| match name {
        "SMARTMARKET_ENV" => Some("production".to_string()),
        _ => lookup(name),
    };
    if let Err(faults) = Config::from_lookup(strict) {
        for fault in faults.0 {
            let place = fault.split_whitespace().next().unwrap_or_default().to_string();
            found.push(Finding::bad(
                place.clone(),
                fault,
                format!("corrigez {place} dans l’environnement (.env)"),
            ));
        }
    }
    found.extend(mode(lookup));
    found.extend(secrets(lookup));
    found.extend(addresses(lookup));
    found.extend(mail(lookup));
    found
}

/// `X`, or the content of the file `X_FILE`.
fn value(lookup: Lookup<'_>, name: &str) -> Option<String> {
    let from_file = lookup(&format!("{name}_FILE")).and_then(|path| std::fs::read_to_string(path).ok());
    from_file.or_else(|| lookup(name)).map(|v| v.trim().to_string()).filter(|v| !v.is_empty())
}

/// Switches that help a developer and an attacker.
fn mode(lookup: Lookup<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let env = value(lookup, "SMARTMARKET_ENV").unwrap_or_else(|| "development".into());
    if env != "production" {
        found.push(Finding::bad(
            "SMARTMARKET_ENV",
            format!("vaut « {env} » : les pages /dev/ sont ouvertes à tous et les secrets faibles acceptés"),
            "SMARTMARKET_ENV=production",
        ));
    }
    let on = |v: &String| !matches!(v.to_lowercase().as_str(), "0" | "false" | "no" | "off");
    for name in ["DEBUG", "FAIL_AT"] {
        if value(lookup, name).is_some_and(|v| on(&v)) {
            found.push(Finding::bad(
                name,
                "un réglage de mise au point est actif",
                format!("retirez {name}"),
            ));
        }
    }
    let level = value(lookup, "LOG_LEVEL").unwrap_or_default().to_lowercase();
    if level.contains("debug") || level.contains("trace") {
        found.push(Finding::bad(
            "LOG_LEVEL",
            format!("vaut « {level} » : les journaux grossissent vite et peuvent contenir des données personnelles"),
            "LOG_LEVEL=info",
        ));
    }
    if value(lookup, "LOG_FORMAT").as_deref() == Some("pretty") {
        found.push(Finding::warn(
            "LOG_FORMAT",
            "les journaux ne sont pas lisibles par une machine",
            "LOG_FORMAT=json",
        ));
    }
    let factor = value(lookup, "RATE_LIMIT_FACTOR").unwrap_or_else(|| "1".into());
    if factor != "1" {
        found.push(Finding::bad(
            "RATE_LIMIT_FACTOR",
            format!("vaut {factor} : les limites de débit (connexion, recherche…) sont relâchées"),
            "RATE_LIMIT_FACTOR=1",
        ));
    }
    let trusts = value(lookup, "TRUST_PROXY").as_deref() == Some("true");
    if !trusts {
        found.push(Finding::warn(
            "TRUST_PROXY",
            "derrière nginx, tous les clients auraient la même adresse et partageraient les limites de débit",
            "TRUST_PROXY=true si nginx est devant, et seulement alors",
        ));
    }
    if value(lookup, "METRICS_ADDR").is_none() {
        found.push(Finding::warn(
            "METRICS_ADDR",
            "aucune mesure pour Prometheus",
            "METRICS_ADDR=127.0.0.1:9100",
        ));
    }
    found
}

fn secrets(lookup: Lookup<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let keys = value(lookup, "SECRET_KEY").unwrap_or_else(|| DEV_KEY.into());
    let keys: Vec<String> = keys.split(',').map(|k| k.trim().to_string()).collect();
    let renew = "openssl rand -hex 32";
    if keys.iter().any(|k| DEFAULTS.iter().any(|word| k.to_lowercase().contains(word))) {
        found.push(Finding::bad(
            "SECRET_KEY",
            "contient un mot d’exemple : quelqu’un d’autre la connaît",
            renew,
        ));
    }
    if keys.iter().collect::<BTreeSet<_>>().len() < keys.len() {
        found.push(Finding::bad(
            "SECRET_KEY",
            "deux clés sont égales",
            "chaque clé ne doit servir qu’une fois",
        ));
    }
    for name in ["DATABASE_URL", "REDIS_URL", "SMTP_URL"] {
        let Some(url) = value(lookup, name).and_then(|v| Url::parse(&v).ok()) else { continue };
        let password = url.password().map(decoded).filter(|p| !p.is_empty());
        if password.as_ref().is_some_and(|p| keys.contains(p)) {
            found.push(Finding::bad(
                name,
                "le mot de passe est aussi une SECRET_KEY",
                format!("changez l’un des deux : {renew}"),
            ));
        }
        match (&password, name) {
            (None, "SMTP_URL") => {}
            (None, _) => found.extend(without_password(name, &url)),
            (Some(p), _) if is_weak(p, url.username()) => found.push(Finding::bad(
                name,
                format!(
                    "le mot de passe est court ou connu (il en faut {SHORTEST_PASSWORD} caractères au moins)"
                ),
                renew,
            )),
            _ => {}
        }
    }
    if let Some(url) = value(lookup, "DATABASE_URL").and_then(|v| Url::parse(&v).ok())
        && url.username() == "postgres"
    {
        found.push(Finding::warn(
            "DATABASE_URL",
            "la boutique parle à PostgreSQL en superutilisateur",
            "créez un rôle à elle : create role smartmarket login password '…'",
        ));
    }
    found
}

fn without_password(name: &str, url: &Url) -> Option<Finding> {
    let text = "aucun mot de passe";
    match reach(url) {
        Reach::Machine => None,
        Reach::Network => Some(Finding::warn(
            name.to_string(),
            format!("{text} : quiconque est sur le réseau privé y entre"),
            "donnez-lui un mot de passe (openssl rand -hex 24)",
        )),
        Reach::Public => Some(Finding::bad(
            name.to_string(),
            format!("{text} sur un hôte public"),
            "donnez-lui un mot de passe, ou une adresse privée",
        )),
    }
}

fn is_weak(password: &str, user: &str) -> bool {
    let lower = password.to_lowercase();
    password.chars().count() < SHORTEST_PASSWORD
        || lower == user.to_lowercase()
        || DEFAULTS.iter().any(|word| lower.contains(word))
}

fn addresses(lookup: Lookup<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(url) = value(lookup, "PUBLIC_URL").and_then(|v| Url::parse(&v).ok()) {
        let host = url.host_str().unwrap_or_default().to_string();
        let invented = host.ends_with(".example") || host.ends_with(".test") || host == "example.com";
        if reach(&url) != Reach::Public || invented {
            found.push(Finding::bad(
                "PUBLIC_URL",
                format!("« {host} » n’est pas une adresse que des clients atteignent : les liens des courriels seraient morts"),
                "PUBLIC_URL=https://votre-domaine",
            ));
        }
    }
    let media = value(lookup, "MEDIA_DIR").unwrap_or_else(|| ".dev/media".into());
    if !media.starts_with('/') {
        found.push(Finding::warn(
            "MEDIA_DIR",
            format!("« {media} » dépend du dossier où le programme est lancé"),
            "un chemin absolu, par exemple /srv/smartmarket/media",
        ));
    }
    found
}

fn mail(lookup: Lookup<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let from = value(lookup, "MAIL_FROM").unwrap_or_default();
    let domain = from.rsplit('@').next().unwrap_or_default().trim_end_matches('>').trim().to_lowercase();
    if domain.is_empty() || domain.ends_with(".example") || domain == "example.com" {
        found.push(Finding::bad(
            "MAIL_FROM",
            "l’expéditeur des courriels n’existe pas : ils finiront dans les indésirables",
            "MAIL_FROM=\"Votre boutique <boutique@votre-domaine>\"",
        ));
    }
    if let Some(url) = value(lookup, "SMTP_URL").and_then(|v| Url::parse(&v).ok())
        && url.password().is_none()
        && reach(&url) == Reach::Public
    {
        found.push(Finding::warn(
            "SMTP_URL",
            "aucun identifiant pour un serveur de courriel public",
            "SMTP_URL=smtps://utilisateur:mot-de-passe@hôte:465",
        ));
    }
    found
}

/// From where an address can be reached.
#[derive(Debug, PartialEq, Eq)]
enum Reach {
    Machine,
    /// A private address, or a bare name such as a container's.
    Network,
    Public,
}

fn reach(url: &Url) -> Reach {
    let ip = match url.host() {
        None => return Reach::Machine,
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
        // In schemes the library does not know, addresses come as names.
        Some(Host::Domain(name)) => match name.parse() {
            Ok(ip) => ip,
            Err(_) if name.is_empty() || name == "localhost" || name.starts_with("%2F") => {
                return Reach::Machine;
            }
            Err(_) if name.contains('.') && !name.ends_with(".internal") && !name.ends_with(".local") => {
                return Reach::Public;
            }
            Err(_) => return Reach::Network,
        },
    };
    let private = match ip {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    match ip {
        ip if ip.is_loopback() => Reach::Machine,
        _ if private => Reach::Network,
        _ => Reach::Public,
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, is_fine};

    const GOOD: [(&str, &str); 11] = [
        ("SMARTMARKET_ENV", "production"),
        ("PUBLIC_URL", "https://boutique.fr"),
        ("DATABASE_URL", "postgres://smartmarket:8f0c2d9b7a6e5f4c@db:5432/smartmarket"),
        ("REDIS_URL", "redis://:8f0c2d9b7a6e5f4d@redis:6379/0"),
        ("SECRET_KEY", "8f0c2d9b7a6e5f4c3b2a1908f7e6d5c4b3a29180"),
        ("SMTP_URL", "smtps://boutique:8f0c2d9b7a6e5f4e@smtp.boutique.fr:465"),
        ("MAIL_FROM", "Boutique <bonjour@boutique.fr>"),
        ("MEDIA_DIR", "/srv/media"),
        ("TRUST_PROXY", "true"),
        ("LOG_LEVEL", "info"),
        ("METRICS_ADDR", "127.0.0.1:9100"),
    ];

    fn with(changes: &[(&str, &str)]) -> Vec<Finding> {
        let mut vars: std::collections::HashMap<String, String> =
            GOOD.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        for (k, v) in changes {
            vars.insert(k.to_string(), v.to_string());
        }
        judge(&|name| vars.get(name).cloned().filter(|v| !v.is_empty()))
    }

    #[test]
    fn a_good_environment_has_no_finding() {
        assert_eq!(with(&[]), []);
    }

    #[test]
    fn each_weakness_is_found_at_its_place() {
        let weak = [
            ("SMARTMARKET_ENV", "development"),
            ("SECRET_KEY", "court"),
            ("SECRET_KEY", ""),
            ("SECRET_KEY", "change-me-8f0c2d9b7a6e5f4c3b2a1908f7e6d5c4"),
            (
                "SECRET_KEY",
                "8f0c2d9b7a6e5f4c3b2a1908f7e6d5c4b3a29180,8f0c2d9b7a6e5f4c3b2a1908f7e6d5c4b3a29180",
            ),
            ("PUBLIC_URL", "http://boutique.fr"),
            ("PUBLIC_URL", "https://localhost"),
            ("PUBLIC_URL", "https://shop.example"),
            ("DATABASE_URL", "postgres://smartmarket:smartmarket@db/smartmarket"),
            ("DATABASE_URL", "postgres://smartmarket@db.boutique.fr/smartmarket"),
            ("REDIS_URL", "redis://cache.boutique.fr:6379"),
            ("REDIS_URL", "redis://203.0.113.7:6379"),
            ("SMTP_URL", ""),
            ("MAIL_FROM", ""),
            ("LOG_LEVEL", "info,sales=debug"),
            ("RATE_LIMIT_FACTOR", "100"),
            ("DEBUG", "1"),
        ];
        for (name, value) in weak {
            let found = with(&[(name, value)]);
            assert!(
                found.iter().any(|f| f.level == Level::Bad && f.place == name && !f.advice.is_empty()),
                "{name}={value}: {found:?}"
            );
        }
        let reused = with(&[("REDIS_URL", "redis://:8f0c2d9b7a6e5f4c3b2a1908f7e6d5c4b3a29180@redis")]);
        assert!(reused.iter().any(|f| f.place == "REDIS_URL" && f.level == Level::Bad), "{reused:?}");
    }

    #[test]
    fn what_only_the_private_network_reaches_is_a_warning() {
        for url in ["redis://redis:6379/0", "redis://10.0.0.5:6379/0"] {
            let found = with(&[("REDIS_URL", url)]);
            assert!(is_fine(&found) && found.len() == 1, "{found:?}");
        }
        assert_eq!(with(&[("REDIS_URL", "redis://127.0.0.1:6379/0")]), []);
        assert_eq!(with(&[("REDIS_URL", "unix:///run/redis.sock")]), []);
    }
}
