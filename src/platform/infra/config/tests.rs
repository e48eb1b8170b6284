//! Faults are told all at once, and production refuses what is weak.

use super::*;

fn config(vars: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let vars: std::collections::HashMap<String, String> =
        vars.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    Config::from_lookup(|n| vars.get(n).cloned())
}

#[test]
fn all_faults_are_reported_at_once() {
    let errors =
        config(&[("SMARTMARKET_ENV", "production"), ("LISTEN_ADDR", "x"), ("PUBLIC_URL", "ftp://a")])
            .err()
            .unwrap();
    let text = errors.to_string();
    for name in ["LISTEN_ADDR", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SMTP_URL"] {
        assert!(text.contains(name), "{name} is missing in: {text}");
    }
}

#[test]
fn production_refuses_weak_secrets_and_development_needs_none() {
    let base = [("DATABASE_URL", "postgres://localhost/sm"), ("REDIS_URL", "redis://localhost")];
    assert!(config(&base).is_ok());
    let mut prod = base.to_vec();
    prod.extend([
        ("SMARTMARKET_ENV", "production"),
        ("PUBLIC_URL", "https://a.example"),
        ("SMTP_URL", "smtp://m"),
    ]);
    for weak in ["short", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", DEV_KEY] {
        let mut vars = prod.clone();
        vars.push(("SECRET_KEY", weak));
        assert!(config(&vars).is_err(), "{weak} was taken");
    }
    prod.push(("SECRET_KEY", "8f0c2d9b7a6e5f4c3b2a1908f7e6d5c4b3a29180"));
    assert!(config(&prod).is_ok());
}
