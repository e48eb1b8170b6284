//! The home page: promise, departments, deals, how an order travels, what sells.

use catalog::Card;
use catalog::tree::Node;
use catalog::ui::{Load, grid, picture, rail};
use kit::{Lang, text, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::price::price;
use platform::ui::{flash, icon};
use platform::web::Ctx;

use super::personal;
use crate::home::Home;
use crate::personal::ForYou;

const TILES: usize = 6;
const SMALL_SHOTS: usize = 4;

pub fn show(ctx: &Ctx, home: &Home, you: &ForYou) -> Markup {
    html! {
        (flash::flash(ctx))
        (hero(ctx, home))
        (facts(ctx.lang))
        (personal::on_home(ctx, you))
        (departments(ctx, home))
        (deals(ctx, home))
        (band(ctx.lang))
        (section(ctx, "sel", &tr!(ctx.lang, "discovery.home.best"), &tr!(ctx.lang, "discovery.home.best_text"), urls::all_categories(ctx.lang), &home.best))
        (section(ctx, "neuf", &tr!(ctx.lang, "discovery.home.new"), "", urls::new_products(ctx.lang), &home.new))
    }
}

/// The deal with a photograph stands large; pictures of departments around it.
fn hero(ctx: &Ctx, home: &Home) -> Markup {
    let lang = ctx.lang;
    let candidates = || home.deals.iter().chain(&home.best).chain(&home.new).filter(|c| c.picture.is_some());
    // Photographs first, the dearest in front: they carry the page.
    let mut photos: Vec<&Card> =
        candidates().filter(|c| c.picture.as_ref().is_some_and(|p| !p.is_art())).collect();
    photos.sort_by_key(|c| std::cmp::Reverse((c.price.is_reduced(), c.price.now, c.id)));
    photos.dedup_by_key(|c| c.id);
    let main = photos.first().copied().or_else(|| candidates().next());
    let goods: Vec<&Card> = photos.iter().skip(1).copied().take(SMALL_SHOTS).collect();
    let left = SMALL_SHOTS - goods.len();
    let around: Vec<&Node> = home.tree.roots().filter(|n| n.picture.is_some()).take(left).collect();
    html! {
        section.hero aria-labelledby="hero" { div.wrap {
            div {
                h1 id="hero" { (tr!(lang, "discovery.home.title")) }
                p."hero__lead" { (tr!(lang, "discovery.home.lead")) }
                div."hero__cta" {
                    a.btn href=(urls::deals(lang)) { (tr!(lang, "discovery.home.see_deals")) " " (icon("arrow-right")) }
                    a.btn."btn--line" href=(urls::all_categories(lang)) { (tr!(lang, "discovery.home.see_departments")) }
                }
                p."hero__note" { (icon("truck")) span { (tr!(lang, "discovery.home.note")) } }
            }
            @if let Some(card) = main {
                div."hero__grid" {
                    (large_shot(lang, card))
                    @for card in &goods { (small_goods(lang, card)) }
                    @for node in &around { (small_shot(lang, node)) }
                }
            }
        } }
    }
}

fn large_shot(lang: Lang, card: &Card) -> Markup {
    let art = card.picture.as_ref().is_some_and(|p| p.is_art());
    html! {
        a.shot.art[art] href=(card.url(lang)) {
            (picture(card.picture.as_ref(), &card.title, "(max-width: 60rem) 62vw, 26rem", Load::First))
            span.tag { span {
                small { (text::shorten(&card.title, 26)) @if card.price.is_reduced() { ", −" (card.price.percent_off()) "\u{a0}%" } }
                (price(lang, card.price.now, false))
            } }
        }
    }
}

fn small_goods(lang: Lang, card: &Card) -> Markup {
    html! {
        a.shot href=(card.url(lang)) {
            (picture(card.picture.as_ref(), &card.title, "(max-width: 60rem) 30vw, 13rem", Load::Eager))
        }
    }
}

fn small_shot(lang: Lang, node: &Node) -> Markup {
    let art = node.picture.as_ref().is_some_and(|p| p.is_art());
    html! { a.shot.art[art] href=(node.url(lang)) { (picture(node.picture.as_ref(), node.name(lang), "(max-width: 60rem) 30vw, 13rem", Load::Eager)) } }
}

/// Only what the shop really does.
fn facts(lang: Lang) -> Markup {
    let facts = [
        ("truck", tr!(lang, "discovery.facts.delivery"), tr!(lang, "discovery.facts.delivery_text")),
        ("undo-2", tr!(lang, "discovery.facts.returns"), tr!(lang, "discovery.facts.returns_text")),
        ("shield-check", tr!(lang, "discovery.facts.warranty"), tr!(lang, "discovery.facts.warranty_text")),
        ("lock", tr!(lang, "discovery.facts.payment"), tr!(lang, "discovery.facts.payment_text")),
    ];
    html! {
        div.facts { div.wrap { ul role="list" {
            @for (name, title, text) in &facts { li { (icon(name)) span { strong { (title) } (text) } } }
        } } }
    }
}

fn departments(ctx: &Ctx, home: &Home) -> Markup {
    let lang = ctx.lang;
    html! {
        section.section aria-labelledby="u" { div.wrap {
            div."section__head" { h2 id="u" { (tr!(lang, "discovery.home.departments")) }
                a.link href=(urls::all_categories(lang)) { (tr!(lang, "discovery.home.all_departments")) " " (icon("arrow-right")) } }
            div.tiles { @for node in home.tree.roots().take(TILES) { (tile(lang, node)) } }
        } }
    }
}

/// A department: picture, name, number of products.
pub fn tile(lang: Lang, node: &Node) -> Markup {
    let art = node.picture.as_ref().is_none_or(|p| p.is_art());
    html! {
        a href=(node.url(lang)) {
            span."tiles__img".art[art] {
                (picture(node.picture.as_ref(), "", "(max-width: 40rem) 45vw, 13rem", Load::Lazy))
            }
            span { b { (node.name(lang)) } span."tiles__n" { (trn!(lang, "discovery.list.count", node.products)) } }
        }
    }
}

fn deals(ctx: &Ctx, home: &Home) -> Markup {
    let lang = ctx.lang;
    html! {
        @if !home.deals.is_empty() {
            section.section."section--sand" aria-labelledby="bp" { div.wrap {
                div."section__head" {
                    div { h2 id="bp" { (tr!(lang, "discovery.home.deals")) } p { (tr!(lang, "discovery.home.deals_text")) } }
                    a.link href=(urls::deals(lang)) { (trn!(lang, "discovery.home.all_deals", home.reduced)) " " (icon("arrow-right")) }
                }
                (rail(ctx, &home.deals, "bp"))
            } }
        }
    }
}

fn band(lang: Lang) -> Markup {
    let steps = [
        tr!(lang, "discovery.band.received"),
        tr!(lang, "discovery.band.paid"),
        tr!(lang, "discovery.band.prepared"),
        tr!(lang, "discovery.band.sent"),
    ];
    html! {
        section.band."on-pine" aria-labelledby="suivi" { div.wrap {
            div {
                h2 id="suivi" { (tr!(lang, "discovery.band.title")) }
                p { (tr!(lang, "discovery.band.text")) }
                a.btn."btn--sun" href=(urls::tracking(lang)) { (tr!(lang, "discovery.band.go")) }
            }
            ol.steps { @for (i, step) in steps.iter().enumerate() { li.now[i == 2] { span { (step) } } } }
        } }
    }
}

fn section(ctx: &Ctx, id: &str, title: &str, lead: &str, url: &str, cards: &[Card]) -> Markup {
    html! {
        @if !cards.is_empty() {
            section.section aria-labelledby=(id) { div.wrap {
                div."section__head" {
                    div { h2 id=(id) { (title) } @if !lead.is_empty() { p { (lead) } } }
                    a.link href=(url) { (tr!(ctx.lang, "discovery.home.see_all")) span.vh { " – " (title) } " " (icon("arrow-right")) }
                }
                (grid(ctx, cards))
            } }
        }
    }
}
