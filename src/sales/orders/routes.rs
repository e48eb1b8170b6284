//! `/suivi` (find an order), `/suivi/:token` and its stream, `/merci/:token`, `/compte/commandes`.

use std::time::Duration;

use accounts::{Section, frame};
use kit::paging::Page as Paging;
use kit::{Lang, tr, urls};
use platform::infra::live as live_events;
use platform::infra::rate_limit::{self, Verdict};
use platform::web::page::{no_store, redirect};
use platform::web::{self, Ctx, Error, Form, Page, Query, form::FieldErrors};
use poem::http::{HeaderMap, HeaderValue};
use poem::web::{Path, sse::SSE};
use poem::{IntoResponse, Route, get, handler};
use serde::Deserialize;
use uuid::Uuid;

use super::forms::TrackingForm;
use super::model::OrderPage;
use super::{find_by_number, find_by_token, live, load_page, store, views};

const PAGE_SIZE: u32 = 20;

/// Products proposed after an order.
const BESIDE: usize = 6;

pub fn routes(mut route: Route) -> Route {
    for lang in Lang::ALL {
        route = route
            .at(urls::tracking(lang), get(new).post(create))
            .at(urls::order(lang, ":token"), get(show))
            .at(format!("{}/flux", urls::order(lang, ":token")), get(flux))
            .at(urls::confirmation(lang, ":token"), get(confirmation))
            .at(urls::account_orders(lang), get(index_own))
            .at(urls::account_order(lang, ":number"), get(show_own));
    }
    route
}

#[handler]
async fn new(ctx: Ctx) -> web::Result {
    Ok(tracking_page(&ctx, &TrackingForm::default(), &FieldErrors::default()).respond(&ctx))
}

fn tracking_page(ctx: &Ctx, form: &TrackingForm, errors: &FieldErrors) -> Page {
    let title = platform::ui::field::title(ctx.lang, &tr!(ctx.lang, "sales.tracking.title"), errors);
    Page::new(title, views::tracking::form(ctx, form, errors)).alternates(|l| urls::tracking(l).to_string())
}

/// Number and e-mail lead to the order's own address. What is wrong is not told: neither may be guessed.
#[handler]
async fn create(ctx: Ctx, Form(form): Form<TrackingForm>) -> web::Result {
    let lookup = match form.check(ctx.lang) {
        Ok(lookup) => lookup,
        Err(errors) => return Ok(tracking_page(&ctx, &form, &errors).invalid().respond(&ctx)),
    };
    if let Verdict::Limited { retry_after_s } =
        rate_limit::check(&ctx.app, rate_limit::TRACKING, &ctx.client_ip).await
    {
        return Err(Error::TooMany { retry_after_s });
    }
    match store::read::find_token_of(&ctx.app.db, &lookup.number, lookup.email.as_str()).await? {
        Some(token) => Ok(redirect(&urls::order(ctx.lang, token))),
        None => {
            let mut errors = FieldErrors::default();
            errors.add("number", tr!(ctx.lang, "sales.tracking.unknown"));
            Ok(tracking_page(&ctx, &form, &errors).invalid().respond(&ctx))
        }
    }
}

async fn by_token(ctx: &Ctx, token: &str) -> Result<OrderPage, Error> {
    let token = Uuid::try_parse(token).map_err(|_| Error::NotFound)?;
    let order = find_by_token(&ctx.app.db, token).await?.ok_or(Error::NotFound)?;
    Ok(load_page(&ctx.app.db, order).await?)
}

#[handler]
async fn show(ctx: Ctx, Path(token): Path<String>) -> web::Result {
    // Read before the order: what happens in between is sent by the stream.
    let after = live_events::last_seq(&ctx.app).await?;
    let order = by_token(&ctx, &token).await?;
    let title = tr!(ctx.lang, "sales.order.title", number = order.order.number);
    Ok(Page::new(title, views::tracking::page(&ctx, &order, after))
        .alternates(|l| urls::order(l, order.order.token))
        .noindex()
        .respond(&ctx))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct After {
    after: String,
}

/// Server-sent events of one order. `Last-Event-ID` wins over `after`.
#[handler]
async fn flux(
    ctx: Ctx,
    Path(token): Path<String>,
    Query(q): Query<After>,
    headers: &HeaderMap,
) -> web::Result {
    let token = Uuid::try_parse(&token).map_err(|_| Error::NotFound)?;
    let order = find_by_token(&ctx.app.db, token).await?.ok_or(Error::NotFound)?;
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).unwrap_or(&q.after);
    let after = match last.parse::<i64>() {
        Ok(after) => after,
        Err(_) => live_events::last_seq(&ctx.app).await?,
    };
    let events = live::stream(ctx.app.clone(), ctx.lang, token, order.id, after);
    let mut response = SSE::new(events).keep_alive(Duration::from_secs(15)).into_response();
    no_store(&mut response);
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

#[handler]
async fn confirmation(ctx: Ctx, Path(token): Path<String>) -> web::Result {
    let order = by_token(&ctx, &token).await?;
    let bought: Vec<i64> = order.lines.iter().filter_map(|l| l.product_id).collect();
    let beside = discovery::personal::beside(&ctx, &bought, BESIDE).await?;
    Ok(Page::new(tr!(ctx.lang, "sales.thanks.page_title"), views::confirmation::page(&ctx, &order, &beside))
        .alternates(|l| urls::confirmation(l, order.order.token))
        .noindex()
        .respond(&ctx))
}

/// The verified address of a customer: orders made with it as a guest are theirs, too.
async fn verified_email(ctx: &Ctx, user_id: i64) -> Result<Option<String>, Error> {
    let customer = accounts::find_customer(&ctx.app.db, user_id).await?;
    Ok(customer.filter(|c| c.email_verified).map(|c| c.email))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    page: Option<String>,
}

#[handler]
async fn index_own(ctx: Ctx, Query(q): Query<PageQuery>) -> web::Result {
    let user = ctx.customer()?;
    let email = verified_email(&ctx, user.id).await?;
    let paging = Paging::from_query(q.page.as_deref(), PAGE_SIZE);
    let total = super::count_of_customer(&ctx.app.db, user.id, email.as_deref()).await?;
    let orders = super::list_of_customer(&ctx.app.db, user.id, email.as_deref(), paging).await?;
    let title = Section::Orders.name(ctx.lang);
    let main = frame(&ctx, Section::Orders, &title, views::account::list(&ctx, &orders, paging, total));
    Ok(Page::new(title, main).alternates(|l| urls::account_orders(l).to_string()).noindex().respond(&ctx))
}

/// An order of somebody else does not exist.
#[handler]
async fn show_own(ctx: Ctx, Path(number): Path<String>) -> web::Result {
    let user = ctx.customer()?;
    let order = find_by_number(&ctx.app.db, &number).await?.ok_or(Error::NotFound)?;
    let own = match order.user_id {
        Some(id) => id == user.id,
        None => verified_email(&ctx, user.id).await?.is_some_and(|e| e.eq_ignore_ascii_case(&order.email)),
    };
    if !own {
        return Err(Error::NotFound);
    }
    let page = load_page(&ctx.app.db, order).await?;
    let title = tr!(ctx.lang, "sales.order.title", number = page.order.number);
    let main = frame(&ctx, Section::Orders, &title, views::account::show(&ctx, &page));
    Ok(Page::new(title, main)
        .alternates(|l| urls::account_order(l, &page.order.number))
        .noindex()
        .respond(&ctx))
}
