//! "Often bought together": this product and its partners, one form for all of them.

use kit::{Money, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::field::csrf;
use platform::ui::icon;
use platform::ui::price::price;
use platform::web::Ctx;

use super::picture::{Load, picture};
use crate::choice::Choice;
use crate::model::Picture;
use crate::product::Shown;

/// Empty when there is nothing to put into the cart together; the place stays, for the parts that htmx renews.
pub fn section(ctx: &Ctx, shown: &Shown, choice: &Choice<'_>) -> Markup {
    let lang = ctx.lang;
    let chosen = choice.chosen();
    let product = &shown.product;
    html! {
        div id="ensemble" {
            @if chosen.available > 0 && !shown.together.is_empty() {
                section.section aria-labelledby="ens" { div.wrap {
                    div."section__head" { div { h2 id="ens" { (tr!(lang, "catalog.together.title")) } p { (tr!(lang, "catalog.together.why")) } } }
                    form.together method="post" action=(urls::cart_lines(lang)) hx-post=(urls::cart_lines(lang)) hx-swap="none" {
                        (csrf(ctx))
                        input type="hidden" name="variant" value=(chosen.id);
                        ul role="list" {
                            (item(ctx, product.shots.first().map(|s| &s.picture), &product.title, None, chosen.price.now, &tr!(lang, "catalog.together.this")))
                            @for card in &shown.together {
                                (item(ctx, card.picture.as_ref(), &card.title, Some(card.url(lang)), card.price.now, &card.brand))
                                @if let Some(variant) = card.variant { input type="hidden" name="variant" value=(variant); }
                            }
                        }
                        div."together__sum" {
                            p { (tr!(lang, "catalog.together.total")) " " (price(lang, total(shown, chosen.price.now), false)) }
                            button.btn type="submit" { (icon("shopping-cart")) " " (trn!(lang, "catalog.together.add", shown.together.len() + 1)) }
                        }
                    }
                } }
            }
        }
    }
}

fn total(shown: &Shown, chosen: Money) -> Money {
    shown.together.iter().map(|c| c.price.now).fold(chosen, |sum, p| sum + p)
}

fn item(
    ctx: &Ctx,
    shot: Option<&Picture>,
    title: &str,
    url: Option<String>,
    now: Money,
    note: &str,
) -> Markup {
    html! {
        li {
            (picture(shot, "", "8rem", Load::Lazy))
            span {
                small { (note) }
                @match url { Some(url) => a href=(url) { (title) }, None => b { (title) } }
                span.strong { (now.format(ctx.lang)) }
            }
        }
    }
}
