//! Sign in, register, forgotten and new password, proving an address.

use kit::{tr, urls};
use platform::infra::rate_limit::{self, Rule, Verdict};
use platform::ui::field;
use platform::web::context::safe_next;
use platform::web::form::FieldErrors;
use platform::web::page::{redirect, redirect_with};
use platform::web::{Ctx, Error, Form, Page, Query, Result, Session};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Response, handler};
use serde::Deserialize;

use crate::authenticate::{Door, SignInError, authenticate};
use crate::forms::{ForgotForm, RegisterForm, ResetForm, SignInForm, TokenForm};
use crate::views::auth as views;
use crate::views::auth::SignInFault;
use crate::{register as registration, reset as resetting, session, verify as verification};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Token {
    jeton: String,
}

#[handler]
pub async fn sign_in(ctx: Ctx, Query(q): Query<Next>) -> Result {
    if ctx.visitor.customer.is_some() {
        return Ok(redirect(safe_next(Some(&q.next)).unwrap_or(urls::account(ctx.lang))));
    }
    let form = SignInForm { next: q.next, ..SignInForm::default() };
    Ok(sign_in_page(&ctx, &form, None))
}

fn sign_in_page(ctx: &Ctx, form: &SignInForm, fault: Option<&SignInFault>) -> Response {
    let errors = FieldErrors::default();
    let page = Page::new(
        field::title(ctx.lang, &tr!(ctx.lang, "accounts.sign_in.title"), &errors),
        views::sign_in(ctx, form, fault),
    )
    .alternates(|l| urls::sign_in(l).to_string())
    .noindex();
    let status = match fault {
        None => StatusCode::OK,
        Some(SignInFault::Wrong) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(SignInFault::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(SignInFault::Away) => StatusCode::SERVICE_UNAVAILABLE,
    };
    page.status(status).respond(ctx)
}

#[handler]
pub async fn create_sign_in(ctx: Ctx, session: Session, Form(form): Form<SignInForm>) -> Result {
    let app = &ctx.app;
    let fault = match authenticate(app, Door::Shop, &ctx.client_ip, &form.email, &form.password).await {
        Ok(account) => match session::sign_in_customer(app, &session, &account).await {
            Ok(()) => {
                let to = safe_next(Some(&form.next)).unwrap_or(urls::account(ctx.lang));
                return Ok(redirect_with(&ctx, to, "signed-in"));
            }
            Err(Error::Unavailable(_)) => SignInFault::Away,
            Err(e) => return Err(e),
        },
        Err(SignInError::Wrong) => SignInFault::Wrong,
        Err(SignInError::TooMany { .. }) => SignInFault::TooMany,
        Err(SignInError::Away) => SignInFault::Away,
        Err(SignInError::Other(e)) => return Err(e),
    };
    Ok(sign_in_page(&ctx, &form, Some(&fault)))
}

/// The cookie of the cart goes too: on a shared machine it would show this person's cart and address to the next one. The
/// cart itself stays theirs.
#[handler]
pub async fn sign_out(ctx: Ctx, session: Session) -> Result {
    session::sign_out_customer(&session).await?;
    let mut response = redirect_with(&ctx, urls::home(ctx.lang), "signed-out");
    platform::web::session::clear_cookie(&mut response, "cart");
    Ok(response)
}

#[handler]
pub async fn register(ctx: Ctx, Query(q): Query<Next>) -> Result {
    let form = RegisterForm { next: q.next, ..RegisterForm::default() };
    Ok(register_page(&ctx, &form, &FieldErrors::default()).respond(&ctx))
}

fn register_page(ctx: &Ctx, form: &RegisterForm, errors: &FieldErrors) -> Page {
    let title = field::title(ctx.lang, &tr!(ctx.lang, "accounts.register.title"), errors);
    Page::new(title, views::register(ctx, form, errors))
        .alternates(|l| urls::register(l).to_string())
        .noindex()
}

#[handler]
pub async fn create_account(ctx: Ctx, Form(form): Form<RegisterForm>) -> Result {
    limit(&ctx, rate_limit::REGISTER).await?;
    match form.check(ctx.lang) {
        Ok(valid) => {
            registration::register(&ctx.app, ctx.lang, &valid).await?;
            let to = match safe_next(Some(&form.next)) {
                Some(next) => format!("{}?next={}", urls::sign_in(ctx.lang), urls::query(next)),
                None => urls::sign_in(ctx.lang).to_string(),
            };
            Ok(redirect_with(&ctx, &to, "registered"))
        }
        Err(errors) => Ok(register_page(&ctx, &form, &errors).invalid().respond(&ctx)),
    }
}

#[handler]
pub async fn forgot(ctx: Ctx) -> Result {
    Ok(forgot_page(&ctx, &ForgotForm::default(), &FieldErrors::default()).respond(&ctx))
}

fn forgot_page(ctx: &Ctx, form: &ForgotForm, errors: &FieldErrors) -> Page {
    let title = field::title(ctx.lang, &tr!(ctx.lang, "accounts.forgot.title"), errors);
    Page::new(title, views::forgot(ctx, form, errors))
        .alternates(|l| urls::forgot_password(l).to_string())
        .noindex()
}

#[handler]
pub async fn create_reset(ctx: Ctx, Form(form): Form<ForgotForm>) -> Result {
    limit(&ctx, rate_limit::RESET).await?;
    match form.check(ctx.lang) {
        Ok(email) => {
            resetting::request(&ctx.app, email.as_str()).await?;
            Ok(redirect_with(&ctx, urls::forgot_password(ctx.lang), "reset-sent"))
        }
        Err(errors) => Ok(forgot_page(&ctx, &form, &errors).invalid().respond(&ctx)),
    }
}

#[handler]
pub async fn reset(ctx: Ctx, Query(q): Query<Token>) -> Result {
    if !resetting::is_usable(&ctx.app, &q.jeton).await? {
        return Ok(dead_reset_link(&ctx));
    }
    Ok(secret(reset_page(&ctx, &q.jeton, &FieldErrors::default()).respond(&ctx)))
}

fn reset_page(ctx: &Ctx, token: &str, errors: &FieldErrors) -> Page {
    let title = field::title(ctx.lang, &tr!(ctx.lang, "accounts.reset.title"), errors);
    Page::new(title, views::reset(ctx, token, errors)).noindex()
}

fn dead_reset_link(ctx: &Ctx) -> Response {
    let lang = ctx.lang;
    let again = tr!(lang, "accounts.dead_link.reset");
    let main = views::dead_link(ctx, urls::forgot_password(lang), &again);
    let page = Page::new(tr!(lang, "accounts.dead_link.title"), main).noindex();
    secret(page.status(StatusCode::GONE).respond(ctx))
}

#[handler]
pub async fn update_password(ctx: Ctx, Form(form): Form<ResetForm>) -> Result {
    limit(&ctx, rate_limit::RESET).await?;
    if !resetting::is_usable(&ctx.app, &form.jeton).await? {
        return Ok(dead_reset_link(&ctx));
    }
    let errors = form.check(ctx.lang);
    if !errors.is_empty() {
        return Ok(secret(reset_page(&ctx, &form.jeton, &errors).invalid().respond(&ctx)));
    }
    if !resetting::reset_password(&ctx.app, &form.jeton, &form.password).await? {
        return Ok(dead_reset_link(&ctx));
    }
    Ok(redirect_with(&ctx, urls::sign_in(ctx.lang), "password-changed"))
}

#[handler]
pub async fn verify(ctx: Ctx, Query(q): Query<Token>) -> Result {
    if !verification::is_usable(&ctx.app, &q.jeton).await? {
        return Ok(dead_verify_link(&ctx));
    }
    let page = Page::new(tr!(ctx.lang, "accounts.verify.title"), views::verify(&ctx, &q.jeton)).noindex();
    Ok(secret(page.respond(&ctx)))
}

fn dead_verify_link(ctx: &Ctx) -> Response {
    let lang = ctx.lang;
    let again = tr!(lang, "accounts.dead_link.verify");
    let main = views::dead_link(ctx, urls::account(lang), &again);
    let page = Page::new(tr!(lang, "accounts.dead_link.title"), main).noindex();
    secret(page.status(StatusCode::GONE).respond(ctx))
}

#[handler]
pub async fn create_verification(ctx: Ctx, Form(form): Form<TokenForm>) -> Result {
    if !verification::verify_email(&ctx.app, &form.jeton).await? {
        return Ok(dead_verify_link(&ctx));
    }
    Ok(redirect_with(&ctx, urls::account(ctx.lang), "email-verified"))
}

#[handler]
pub async fn resend_verification(ctx: Ctx) -> Result {
    let user = ctx.customer()?;
    verification::resend(&ctx.app, user).await?;
    Ok(redirect_with(&ctx, urls::account(ctx.lang), "verify-sent"))
}

/// Counts an attempt from this place.
async fn limit(ctx: &Ctx, rule: Rule) -> std::result::Result<(), Error> {
    match rate_limit::check(&ctx.app, rule, &ctx.client_ip).await {
        Verdict::Allowed => Ok(()),
        Verdict::Limited { retry_after_s } => Err(Error::TooMany { retry_after_s }),
        Verdict::Unknown => Err(Error::Unavailable("attempts cannot be counted without redis".into())),
    }
}

/// The address of this page is a key: it must not travel in a Referer.
fn secret(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
