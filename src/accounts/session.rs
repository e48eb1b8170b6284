//! Who is signed in. Shop and back office have separate sign-ins inside one session, each with the epoch of its user.

use chrono::{DateTime, Duration, Utc};
use platform::App;
use platform::web::visitor::User;
use platform::web::{Error, Session};
use serde::{Deserialize, Serialize};

use crate::model::Account;
use crate::{store, together};

const CUSTOMER: &str = "customer";
const STAFF: &str = "staff";
/// Staff are signed out after this time without a request.
pub const STAFF_IDLE: Duration = Duration::minutes(30);
/// Staff sign in again after this time, whatever they do.
pub const STAFF_LONGEST: Duration = Duration::hours(12);
/// How exactly "last seen" is kept: writing it on each request would cost a write to Redis each time.
const STAFF_TOUCH: Duration = Duration::seconds(60);
const CUSTOMER_TOUCH: Duration = Duration::days(1);

/// One sign-in, as kept in the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SignIn {
    id: i64,
    epoch: i32,
    since: DateTime<Utc>,
    seen: DateTime<Utc>,
}

impl SignIn {
    fn new(account: &Account, now: DateTime<Utc>) -> SignIn {
        SignIn { id: account.user.id, epoch: account.epoch, since: now, seen: now }
    }

    fn is_over(&self, now: DateTime<Utc>) -> bool {
        now - self.seen > STAFF_IDLE || now - self.since > STAFF_LONGEST
    }
}

/// Who is signed in with one session: shop and back office apart.
#[derive(Clone, Debug, Default)]
pub struct People {
    pub customer: Option<User>,
    pub staff: Option<User>,
}

/// The signed-in customer and member of staff of this session.
///
/// Costs nothing without a session cookie, else one read in Redis and one query. Whose session was ended elsewhere is simply
/// signed out.
///
/// # Errors
/// [`Unknown`] when Redis or PostgreSQL cannot be asked.
pub async fn visitor(app: &App, session: &Session) -> Result<People, Unknown> {
    if session.id().is_none() {
        return Ok(People::default());
    }
    let now = app.clock.now();
    let customer = sign_in_of(session, CUSTOMER).await?;
    let staff = sign_in_of(session, STAFF).await?.filter(|s| !s.is_over(now));
    let ids: Vec<i64> = [customer, staff].into_iter().flatten().map(|s| s.id).collect();
    if ids.is_empty() {
        return Ok(People::default());
    }
    let rows = store::users::list_signed_in(&app.db, &ids).await.map_err(|e| {
        tracing::warn!(error = %e, "the signed-in users could not be read");
        Unknown
    })?;
    let of = |sign_in: Option<SignIn>| {
        let s = sign_in?;
        rows.iter().find(|a| a.user.id == s.id && a.epoch == s.epoch).map(|a| a.user.clone())
    };
    let found = People { customer: of(customer), staff: of(staff).filter(|u| u.role.is_staff()) };
    touch(session, CUSTOMER, customer.filter(|_| found.customer.is_some()), CUSTOMER_TOUCH, now).await;
    touch(session, STAFF, staff.filter(|_| found.staff.is_some()), STAFF_TOUCH, now).await;
    Ok(found)
}

async fn sign_in_of(session: &Session, key: &str) -> Result<Option<SignIn>, Unknown> {
    session.find(key).await.map_err(|_| Unknown)
}

/// Moves "last seen" on, which also keeps the session in Redis for its full time again.
async fn touch(session: &Session, key: &str, sign_in: Option<SignIn>, every: Duration, now: DateTime<Utc>) {
    if let Some(s) = sign_in.filter(|s| now - s.seen >= every) {
        // Without Redis the session is merely not prolonged.
        let _ = session.insert(key, SignIn { seen: now, ..s }).await;
    }
}

/// Signs a customer in under a new session id.
///
/// # Errors
/// [`Error::Unavailable`] when Redis cannot keep the session.
pub async fn sign_in_customer(app: &App, session: &Session, account: &Account) -> Result<(), Error> {
    sign_in(app, session, CUSTOMER, account).await
}

