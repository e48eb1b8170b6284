//! The right side of the product page: name, price, choice, quantity, what happens after.

use kit::{dates, tr, urls};
use maud::{Markup, html};
use platform::ui::field::csrf;
use platform::ui::icon;
use platform::ui::price::{price, reduction, was};
use platform::ui::rating::rating;
use platform::web::Ctx;

use super::card;
use super::picture::thumb;
use crate::choice::{Choice, Leads};
use crate::model::{DELIVERY_DAYS, OptionGroup, OptionValue, Product, Stock, Variant};

pub fn buy(ctx: &Ctx, product: &Product, choice: &Choice<'_>) -> Markup {
    let chosen = choice.chosen();
    html! {
        div.buy {
            (name(ctx, product, chosen))
            (cost(ctx, product, chosen))
            @for group in choice.options() { (option(ctx, product, choice, group)) }
            (order(ctx, choice))
            (keep(ctx, product))
            (promises(ctx, chosen))
            (scores(ctx, product))
        }
    }
}

fn name(ctx: &Ctx, product: &Product, chosen: &Variant) -> Markup {
    let lang = ctx.lang;
    html! {
        div {
            @if let Some((slug, brand)) = &product.brand {
                a."buy__brand" href=(format!("{}?q={}&marque={slug}", urls::search(lang), urls::query(brand))) { (brand) }
            }
            h1 lang=[product.foreign.then_some("fr")] { (product.title) }
            p."buy__meta" {
                a href="#avis" { (rating(lang, product.rating(), product.rating_count)) }
                span { (tr!(lang, "catalog.product.reference", sku = chosen.sku)) }
            }
        }
    }
}

fn cost(ctx: &Ctx, product: &Product, chosen: &Variant) -> Markup {
    let lang = ctx.lang;
    html! {
        div {
            p."buy__price" {
                (price(lang, chosen.price.now, chosen.price.is_reduced()))
                @if let Some(r) = chosen.price.reduction { (was(lang, r.was)) (reduction(chosen.price.now, r.was)) }
            }
            p."buy__legal" {
                @if let Some(r) = chosen.price.reduction { (tr!(lang, "catalog.price.lowest", price = r.lowest.format(lang))) ". " }
                (tr!(lang, "catalog.price.vat"))
                @if !product.ecotax.is_zero() { " " (tr!(lang, "catalog.price.ecotax", price = product.ecotax.format(lang))) }
            }
        }
    }
}

fn option(ctx: &Ctx, product: &Product, choice: &Choice<'_>, group: &OptionGroup) -> Markup {
    let chosen = group.values.iter().find(|v| choice.is_chosen(v));
    html! {
        fieldset.opts {
            legend { (group.label) @if let Some(v) = chosen { span { (ctx.lang.pick("\u{a0}: ", ": ")) (v.label) } } }
            ul role="list" { @for value in &group.values { li { (opt(ctx, product, choice, group, value)) } } }
        }
    }
}

/// A value as a link: sold-out ones can be chosen and say so; combinations that do not exist lead to the nearest.
fn opt(
    ctx: &Ctx,
    product: &Product,
    choice: &Choice<'_>,
    group: &OptionGroup,
    value: &OptionValue,
) -> Markup {
    let lang = ctx.lang;
    let leads = choice.leads(group, value);
    let url = format!("{}{}", ctx.path, choice.query_with(group, value));
    let variant = choice.variant_with(group, value);
    let shot = variant.and_then(|v| {
        product.shots.iter().find(|s| v.image_id == Some(s.media_id) || s.variant_id == Some(v.id))
    });
    html! {
        a.opt.off[!matches!(leads, Leads::Buyable(_))] href=(url) hx-get=(url) hx-target="#fiche" hx-swap="outerMorph"
            hx-replace-url="true" id=(format!("opt-{}", value.id)) aria-current=[choice.is_chosen(value).then_some("true")] {
            @if let Some(s) = shot { (thumb(&s.picture, "", 104)) }
            @else if let Some(color) = &value.swatch {
                svg.swatch viewBox="0 0 24 24" aria-hidden="true" focusable="false" { circle cx="12" cy="12" r="11" fill=(color) {} }
            }
            span {
                (value.label)
                @match leads {
                    Leads::Buyable(_) => @if let Some(v) = variant { small { (v.price.now.format(lang)) } },
                    Leads::SoldOut(_) => small { (tr!(lang, "catalog.stock.out")) },
                    Leads::Nowhere => small { (tr!(lang, "catalog.option.nowhere")) },
                }
            }
        }
    }
}

