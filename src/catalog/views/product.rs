//! The product page, put together.

use kit::tr;
use maud::{Markup, html};
use platform::ui::{crumbs, flash};
use platform::web::Ctx;

use super::{buy, card, details, gallery, reviews, together};
use crate::choice::Choice;
use crate::product::Shown;

/// The whole content.
pub fn show(ctx: &Ctx, shown: &Shown, choice: &Choice<'_>, trail: &[(String, String)]) -> Markup {
    let lang = ctx.lang;
    let product = &shown.product;
    html! {
        div.wrap {
            div.mt4 { (crumbs(lang, trail)) }
            (flash::flash(ctx))
            (sheet(ctx, shown, choice))
            div.tabs { (details::details(ctx, product, choice.chosen())) (reviews::summary(ctx, product)) }
        }
        (together::section(ctx, shown, choice))
        @if !shown.similar.is_empty() {
            section.section id="similaires" aria-labelledby="avec" { div.wrap {
                div."section__head" { h2 id="avec" { (tr!(lang, "catalog.product.similar")) } }
                (card::rail(ctx, &shown.similar, "avec"))
            } }
        }
        (buy::sticky(ctx, choice))
    }
}

/// Pictures and choice.
fn sheet(ctx: &Ctx, shown: &Shown, choice: &Choice<'_>) -> Markup {
    html! {
        div.pdp id="fiche" { (gallery::gallery(ctx, &shown.product, choice.chosen())) (buy::buy(ctx, &shown.product, choice)) }
    }
}

/// What htmx swaps when another variant is chosen.
pub fn fragment(ctx: &Ctx, shown: &Shown, choice: &Choice<'_>) -> Markup {
    html! {
        (sheet(ctx, shown, choice))
        hx-partial hx-target="#ensemble" hx-swap="outerMorph" { (together::section(ctx, shown, choice)) }
        hx-partial hx-target="#barre-achat" hx-swap="outerMorph" { (buy::sticky(ctx, choice)) }
    }
}
