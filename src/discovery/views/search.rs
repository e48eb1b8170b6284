//! Search results, and what helps when there are none.

use catalog::Card;
use catalog::tree::Tree;
use kit::{Lang, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::flash::{Tone, notice};
use platform::ui::{crumbs, icon};
use platform::web::Ctx;

use super::listing::{List, body};
use crate::search::Suggestion;

/// The page, for words that were searched.
pub fn results(
    ctx: &Ctx,
    list: &List<'_>,
    suggestion: &Suggestion,
    tree: &Tree,
    best: &[Card],
    asked: &[String],
) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap {
            div."plp__head" {
                (crumbs(lang, &trail(lang, list.words)))
                h1 { (tr!(lang, "discovery.search.title", words = list.words)) }
            }
            (meant(lang, list.words, suggestion))
            @if list.total == 0 && list.filter.is_empty() { (nothing(ctx, list.words, tree, best, asked)) }
            @else { (body(ctx, list)) }
        }
    }
}

fn trail(lang: Lang, words: &str) -> [(String, String); 1] {
    [(
        tr!(lang, "discovery.search.crumb").into(),
        crate::filter::address(urls::search(lang), words, &Default::default(), Default::default(), 1),
    )]
}

fn meant(lang: Lang, words: &str, suggestion: &Suggestion) -> Markup {
    html! {
        @match suggestion {
            Suggestion::None => {},
            Suggestion::Corrected(better) => (notice(Tone::Info, html! {
                p { (tr!(lang, "discovery.search.none_for", words = words)) " " (tr!(lang, "discovery.search.meant")) " "
                    a href=(crate::filter::address(urls::search(lang), better, &Default::default(), Default::default(), 1)) { strong { (better) } }
                    (lang.pick("\u{a0}?", "?")) " " (tr!(lang, "discovery.search.shown")) }
            })),
            Suggestion::Partial => (notice(Tone::Info, html! { p { (tr!(lang, "discovery.search.partial")) } })),
        }
    }
}

/// Nothing at all: advice, departments, the question put to the assistant, what others buy.
fn nothing(ctx: &Ctx, words: &str, tree: &Tree, best: &[Card], asked: &[String]) -> Markup {
    let lang = ctx.lang;
    html! {
        div.empty {
            (icon("search"))
            h2 { (tr!(lang, "discovery.search.nothing")) }
            p { (tr!(lang, "discovery.search.advice")) }
            a.btn href=(urls::all_categories(lang)) { (tr!(lang, "discovery.empty.departments")) }
            @if ctx.app.config.assistant {
                a."btn"."btn--line" href={ (urls::assistant(lang)) "?question=" (urls::query(words)) } { (tr!(lang, "discovery.search.ask")) }
            }
        }
        @if !asked.is_empty() {
            nav aria-labelledby="souvent" {
                p."small"."muted" id="souvent" { (tr!(lang, "discovery.search.others")) }
                ul.subcats role="list" {
                    @for words in asked { li { a.chip href=(crate::filter::address(urls::search(lang), words, &Default::default(), Default::default(), 1)) { (words) } } }
                }
            }
        }
        (ways(ctx, tree, best))
    }
}

fn ways(ctx: &Ctx, tree: &Tree, best: &[Card]) -> Markup {
    let lang = ctx.lang;
    html! {
        nav aria-label=(tr!(lang, "discovery.home.departments")) { ul.subcats role="list" {
            @for n in tree.roots().take(12) { li { a.chip href=(n.url(lang)) { (n.name(lang)) } } }
        } }
        @if !best.is_empty() {
            section.section aria-labelledby="sel" {
                div."section__head" { h2 id="sel" { (tr!(lang, "discovery.home.best")) } }
                (catalog::ui::rail(ctx, best, "sel"))
            }
        }
    }
}

/// The page before anything was searched.
pub fn start(ctx: &Ctx, tree: &Tree, best: &[Card]) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.page {
            (crumbs(lang, &trail(lang, "")))
            div."page__head" { h1 { (tr!(lang, "discovery.search.start")) } p { (tr!(lang, "discovery.search.start_text")) } }
            form.search action=(urls::search(lang)) role="search" aria-label=(tr!(lang, "discovery.search.start")) {
                label.vh for="q2" { (tr!(lang, "discovery.search.field")) }
                input id="q2" name="q" type="search" maxlength="200" autocomplete="off" enterkeyhint="search";
                button type="submit" { (icon("search")) span.vh { (tr!(lang, "discovery.search.go")) } }
            }
            (ways(ctx, tree, best))
        }
    }
}

/// Title of the tab.
pub fn title(lang: Lang, words: &str, total: i64) -> String {
    format!(
        "{} ({})",
        tr!(lang, "discovery.search.title", words = words),
        trn!(lang, "discovery.list.count", total)
    )
}
