//! What a person changes about themselves: name, phone, language, password.

use platform::App;
use platform::infra::rate_limit::{self, Verdict};
use platform::web::visitor::User;
use platform::web::{Error, Session};

use crate::authenticate::account_key;
use crate::forms::{PasswordChange, Profile};
use crate::token::Purpose;
use crate::{password, session, store};

pub async fn update_profile(app: &App, user: &User, p: &Profile) -> Result<(), Error> {
    store::users::set_profile(&app.db, user.id, &p.name, &p.phone, p.lang.code()).await?;
    Ok(())
}

/// Changes the password and ends every other session. False when the present password is wrong; trying is limited as
/// signing in is.
pub async fn change_password(
    app: &App,
    session: &Session,
    user: &User,
    change: &PasswordChange,
) -> Result<bool, Error> {
    let key = account_key(&user.email);
    let open = match rate_limit::check(app, rate_limit::SIGN_IN_ACCOUNT, &key).await {
        Verdict::Allowed => true,
        Verdict::Limited { .. } => false,
        Verdict::Unknown => {
            return Err(Error::Unavailable("attempts cannot be counted without redis".into()));
        }
    };
    let present = store::users::find_password_hash(&app.db, user.id).await?.filter(|_| open);
    if !password::verify(&change.present, present.as_deref()).await? {
        return Ok(false);
    }
    let hash = password::hash(&change.new).await?;
    let mut tx = app.db.begin().await?;
    let epoch = store::users::set_password(&mut *tx, user.id, &hash).await?.ok_or(Error::NotFound)?;
    store::tokens::delete_tokens(&mut *tx, user.id, Purpose::ResetPassword).await?;
    tx.commit().await?;
    rate_limit::forget(app, rate_limit::SIGN_IN_ACCOUNT, &key).await;
    session::renew(session, user.id, epoch).await?;
    Ok(true)
}
