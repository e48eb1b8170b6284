//! Parts that the pages about an order share: lines, totals, payment instructions, badges, timeline.

use kit::{Lang, Money, dates, tr};
use maud::{Markup, html};
use platform::ui::flash::{self, Tone};
use platform::ui::{icon, price};

use super::super::model::{
    FulfilmentState, Order, OrderEvent, OrderLine, OrderPage, OrderState, PaymentState,
};
use crate::payments::Method;
use crate::views::{address, is_art, picture, totals};

/// The account to which transfers go. The number is the one that textbooks use: nobody has it.
pub const IBAN: &str = "FR14\u{a0}2004\u{a0}1010\u{a0}0505\u{a0}0001\u{a0}3M02\u{a0}606";
pub const BIC: &str = "PSSTFRPPXXX";
pub const PAYEE: &str = "SmartMarket";
pub const CHEQUE_ADDRESS: &str = "SmartMarket, 1 place du Marché, 00000 Exempleville";

/// Read-only lines of an order.
pub fn lines(lang: Lang, lines: &[OrderLine]) -> Markup {
    html! {
        ul."lines"."lines--ro" role="list" {
            @for l in lines {
                li.line {
                    span."line__img".art[is_art(&l.image_key, &l.image_kind)] { (picture(&l.image_key, &l.image_kind, 64)) }
                    div."line__main" {
                        p."line__t" { (l.title) }
                        p."line__v" { @if !l.options.is_empty() { (l.options) " · " } (tr!(lang, "sales.reference", sku = l.sku)) }
                    }
                    p."line__price" { (price(lang, l.total(), false)) @if l.quantity > 1 { small { (l.quantity) " × " (l.unit().format(lang)) } } }
                }
            }
        }
    }
}

/// The side column of an order's pages.
pub fn summary(lang: Lang, page: &OrderPage) -> Markup {
    let o = &page.order;
    html! {
        aside.sum aria-labelledby="sum-t" {
            h2 id="sum-t" { (tr!(lang, "sales.totals.title")) }
            (totals(lang, o.items(), Some(o.shipping()), o.total(), &page.taxes()))
        }
    }
}

/// Where it goes, how, and how it is paid.
pub fn facts(lang: Lang, page: &OrderPage) -> Markup {
    let o = &page.order;
    html! {
        div.boxes {
            section.box aria-labelledby="b-livraison" {
                div."box__head" { h2 id="b-livraison" { (tr!(lang, "sales.order.delivery_to")) } }
                (address(lang, &o.shipping_address))
                p.muted { (o.shipping_name) }
            }
            section.box aria-labelledby="b-facturation" {
                div."box__head" { h2 id="b-facturation" { (tr!(lang, "sales.order.billing")) } }
                (address(lang, &o.billing_address))
                p.muted { (o.payment().map(|m| m.name(lang)).unwrap_or_default()) }
            }
        }
    }
}

/// How to pay, while that is to be done.
pub fn payment_box(lang: Lang, order: &Order) -> Markup {
    let due = order.payment_state == PaymentState::Awaiting && order.order_state == OrderState::Open;
    html! {
        @if due && let Some(method) = order.payment() {
            section.box aria-labelledby="b-paiement" {
                div."box__head" { h2 id="b-paiement" { (tr!(lang, "sales.pay.title", method = method.name(lang))) } }
                p { (instructions(lang, method, order.total())) }
                dl.kv { @for (k, v) in instruction_rows(lang, method, order) { div { dt { (k) } dd { (v) } } } }
                (flash::notice(Tone::Info, html! { p { (tr!(lang, "sales.pay.demo")) } }))
            }
        }
    }
}

/// One sentence: what is to be done.
pub fn instructions(lang: Lang, method: Method, total: Money) -> String {
    let total = total.format(lang);
    match method {
        Method::Transfer => tr!(lang, "sales.pay.transfer", total = total),
        Method::Cheque => tr!(lang, "sales.pay.cheque", total = total),
        Method::CashOnDelivery => tr!(lang, "sales.pay.cash", total = total),
    }
    .into_owned()
}

/// The details, as (name, value).
pub fn instruction_rows(lang: Lang, method: Method, order: &Order) -> Vec<(String, String)> {
    let row = |k: std::borrow::Cow<'_, str>, v: &str| (k.into_owned(), v.to_string());
    let mut rows = match method {
        Method::Transfer => vec![
            row(tr!(lang, "sales.pay.payee"), PAYEE),
            row(tr!(lang, "sales.pay.iban"), IBAN),
            row(tr!(lang, "sales.pay.bic"), BIC),
        ],
        Method::Cheque => vec![
            row(tr!(lang, "sales.pay.cheque_to"), PAYEE),
            row(tr!(lang, "sales.pay.cheque_address"), CHEQUE_ADDRESS),
        ],
        Method::CashOnDelivery => Vec::new(),
    };
    if method != Method::CashOnDelivery {
        rows.push(row(tr!(lang, "sales.pay.reference"), &order.number));
    }
    rows.push(row(tr!(lang, "sales.pay.amount"), &order.total().format(lang)));
    rows
}

