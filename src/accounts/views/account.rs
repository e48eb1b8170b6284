//! The account: frame with side navigation, home, profile, password.

use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::field::{self, Field};
use platform::ui::flash::{self, Tone};
use platform::ui::{crumbs, icon};
use platform::web::Ctx;
use platform::web::form::FieldErrors;

use super::auth::new_password;
use crate::forms::ProfileForm;
use crate::model::{Account, SavedAddress};

/// A page of the account, for the side navigation. `Orders` is drawn by sales in the same frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Home,
    Orders,
    Addresses,
    Profile,
    Password,
}

impl Section {
    const ALL: [Section; 5] =
        [Section::Home, Section::Orders, Section::Addresses, Section::Profile, Section::Password];

    fn url(self, lang: Lang) -> &'static str {
        match self {
            Section::Home => urls::account(lang),
            Section::Orders => urls::account_orders(lang),
            Section::Addresses => urls::account_addresses(lang),
            Section::Profile => urls::account_profile(lang),
            Section::Password => urls::account_password(lang),
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Section::Home => "house",
            Section::Orders => "package",
            Section::Addresses => "map-pin",
            Section::Profile => "user",
            Section::Password => "key-round",
        }
    }

    pub fn name(self, lang: Lang) -> String {
        match self {
            Section::Home => tr!(lang, "accounts.nav.home"),
            Section::Orders => tr!(lang, "accounts.nav.orders"),
            Section::Addresses => tr!(lang, "accounts.nav.addresses"),
            Section::Profile => tr!(lang, "accounts.nav.profile"),
            Section::Password => tr!(lang, "accounts.nav.password"),
        }
        .into_owned()
    }
}

/// The frame of every page of the account: crumbs, title, side navigation, the page itself.
pub fn frame(ctx: &Ctx, section: Section, title: &str, main: Markup) -> Markup {
    let lang = ctx.lang;
    let mut trail = vec![(Section::Home.name(lang), urls::account(lang).to_string())];
    if section != Section::Home {
        trail.push((title.to_string(), ctx.path.clone()));
    }
    html! {
        div.wrap.page.account {
            (crumbs(lang, &trail))
            (flash::flash(ctx))
            div."page__head" { h1 { (title) } }
            nav.sidenav aria-label=(tr!(lang, "accounts.nav.label")) {
                ul role="list" {
                    @for s in Section::ALL {
                        li { a href=(s.url(lang)) aria-current=[(s == section).then_some("page")] { (icon(s.icon())) (s.name(lang)) } }
                    }
                    li { form method="post" action=(urls::sign_out(lang)) {
                        (field::csrf(ctx))
                        button type="submit" { (icon("log-out")) (tr!(lang, "accounts.nav.sign_out")) }
                    } }
                }
            }
            div."account__main" { (main) }
        }
    }
}

pub fn home(ctx: &Ctx, account: &Account, default: Option<&SavedAddress>) -> Markup {
    let lang = ctx.lang;
    html! {
        @if !account.email_verified { (unverified(ctx, account)) }
        div.boxes {
            section.box aria-labelledby="b-orders" {
                div."box__head" { h2 id="b-orders" { (tr!(lang, "accounts.nav.orders")) } a href=(urls::account_orders(lang)) { (tr!(lang, "accounts.home.see")) span.vh { " " (tr!(lang, "accounts.home.your_orders")) } } }
                p { (tr!(lang, "accounts.home.orders_text")) }
            }
            section.box aria-labelledby="b-profile" {
                div."box__head" { h2 id="b-profile" { (tr!(lang, "accounts.nav.profile")) } a href=(urls::account_profile(lang)) { (tr!(lang, "accounts.edit")) span.vh { " " (tr!(lang, "accounts.home.your_profile")) } } }
                dl.kv {
                    div { dt { (tr!(lang, "accounts.field.name")) } dd { (account.user.name) } }
                    div { dt { (tr!(lang, "accounts.field.email")) } dd { (account.user.email) } }
                    @if !account.phone.is_empty() { div { dt { (tr!(lang, "accounts.field.phone")) } dd { (account.phone) } } }
                }
            }
            section.box aria-labelledby="b-address" {
                div."box__head" { h2 id="b-address" { (tr!(lang, "accounts.home.address")) } a href=(urls::account_addresses(lang)) { (tr!(lang, "accounts.edit")) span.vh { " " (tr!(lang, "accounts.home.your_addresses")) } } }
                @match default {
                    Some(a) => (super::addresses::lines(lang, &a.address)),
                    None => p { (tr!(lang, "accounts.home.no_address")) },
                }
            }
        }
    }
}

fn unverified(ctx: &Ctx, account: &Account) -> Markup {
    let lang = ctx.lang;
    flash::notice(
        Tone::Warn,
        html! {
            p { (tr!(lang, "accounts.home.unverified", email = account.user.email)) }
            form method="post" action=(urls::verify_email_resend(lang)) { (field::csrf(ctx)) button.linkbtn type="submit" { (tr!(lang, "accounts.home.resend")) } }
        },
    )
}

pub fn profile(ctx: &Ctx, email: &str, form: &ProfileForm, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    let langs = [("fr".to_string(), "Français".to_string()), ("en".to_string(), "English".to_string())];
    html! {
        (field::summary(lang, errors))
        form.form method="post" action=(urls::account_profile(lang)) {
            (field::csrf(ctx))
            dl.kv { div { dt { (tr!(lang, "accounts.field.email")) } dd { (email) } } }
            (Field::new("name", tr!(lang, "accounts.field.name"), &form.name).autocomplete("name").maxlength(100).render(lang, errors))
            (Field::new("phone", tr!(lang, "accounts.field.phone"), &form.phone).kind("tel").autocomplete("tel").inputmode("tel").optional().size("m").maxlength(40).hint(tr!(lang, "accounts.field.phone_hint")).render(lang, errors))
            (field::select(lang, "lang", &tr!(lang, "accounts.field.lang"), &langs, &form.lang, None, errors))
            div."form__acts" { button.btn type="submit" { (tr!(lang, "accounts.save")) span."btn__spin" aria-hidden="true" {} } }
        }
    }
}

pub fn password(ctx: &Ctx, errors: &FieldErrors) -> Markup {
    let lang = ctx.lang;
    html! {
        (field::summary(lang, errors))
        form.form method="post" action=(urls::account_password(lang)) {
            (field::csrf(ctx))
            (Field::new("present", tr!(lang, "accounts.field.present_password"), "").kind("password").autocomplete("current-password").maxlength(128).render(lang, errors))
            (new_password(ctx, errors))
            p.small.muted { (tr!(lang, "accounts.password.others")) }
            div."form__acts" { button.btn type="submit" { (tr!(lang, "accounts.password.submit")) span."btn__spin" aria-hidden="true" {} } }
        }
    }
}
