//! "Pour vous": on the home page, on its own page with the explanation and the switches, beside a basket.

use catalog::Card;
use catalog::ui::{card, rail};
use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::field::csrf;
use platform::ui::{crumbs, flash, icon};
use platform::web::Ctx;

use crate::personal::{Because, ForYou};

/// Two rows of the home page; one line that offers them to who has not asked for them.
pub fn on_home(ctx: &Ctx, you: &ForYou) -> Markup {
    let lang = ctx.lang;
    let cards: Vec<Card> = you.proposed.iter().map(|p| p.card.clone()).collect();
    html! {
        @if you.personal {
            section.section aria-labelledby="pv" { div.wrap {
                div."section__head" {
                    div { h2 id="pv" { (tr!(lang, "discovery.you.title")) } p { (tr!(lang, "discovery.you.lead")) } }
                    a.link href=(urls::for_you(lang)) { (tr!(lang, "discovery.you.why")) " " (icon("arrow-right")) }
                }
                (rail(ctx, &cards, "pv"))
            } }
            (recent(ctx, you))
        } @else {
            div.wrap { p.small.muted { a.link href=(urls::for_you(lang)) { (tr!(lang, "discovery.you.offer")) } } }
        }
    }
}

fn recent(ctx: &Ctx, you: &ForYou) -> Markup {
    let lang = ctx.lang;
    html! {
        @if !you.recent.is_empty() {
            section.section aria-labelledby="vr" { div.wrap {
                div."section__head" {
                    h2 id="vr" { (tr!(lang, "discovery.you.recent")) }
                    (clear(ctx))
                }
                (rail(ctx, &you.recent, "vr"))
            } }
        }
    }
}

fn clear(ctx: &Ctx) -> Markup {
    html! {
        form method="post" action=(urls::for_you_clear(ctx.lang)) {
            (csrf(ctx))
            button."btn"."btn--line"."btn--sm" type="submit" { (icon("trash-2")) " " (tr!(ctx.lang, "discovery.you.clear")) }
        }
    }
}

pub fn page(ctx: &Ctx, you: &ForYou) -> Markup {
    let lang = ctx.lang;
    let trail = [(tr!(lang, "discovery.you.title").to_string(), urls::for_you(lang).to_string())];
    html! {
        div.wrap.page {
            (crumbs(lang, &trail))
            (flash::flash(ctx))
            div."page__head" { h1 { (tr!(lang, "discovery.you.title")) } p { (tr!(lang, "discovery.you.intro")) } }
            (settings(ctx, you))
        }
        (recent(ctx, you))
        section.section aria-labelledby="pv" { div.wrap {
            div."section__head" { h2 id="pv" { @if you.personal { (tr!(lang, "discovery.you.proposed")) } @else { (tr!(lang, "discovery.home.best")) } } }
            ul.grid role="list" {
                @for p in &you.proposed { li {
                    p.small.muted { (because(lang, p.because.as_ref())) }
                    (card(ctx, &p.card))
                } }
            }
        } }
    }
}

fn because(lang: Lang, because: Option<&Because>) -> String {
    match because {
        Some(Because::Like(title)) => tr!(lang, "discovery.you.like", title = title).into(),
        Some(Because::Bought(title)) => tr!(lang, "discovery.you.bought", title = title).into(),
        Some(Because::BestSeller) | None => tr!(lang, "discovery.you.best").into(),
    }
}

/// What is remembered, and the two ways to end it.
fn settings(ctx: &Ctx, you: &ForYou) -> Markup {
    let lang = ctx.lang;
    html! {
        section.box aria-labelledby="pv-how" {
            h2 id="pv-how" { (tr!(lang, "discovery.you.how")) }
            p { (tr!(lang, "discovery.you.how_recent")) }
            p { (tr!(lang, "discovery.you.how_orders")) }
            p { (tr!(lang, "discovery.you.how_prices")) " " a href=(urls::page(lang, lang.pick("classement", "ranking"))) { (tr!(lang, "discovery.list.ranking_more")) } }
            p role="status" { strong { @if you.on { (tr!(lang, "discovery.you.is_on")) } @else { (tr!(lang, "discovery.you.is_off")) } } }
            div.row {
                @if !you.recent.is_empty() { (clear(ctx)) }
                form method="post" action=(urls::for_you_choice(lang)) {
                    (csrf(ctx))
                    @if !you.on { button."btn"."btn--sm" type="submit" name="choix" value="oui" { (tr!(lang, "discovery.you.turn_on")) } " " }
                    @if you.on || you.personal { button."btn"."btn--line"."btn--sm" type="submit" name="choix" value="non" { (tr!(lang, "discovery.you.turn_off")) } }
                }
            }
        }
    }
}

/// A row beside a basket or an order.
pub fn beside(ctx: &Ctx, title: &str, cards: &[Card]) -> Markup {
    html! {
        @if !cards.is_empty() {
            section.section aria-labelledby="avec-panier" {
                div."section__head" { h2 id="avec-panier" { (title) } }
                (rail(ctx, cards, "avec-panier"))
            }
        }
    }
}
