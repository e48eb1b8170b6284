//! Stock: levels with their corrections.

use accounts::{Permission, allows};
use kit::paging::Page;
use kit::{Lang, text, tr, urls};
use maud::{Markup, html};
use platform::ui::{field, icon, pager};
use platform::web::Ctx;
use platform::web::visitor::User;

use super::shell;
use crate::routes::StockQuery;
use crate::store::goods::StockRow;

/// A number that was not taken, shown at its row.
pub struct Fault {
    pub variant_id: i64,
    pub text: String,
    pub value: String,
}

pub fn stock(
    ctx: &Ctx,
    user: &User,
    q: &StockQuery,
    rows: &[StockRow],
    page: Page,
    total: i64,
    fault: Option<&Fault>,
) -> Markup {
    let lang = ctx.lang;
    let (from, to) = page.range(total);
    let title = tr!(lang, "backoffice.nav.stock");
    html! {
        (shell::head(&[], html! { (title) }, html! { p { (tr!(lang, "backoffice.stock.lead")) } }, html! {}, lang))
        @if let Some(f) = fault {
            div.errsum tabindex="-1" data-autofocus aria-labelledby="errsum-t" { div role="alert" {
                h2 id="errsum-t" { (tr!(lang, "backoffice.stock.not_saved")) }
                ul { li { a href=(format!("#stock-{}", f.variant_id)) { (f.text) } } }
            } }
        }
        section.panel aria-label=(title) {
            (tabs(lang, q))
            form.tools method="get" action=(urls::admin::STOCK) {
                @if !q.niveau.is_empty() { input type="hidden" name="niveau" value=(q.niveau); }
                label.vh for="sq" { (tr!(lang, "backoffice.stock.filter")) }
                input."input"."input--sm" id="sq" name="q" type="search" value=(q.q) placeholder=(tr!(lang, "backoffice.stock.filter")) autocomplete="off" maxlength="80";
                button."btn"."btn--line"."btn--sm" type="submit" { (tr!(lang, "backoffice.orders.apply")) }
            }
            @if rows.is_empty() {
                div."empty"."empty--flat" { (icon("boxes")) h2 { (tr!(lang, "backoffice.stock.none")) } }
            } @else { (table(ctx, user, q, rows, fault)) }
            div."panel__foot" {
                p { (tr!(lang, "backoffice.range", from = from, to = to, total = text::grouped(lang, total))) }
                (pager::pager(lang, page, total, |n| q.url(n)))
            }
        }
    }
}

fn tabs(lang: Lang, q: &StockQuery) -> Markup {
    let tabs = [
        ("", tr!(lang, "backoffice.stock.all")),
        ("low", tr!(lang, "backoffice.stock.low")),
        ("out", tr!(lang, "backoffice.stock.out")),
    ];
    html! {
        nav.tabsbar aria-label=(tr!(lang, "backoffice.stock.tabs")) {
            @for (code, name) in tabs {
                a href=(StockQuery { niveau: code.into(), ..q.clone() }.url(1)) aria-current=[(q.niveau == code).then_some("page")] { (name) }
            }
        }
    }
}

fn table(ctx: &Ctx, user: &User, q: &StockQuery, rows: &[StockRow], fault: Option<&Fault>) -> Markup {
    let lang = ctx.lang;
    let correct = allows(user.role, Permission::CorrectStock);
    html! {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.nav.stock")) }
            thead { tr {
                th scope="col" { (tr!(lang, "backoffice.stock.item")) }
                th."dt__num" scope="col" { (tr!(lang, "backoffice.stock.available")) }
                th."dt__num" scope="col" { (tr!(lang, "backoffice.stock.reserved")) }
                th."dt__num" scope="col" { (tr!(lang, "backoffice.stock.on_hand")) }
            } }
            tbody { @for r in rows { (row(ctx, q, r, correct, fault.filter(|f| f.variant_id == r.variant_id))) } }
        }
    }
}

fn row(ctx: &Ctx, q: &StockQuery, r: &StockRow, correct: bool, fault: Option<&Fault>) -> Markup {
    let lang = ctx.lang;
    let id = format!("stock-{}", r.variant_id);
    let action = q.url(q.page.parse().unwrap_or(1)).replacen(
        urls::admin::STOCK,
        &format!("{}/{}", urls::admin::STOCK, r.variant_id),
        1,
    );
    let value = fault.map_or_else(|| r.on_hand.to_string(), |f| f.value.clone());
    html! {
        tr id=(format!("variante-{}", r.variant_id)) {
            td."dt__no" { a href=(urls::admin::product(r.product_id)) { (r.title) } small { @if !r.options.is_empty() { (r.options) " · " } (r.sku) } }
            td."dt__num" data-label=(tr!(lang, "backoffice.stock.available")) { (level(lang, r)) }
            td."dt__num" data-label=(tr!(lang, "backoffice.stock.reserved")) { (r.reserved) }
            td."dt__num" data-label=(tr!(lang, "backoffice.stock.on_hand")) {
                @if correct {
                    form.inline method="post" action=(action) {
                        (field::csrf(ctx))
                        label.vh for=(id) { (tr!(lang, "backoffice.stock.count_of", name = r.title, sku = r.sku)) }
                        input."input"."input--sm"."input--xs" id=(id) name="on_hand" type="number" inputmode="numeric" min="0" max="1000000" value=(value) aria-invalid=[fault.map(|_| "true")];
                        button."btn"."btn--line"."btn--sm" type="submit" { "OK" span.vh { " " (r.title) " " (r.sku) } }
                    }
                } @else { (r.on_hand) }
            }
        }
    }
}

fn level(lang: Lang, r: &StockRow) -> Markup {
    let n = r.available();
    html! {
        @if n <= 0 { span."badge"."badge--bad" { (tr!(lang, "backoffice.stock.sold_out")) } }
        @else if n <= r.low_at { span."badge"."badge--warn" { (tr!(lang, "backoffice.stock.left", n = n)) } }
        @else { (text::grouped(lang, i64::from(n))) }
    }
}
