//! `GET /panier`, `POST /panier` (quantities, removal), `POST /panier/lignes` (add).

use catalog::Card;
use kit::quantity::Quantity;
use kit::{Lang, Money, address, tr, urls};
use platform::ui::flash::Tone;
use platform::web::page::{self, redirect, redirect_with};
use platform::web::{self, Ctx, Error, Form, Page, session};
use poem::http::{HeaderMap, StatusCode};
use poem::{Response, Route, get, handler, post};

use super::forms::{AddForm, ChangeForm};
use super::model::Line;
use super::views::{self, COUNTRY, CartPage, Delivery};
use super::visit::{self, Shown};
use super::{Added, COOKIE, COOKIE_AGE, Changed};
use crate::shipping;

/// Products proposed below the cart.
const BESIDE: usize = 8;

pub fn routes(mut route: Route) -> Route {
    for lang in Lang::ALL {
        route = route.at(urls::cart(lang), get(show).post(update)).at(urls::cart_lines(lang), post(create));
    }
    route
}

#[handler]
async fn show(ctx: Ctx) -> web::Result {
    page_of(&ctx, StatusCode::OK, &[], None).await
}

/// Takes quantities and removals; whatever happened is told by the page that follows.
#[handler]
async fn update(ctx: Ctx, Form(pairs): Form<Vec<(String, String)>>) -> web::Result {
    let cart = urls::cart(ctx.lang);
    let Some(cart_id) = ctx.visitor.cart()? else { return Ok(redirect(cart)) };
    let form = ChangeForm::read(&pairs);
    if !form.bad.is_empty() && form.remove.is_none() {
        let text = tr!(ctx.lang, "sales.cart.bad_quantity").into_owned();
        return page_of(&ctx, StatusCode::UNPROCESSABLE_ENTITY, &form.bad, Some((Tone::Bad, text))).await;
    }
    let changed = super::change(&ctx.app, cart_id, ctx.lang, &form.quantities, form.remove).await?;
    Ok(match changed {
        Changed::Done => redirect(cart),
        Changed::Lowered => redirect_with(&ctx, cart, "cart-lowered"),
    })
}

#[handler]
async fn create(ctx: Ctx, headers: &HeaderMap, Form(form): Form<AddForm>) -> web::Result {
    let variants = form.variants().ok_or(Error::NotFound)?;
    let Some(quantity) = form.quantity() else {
        let text = tr!(ctx.lang, "sales.cart.bad_quantity").into_owned();
        return refuse(&ctx, StatusCode::UNPROCESSABLE_ENTITY, text).await;
    };
    let (variant, more) = variants.split_first().ok_or(Error::NotFound)?;
    let first = super::add(&ctx.app, &ctx.visitor, ctx.lang, *variant, quantity).await?;
    let added = if more.is_empty() { first } else { add_more(&ctx, first, more).await? };
    match added {
        Added::SoldOut { title } => {
            let text = tr!(ctx.lang, "sales.cart.refused_sold_out", title = title).into_owned();
            refuse(&ctx, StatusCode::CONFLICT, text).await
        }
        Added::Full => {
            let text = tr!(ctx.lang, "sales.cart.refused_full").into_owned();
            refuse(&ctx, StatusCode::CONFLICT, text).await
        }
        Added::Done { title, count, capped, token } => {
            let here = is_cart_page(&ctx, headers);
            let mut response = accepted(&ctx, &title, count, capped, here).await?;
            if let Some(token) = token {
                session::set_cookie(&ctx.app, &mut response, COOKIE, &token.to_string(), COOKIE_AGE);
            }
            Ok(response)
        }
    }
}

/// The others of one form, one of each. What is sold out meanwhile stays out and is named.
async fn add_more(ctx: &Ctx, first: Added, more: &[i64]) -> Result<Added, Error> {
    let Added::Done { title, mut count, mut capped, token } = first else { return Ok(first) };
    let mut visitor = ctx.visitor.clone();
    visitor.cart_id = match token {
        // The cart was opened by the first article.
        Some(token) => {
            super::resolve(&ctx.app, visitor.customer.as_ref().map(|c| c.id), Some(&token.to_string()))
                .await?
                .0
        }
        None => visitor.cart_id,
    };
    let one = Quantity::new(1).map_err(Error::internal)?;
    let mut titles = vec![title];
    for variant in more {
        visitor.cart_count = count;
        match super::add(&ctx.app, &visitor, ctx.lang, *variant, one).await? {
            Added::Done { title, count: now, capped: less, .. } => {
                (count, capped) = (now, capped || less);
                titles.push(title);
            }
            Added::SoldOut { .. } | Added::Full => capped = true,
        }
    }
    Ok(Added::Done { title: titles.join(", "), count, capped, token })
}

