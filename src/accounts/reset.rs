//! A forgotten password: a link by mail, good for an hour, used once.

use platform::App;
use platform::infra::rate_limit;
use platform::web::Error;

use crate::authenticate::account_key;
use crate::jobs::SendReset;
use crate::register::mail_allowed;
use crate::token::{self, Purpose};
use crate::{password, store};

/// Sends the link when the address has an account. The same work is done when it has none.
pub async fn request(app: &App, email: &str) -> Result<(), Error> {
    let allowed = mail_allowed(app, email).await?;
    let found = store::users::find_credentials(&app.db, email).await?;
    let user_id = found.filter(|_| allowed).map(|(account, _)| account.user.id);
    ::jobs::enqueue(&app.db, &SendReset { user_id }).await?;
    Ok(())
}

/// Whether the link can still be used.
pub async fn is_usable(app: &App, token: &str) -> Result<bool, Error> {
    if !token::is_plausible(token) {
        return Ok(false);
    }
    let found = store::tokens::find_token_user(&app.db, &token::hash(token), Purpose::ResetPassword).await?;
    Ok(found.is_some())
}

/// Uses the link: the new password holds, every session and every other link of this person ends. False when the link is
/// unknown, old or used.
pub async fn reset_password(app: &App, token: &str, new_password: &str) -> Result<bool, Error> {
    if !is_usable(app, token).await? {
        return Ok(false);
    }
    let hash = password::hash(new_password).await?;
    let mut tx = app.db.begin().await?;
    let user = store::tokens::take_token(&mut *tx, &token::hash(token), Purpose::ResetPassword).await?;
    let Some(user_id) = user else { return Ok(false) };
    store::users::set_password(&mut *tx, user_id, &hash).await?;
    // Who reads the mail of an address has shown that it is theirs.
    store::users::set_verified(&mut *tx, user_id).await?;
    store::tokens::delete_tokens(&mut *tx, user_id, Purpose::ResetPassword).await?;
    let account = store::users::find_user(&mut *tx, user_id).await?;
    tx.commit().await?;
    if let Some(account) = account {
        rate_limit::forget(app, rate_limit::SIGN_IN_ACCOUNT, &account_key(&account.user.email)).await;
    }
    Ok(true)
}
