//! Rate limits over all web processes, counted in Redis per window.
//!
//! Without Redis browsing goes on unlimited, signing in is refused: the rule says which.

use super::app::App;

/// A limit: at most `max` in `window_s` seconds per key.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub name: &'static str,
    pub max: u32,
    pub window_s: u32,
    /// What happens without Redis: let through, or refuse.
    pub fail_open: bool,
}

pub const SEARCH: Rule = Rule { name: "search", max: 120, window_s: 60, fail_open: true };
/// One for each pause of somebody who types.
pub const SUGGEST: Rule = Rule { name: "suggest", max: 600, window_s: 60, fail_open: true };
/// Questions to the assistant.
pub const ASSISTANT: Rule = Rule { name: "assistant", max: 12, window_s: 60, fail_open: true };
pub const SIGN_IN: Rule = Rule { name: "sign-in", max: 20, window_s: 300, fail_open: false };
/// Failures per address, whoever tries: the answer stays the same, so nobody learns that an account is locked.
pub const SIGN_IN_ACCOUNT: Rule = Rule { name: "sign-in-account", max: 5, window_s: 900, fail_open: false };
pub const REGISTER: Rule = Rule { name: "register", max: 10, window_s: 3600, fail_open: false };
pub const RESET: Rule = Rule { name: "reset", max: 10, window_s: 3600, fail_open: false };
/// Mails of the account (verify, reset) to one address.
pub const ACCOUNT_MAIL: Rule = Rule { name: "account-mail", max: 4, window_s: 3600, fail_open: false };
pub const TRACKING: Rule = Rule { name: "tracking", max: 20, window_s: 3600, fail_open: true };
pub const CHECKOUT: Rule = Rule { name: "checkout", max: 600, window_s: 60, fail_open: true };

#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    /// Try again after this many seconds.
    Limited {
        retry_after_s: u32,
    },
    /// Redis is away and the rule does not let through without it.
    Unknown,
}

/// Counts one use of `key` under `rule`.
pub async fn check(app: &App, rule: Rule, key: &str) -> Verdict {
    let redis_key = format!("rl:{}:{key}", rule.name);
    let counted = app
        .redis
        .run(async |mut c| {
            redis::Script::new(
                "local n = redis.call('incr', KEYS[1]) \
                 if n == 1 then redis.call('expire', KEYS[1], ARGV[1]) end \
                 return {n, redis.call('ttl', KEYS[1])}",
            )
            .key(&redis_key)
            .arg(rule.window_s)
            .invoke_async::<(u32, i64)>(&mut c)
            .await
        })
        .await;
    let verdict = match counted {
        Ok((n, _)) if n <= rule.max.saturating_mul(app.config.rate_limit_factor) => Verdict::Allowed,
        Ok((_, ttl)) => Verdict::Limited { retry_after_s: ttl.clamp(1, i64::from(rule.window_s)) as u32 },
        Err(_) if rule.fail_open => Verdict::Allowed,
        Err(_) => Verdict::Unknown,
    };
    if verdict != Verdict::Allowed {
        metrics::counter!("smartmarket_rate_limited_total", "rule" => rule.name).increment(1);
    }
    verdict
}

/// Forgets what was counted for `key`: after a success, where only failures count.
pub async fn forget(app: &App, rule: Rule, key: &str) {
    let redis_key = format!("rl:{}:{key}", rule.name);
    // Without Redis there is nothing to forget.
    let _ =
        app.redis.run(async |mut c| redis::cmd("DEL").arg(&redis_key).query_async::<i64>(&mut c).await).await;
}
