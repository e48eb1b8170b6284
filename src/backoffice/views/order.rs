//! One order: lines, story, notes; customer, payment, fulfilment with their steps; what to do when two people work on it.

use accounts::{Permission, allows};
use kit::address::Address;
use kit::{Lang, Money, dates, tr, urls};
use maud::{Markup, html};
use platform::ui::field::{self, Field};
use platform::ui::{flash, icon};
use platform::web::Ctx;
use platform::web::form::FieldErrors;
use platform::web::visitor::User;
use sales::orders::{Order, OrderEvent, OrderLine, OrderPage, Step};

use super::{rows, shell};
use crate::acts::{self, Words};
use crate::model::stage;

/// What somebody wanted to do to an order that has changed in between.
pub struct Wanted<'a> {
    pub step: Step,
    /// The version that was on the screen.
    pub seen: i32,
    pub words: &'a Words<'a>,
}

pub fn show(ctx: &Ctx, user: &User, page: &OrderPage, wanted: Option<&Wanted<'_>>) -> Markup {
    let lang = ctx.lang;
    let o = &page.order;
    let trail = [
        (shell::section_name(lang, crate::desk::Section::Orders), urls::admin::ORDERS.to_string()),
        (o.number.clone(), urls::admin::order(o.id)),
    ];
    let stage = stage(o.order_state.code(), o.fulfilment_state.code(), o.may_leave());
    let title = html! { (tr!(lang, "backoffice.order.title", number = o.number)) " " (rows::badge(lang, stage, false)) };
    let line =
        html! { p { (tr!(lang, "backoffice.order.placed", at = dates::date_time(lang, o.placed_at))) } };
    html! {
        (shell::head(&trail, title, line, html! { (next_step(ctx, user, o)) (cancel_button(ctx, user, o)) }, lang))
        @if let Some(w) = wanted { (conflict(ctx, page, w)) }
        div.cols {
            div.stack {
                (lines(lang, page))
                (story(lang, &page.events))
                (notes(ctx, user, page))
            }
            div."aside"."aside--one" {
                (customer(lang, user, o))
                (payment(ctx, user, page))
                (fulfilment(ctx, user, page))
            }
        }
    }
}

pub fn step_name(lang: Lang, step: Step) -> String {
    match step {
        Step::MarkPaid => tr!(lang, "backoffice.step.mark_paid"),
        Step::Prepare => tr!(lang, "backoffice.step.prepare"),
        Step::Fulfil => tr!(lang, "backoffice.step.fulfil"),
        Step::Deliver => tr!(lang, "backoffice.step.deliver"),
        Step::Cancel => tr!(lang, "backoffice.step.cancel"),
        Step::TakeBack => tr!(lang, "backoffice.step.take_back"),
    }
    .into_owned()
}

fn steps_url(id: i64) -> String {
    format!("{}/etapes", urls::admin::order(id))
}

fn cancel_url(id: i64) -> String {
    format!("{}/annulation", urls::admin::order(id))
}

/// The hidden half of a step's form: which step, and which version was seen.
fn step_fields(ctx: &Ctx, o: &Order, step: Step) -> Markup {
    html! {
        (field::csrf(ctx))
        input type="hidden" name="step" value=(step.code());
        input type="hidden" name="version" value=(o.version);
    }
}

fn can(user: &User, o: &Order, step: Step) -> bool {
    step.is_allowed(o) && acts::may(user, step)
}

/// The step that moves the order on, at the top of the page.
fn next_step(ctx: &Ctx, user: &User, o: &Order) -> Markup {
    let next = [Step::Prepare, Step::Deliver].into_iter().find(|s| can(user, o, *s));
    html! {
        @if let Some(step) = next {
            form method="post" action=(steps_url(o.id)) {
                (step_fields(ctx, o, step))
                button."btn"."btn--sm" type="submit" { (icon("check")) (step_name(ctx.lang, step)) }
            }
        }
    }
}

fn cancel_button(ctx: &Ctx, user: &User, o: &Order) -> Markup {
    html! { @if can(user, o, Step::Cancel) { a."btn"."btn--line"."btn--sm" href=(cancel_url(o.id)) { (icon("ban")) (step_name(ctx.lang, Step::Cancel)) } } }
}

