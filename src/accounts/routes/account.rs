//! Home of the account, profile, password.

use kit::{tr, urls};
use platform::ui::field;
use platform::web::form::FieldErrors;
use platform::web::page::redirect_with;
use platform::web::{Ctx, Error, Form, Page, Result, Session};
use poem::handler;

use crate::forms::{PasswordForm, ProfileForm};
use crate::views::account as views;
use crate::views::account::Section;
use crate::{addresses, profile as profiles, store};

#[handler]
pub async fn show(ctx: Ctx) -> Result {
    let user = ctx.customer()?;
    let account = store::users::find_user(&ctx.app.db, user.id).await?.ok_or(Error::NotFound)?;
    let book = addresses::list(&ctx.app.db, user.id).await?;
    let title = match account.user.name.as_str() {
        "" => tr!(ctx.lang, "accounts.home.title"),
        name => tr!(ctx.lang, "accounts.home.hello", name = name),
    };
    let main = views::home(&ctx, &account, book.iter().find(|a| a.is_default));
    let page = Page::new(tr!(ctx.lang, "accounts.nav.home"), views::frame(&ctx, Section::Home, &title, main));
    Ok(page.alternates(|l| urls::account(l).to_string()).noindex().respond(&ctx))
}

#[handler]
pub async fn profile(ctx: Ctx) -> Result {
    let user = ctx.customer()?;
    let account = store::users::find_user(&ctx.app.db, user.id).await?.ok_or(Error::NotFound)?;
    let form =
        ProfileForm { name: account.user.name, phone: account.phone, lang: account.lang.code().to_string() };
    Ok(profile_page(&ctx, &account.user.email, &form, &FieldErrors::default()).respond(&ctx))
}

fn profile_page(ctx: &Ctx, email: &str, form: &ProfileForm, errors: &FieldErrors) -> Page {
    let name = Section::Profile.name(ctx.lang);
    let main = views::frame(ctx, Section::Profile, &name, views::profile(ctx, email, form, errors));
    Page::new(field::title(ctx.lang, &name, errors), main)
        .alternates(|l| urls::account_profile(l).to_string())
        .noindex()
}

#[handler]
pub async fn update_profile(ctx: Ctx, Form(form): Form<ProfileForm>) -> Result {
    let user = ctx.customer()?;
    match form.check(ctx.lang) {
        Ok(valid) => {
            profiles::update_profile(&ctx.app, user, &valid).await?;
            Ok(redirect_with(&ctx, urls::account_profile(ctx.lang), "saved"))
        }
        Err(errors) => Ok(profile_page(&ctx, &user.email, &form, &errors).invalid().respond(&ctx)),
    }
}

#[handler]
pub async fn password(ctx: Ctx) -> Result {
    ctx.customer()?;
    Ok(password_page(&ctx, &FieldErrors::default()).respond(&ctx))
}

fn password_page(ctx: &Ctx, errors: &FieldErrors) -> Page {
    let name = Section::Password.name(ctx.lang);
    let main = views::frame(ctx, Section::Password, &name, views::password(ctx, errors));
    Page::new(field::title(ctx.lang, &name, errors), main)
        .alternates(|l| urls::account_password(l).to_string())
        .noindex()
}

#[handler]
pub async fn update_password(ctx: Ctx, session: Session, Form(form): Form<PasswordForm>) -> Result {
    let user = ctx.customer()?;
    let mut errors = match form.check(ctx.lang) {
        Ok(change) => {
            if profiles::change_password(&ctx.app, &session, user, &change).await? {
                return Ok(redirect_with(&ctx, urls::account(ctx.lang), "password-changed"));
            }
            FieldErrors::default()
        }
        Err(errors) => errors,
    };
    if errors.is_empty() {
        errors.add("present", tr!(ctx.lang, "accounts.error.present_password"));
    }
    Ok(password_page(&ctx, &errors).invalid().respond(&ctx))
}
