//! Below the fold of the product page: description, characteristics, delivery, returns.

use kit::tr;
use maud::{Markup, html};
use platform::ui::icon;
use platform::web::Ctx;

use crate::model::{Product, Variant};

pub fn details(ctx: &Ctx, product: &Product, chosen: &Variant) -> Markup {
    let lang = ctx.lang;
    html! {
        div.acc {
            (part(&tr!(lang, "catalog.details.description"), "description", true, description(product)))
            (part(&tr!(lang, "catalog.details.spec"), "spec", true, table(ctx, product, chosen)))
            (part(&tr!(lang, "catalog.details.delivery"), "livraison", false, delivery(ctx)))
        }
    }
}

fn part(title: &str, id: &str, open: bool, body: Markup) -> Markup {
    html! {
        details open[open] id=(id) { summary { h2 { (title) } (icon("chevron-down")) } div."acc__in" { (body) } }
    }
}

fn description(product: &Product) -> Markup {
    let paragraphs = product.description.split("\n\n").map(str::trim).filter(|p| !p.is_empty());
    let language = product.foreign.then_some("fr");
    html! {
        @for p in paragraphs { p lang=[language] { (p) } }
        @if !product.bullets.is_empty() { ul lang=[language] { @for b in &product.bullets { li { (b) } } } }
    }
}

fn table(ctx: &Ctx, product: &Product, chosen: &Variant) -> Markup {
    let lang = ctx.lang;
    let row = |label: &str, value: &str| html! { tr { th scope="row" { (label) } td { (value) } } };
    html! {
        table.spec {
            caption.vh { (tr!(lang, "catalog.details.spec")) }
            tbody {
                @for (label, value) in &product.attributes { (row(label, value)) }
                @if let Some(index) = product.repair_index {
                    (row(&tr!(lang, "catalog.product.repair"), &format!("{}\u{a0}/\u{a0}10", kit::text::tenths(lang, index.into()))))
                }
                @if let Some(months) = product.warranty_months { (row(&tr!(lang, "catalog.details.warranty"), &tr!(lang, "catalog.details.months", n = months))) }
                @if !product.origin.is_empty() { (row(&tr!(lang, "catalog.details.origin"), &product.origin)) }
                (row(&tr!(lang, "catalog.details.reference"), &chosen.sku))
                @if let Some(ean) = &chosen.ean { (row("EAN", ean)) }
            }
        }
    }
}

fn delivery(ctx: &Ctx) -> Markup {
    let lang = ctx.lang;
    html! {
        p { (tr!(lang, "catalog.details.delivery_text")) }
        p { (tr!(lang, "catalog.details.returns_text")) }
        p { (tr!(lang, "catalog.details.warranty_text")) }
        p { (tr!(lang, "catalog.details.payment_text")) }
    }
}
