//! Customers: list and one of them.

use accounts::addresses::SavedAddress;
use accounts::model::CustomerRow;
use kit::paging::Page;
use kit::{Money, dates, text, tr, urls};
use maud::{Markup, html};
use platform::ui::{icon, pager};
use platform::web::Ctx;
use sales::orders::OrderRow;

use super::{rows, shell};
use crate::desk::Section;
use crate::model::stage;

fn url(words: &str, page: u32) -> String {
    let base = urls::admin::CUSTOMERS;
    match (words.is_empty(), page) {
        (true, 0 | 1) => base.to_string(),
        (true, n) => format!("{base}?page={n}"),
        (false, 0 | 1) => format!("{base}?q={}", urls::query(words)),
        (false, n) => format!("{base}?q={}&page={n}", urls::query(words)),
    }
}

pub fn index(ctx: &Ctx, words: &str, customers: &[CustomerRow], page: Page, total: i64) -> Markup {
    let lang = ctx.lang;
    let (from, to) = page.range(total);
    let title = shell::section_name(lang, Section::Customers);
    html! {
        (shell::head(&[], html! { (title) }, html! {}, html! {}, lang))
        section.panel aria-label=(title) {
            form.tools method="get" action=(urls::admin::CUSTOMERS) {
                label.vh for="cq" { (tr!(lang, "backoffice.customers.filter")) }
                input."input"."input--sm" id="cq" name="q" type="search" value=(words) placeholder=(tr!(lang, "backoffice.customers.filter")) autocomplete="off" maxlength="80";
                button."btn"."btn--line"."btn--sm" type="submit" { (tr!(lang, "backoffice.orders.apply")) }
            }
            @if customers.is_empty() {
                div."empty"."empty--flat" { (icon("users")) h2 { (tr!(lang, "backoffice.customers.none")) } }
            } @else { (table(ctx, customers)) }
            div."panel__foot" {
                p { (tr!(lang, "backoffice.range", from = from, to = to, total = text::grouped(lang, total))) }
                (pager::pager(lang, page, total, |n| url(words, n)))
            }
        }
    }
}

pub fn table(ctx: &Ctx, customers: &[CustomerRow]) -> Markup {
    let lang = ctx.lang;
    html! {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.nav.customers")) }
            thead { tr {
                th scope="col" { (tr!(lang, "backoffice.customers.name")) }
                th scope="col" { (tr!(lang, "backoffice.customers.email")) }
                th scope="col" { (tr!(lang, "backoffice.customers.since")) }
                th scope="col" { (tr!(lang, "backoffice.customers.seen")) }
            } }
            tbody { @for c in customers {
                tr {
                    td."dt__no" { a href=(format!("{}/{}", urls::admin::CUSTOMERS, c.id)) { @if c.name.is_empty() { (c.email) } @else { (c.name) } } }
                    td data-label=(tr!(lang, "backoffice.customers.email")) { (c.email) }
                    td data-label=(tr!(lang, "backoffice.customers.since")) { (dates::date(lang, c.created_at)) }
                    td data-label=(tr!(lang, "backoffice.customers.seen")) { @match c.last_login_at { Some(at) => (dates::short(at)), None => "–" } }
                }
            } }
        }
    }
}

pub fn show(ctx: &Ctx, c: &CustomerRow, orders: &[OrderRow], addresses: &[SavedAddress]) -> Markup {
    let lang = ctx.lang;
    let name = if c.name.is_empty() { &c.email } else { &c.name };
    let trail = [
        (shell::section_name(lang, Section::Customers), urls::admin::CUSTOMERS.to_string()),
        (name.clone(), format!("{}/{}", urls::admin::CUSTOMERS, c.id)),
    ];
    let since = tr!(lang, "backoffice.customers.since_day", day = dates::date(lang, c.created_at));
    html! {
        (shell::head(&trail, html! { (name) }, html! { p { (since) } }, html! {}, lang))
        div.cols {
            section.panel aria-labelledby="p-orders" {
                div."panel__head" { h2 id="p-orders" { (tr!(lang, "backoffice.nav.orders")) } }
                @if orders.is_empty() { div."empty"."empty--flat" { (icon("shopping-bag")) h3 { (tr!(lang, "backoffice.customers.no_order")) } } }
                @else { (their_orders(ctx, orders)) }
            }
            div."aside"."aside--one" {
                section.panel aria-labelledby="p-person" {
                    div."panel__head" { h2 id="p-person" { (tr!(lang, "backoffice.customers.person")) } }
                    div."panel__body" { dl.kv {
                        div { dt { (tr!(lang, "backoffice.customers.email")) } dd { a href=(format!("mailto:{}", c.email)) { (c.email) } } }
                        div { dt { (tr!(lang, "backoffice.customers.verified")) } dd { @if c.email_verified { (tr!(lang, "backoffice.yes")) } @else { (tr!(lang, "backoffice.no")) } } }
                        @if !c.phone.is_empty() { div { dt { (tr!(lang, "backoffice.order.phone")) } dd { (c.phone) } } }
                        div { dt { (tr!(lang, "backoffice.order.language")) } dd { @if c.lang == "en" { "English" } @else { "Français" } } }
                    } }
                }
                @for a in addresses {
                    section.panel aria-labelledby=(format!("a-{}", a.id)) {
                        div."panel__head" { h2 id=(format!("a-{}", a.id)) { (tr!(lang, "backoffice.customers.address")) } }
                        div."panel__body" { address.addr { @for (i, line) in a.address.lines(lang).iter().enumerate() { @if i > 0 { br; } (line) } } }
                    }
                }
            }
        }
    }
}

fn their_orders(ctx: &Ctx, orders: &[OrderRow]) -> Markup {
    let lang = ctx.lang;
    html! {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.nav.orders")) }
            thead { tr {
                th scope="col" { (tr!(lang, "backoffice.orders.col_order")) }
                th scope="col" { (tr!(lang, "backoffice.orders.col_date")) }
                th scope="col" { (tr!(lang, "backoffice.orders.col_status")) }
                th."dt__num" scope="col" { (tr!(lang, "backoffice.orders.col_total")) }
            } }
            tbody { @for o in orders {
                tr {
                    td."dt__no" { a href=(urls::admin::order(o.id)) { (o.number) } }
                    td data-label=(tr!(lang, "backoffice.orders.col_date")) { (dates::short(o.placed_at)) }
                    td data-label=(tr!(lang, "backoffice.orders.col_status")) { (rows::badge(lang, stage(o.order_state.code(), o.fulfilment_state.code(), o.payment_state.code() == "paid" || o.payment().is_some_and(|m| m.is_paid_after())), false)) }
                    td."dt__num" data-label=(tr!(lang, "backoffice.orders.col_total")) { (Money::cents(o.total_cents).format(lang)) }
                }
            } }
        }
    }
}
