//! The filters beside a list: one GET form, numbers beside the values, a full sheet on small screens.

use kit::{Lang, Money, text, tr, trn};
use maud::{Markup, html};
use platform::ui::icon;

use super::listing::List;
use crate::facets::{BARS, Count};
use crate::filter::{Sort, Tick, plain};

/// Values shown before "more".
const SHOWN: usize = 7;
/// Values shown at all; the search finds the others.
const MOST: usize = 60;

pub fn form(lang: Lang, list: &List<'_>) -> Markup {
    html! {
        form.facets id="filtres" method="get" action=(list.path) aria-labelledby="ft" hx-get=(list.path) hx-trigger="change delay:150ms"
            hx-target="#liste" hx-swap="outerMorph" hx-push-url="true" hx-sync="this:replace" {
            div."facets__top" {
                h2 id="ft" { (tr!(lang, "discovery.facets.title")) }
                @if !list.filter.is_empty() { a.link.small href=(list.cleared()) { (tr!(lang, "discovery.facets.clear")) } }
                a.iconbtn."facets__close" href="#resultats" aria-label=(tr!(lang, "discovery.facets.close")) { (icon("x")) }
            }
            @if !list.words.is_empty() { input type="hidden" name="q" value=(list.words); }
            @if list.sort != Sort::Relevance { input type="hidden" name="tri" value=(list.sort.code()); }
            (stock(lang, list))
            (brands(lang, list))
            (prices(lang, list))
            @for (group, values) in &list.facets.groups { (option(lang, list, *group, values)) }
            (ratings(lang, list))
            p.nojs.mt4 { button.btn."btn--wide" type="submit" { (tr!(lang, "discovery.facets.apply")) } }
            p."facets__apply" {
                a.btn."btn--line" href=(list.cleared()) { (tr!(lang, "discovery.facets.clear")) }
                button.btn type="submit" { (trn!(lang, "discovery.facets.show", list.total)) }
            }
        }
    }
}

/// A foldable part; `on` is how many of its values are ticked.
fn part(lang: Lang, title: &str, on: usize, class: &'static str, body: Markup) -> Markup {
    html! {
        details open {
            summary {
                span { (title) }
                @if on > 0 { span.badge."badge--ok"."facets__on" { (on) span.vh { " " (tr!(lang, "discovery.facets.on")) } } }
                (icon("chevron-down"))
            }
            fieldset class=(format!("facets__in {class}").trim_end()) { legend.vh { (title) } (body) }
        }
    }
}

/// One box. What would give nothing cannot be ticked, but what is ticked can always be taken away.
struct Tickbox<'a> {
    name: &'a str,
    value: &'a str,
    label: &'a str,
    n: u32,
    on: bool,
    swatch: Option<&'a str>,
}

impl Tickbox<'_> {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            label.check {
                input type="checkbox" id=(format!("f-{}-{}", self.name, self.value)) name=(self.name) value=(self.value)
                    checked[self.on] disabled[self.n == 0 && !self.on] data-server-checked=(self.on);
                @if let Some(color) = self.swatch {
                    svg.swatch viewBox="0 0 24 24" aria-hidden="true" focusable="false" { circle cx="12" cy="12" r="11" fill=(color) {} }
                }
                span."check__t" { (self.label) }
                span."check__n" { (text::grouped(lang, self.n.into())) span.vh { " " (tr!(lang, "discovery.facets.products")) } }
            }
        }
    }
}

fn stock(lang: Lang, list: &List<'_>) -> Markup {
    let boxes = [
        ("dispo", tr!(lang, "discovery.facets.in_stock"), list.facets.available, list.filter.available),
        ("promo", tr!(lang, "discovery.facets.reduced"), list.facets.reduced, list.filter.reduced),
    ];
    let on = boxes.iter().filter(|b| b.3).count();
    let body = html! {
        @for (name, label, n, on) in &boxes { (Tickbox { name, value: "1", label, n: *n, on: *on, swatch: None }.render(lang)) }
    };
    part(lang, &tr!(lang, "discovery.facets.availability"), on, "", body)
}

fn brands(lang: Lang, list: &List<'_>) -> Markup {
    let brand = |c: &Count| &list.shelf.words.brands[c.index as usize];
    let is_on = |c: &Count| list.filter.brands.contains(&brand(c).slug);
    let mut counts: Vec<&Count> = list.facets.brands.iter().collect();
    // What is ticked stays in sight.
    counts.sort_by_key(|c| !is_on(c));
    let rest = counts.split_off(counts.len().min(SHOWN));
    let tickbox = |c: &Count| {
        let b = brand(c);
        Tickbox { name: "marque", value: &b.slug, label: &b.name, n: c.n, on: is_on(c), swatch: None }
            .render(lang)
    };
    let body = html! {
        @for c in &counts { (tickbox(c)) }
        @if !rest.is_empty() {
            details."facets__rest" {
                summary.link."facets__more".small { (trn!(lang, "discovery.facets.more", rest.len().min(MOST))) }
                @for c in rest.iter().take(MOST) { (tickbox(c)) }
            }
        }
    };
    html! { @if counts.len() > 1 || !list.filter.brands.is_empty() { (part(lang, &tr!(lang, "discovery.facets.brand"), list.filter.brands.len(), "", body)) } }
}

