//! Sign in, register, forgotten and new password, proving an address: the pages before one is inside.

use kit::{tr, urls};
use maud::{Markup, html};
use platform::ui::field::{self, Field};
use platform::ui::flash::{self, Tone};
use platform::web::Ctx;
use platform::web::form::FieldErrors;

use crate::forms::{ForgotForm, RegisterForm, SignInForm};

/// Why signing in did not work, above the form.
pub enum SignInFault {
    Wrong,
    TooMany,
    Away,
}

pub fn sign_in(ctx: &Ctx, form: &SignInForm, fault: Option<&SignInFault>) -> Markup {
    let lang = ctx.lang;
    let none = FieldErrors::default();
    html! {
        div.wrap.page.auth {
            (flash::flash(ctx))
            div."auth__card" {
                h1 { (tr!(lang, "accounts.sign_in.title")) }
                @if let Some(fault) = fault { (sign_in_fault(ctx, fault)) }
                form.form method="post" action=(urls::sign_in(lang)) {
                    (field::csrf(ctx))
                    (next_field(&form.next))
                    (Field::new("email", tr!(lang, "accounts.field.email"), &form.email).kind("email").autocomplete("email").inputmode("email").maxlength(254).render(lang, &none))
                    (Field::new("password", tr!(lang, "accounts.field.password"), "").kind("password").autocomplete("current-password").maxlength(128).render(lang, &none))
                    div."form__acts" {
                        button.btn type="submit" { (tr!(lang, "accounts.sign_in.submit")) span."btn__spin" aria-hidden="true" {} }
                        a.link href=(urls::forgot_password(lang)) { (tr!(lang, "accounts.sign_in.forgot")) }
                    }
                }
                p { (tr!(lang, "accounts.sign_in.new")) " " a href=(with_next(urls::register(lang), &form.next)) { (tr!(lang, "accounts.sign_in.register")) } }
            }
        }
    }
}

fn sign_in_fault(ctx: &Ctx, fault: &SignInFault) -> Markup {
    let text = match fault {
        SignInFault::Wrong => tr!(ctx.lang, "accounts.sign_in.wrong"),
        SignInFault::TooMany => tr!(ctx.lang, "accounts.sign_in.too_many"),
        SignInFault::Away => tr!(ctx.lang, "accounts.sign_in.away"),
    };
    html! {
        div.errsum tabindex="-1" autofocus data-autofocus aria-labelledby="errsum-t" { div role="alert" {
            h2 id="errsum-t" { (tr!(ctx.lang, "accounts.sign_in.failed")) }
            p { (text) }
        } }
    }
}

pub fn register(ctx: &Ctx, form: &RegisterForm, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.page.auth {
            div."auth__card" {
                h1 { (tr!(lang, "accounts.register.title")) }
                p { (tr!(lang, "accounts.register.lead")) }
                (field::summary(lang, errors))
                form.form method="post" action=(urls::register(lang)) {
                    (field::csrf(ctx))
                    (next_field(&form.next))
                    (Field::new("name", tr!(lang, "accounts.field.name"), &form.name).autocomplete("name").maxlength(100).render(lang, errors))
                    (Field::new("email", tr!(lang, "accounts.field.email"), &form.email).kind("email").autocomplete("email").inputmode("email").maxlength(254).hint(tr!(lang, "accounts.field.email_hint")).render(lang, errors))
                    (new_password(ctx, errors))
                    div."form__acts" { button.btn type="submit" { (tr!(lang, "accounts.register.submit")) span."btn__spin" aria-hidden="true" {} } }
                }
                p { (tr!(lang, "accounts.register.known")) " " a href=(with_next(urls::sign_in(lang), &form.next)) { (tr!(lang, "accounts.register.sign_in")) } }
            }
        }
    }
}

/// The field for a password to be set, the same wherever one is set.
pub fn new_password(ctx: &Ctx, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    Field::new("password", tr!(lang, "accounts.field.new_password"), "")
        .kind("password")
        .autocomplete("new-password")
        .maxlength(128)
        .hint(tr!(lang, "accounts.field.password_hint"))
        .render(lang, errors)
}

pub fn forgot(ctx: &Ctx, form: &ForgotForm, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.page.auth {
            (flash::flash(ctx))
            div."auth__card" {
                h1 { (tr!(lang, "accounts.forgot.title")) }
                p { (tr!(lang, "accounts.forgot.lead")) }
                (field::summary(lang, errors))
                form.form method="post" action=(urls::forgot_password(lang)) {
                    (field::csrf(ctx))
                    (Field::new("email", tr!(lang, "accounts.field.email"), &form.email).kind("email").autocomplete("email").inputmode("email").maxlength(254).render(lang, errors))
                    div."form__acts" {
                        button.btn type="submit" { (tr!(lang, "accounts.forgot.submit")) span."btn__spin" aria-hidden="true" {} }
                        a.link href=(urls::sign_in(lang)) { (tr!(lang, "accounts.forgot.back")) }
                    }
                }
            }
        }
    }
}

pub fn reset(ctx: &Ctx, token: &str, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.page.auth {
            div."auth__card" {
                h1 { (tr!(lang, "accounts.reset.title")) }
                p { (tr!(lang, "accounts.reset.lead")) }
                (field::summary(lang, errors))
                form.form method="post" action=(urls::reset_password_page(lang)) {
                    (field::csrf(ctx))
                    input type="hidden" name="jeton" value=(token);
                    (new_password(ctx, errors))
                    div."form__acts" { button.btn type="submit" { (tr!(lang, "accounts.reset.submit")) span."btn__spin" aria-hidden="true" {} } }
                }
            }
        }
    }
}

/// A link that is unknown, old or used.
pub fn dead_link(ctx: &Ctx, again: &str, again_text: &str) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.page.auth {
            div."auth__card" {
                h1 { (tr!(lang, "accounts.dead_link.title")) }
                (flash::notice(Tone::Bad, html! { p { (tr!(lang, "accounts.dead_link.text")) } }))
                div."form__acts" { a.btn href=(again) { (again_text) } a.link href=(urls::home(lang)) { (tr!(lang, "accounts.dead_link.home")) } }
            }
        }
    }
}

/// Asks for a click: programs that open links of mails by themselves must not use them up.
pub fn verify(ctx: &Ctx, token: &str) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.page.auth {
            div."auth__card" {
                h1 { (tr!(lang, "accounts.verify.title")) }
                p { (tr!(lang, "accounts.verify.lead")) }
                form.form method="post" action=(urls::verify_email_page(lang)) {
                    (field::csrf(ctx))
                    input type="hidden" name="jeton" value=(token);
                    div."form__acts" { button.btn type="submit" { (tr!(lang, "accounts.verify.submit")) span."btn__spin" aria-hidden="true" {} } }
                }
            }
        }
    }
}

fn next_field(next: &str) -> Markup {
    html! { @if !next.is_empty() { input type="hidden" name="next" value=(next); } }
}

fn with_next(url: &str, next: &str) -> String {
    if next.is_empty() { url.to_string() } else { format!("{url}?next={}", urls::query(next)) }
}
