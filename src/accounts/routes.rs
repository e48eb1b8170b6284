//! Addresses of the accounts: what stands where, in both languages.

mod account;
mod addresses;
mod auth;

use kit::{Lang, urls};
use poem::{Route, get, post};

/// Adds the pages of sign-in and account.
pub fn routes(route: Route) -> Route {
    Lang::ALL.into_iter().fold(route, |route, lang| {
        route
            .at(urls::sign_in(lang), get(auth::sign_in).post(auth::create_sign_in))
            .at(urls::sign_out(lang), post(auth::sign_out))
            .at(urls::register(lang), get(auth::register).post(auth::create_account))
            .at(urls::forgot_password(lang), get(auth::forgot).post(auth::create_reset))
            .at(urls::reset_password_page(lang), get(auth::reset).post(auth::update_password))
            .at(urls::verify_email_page(lang), get(auth::verify).post(auth::create_verification))
            .at(urls::verify_email_resend(lang), post(auth::resend_verification))
            .at(urls::account(lang), get(account::show))
            .at(urls::account_profile(lang), get(account::profile).post(account::update_profile))
            .at(urls::account_password(lang), get(account::password).post(account::update_password))
            .at(urls::account_addresses(lang), get(addresses::index))
            .at(urls::account_address_new(lang), get(addresses::new).post(addresses::create))
            .at(urls::account_address(lang, ":id<\\d+>"), get(addresses::edit).post(addresses::update))
            .at(urls::account_address_default(lang, ":id<\\d+>"), post(addresses::make_default))
            .at(urls::account_address_delete(lang, ":id<\\d+>"), post(addresses::destroy))
    })
}
