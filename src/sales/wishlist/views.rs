//! The list of favourites, as its owner and as others see it.

use catalog::Card;
use kit::{Lang, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::{crumbs, field, flash, icon};
use platform::web::Ctx;

/// Everything on the owner's page.
pub struct List<'a> {
    pub cards: &'a [Card],
    /// The address for others, while the list is shared.
    pub share: Option<String>,
}

pub fn page(ctx: &Ctx, list: &List<'_>) -> Markup {
    let lang = ctx.lang;
    let trail = [(tr!(lang, "sales.wishlist.title").into_owned(), urls::wishlist(lang).to_string())];
    html! {
        div.wrap.page {
            (crumbs(lang, &trail))
            (flash::flash(ctx))
            div."page__head" { h1 { (tr!(lang, "sales.wishlist.title")) }
                @if !list.cards.is_empty() { p { (trn!(lang, "sales.wishlist.count", list.cards.len())) } }
            }
            @if list.cards.is_empty() { (empty(lang)) } @else {
                ul.grid role="list" { @for c in list.cards { li { (catalog::ui::card(ctx, c)) (acts(ctx, c)) } } }
                (sharing(ctx, list.share.as_deref()))
            }
            @if ctx.visitor.customer.is_none() && !list.cards.is_empty() {
                p.muted.small { (tr!(lang, "sales.wishlist.guest")) " " a href=(urls::sign_in(lang)) { (tr!(lang, "sales.wishlist.sign_in")) } }
            }
        }
    }
}

/// Below a card: into the cart, off the list.
fn acts(ctx: &Ctx, card: &Card) -> Markup {
    let lang = ctx.lang;
    html! {
        form."card__acts" method="post" action=(urls::wishlist(lang)) {
            (field::csrf(ctx))
            @match card.variant.filter(|_| card.available > 0) {
                Some(variant) => {
                    input type="hidden" name="variant" value=(variant);
                    button.btn."btn--line"."btn--sm" name="panier" value=(card.id) { (tr!(lang, "sales.wishlist.to_cart")) span.vh { " " (card.title) } }
                },
                None => a.btn."btn--line"."btn--sm" href=(card.url(lang)) { (tr!(lang, "sales.wishlist.see")) span.vh { " " (card.title) } },
            }
            button.linkbtn name="retirer" value=(card.id) { (tr!(lang, "sales.cart.remove")) span.vh { " " (card.title) } }
        }
    }
}

fn sharing(ctx: &Ctx, address: Option<&str>) -> Markup {
    let lang = ctx.lang;
    html! {
        section.box aria-labelledby="partage-t" {
            div."box__head" { h2 id="partage-t" { (tr!(lang, "sales.wishlist.share_title")) } }
            @match address {
                Some(address) => {
                    label.label for="partage" { (tr!(lang, "sales.wishlist.share_link")) }
                    input.input id="partage" readonly value=(address);
                },
                None => p.muted { (tr!(lang, "sales.wishlist.share_text")) },
            }
            form method="post" action=(urls::wishlist_sharing(lang)) {
                (field::csrf(ctx))
                @if address.is_some() { button.btn."btn--line"."btn--sm" name="share" value="0" { (tr!(lang, "sales.wishlist.unshare")) } }
                @else { button.btn."btn--line"."btn--sm" name="share" value="1" { (tr!(lang, "sales.wishlist.share")) } }
            }
        }
    }
}

fn empty(lang: Lang) -> Markup {
    html! {
        div.empty {
            (icon("heart"))
            h2 { (tr!(lang, "sales.wishlist.empty_title")) }
            p { (tr!(lang, "sales.wishlist.empty_text")) }
            a.btn href=(urls::home(lang)) { (tr!(lang, "sales.cart.empty_action")) }
        }
    }
}

pub fn shared(ctx: &Ctx, cards: &[Card]) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.page {
            div."page__head" { h1 { (tr!(lang, "sales.wishlist.shared_title")) } }
            @if cards.is_empty() {
                div.empty { (icon("heart")) h2 { (tr!(lang, "sales.wishlist.shared_empty")) } a.btn href=(urls::home(lang)) { (tr!(lang, "sales.cart.empty_action")) } }
            } @else { (catalog::ui::grid(ctx, cards)) }
        }
    }
}

/// What htmx gets after the heart.
pub fn toast(lang: Lang, listed: bool) -> Markup {
    html! {
        hx-partial hx-target="#toasts" hx-swap="beforeend" {
            div.toast {
                (icon(if listed { "heart" } else { "triangle-alert" }))
                span {
                    @if listed { (tr!(lang, "sales.wishlist.added")) " " a href=(urls::wishlist(lang)) { (tr!(lang, "sales.wishlist.open")) } }
                    @else { (tr!(lang, "sales.wishlist.full")) }
                }
            }
        }
    }
}