/// Signs a member of staff in to the back office, under a new session id.
///
/// # Errors
/// [`Error::Unavailable`] when Redis cannot keep the session.
pub async fn sign_in_staff(app: &App, session: &Session, account: &Account) -> Result<(), Error> {
    sign_in(app, session, STAFF, account).await
}

async fn sign_in(app: &App, session: &Session, key: &str, account: &Account) -> Result<(), Error> {
    let now = app.clock.now();
    session.cycle_id().await.map_err(away)?;
    session.insert(key, SignIn::new(account, now)).await.map_err(away)?;
    session.save().await.map_err(away)?;
    store::users::set_signed_in(&app.db, account.user.id, now).await?;
    Ok(())
}

/// Ends the customer's sign-in of this session; a sign-in of staff stays.
pub async fn sign_out_customer(session: &Session) -> Result<(), Error> {
    sign_out_of(session, CUSTOMER, STAFF).await
}

/// Ends the sign-in of staff of this session; a customer's sign-in stays.
pub async fn sign_out_staff(session: &Session) -> Result<(), Error> {
    sign_out_of(session, STAFF, CUSTOMER).await
}

/// Ends everything in this session.
///
/// # Errors
/// [`Error::Unavailable`] when Redis is away: the session would come back with it, so nobody is told that it ended.
pub async fn sign_out(session: &Session) -> Result<(), Error> {
    session.flush().await.map_err(away)
}

/// A new session id for what stays, so that a slow request of before cannot write the ended sign-in back.
async fn sign_out_of(session: &Session, key: &str, other: &str) -> Result<(), Error> {
    session.remove::<SignIn>(key).await.map_err(away)?;
    if session.get::<SignIn>(other).await.map_err(away)?.is_none() {
        return sign_out(session).await;
    }
    session.cycle_id().await.map_err(away)?;
    session.save().await.map_err(away)
}

/// Keeps this session alive after the epoch of its user was raised, under a new id.
pub(crate) async fn renew(session: &Session, id: i64, epoch: i32) -> Result<(), Error> {
    for key in [CUSTOMER, STAFF] {
        if let Some(s) = session.get::<SignIn>(key).await.map_err(away)?.filter(|s| s.id == id) {
            session.insert(key, SignIn { epoch, ..s }).await.map_err(away)?;
        }
    }
    session.cycle_id().await.map_err(away)?;
    session.save().await.map_err(away)
}

fn away(e: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("session: {e}"))
}

/// What an open stream asks every few seconds: does the sign-in it was opened with still stand?
///
/// Reads the session anew from Redis, so signing out, a raised epoch and a changed role end the stream.
///
/// # Errors
/// [`Unknown`] when Redis or PostgreSQL cannot be asked: that is no sign-out.
pub async fn staff_still(app: &App, session: &Session) -> Result<Option<User>, Unknown> {
    let fresh = session.clone();
    fresh.load().await.map_err(|_| Unknown)?;
    if fresh.id().is_none() {
        return Ok(None);
    }
    let Some(sign_in) = sign_in_of(&fresh, STAFF).await?.filter(|s| !s.is_over(app.clock.now())) else {
        return Ok(None);
    };
    let account = together::find_signed_in(app, sign_in.id).await?;
    let stands = account.filter(|a| a.epoch == sign_in.epoch && a.user.role.is_staff());
    Ok(stands.map(|a| a.user))
}

/// Whether somebody is signed in cannot be told at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn staff_sessions_end_when_idle_and_after_twelve_hours() {
        let start = Utc.with_ymd_and_hms(2026, 11, 23, 8, 0, 0).unwrap();
        let s = SignIn { id: 1, epoch: 0, since: start, seen: start };
        assert!(!s.is_over(start + Duration::minutes(30)));
        assert!(s.is_over(start + Duration::minutes(31)));
        let busy = SignIn { seen: start + Duration::hours(12), ..s };
        assert!(!busy.is_over(start + Duration::hours(12)));
        assert!(SignIn { seen: start + Duration::hours(13), ..s }.is_over(start + Duration::hours(13)));
    }
}
