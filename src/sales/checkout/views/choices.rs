//! Steps 2 and 3: one choice each, as cards.

use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::field;
use platform::ui::flash::{self, Tone};
use platform::web::Ctx;
use platform::web::form::FieldErrors;

use super::super::model::Checkout;
use crate::shipping::ShippingOption;
use crate::views::{amount_or_free, arrival};

pub fn delivery(ctx: &Ctx, checkout: &Checkout, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    let chosen = checkout.shipping().or(checkout.options.first()).map(|o| o.method.code.as_str());
    html! {
        @if checkout.options.is_empty() {
            (flash::notice(Tone::Warn, html! { strong { (tr!(lang, "sales.delivery.none_title")) } p { (tr!(lang, "sales.delivery.none_text")) } }))
            p { a.btn href=(urls::cart(lang)) { (tr!(lang, "sales.step.back_cart")) } " " a.link href=(urls::checkout_address(lang)) { (tr!(lang, "sales.step.edit_address")) } }
        } @else {
            form.form method="post" action=(urls::checkout_delivery(lang)) novalidate {
                (field::csrf(ctx))
                (field::summary(lang, errors))
                (choices(lang, &tr!(lang, "sales.delivery.legend"), errors, html! {
                    @for (i, o) in checkout.options.iter().enumerate() { (option(ctx, o, i, chosen)) }
                }))
                div."form__acts" {
                    button.btn type="submit" { (tr!(lang, "sales.step.to_payment")) span."btn__spin" aria-hidden="true" {} }
                    a.link href=(urls::checkout_address(lang)) { (tr!(lang, "sales.step.back")) }
                }
            }
        }
    }
}

fn option(ctx: &Ctx, o: &ShippingOption, i: usize, chosen: Option<&str>) -> Markup {
    let lang = ctx.lang;
    let code = o.method.code.as_str();
    html! {
        label.choice {
            input type="radio" name="method" id=(if i == 0 { "method".to_string() } else { format!("method-{code}") }) value=(code) checked[chosen == Some(code)];
            span."choice__t" { strong { (o.method.name) } small { (o.method.promise) ", " (arrival(lang, o.arrival(ctx.app.clock.now()))) } }
            span."choice__end" { (amount_or_free(lang, o.price)) }
        }
    }
}

pub fn payment(ctx: &Ctx, checkout: &Checkout, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    let methods = checkout.payments();
    let chosen = checkout.payment().or(methods.first().copied());
    html! {
        form.form method="post" action=(urls::checkout_payment(lang)) novalidate {
            (field::csrf(ctx))
            (field::summary(lang, errors))
            (choices(lang, &tr!(lang, "sales.payment.legend"), errors, html! {
                @for (i, m) in methods.iter().enumerate() {
                    label.choice {
                        input type="radio" name="method" id=(if i == 0 { "method".to_string() } else { format!("method-{}", m.code()) }) value=(m.code()) checked[chosen == Some(*m)];
                        span."choice__t" { strong { (m.name(lang)) } small { (m.hint(lang)) } }
                        span."choice__end" {}
                    }
                }
            }))
            p.small.muted { (tr!(lang, "sales.payment.secure")) }
            div."form__acts" {
                button.btn type="submit" { (tr!(lang, "sales.step.to_review")) span."btn__spin" aria-hidden="true" {} }
                a.link href=(urls::checkout_delivery(lang)) { (tr!(lang, "sales.step.back")) }
            }
        }
    }
}

fn choices(lang: Lang, legend: &str, errors: &FieldErrors, cards: Markup) -> Markup {
    html! {
        fieldset.choices aria-describedby=[errors.of("method").map(|_| "method-err")] {
            legend { (legend) }
            @if let Some(text) = errors.of("method") { p.err id="method-err" { span.vh { (tr!(lang, "sales.error.prefix")) " " } (text) } }
            (cards)
        }
    }
}