fn lines(lang: Lang, page: &OrderPage) -> Markup {
    let o = &page.order;
    html! {
        section.panel aria-labelledby="p-lines" {
            div."panel__head" { h2 id="p-lines" { (tr!(lang, "backoffice.order.lines")) } }
            table."dt"."dt--list" {
                caption.vh { (tr!(lang, "backoffice.order.lines")) }
                thead { tr {
                    th scope="col" { (tr!(lang, "backoffice.order.item")) }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.order.unit")) }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.order.quantity")) }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.order.line_total")) }
                } }
                tbody { @for l in &page.lines { (line(lang, l)) } }
            }
            div."panel__body" {
                dl.kv {
                    div { dt { (tr!(lang, "backoffice.order.items")) } dd { (o.items().format(lang)) } }
                    div { dt { (o.shipping_name) } dd { (o.shipping().format(lang)) } }
                    @for (bp, tax) in page.taxes() { div { dt { (tr!(lang, "backoffice.order.tax", rate = rate(lang, bp))) } dd { (tax.format(lang)) } } }
                    div { dt { strong { (tr!(lang, "backoffice.order.total")) } } dd { strong { (o.total().format(lang)) } } }
                }
            }
        }
    }
}

/// `20` or `5,5`, from basis points.
fn rate(lang: Lang, bp: i32) -> String {
    if bp % 100 == 0 { (bp / 100).to_string() } else { kit::text::tenths(lang, i64::from(bp) / 10) }
}

fn line(lang: Lang, l: &OrderLine) -> Markup {
    html! {
        tr {
            td."dt__no" {
                div."dt__items" {
                    @if !l.image_key.is_empty() { span.pile { img src=(urls::media(&l.image_key, &l.image_kind, 320)) alt="" width="64" height="64" loading="lazy"; } }
                    span { (l.title) small { @if !l.options.is_empty() { (l.options) " · " } (l.sku) } }
                }
            }
            td."dt__num" data-label=(tr!(lang, "backoffice.order.unit")) { (l.unit().format(lang)) }
            td."dt__num" data-label=(tr!(lang, "backoffice.order.quantity")) { (l.quantity) }
            td."dt__num" data-label=(tr!(lang, "backoffice.order.line_total")) { (l.total().format(lang)) }
        }
    }
}

/// Newest first: what happened last is what people ask for.
fn story(lang: Lang, events: &[OrderEvent]) -> Markup {
    html! {
        section.panel aria-labelledby="p-story" {
            div."panel__head" { h2 id="p-story" { (tr!(lang, "backoffice.order.story")) } }
            div."panel__body" {
                ol.timeline role="list" {
                    @for e in events.iter().rev().filter(|e| e.kind != "note") {
                        li."is-done" {
                            span."timeline__i" { (icon(super::feed::look(&e.kind).1)) }
                            div {
                                strong { (super::feed::event_name(lang, &e.kind)) }
                                @if let Some(text) = detail(e) { p { (text) } }
                            }
                            time datetime=(dates::iso(e.at)) { (dates::short(e.at)) }
                        }
                    }
                }
            }
        }
    }
}

