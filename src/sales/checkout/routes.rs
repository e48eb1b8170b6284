//! `/commande` and its four steps. A step that is not open yet leads to the first one that is.

use accounts::addresses::{self, SavedAddress};
use kit::quantity::Quantity;
use kit::{Lang, tr, urls};
use platform::infra::rate_limit::{self, Verdict};
use platform::web::page::{Chrome, redirect, redirect_with};
use platform::web::{self, Ctx, Error, Form, Page, form::FieldErrors, session};
use poem::http::{HeaderMap, StatusCode};
use poem::{Response, Route, get, handler};
use uuid::Uuid;

use super::forms::{ChoiceForm, ContactForm, ReviewForm};
use super::model::{Checkout, Short, Step};
use super::place_order::{Command, PlaceError, Placed, place_order};
use super::views::{self, Frame, ReviewPage};
use super::{review, store};
use crate::cart::{self, COOKIE};
use crate::orders::store::read;

pub fn routes(mut route: Route) -> Route {
    for lang in Lang::ALL {
        route = route
            .at(urls::checkout(lang), get(index))
            .at(urls::checkout_address(lang), get(edit_address).post(set_address))
            .at(urls::checkout_delivery(lang), get(edit_delivery).post(set_delivery))
            .at(urls::checkout_payment(lang), get(edit_payment).post(set_payment))
            .at(urls::checkout_review(lang), get(show_review).post(create_order));
    }
    route
}

/// The checkout of this visitor's cart, with `step` open. Nothing to order leads to the cart.
async fn at(ctx: &Ctx, step: Step) -> Result<Checkout, Error> {
    let to_cart = || Error::Redirect(urls::cart(ctx.lang).to_string());
    let cart_id = ctx.visitor.cart()?.ok_or_else(to_cart)?;
    let mut conn = ctx.app.db.acquire().await?;
    let checkout = super::load(&mut conn, ctx.lang, cart_id).await?.ok_or_else(to_cart)?;
    if checkout.lines.iter().any(cart::Line::sold_out) {
        return Err(to_cart());
    }
    match checkout.open_step() {
        open if open < step => Err(Error::Redirect(open.url(ctx.lang).to_string())),
        _ => Ok(checkout),
    }
}

/// After a step that was kept: the next one. The cart may have been ordered in another tab.
fn onwards(ctx: &Ctx, kept: bool, next: Step) -> Response {
    redirect(if kept { next.url(ctx.lang) } else { urls::cart(ctx.lang) })
}

/// One page of the checkout; its title in the browser's tab says when something is wrong.
fn respond(
    ctx: &Ctx,
    frame: &Frame<'_>,
    errors: &FieldErrors,
    main: maud::Markup,
    status: StatusCode,
) -> Response {
    let step = frame.step;
    let heading = views::heading(ctx.lang, step);
    let title = platform::ui::field::title(ctx.lang, &heading, errors);
    Page::new(title, views::frame(ctx, frame, &heading, main))
        .alternates(|l| step.url(l).to_string())
        .noindex()
        .chrome(Chrome::Checkout)
        .status(status)
        .respond(ctx)
}

#[handler]
async fn index(ctx: Ctx) -> web::Result {
    let checkout = at(&ctx, Step::Address).await?;
    Ok(redirect(checkout.open_step().url(ctx.lang)))
}

// ---- 1: who and where

async fn saved(ctx: &Ctx) -> Result<Vec<SavedAddress>, Error> {
    match &ctx.visitor.customer {
        Some(user) => Ok(addresses::list(&ctx.app.db, user.id).await?),
        None => Ok(Vec::new()),
    }
}

fn address_page(
    ctx: &Ctx,
    checkout: &Checkout,
    form: &ContactForm,
    saved: &[SavedAddress],
    errors: &FieldErrors,
) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = Frame { step: Step::Address, checkout };
    respond(ctx, &frame, errors, views::address(ctx, form, saved, errors), status)
}

#[handler]
async fn edit_address(ctx: Ctx) -> web::Result {
    let checkout = at(&ctx, Step::Address).await?;
    let saved = saved(&ctx).await?;
    let mut form = ContactForm::of(&checkout);
    if let Some(user) = &ctx.visitor.customer {
        if form.email.is_empty() {
            form.email = user.email.clone();
        }
        let chosen = match checkout.address() {
            Some(a) => saved.iter().find(|s| s.address == *a),
            None => saved.iter().find(|s| s.is_default).or(saved.first()),
        };
        form.saved = chosen.map(|s| s.id.to_string()).unwrap_or_default();
        if form.name.is_empty() {
            form.name = user.name.clone();
        }
    }
    Ok(address_page(&ctx, &checkout, &form, &saved, &FieldErrors::default()))
}

