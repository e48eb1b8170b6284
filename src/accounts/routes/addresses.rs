//! The address book.

use kit::{tr, urls};
use platform::ui::field;
use platform::web::form::FieldErrors;
use platform::web::page::redirect_with;
use platform::web::{Ctx, Error, Form, Page, Result};
use poem::handler;
use poem::web::Path;

use crate::addresses as book;
use crate::forms::AddressForm;
use crate::views::account::{Section, frame};
use crate::views::addresses as views;

#[handler]
pub async fn index(ctx: Ctx) -> Result {
    let user = ctx.customer()?;
    let addresses = book::list(&ctx.app.db, user.id).await?;
    let name = Section::Addresses.name(ctx.lang);
    let page = Page::new(name.clone(), frame(&ctx, Section::Addresses, &name, views::list(&ctx, &addresses)));
    Ok(page.alternates(|l| urls::account_addresses(l).to_string()).noindex().respond(&ctx))
}

#[handler]
pub async fn new(ctx: Ctx) -> Result {
    let user = ctx.customer()?;
    let form = AddressForm { name: user.name.clone(), ..AddressForm::default() };
    Ok(edit_page(&ctx, None, &form, &FieldErrors::default()).respond(&ctx))
}

/// The form for a new address or a known one.
fn edit_page(ctx: &Ctx, id: Option<i64>, form: &AddressForm, errors: &FieldErrors) -> Page {
    let lang = ctx.lang;
    let url = |l| match id {
        Some(id) => urls::account_address(l, id),
        None => urls::account_address_new(l).to_string(),
    };
    let name = match id {
        Some(_) => tr!(lang, "accounts.addresses.edit"),
        None => tr!(lang, "accounts.addresses.new"),
    };
    let form = views::edit(ctx, &url(lang), form, errors, id.is_none());
    Page::new(field::title(lang, &name, errors), frame(ctx, Section::Addresses, &name, form))
        .alternates(url)
        .noindex()
}

#[handler]
pub async fn create(ctx: Ctx, Form(form): Form<AddressForm>) -> Result {
    let user = ctx.customer()?;
    let errors = match form.check(ctx.lang) {
        Ok(address) => {
            if book::add(&ctx.app, user.id, &address, !form.default.is_empty()).await?.is_some() {
                return Ok(redirect_with(&ctx, urls::account_addresses(ctx.lang), "saved"));
            }
            let mut full = FieldErrors::default();
            full.add("name", tr!(ctx.lang, "accounts.error.book_full", n = book::MOST));
            full
        }
        Err(errors) => errors,
    };
    Ok(edit_page(&ctx, None, &form, &errors).invalid().respond(&ctx))
}

#[handler]
pub async fn edit(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let user = ctx.customer()?;
    let saved = book::find(&ctx.app.db, user.id, id).await?.ok_or(Error::NotFound)?;
    Ok(edit_page(&ctx, Some(id), &AddressForm::from(&saved.address), &FieldErrors::default()).respond(&ctx))
}

#[handler]
pub async fn update(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<AddressForm>) -> Result {
    let user = ctx.customer()?;
    book::find(&ctx.app.db, user.id, id).await?.ok_or(Error::NotFound)?;
    match form.check(ctx.lang) {
        Ok(address) => {
            book::update(&ctx.app, user.id, id, &address).await?;
            Ok(redirect_with(&ctx, urls::account_addresses(ctx.lang), "saved"))
        }
        Err(errors) => Ok(edit_page(&ctx, Some(id), &form, &errors).invalid().respond(&ctx)),
    }
}

#[handler]
pub async fn make_default(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let user = ctx.customer()?;
    book::make_default(&ctx.app, user.id, id).await?;
    Ok(redirect_with(&ctx, urls::account_addresses(ctx.lang), "saved"))
}

#[handler]
pub async fn destroy(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let user = ctx.customer()?;
    book::delete(&ctx.app, user.id, id).await?;
    Ok(redirect_with(&ctx, urls::account_addresses(ctx.lang), "deleted"))
}