/// Whether htmx asks from the cart page, whose lines then change too.
fn is_cart_page(ctx: &Ctx, headers: &HeaderMap) -> bool {
    let at = headers.get("hx-current-url").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let path = at.split(['?', '#']).next().unwrap_or_default();
    path.strip_prefix(ctx.app.config.public_url.as_str()).unwrap_or(path).ends_with(urls::cart(ctx.lang))
}

async fn accepted(ctx: &Ctx, title: &str, count: i64, capped: bool, here: bool) -> web::Result {
    if !ctx.partial {
        let flash = if capped { "cart-capped" } else { "cart-added" };
        return Ok(redirect_with(ctx, urls::cart(ctx.lang), flash));
    }
    let text = match capped {
        true => tr!(ctx.lang, "sales.cart.toast_capped", title = title),
        false => tr!(ctx.lang, "sales.cart.toast_added", title = title),
    };
    if let (true, Some(cart_id)) = (here, ctx.visitor.cart_id) {
        let shown = visit::visit(&ctx.app, cart_id, ctx.lang).await?;
        let beside = beside(ctx, &shown).await?;
        let delivery = delivery(ctx, &shown).await?;
        let cart = CartPage { shown: &shown, delivery, bad: &[], notice: None, beside: &beside };
        return Ok(part(StatusCode::OK, views::added_here(ctx, &cart, &text)));
    }
    Ok(part(StatusCode::OK, views::added(ctx.lang, count, &text, true)))
}

/// What goes with the cart.
async fn beside(ctx: &Ctx, shown: &[Shown]) -> sqlx::Result<Vec<Card>> {
    let basket: Vec<i64> = shown.iter().map(|s| s.line.offer.product_id).collect();
    discovery::personal::beside(ctx, &basket, BESIDE).await
}

/// Nothing was changed: the reason as a toast, or on the cart page.
async fn refuse(ctx: &Ctx, status: StatusCode, text: String) -> web::Result {
    if ctx.partial {
        return Ok(part(status, views::added(ctx.lang, ctx.visitor.cart_count, &text, false)));
    }
    page_of(ctx, status, &[], Some((Tone::Bad, text))).await
}

fn part(status: StatusCode, markup: maud::Markup) -> Response {
    let mut response = page::html(status, markup);
    page::no_store(&mut response);
    response
}

async fn page_of(
    ctx: &Ctx,
    status: StatusCode,
    bad: &[(i64, String)],
    notice: Option<(Tone, String)>,
) -> web::Result {
    let shown = match ctx.visitor.cart()? {
        Some(id) => visit::visit(&ctx.app, id, ctx.lang).await?,
        None => Vec::new(),
    };
    let delivery = delivery(ctx, &shown).await?;
    let beside = beside(ctx, &shown).await?;
    let cart = CartPage { shown: &shown, delivery, bad, notice, beside: &beside };
    Ok(Page::new(tr!(ctx.lang, "sales.cart.title"), views::page(ctx, &cart))
        .fragment(views::fragment(ctx, &cart))
        .alternates(|l| urls::cart(l).to_string())
        .noindex()
        .status(status)
        .respond(ctx))
}

/// Delivery before the address is known: to France, or to the country that the visitor asks about (`?pays=BE`).
async fn delivery(ctx: &Ctx, shown: &[Shown]) -> sqlx::Result<Delivery> {
    let asked = url::form_urlencoded::parse(ctx.query.as_bytes()).find(|(name, _)| name == COUNTRY);
    let country = asked.and_then(|(_, code)| address::country(&code)).unwrap_or(&address::COUNTRIES[0]);
    if shown.is_empty() {
        return Ok(Delivery { country, from: None, free_from: None, options: Vec::new() });
    }
    let lines: Vec<Line> = shown.iter().map(|s| s.line.clone()).collect();
    let (items, weight) = (super::items(&lines), super::weight(&lines));
    let rates = shipping::list_rates(&ctx.app.db, ctx.lang).await?;
    let options = shipping::options(&rates, country.code, weight, items);
    let from: Option<Money> = options.iter().map(|o| o.price).min();
    Ok(Delivery { country, from, free_from: shipping::free_from(&options), options })
}