#[handler]
async fn set_address(ctx: Ctx, Form(form): Form<ContactForm>) -> web::Result {
    let checkout = at(&ctx, Step::Address).await?;
    let saved = saved(&ctx).await?;
    let chosen = match form.saved.as_str() {
        "" | "new" => None,
        // Only this customer's own: anybody else's does not exist.
        id => Some(saved.iter().find(|s| s.id.to_string() == id).ok_or(Error::NotFound)?.address.clone()),
    };
    let contact = match form.check(ctx.lang, chosen) {
        Ok(contact) => contact,
        Err(errors) => return Ok(address_page(&ctx, &checkout, &form, &saved, &errors)),
    };
    let kept = store::set_address(
        &ctx.app.db,
        checkout.cart.id,
        contact.email.as_str(),
        &contact.phone,
        &contact.shipping,
        contact.billing.as_ref(),
    )
    .await?;
    if let Some(user) = ctx.visitor.customer.as_ref().filter(|_| !form.keep.is_empty()) {
        // A full address book does not stand in the way of an order.
        addresses::add(&ctx.app, user.id, &contact.shipping, false).await?;
    }
    Ok(onwards(&ctx, kept, Step::Delivery))
}

// ---- 2: delivery

fn delivery_page(ctx: &Ctx, checkout: &Checkout, errors: &FieldErrors) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = Frame { step: Step::Delivery, checkout };
    respond(ctx, &frame, errors, views::delivery(ctx, checkout, errors), status)
}

#[handler]
async fn edit_delivery(ctx: Ctx) -> web::Result {
    let checkout = at(&ctx, Step::Delivery).await?;
    Ok(delivery_page(&ctx, &checkout, &FieldErrors::default()))
}

#[handler]
async fn set_delivery(ctx: Ctx, Form(form): Form<ChoiceForm>) -> web::Result {
    let checkout = at(&ctx, Step::Delivery).await?;
    if !checkout.options.iter().any(|o| o.method.code == form.method) {
        let mut errors = FieldErrors::default();
        errors.add("method", tr!(ctx.lang, "sales.error.delivery"));
        return Ok(delivery_page(&ctx, &checkout, &errors));
    }
    let kept = store::set_shipping(&ctx.app.db, checkout.cart.id, &form.method).await?;
    Ok(onwards(&ctx, kept, Step::Payment))
}

// ---- 3: payment

fn payment_page(ctx: &Ctx, checkout: &Checkout, errors: &FieldErrors) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = Frame { step: Step::Payment, checkout };
    respond(ctx, &frame, errors, views::payment(ctx, checkout, errors), status)
}

#[handler]
async fn edit_payment(ctx: Ctx) -> web::Result {
    let checkout = at(&ctx, Step::Payment).await?;
    Ok(payment_page(&ctx, &checkout, &FieldErrors::default()))
}

#[handler]
async fn set_payment(ctx: Ctx, Form(form): Form<ChoiceForm>) -> web::Result {
    let checkout = at(&ctx, Step::Payment).await?;
    if !checkout.payments().iter().any(|m| m.code() == form.method) {
        let mut errors = FieldErrors::default();
        errors.add("method", tr!(ctx.lang, "sales.error.payment"));
        return Ok(payment_page(&ctx, &checkout, &errors));
    }
    let kept = store::set_payment(&ctx.app.db, checkout.cart.id, &form.method).await?;
    Ok(onwards(&ctx, kept, Step::Review))
}

// ---- 4: review and order

/// Why the review is shown again instead of a confirmation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    No,
    Terms,
    Changed,
    Stale,
}

