//! How many screens a person has open in this process. Held by each screen, given back when it ends.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

/// Streams and sockets are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Stream,
    Socket,
}

impl Kind {
    const fn most(self) -> usize {
        match self {
            Kind::Stream => 30,
            Kind::Socket => 10,
        }
    }
}

static OPEN: LazyLock<Mutex<HashMap<(Kind, i64), usize>>> = LazyLock::new(Mutex::default);

/// One open screen.
pub struct Slot(Kind, i64);

impl Slot {
    /// `None` when this person has too many already.
    pub fn take(kind: Kind, user_id: i64) -> Option<Slot> {
        let mut open = OPEN.lock().unwrap_or_else(|e| e.into_inner());
        let n = open.entry((kind, user_id)).or_insert(0);
        if *n >= kind.most() {
            return None;
        }
        *n += 1;
        Some(Slot(kind, user_id))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = OPEN.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(n) = open.get_mut(&(self.0, self.1)) {
            *n -= 1;
            if *n == 0 {
                open.remove(&(self.0, self.1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_and_given_back() {
        let mut held: Vec<_> = (0..10).map(|_| Slot::take(Kind::Socket, -7).unwrap()).collect();
        assert!(Slot::take(Kind::Socket, -7).is_none());
        assert!(Slot::take(Kind::Socket, -8).is_some());
        held.pop();
        assert!(Slot::take(Kind::Socket, -7).is_some());
    }
}
