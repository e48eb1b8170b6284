//! Layer: finds out who is looking and which cart is theirs. Without a cookie it costs nothing.

use std::sync::Arc;

use futures::future::BoxFuture;
use platform::App;
use platform::web::visitor::Visitor;
use platform::web::{Session, session};
use poem::{Endpoint, IntoResponse, Request, Response};

/// Puts a [`Visitor`] into the request.
pub async fn layer<E: Endpoint>(next: Arc<E>, mut req: Request) -> poem::Result<Response> {
    let visitor = match req.data::<App>().cloned() {
        Some(app) => find(&app, &req).await,
        None => Visitor::default(),
    };
    req.set_data(visitor);
    next.call(req).await.map(IntoResponse::into_response)
}

async fn find(app: &App, req: &Request) -> Visitor {
    let (customer, staff) = match req.data::<Session>() {
        Some(session) => accounts::visitor(app, session).await,
        None => (None, None),
    };
    let cookie = session::cookie(req.headers(), sales::cart::COOKIE);
    let cart = sales::cart::resolve(app, customer.as_ref().map(|c| c.id), cookie.as_deref()).await;
    if let Err(e) = &cart {
        tracing::warn!(error = %e, "the cart could not be read");
    }
    let cart_unknown = cart.is_err();
    let (cart_id, cart_count) = cart.unwrap_or_default();
    Visitor { customer, staff, cart_id, cart_count, cart_unknown }
}

/// The number beside the cart of a visitor without session, for pages that are kept. A cart that cannot be read is empty.
pub fn cart_count(app: App, cookie: String) -> BoxFuture<'static, i64> {
    Box::pin(async move {
        sales::cart::resolve(&app, None, Some(&cookie)).await.map_or_else(
            |e| {
                tracing::warn!(error = %e, "the cart could not be read");
                0
            },
            |(_, count)| count,
        )
    })
}
