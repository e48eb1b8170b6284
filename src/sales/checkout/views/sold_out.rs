//! Refused, clearly: what is short, how many are left, and that the rest is kept.

use kit::{tr, trn, urls};
use maud::{Markup, html};
use platform::ui::{field, icon};
use platform::web::Ctx;

use super::super::model::Short;

pub fn sold_out(ctx: &Ctx, short: &[Short]) -> Markup {
    let lang = ctx.lang;
    html! {
        div."wrap"."wrap--narrow"."page"."checkout" {
            div."page__head" { h1 tabindex="-1" data-autofocus { (tr!(lang, "sales.short.title")) } p { (tr!(lang, "sales.short.text")) } }
            ul role="list" class="stack" {
                @for s in short {
                    li.box {
                        p { strong { (s.title) } @if !s.options.is_empty() { " (" (s.options) ")" } }
                        p { (icon("triangle-alert")) " "
                            @if s.left == 0 { (tr!(lang, "sales.short.none", wanted = s.wanted)) }
                            @else { (trn!(lang, "sales.short.left", s.left)) " " (tr!(lang, "sales.short.wanted", wanted = s.wanted)) }
                        }
                    }
                }
            }
            form.form method="post" action=(urls::checkout_review(lang)) {
                (field::csrf(ctx))
                input type="hidden" name="adjust" value="1";
                div."form__acts" {
                    button.btn type="submit" { (tr!(lang, "sales.short.go_on")) }
                    a.link href=(urls::cart(lang)) { (tr!(lang, "sales.step.back_cart")) }
                }
            }
            p.small.muted { (tr!(lang, "sales.short.nothing_ordered")) }
        }
    }
}
