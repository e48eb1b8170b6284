//! Layer around the shop: what is learned when a product's page is opened. Nothing of it is kept with who opened it.
//!
//! - Coming from search results, the click is counted ([`counts`]): the browser itself says in `Referer` where from.
//! - For who asked for it on "Pour vous", the product goes to the front of a short list in a cookie of their own browser
//!   ([`Recent`]), which ends with the browser, is read by the home page and "Pour vous" alone, and can be emptied or
//!   switched off. Nobody else gets that cookie: it is not needed for what they came for, so the law wants them asked.
//!
//! It stands outside the page cache, so that a kept page counts too.

use std::sync::Arc;

use kit::{Lang, urls};
use platform::App;
use platform::web::{page_cache, request_log, session};
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};

use crate::filter::first;
use crate::tools::counts;

/// Products remembered at most.
const MOST: usize = 20;
const ON: &str = "oui";
const OFF: &str = "non";
/// "No" is remembered for half a year.
const OFF_AGE: i64 = 180 * 86_400;

/// What a visitor looked at, newest first, as their browser keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recent {
    pub ids: Vec<i64>,
    /// The visitor asked for the list.
    pub on: bool,
    /// The visitor wants nothing personal at all, or the browser says so for them.
    pub refused: bool,
}

impl Recent {
    pub fn of(headers: &HeaderMap) -> Recent {
        let cookie = session::cookie(headers, page_cache::RECENT).unwrap_or_default();
        if cookie.is_empty() || cookie == OFF {
            let refused = cookie == OFF || headers.get("sec-gpc").is_some_and(|v| v == "1");
            return Recent { refused, ..Recent::default() };
        }
        let mut ids: Vec<i64> = Vec::new();
        for id in cookie.split('.').filter_map(|id| id.parse().ok()).filter(|id| *id > 0) {
            if ids.len() < MOST && !ids.contains(&id) {
                ids.push(id);
            }
        }
        Recent { ids, on: true, refused: false }
    }

    fn value(&self) -> String {
        self.ids.iter().map(i64::to_string).collect::<Vec<_>>().join(".")
    }
}

/// Begins an empty list, until the browser is closed.
pub fn switch_on(app: &App, response: &mut Response) {
    session::set_session_cookie(app, response, page_cache::RECENT, ON);
}

/// Keeps no list any more.
pub fn switch_off(app: &App, response: &mut Response) {
    session::set_cookie(app, response, page_cache::RECENT, OFF, OFF_AGE);
}

/// A request for the page of a product.
struct Visit {
    app: App,
    lang: Lang,
    slug: String,
    /// Words of the results it was opened from, and who opened it.
    from: Option<(Lang, String, String)>,
    recent: Option<Recent>,
}

impl Visit {
    fn of(app: App, req: &Request) -> Option<Visit> {
        let headers = req.headers();
        if *req.method() != Method::GET || headers.contains_key("hx-request") {
            return None;
        }
        let path = req.uri().path();
        let lang = Lang::of_path(path);
        let slug = path.strip_prefix(&urls::product(lang, ""))?;
        if slug.is_empty() || slug.contains('/') || slug.len() > 200 || is_machine(headers) {
            return None;
        }
        let from = searched(headers).map(|(l, words)| (l, words, request_log::client_ip(req, &app)));
        // A browser that opens a page says so; others get no cookie, and pages without one can be kept for everybody.
        let opened = headers.get("sec-fetch-dest").is_some_and(|v| v == "document")
            && !headers.contains_key("sec-purpose");
        let recent = opened.then(|| Recent::of(headers)).filter(|r| r.on);
        Some(Visit { lang, slug: slug.to_string(), from, recent, app })
    }

    async fn note(self, response: &mut Response) {
        let Visit { app, lang, slug, from, recent } = self;
        if let Some((of, words, who)) = from
            && of == lang
        {
            counts::clicked(&app, lang, &words, &slug, &who);
        }
        let Some(mut recent) = recent else { return };
        let Ok(Some(id)) = catalog::product::find_id(&app, lang, &slug).await else { return };
        if recent.ids.first() == Some(&id) {
            return;
        }
        recent.ids.retain(|other| *other != id);
        recent.ids.insert(0, id);
        recent.ids.truncate(MOST);
        session::set_session_cookie(&app, response, page_cache::RECENT, &recent.value());
        // A page that sets a cookie is nobody else's.
        let personal = HeaderValue::from_static("private, no-cache");
        response.headers_mut().insert(header::CACHE_CONTROL, personal);
    }
}

fn is_machine(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let agent = agent.to_ascii_lowercase();
    ["bot", "crawl", "spider", "slurp", "headlesschrome-prerender"].iter().any(|m| agent.contains(m))
}

/// The words of the search results of ours that this page was opened from.
fn searched(headers: &HeaderMap) -> Option<(Lang, String)> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (_, rest) = referer.split_once("://")?;
    let path = rest.strip_prefix(host).filter(|p| p.starts_with('/'))?;
    let (path, query) = path.split_once('?')?;
    let lang = Lang::ALL.into_iter().find(|l| path == urls::search(*l))?;
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect();
    // In another order the place says nothing.
    let sorted = first(&pairs, "tri").is_some_and(|t| !t.is_empty());
    let words = kit::text::one_line(first(&pairs, "q")?, crate::suggest::LONGEST);
    (!sorted && !words.is_empty()).then_some((lang, words))
}

/// Notes what a page of a product tells.
pub async fn layer<E: Endpoint>(next: Arc<E>, req: Request) -> poem::Result<Response> {
    let visit = req.data::<App>().cloned().and_then(|app| Visit::of(app, &req));
    let mut response = next.call(req).await?.into_response();
    if let Some(visit) = visit
        && response.status() == StatusCode::OK
    {
        visit.note(&mut response).await;
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(n, v)| (header::HeaderName::from_static(n), HeaderValue::from_str(v).unwrap()))
            .collect()
    }

    #[test]
    fn only_results_of_our_own_in_their_own_order_are_a_source() {
        let from = |referer: &str| searched(&headers(&[("referer", referer), ("host", "shop.test")]));
        let words = Some((Lang::Fr, "thé vert".to_string()));
        assert_eq!(from("https://shop.test/recherche?q=th%C3%A9+vert&page=2"), words);
        assert_eq!(from("https://shop.test/en/search?q=tea"), Some((Lang::En, "tea".into())));
        for other in [
            "https://evil.test/recherche?q=a",
            "https://shop.test.evil/recherche?q=a",
            "https://shop.test/recherche?q=a&tri=prix",
            "https://shop.test/recherche?q=",
            "https://shop.test/c/x?q=a",
            "nonsense",
        ] {
            assert_eq!(from(other), None, "{other}");
        }
    }

    #[test]
    fn the_list_is_read_whatever_stands_in_the_cookie() {
        let read = |cookie: &str| Recent::of(&headers(&[("cookie", &format!("vus={cookie}"))]));
        assert_eq!(read("3.2.3.x.-1.9999999999999999999.5").ids, [3, 2, 5]);
        assert_eq!(read(&vec!["7"; 500].join(".")).ids, [7]);
        assert!(read("oui").on && read("oui").ids.is_empty());
        assert!(read("non").refused && !read("non").on);
        let nothing = Recent::of(&headers(&[]));
        assert!(!nothing.on && !nothing.refused, "nobody is remembered unasked");
        assert!(Recent::of(&headers(&[("sec-gpc", "1")])).refused);
    }
}
