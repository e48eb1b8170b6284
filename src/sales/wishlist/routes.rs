//! `GET`/`POST /favoris` (look, add, remove, move into the cart), `POST /favoris/partage`, `GET /favoris/:token` (shared).

use kit::quantity::Quantity;
use kit::{Lang, tr, urls};
use platform::web::page::{self, redirect, redirect_with};
use platform::web::{self, Ctx, Error, Form, Page, session};
use poem::http::{HeaderMap, StatusCode};
use poem::web::Path;
use poem::{Response, Route, get, handler, post};
use serde::Deserialize;
use uuid::Uuid;

use super::views::{self, List};
use super::{COOKIE, COOKIE_AGE, MAX_ITEMS, resolve, store};
use crate::cart::{self, Added};

pub fn routes(mut route: Route) -> Route {
    for lang in Lang::ALL {
        route = route
            .at(urls::wishlist(lang), get(show).post(update))
            .at(urls::wishlist_sharing(lang), post(sharing))
            .at(urls::shared_wishlist(lang, ":token"), get(shared));
    }
    route
}

/// One button of one product: exactly one field is filled.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ItemForm {
    ajouter: Option<i64>,
    retirer: Option<i64>,
    /// The product to take off the list, with the variant that goes into the cart.
    panier: Option<i64>,
    variant: Option<i64>,
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    session::cookie(headers, COOKIE)
}

fn user(ctx: &Ctx) -> Option<i64> {
    ctx.visitor.customer.as_ref().map(|c| c.id)
}

#[handler]
async fn show(ctx: Ctx, headers: &HeaderMap) -> web::Result {
    let found = resolve::find(&ctx.app, user(&ctx), cookie(headers).as_deref()).await?;
    let cards = match &found {
        Some(list) => cards(&ctx, list.id).await?,
        None => Vec::new(),
    };
    let share = found.and_then(|l| l.share_token).map(|token| {
        let url = urls::shared_wishlist(ctx.lang, token);
        ctx.app.absolute(&url)
    });
    let list = List { cards: &cards, share };
    Ok(Page::new(tr!(ctx.lang, "sales.wishlist.title"), views::page(&ctx, &list))
        .alternates(|l| urls::wishlist(l).to_string())
        .noindex()
        .respond(&ctx))
}

async fn cards(ctx: &Ctx, list: i64) -> sqlx::Result<Vec<catalog::Card>> {
    let ids = store::list_products(&ctx.app.db, list).await?;
    catalog::list_cards(&ctx.app.db, ctx.lang, &ids).await
}

#[handler]
async fn update(ctx: Ctx, headers: &HeaderMap, Form(form): Form<ItemForm>) -> web::Result {
    match form {
        ItemForm { ajouter: Some(product), .. } => add(&ctx, headers, product).await,
        ItemForm { retirer: Some(product), .. } => remove(&ctx, headers, product).await,
        ItemForm { panier: Some(product), variant: Some(variant), .. } => {
            into_cart(&ctx, headers, product, variant).await
        }
        _ => Err(Error::NotFound),
    }
}

async fn add(ctx: &Ctx, headers: &HeaderMap, product: i64) -> web::Result {
    let (list, token) = resolve::open(&ctx.app, user(ctx), cookie(headers).as_deref()).await?;
    let row = store::add_item(&ctx.app.db, list, product, MAX_ITEMS).await?;
    if !row.known {
        return Err(Error::NotFound);
    }
    let mut response = match (ctx.partial, row.listed) {
        (true, listed) => part(views::toast(ctx.lang, listed)),
        (false, true) => redirect_with(ctx, urls::wishlist(ctx.lang), "wishlist-added"),
        (false, false) => redirect_with(ctx, urls::wishlist(ctx.lang), "wishlist-full"),
    };
    if let Some(token) = token {
        session::set_cookie(&ctx.app, &mut response, COOKIE, &token.to_string(), COOKIE_AGE);
    }
    Ok(response)
}

fn part(markup: maud::Markup) -> Response {
    let mut response = page::html(StatusCode::OK, markup);
    page::no_store(&mut response);
    response
}

async fn remove(ctx: &Ctx, headers: &HeaderMap, product: i64) -> web::Result {
    if let Some(list) = resolve::find(&ctx.app, user(ctx), cookie(headers).as_deref()).await? {
        store::delete_item(&ctx.app.db, list.id, product).await?;
    }
    Ok(redirect_with(ctx, urls::wishlist(ctx.lang), "deleted"))
}

/// Into the cart first: what is sold out stays on the list.
async fn into_cart(ctx: &Ctx, headers: &HeaderMap, product: i64, variant: i64) -> web::Result {
    let list = resolve::find(&ctx.app, user(ctx), cookie(headers).as_deref()).await?;
    let one = Quantity::new(1).map_err(|_| Error::NotFound)?;
    let Added::Done { capped, token, .. } = cart::add(&ctx.app, &ctx.visitor, ctx.lang, variant, one).await?
    else {
        return Ok(redirect_with(ctx, urls::wishlist(ctx.lang), "cart-sold-out"));
    };
    if let Some(list) = list {
        store::delete_item(&ctx.app.db, list.id, product).await?;
    }
    let mut response =
        redirect_with(ctx, urls::cart(ctx.lang), if capped { "cart-capped" } else { "cart-added" });
    if let Some(token) = token {
        session::set_cookie(&ctx.app, &mut response, cart::COOKIE, &token.to_string(), cart::COOKIE_AGE);
    }
    Ok(response)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SharingForm {
    share: String,
}

/// Gives the list an address for others, or takes it back.
#[handler]
async fn sharing(ctx: Ctx, headers: &HeaderMap, Form(form): Form<SharingForm>) -> web::Result {
    if let Some(list) = resolve::find(&ctx.app, user(&ctx), cookie(headers).as_deref()).await? {
        match form.share.as_str() {
            "1" => store::share(&ctx.app.db, list.id, Uuid::new_v4()).await?,
            _ => store::unshare(&ctx.app.db, list.id).await?,
        }
    }
    Ok(redirect(urls::wishlist(ctx.lang)))
}

/// What somebody else sees: products, nothing about whose they are.
#[handler]
async fn shared(ctx: Ctx, Path(token): Path<String>) -> web::Result {
    let token = Uuid::try_parse(&token).map_err(|_| Error::NotFound)?;
    let list = store::find_shared(&ctx.app.db, token).await?.ok_or(Error::NotFound)?;
    let cards = cards(&ctx, list).await?;
    Ok(Page::new(tr!(ctx.lang, "sales.wishlist.shared_title"), views::shared(&ctx, &cards))
        .alternates(|l| urls::shared_wishlist(l, token))
        .noindex()
        .respond(&ctx))
}
