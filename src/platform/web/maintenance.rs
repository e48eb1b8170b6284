//! Layer: while the shop is closed for maintenance everybody sees a page that says so, except staff.
//!
//! The back office stays reachable, so that staff can sign in and look at the shop before it opens again; webhooks are
//! still taken, because whoever sends them gives up sooner or later. Health, assets and pictures lie outside this layer.

use std::sync::Arc;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};

use super::Ctx;
use crate::ui::maintenance_page;

/// Addresses that answer as ever.
fn is_open(path: &str) -> bool {
    let below =
        |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    ["/admin", "/ws/admin", "/webhooks", "/api/v1/webhooks"].iter().any(|base| below(base))
}

pub async fn layer<E: Endpoint>(next: Arc<E>, req: Request) -> poem::Result<Response> {
    let closed = req
        .data::<Ctx>()
        .filter(|ctx| ctx.app.maintenance.is_on() && ctx.visitor.staff.is_none() && !is_open(&ctx.path));
    let Some(ctx) = closed.cloned() else { return next.call(req).await.map(IntoResponse::into_response) };
    let notice = ctx.app.maintenance.notice();
    let mut response = maintenance_page::response(&ctx, &notice);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(notice.retry_after(ctx.app.clock.now())));
    debug_assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn only_the_office_and_webhooks_stay_open() {
        for open in ["/admin", "/admin/connexion", "/ws/admin/orders/", "/webhooks/paiement"] {
            assert!(is_open(open), "{open}");
        }
        for closed in ["/", "/administration", "/panier", "/en/", "/webhooks-x"] {
            assert!(!is_open(closed), "{closed}");
        }
    }
}
