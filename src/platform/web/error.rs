//! One error type at the edge, and the layer that turns every error into a page in the reader's language.

use std::sync::Arc;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};

use super::{Ctx, route_name};
use crate::infra::db;
use crate::ui::error_page;

/// Why a handler gives no page of its own.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not found")]
    NotFound,
    #[error("forbidden")]
    Forbidden,
    /// The form is stale or foreign.
    #[error("csrf")]
    Csrf,
    /// 303 to a path of our own.
    #[error("redirect to {0}")]
    Redirect(String),
    #[error("too many requests")]
    TooMany { retry_after_s: u32 },
    /// PostgreSQL or another thing that we cannot do without is away.
    #[error("unavailable: {0}")]
    Unavailable(String),
    #[error("{0}")]
    Status(StatusCode),
    #[error("internal: {0:#}")]
    Internal(anyhow::Error),
}

impl Error {
    pub fn internal(e: impl Into<anyhow::Error>) -> Error {
        Error::Internal(e.into())
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Forbidden | Error::Csrf => StatusCode::FORBIDDEN,
            Error::Redirect(_) => StatusCode::SEE_OTHER,
            Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Status(s) => *s,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Error {
        match e {
            sqlx::Error::RowNotFound => Error::NotFound,
            e if db::is_unavailable(&e) => {
                if matches!(e, sqlx::Error::PoolTimedOut) {
                    metrics::counter!("db_client_connection_timeouts_total").increment(1);
                }
                Error::Unavailable(e.to_string())
            }
            e if db::is_unreadable(&e) => Error::Status(StatusCode::BAD_REQUEST),
            e => Error::Internal(e.into()),
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(e: anyhow::Error) -> Error {
        match e.downcast::<sqlx::Error>() {
            Ok(e) => e.into(),
            Err(e) => Error::Internal(e),
        }
    }
}

impl poem::error::ResponseError for Error {
    fn status(&self) -> StatusCode {
        Error::status(self)
    }
}

/// Layer: errors of handlers, extractors and the router become designed pages; faults of ours are logged once, here.
pub async fn layer<E: Endpoint>(next: Arc<E>, req: Request) -> poem::Result<Response> {
    let ctx = req.data::<Ctx>().cloned();
    match next.call(req).await {
        Ok(r) => Ok(r.into_response()),
        Err(e) => {
            let route = route_name::of_error(&e);
            let mut response = match ctx {
                Some(ctx) => render(&ctx, e),
                None => e.into_response(),
            };
            response.set_data(route);
            Ok(response)
        }
    }
}

fn render(ctx: &Ctx, e: poem::Error) -> Response {
    let ours = e.downcast_ref::<Error>();
    let status = match ours {
        Some(e) => e.status(),
        None => outside(&e),
    };
    if let Some(Error::Redirect(to)) = ours {
        return super::page::redirect(to);
    }
    if status.is_server_error() {
        tracing::error!(error = %e, request_id = %ctx.request_id, path = %ctx.path, "request failed");
    }
    let csrf = matches!(ours, Some(Error::Csrf));
    let mut response = error_page::response(ctx, status, csrf);
    let retry_after = match ours {
        Some(Error::TooMany { retry_after_s }) => Some(*retry_after_s),
        Some(Error::Unavailable(_)) => Some(5),
        _ => None,
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Errors of poem: a path that does not parse is an address that does not exist.
fn outside(e: &poem::Error) -> StatusCode {
    if e.is::<poem::error::ParsePathError>() { StatusCode::NOT_FOUND } else { e.status() }
}
