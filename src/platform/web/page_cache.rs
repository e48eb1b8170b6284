//! Whole pages for visitors without session and cart, kept for seconds, compressed once.
//!
//! A page says itself that it is the same for everybody ([`super::page::Page::public`]). Requests with a session, cart or
//! flash cookie, and htmx requests, neither read nor fill the cache. Product and content events clear it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use moka::sync::Cache;
use poem::PathPattern;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};

use super::context::Theme;
use super::session;
use crate::App;

/// How long a page may be shown after it was made.
pub const TTL: Duration = Duration::from_secs(5);
const CAPACITY_BYTES: u64 = 16 * 1024 * 1024;
const COMPRESS_FROM: usize = 1_024;

/// Mark put on a response that is the same for every visitor without cookies.
#[derive(Clone, Copy)]
pub struct Public;

struct Entry {
    content_type: HeaderValue,
    vary: Option<HeaderValue>,
    route: Option<PathPattern>,
    plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

pub struct PageCache(Cache<String, Arc<Entry>>);

impl Default for PageCache {
    fn default() -> Self {
        Self::new()
    }
}

impl PageCache {
    pub fn new() -> PageCache {
        let cache = Cache::builder()
            .max_capacity(CAPACITY_BYTES)
            .weigher(|k: &String, e: &Arc<Entry>| (k.len() + e.plain.len() * 3 / 2 + 256) as u32)
            .time_to_live(TTL)
            .build();
        PageCache(cache)
    }

    /// Forgets everything: a product or a page was changed.
    pub fn clear(&self) {
        self.0.invalidate_all();
    }
}

/// What the client takes, best first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    pub fn accepted(headers: &HeaderMap) -> Encoding {
        let accept = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let has = |name: &str| {
            accept.split(',').any(|part| {
                let (coding, q) = part.split_once(';').unwrap_or((part, ""));
                coding.trim() == name
                    && !q.trim().trim_start_matches("q=").starts_with("0.0")
                    && q.trim() != "q=0"
            })
        };
        if has("br") {
            Encoding::Brotli
        } else if has("gzip") {
            Encoding::Gzip
        } else {
            Encoding::Identity
        }
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Encoding::Brotli => Some("br"),
            Encoding::Gzip => Some("gzip"),
            Encoding::Identity => None,
        }
    }
}

fn compress(encoding: Encoding, plain: &[u8]) -> Bytes {
    use std::io::Write;
    match encoding {
        Encoding::Brotli => {
            let mut out = Vec::with_capacity(plain.len() / 4);
            let params = brotli::enc::BrotliEncoderParams { quality: 4, lgwin: 20, ..Default::default() };
            match brotli::BrotliCompress(&mut &plain[..], &mut out, &params) {
                Ok(_) => out.into(),
                Err(_) => Bytes::copy_from_slice(plain),
            }
        }
        Encoding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(5));
            let done = encoder.write_all(plain).and_then(|()| encoder.finish());
            done.map_or_else(|_| Bytes::copy_from_slice(plain), Bytes::from)
        }
        Encoding::Identity => Bytes::copy_from_slice(plain),
    }
}

impl Entry {
    fn body(&self, encoding: Encoding) -> Bytes {
        match encoding {
            Encoding::Brotli => self.brotli.get_or_init(|| compress(encoding, &self.plain)).clone(),
            Encoding::Gzip => self.gzip.get_or_init(|| compress(encoding, &self.plain)).clone(),
            Encoding::Identity => self.plain.clone(),
        }
    }

    fn response(&self, encoding: Encoding, state: &'static str) -> Response {
        let encoding = if self.plain.len() < COMPRESS_FROM { Encoding::Identity } else { encoding };
        let mut response = Response::builder()
            .header(header::CONTENT_TYPE, self.content_type.clone())
            .header(header::CACHE_CONTROL, "public, max-age=0, s-maxage=5")
            .header("x-page-cache", state)
            .body(self.body(encoding));
        if let Some(route) = &self.route {
            response.set_data(route.clone());
        }
        let headers = response.headers_mut();
        if let Some(vary) = &self.vary {
            headers.append(header::VARY, vary.clone());
        }
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
        if let Some(name) = encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response
    }
}

fn key(req: &Request, app: &App) -> Option<String> {
    let headers = req.headers();
    let plain = *req.method() == Method::GET
        && !app.maintenance.is_on()
        && !headers.contains_key("hx-request")
        && !headers.contains_key(header::AUTHORIZATION)
        && !session::has_cookie(app, headers)
        && session::cookie(headers, "cart").is_none()
        && session::cookie(headers, "flash").is_none();
    plain.then(|| {
        format!("{}|{}", Theme::of(headers).code(), req.uri().path_and_query().map_or("/", |p| p.as_str()))
    })
}

/// Layer: answers from the cache or keeps a page marked [`Public`]; other HTML is compressed as it goes out.
pub async fn layer<E: Endpoint>(next: Arc<E>, req: Request) -> poem::Result<Response> {
    let Some(app) = req.data::<App>().cloned() else {
        return next.call(req).await.map(IntoResponse::into_response);
    };
    let encoding = Encoding::accepted(req.headers());
    let key = key(&req, &app);
    if let Some(entry) = key.as_ref().and_then(|k| app.pages.0.get(k)) {
        return Ok(entry.response(encoding, "hit"));
    }
    let mut response = next.call(req).await?.into_response();
    let public = response.data::<Public>().is_some() && response.status() == StatusCode::OK;
    let cookies = response.headers().contains_key(header::SET_COOKIE);
    let Some(content_type) = response.headers().get(header::CONTENT_TYPE).cloned() else {
        return Ok(response);
    };
    let text =
        content_type.to_str().is_ok_and(|t| t.starts_with("text/html") || t.starts_with("application/xml"));
    if !text || response.headers().contains_key(header::CONTENT_ENCODING) {
        return Ok(response);
    }
    let plain = response.take_body().into_bytes().await.unwrap_or_default();
    if let (Some(key), true, false) = (key, public, cookies) {
        let vary = response.headers().get(header::VARY).cloned();
        let route = response.data::<PathPattern>().cloned();
        let (brotli, gzip) = (OnceLock::new(), OnceLock::new());
        let entry = Arc::new(Entry { content_type, vary, route, plain, brotli, gzip });
        app.pages.0.insert(key, entry.clone());
        return Ok(entry.response(encoding, "miss"));
    }
    if public {
        // The same page for somebody with cookies: it carries their cart, nobody may keep it.
        super::page::no_store(&mut response);
    }
    if encoding != Encoding::Identity && plain.len() >= COMPRESS_FROM {
        if let Some(name) = encoding.name() {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        response.set_body(compress(encoding, &plain));
    } else {
        response.set_body(plain);
    }
    Ok(response)
}
