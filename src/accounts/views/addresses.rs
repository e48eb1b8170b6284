//! The address book and the fields of an address.

use kit::address::{Address, COUNTRIES};
use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::field::{self, Field};
use platform::ui::icon;
use platform::web::Ctx;
use platform::web::form::FieldErrors;

use crate::addresses::MOST;
use crate::forms::AddressForm;
use crate::model::SavedAddress;

/// An address as printed on a parcel.
pub fn lines(lang: Lang, address: &Address) -> Markup {
    html! { address.addr { @for (i, line) in address.lines(lang).iter().enumerate() { @if i > 0 { br; } (line) } } }
}

pub fn list(ctx: &Ctx, addresses: &[SavedAddress]) -> Markup {
    let lang = ctx.lang;
    html! {
        @if addresses.is_empty() {
            div.empty {
                (icon("map-pin"))
                h2 { (tr!(lang, "accounts.addresses.none")) }
                p { (tr!(lang, "accounts.addresses.none_text")) }
                a.btn href=(urls::account_address_new(lang)) { (tr!(lang, "accounts.addresses.new")) }
            }
        } @else {
            div.boxes {
                @for a in addresses { (card(ctx, a)) }
            }
            @if (addresses.len() as i64) < MOST {
                p { a."btn"."btn--line" href=(urls::account_address_new(lang)) { (icon("plus")) (tr!(lang, "accounts.addresses.new")) } }
            }
        }
    }
}

fn card(ctx: &Ctx, a: &SavedAddress) -> Markup {
    let lang = ctx.lang;
    let id = format!("adresse-{}", a.id);
    html! {
        section.box aria-labelledby=(id) {
            div."box__head" {
                h2 id=(id) { (a.address.name) }
                @if a.is_default { span."badge"."badge--ok" { (tr!(lang, "accounts.addresses.default")) } }
            }
            (lines(lang, &a.address))
            div.row {
                a.link href=(urls::account_address(lang, a.id)) { (tr!(lang, "accounts.edit")) span.vh { " " (a.address.line1) } }
                @if !a.is_default {
                    form method="post" action=(urls::account_address_default(lang, a.id)) {
                        (field::csrf(ctx))
                        button.linkbtn type="submit" { (tr!(lang, "accounts.addresses.make_default")) span.vh { " " (a.address.line1) } }
                    }
                }
                form method="post" action=(urls::account_address_delete(lang, a.id)) data-confirm=(tr!(lang, "accounts.addresses.confirm")) data-confirm-yes=(tr!(lang, "accounts.addresses.delete")) {
                    (field::csrf(ctx))
                    button.linkbtn type="submit" { (tr!(lang, "accounts.addresses.delete")) span.vh { " " (a.address.line1) } }
                }
            }
        }
    }
}

pub fn edit(ctx: &Ctx, action: &str, form: &AddressForm, errors: &FieldErrors, new: bool) -> Markup {
    let lang = ctx.lang;
    html! {
        (field::summary(lang, errors))
        form.form method="post" action=(action) {
            (field::csrf(ctx))
            (fields(lang, form, errors))
            @if new {
                (field::check(lang, "default", html! { (tr!(lang, "accounts.addresses.use_default")) }, !form.default.is_empty(), errors))
            }
            div."form__acts" {
                button.btn type="submit" { (tr!(lang, "accounts.save")) span."btn__spin" aria-hidden="true" {} }
                a.link href=(urls::account_addresses(lang)) { (tr!(lang, "accounts.back")) }
            }
        }
    }
}

/// The fields of an address, in the order people write them; the checkout uses them too.
pub fn fields(lang: Lang, form: &AddressForm, errors: &FieldErrors) -> Markup {
    let countries: Vec<(String, String)> =
        COUNTRIES.iter().map(|c| (c.code.to_string(), c.name(lang).to_string())).collect();
    let country = if form.country.is_empty() { "FR" } else { &form.country };
    html! {
        (Field::new("name", tr!(lang, "accounts.field.name"), &form.name).autocomplete("name").maxlength(100).render(lang, errors))
        (Field::new("company", tr!(lang, "accounts.field.company"), &form.company).autocomplete("organization").optional().maxlength(100).render(lang, errors))
        (field::select(lang, "country", &tr!(lang, "accounts.field.country"), &countries, country, Some("country"), errors))
        (Field::new("line1", tr!(lang, "accounts.field.line1"), &form.line1).autocomplete("address-line1").maxlength(120).hint(tr!(lang, "accounts.field.line1_hint")).render(lang, errors))
        (Field::new("line2", tr!(lang, "accounts.field.line2"), &form.line2).autocomplete("address-line2").optional().maxlength(120).render(lang, errors))
        div.fields {
            (Field::new("postal_code", tr!(lang, "accounts.field.postal_code"), &form.postal_code).autocomplete("postal-code").inputmode("numeric").size("s").maxlength(12).render(lang, errors))
            (Field::new("city", tr!(lang, "accounts.field.city"), &form.city).autocomplete("address-level2").maxlength(80).render(lang, errors))
        }
        (Field::new("region", tr!(lang, "accounts.field.region"), &form.region).autocomplete("address-level1").optional().maxlength(80).hint(tr!(lang, "accounts.field.region_hint")).render(lang, errors))
    }
}
