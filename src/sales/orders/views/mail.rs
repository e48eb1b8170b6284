//! Mails about orders, as HTML and as text. Mail programs know no style sheets of ours: attributes of old, nothing else.

use std::fmt::Write;

use kit::{Lang, dates, tr, urls};
use maud::{DOCTYPE, Markup, html};
use platform::App;

use super::super::mails::MailKind;
use super::super::model::{OrderPage, OrderState, PaymentState};
use super::parts;
use crate::payments::Method;
use crate::views::{amount_or_free, rate};

/// How to pay belongs into the mail as long as it is to be done.
fn payment(page: &OrderPage, kind: MailKind) -> Option<Method> {
    let o = &page.order;
    let due = kind == MailKind::Confirmation
        && o.payment_state == PaymentState::Awaiting
        && o.order_state == OrderState::Open;
    o.payment().filter(|_| due)
}

fn tracking(lang: Lang, page: &OrderPage, kind: MailKind) -> Option<String> {
    let parcel = page.fulfilments.last().filter(|_| kind == MailKind::Sent)?;
    let words: Vec<&str> =
        [parcel.carrier.as_str(), parcel.tracking.as_str()].into_iter().filter(|w| !w.is_empty()).collect();
    (!words.is_empty()).then(|| tr!(lang, "sales.mail.parcel", parcel = words.join(" ")).into_owned())
}

/// A refund is announced where there is one.
fn refund(lang: Lang, page: &OrderPage, kind: MailKind) -> Option<String> {
    let due = kind == MailKind::Cancelled && page.order.payment_state == PaymentState::Refunded;
    due.then(|| tr!(lang, "sales.event.refund").into_owned())
}

pub fn text(app: &App, page: &OrderPage, kind: MailKind, subject: &str) -> String {
    let (o, lang) = (&page.order, page.order.lang());
    let mut out = String::new();
    // Writing to a String cannot fail.
    let mut line = |s: &str| _ = writeln!(out, "{s}");
    line(subject);
    line("");
    line(&tr!(lang, "sales.mail.hello", name = o.billing_address.name));
    line("");
    line(&kind.intro(lang));
    for extra in [tracking(lang, page, kind), refund(lang, page, kind)].into_iter().flatten() {
        line(&extra);
    }
    line("");
    if let Some(method) = payment(page, kind) {
        line(&parts::instructions(lang, method, o.total()));
        for (k, v) in parts::instruction_rows(lang, method, o) {
            line(&format!("{k}{}{v}", tr!(lang, "sales.colon")));
        }
        line(&tr!(lang, "sales.pay.demo"));
        line("");
    }
    line(&tr!(lang, "sales.order.title", number = o.number));
    line(&tr!(lang, "sales.order.placed_at", at = dates::date_time(lang, o.placed_at)));
    for l in &page.lines {
        let options = if l.options.is_empty() { String::new() } else { format!(" ({})", l.options) };
        line(&format!(
            "- {} × {}{options}{}{}",
            l.quantity,
            l.title,
            tr!(lang, "sales.colon"),
            l.total().format(lang)
        ));
    }
    line("");
    for (k, v) in amounts(lang, page) {
        line(&format!("{k}{}{v}", tr!(lang, "sales.colon")));
    }
    line("");
    line(&tr!(lang, "sales.order.delivery_to"));
    for l in o.shipping_address.lines(lang) {
        line(&l);
    }
    line(&o.shipping_name);
    line("");
    line(&tr!(lang, "sales.mail.follow"));
    line(&app.absolute(&urls::order(lang, o.token)));
    line("");
    line(&tr!(lang, "sales.mail.footer"));
    out
}

fn amounts(lang: Lang, page: &OrderPage) -> Vec<(String, String)> {
    let o = &page.order;
    let mut rows = vec![
        (tr!(lang, "sales.totals.items").into_owned(), o.items().format(lang)),
        (
            format!("{} ({})", tr!(lang, "sales.totals.shipping"), o.shipping_name),
            amount_or_free(lang, o.shipping()),
        ),
        (tr!(lang, "sales.totals.total").into_owned(), o.total().format(lang)),
    ];
    for (bp, tax) in page.taxes() {
        rows.push((tr!(lang, "sales.totals.tax_name", rate = rate(lang, bp)).into_owned(), tax.format(lang)));
    }
    rows
}

pub fn html(app: &App, page: &OrderPage, kind: MailKind, subject: &str) -> Markup {
    let (o, lang) = (&page.order, page.order.lang());
    let link = app.absolute(&urls::order(lang, o.token));
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head { meta charset="utf-8"; meta name="viewport" content="width=device-width, initial-scale=1"; title { (subject) } }
            body bgcolor="#f6f3ec" text="#16211c" link="#0b4f3a" {
                table role="presentation" width="100%" cellpadding="16" cellspacing="0" border="0" { tr { td align="center" {
                    table role="presentation" width="600" cellpadding="24" cellspacing="0" border="0" bgcolor="#ffffff" {
                        tr { td bgcolor="#083c2c" { font face="Arial, Helvetica, sans-serif" size="4" color="#ffffff" { b { "SmartMarket" } } } }
                        tr { td { font face="Arial, Helvetica, sans-serif" size="3" {
                            h1 { font size="5" { (subject) } }
                            p { (tr!(lang, "sales.mail.hello", name = o.billing_address.name)) }
                            p { (kind.intro(lang)) }
                            @for extra in [tracking(lang, page, kind), refund(lang, page, kind)].into_iter().flatten() { p { b { (extra) } } }
                            @if let Some(method) = payment(page, kind) {
                                p { (parts::instructions(lang, method, o.total())) }
                                (rows(&parts::instruction_rows(lang, method, o)))
                                p { i { (tr!(lang, "sales.pay.demo")) } }
                            }
                            p { a href=(link) { b { (tr!(lang, "sales.mail.follow_button")) } } }
                            h2 { font size="4" { (tr!(lang, "sales.order.title", number = o.number)) } }
                            (goods(lang, page))
                            (rows(&amounts(lang, page)))
                            h2 { font size="4" { (tr!(lang, "sales.order.delivery_to")) } }
                            p { @for (i, l) in o.shipping_address.lines(lang).iter().enumerate() { @if i > 0 { br; } (l) } br; (o.shipping_name) }
                            p { font size="2" color="#5f6b65" { (tr!(lang, "sales.mail.footer")) } }
                        } } }
                    }
                } } }
            }
        }
    }
}

fn goods(lang: Lang, page: &OrderPage) -> Markup {
    html! {
        table role="presentation" width="100%" cellpadding="6" cellspacing="0" border="0" {
            @for l in &page.lines {
                tr {
                    td { (l.quantity) " × " b { (l.title) } @if !l.options.is_empty() { br; (l.options) } }
                    td align="right" { (l.total().format(lang)) }
                }
            }
        }
    }
}

fn rows(pairs: &[(String, String)]) -> Markup {
    html! {
        table role="presentation" width="100%" cellpadding="4" cellspacing="0" border="0" {
            @for (k, v) in pairs { tr { td { (k) } td align="right" { b { (v) } } } }
        }
    }
}
