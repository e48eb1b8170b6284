//! A list with its head, filters and pages: categories, deals, news; search puts its own head on it.

use catalog::Card;
use kit::paging::Page as Slice;
use kit::{Lang, text, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::layout::Link;
use platform::ui::pager::pager;
use platform::ui::{crumbs, icon};
use platform::web::Ctx;

use super::facets;
use crate::facets::Facets;
use crate::filter::{Filter, Sort, Tick, address};
use crate::shelf::Shelf;

/// What a list shows, whatever it is a list of.
pub struct List<'a> {
    /// Address without query.
    pub path: String,
    /// Words searched, else empty.
    pub words: &'a str,
    pub filter: &'a Filter,
    pub sort: Sort,
    pub page: Slice,
    pub total: i64,
    pub facets: &'a Facets,
    pub shelf: &'a Shelf,
    pub cards: &'a [Card],
}

impl List<'_> {
    pub fn cleared(&self) -> String {
        address(&self.path, self.words, &Filter::default(), self.sort, 1)
    }

    pub fn without(&self, tick: &Tick) -> String {
        address(&self.path, self.words, &self.filter.without(tick), self.sort, 1)
    }

    pub fn at_page(&self, page: u32) -> String {
        address(&self.path, self.words, self.filter, self.sort, page)
    }
}

/// Above a list.
pub struct Head {
    pub title: String,
    pub lead: String,
    pub trail: Vec<(String, String)>,
    /// Shelves: the link, and whether it is this page.
    pub chips: Vec<(Link, bool)>,
}

pub fn show(ctx: &Ctx, head: &Head, list: &List<'_>) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap {
            div."plp__head" {
                (crumbs(lang, &head.trail))
                h1 { (head.title) }
                @if !head.lead.is_empty() { p { (head.lead) } }
                @if !head.chips.is_empty() {
                    nav aria-label=(tr!(lang, "discovery.list.shelves")) { ul.subcats role="list" {
                        @for (link, here) in &head.chips { li { a.chip."chip--on"[*here] href=(link.url) aria-current=[here.then_some("page")] { (link.name) } } }
                    } }
                }
            }
            (body(ctx, list))
        }
    }
}

/// Filters and results: what htmx swaps.
pub fn body(ctx: &Ctx, list: &List<'_>) -> Markup {
    let lang = ctx.lang;
    html! {
        div.plp id="liste" {
            (facets::form(lang, list))
            section.results id="resultats" aria-labelledby="rt" {
                h2.vh id="rt" tabindex="-1" { (tr!(lang, "discovery.list.results")) }
                (bar(lang, list))
                (facets::chips(lang, list))
                @if list.total == 0 { (nothing(lang, list)) } @else {
                    (catalog::ui::grid(ctx, list.cards))
                    (foot(lang, list))
                }
            }
        }
    }
}

/// Number of products and order.
fn bar(lang: Lang, list: &List<'_>) -> Markup {
    let ticked = list.filter.ticks().len();
    html! {
        div.bar {
            a.btn."btn--line"."btn--sm"."bar__filter" href="#filtres" {
                (icon("sliders-horizontal")) " " (tr!(lang, "discovery.list.filter")) @if ticked > 0 { " (" (ticked) ")" }
            }
            p."bar__n" role="status" id="compte" { (trn!(lang, "discovery.list.count", list.total)) }
            form."bar__sort" method="get" action=(list.path) data-autosubmit {
                @if !list.words.is_empty() { input type="hidden" name="q" value=(list.words); }
                @for (name, value) in list.filter.pairs() { input type="hidden" name=(name) value=(value); }
                label.label for="tri" { (tr!(lang, "discovery.sort.label")) }
                select.select."select--sm" id="tri" name="tri" {
                    @for sort in Sort::ALL { option value=(sort.code()) selected[sort == list.sort] { (sort_label(lang, sort, !list.words.is_empty())) } }
                }
                button.btn."btn--sm".nojs type="submit" { "OK" }
            }
        }
    }
}

fn sort_label(lang: Lang, sort: Sort, search: bool) -> String {
    match sort {
        Sort::Relevance if search => tr!(lang, "discovery.sort.relevance"),
        Sort::Relevance => tr!(lang, "discovery.sort.popular"),
        Sort::PriceUp => tr!(lang, "discovery.sort.price_up"),
        Sort::PriceDown => tr!(lang, "discovery.sort.price_down"),
        Sort::Rating => tr!(lang, "discovery.sort.rating"),
        Sort::New => tr!(lang, "discovery.sort.new"),
    }
    .into()
}

fn foot(lang: Lang, list: &List<'_>) -> Markup {
    let (from, to) = list.page.range(list.total);
    let n = |n: i64| text::grouped(lang, n);
    html! {
        div."plp__foot" {
            p."plp__seen" id="seen" { (tr!(lang, "discovery.list.seen", from = n(from), to = n(to), total = n(list.total))) }
            progress max=(list.total) value=(to) aria-labelledby="seen" {}
            (pager(lang, list.page, list.total, |p| list.at_page(p)))
            p.ranking { (tr!(lang, "discovery.list.ranking")) " " a href=(urls::page(lang, lang.pick("classement", "ranking"))) { (tr!(lang, "discovery.list.ranking_more")) } }
        }
    }
}

/// Nothing is left: each filter can be taken away.
fn nothing(lang: Lang, list: &List<'_>) -> Markup {
    html! {
        div.empty {
            (icon("search"))
            h2 { (tr!(lang, "discovery.empty.title")) }
            @if list.filter.is_empty() {
                p { (tr!(lang, "discovery.empty.none")) }
                a.btn href=(urls::all_categories(lang)) { (tr!(lang, "discovery.empty.departments")) }
            } @else {
                p { (tr!(lang, "discovery.empty.filtered")) }
                a.btn href=(list.cleared()) { (tr!(lang, "discovery.facets.clear")) }
            }
        }
    }
}