async fn review_page(ctx: &Ctx, checkout: &Checkout, again: Again) -> web::Result {
    let lang = ctx.lang;
    let mut errors = FieldErrors::default();
    let (status, notice) = match again {
        Again::No => (StatusCode::OK, None),
        Again::Terms => {
            errors.add("terms", tr!(lang, "sales.error.terms"));
            (StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        Again::Changed => (StatusCode::CONFLICT, Some(tr!(lang, "sales.review.changed"))),
        Again::Stale => (StatusCode::UNPROCESSABLE_ENTITY, Some(tr!(lang, "sales.review.stale"))),
    };
    let totals = checkout.totals().map_err(Error::internal)?;
    let terms = content::pages::find_by_code(&ctx.app.db, lang, content::pages::TERMS).await?;
    let page = ReviewPage {
        checkout,
        totals: &totals,
        terms_url: terms.map(|t| t.url(lang)),
        notice: notice.map(|n| n.into_owned()),
        now: ctx.app.clock.now(),
    };
    let frame = Frame { step: Step::Review, checkout };
    Ok(respond(ctx, &frame, &errors, views::review(ctx, &page, &errors), status))
}

/// Shows what will be ordered and sets it aside.
#[handler]
async fn show_review(ctx: Ctx) -> web::Result {
    let checkout = at(&ctx, Step::Review).await?;
    match review::hold(&ctx.app, ctx.lang, checkout.cart.id).await? {
        Some(held) if held.short().is_empty() => review_page(&ctx, &held, Again::No).await,
        _ => Ok(redirect(urls::cart(ctx.lang))),
    }
}

/// The button. Whatever is repeated ends on the one confirmation.
#[handler]
async fn create_order(ctx: Ctx, Form(form): Form<ReviewForm>, headers: &HeaderMap) -> web::Result {
    if let Verdict::Limited { retry_after_s } =
        rate_limit::check(&ctx.app, rate_limit::CHECKOUT, &ctx.client_ip).await
    {
        return Err(Error::TooMany { retry_after_s });
    }
    let seen = form.seen();
    let Some(cart_id) = cart_of(&ctx, headers).await? else {
        return match seen {
            Some(seen) => repeated(&ctx, seen.key).await,
            None => Ok(redirect(urls::cart(ctx.lang))),
        };
    };
    if !form.adjust.is_empty() {
        return adjust(&ctx, cart_id).await;
    }
    let Some(seen) = seen else { return again(&ctx, Again::Stale).await };
    if !form.accepts_terms() {
        return again(&ctx, Again::Terms).await;
    }
    let command = Command {
        cart_id,
        user_id: ctx.visitor.customer.as_ref().map(|u| u.id),
        lang: ctx.lang,
        seen_version: seen.version,
        seen_total: seen.total,
        key: seen.key,
        request_id: ctx.request_id.clone(),
    };
    answer(&ctx, &command, place_order(&ctx.app, &command).await).await
}

/// The visitor's cart. "None" may also mean that the database had no connection for the visitor's layer in a rush: for an
/// order that is asked again, and a shop that cannot tell says so instead of showing an empty cart.
async fn cart_of(ctx: &Ctx, headers: &HeaderMap) -> Result<Option<i64>, Error> {
    let cookie = session::cookie(headers, COOKIE);
    if ctx.visitor.cart_id.is_some() || cookie.is_none() {
        return Ok(ctx.visitor.cart_id);
    }
    let user = ctx.visitor.customer.as_ref().map(|u| u.id);
    Ok(cart::resolve(&ctx.app, user, cookie.as_deref()).await?.0)
}

/// The review of a cart that is no longer open: its order, when there is one.
async fn repeated(ctx: &Ctx, key: Uuid) -> web::Result {
    Ok(match read::find_token(&ctx.app.db, None, Some(key)).await? {
        Some(token) => redirect(&urls::confirmation(ctx.lang, token)),
        None => redirect(urls::cart(ctx.lang)),
    })
}

async fn answer(ctx: &Ctx, command: &Command, placed: Result<Placed, PlaceError>) -> web::Result {
    match placed {
        Ok(placed) => {
            let mut response = redirect(&urls::confirmation(ctx.lang, placed.token()));
            session::clear_cookie(&mut response, COOKIE);
            Ok(response)
        }
        Err(PlaceError::Empty) => Ok(redirect(urls::cart(ctx.lang))),
        Err(PlaceError::Incomplete(step)) => Ok(redirect(step.url(ctx.lang))),
        Err(PlaceError::WrongKey) => match read::find_token(&ctx.app.db, None, Some(command.key)).await? {
            // Back to the review of an earlier order: that order, and the present cart stays as it is.
            Some(token) => Ok(redirect(&urls::confirmation(ctx.lang, token))),
            None => again(ctx, Again::Stale).await,
        },
        Err(PlaceError::TooMuch) => again(ctx, Again::Stale).await,
        Err(PlaceError::Busy) => Err(Error::Unavailable("too many orders at once".into())),
        Err(PlaceError::Changed(_)) => again(ctx, Again::Changed).await,
        Err(PlaceError::SoldOut(short)) => Ok(sold_out(ctx, &short)),
        Err(PlaceError::Database(e)) => Err(e.into()),
    }
}

/// The review as it is now, with the goods set aside, and the reason why it is shown again.
async fn again(ctx: &Ctx, why: Again) -> web::Result {
    let checkout = at(ctx, Step::Review).await?;
    match review::hold(&ctx.app, ctx.lang, checkout.cart.id).await? {
        // The lines of before the hold know the prices that were seen.
        Some(held) if held.short().is_empty() => {
            let shown = if why == Again::Changed { Checkout { lines: checkout.lines, ..held } } else { held };
            review_page(ctx, &shown, why).await
        }
        Some(held) => Ok(sold_out(ctx, &held.short())),
        None => Ok(redirect(urls::cart(ctx.lang))),
    }
}

fn sold_out(ctx: &Ctx, short: &[Short]) -> Response {
    Page::new(tr!(ctx.lang, "sales.short.title"), views::sold_out(ctx, short))
        .noindex()
        .chrome(Chrome::Checkout)
        .status(StatusCode::CONFLICT)
        .respond(ctx)
}

/// "Go on with what is left": short lines are lowered or taken out, the rest stays.
async fn adjust(ctx: &Ctx, cart_id: i64) -> web::Result {
    let lines = cart::lines(&ctx.app.db, cart_id, ctx.lang).await?;
    for line in lines.iter().filter(|l| l.short()) {
        let id = line.offer.variant_id;
        match Quantity::new(line.available()) {
            Ok(left) => cart::change(&ctx.app, cart_id, ctx.lang, &[(id, left)], None).await?,
            Err(_) => cart::change(&ctx.app, cart_id, ctx.lang, &[], Some(id)).await?,
        };
    }
    Ok(redirect_with(ctx, urls::checkout_review(ctx.lang), "cart-lowered"))
}
