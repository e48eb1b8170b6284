//! The address book: at most twenty, one of them the default; also offered by the checkout.

use kit::address::Address;
use platform::App;
use platform::web::Error;
use sqlx::PgPool;

pub use crate::forms::AddressForm;
pub use crate::model::SavedAddress;
use crate::store::addresses as store;
pub use crate::views::addresses::fields;

/// How many addresses one person may keep.
pub const MOST: i64 = 20;

/// The addresses of a customer, the default one first.
pub async fn list(db: &PgPool, user_id: i64) -> sqlx::Result<Vec<SavedAddress>> {
    store::list_addresses(db, user_id).await
}

/// One address of this customer; a foreign one is not found.
pub async fn find(db: &PgPool, user_id: i64, id: i64) -> sqlx::Result<Option<SavedAddress>> {
    store::find_address(db, user_id, id).await
}

/// Adds an address; the first one is the default. `None` when the book is full. A twin is not kept twice.
pub async fn add(app: &App, user_id: i64, address: &Address, default: bool) -> Result<Option<i64>, Error> {
    let mut tx = app.db.begin().await?;
    store::lock_owner(&mut *tx, user_id).await?;
    let kept = store::list_addresses(&mut *tx, user_id).await?;
    if let Some(twin) = kept.iter().find(|a| a.address == *address) {
        return Ok(Some(twin.id));
    }
    if store::count_addresses(&mut *tx, user_id).await? >= MOST {
        return Ok(None);
    }
    let default = default || kept.is_empty();
    if default {
        store::clear_default(&mut *tx, user_id).await?;
    }
    let id = store::insert_address(&mut *tx, user_id, address, default).await?;
    tx.commit().await?;
    Ok(Some(id))
}

pub(crate) async fn update(app: &App, user_id: i64, id: i64, address: &Address) -> Result<(), Error> {
    found(store::set_address(&app.db, user_id, id, address).await?)
}

pub(crate) async fn make_default(app: &App, user_id: i64, id: i64) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    store::lock_owner(&mut *tx, user_id).await?;
    store::clear_default(&mut *tx, user_id).await?;
    found(store::set_default(&mut *tx, user_id, id).await?)?;
    tx.commit().await?;
    Ok(())
}

pub(crate) async fn delete(app: &App, user_id: i64, id: i64) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    store::lock_owner(&mut *tx, user_id).await?;
    found(store::delete_address(&mut *tx, user_id, id).await?)?;
    store::set_some_default(&mut *tx, user_id).await?;
    tx.commit().await?;
    Ok(())
}

fn found(done: bool) -> Result<(), Error> {
    if done { Ok(()) } else { Err(Error::NotFound) }
}
