//! After failures in a row a service outside is left alone for a while, then asked once.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row until it opens, and how long it stays open.
const FAILURES: u32 = 3;
const REST: Duration = Duration::from_secs(30);

#[derive(Default)]
pub struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    rests_until: Option<Instant>,
}

impl Breaker {
    /// Whether to ask now. After the rest one question tries; the next waits for how it went.
    pub fn lets_through(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.rests_until {
            Some(until) if now < until => false,
            Some(_) => {
                state.rests_until = Some(now + REST);
                true
            }
            None => true,
        }
    }

    pub fn failed(&self, now: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures += 1;
        if state.failures >= FAILURES {
            state.rests_until = Some(now + REST);
        }
    }

    pub fn worked(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_in_a_row_and_tries_once_after_its_rest() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..FAILURES {
            assert!(breaker.lets_through(now));
            breaker.failed(now);
        }
        assert!(!breaker.lets_through(now));
        let later = now + REST;
        assert!(breaker.lets_through(later));
        assert!(!breaker.lets_through(later));
        breaker.worked();
        assert!(breaker.lets_through(later));
    }
}
