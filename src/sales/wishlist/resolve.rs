//! Whose list a request is about. Asked only by the pages of this feature: other pages do not show the list.

use platform::App;
use platform::infra::db;
use uuid::Uuid;

use super::store::{self, Found};

/// The list of a visitor, if there is one. A guest's list joins the customer's.
pub async fn find(app: &App, user: Option<i64>, cookie: Option<&str>) -> sqlx::Result<Option<Found>> {
    let token = cookie.and_then(|t| Uuid::try_parse(t).ok());
    if token.is_none() && user.is_none() {
        return Ok(None);
    }
    let found = store::find_lists(&app.db, token, user).await?;
    let Some(user) = user else {
        // A cookie that names a customer's list opens nothing without the customer.
        return Ok(found.into_iter().find(|l| l.user_id.is_none()));
    };
    if let Some(guest) = found.iter().find(|l| l.user_id.is_none()) {
        let own = found.iter().find(|l| l.user_id == Some(user));
        join(app, user, guest, own).await?;
        return Ok(store::find_lists(&app.db, None, Some(user)).await?.into_iter().next());
    }
    Ok(found.into_iter().find(|l| l.user_id == Some(user)))
}

async fn join(app: &App, user: i64, guest: &Found, own: Option<&Found>) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    match own {
        Some(own) => {
            store::move_items(&mut tx, guest.id, own.id).await?;
            store::delete_list(&mut tx, guest.id).await?;
        }
        None => match store::set_owner(&mut tx, guest.id, user).await {
            // Another request made one for them at this moment: the next look joins the two.
            Err(e) if db::violated(&e) == Some("wishlists_user_id_key") => return tx.rollback().await,
            done => done?,
        },
    }
    tx.commit().await
}

/// The list of a visitor, made when there is none. The token is told when a guest's cookie must be set.
pub async fn open(app: &App, user: Option<i64>, cookie: Option<&str>) -> sqlx::Result<(i64, Option<Uuid>)> {
    if let Some(list) = find(app, user, cookie).await? {
        return Ok((list.id, None));
    }
    let token = Uuid::new_v4();
    let id = store::insert_list(&app.db, token, user).await?;
    Ok((id, user.is_none().then_some(token)))
}
