//! Where an order stands: the form to find it, the page, and what its live stream sends.

use kit::{Lang, dates, tr, urls};
use maud::{Markup, html};
use platform::ui::field::{self, Field};
use platform::ui::{crumbs, flash};
use platform::web::form::FieldErrors;
use platform::web::{Ctx, assets};

use super::super::forms::TrackingForm;
use super::super::model::OrderPage;
use super::parts;

/// The form. `unknown` when nothing was found: the same words whatever was wrong.
pub fn form(ctx: &Ctx, form: &TrackingForm, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    let trail = [(tr!(lang, "sales.tracking.title").into_owned(), urls::tracking(lang).to_string())];
    html! {
        div."wrap"."wrap--narrow"."page" {
            (crumbs(lang, &trail))
            (flash::flash(ctx))
            div."page__head" { h1 { (tr!(lang, "sales.tracking.title")) } p { (tr!(lang, "sales.tracking.intro")) } }
            form.form method="post" action=(urls::tracking(lang)) novalidate {
                (field::csrf(ctx))
                (field::summary(lang, errors))
                (Field::new("number", tr!(lang, "sales.tracking.number"), &form.number)
                    .hint(tr!(lang, "sales.tracking.number_hint")).size("s").maxlength(20).render(lang, errors))
                (Field::new("email", tr!(lang, "sales.field.email"), &form.email).kind("email").autocomplete("email")
                    .inputmode("email").maxlength(254).render(lang, errors))
                div."form__acts" { button.btn type="submit" { (tr!(lang, "sales.tracking.submit")) span."btn__spin" aria-hidden="true" {} } }
            }
        }
    }
}

/// The page of whoever holds the link. With JavaScript it follows the order; without, a reload shows the same.
pub fn page(ctx: &Ctx, page: &OrderPage, after: i64) -> Markup {
    let lang = ctx.lang;
    let o = &page.order;
    let trail = [
        (tr!(lang, "sales.tracking.title").into_owned(), urls::tracking(lang).to_string()),
        (o.number.clone(), urls::order(lang, o.token)),
    ];
    let stream = format!("{}/flux?after={after}", urls::order(lang, o.token));
    html! {
        div.wrap.page {
            (crumbs(lang, &trail))
            (flash::flash(ctx))
            div."page__head" { h1 { (tr!(lang, "sales.order.title", number = o.number)) }
                p { (tr!(lang, "sales.order.placed_at", at = dates::date_time(lang, o.placed_at))) } }
            div.split {
                div.stack {
                    (state(lang, page))
                    section aria-labelledby="t-articles" {
                        h2 id="t-articles" { (tr!(lang, "sales.order.lines")) }
                        (parts::lines(lang, &page.lines))
                    }
                    (parts::facts(lang, page))
                }
                (parts::summary(lang, page))
            }
            div hx-sse:connect=(stream) hx-swap="none" {}
            script defer src=(assets::url("live.js")) {}
        }
    }
}

/// What changes while the order lives. `#etat` is morphed by live events.
pub fn state(lang: Lang, page: &OrderPage) -> Markup {
    let o = &page.order;
    html! {
        div.stack id="etat" {
            p role="status" { (parts::badge(lang, o.order_state, o.payment_state, o.fulfilment_state)) }
            (parts::timeline(lang, page))
            (parts::payment_box(lang, o))
        }
    }
}

/// One live message.
pub fn live_part(lang: Lang, page: &OrderPage) -> Markup {
    html! { hx-partial hx-target="#etat" hx-swap="outerMorph" { (state(lang, page)) } }
}
