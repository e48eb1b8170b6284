//! Questions of the same moment, asked as one: every open screen asks every two seconds whether its viewer may still look,
//! and with thousands of screens a query for each would leave nothing for the shop.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

type Asked<K, V> = Vec<(K, oneshot::Sender<Option<V>>)>;

/// Whoever waits for an answer.
pub struct Together<K, V>(Mutex<Asked<K, V>>);

impl<K, V> Default for Together<K, V> {
    fn default() -> Self {
        Together(Mutex::default())
    }
}

/// Nobody could be asked; that is no "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody could be asked")]
pub struct Unasked;

impl<K, V> Together<K, V>
where
    K: Eq + Hash + Clone + Send + 'static,
    V: Clone + Send + 'static,
{
    /// The answer for `key`: the first asker waits so long for others (zero: for those who ask at this very moment), then
    /// `ask` gets each key once and says what it knows, or `None` when it could not ask.
    ///
    /// # Errors
    /// [`Unasked`], for everybody who waited.
    pub async fn ask<A, F>(self: Arc<Self>, key: K, wait: Duration, ask: A) -> Result<Option<V>, Unasked>
    where
        A: FnOnce(Vec<K>) -> F + Send + 'static,
        F: Future<Output = Option<HashMap<K, V>>> + Send,
    {
        let (answer, answered) = oneshot::channel();
        if self.add(key, answer) {
            // A task of its own: the first asker may leave while others wait.
            tokio::spawn(async move {
                if wait.is_zero() {
                    tokio::task::yield_now().await;
                } else {
                    tokio::time::sleep(wait).await;
                }
                let waiting = self.take();
                let keys: HashSet<K> = waiting.iter().map(|(key, _)| key.clone()).collect();
                let Some(known) = ask(keys.into_iter().collect()).await else { return };
                for (key, answer) in waiting {
                    // Who has left needs no answer.
                    let _ = answer.send(known.get(&key).cloned());
                }
            });
        }
        answered.await.map_err(|_| Unasked)
    }

    fn add(&self, key: K, answer: oneshot::Sender<Option<V>>) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push((key, answer));
        waiting.len() == 1
    }

    fn take(&self) -> Asked<K, V> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn many_askers_are_one_question_and_each_gets_the_own_answer() {
        let together = Arc::new(Together::<u32, String>::default());
        let questions = Arc::new(AtomicUsize::new(0));
        let ask = |key: u32| {
            let questions = questions.clone();
            together.clone().ask(key, Duration::ZERO, move |keys| async move {
                questions.fetch_add(1, Ordering::Relaxed);
                Some(keys.into_iter().filter(|k| *k < 3).map(|k| (k, format!("n° {k}"))).collect())
            })
        };
        let (one, again, none) = tokio::join!(ask(1), ask(1), ask(7));
        assert_eq!((one, again, none), (Ok(Some("n° 1".into())), Ok(Some("n° 1".into())), Ok(None)));
        assert_eq!(questions.load(Ordering::Relaxed), 1);
        let nobody = together.clone().ask(1, Duration::ZERO, |_| async { None });
        assert_eq!(nobody.await, Err(Unasked), "no answer is no \"no\"");
    }
}
