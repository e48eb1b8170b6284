//! Signing in: one answer for a wrong password, an unknown address and a locked account, in the same time.

use platform::App;
use platform::infra::rate_limit::{self, Verdict};
use platform::web::Error;
use sha2::{Digest, Sha256};

use crate::model::Account;
use crate::{forms, password, store};

/// Which door: the shop takes every active account, the back office only staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Shop,
    Office,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Wrong password, unknown address, too many failures: nobody learns which.
    #[error("wrong address or password")]
    Wrong,
    /// Too many attempts from one place.
    #[error("too many attempts")]
    TooMany { retry_after_s: u32 },
    /// Redis is away: attempts cannot be counted and no session could be kept.
    #[error("signing in is not possible right now")]
    Away,
    #[error(transparent)]
    Other(#[from] Error),
}

/// Who this is, if the password is right and neither the place nor the account has tried too often.
pub async fn authenticate(
    app: &App,
    door: Door,
    client_ip: &str,
    email: &str,
    password: &str,
) -> Result<Account, SignInError> {
    let entered = enter(app, door, client_ip, email, password).await;
    let outcome = match &entered {
        Ok(_) => "ok",
        Err(SignInError::Wrong) => "wrong",
        Err(SignInError::TooMany { .. }) => "limited",
        Err(_) => "failed",
    };
    let door = match door {
        Door::Shop => "shop",
        Door::Office => "office",
    };
    metrics::counter!("smartmarket_login_total", "door" => door, "outcome" => outcome).increment(1);
    entered
}

async fn enter(
    app: &App,
    door: Door,
    client_ip: &str,
    email: &str,
    password: &str,
) -> Result<Account, SignInError> {
    match rate_limit::check(app, rate_limit::SIGN_IN, client_ip).await {
        Verdict::Allowed => {}
        Verdict::Limited { retry_after_s } => return Err(SignInError::TooMany { retry_after_s }),
        Verdict::Unknown => return Err(SignInError::Away),
    }
    let key = account_key(email);
    let open = match rate_limit::check(app, rate_limit::SIGN_IN_ACCOUNT, &key).await {
        Verdict::Allowed => true,
        Verdict::Limited { .. } => false,
        Verdict::Unknown => return Err(SignInError::Away),
    };
    let found = store::users::find_credentials(&app.db, email.trim()).await.map_err(Error::from)?;
    // What is too long to be a password is not worth hashing as it is, but takes the time of one.
    let given = if password.chars().count() <= *forms::PASSWORD_LENGTH.end() { password } else { "" };
    let hash = found.as_ref().filter(|_| open).and_then(|(_, hash)| hash.as_deref());
    let right = password::verify(given, hash).await?;
    let account = found.as_ref().map(|(account, _)| account).filter(|a| right && enters(a, door));
    let Some(account) = account.cloned() else { return Err(SignInError::Wrong) };
    rate_limit::forget(app, rate_limit::SIGN_IN_ACCOUNT, &key).await;
    if let Some(old) = hash.filter(|h| password::is_outdated(h)) {
        let new = password::hash(given).await?;
        store::users::set_rehashed(&app.db, account.user.id, old, &new).await.map_err(Error::from)?;
    }
    Ok(account)
}

fn enters(account: &Account, door: Door) -> bool {
    match door {
        Door::Shop => true,
        Door::Office => account.user.role.is_staff(),
    }
}

/// What attempts on one address are counted under; Redis learns no address.
pub(crate) fn account_key(email: &str) -> String {
    hex::encode(&Sha256::digest(email.trim().to_lowercase().as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::account_key;

    #[test]
    fn attempts_on_one_address_are_counted_together_however_it_is_written() {
        assert_eq!(account_key(" Nadia@Exemple.fr "), account_key("nadia@exemple.fr"));
        assert_ne!(account_key("nadia@exemple.fr"), account_key("nadia@exemple.com"));
    }
}