/// One word for the customer: where the order stands.
pub fn badge(lang: Lang, order: OrderState, payment: PaymentState, goods: FulfilmentState) -> Markup {
    let (class, text) = match (order, payment, goods) {
        (_, _, FulfilmentState::Returned) => ("badge", goods.name(lang)),
        (OrderState::Cancelled, ..) => ("badge badge--bad", order.name(lang)),
        (_, _, FulfilmentState::Delivered) => ("badge badge--ok", goods.name(lang)),
        (_, _, FulfilmentState::Fulfilled) => ("badge badge--info", goods.name(lang)),
        (_, _, FulfilmentState::InPreparation) => ("badge badge--info", goods.name(lang)),
        (_, PaymentState::Awaiting, _) => ("badge badge--warn", payment.name(lang)),
        _ => ("badge badge--ok", payment.name(lang)),
    };
    html! { span class=(class) { i."badge__dot" aria-hidden="true" {} (text) } }
}

pub fn event_name(lang: Lang, kind: &str) -> String {
    match kind {
        "placed" => tr!(lang, "sales.event.placed"),
        "paid" => tr!(lang, "sales.event.paid"),
        "preparing" => tr!(lang, "sales.event.preparing"),
        "fulfilled" => tr!(lang, "sales.event.fulfilled"),
        "delivered" => tr!(lang, "sales.event.delivered"),
        "completed" => tr!(lang, "sales.event.completed"),
        "cancelled" => tr!(lang, "sales.event.cancelled"),
        "returned" => tr!(lang, "sales.event.returned"),
        "note" => tr!(lang, "sales.event.note"),
        _ => tr!(lang, "sales.event.other"),
    }
    .into_owned()
}

pub fn event_icon(kind: &str) -> &'static str {
    match kind {
        "placed" => "receipt",
        "paid" => "banknote",
        "preparing" => "package",
        "fulfilled" => "truck",
        "delivered" => "package-check",
        "completed" => "circle-check",
        "cancelled" => "ban",
        "returned" => "undo-2",
        "note" => "message-circle",
        _ => "info",
    }
}

/// What the customer may read about an event.
fn event_text(lang: Lang, page: &OrderPage, event: &OrderEvent) -> String {
    match event.kind.as_str() {
        "placed" => page.order.payment().map(|m| m.name(lang)).unwrap_or_default(),
        "fulfilled" => {
            let words: Vec<&str> = [event.text("carrier"), event.text("tracking")]
                .into_iter()
                .filter(|w| !w.is_empty())
                .collect();
            words.join(" · ")
        }
        "cancelled" if event.text("reason") == "unpaid" => tr!(lang, "sales.event.unpaid").into_owned(),
        "cancelled" | "returned" if event.text("payment") == "refunded" => {
            tr!(lang, "sales.event.refund").into_owned()
        }
        _ => String::new(),
    }
}

/// The story of an order for its customer: what happened, then what is to come. `#suivi` is what live events replace.
pub fn timeline(lang: Lang, page: &OrderPage) -> Markup {
    let shown: Vec<&OrderEvent> = page.events.iter().filter(|e| e.public).collect();
    let last = shown.len().saturating_sub(1);
    html! {
        ol.timeline role="list" id="suivi" {
            @for (i, e) in shown.iter().enumerate() {
                @let class = match e.kind.as_str() { "cancelled" | "returned" => "is-bad", _ if i == last => "is-now", _ => "is-done" };
                li class=(class) aria-current=[(i == last).then_some("step")] {
                    span."timeline__i" { (icon(event_icon(&e.kind))) }
                    div { strong { (event_name(lang, &e.kind)) } @let text = event_text(lang, page, e); @if !text.is_empty() { p { (text) } } }
                    time datetime=(dates::iso(e.at)) { (dates::date_time(lang, e.at)) }
                }
            }
            @for kind in upcoming(&page.order) {
                li."is-next" {
                    span."timeline__i" { (icon(event_icon(kind))) }
                    div { strong { (next_name(lang, kind)) } }
                }
            }
        }
    }
}

/// The steps that an order still has before it.
fn upcoming(o: &Order) -> Vec<&'static str> {
    if o.order_state != OrderState::Open {
        return Vec::new();
    }
    let paid = o.payment_state == PaymentState::Paid;
    let late = o.payment().is_some_and(Method::is_paid_after);
    let mut out = Vec::new();
    if !paid && !late {
        out.push("paid");
    }
    match o.fulfilment_state {
        FulfilmentState::Unfulfilled => out.extend(["preparing", "fulfilled", "delivered"]),
        FulfilmentState::InPreparation => out.extend(["fulfilled", "delivered"]),
        FulfilmentState::Fulfilled => out.push("delivered"),
        FulfilmentState::Delivered | FulfilmentState::Returned => {}
    }
    out
}

fn next_name(lang: Lang, kind: &str) -> String {
    match kind {
        "paid" => tr!(lang, "sales.next.paid"),
        "preparing" => tr!(lang, "sales.next.preparing"),
        "fulfilled" => tr!(lang, "sales.next.fulfilled"),
        _ => tr!(lang, "sales.next.delivered"),
    }
    .into_owned()
}