fn option(lang: Lang, list: &List<'_>, group: u32, values: &[Count]) -> Markup {
    let words = &list.shelf.words;
    let group = &words.groups[group as usize];
    let ticked = list.filter.options.get(&group.code);
    let tickbox = |c: &Count| {
        let v = &words.values[c.index as usize];
        let on = ticked.is_some_and(|t| t.contains(&v.code));
        Tickbox {
            name: &group.code,
            value: &v.code,
            label: v.label(lang),
            n: c.n,
            on,
            swatch: v.swatch.as_deref(),
        }
        .render(lang)
    };
    let swatches = values.iter().any(|c| words.values[c.index as usize].swatch.is_some());
    let body = html! { @for c in values.iter().take(MOST) { (tickbox(c)) } };
    part(lang, group.label(lang), ticked.map_or(0, |t| t.len()), if swatches { "swopts" } else { "" }, body)
}

fn prices(lang: Lang, list: &List<'_>) -> Markup {
    let p = &list.facets.prices;
    let filter = &list.filter;
    let on = usize::from(filter.min.is_some() || filter.max.is_some());
    let value = |m: Option<Money>| m.map(plain);
    let euros = |cents: u32| (cents / 100).to_string();
    let body = html! {
        (histogram(list))
        div.range {
            div.field { label.label for="pmin" { (tr!(lang, "discovery.facets.min")) }
                input.input."input--sm" id="pmin" name="prix_min" type="number" inputmode="decimal" min="0" step="any" placeholder=(euros(p.lowest)) value=[value(filter.min)]; }
            span."range__dash" aria-hidden="true" { "–" }
            div.field { label.label for="pmax" { (tr!(lang, "discovery.facets.max")) }
                input.input."input--sm" id="pmax" name="prix_max" type="number" inputmode="decimal" min="0" step="any" placeholder=(euros(p.highest.saturating_add(99))) value=[value(filter.max)]; }
        }
    };
    html! { @if p.highest > p.lowest || on > 0 { (part(lang, &tr!(lang, "discovery.facets.price"), on, "", body)) } }
}

fn histogram(list: &List<'_>) -> Markup {
    let bars = &list.facets.prices.bars;
    let tallest = bars.iter().map(|b| b.1).max().unwrap_or(0).max(1);
    let cents = |m: Money| u32::try_from(m.as_cents()).unwrap_or(u32::MAX);
    let (min, max) = (list.filter.min.map_or(0, cents), list.filter.max.map_or(u32::MAX, cents));
    let width = 200 / BARS;
    html! {
        @if !bars.is_empty() {
            svg.hist viewBox="0 0 200 48" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                @for (i, (edge, n)) in bars.iter().enumerate() {
                    @let height = if *n == 0 { 0 } else { (n * 46 / tallest).max(2) };
                    @let from = if i == 0 { 0 } else { bars[i - 1].0 };
                    rect.on[*edge >= min && from <= max] x=(i * width + 1) y=(48 - height) width=(width - 2) height=(height) rx="1.5" {}
                }
            }
        }
    }
}

fn ratings(lang: Lang, list: &List<'_>) -> Markup {
    let boxes = [(4u8, list.facets.ratings[0]), (3, list.facets.ratings[1])];
    let on = usize::from(list.filter.rating.is_some());
    let body = html! {
        @for (stars, n) in boxes {
            (Tickbox { name: "note", value: &stars.to_string(), label: &tr!(lang, "discovery.facets.stars", n = stars), n, on: list.filter.rating == Some(stars), swatch: None }.render(lang))
        }
    };
    html! { @if boxes.iter().any(|(_, n)| *n > 0) || on > 0 { (part(lang, &tr!(lang, "discovery.facets.rating"), on, "", body)) } }
}

/// Ticks as chips: each is a link to the same list without it.
pub fn chips(lang: Lang, list: &List<'_>) -> Markup {
    html! {
        @if !list.filter.is_empty() {
            div.active role="group" aria-label=(tr!(lang, "discovery.facets.active")) {
                @for tick in list.filter.ticks() {
                    a.chip."chip--on" href=(list.without(&tick)) { (tick_label(lang, list, &tick)) " " (icon("x")) span.vh { (tr!(lang, "discovery.facets.remove")) } }
                }
                a.link.small href=(list.cleared()) { (tr!(lang, "discovery.facets.clear")) }
            }
        }
    }
}

fn tick_label(lang: Lang, list: &List<'_>, tick: &Tick) -> String {
    let shelf = list.shelf;
    match tick {
        Tick::Available => tr!(lang, "discovery.facets.in_stock").into(),
        Tick::Reduced => tr!(lang, "discovery.facets.reduced").into(),
        Tick::Brand(slug) => {
            shelf.brand(slug).map_or(slug.clone(), |b| shelf.words.brands[b as usize].name.clone())
        }
        Tick::Rating(n) => tr!(lang, "discovery.facets.stars", n = n).into(),
        Tick::Option(g, v) => {
            shelf.value(g, v).map_or(v.clone(), |v| shelf.words.values[v as usize].label(lang).to_string())
        }
        Tick::Price => match (list.filter.min, list.filter.max) {
            (Some(a), Some(b)) => format!("{} – {}", a.format(lang), b.format(lang)),
            (Some(a), None) => tr!(lang, "discovery.facets.from", price = a.format(lang)).into(),
            (_, max) => tr!(lang, "discovery.facets.to", price = max.unwrap_or_default().format(lang)).into(),
        },
    }
}
