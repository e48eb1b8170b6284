//! A new customer account. Whether the address has one already is told by mail only.

use kit::Lang;
use platform::App;
use platform::infra::rate_limit::{self, Verdict};
use platform::web::Error;

use crate::authenticate::account_key;
use crate::forms::Registration;
use crate::jobs::{SendAlreadyRegistered, SendVerification};
use crate::{password, store};

/// Creates the account and sends the link that proves the address; for a known address sends "you already have an account".
/// The caller cannot tell the two apart, and neither can the clock: both hash the password.
pub async fn register(app: &App, lang: Lang, r: &Registration) -> Result<(), Error> {
    let hash = password::hash(&r.password).await?;
    let mail = mail_allowed(app, r.email.as_str()).await?;
    let mut tx = app.db.begin().await?;
    let created =
        store::users::insert_customer(&mut *tx, r.email.as_str(), &r.name, lang.code(), &hash).await?;
    match created {
        Some(user_id) => {
            ::jobs::enqueue(&mut *tx, &SendVerification { user_id }).await?;
        }
        None => {
            let known = store::users::find_credentials(&mut *tx, r.email.as_str()).await?;
            if let Some((account, _)) = known.filter(|_| mail) {
                ::jobs::enqueue(&mut *tx, &SendAlreadyRegistered { user_id: account.user.id }).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Whether another mail may go to this address: strangers must not fill somebody's mailbox through our forms.
pub(crate) async fn mail_allowed(app: &App, email: &str) -> Result<bool, Error> {
    match rate_limit::check(app, rate_limit::ACCOUNT_MAIL, &account_key(email)).await {
        Verdict::Allowed => Ok(true),
        Verdict::Limited { .. } => Ok(false),
        Verdict::Unknown => Err(Error::Unavailable("mails cannot be counted without redis".into())),
    }
}
