//! The list of orders, as in the mock-up: figures, tabs, filters, bulk actions, live rows.

use accounts::{Permission, allows};
use kit::paging::Page;
use kit::{Lang, dates, text, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::flash::{self, Tone};
use platform::ui::{field, icon, pager};
use platform::web::Ctx;

use super::rows::{Viewer, row};
use super::{chart, feed, kpis, shell};
use crate::model::{Activity, Figures, OrderFilter, OrderRow, PAYMENTS, Tab, TabCounts};

/// What the page shows.
pub struct OrdersPage<'a> {
    pub filter: &'a OrderFilter,
    pub rows: &'a [OrderRow],
    pub total: i64,
    pub page: Page,
    pub counts: TabCounts,
    pub figures: &'a Figures,
    pub activity: &'a [Activity],
    pub methods: &'a [(String, String)],
    pub seq: i64,
    pub outcome: Option<Outcome>,
}

/// What a bulk action has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub done: i64,
    /// Not possible in their state.
    pub refused: i64,
    /// Changed by somebody else in between.
    pub conflicts: i64,
}

pub fn index(ctx: &Ctx, v: Viewer, p: &OrdersPage<'_>) -> Markup {
    let lang = ctx.lang;
    let title = tr!(lang, "backoffice.orders.title");
    html! {
        (shell::head(&[], html! { (title) }, html! { p { (today(lang, v)) } }, html! {}, lang))
        @if let Some(outcome) = &p.outcome { (told(lang, outcome)) }
        (kpis::kpis(lang, p.figures))
        div.cols {
            form.panel method="post" action=(bulk_url(p.filter)) id="commandes" aria-labelledby="tb" data-live-block {
                h2.vh id="tb" { (tr!(lang, "backoffice.orders.list")) }
                (field::csrf(ctx))
                (tabs(lang, p.filter, &p.counts))
                (tools(lang, p))
                (bulk(v))
                div.fresh role="status" data-live-banner data-one=(tr!(lang, "backoffice.orders.fresh_one")) data-other=(tr!(lang, "backoffice.orders.fresh_other")) {
                    a href=(p.filter.url(1)) hidden { (icon("refresh-cw")) " " span data-live-count {} }
                }
                (table(v, p))
                (foot(lang, p))
            }
            div.aside {
                section.panel aria-labelledby="c1" { div."panel__head" { h2 id="c1" { (tr!(lang, "backoffice.chart.title")) } } (chart::hours(lang, p.figures)) }
                section.panel aria-labelledby="c2" { div."panel__head" { h2 id="c2" { (tr!(lang, "backoffice.feed.title")) } } (feed::feed(lang, p.activity)) }
                (filter_form(p.filter))
            }
        }
    }
}

/// `Lundi 23 novembre 2026, semaine 48`
pub fn today(lang: Lang, v: Viewer) -> String {
    use chrono::Datelike;
    let day = dates::day(v.now);
    let mut text = format!("{} {}", dates::weekday_date(lang, day), day.year());
    if let Some(first) = text.get(..1) {
        text = first.to_uppercase() + &text[1..];
    }
    tr!(lang, "backoffice.orders.week", day = text, n = day.iso_week().week()).into_owned()
}

fn bulk_url(filter: &OrderFilter) -> String {
    format!("{}/lot{}", urls::admin::ORDERS, filter.query())
}

fn told(lang: Lang, o: &Outcome) -> Markup {
    let tone = if o.refused + o.conflicts == 0 { Tone::Ok } else { Tone::Warn };
    flash::notice(
        tone,
        html! {
            p role="status" {
                (trn!(lang, "backoffice.bulk.done", o.done))
                @if o.refused > 0 { " " (trn!(lang, "backoffice.bulk.refused", o.refused)) }
                @if o.conflicts > 0 { " " (trn!(lang, "backoffice.bulk.conflicts", o.conflicts)) }
            }
        },
    )
}

