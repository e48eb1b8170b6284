//! A product in a list, and the two ways to lay cards out.

use kit::{tr, urls};
use maud::{Markup, html};
use platform::ui::icon;
use platform::ui::price::{price, reduction, was};
use platform::ui::rating::rating;
use platform::web::{Ctx, csrf};

use super::picture::{Load, picture};
use crate::model::{Card, Stock};

/// Widths at which cards are shown, for `sizes`.
const SIZES: &str = "(max-width: 40rem) 45vw, 15.5rem";

/// One card, to stand in a `li`.
pub fn card(ctx: &Ctx, card: &Card) -> Markup {
    card_with(ctx, &ctx.csrf_token(), card, Load::Lazy)
}

/// Cards in a grid; the first row's pictures are loaded at once.
pub fn grid(ctx: &Ctx, cards: &[Card]) -> Markup {
    let token = ctx.csrf_token();
    html! {
        ul.grid role="list" {
            @for (i, c) in cards.iter().enumerate() {
                li { (card_with(ctx, &token, c, if i < 4 { Load::Eager } else { Load::Lazy })) }
            }
        }
    }
}

/// Cards in one row that scrolls; `labelled_by` is the id of its heading.
pub fn rail(ctx: &Ctx, cards: &[Card], labelled_by: &str) -> Markup {
    let token = ctx.csrf_token();
    html! {
        ul.rail role="list" tabindex="0" aria-labelledby=(labelled_by) {
            @for c in cards { li { (card_with(ctx, &token, c, Load::Lazy)) } }
        }
    }
}

fn card_with(ctx: &Ctx, token: &str, card: &Card, load: Load) -> Markup {
    let lang = ctx.lang;
    let art = card.picture.as_ref().is_none_or(|p| p.is_art());
    html! {
        article.card id=(format!("p-{}", card.id)) {
            div."card__media"."card__media--art"[art] {
                (picture(card.picture.as_ref(), "", SIZES, load))
                @if card.price.is_reduced() || card.is_new {
                    p."card__badges" {
                        @if let Some(r) = card.price.reduction { (reduction(card.price.now, r.was)) }
                        @else { span."badge"."badge--sun" { (tr!(lang, "catalog.card.new")) } }
                    }
                }
            }
            div."card__body" {
                p."card__brand" { (card.brand) }
                h3."card__title" { a href=(card.url(lang)) lang=[card.foreign.then_some("fr")] { (card.title) } }
                (rating(lang, card.rating, card.reviews))
                p."card__price" {
                    @if card.varies { span.small.muted { (tr!(lang, "catalog.card.from")) } }
                    (price(lang, card.price.now, card.price.is_reduced()))
                    @if let Some(r) = card.price.reduction { (was(lang, r.was)) }
                }
                @if let Some(r) = card.price.reduction {
                    p."card__omni" { (tr!(lang, "catalog.price.lowest", price = r.lowest.format(lang))) }
                }
                div."card__foot" { (stock(ctx, card.stock())) (action(ctx, token, card)) }
            }
        }
    }
}

/// "In stock", "Only 3 left", "Sold out".
pub fn stock(ctx: &Ctx, stock: Stock) -> Markup {
    let lang = ctx.lang;
    html! {
        @match stock {
            Stock::Plenty => span."card__stock" { (tr!(lang, "catalog.stock.in")) },
            Stock::Few(n) => span."card__stock"."card__stock--low" { (tr!(lang, "catalog.stock.few", n = n)) },
            Stock::Out => span."card__stock"."card__stock--out" { (tr!(lang, "catalog.stock.out")) },
        }
    }
}

/// Adds the one variant; where there is something to choose, leads to the product.
fn action(ctx: &Ctx, token: &str, card: &Card) -> Markup {
    let lang = ctx.lang;
    let url = urls::cart_lines(lang);
    html! {
        @match (card.stock(), card.variant) {
            (Stock::Out, _) => {},
            (_, Some(variant)) => form method="post" action=(url) hx-post=(url) hx-swap="none" {
                input type="hidden" name=(csrf::FIELD) value=(token);
                input type="hidden" name="variant" value=(variant);
                input type="hidden" name="quantity" value="1";
                button."card__add" type="submit" aria-label=(tr!(lang, "catalog.card.add", title = card.title)) { (icon("plus")) }
            },
            (_, None) => a."card__add" href=(card.url(lang)) aria-label=(tr!(lang, "catalog.card.choose", title = card.title)) { (icon("chevron-right")) },
        }
    }
}
