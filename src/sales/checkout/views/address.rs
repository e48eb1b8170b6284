//! Step 1: who orders, and where it goes.

use accounts::addresses::{AddressForm, SavedAddress};
use kit::address::COUNTRIES;
use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::field::{self, Field};
use platform::ui::icon;
use platform::web::Ctx;
use platform::web::form::FieldErrors;

use super::super::forms::ContactForm;

pub fn address(ctx: &Ctx, form: &ContactForm, saved: &[SavedAddress], errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    let typed = saved.is_empty() || matches!(form.saved.as_str(), "" | "new");
    html! {
        @if ctx.visitor.customer.is_none() {
            p { (tr!(lang, "sales.address.guest")) " " a href=(format!("{}?next={}", urls::sign_in(lang), urls::checkout_address(lang))) { (tr!(lang, "sales.address.sign_in")) } }
        }
        form.form method="post" action=(urls::checkout_address(lang)) novalidate {
            (field::csrf(ctx))
            (field::summary(lang, errors))
            fieldset.fieldset {
                legend { (tr!(lang, "sales.address.contact")) }
                (Field::new("email", tr!(lang, "sales.field.email"), &form.email).kind("email").autocomplete("email").inputmode("email")
                    .maxlength(254).hint(tr!(lang, "sales.field.email_hint")).render(lang, errors))
                (Field::new("phone", tr!(lang, "sales.field.phone"), &form.phone).kind("tel").autocomplete("tel").inputmode("tel")
                    .maxlength(40).optional().size("m").hint(tr!(lang, "sales.field.phone_hint")).render(lang, errors))
            }
            @if !saved.is_empty() { (book(lang, form, saved, typed)) }
            fieldset.fieldset {
                legend { @if saved.is_empty() { (tr!(lang, "sales.address.shipping")) } @else { (tr!(lang, "sales.address.new")) } }
                (fields(lang, "", "shipping", &form.shipping_form(), errors))
                @if ctx.visitor.customer.is_some() {
                    (field::check(lang, "keep", html! { (tr!(lang, "sales.address.keep")) }, !form.keep.is_empty(), errors))
                }
            }
            fieldset.fieldset {
                legend { (tr!(lang, "sales.address.billing")) }
                (field::check(lang, "other_billing", html! { (tr!(lang, "sales.address.other_billing")) }, !form.other_billing.is_empty(), errors))
                details open[!form.other_billing.is_empty()] {
                    summary."btn"."btn--line"."btn--sm" { (tr!(lang, "sales.address.billing_fields")) (icon("chevron-down")) }
                    (fields(lang, "b_", "billing", &form.billing_form(), errors))
                }
            }
            div."form__acts" {
                button.btn type="submit" { (tr!(lang, "sales.step.to_delivery")) span."btn__spin" aria-hidden="true" {} }
                a.link href=(urls::cart(lang)) { (tr!(lang, "sales.step.back_cart")) }
            }
        }
    }
}

/// The customer's own addresses.
fn book(lang: Lang, form: &ContactForm, saved: &[SavedAddress], typed: bool) -> Markup {
    html! {
        fieldset.choices {
            legend { (tr!(lang, "sales.address.shipping")) }
            @for s in saved {
                @let lines = s.address.lines(lang);
                label.choice {
                    input type="radio" name="saved" id=(format!("saved-{}", s.id)) value=(s.id) checked[form.saved == s.id.to_string()];
                    span."choice__t" { strong { (s.address.name) } small { (lines[1..].join(", ")) } }
                }
            }
            label.choice {
                input type="radio" name="saved" id="saved-new" value="new" checked[typed];
                span."choice__t" { strong { (tr!(lang, "sales.address.new")) } small { (tr!(lang, "sales.address.new_hint")) } }
            }
        }
    }
}

/// The fields of an address; `section` is the first word of their autocomplete tokens.
fn fields(lang: Lang, prefix: &str, section: &str, form: &AddressForm, errors: &FieldErrors) -> Markup {
    let countries: Vec<(String, String)> =
        COUNTRIES.iter().map(|c| (c.code.to_string(), c.name(lang).to_string())).collect();
    let country = if form.country.is_empty() { "FR" } else { &form.country };
    let name = |n: &str| format!("{prefix}{n}");
    let token = |t: &str| format!("{section} {t}");
    let line = |n: &str,
                label: String,
                value: &str,
                auto: &str,
                max: u32,
                optional: bool,
                hint: Option<String>,
                size: &'static str| {
        let (n, auto) = (name(n), token(auto));
        let mut f = Field::new(&n, label, value).autocomplete(&auto).maxlength(max).size(size);
        if optional {
            f = f.optional();
        }
        if let Some(hint) = hint {
            f = f.hint(hint);
        }
        f.render(lang, errors)
    };
    html! {
        (line("name", tr!(lang, "sales.field.name").into(), &form.name, "name", 100, false, None, ""))
        (line("company", tr!(lang, "sales.field.company").into(), &form.company, "organization", 100, true, None, ""))
        (line("line1", tr!(lang, "sales.field.line1").into(), &form.line1, "address-line1", 120, false, Some(tr!(lang, "sales.field.line1_hint").into()), ""))
        (line("line2", tr!(lang, "sales.field.line2").into(), &form.line2, "address-line2", 120, true, None, ""))
        div.fields {
            (line("postal_code", tr!(lang, "sales.field.postal_code").into(), &form.postal_code, "postal-code", 12, false, None, "s"))
            (line("city", tr!(lang, "sales.field.city").into(), &form.city, "address-level2", 80, false, None, ""))
        }
        (line("region", tr!(lang, "sales.field.region").into(), &form.region, "address-level1", 80, true, Some(tr!(lang, "sales.field.region_hint").into()), "m"))
        (field::select(lang, &name("country"), &tr!(lang, "sales.field.country"), &countries, country, Some(&token("country")), errors))
    }
}
