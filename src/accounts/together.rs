//! Who is signed in, asked for many screens at once.

use std::time::Duration;

use platform::App;
use platform::infra::together::Together;

use crate::model::Account;
use crate::session::Unknown;
use crate::store;

/// How long the first asker waits for others.
const GATHER: Duration = Duration::from_millis(5);

/// The active user of this id as the database knows them now.
///
/// # Errors
/// [`Unknown`] while the database cannot be asked.
pub async fn find_signed_in(app: &App, id: i64) -> Result<Option<Account>, Unknown> {
    let db = app.db.clone();
    let ask = |ids: Vec<i64>| async move {
        let rows = store::users::list_signed_in(&db, &ids).await.ok()?;
        Some(rows.into_iter().map(|account| (account.user.id, account)).collect())
    };
    app.slots.of::<Together<i64, Account>>().ask(id, GATHER, ask).await.map_err(|_| Unknown)
}
