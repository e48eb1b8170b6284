//! Whole pages for visitors without session, kept for seconds, compressed once.
//!
//! A page says itself that it is the same for everybody ([`super::page::Page::public`]) but for the number beside the cart,
//! which is put in for visitors with a cart ([`mod@seam`]). Requests with a session or flash cookie, and htmx requests,
//! neither read nor fill the cache; nor is a kept page shown to who has something it proposes ([`Proposed`]) in the cart
//! already. Product and content events clear it.

mod seam;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use kit::Lang;
use moka::sync::Cache;
use poem::PathPattern;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};

use self::seam::Seam;
use super::context::Theme;
use super::session;
use crate::App;

/// How long a page may be shown after it was made.
pub const TTL: Duration = Duration::from_secs(5);
const CAPACITY_BYTES: u64 = 16 * 1024 * 1024;
const COMPRESS_FROM: usize = 1_024;

/// Cookie with the products somebody looked at; the home page alone differs by it.
pub const RECENT: &str = "vus";

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
    seam: Option<Seam>,
    proposed: Vec<i64>,
}

/// Products that a page proposes. Whoever has one of them in the cart gets a page of their own.
#[derive(Clone, Default)]
pub struct Proposed(pub Vec<i64>);

/// What is in the cart that a cookie names: the number of articles, the products.
#[derive(Debug, Default)]
pub struct InCart {
    pub count: i64,
    pub products: Vec<i64>,
}

/// The root package knows carts.
pub type FindCart = fn(App, String) -> BoxFuture<'static, InCart>;

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

    /// For somebody without a cart.
    fn response(&self, encoding: Encoding, state: &'static str) -> Response {
        let encoding = if self.plain.len() < COMPRESS_FROM { Encoding::Identity } else { encoding };
        let mut response = self.with_body(self.body(encoding), encoding, state);
        let shared = HeaderValue::from_static("public, max-age=0, s-maxage=5");
        response.headers_mut().insert(header::CACHE_CONTROL, shared);
        response
    }

    /// For somebody with so many articles in the cart; nobody may keep it. `None` for pages that do not show the number.
    fn response_with(&self, count: i64, encoding: Encoding) -> Option<Response> {
        let seam = self.seam.as_ref()?;
        // Whoever takes brotli takes gzip.
        let packed = (encoding != Encoding::Identity).then(|| seam.gzip(count)).flatten();
        let mut response = match packed {
            Some(body) => self.with_body(body, Encoding::Gzip, "cart"),
            None => self.with_body(seam.plain(count), Encoding::Identity, "cart"),
        };
        super::page::no_store(&mut response);
        Some(response)
    }

    fn with_body(&self, body: Bytes, encoding: Encoding, state: &'static str) -> Response {
        let mut response = Response::builder()
            .header(header::CONTENT_TYPE, self.content_type.clone())
            .header("x-page-cache", state)
            .body(body);
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
    let home = Lang::ALL.iter().any(|l| req.uri().path() == kit::urls::home(*l));
    let plain = *req.method() == Method::GET
        && !app.maintenance.is_on()
        && !headers.contains_key("hx-request")
        && !headers.contains_key(header::AUTHORIZATION)
        && !session::has_cookie(app, headers)
        && session::cookie(headers, "flash").is_none()
        && !(home && session::cookie(headers, RECENT).is_some());
    plain.then(|| {
        format!("{}|{}", Theme::of(headers).code(), req.uri().path_and_query().map_or("/", |p| p.as_str()))
    })
}

/// Layer: answers from the cache or keeps a page marked [`Public`]; other HTML is compressed as it goes out.
pub async fn layer<E: Endpoint>(next: Arc<E>, req: Request, find: FindCart) -> poem::Result<Response> {
    let Some(app) = req.data::<App>().cloned() else {
        return next.call(req).await.map(IntoResponse::into_response);
    };
    let encoding = Encoding::accepted(req.headers());
    let key = key(&req, &app);
    let cart = session::cookie(req.headers(), "cart");
    let lang = Lang::of_path(req.uri().path());
    if let Some(entry) = key.as_ref().and_then(|k| app.pages.0.get(k)) {
        match &cart {
            None => return Ok(entry.response(encoding, "hit")),
            Some(cart) if entry.seam.is_some() => {
                let cart = find(app.clone(), cart.clone()).await;
                let own = entry.proposed.iter().any(|id| cart.products.contains(id));
                if let Some(response) = entry.response_with(cart.count, encoding).filter(|_| !own) {
                    return Ok(response);
                }
            }
            Some(_) => {}
        }
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
        let seam = Seam::find(lang, &plain);
        let proposed = response.data::<Proposed>().cloned().unwrap_or_default().0;
        let own = plain.clone();
        // What is kept has the empty cart, whoever it was made for.
        let plain = seam.as_ref().map_or(plain, |seam| seam.plain(0));
        let entry = Arc::new(Entry { content_type, vary, route, plain, brotli, gzip, seam, proposed });
        if cart.is_none() || entry.seam.is_some() {
            app.pages.0.insert(key, entry.clone());
        }
        if cart.is_none() {
            return Ok(entry.response(encoding, "miss"));
        }
        super::page::no_store(&mut response);
        return Ok(finish(response, own, encoding));
    }
    if public {
        // The same page for somebody with cookies: it carries their cart, nobody may keep it.
        super::page::no_store(&mut response);
    }
    Ok(finish(response, plain, encoding))
}

/// Compresses a page that is for one visitor.
fn finish(mut response: Response, plain: Bytes, encoding: Encoding) -> Response {
    if encoding != Encoding::Identity && plain.len() >= COMPRESS_FROM {
        if let Some(name) = encoding.name() {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        response.set_body(compress(encoding, &plain));
    } else {
        response.set_body(plain);
    }
    response
}
