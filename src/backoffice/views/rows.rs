//! One order as a row of the list: the same on the page and in a live message.

use accounts::{Permission, allows};
use chrono::{DateTime, Utc};
use kit::{Lang, Money, dates, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::icon;
use platform::web::visitor::Role;

use super::kpis::span;
use crate::model::{OrderRow, Stage};

/// Who looks, and when: what a row's words depend on.
#[derive(Clone, Copy)]
pub struct Viewer {
    pub lang: Lang,
    pub role: Role,
    pub now: DateTime<Utc>,
}

/// `seq` is the number of the last event that this row has seen.
pub fn row(v: Viewer, o: &OrderRow, seq: i64) -> Markup {
    let lang = v.lang;
    html! {
        tr id=(format!("commande-{}", o.id)) data-seq=(seq) class=[o.is_late(v.now).then_some("is-late")] {
            td."dt__sel" { label { input type="checkbox" name="commande" value=(format!("{}:{}", o.id, o.version)) id=(format!("choix-{}", o.id)) aria-label=(tr!(lang, "backoffice.orders.select", number = o.number)); } }
            td."dt__no" {
                a href=(urls::admin::order(o.id)) { (o.number) }
                small { time datetime=(dates::iso(o.placed_at)) { (when(lang, o.placed_at, v.now)) } " · " (span(lang, (v.now - o.placed_at).num_minutes().max(0))) }
            }
            td."dt__who" { (o.name) " " small { (o.city) " · " (delivery(lang, o)) } }
            td { div."dt__items" { (pile(o)) span.nowrap.strong { "× " (o.units) span.vh { " " (trn!(lang, "backoffice.orders.articles", o.units)) } } } }
            td."dt__st" { (badge(lang, o.stage(), o.is_late(v.now))) }
            td."dt__slac" { (departure(lang, o, v.now)) }
            td."dt__num" { (Money::cents(o.total_cents).format(lang)) (payment(lang, &o.payment_state)) }
            td."dt__act" { (action(v, o)) }
        }
    }
}

/// The time of today, else the day.
fn when(lang: Lang, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if dates::day(at) == dates::day(now) {
        dates::time(at)
    } else {
        dates::short(at)[..5].to_string() + lang.pick(" ", " ") + &dates::time(at)
    }
}

fn delivery(lang: Lang, o: &OrderRow) -> String {
    match o.shipping_method.as_str() {
        "home" => tr!(lang, "backoffice.delivery.home").into_owned(),
        "express" => tr!(lang, "backoffice.delivery.express").into_owned(),
        "relay" => tr!(lang, "backoffice.delivery.relay").into_owned(),
        _ => o.shipping_name.clone(),
    }
}

fn pile(o: &OrderRow) -> Markup {
    html! {
        @if !o.images.is_empty() {
            span.pile {
                @for (key, kind) in o.images.iter().filter_map(|i| i.split_once('|')) {
                    img src=(urls::media(key, kind, 320)) alt="" width="64" height="64" loading="lazy";
                }
            }
        }
    }
}

pub fn badge(lang: Lang, stage: Stage, late: bool) -> Markup {
    if late {
        return html! { span."badge"."badge--bad" { (tr!(lang, "backoffice.stage.late")) } };
    }
    let class = match stage {
        Stage::AwaitingPayment | Stage::Cancelled | Stage::Returned => "badge",
        Stage::ToPrepare => "badge badge--warn",
        Stage::Preparing => "badge badge--info",
        Stage::Sent | Stage::Delivered => "badge badge--ok",
    };
    html! { span class=(class) { (stage_name(lang, stage)) } }
}

pub fn stage_name(lang: Lang, stage: Stage) -> String {
    match stage {
        Stage::AwaitingPayment => tr!(lang, "backoffice.stage.awaiting"),
        Stage::ToPrepare => tr!(lang, "backoffice.stage.to_prepare"),
        Stage::Preparing => tr!(lang, "backoffice.stage.preparing"),
        Stage::Sent => tr!(lang, "backoffice.stage.sent"),
        Stage::Delivered => tr!(lang, "backoffice.stage.delivered"),
        Stage::Returned => tr!(lang, "backoffice.stage.returned"),
        Stage::Cancelled => tr!(lang, "backoffice.stage.cancelled"),
    }
    .into_owned()
}

fn departure(lang: Lang, o: &OrderRow, now: DateTime<Utc>) -> Markup {
    match o.due() {
        None => {
            html! { span.sla { span aria-hidden="true" { "—" } span.vh { (tr!(lang, "backoffice.orders.no_deadline")) } } }
        }
        Some(due) => {
            let late = due < now;
            html! { span class=(if late { "sla late" } else { "sla" }) { (icon(if late { "circle-alert" } else { "clock" })) (span(lang, (due - now).num_minutes())) } }
        }
    }
}

fn payment(lang: Lang, state: &str) -> Markup {
    match state {
        "paid" => html! { small { (tr!(lang, "backoffice.payment.paid")) } },
        "awaiting" => html! { small."t-warn" { (tr!(lang, "backoffice.payment.awaiting")) } },
        "refunded" => html! { small { (tr!(lang, "backoffice.payment.refunded")) } },
        _ => html! { small { (tr!(lang, "backoffice.payment.voided")) } },
    }
}

/// The next step, as a button of the form around the table; where it needs a look first, a link.
fn action(v: Viewer, o: &OrderRow) -> Markup {
    let lang = v.lang;
    let handles = allows(v.role, Permission::HandleOrders);
    let step = match o.stage() {
        Stage::ToPrepare if handles => Some(("prepare", tr!(lang, "backoffice.act.prepare"))),
        Stage::Preparing if handles => Some(("fulfil", tr!(lang, "backoffice.act.fulfil"))),
        Stage::Sent if handles => Some(("deliver", tr!(lang, "backoffice.act.deliver"))),
        _ => None,
    };
    html! {
        @match step {
            Some((step, text)) => button."btn"."btn--line"."btn--sm" type="submit" name="une" value=(format!("{step}:{}:{}", o.id, o.version)) { (text) span.vh { " " (o.number) } },
            None => a."btn"."btn--line"."btn--sm" href=(urls::admin::order(o.id)) { @if o.stage() == Stage::AwaitingPayment { (tr!(lang, "backoffice.act.check")) } @else { (tr!(lang, "backoffice.act.open")) } span.vh { " " (o.number) } },
        }
    }
}
