//! The DNS of the domain that mails come from: without SPF, DKIM and DMARC they end among the unwanted.

use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;
use kit::{Lang, tr};
use platform::infra::config::Config;

use crate::finding::Finding;

const PATIENCE: Duration = Duration::from_secs(5);

/// TXT records of a name; `None` when the DNS did not answer, empty when there are none.
type Records = Option<Vec<String>>;

pub async fn examine(config: &Config, lang: Lang) -> Vec<Finding> {
    let domain = domain_of(&config.mail_from);
    if domain.is_empty() || domain.ends_with(".example") || domain.ends_with(".test") {
        return vec![Finding::ok("DNS", tr!(lang, "ops.doctor.mail.example"))];
    }
    let Ok(resolver) = TokioResolver::builder_tokio().and_then(|b| b.build()) else {
        return vec![Finding::warn(
            "DNS",
            tr!(lang, "ops.doctor.mail.away"),
            tr!(lang, "ops.doctor.mail.away_do"),
        )];
    };
    let dmarc_name = format!("_dmarc.{domain}");
    let (spf, dmarc) = tokio::join!(records(&resolver, &domain), records(&resolver, &dmarc_name));
    let mut found = vec![judge_spf(&domain, spf, lang), judge_dmarc(&dmarc_name, dmarc, lang)];
    found.push(match &config.dkim_selector {
        Some(selector) => {
            let name = format!("{selector}._domainkey.{domain}");
            judge_dkim(&name, records(&resolver, &name).await, lang)
        }
        None => Finding::warn("DKIM", tr!(lang, "ops.doctor.mail.no_selector"), "DKIM_SELECTOR"),
    });
    found
}

fn domain_of(from: &str) -> String {
    from.rsplit('@').next().unwrap_or_default().trim_end_matches('>').trim().to_lowercase()
}

async fn records(resolver: &TokioResolver, name: &str) -> Records {
    // With a final dot: the search list of the machine has no say.
    let answer = tokio::time::timeout(PATIENCE, resolver.txt_lookup(format!("{name}."))).await.ok()?;
    match answer {
        Ok(lookup) => {
            let texts = lookup.answers().iter().filter_map(|record| match &record.data {
                RData::TXT(txt) => {
                    let bytes: Vec<u8> = txt.txt_data.iter().flat_map(|part| part.iter().copied()).collect();
                    Some(String::from_utf8_lossy(&bytes).into_owned())
                }
                _ => None,
            });
            Some(texts.collect())
        }
        Err(e) if e.is_no_records_found() => Some(Vec::new()),
        Err(_) => None,
    }
}

fn away(place: &str, lang: Lang) -> Finding {
    Finding::warn(place, tr!(lang, "ops.doctor.mail.away"), tr!(lang, "ops.doctor.mail.away_do"))
}

fn judge_spf(domain: &str, records: Records, lang: Lang) -> Finding {
    let Some(records) = records else { return away("SPF", lang) };
    let spf: Vec<_> = records.iter().filter(|r| r.to_lowercase().starts_with("v=spf1")).collect();
    let advice = tr!(lang, "ops.doctor.mail.spf_do", domain = domain);
    match spf.as_slice() {
        [] => Finding::bad("SPF", tr!(lang, "ops.doctor.mail.spf_none", domain = domain), advice),
        [one] if one.contains("+all") => Finding::bad("SPF", tr!(lang, "ops.doctor.mail.spf_open"), advice),
        [_] => Finding::ok("SPF", tr!(lang, "ops.doctor.mail.there", name = domain)),
        _ => Finding::bad("SPF", tr!(lang, "ops.doctor.mail.spf_many"), advice),
    }
}

fn judge_dmarc(name: &str, records: Records, lang: Lang) -> Finding {
    let Some(records) = records else { return away("DMARC", lang) };
    if records.iter().any(|r| r.to_lowercase().starts_with("v=dmarc1")) {
        return Finding::ok("DMARC", tr!(lang, "ops.doctor.mail.there", name = name));
    }
    let said = tr!(lang, "ops.doctor.mail.dmarc_none", name = name);
    Finding::warn("DMARC", said, format!("{name}. TXT \"v=DMARC1; p=quarantine\""))
}

fn judge_dkim(name: &str, records: Records, lang: Lang) -> Finding {
    let Some(records) = records else { return away("DKIM", lang) };
    // An empty p= is a key that was withdrawn.
    let key =
        |r: &String| r.split(';').any(|part| part.trim().strip_prefix("p=").is_some_and(|p| !p.is_empty()));
    if records.iter().any(key) {
        return Finding::ok("DKIM", tr!(lang, "ops.doctor.mail.there", name = name));
    }
    let said = tr!(lang, "ops.doctor.mail.dkim_none", name = name);
    Finding::bad("DKIM", said, tr!(lang, "ops.doctor.mail.dkim_do"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;

    fn some(records: &[&str]) -> Records {
        Some(records.iter().map(|r| r.to_string()).collect())
    }

    #[test]
    fn the_sender_has_a_domain() {
        assert_eq!(domain_of("SmartMarket <boutique@Shop.fr>"), "shop.fr");
        assert_eq!(domain_of("boutique@shop.fr"), "shop.fr");
    }

    #[test]
    fn records_are_judged() {
        let spf = |r: &[&str]| judge_spf("shop.fr", some(r), Lang::Fr).level;
        assert_eq!(spf(&["google-site=1", "v=spf1 include:x -all"]), Level::Ok);
        assert_eq!(spf(&["google-site=1"]), Level::Bad);
        assert_eq!(spf(&["v=spf1 +all"]), Level::Bad);
        assert_eq!(spf(&["v=spf1 -all", "v=spf1 ~all"]), Level::Bad);
        let dkim = |r: &[&str]| judge_dkim("s1._domainkey.shop.fr", some(r), Lang::Fr).level;
        assert_eq!(dkim(&["v=DKIM1; k=rsa; p=MIIB"]), Level::Ok);
        assert_eq!(dkim(&["v=DKIM1; p="]), Level::Bad);
        assert_eq!(judge_dmarc("_dmarc.shop.fr", some(&["v=DMARC1; p=none"]), Lang::En).level, Level::Ok);
        assert_eq!(judge_spf("shop.fr", None, Lang::En).level, Level::Warn, "no answer is no verdict");
    }
}