/// Who did it and what they wrote.
fn detail(e: &OrderEvent) -> Option<String> {
    let words = ["reference", "carrier", "tracking", "reason"]
        .into_iter()
        .map(|k| e.text(k))
        .filter(|t| !t.is_empty());
    let parts: Vec<&str> =
        Some(e.actor_name.as_str()).into_iter().filter(|n| !n.is_empty()).chain(words).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn notes(ctx: &Ctx, user: &User, page: &OrderPage) -> Markup {
    let lang = ctx.lang;
    let notes: Vec<_> = page.events.iter().rev().filter(|e| e.kind == "note").collect();
    html! {
        section.panel id="notes" aria-labelledby="p-notes" {
            div."panel__head" { h2 id="p-notes" { (tr!(lang, "backoffice.order.notes")) } }
            div."panel__body" {
                @if !notes.is_empty() {
                    ul.notes role="list" { @for n in notes {
                        li.note { p { (n.text("text")) } footer { (n.actor_name) ", " time datetime=(dates::iso(n.at)) { (dates::short(n.at)) } } }
                    } }
                }
                @if allows(user.role, Permission::HandleOrders) {
                    form.form method="post" action=(format!("{}/notes", urls::admin::order(page.order.id))) {
                        (field::csrf(ctx))
                        (field::textarea(lang, "text", &tr!(lang, "backoffice.order.note"), "", 3, true, &FieldErrors::default()))
                        div."form__acts" { button."btn"."btn--line"."btn--sm" type="submit" { (tr!(lang, "backoffice.order.add_note")) } }
                    }
                }
            }
        }
    }
}

fn address(lang: Lang, a: &Address) -> Markup {
    html! { address.addr { @for (i, line) in a.lines(lang).iter().enumerate() { @if i > 0 { br; } (line) } } }
}

fn customer(lang: Lang, user: &User, o: &Order) -> Markup {
    html! {
        section.panel aria-labelledby="p-customer" {
            div."panel__head" {
                h2 id="p-customer" { (tr!(lang, "backoffice.order.customer")) }
                @if let Some(id) = o.user_id && allows(user.role, Permission::SeeCustomers) { a.small.strong href=(format!("{}/{id}", urls::admin::CUSTOMERS)) { (tr!(lang, "backoffice.order.see_customer")) } }
            }
            div."panel__body"."stack" {
                dl.kv {
                    div { dt { (tr!(lang, "backoffice.order.email")) } dd { a href=(format!("mailto:{}", o.email)) { (o.email) } } }
                    @if !o.phone.is_empty() { div { dt { (tr!(lang, "backoffice.order.phone")) } dd { (o.phone) } } }
                    div { dt { (tr!(lang, "backoffice.order.language")) } dd { (o.lang().pick("Français", "English")) } }
                    @if o.user_id.is_none() { div { dt { (tr!(lang, "backoffice.order.account")) } dd { (tr!(lang, "backoffice.order.guest")) } } }
                }
                div { h3 { (tr!(lang, "backoffice.order.ship_to")) } (address(lang, &o.shipping_address)) }
                @if o.billing_address != o.shipping_address {
                    div { h3 { (tr!(lang, "backoffice.order.bill_to")) } (address(lang, &o.billing_address)) }
                }
            }
        }
    }
}

fn payment(ctx: &Ctx, user: &User, page: &OrderPage) -> Markup {
    let lang = ctx.lang;
    let o = &page.order;
    html! {
        section.panel aria-labelledby="p-payment" {
            div."panel__head" { h2 id="p-payment" { (tr!(lang, "backoffice.order.payment")) } span class=(if o.payment_state.code() == "paid" { "badge badge--ok" } else { "badge badge--warn" }) { (o.payment_state.name(lang)) } }
            div."panel__body"."stack" {
                dl.kv {
                    @if let Some(method) = o.payment() { div { dt { (tr!(lang, "backoffice.order.method")) } dd { (method.name(lang)) } } }
                    @for p in &page.payments {
                        div { dt { (tr!(lang, "backoffice.order.amount")) } dd { (Money::cents(p.amount_cents).format(lang)) } }
                        @if let Some(at) = p.captured_at { div { dt { (tr!(lang, "backoffice.order.received")) } dd { (dates::short(at)) } } }
                        @if !p.reference.is_empty() { div { dt { (tr!(lang, "backoffice.order.reference")) } dd { (p.reference) } } }
                    }
                }
                @if can(user, o, Step::MarkPaid) {
                    form.form method="post" action=(steps_url(o.id)) data-confirm=(tr!(lang, "backoffice.order.paid_confirm", amount = o.total().format(lang))) data-confirm-yes=(step_name(lang, Step::MarkPaid)) {
                        (step_fields(ctx, o, Step::MarkPaid))
                        (Field::new("reference", tr!(lang, "backoffice.order.reference"), "").optional().maxlength(100).hint(tr!(lang, "backoffice.order.reference_hint")).render(lang, &FieldErrors::default()))
                        div."form__acts" { button."btn"."btn--sm" type="submit" { (step_name(lang, Step::MarkPaid)) } }
                    }
                }
            }
        }
    }
}

fn fulfilment(ctx: &Ctx, user: &User, page: &OrderPage) -> Markup {
    let lang = ctx.lang;
    let o = &page.order;
    let none = FieldErrors::default();
    html! {
        section.panel aria-labelledby="p-parcel" {
            div."panel__head" { h2 id="p-parcel" { (tr!(lang, "backoffice.order.fulfilment")) } span class=(if o.fulfilment_state.is_sent() { "badge badge--ok" } else { "badge badge--info" }) { (o.fulfilment_state.name(lang)) } }
            div."panel__body"."stack" {
                dl.kv {
                    div { dt { (tr!(lang, "backoffice.order.delivery")) } dd { (o.shipping_name) } }
                    @for f in &page.fulfilments {
                        div { dt { (tr!(lang, "backoffice.order.sent")) } dd { (dates::short(f.created_at)) } }
                        @if !f.carrier.is_empty() { div { dt { (tr!(lang, "backoffice.order.carrier")) } dd { (f.carrier) } } }
                        @if !f.tracking.is_empty() { div { dt { (tr!(lang, "backoffice.order.tracking")) } dd { (f.tracking) } } }
                    }
                }
                @if can(user, o, Step::Fulfil) {
                    form.form method="post" action=(steps_url(o.id)) {
                        (step_fields(ctx, o, Step::Fulfil))
                        (Field::new("carrier", tr!(lang, "backoffice.order.carrier"), "").optional().maxlength(60).render(lang, &none))
                        (Field::new("tracking", tr!(lang, "backoffice.order.tracking"), "").optional().maxlength(60).render(lang, &none))
                        div."form__acts" { button."btn"."btn--sm" type="submit" { (icon("truck")) (step_name(lang, Step::Fulfil)) } }
                    }
                } @else if !o.may_leave() && o.order_state.code() == "open" {
                    p.small.muted { (tr!(lang, "backoffice.order.waits_for_money")) }
                }
                @if can(user, o, Step::TakeBack) {
                    form.form method="post" action=(steps_url(o.id)) data-confirm=(tr!(lang, "backoffice.order.take_back_confirm")) data-confirm-yes=(step_name(lang, Step::TakeBack)) {
                        (step_fields(ctx, o, Step::TakeBack))
                        (Field::new("reason", tr!(lang, "backoffice.order.reason"), "").optional().maxlength(300).render(lang, &none))
                        div."form__acts" { button."btn"."btn--line"."btn--sm" type="submit" { (icon("undo-2")) (step_name(lang, Step::TakeBack)) } }
                    }
                }
            }
        }
    }
}

/// Two people, one order: what was wanted, and what is stored now. Nothing was changed.
fn conflict(ctx: &Ctx, page: &OrderPage, w: &Wanted<'_>) -> Markup {
    let lang = ctx.lang;
    let o = &page.order;
    let last = page.events.iter().rev().find(|e| e.kind != "note");
    let typed = [w.words.reference, w.words.carrier, w.words.tracking, w.words.reason];
    let typed: Vec<&str> = typed.into_iter().filter(|t| !t.is_empty()).collect();
    html! {
        div.flash."flash--warn" role="alert" tabindex="-1" data-autofocus {
            (icon("triangle-alert"))
            div { strong { (tr!(lang, "backoffice.conflict.title")) } p { (tr!(lang, "backoffice.conflict.text")) } }
        }
        div.versus {
            section.box aria-labelledby="v-yours" {
                h2 id="v-yours" { (tr!(lang, "backoffice.conflict.yours", version = w.seen)) }
                dl.kv {
                    div { dt { (tr!(lang, "backoffice.conflict.wanted")) } dd { (step_name(lang, w.step)) } }
                    @if !typed.is_empty() { div { dt { (tr!(lang, "backoffice.conflict.typed")) } dd { (typed.join(" · ")) } } }
                }
            }
            section.box aria-labelledby="v-stored" {
                h2 id="v-stored" { (tr!(lang, "backoffice.conflict.stored", version = o.version)) }
                dl.kv {
                    div { dt { (tr!(lang, "backoffice.order.order")) } dd { (o.order_state.name(lang)) } }
                    div { dt { (tr!(lang, "backoffice.order.payment")) } dd { (o.payment_state.name(lang)) } }
                    div { dt { (tr!(lang, "backoffice.order.fulfilment")) } dd { (o.fulfilment_state.name(lang)) } }
                    @if let Some(e) = last { div { dt { (tr!(lang, "backoffice.conflict.last")) } dd { (super::feed::event_name(lang, &e.kind)) @if let Some(text) = detail(e) { " · " (text) } " · " (dates::short(e.at)) } } }
                }
            }
        }
    }
}

/// Asks before an order is cancelled.
pub fn cancellation(ctx: &Ctx, o: &Order) -> Markup {
    let lang = ctx.lang;
    let trail = [
        (shell::section_name(lang, crate::desk::Section::Orders), urls::admin::ORDERS.to_string()),
        (o.number.clone(), urls::admin::order(o.id)),
        (step_name(lang, Step::Cancel), cancel_url(o.id)),
    ];
    let title = html! { (tr!(lang, "backoffice.cancel.title", number = o.number)) };
    html! {
        (shell::head(&trail, title, html! { p { (tr!(lang, "backoffice.cancel.lead")) } }, html! {}, lang))
        section.panel { div."panel__body" {
            form.form method="post" action=(steps_url(o.id)) data-confirm=(tr!(lang, "backoffice.cancel.confirm", number = o.number)) data-confirm-yes=(step_name(lang, Step::Cancel)) {
                (step_fields(ctx, o, Step::Cancel))
                @if o.payment_state.code() == "paid" { (flash::notice(flash::Tone::Warn, html! { p { (tr!(lang, "backoffice.cancel.refund", amount = o.total().format(lang))) } })) }
                (Field::new("reason", tr!(lang, "backoffice.order.reason"), "").optional().maxlength(300).hint(tr!(lang, "backoffice.cancel.reason_hint")).render(lang, &FieldErrors::default()))
                div."form__acts" {
                    button."btn"."btn--danger" type="submit" { (step_name(lang, Step::Cancel)) }
                    a.link href=(urls::admin::order(o.id)) { (tr!(lang, "backoffice.cancel.back")) }
                }
            }
        } }
    }
}
