//! The door of the back office.

use kit::{tr, urls};
use maud::{DOCTYPE, Markup, html};
use platform::ui::field::{self, Field};
use platform::ui::{flash, layout, logo};
use platform::web::Ctx;
use platform::web::form::FieldErrors;

/// Why nobody was let in.
#[derive(Clone, Copy)]
pub enum Fault {
    Wrong,
    TooMany,
    Away,
}

pub fn document(ctx: &Ctx, email: &str, next: &str, fault: Option<Fault>) -> Markup {
    let lang = ctx.lang;
    let none = FieldErrors::default();
    let title = tr!(lang, "backoffice.sign_in.title");
    let shown = if fault.is_some() {
        format!("{} {title}", tr!(lang, "backoffice.error.prefix"))
    } else {
        title.to_string()
    };
    html! {
        (DOCTYPE)
        html lang=(lang.code()) data-theme=(ctx.theme.code()) {
            head {
                (layout::head_common(&format!("{shown} – SmartMarket"), "admin.css", "admin.js"))
                meta name="robots" content="noindex, nofollow";
            }
            body.sign."on-pine" {
                main."sign__card" id="contenu" tabindex="-1" {
                    a.logo href=(urls::home(lang)) { (logo::logo()) span { "SmartMarket" } }
                    h1 { (title) }
                    (flash::flash(ctx))
                    @if let Some(fault) = fault { (failed(ctx, fault)) }
                    form.form method="post" action=(urls::admin::SIGN_IN) {
                        (field::csrf(ctx))
                        @if !next.is_empty() { input type="hidden" name="next" value=(next); }
                        (Field::new("email", tr!(lang, "backoffice.sign_in.email"), email).kind("email").autocomplete("username").inputmode("email").maxlength(254).render(lang, &none))
                        (Field::new("password", tr!(lang, "backoffice.sign_in.password"), "").kind("password").autocomplete("current-password").maxlength(128).render(lang, &none))
                        div."form__acts" { button."btn"."btn--wide" type="submit" { (tr!(lang, "backoffice.sign_in.submit")) span."btn__spin" aria-hidden="true" {} } }
                    }
                    p.small { (tr!(lang, "backoffice.sign_in.help")) }
                }
            }
        }
    }
}

fn failed(ctx: &Ctx, fault: Fault) -> Markup {
    let text = match fault {
        Fault::Wrong => tr!(ctx.lang, "backoffice.sign_in.wrong"),
        Fault::TooMany => tr!(ctx.lang, "backoffice.sign_in.too_many"),
        Fault::Away => tr!(ctx.lang, "backoffice.sign_in.away"),
    };
    html! {
        div.errsum tabindex="-1" autofocus data-autofocus aria-labelledby="errsum-t" { div role="alert" {
            h2 id="errsum-t" { (tr!(ctx.lang, "backoffice.sign_in.failed")) }
            p { (text) }
        } }
    }
}
