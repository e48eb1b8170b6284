//! Cross-site request forgery: every unsafe request is refused unless it proves that it comes from our own page.
//!
//! Two checks, both for every unsafe method on every route: a browser that says `Origin` or `Sec-Fetch-Site` must say
//! ours, and the form must carry a token. The token is an HMAC over the session (or "guest") and the day, masked with a
//! fresh nonce. A guest has no authority that a token could protect, so pages for guests stay cacheable.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use poem::http::{Method, StatusCode, header};
use poem::{Body, Endpoint, IntoResponse, Request, Response};
use secrecy::ExposeSecret;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{Ctx, Error, session};
use crate::App;

/// Name of the hidden field.
pub const FIELD: &str = "_csrf";
/// Largest body of a form.
pub const BODY_LIMIT: usize = 256 * 1024;
const NONCE: usize = 12;
const MAC: usize = 16;

/// What tokens of this request are bound to: the session cookie, or "guest".
pub fn seed(req: &Request) -> String {
    req.data::<App>()
        .and_then(|app| session::cookie(req.headers(), session::cookie_name(app)))
        .unwrap_or_else(|| "guest".into())
}

/// A fresh token, about 38 characters, good for today and tomorrow.
pub fn token(app: &App, seed: &str) -> String {
    let nonce: [u8; NONCE] = rand::random();
    let day = app.clock.now().timestamp() / 86_400;
    let mut out = nonce.to_vec();
    if let Some(mac) = app.config.secret_keys.first().map(|k| mac(k.expose_secret(), seed, day, &nonce)) {
        out.extend_from_slice(&mac);
    }
    URL_SAFE_NO_PAD.encode(out)
}

/// Whether a token belongs to the seed and was made today or yesterday, under any of the keys; tomorrow too: behind one
/// address may stand machines whose clocks differ, and around midnight one of them is a day ahead.
pub fn verify(app: &App, seed: &str, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    if bytes.len() != NONCE + MAC {
        return false;
    }
    let (nonce, given) = bytes.split_at(NONCE);
    let today = app.clock.now().timestamp() / 86_400;
    app.config.secret_keys.iter().any(|key| {
        (today - 1..=today + 1).any(|day| mac(key.expose_secret(), seed, day, nonce).ct_eq(given).into())
    })
}

fn mac(key: &str, seed: &str, day: i64, nonce: &[u8]) -> [u8; MAC] {
    let mut out = [0; MAC];
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) {
        for part in [b"csrf\0".as_slice(), seed.as_bytes(), b"\0", &day.to_be_bytes(), nonce] {
            mac.update(part);
        }
        out.copy_from_slice(&mac.finalize().into_bytes()[..MAC]);
    }
    out
}

/// Whether the browser itself says that the request comes from elsewhere.
pub fn is_foreign(req: &Request, app: &App) -> bool {
    let get = |name: &str| req.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = get("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return true;
    }
    // A page under `Referrer-Policy: no-referrer` (new password) posts with `Origin: null`; there the browser's word counts.
    let own_null = |origin: &str| origin == "null" && get("sec-fetch-site") == Some("same-origin");
    get("origin").is_some_and(|origin| {
        origin != app.config.origin() && !is_own_host(req, app, origin) && !own_null(origin)
    })
}

/// In development the shop is reached under several names of this machine; there the Host decides.
fn is_own_host(req: &Request, app: &App, origin: &str) -> bool {
    if app.config.is_production() {
        return false;
    }
    let host = req.headers().get(header::HOST).and_then(|h| h.to_str().ok());
    host.is_some_and(|h| origin.strip_prefix("http://") == Some(h))
}

/// Layer: refuses unsafe requests that are foreign or carry no valid token, and bodies above the limit.
pub async fn layer<E: Endpoint>(next: Arc<E>, mut req: Request) -> poem::Result<Response> {
    if matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.call(req).await.map(IntoResponse::into_response);
    }
    let ctx =
        req.data::<Ctx>().cloned().ok_or_else(|| Error::internal(anyhow::anyhow!("context is missing")))?;
    if is_foreign(&req, &ctx.app) {
        return Err(Error::Csrf.into());
    }
    let declared =
        req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|n| n > BODY_LIMIT) {
        return Err(Error::Status(StatusCode::PAYLOAD_TOO_LARGE).into());
    }
    let body = req.take_body().into_bytes_limit(BODY_LIMIT).await.map_err(|e| match e {
        poem::error::ReadBodyError::PayloadTooLarge => Error::Status(StatusCode::PAYLOAD_TOO_LARGE),
        _ => Error::Status(StatusCode::BAD_REQUEST),
    })?;
    let in_header = req.headers().get("x-csrf-token").and_then(|v| v.to_str().ok()).map(str::to_string);
    let given = in_header.or_else(|| token_in(&body));
    if !given.is_some_and(|t| verify(&ctx.app, &ctx.csrf_seed, &t)) {
        return Err(Error::Csrf.into());
    }
    req.set_body(Body::from_bytes(body));
    next.call(req).await.map(IntoResponse::into_response)
}

fn token_in(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    text.split('&').find_map(|pair| pair.strip_prefix("_csrf=")).map(str::to_string)
}
