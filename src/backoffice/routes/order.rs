//! One order: everything about it, its steps, its notes.

use kit::text::one_line;
use kit::{tr, urls};
use platform::web::page::{redirect, redirect_with};
use platform::web::{Ctx, Error, Form, Result};
use poem::handler;
use poem::http::StatusCode;
use poem::web::Path;
use sales::orders::{self, Actor, OrderPage, Step, Target, TransitionError};
use serde::Deserialize;

use crate::acts::{self, Words};
use crate::desk::{Desk, Section};
use crate::views::order as views;

/// Longest note.
const NOTE: usize = 1_000;

#[handler]
pub async fn show(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let desk = Desk::open(&ctx, Section::Orders).await?;
    let page = load(&ctx, id).await?;
    let body = views::show(&ctx, &desk.user, &page, None);
    desk.page(&ctx, &page.order.number, body)
}

async fn load(ctx: &Ctx, id: i64) -> std::result::Result<OrderPage, Error> {
    orders::find_page(&ctx.app.db, id).await?.ok_or(Error::NotFound)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StepForm {
    step: String,
    version: String,
    reference: String,
    carrier: String,
    tracking: String,
    reason: String,
}

#[handler]
pub async fn update(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<StepForm>) -> Result {
    let user = ctx.staff()?;
    let bad = || Error::Status(StatusCode::BAD_REQUEST);
    let step = Step::of_code(&form.step).ok_or_else(bad)?;
    if !acts::may(user, step) {
        return Err(Error::Forbidden);
    }
    let seen = form.version.parse::<i32>().map_err(|_| bad())?;
    let (reference, carrier) = (one_line(&form.reference, 100), one_line(&form.carrier, 60));
    let (tracking, reason) = (one_line(&form.tracking, 60), one_line(&form.reason, 300));
    let words = Words { reference: &reference, carrier: &carrier, tracking: &tracking, reason: &reason };
    let target = Target { order_id: id, seen_version: Some(seen) };
    match acts::apply(&ctx.app, user, step, target, &words).await {
        Ok(_) => Ok(redirect_with(&ctx, &urls::admin::order(id), "saved")),
        Err(TransitionError::Conflict { .. } | TransitionError::NotAllowed { .. }) => {
            conflict(&ctx, id, step, seen, &words).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Somebody was faster: the page as it is now, with what was wanted and what has happened beside each other.
async fn conflict(ctx: &Ctx, id: i64, step: Step, seen: i32, words: &Words<'_>) -> Result {
    let desk = Desk::open(ctx, Section::Orders).await?;
    let page = load(ctx, id).await?;
    let wanted = views::Wanted { step, seen, words };
    let body = views::show(ctx, &desk.user, &page, Some(&wanted));
    desk.page_with(ctx, StatusCode::CONFLICT, &page.order.number, body)
}

/// Asks before an order ends; the same page with and without JavaScript, for the reason is to be told.
#[handler]
pub async fn cancellation(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let desk = Desk::open(&ctx, Section::Orders).await?;
    let page = load(&ctx, id).await?;
    if !page.order.allowed().contains(&Step::Cancel) {
        return Ok(redirect(&urls::admin::order(id)));
    }
    let title = tr!(ctx.lang, "backoffice.cancel.title", number = page.order.number);
    desk.page(&ctx, &title, views::cancellation(&ctx, &page.order))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    text: String,
}

#[handler]
pub async fn create_note(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<NoteForm>) -> Result {
    let user = ctx.staff()?;
    let text: String = form.text.trim().chars().take(NOTE).collect();
    if !text.is_empty() {
        orders::add_note(&ctx.app, id, &Actor::staff(user), &text).await?;
    }
    Ok(redirect(&format!("{}#notes", urls::admin::order(id))))
}
