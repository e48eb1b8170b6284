//! The options below the search field, in groups. Each is a link, so that a mouse needs no script.

use kit::{Lang, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::icon;

use crate::filter::{Filter, Sort, address};
use crate::suggest::Suggestions;

pub fn list(lang: Lang, found: &Suggestions) -> Markup {
    let n = found.queries.len() + found.categories.len() + found.products.len();
    let said = if n == 0 { String::new() } else { trn!(lang, "discovery.suggest.count", n).into() };
    html! {
        span hidden data-said=(said) {}
        @if !found.queries.is_empty() {
            (group("sg-q", &tr!(lang, "discovery.suggest.queries"), html! { @for (i, words) in found.queries.iter().enumerate() {
                a role="option" tabindex="-1" id=(format!("sq-{i}")) href=(address(urls::search(lang), words, &Filter::default(), Sort::Relevance, 1)) {
                    (icon("search")) span { (words) }
                }
            } }))
        }
        @if !found.categories.is_empty() {
            (group("sg-c", &tr!(lang, "discovery.suggest.categories"), html! { @for (i, c) in found.categories.iter().enumerate() {
                a role="option" tabindex="-1" id=(format!("sc-{i}")) href=(c.url) {
                    (icon("list")) span { (c.name) @if !c.within.is_empty() { " " small { (tr!(lang, "discovery.suggest.within", name = c.within)) } } }
                }
            } }))
        }
        @if !found.products.is_empty() {
            (group("sg-p", &tr!(lang, "discovery.suggest.products"), html! { @for (i, card) in found.products.iter().enumerate() {
                a role="option" tabindex="-1" id=(format!("sp-{i}")) href=(card.url(lang)) {
                    @if let Some(p) = &card.picture { (catalog::ui::thumb(p, "", 40)) } @else { (icon("package")) }
                    span lang=[card.foreign.then_some("fr")] { (card.title) }
                    span.nowrap.strong { (card.price.now.format(lang)) }
                }
            } }))
        }
    }
}

fn group(id: &str, name: &str, options: Markup) -> Markup {
    html! { div role="group" aria-labelledby=(id) { b id=(id) role="presentation" { (name) } (options) } }
}
