//! Layer: finds out who is looking and which cart is theirs. Without a cookie it costs nothing.

use std::sync::Arc;

use futures::future::BoxFuture;
use platform::App;
use platform::web::page_cache::InCart;
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
    let people = match req.data::<Session>() {
        Some(session) => accounts::visitor(app, session).await,
        None => Ok(accounts::People::default()),
    };
    let people_unknown = people.is_err();
    let accounts::People { customer, staff } = people.unwrap_or_default();
    let cookie = session::cookie(req.headers(), sales::cart::COOKIE);
    let cart = sales::cart::find_cart(app, customer.as_ref().map(|c| c.id), cookie.as_deref()).await;
    if let Err(e) = &cart {
        tracing::warn!(error = %e, "the cart could not be read");
    }
    let cart_unknown = cart.is_err();
    let cart = cart.unwrap_or_default();
    Visitor {
        customer,
        staff,
        people_unknown,
        cart_id: cart.id,
        cart_count: cart.count,
        cart_products: cart.products,
        cart_unknown,
    }
}

/// The cart of a visitor without session, for pages that are kept. A cart that cannot be read is empty.
pub fn in_cart(app: App, cookie: String) -> BoxFuture<'static, InCart> {
    Box::pin(async move {
        sales::cart::find_cart(&app, None, Some(&cookie)).await.map_or_else(
            |e| {
                tracing::warn!(error = %e, "the cart could not be read");
                InCart::default()
            },
            |cart| InCart { count: cart.count, products: cart.products },
        )
    })
}
