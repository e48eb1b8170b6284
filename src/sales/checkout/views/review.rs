//! Step 4: everything once more, and the button of which the law says what must stand on it.

use chrono::{DateTime, Utc};
use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::flash::{self, Tone};
use platform::ui::{field, price};
use platform::web::Ctx;
use platform::web::form::FieldErrors;

use super::super::model::{Checkout, Step};
use super::super::totals::Totals;

use crate::cart::{Change, Line};
use crate::views;

/// What the review shows.
pub struct ReviewPage<'a> {
    pub checkout: &'a Checkout,
    pub totals: &'a Totals,
    pub terms_url: Option<String>,
    /// Why it is shown again.
    pub notice: Option<String>,
    pub now: DateTime<Utc>,
}

pub fn review(ctx: &Ctx, page: &ReviewPage<'_>, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    let c = page.checkout;
    html! {
        @if let Some(notice) = &page.notice { (what_changed(lang, page, notice)) }
        div.stack {
            div.boxes {
                @if let Some(address) = c.address() {
                    (boxed(lang, "b-adresse", &tr!(lang, "sales.address.shipping"), Step::Address, html! {
                        (views::address(lang, address))
                        p.muted { (c.cart.email.as_deref().unwrap_or_default()) @if !c.cart.phone.is_empty() { br; (c.cart.phone) } }
                    }))
                }
                @if c.bills_elsewhere() && let Some(billing) = c.billing() {
                    (boxed(lang, "b-facturation", &tr!(lang, "sales.address.billing"), Step::Address, views::address(lang, billing)))
                }
                @if let Some(o) = c.shipping() {
                    (boxed(lang, "b-livraison", &tr!(lang, "sales.step.delivery_short"), Step::Delivery, html! {
                        p { strong { (o.method.name) } br; (views::arrival(lang, o.arrival(page.now))) br; (views::amount_or_free(lang, o.price)) }
                    }))
                }
                @if let Some(m) = c.payment() {
                    (boxed(lang, "b-paiement", &tr!(lang, "sales.step.payment_short"), Step::Payment, html! { p { strong { (m.name(lang)) } br; (m.hint(lang)) } }))
                }
            }
            section aria-labelledby="t-articles" {
                div."box__head" { h2 id="t-articles" { (tr!(lang, "sales.order.lines")) } a href=(urls::cart(lang)) { (tr!(lang, "sales.edit")) span.vh { " " (tr!(lang, "sales.step.edit_cart")) } } }
                ul."lines"."lines--ro" role="list" { @for l in &c.lines { (line(lang, l)) } }
            }
            (button_form(ctx, page, errors))
        }
    }
}

fn boxed(lang: Lang, id: &str, title: &str, step: Step, body: Markup) -> Markup {
    html! {
        section.box aria-labelledby=(id) {
            div."box__head" { h2 id=(id) { (title) } a href=(step.url(lang)) { (tr!(lang, "sales.edit")) span.vh { " " (title) } } }
            (body)
        }
    }
}

fn line(lang: Lang, l: &Line) -> Markup {
    let o = &l.offer;
    html! {
        li.line {
            span."line__img".art[views::is_art(&o.image_key, &o.image_kind)] { (views::picture(&o.image_key, &o.image_kind, 64)) }
            div."line__main" {
                p."line__t" { (o.title) }
                p."line__v" { @if !o.options.is_empty() { (o.options) " · " } (tr!(lang, "sales.reference", sku = o.sku)) }
            }
            p."line__price" { (price(lang, l.total(), false)) @if l.quantity > 1 { small { (l.quantity) " × " (o.price().format(lang)) } } }
        }
    }
}

/// Nothing was ordered: what is different from what was shown.
fn what_changed(lang: Lang, page: &ReviewPage<'_>, notice: &str) -> Markup {
    let changed: Vec<(&Line, Change)> =
        page.checkout.lines.iter().flat_map(|l| l.changes().into_iter().map(move |c| (l, c))).collect();
    flash::notice(
        Tone::Warn,
        html! {
            div role="alert" {
                strong { (notice) }
                @if !changed.is_empty() {
                    ul { @for (l, c) in changed {
                        @if let Change::PriceUp { from } | Change::PriceDown { from } = c {
                            li { (l.offer.title) (tr!(lang, "sales.colon")) (tr!(lang, "sales.cart.price_changed", from = from.format(lang), to = l.offer.price().format(lang))) }
                        }
                    } }
                }
                p { (tr!(lang, "sales.review.new_total", total = page.totals.total.format(lang))) }
            }
        },
    )
}

/// Version and total go with the button: exactly what is shown here is ordered.
fn button_form(ctx: &Ctx, page: &ReviewPage<'_>, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    let terms = html! {
        (tr!(lang, "sales.review.accept")) " "
        @match &page.terms_url {
            Some(url) => a href=(url) target="_blank" rel="noopener" { (tr!(lang, "sales.review.terms")) },
            None => (tr!(lang, "sales.review.terms")),
        }
        (tr!(lang, "sales.review.accept_end"))
    };
    html! {
        form.form.pay method="post" action=(urls::checkout_review(lang)) novalidate {
            (field::csrf(ctx))
            (field::summary(lang, errors))
            input type="hidden" name="key" value=(page.checkout.cart.key);
            input type="hidden" name="version" value=(page.checkout.cart.version);
            input type="hidden" name="total" value=(page.totals.total.as_cents());
            dl.kv {
                div { dt { (tr!(lang, "sales.totals.items")) } dd { (page.totals.items.format(lang)) } }
                div { dt { (tr!(lang, "sales.totals.shipping")) } dd { (views::amount_or_free(lang, page.totals.shipping)) } }
                @for (bp, tax) in page.totals.by_rate() {
                    div { dt { (tr!(lang, "sales.totals.tax_name", rate = views::rate(lang, bp))) } dd { (tax.format(lang)) } }
                }
                div."sum__total" { dt { strong { (tr!(lang, "sales.totals.total")) } } dd { (price(lang, page.totals.total, false)) } }
            }
            (field::check(lang, "terms", terms, false, errors))
            p.small.muted { (tr!(lang, "sales.review.legal")) }
            button."btn"."btn--wide"."btn--pay" type="submit" { (tr!(lang, "sales.review.button")) span."btn__spin" aria-hidden="true" {} }
            p.small.muted { (tr!(lang, "sales.review.held", minutes = crate::cart::HOLD_MINUTES)) }
        }
    }
}
