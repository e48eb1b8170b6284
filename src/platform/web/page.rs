//! The one responder: a handler describes its page, here it becomes a full document or a part for htmx.

use kit::Lang;
use maud::Markup;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};

use super::{Ctx, page_cache, session};
use crate::ui::layout;

/// A page of the shop: what the document's head needs, and the content of `<main>`.
pub struct Page {
    pub title: String,
    pub description: String,
    pub main: Markup,
    /// What htmx gets instead of `main` when it asks for a part.
    pub fragment: Option<Markup>,
    /// The same page in French and in English, for the switch and hreflang.
    pub alternates: Option<[String; 2]>,
    /// Path of the one true address, when it is not this one without its query.
    pub canonical: Option<String>,
    /// JSON-LD documents.
    pub structured: Vec<serde_json::Value>,
    pub noindex: bool,
    pub image: Option<String>,
    /// Style sheet and script of this page alone.
    pub assets: Option<(&'static str, &'static str)>,
    status: StatusCode,
    public: bool,
    proposed: Vec<i64>,
    pub chrome: Chrome,
}

/// What stands around the content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Chrome {
    /// Header with search and navigation, footer.
    Shop,
    /// Logo and a way back only: checkout.
    Checkout,
}

impl Page {
    pub fn new(title: impl Into<String>, main: Markup) -> Page {
        Page {
            title: title.into(),
            description: String::new(),
            main,
            fragment: None,
            alternates: None,
            canonical: None,
            structured: Vec::new(),
            noindex: false,
            image: None,
            assets: None,
            status: StatusCode::OK,
            public: false,
            proposed: Vec::new(),
            chrome: Chrome::Shop,
        }
    }

    pub fn description(mut self, text: impl Into<String>) -> Page {
        self.description = kit::text::shorten(&text.into(), 160);
        self
    }

    /// The part that htmx swaps; without it htmx gets `main`.
    pub fn fragment(mut self, part: Markup) -> Page {
        self.fragment = Some(part);
        self
    }

    /// The same page in both languages, made by a function of `kit::urls`.
    pub fn alternates(mut self, of: impl Fn(Lang) -> String) -> Page {
        self.alternates = Some([of(Lang::Fr), of(Lang::En)]);
        self
    }

    pub fn canonical(mut self, path: impl Into<String>) -> Page {
        self.canonical = Some(path.into());
        self
    }

    pub fn structured(mut self, json: serde_json::Value) -> Page {
        self.structured.push(json);
        self
    }

    pub fn image(mut self, path: impl Into<String>) -> Page {
        self.image = Some(path.into());
        self
    }

    /// A style sheet and a script that only this page needs.
    pub fn assets(mut self, css: &'static str, js: &'static str) -> Page {
        self.assets = Some((css, js));
        self
    }

    pub fn noindex(mut self) -> Page {
        self.noindex = true;
        self
    }

    pub fn status(mut self, status: StatusCode) -> Page {
        self.status = status;
        self
    }

    pub fn chrome(mut self, chrome: Chrome) -> Page {
        self.chrome = chrome;
        self
    }

    /// The same for every visitor without cookies: may be kept for seconds by us and by nginx.
    pub fn public(mut self) -> Page {
        self.public = true;
        self
    }

    /// Products that it proposes beside what it is about.
    pub fn proposes(mut self, products: Vec<i64>) -> Page {
        self.proposed = products;
        self
    }

    /// An invalid form: 422, never cached.
    pub fn invalid(self) -> Page {
        self.status(StatusCode::UNPROCESSABLE_ENTITY).noindex()
    }

    pub fn respond(self, ctx: &Ctx) -> Response {
        let status = self.status;
        let public = self.public && !ctx.partial;
        let proposed = page_cache::Proposed(self.proposed.clone());
        let markup =
            if ctx.partial { self.fragment.unwrap_or(self.main) } else { layout::document(ctx, &self) };
        let mut response = html(status, markup);
        if public {
            response.set_data(page_cache::Public);
            response.set_data(proposed);
        } else {
            no_store(&mut response);
        }
        response
    }
}

/// HTML with the headers that any page or fragment needs.
pub fn html(status: StatusCode, markup: Markup) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(header::VARY, "HX-Request, HX-Request-Type, HX-History-Restore-Request")
        .body(markup.into_string())
}

/// Personal: not kept by any cache, not even the browser's.
pub fn no_store(response: &mut Response) {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
}

/// 303: after a form, a GET.
pub fn redirect(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    match HeaderValue::from_str(to) {
        Ok(value) => response.headers_mut().insert(header::LOCATION, value),
        Err(_) => response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/")),
    };
    no_store(&mut response);
    response
}

/// 301: the page has moved for good.
pub fn moved(to: &str) -> Response {
    let mut response = redirect(to);
    response.set_status(StatusCode::MOVED_PERMANENTLY);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

/// 303 with a message on the next page; `key` is below `flash.` in the platform's locale file.
pub fn redirect_with(ctx: &Ctx, to: &str, key: &str) -> Response {
    let mut response = redirect(to);
    session::set_cookie(&ctx.app, &mut response, "flash", key, 60);
    response
}
