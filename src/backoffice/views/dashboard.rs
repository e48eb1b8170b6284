//! The day at a glance.

use kit::{tr, urls};
use maud::{Markup, html};
use platform::ui::icon;
use platform::web::Ctx;

use super::rows::Viewer;
use super::search::{goods_table, order_table};
use super::{chart, feed, kpis, orders, shell};
use crate::desk::{Desk, Section};
use crate::model::{Activity, Figures, OrderRow};
use crate::store::goods::StockRow;

pub fn show(
    ctx: &Ctx,
    v: Viewer,
    desk: &Desk,
    figures: &Figures,
    rows: &[OrderRow],
    low: &[StockRow],
    activity: &[Activity],
) -> Markup {
    let lang = ctx.lang;
    let name = desk.user.name.split_whitespace().next().unwrap_or_default();
    let title = if name.is_empty() {
        shell::section_name(lang, Section::Dashboard)
    } else {
        tr!(lang, "backoffice.dashboard.hello", name = name).into_owned()
    };
    html! {
        (shell::head(&[], html! { (title) }, html! { p { (orders::today(lang, v)) } }, html! {}, lang))
        (kpis::kpis(lang, figures))
        div.cols {
            div.stack {
                section.panel aria-labelledby="d-orders" {
                    div."panel__head" { h2 id="d-orders" { (tr!(lang, "backoffice.dashboard.oldest")) } a.small.strong href=(urls::admin::ORDERS) { (tr!(lang, "backoffice.dashboard.all_orders")) } }
                    @if rows.is_empty() { div."empty"."empty--flat" { (icon("package-check")) h3 { (tr!(lang, "backoffice.orders.empty")) } } }
                    @else { (order_table(ctx, v, rows)) }
                }
                section.panel aria-labelledby="d-low" {
                    div."panel__head" { h2 id="d-low" { (tr!(lang, "backoffice.dashboard.low")) } a.small.strong href=(format!("{}?niveau=low", urls::admin::STOCK)) { (tr!(lang, "backoffice.dashboard.all_low")) } }
                    @if low.is_empty() { div."empty"."empty--flat" { (icon("boxes")) h3 { (tr!(lang, "backoffice.dashboard.none_low")) } } }
                    @else { (goods_table(ctx, low)) }
                }
            }
            div.aside {
                section.panel aria-labelledby="c1" { div."panel__head" { h2 id="c1" { (tr!(lang, "backoffice.chart.title")) } } (chart::hours(lang, figures)) }
                section.panel aria-labelledby="c2" { div."panel__head" { h2 id="c2" { (tr!(lang, "backoffice.feed.title")) } } (feed::feed(lang, activity)) }
            }
        }
    }
}