/// The form that puts it into the cart; what is sold out says so instead.
fn order(ctx: &Ctx, choice: &Choice<'_>) -> Markup {
    let lang = ctx.lang;
    let chosen = choice.chosen();
    let url = urls::cart_lines(lang);
    html! {
        @if chosen.available <= 0 {
            div { button.btn."btn--wide" type="button" disabled { (tr!(lang, "catalog.stock.out")) } }
            div.flash."flash--info" { (icon("info")) div { p {
                @if choice.options().is_empty() { (tr!(lang, "catalog.stock.out_text")) } @else { (tr!(lang, "catalog.stock.out_choose")) }
            } } }
        } @else {
            form."buy__row" method="post" action=(url) hx-post=(url) hx-swap="none" {
                (csrf(ctx))
                input type="hidden" name="variant" value=(chosen.id);
                div.field {
                    label.label for="qte" { (tr!(lang, "catalog.product.quantity")) }
                    div.qty {
                        button.js type="button" data-qty="-1" aria-label=(tr!(lang, "catalog.product.less")) { (icon("minus")) }
                        input id="qte" name="quantity" type="number" min="1" max=(chosen.available.min(999)) value="1" inputmode="numeric";
                        button.js type="button" data-qty="1" aria-label=(tr!(lang, "catalog.product.more")) { (icon("plus")) }
                    }
                }
                button.btn type="submit" { (icon("shopping-cart")) " " (tr!(lang, "catalog.product.add")) span."btn__spin" aria-hidden="true" {} }
            }
        }
    }
}

/// The heart. Whether it is on the list already is not shown: the page is the same for everybody.
fn keep(ctx: &Ctx, product: &Product) -> Markup {
    let lang = ctx.lang;
    let url = urls::wishlist(lang);
    html! {
        form."buy__keep" method="post" action=(url) hx-post=(url) hx-swap="none" {
            (csrf(ctx))
            button.linkbtn name="ajouter" value=(product.id) { (icon("heart")) " " (tr!(lang, "catalog.product.keep")) }
        }
    }
}

/// Stock, delivery, returns, guarantee: only what the shop really does.
fn promises(ctx: &Ctx, chosen: &Variant) -> Markup {
    let lang = ctx.lang;
    let stock = Stock::of(chosen.available);
    html! {
        ul.ship role="list" id="dispo" aria-label=(tr!(lang, "catalog.ship.label")) {
            @if stock != Stock::Out {
                li { (icon("truck")) div {
                    strong { (tr!(lang, "catalog.ship.delivery", from = day(ctx, DELIVERY_DAYS.0), to = day(ctx, DELIVERY_DAYS.1))) } br;
                    span { (card::stock(ctx, stock)) " · " (tr!(lang, "catalog.ship.free")) }
                } a href="#livraison" { (tr!(lang, "catalog.ship.details")) } }
            }
            li { (icon("undo-2")) div { strong { (tr!(lang, "catalog.ship.returns")) } br; span { (tr!(lang, "catalog.ship.returns_text")) } } a href="#livraison" { (tr!(lang, "catalog.ship.details")) } }
            li { (icon("shield-check")) div { strong { (tr!(lang, "catalog.ship.warranty")) } br; span { (tr!(lang, "catalog.ship.warranty_text")) } } }
        }
    }
}

/// The day of delivery as it is said, so many working days from today.
fn day(ctx: &Ctx, working_days: u32) -> String {
    let today = dates::day(ctx.app.clock.now());
    dates::weekday_date(ctx.lang, dates::add_working_days(today, working_days))
}

fn scores(ctx: &Ctx, product: &Product) -> Markup {
    let lang = ctx.lang;
    html! {
        @if product.repair_index.is_some() || product.warranty_months.is_some_and(|m| m > 24) {
            div.scores {
                @if let Some(index) = product.repair_index {
                    a.score href="#spec" {
                        b { (kit::text::tenths(lang, index.into())) small { "/10" } }
                        span { (tr!(lang, "catalog.product.repair")) br; u { (tr!(lang, "catalog.product.repair_more")) } }
                    }
                }
                @if let Some(months) = product.warranty_months.filter(|m| *m > 24) {
                    span.score."score--d" { b { (tr!(lang, "catalog.product.years", n = months / 12)) } span { (tr!(lang, "catalog.product.long_warranty")) } }
                }
            }
        }
    }
}

/// The bar at the foot of small screens, once the form is out of sight.
pub fn sticky(ctx: &Ctx, choice: &Choice<'_>) -> Markup {
    let lang = ctx.lang;
    let chosen = choice.chosen();
    let label = choice.label();
    html! {
        div."sticky-buy" id="barre-achat" {
            div {
                (price(lang, chosen.price.now, chosen.price.is_reduced()))
                p.small.muted { @if !label.is_empty() { (label) " · " } @if chosen.available > 0 { (tr!(lang, "catalog.stock.in")) } @else { (tr!(lang, "catalog.stock.out")) } }
            }
            @if chosen.available > 0 { a.btn href="#fiche" { (tr!(lang, "catalog.product.add")) } }
            @else { a.btn."btn--line" href="#similaires" { (tr!(lang, "catalog.product.see_similar")) } }
        }
    }
}
