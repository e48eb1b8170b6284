//! Questions of the same moment, asked as one: every open screen asks every two seconds whether its viewer may still look,
//! and with thousands of screens a query for each would leave no connection for the shop.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use platform::App;
use tokio::sync::oneshot;

use crate::model::Account;
use crate::session::Unknown;
use crate::store;

/// How long the first asker waits for others.
const GATHER: Duration = Duration::from_millis(5);

/// Whoever waits for an answer.
#[derive(Default)]
struct Waiting(Mutex<Vec<(i64, oneshot::Sender<Option<Account>>)>>);

impl Waiting {
    fn add(&self, id: i64, answer: oneshot::Sender<Option<Account>>) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push((id, answer));
        waiting.len() == 1
    }

    fn take(&self) -> Vec<(i64, oneshot::Sender<Option<Account>>)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The active user of this id as the database knows them now.
///
/// # Errors
/// [`Unknown`] while the database cannot be asked.
pub async fn find_signed_in(app: &App, id: i64) -> Result<Option<Account>, Unknown> {
    let (answer, answered) = oneshot::channel();
    let waiting = app.slots.of::<Waiting>();
    if waiting.add(id, answer) {
        let app = app.clone();
        // A task of its own: the first asker may leave while others wait.
        tokio::spawn(async move {
            tokio::time::sleep(GATHER).await;
            let asked = waiting.take();
            let mut ids: Vec<i64> = asked.iter().map(|(id, _)| *id).collect();
            ids.sort_unstable();
            ids.dedup();
            // Nobody is answered when the database is not there: that is no "no".
            let Ok(rows) = store::users::list_signed_in(&app.db, &ids).await else { return };
            for (id, answer) in asked {
                // Who has left needs no answer.
                let _ = answer.send(rows.iter().find(|a| a.user.id == id).cloned());
            }
        });
    }
    answered.await.map_err(|_| Unknown)
}