pub fn tab_name(lang: Lang, tab: Tab) -> String {
    match tab {
        Tab::ATraiter => tr!(lang, "backoffice.tab.to_do"),
        Tab::Preparation => tr!(lang, "backoffice.tab.preparing"),
        Tab::Expediees => tr!(lang, "backoffice.tab.sent"),
        Tab::Livrees => tr!(lang, "backoffice.tab.delivered"),
        Tab::Annulees => tr!(lang, "backoffice.tab.cancelled"),
        Tab::Toutes => tr!(lang, "backoffice.tab.all"),
    }
    .into_owned()
}

/// The tabs with their counts.
pub fn tabs(lang: Lang, filter: &OrderFilter, counts: &TabCounts) -> Markup {
    html! {
        nav.tabsbar id="onglets" aria-label=(tr!(lang, "backoffice.orders.tabs")) {
            @for tab in Tab::ALL {
                a href=(filter.with_tab(tab).url(1)) aria-current=[(tab == filter.tab).then_some("page")] { (tab_name(lang, tab)) " " span { (text::grouped(lang, counts.of(tab))) } }
            }
        }
    }
}

/// Filters: sent by GET, also from within the form of the bulk actions.
fn tools(lang: Lang, p: &OrdersPage<'_>) -> Markup {
    let f = p.filter;
    html! {
        div.tools {
            label.vh for="fx" { (tr!(lang, "backoffice.orders.filter")) }
            input."input"."input--sm" id="fx" name="q" type="search" value=(f.words) placeholder=(tr!(lang, "backoffice.orders.filter_placeholder")) autocomplete="off" maxlength="80" form="filtres";
            label.vh for="fl" { (tr!(lang, "backoffice.orders.mode")) }
            select."select"."select--sm" id="fl" name="mode" form="filtres" data-autosubmit {
                option value="" { (tr!(lang, "backoffice.orders.all_modes")) }
                @for (code, name) in p.methods { option value=(code) selected[*code == f.mode] { (name) } }
            }
            label.vh for="fp" { (tr!(lang, "backoffice.orders.payment")) }
            select."select"."select--sm" id="fp" name="paiement" form="filtres" data-autosubmit {
                option value="" { (tr!(lang, "backoffice.orders.all_payments")) }
                @for state in PAYMENTS { option value=(state) selected[state == f.payment] { (payment_name(lang, state)) } }
            }
            button."btn"."btn--line"."btn--sm".nojs type="submit" form="filtres" { (tr!(lang, "backoffice.orders.apply")) }
            button."btn"."btn--quiet"."btn--sm"."tools__end".js type="button" data-live-pause aria-pressed="false" { (icon("pause")) span { (tr!(lang, "backoffice.live.pause")) } }
        }
    }
}

/// The form that the filters belong to: it stands outside the other one, forms cannot be nested.
fn filter_form(filter: &OrderFilter) -> Markup {
    html! {
        form id="filtres" method="get" action=(urls::admin::ORDERS) {
            @if filter.tab != Tab::default() { input type="hidden" name="statut" value=(filter.tab.code()); }
            @if filter.sort != "date" { input type="hidden" name="tri" value=(filter.sort); }
        }
    }
}

fn payment_name(lang: Lang, state: &str) -> String {
    match state {
        "paid" => tr!(lang, "backoffice.payment.paid"),
        "awaiting" => tr!(lang, "backoffice.payment.awaiting"),
        "refunded" => tr!(lang, "backoffice.payment.refunded"),
        _ => tr!(lang, "backoffice.payment.voided"),
    }
    .into_owned()
}

