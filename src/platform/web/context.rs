//! What every handler and view needs to know of the request.

use std::sync::Arc;

use kit::Lang;
use poem::http::{HeaderMap, StatusCode};
use poem::{Endpoint, FromRequest, IntoResponse, Request, RequestBody, Response};

use super::visitor::{User, Visitor};
use super::{Error, csrf, session};
use crate::App;

/// Light, dark or as the device says. Kept in a cookie, chosen without JavaScript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub const fn code(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub fn of(headers: &HeaderMap) -> Theme {
        match session::cookie(headers, "theme").as_deref() {
            Some("dark") => Theme::Dark,
            Some("light") => Theme::Light,
            _ => Theme::Auto,
        }
    }
}

/// The request as handlers and views see it. Cheap to clone.
#[derive(Clone)]
pub struct Ctx(Arc<Inner>);

pub struct Inner {
    pub app: App,
    pub lang: Lang,
    /// Path without the query.
    pub path: String,
    pub query: String,
    pub visitor: Visitor,
    pub theme: Theme,
    /// A message from the request before, as a key of the locale file: `cart.added`.
    pub flash: Option<String>,
    /// htmx wants a part of the page, not the whole.
    pub partial: bool,
    pub request_id: String,
    pub client_ip: String,
    /// What CSRF tokens are bound to.
    pub csrf_seed: String,
}

impl std::ops::Deref for Ctx {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Ctx {
    /// A fresh token for a form; differs each time (BREACH), see [`csrf`].
    pub fn csrf_token(&self) -> String {
        csrf::token(&self.app, &self.csrf_seed)
    }

    /// The signed-in customer, or a redirect to the sign-in page that leads back here.
    ///
    /// # Errors
    /// [`Error::Redirect`], or [`Error::Unavailable`] while nobody can say who it is.
    pub fn customer(&self) -> Result<&User, Error> {
        self.visitor.known()?;
        self.visitor.customer.as_ref().ok_or_else(|| {
            let next = kit::urls::query(&self.path);
            Error::Redirect(format!("{}?next={next}", kit::urls::sign_in(self.lang)))
        })
    }

    /// The signed-in member of staff, or a redirect to the back office's sign-in.
    ///
    /// # Errors
    /// As those of [`Inner::customer`].
    pub fn staff(&self) -> Result<&User, Error> {
        self.visitor.known()?;
        self.visitor.staff.as_ref().ok_or_else(|| {
            let next = kit::urls::query(&self.path);
            Error::Redirect(format!("{}?next={next}", kit::urls::admin::SIGN_IN))
        })
    }
}

/// A path of our own to go to after signing in; anything that could lead elsewhere is refused.
pub fn safe_next(next: Option<&str>) -> Option<&str> {
    let n = next?;
    let own = n.starts_with('/')
        && !n.starts_with("//")
        && !n.contains('\\')
        && !n.chars().any(|c| c.is_control())
        && n.len() <= 512;
    own.then_some(n)
}

impl<'a> FromRequest<'a> for Ctx {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Ctx> {
        req.data::<Ctx>().cloned().ok_or_else(|| {
            poem::Error::from_string("context layer is missing", StatusCode::INTERNAL_SERVER_ERROR)
        })
    }
}

/// Layer: builds the [`Ctx`] from what the layers outside have found.
pub async fn layer<E: Endpoint>(next: Arc<E>, mut req: Request) -> poem::Result<Response> {
    let Some(app) = req.data::<App>().cloned() else {
        return Err(Error::internal(anyhow::anyhow!("App is missing")).into());
    };
    let headers = req.headers();
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|v| v == value);
    let partial = is("hx-request", "true") && is("hx-request-type", "partial");
    let flash = session::cookie(headers, "flash").filter(|f| f.len() <= 64);
    let path = req.uri().path().to_string();
    let ctx = Ctx(Arc::new(Inner {
        lang: Lang::of_path(&path),
        query: req.uri().query().unwrap_or_default().to_string(),
        visitor: req.data::<Visitor>().cloned().unwrap_or_default(),
        theme: Theme::of(headers),
        partial,
        request_id: super::request_log::id_of(&req),
        client_ip: super::request_log::client_ip(&req, &app),
        csrf_seed: csrf::seed(&req),
        flash: flash.clone(),
        app,
        path,
    }));
    req.set_data(ctx);
    let mut response = next.call(req).await?.into_response();
    // Shown once; kept over the redirect that set it.
    if flash.is_some() && !response.status().is_redirection() {
        session::clear_cookie(&mut response, "flash");
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_paths_of_our_own_are_followed() {
        assert_eq!(safe_next(Some("/compte?x=1")), Some("/compte?x=1"));
        for bad in ["//evil", "/\\evil", "https://evil", "evil", "/a\r\nb", ""] {
            assert_eq!(safe_next(Some(bad)), None, "{bad}");
        }
    }
}
