//! Sessions: tower-sessions on Redis, for signing in only. Carts, orders and checkout live in PostgreSQL.
//!
//! tower-sessions' own layer does not fit poem, so the layer here drives `tower_sessions::Session` directly. The key in
//! Redis is the SHA-256 of the cookie: a dump of Redis signs nobody in. Without Redis everybody is simply signed out.

use std::sync::Arc;

use async_trait::async_trait;
use poem::http::{HeaderMap, HeaderValue, header};
use poem::{Endpoint, FromRequest, IntoResponse, Request, RequestBody, Response};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::{Expiry, SessionStore, session_store};

use super::Error;
use crate::App;
use crate::infra::together::{Together, Unasked};

const DAYS: i64 = 14;

/// Name of the session cookie: with the `__Host-` prefix where cookies can be secure.
pub fn cookie_name(app: &App) -> &'static str {
    if app.config.https() { "__Host-sid" } else { "sid" }
}

/// The session of a request. Reading an untouched session costs nothing.
#[derive(Clone, Debug)]
pub struct Session(tower_sessions::Session);

impl std::ops::Deref for Session {
    type Target = tower_sessions::Session;

    fn deref(&self) -> &tower_sessions::Session {
        &self.0
    }
}

impl Session {
    /// The value of this name; what cannot be understood is none.
    ///
    /// # Errors
    /// [`Unasked`] while Redis cannot be asked.
    pub async fn find<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Unasked> {
        match self.0.get(name).await {
            Err(tower_sessions::session::Error::Store(session_store::Error::Backend(_))) => Err(Unasked),
            found => Ok(found.unwrap_or_default()),
        }
    }
}

impl<'a> FromRequest<'a> for Session {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Session> {
        req.data::<Session>()
            .cloned()
            .ok_or_else(|| Error::internal(anyhow::anyhow!("session layer is missing")).into())
    }
}

/// Whether the request came with a session cookie at all.
pub fn has_cookie(app: &App, headers: &HeaderMap) -> bool {
    cookie(headers, cookie_name(app)).is_some()
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, v)| *n == name && !v.is_empty())
        .map(|(_, v)| v.to_string())
}

/// Sets a cookie for the whole shop: HttpOnly, SameSite=Lax, Secure where the shop is on HTTPS.
pub fn set_cookie(app: &App, response: &mut Response, name: &str, value: &str, max_age_s: i64) {
    let secure = if app.config.https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}");
    append(response, &text);
}

/// The same until the browser is closed.
pub fn set_session_cookie(app: &App, response: &mut Response, name: &str, value: &str) {
    let secure = if app.config.https() { "; Secure" } else { "" };
    append(response, &format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"));
}

pub fn clear_cookie(response: &mut Response, name: &str) {
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    append(response, &format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"));
}

fn append(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Layer: puts a [`Session`] into the request, saves it afterwards when it was changed.
pub async fn layer<E: Endpoint>(next: Arc<E>, mut req: Request) -> poem::Result<Response> {
    let Some(app) = req.data::<App>().cloned() else {
        return Err(Error::internal(anyhow::anyhow!("App is missing")).into());
    };
    let sent = cookie(req.headers(), cookie_name(&app));
    let id = sent.as_deref().and_then(|v| v.parse::<Id>().ok());
    let store = Arc::new(RedisStore { app: app.clone() });
    let expiry = Expiry::OnInactivity(Duration::days(DAYS));
    let session = tower_sessions::Session::new(id, store, Some(expiry));
    req.set_data(Session(session.clone()));
    let mut response = match next.call(req).await {
        Ok(r) => r.into_response(),
        Err(e) => e.into_response(),
    };
    let empty = session.is_empty().await;
    if sent.is_some() && empty && (session.is_modified() || id.is_none()) {
        clear_cookie(&mut response, cookie_name(&app));
    } else if session.is_modified() && !empty {
        match session.save().await {
            Ok(()) => {
                if let Some(id) = session.id() {
                    set_cookie(&app, &mut response, cookie_name(&app), &id.to_string(), DAYS * 86_400);
                }
            }
            Err(e) => tracing::warn!(error = %e, "session could not be saved"),
        }
    }
    Ok(response)
}

/// `SET key json NX|XX EX`, `MGET` for those that ask at the same moment, `DEL`.
struct RedisStore {
    app: App,
}

impl std::fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisStore")
    }
}

fn key(id: &Id) -> String {
    format!("session:{}", hex::encode(Sha256::digest(id.to_string().as_bytes())))
}

fn backend(e: impl std::fmt::Display) -> session_store::Error {
    session_store::Error::Backend(e.to_string())
}

impl RedisStore {
    /// `condition` is NX for a new session, XX for a known one: a slow request cannot revive a session that signed out.
    async fn set(&self, record: &Record, condition: &str) -> session_store::Result<bool> {
        let json = serde_json::to_string(&(&record.data, record.expiry_date.unix_timestamp()))
            .map_err(|e| session_store::Error::Encode(e.to_string()))?;
        let seconds = (record.expiry_date - OffsetDateTime::now_utc()).whole_seconds().max(1);
        let key = key(&record.id);
        self.app
            .redis
            .run(async |mut c| {
                redis::cmd("SET")
                    .arg(&key)
                    .arg(&json)
                    .arg(condition)
                    .arg("EX")
                    .arg(seconds)
                    .query_async::<Option<String>>(&mut c)
                    .await
            })
            .await
            .map(|done| done.is_some())
            .map_err(backend)
    }
}

#[async_trait]
impl SessionStore for RedisStore {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        while !self.set(record, "NX").await? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.set(record, "XX").await.map(|_| ())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let app = self.app.clone();
        let read = |keys: Vec<String>| async move {
            let values: Vec<Option<String>> = app
                .redis
                .run(async |mut c| redis::cmd("MGET").arg(&keys).query_async(&mut c).await)
                .await
                .ok()?;
            Some(keys.into_iter().zip(values).filter_map(|(key, value)| Some((key, value?))).collect())
        };
        let kept = self.app.slots.of::<Together<String, String>>();
        let json = kept.ask(key(id), std::time::Duration::ZERO, read).await.map_err(backend)?;
        let Some(json) = json else { return Ok(None) };
        let (data, expiry): (_, i64) =
            serde_json::from_str(&json).map_err(|e| session_store::Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expiry).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let key = key(id);
        self.app
            .redis
            .run(async |mut c| redis::cmd("DEL").arg(&key).query_async::<i64>(&mut c).await)
            .await
            .map(|_| ())
            .map_err(backend)
    }
}