fn bulk(v: Viewer) -> Markup {
    let lang = v.lang;
    html! {
        @if allows(v.role, Permission::HandleOrders) {
            div.bulk role="toolbar" aria-label=(tr!(lang, "backoffice.bulk.label")) {
                b data-select-count data-one=(tr!(lang, "backoffice.bulk.one")) data-other=(tr!(lang, "backoffice.bulk.other")) { (tr!(lang, "backoffice.bulk.selection")) }
                button."btn"."btn--sm" type="submit" name="action" value="prepare" { (tr!(lang, "backoffice.bulk.prepare")) }
                button."btn"."btn--line"."btn--sm" type="submit" name="action" value="fulfil" { (icon("truck")) (tr!(lang, "backoffice.bulk.fulfil")) }
                button."btn"."btn--line"."btn--sm" type="submit" name="action" value="deliver" { (tr!(lang, "backoffice.bulk.deliver")) }
                @if allows(v.role, Permission::MarkPaid) {
                    button."btn"."btn--line"."btn--sm" type="submit" name="action" value="mark_paid" data-confirm=(tr!(lang, "backoffice.bulk.paid_confirm")) data-confirm-yes=(tr!(lang, "backoffice.bulk.paid")) { (tr!(lang, "backoffice.bulk.paid")) }
                }
                button."btn"."btn--quiet"."btn--sm" type="reset" { (tr!(lang, "backoffice.bulk.none")) }
            }
        }
    }
}

fn table(v: Viewer, p: &OrdersPage<'_>) -> Markup {
    let lang = v.lang;
    html! {
        table.dt {
            caption.vh { (tr!(lang, "backoffice.orders.caption", tab = tab_name(lang, p.filter.tab))) }
            thead { tr {
                th."dt__sel" scope="col" { label.js { input type="checkbox" data-select-all aria-label=(tr!(lang, "backoffice.orders.select_all")); } span.vh.nojs { (tr!(lang, "backoffice.bulk.selection")) } }
                (sorted(p.filter, "date", "descending", "", &tr!(lang, "backoffice.orders.col_order")))
                th scope="col" { (tr!(lang, "backoffice.orders.col_customer")) }
                th scope="col" { (tr!(lang, "backoffice.orders.col_items")) }
                th scope="col" { (tr!(lang, "backoffice.orders.col_status")) }
                (sorted(p.filter, "depart", "ascending", "", &tr!(lang, "backoffice.orders.col_departure")))
                (sorted(p.filter, "total", "descending", "dt__num", &tr!(lang, "backoffice.orders.col_total")))
                th scope="col" { span.vh { (tr!(lang, "backoffice.orders.col_action")) } }
            } }
            tbody id="lignes" data-live-rows { @for o in p.rows { (row(v, o, p.seq)) } }
        }
        @if p.rows.is_empty() { (empty(lang, p.filter)) }
    }
}

fn sorted(filter: &OrderFilter, sort: &'static str, order: &str, class: &str, name: &str) -> Markup {
    let here = filter.sort == sort;
    html! {
        th scope="col" class=[(!class.is_empty()).then_some(class)] aria-sort=[here.then_some(order)] {
            a href=(filter.with_sort(sort).url(1)) { (name) @if here { " " (icon("chevron-down")) } }
        }
    }
}

fn empty(lang: Lang, filter: &OrderFilter) -> Markup {
    let all = filter.words.is_empty() && filter.mode.is_empty() && filter.payment.is_empty();
    html! {
        div."empty"."empty--flat" {
            (icon("package-check"))
            h3 { @if all { (tr!(lang, "backoffice.orders.empty")) } @else { (tr!(lang, "backoffice.orders.no_match")) } }
            @if !all { a."btn"."btn--line"."btn--sm" href=(OrderFilter { tab: filter.tab, sort: "date", ..OrderFilter::default() }.url(1)) { (tr!(lang, "backoffice.orders.clear")) } }
        }
    }
}

fn foot(lang: Lang, p: &OrdersPage<'_>) -> Markup {
    let (from, to) = p.page.range(p.total);
    html! {
        div."panel__foot" {
            p { (tr!(lang, "backoffice.range", from = from, to = to, total = text::grouped(lang, p.total))) }
            (pager::pager(lang, p.page, p.total, |n| p.filter.url(n)))
        }
    }
}
