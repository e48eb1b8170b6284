//! Proving that an address is one's own: the link of a mail, good for a week, used once.

use platform::App;
use platform::web::Error;
use platform::web::visitor::User;

use crate::jobs::SendVerification;
use crate::register::mail_allowed;
use crate::store;
use crate::token::{self, Purpose};

/// Whether the link can still be used.
pub async fn is_usable(app: &App, token: &str) -> Result<bool, Error> {
    if !token::is_plausible(token) {
        return Ok(false);
    }
    let found = store::tokens::find_token_user(&app.db, &token::hash(token), Purpose::VerifyEmail).await?;
    Ok(found.is_some())
}

/// Uses the link. False when it is unknown, old or used.
pub async fn verify_email(app: &App, token: &str) -> Result<bool, Error> {
    if !token::is_plausible(token) {
        return Ok(false);
    }
    let mut tx = app.db.begin().await?;
    let user = store::tokens::take_token(&mut *tx, &token::hash(token), Purpose::VerifyEmail).await?;
    let Some(user_id) = user else { return Ok(false) };
    let done = store::users::set_verified(&mut *tx, user_id).await?;
    store::tokens::delete_tokens(&mut *tx, user_id, Purpose::VerifyEmail).await?;
    tx.commit().await?;
    Ok(done)
}

/// Sends the link again, a few times an hour at most.
pub async fn resend(app: &App, user: &User) -> Result<(), Error> {
    if mail_allowed(app, &user.email).await? {
        ::jobs::enqueue(&app.db, &SendVerification { user_id: user.id }).await?;
    }
    Ok(())
}
