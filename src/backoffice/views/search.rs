//! What the search box finds.

use accounts::model::CustomerRow;
use kit::{Money, dates, tr, urls};
use maud::{Markup, html};
use platform::ui::icon;
use platform::web::Ctx;

use super::rows::{Viewer, badge};
use super::shell;
use crate::model::OrderRow;
use crate::store::goods::StockRow;

#[derive(Default)]
pub struct Found {
    pub orders: Vec<OrderRow>,
    pub customers: Vec<CustomerRow>,
    pub goods: Vec<StockRow>,
}

pub fn show(ctx: &Ctx, v: Viewer, words: &str, found: &Found) -> Markup {
    let lang = ctx.lang;
    let nothing = found.orders.is_empty() && found.customers.is_empty() && found.goods.is_empty();
    let line = html! { @if !words.is_empty() { p { (tr!(lang, "backoffice.search.for", words = words)) } } };
    html! {
        (shell::head(&[], html! { (tr!(lang, "backoffice.nav.search")) }, line, html! {}, lang))
        @if nothing {
            div.empty {
                (icon("search"))
                h2 { @if words.is_empty() { (tr!(lang, "backoffice.search.empty")) } @else { (tr!(lang, "backoffice.search.none")) } }
                p { (tr!(lang, "backoffice.search.hint")) }
            }
        }
        @if !found.orders.is_empty() { (orders(ctx, v, &found.orders)) }
        @if !found.customers.is_empty() {
            section.panel aria-labelledby="r-customers" {
                div."panel__head" { h2 id="r-customers" { (tr!(lang, "backoffice.nav.customers")) } }
                (super::customers::table(ctx, &found.customers))
            }
        }
        @if !found.goods.is_empty() { (goods(ctx, &found.goods)) }
    }
}

fn orders(ctx: &Ctx, v: Viewer, orders: &[OrderRow]) -> Markup {
    let lang = ctx.lang;
    html! {
        section.panel aria-labelledby="r-orders" {
            div."panel__head" { h2 id="r-orders" { (tr!(lang, "backoffice.nav.orders")) } }
            (order_table(ctx, v, orders))
        }
    }
}

/// Orders without actions, as a plain list.
pub fn order_table(ctx: &Ctx, v: Viewer, orders: &[OrderRow]) -> Markup {
    let lang = ctx.lang;
    html! {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.nav.orders")) }
            thead { tr {
                th scope="col" { (tr!(lang, "backoffice.orders.col_order")) }
                th scope="col" { (tr!(lang, "backoffice.orders.col_customer")) }
                th scope="col" { (tr!(lang, "backoffice.orders.col_status")) }
                th."dt__num" scope="col" { (tr!(lang, "backoffice.orders.col_total")) }
            } }
            tbody { @for o in orders {
                tr {
                    td."dt__no" { a href=(urls::admin::order(o.id)) { (o.number) } small { (dates::short(o.placed_at)) } }
                    td data-label=(tr!(lang, "backoffice.orders.col_customer")) { (o.name) }
                    td data-label=(tr!(lang, "backoffice.orders.col_status")) { (badge(lang, o.stage(), o.is_late(v.now))) }
                    td."dt__num" data-label=(tr!(lang, "backoffice.orders.col_total")) { (Money::cents(o.total_cents).format(lang)) }
                }
            } }
        }
    }
}

fn goods(ctx: &Ctx, goods: &[StockRow]) -> Markup {
    let lang = ctx.lang;
    html! {
        section.panel aria-labelledby="r-goods" {
            div."panel__head" { h2 id="r-goods" { (tr!(lang, "backoffice.search.goods")) } }
            (goods_table(ctx, goods))
        }
    }
}

/// Goods with what is left of them.
pub fn goods_table(ctx: &Ctx, goods: &[StockRow]) -> Markup {
    let lang = ctx.lang;
    html! {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.search.goods")) }
            thead { tr {
                th scope="col" { (tr!(lang, "backoffice.stock.item")) }
                th."dt__num" scope="col" { (tr!(lang, "backoffice.stock.available")) }
            } }
            tbody { @for g in goods {
                tr {
                    td."dt__no" { a href=(format!("{}?q={}", urls::admin::STOCK, urls::query(&g.sku))) { (g.title) } small { @if !g.options.is_empty() { (g.options) " · " } (g.sku) } }
                    td."dt__num" data-label=(tr!(lang, "backoffice.stock.available")) { (g.available()) }
                }
            } }
        }
    }
}
