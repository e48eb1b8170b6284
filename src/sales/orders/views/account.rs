//! The customer's own orders, in the frame of the account.

use kit::paging::Page;
use kit::{dates, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::{icon, pager};
use platform::web::Ctx;

use super::super::model::{OrderPage, OrderRow};
use super::{parts, tracking};
use crate::views::picture;

pub fn list(ctx: &Ctx, orders: &[OrderRow], page: Page, total: i64) -> Markup {
    let lang = ctx.lang;
    html! {
        @if orders.is_empty() {
            div.empty { (icon("package")) h2 { (tr!(lang, "sales.orders.empty_title")) } p { (tr!(lang, "sales.orders.empty_text")) }
                a.btn href=(urls::home(lang)) { (tr!(lang, "sales.cart.empty_action")) } }
        } @else {
            ul.orders role="list" { @for o in orders { (row(ctx, o)) } }
            (pager::pager(lang, page, total, |n| format!("{}?page={n}", urls::account_orders(lang))))
        }
    }
}

fn row(ctx: &Ctx, o: &OrderRow) -> Markup {
    let lang = ctx.lang;
    html! {
        li.order {
            div."order__no" { a href=(urls::account_order(lang, &o.number)) { (o.number) } small { (dates::date(lang, o.placed_at)) } }
            div.pile { @for (key, kind) in o.pictures() { (picture(key, kind, 48)) } span.vh { (trn!(lang, "sales.orders.articles", o.articles)) } }
            (parts::badge(lang, o.order_state, o.payment_state, o.fulfilment_state))
            span.num { (o.total().format(lang)) }
        }
    }
}

pub fn show(ctx: &Ctx, page: &OrderPage) -> Markup {
    let lang = ctx.lang;
    let o = &page.order;
    html! {
        p.muted { (tr!(lang, "sales.order.placed_at", at = dates::date_time(lang, o.placed_at))) }
        div.stack {
            (tracking::state(lang, page))
            section aria-labelledby="t-articles" {
                h2 id="t-articles" { (tr!(lang, "sales.order.lines")) }
                (parts::lines(lang, &page.lines))
            }
            (parts::facts(lang, page))
            (parts::summary(lang, page))
            p { a.link href=(urls::account_orders(lang)) { (tr!(lang, "sales.orders.back")) } }
        }
    }
}
