//! Redis, disks, the certificate that customers see.

use std::time::{Duration, Instant};

use kit::{Lang, text, tr};
use platform::App;
use platform::infra::config::Config;
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::decimal;
use crate::disk;
use crate::finding::Finding;

pub async fn redis(app: &App, lang: Lang) -> Vec<Finding> {
    let start = Instant::now();
    let Some(info) = app.redis.info().await else {
        return vec![Finding::bad(
            "Redis",
            tr!(lang, "ops.doctor.redis.away"),
            tr!(lang, "ops.doctor.redis.away_do"),
        )];
    };
    let ms = decimal(lang, start.elapsed().as_secs_f64() * 1000.0);
    let number = |name: &str| info.get(name).and_then(|v| v.parse::<u64>().ok()).unwrap_or(0);
    let used = text::grouped(lang, i64::try_from(number("used_memory") / 1_000_000).unwrap_or(i64::MAX));
    let mut found = vec![Finding::ok("Redis", tr!(lang, "ops.doctor.redis.answers", ms = ms, used = used))];
    let (used, max) = (number("used_memory"), number("maxmemory"));
    if max > 0 && used * 10 > max * 9 {
        let percent = 100 * used / max;
        found.push(Finding::warn(
            "Redis",
            tr!(lang, "ops.doctor.redis.full", percent = percent),
            tr!(lang, "ops.doctor.redis.full_do"),
        ));
    }
    if number("evicted_keys") > 0 {
        let n = number("evicted_keys");
        found.push(Finding::warn(
            "Redis",
            tr!(lang, "ops.doctor.redis.evicted", n = n),
            tr!(lang, "ops.doctor.redis.evicted_do"),
        ));
    }
    found
}

pub fn disks(config: &Config, lang: Lang) -> Vec<Finding> {
    let finding = |s: disk::Space| {
        let (percent, free) = (format!("{:.0}", s.used_percent), decimal(lang, s.free_bytes as f64 / 1e9));
        let said = tr!(lang, "ops.doctor.disk.used", percent = percent, free = free);
        let advice = tr!(lang, "ops.doctor.disk.do");
        match s.used_percent {
            p if p >= 95.0 => Finding::bad(s.folder, said, advice),
            p if p >= 85.0 => Finding::warn(s.folder, said, advice),
            _ => Finding::ok(s.folder, said),
        }
    };
    disk::spaces(config).into_iter().map(finding).collect()
}

/// Of the file that nginx reads, or of whoever answers at PUBLIC_URL; nothing for a shop without HTTPS.
pub async fn certificate(config: &Config, lang: Lang) -> Option<Finding> {
    if !config.https() && config.tls_cert.is_none() {
        return None;
    }
    let place = lang.pick("certificat", "certificate");
    let der = match &config.tls_cert {
        Some(path) => from_file(path),
        None => from_server(&config.public_url).await,
    };
    let days = der.and_then(|der| days_left(&der));
    let advice = tr!(lang, "ops.doctor.certificate.do");
    Some(match days {
        Ok(days) if days < 0 => {
            Finding::bad(place, tr!(lang, "ops.doctor.certificate.expired", n = -days), advice)
        }
        Ok(days) => {
            let said = tr!(lang, "ops.doctor.certificate.days", n = days);
            match days {
                0..=3 => Finding::bad(place, said, advice),
                4..=13 => Finding::warn(place, said, advice),
                _ => Finding::ok(place, said),
            }
        }
        Err(e) => {
            let error = format!("{e:#}");
            Finding::warn(place, tr!(lang, "ops.doctor.certificate.unread", error = error), advice)
        }
    })
}

fn from_file(path: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::read(path)?;
    let pem = Pem::iter_from_buffer(&bytes).find(|p| p.as_ref().is_ok_and(|p| p.label == "CERTIFICATE"));
    match pem {
        Some(Ok(pem)) => Ok(pem.contents),
        _ => anyhow::bail!("{}: no certificate", path.display()),
    }
}

/// Whatever is shown is read: an expired certificate is what we look for.
async fn from_server(public_url: &str) -> anyhow::Result<Vec<u8>> {
    let client = reqwest::Client::builder()
        .tls_info(true)
        .danger_accept_invalid_certs(true)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(5))
        .build()?;
    let answer = client.get(format!("{public_url}/health/live/")).send().await?;
    let info = answer.extensions().get::<reqwest::tls::TlsInfo>().and_then(|i| i.peer_certificate());
    info.map(<[u8]>::to_vec).ok_or_else(|| anyhow::anyhow!("no certificate"))
}

fn days_left(der: &[u8]) -> anyhow::Result<i64> {
    let (_, certificate) = X509Certificate::from_der(der)?;
    let validity = certificate.validity();
    let left = validity.not_after.timestamp() - x509_parser::time::ASN1Time::now().timestamp();
    Ok(left.div_euclid(86_400))
}
