//! Whose cart a request is about.

use platform::App;
use uuid::Uuid;

use super::store::{self, Found};
use catalog::stock::{self, Holder};

/// An open cart.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct OpenCart {
    pub id: Option<i64>,
    /// Articles in it.
    pub count: i64,
    /// Different products in it.
    pub products: Vec<i64>,
}

/// The open cart of a visitor and its number of articles.
pub async fn resolve(
    app: &App,
    user_id: Option<i64>,
    cookie_token: Option<&str>,
) -> sqlx::Result<(Option<i64>, i64)> {
    find_cart(app, user_id, cookie_token).await.map(|cart| (cart.id, cart.count))
}

/// The open cart of a visitor. Asked once per request by the root's visitor layer.
///
/// No query without cookie and customer, else one. When a customer comes with a guest's cart, it becomes theirs; when they
/// have one already, the lines are moved into it (quantities summed, at most 999; what is in stock is looked at by the cart
/// page). A cookie that names another customer's cart is ignored.
pub async fn find_cart(
    app: &App,
    user_id: Option<i64>,
    cookie_token: Option<&str>,
) -> sqlx::Result<OpenCart> {
    let token = cookie_token.and_then(|t| Uuid::try_parse(t).ok());
    if token.is_none() && user_id.is_none() {
        return Ok(OpenCart::default());
    }
    let found = store::find_open(&app.db, token, user_id).await?;
    let Some(user) = user_id else {
        return Ok(answer(found.first()));
    };
    let own = found.iter().find(|c| c.user_id == Some(user));
    match found.iter().find(|c| c.user_id.is_none()) {
        None => Ok(answer(own)),
        Some(guest) => {
            merge(app, user, guest, own).await?;
            let found = store::find_open(&app.db, None, Some(user)).await?;
            Ok(answer(found.first()))
        }
    }
}

fn answer(cart: Option<&Found>) -> OpenCart {
    cart.map_or_else(OpenCart::default, |c| OpenCart {
        id: Some(c.id),
        count: c.count,
        products: c.products.clone(),
    })
}

/// Two requests right after a sign-in may both come here: whoever finds the guest's cart gone has nothing to do.
async fn merge(app: &App, user: i64, guest: &Found, own: Option<&Found>) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(own) = own else {
        match store::set_owner(&mut tx, guest.id, user).await {
            // The unique index: a cart of theirs was made at this moment. The next request joins the two.
            Err(e) if platform::infra::db::violated(&e) == Some("carts_open_of_user") => {
                tx.rollback().await?
            }
            done => {
                done?;
                tx.commit().await?;
            }
        }
        return Ok(());
    };
    if store::lock_carts(&mut tx, &[guest.id, own.id]).await?.len() == 2 {
        stock::release(&mut tx, Holder::Cart(guest.id)).await?;
        store::move_lines(&mut tx, guest.id, own.id).await?;
        store::replace_cart(&mut tx, guest.id, own.id, guest.token).await?;
    }
    tx.commit().await
}
