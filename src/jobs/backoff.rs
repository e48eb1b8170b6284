//! Pauses between attempts: 5 s, 30 s, 2 min, 10 min, 30 min, then every hour, each with a fifth of jitter.

use std::time::Duration;

use rand::RngExt;

const PAUSES_SECS: [u64; 6] = [5, 30, 120, 600, 1800, 3600];

pub(crate) fn default(attempt: i32) -> Duration {
    let last = PAUSES_SECS.len() - 1;
    let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(last);
    Duration::from_secs(PAUSES_SECS[index])
}

/// Up to 20 % shorter or longer, so that jobs that failed together do not come back together.
pub(crate) fn jitter(pause: Duration) -> Duration {
    pause.mul_f64(rand::rng().random_range(0.8..=1.2))
}

/// Pause before trying the database again: 100 ms doubling to 5 s, with jitter.
pub(crate) fn reconnect(failures: u32) -> Duration {
    jitter(Duration::from_millis(100 * (1 << failures.min(6))).min(Duration::from_secs(5)))
}

/// Whether the database is away for a moment (restart, failover, no free connection), so that the same statement may
/// work soon.
pub(crate) fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Protocol(_) => {
            true
        }
        // 08 connection, 53 resources, 55P03/40 a lock or a deadlock, 57 shutdown, start-up, statement time-out.
        sqlx::Error::Database(e) => e.code().is_some_and(|code| {
            ["08", "40", "53", "55P03", "57"].iter().any(|passing| code.starts_with(passing))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_then_stay() {
        let pauses: Vec<u64> = (0..9).map(|attempt| default(attempt).as_secs()).collect();
        assert_eq!(pauses, [5, 5, 30, 120, 600, 1800, 3600, 3600, 3600]);
        assert!(reconnect(0) < Duration::from_millis(121));
        assert!(reconnect(40) <= Duration::from_secs(6));
    }

    #[test]
    fn jitter_stays_within_a_fifth() {
        for _ in 0..1000 {
            let pause = jitter(Duration::from_secs(10));
            assert!((8.0..=12.0).contains(&pause.as_secs_f64()), "{pause:?}");
        }
    }
}
