//! The mails of a development shop: what customers would have received.

use platform::App;
use platform::infra::mail;
use platform::web::page::no_store;
use platform::web::{Ctx, Error, Page, Result};
use poem::http::header;
use poem::web::{Data, Path};
use poem::{Response, handler};

use crate::views;

#[handler]
pub async fn index(ctx: Ctx, app: Data<&App>) -> Result {
    let mails = mail::list_mails(&app.db, 100).await?;
    Ok(Page::new(views::title(&ctx), views::index(&ctx, &mails)).noindex().respond(&ctx))
}

#[handler]
pub async fn show(ctx: Ctx, app: Data<&App>, Path(id): Path<i64>) -> Result {
    let kept = mail::find_mail(&app.db, id).await?.ok_or(Error::NotFound)?;
    Ok(Page::new(kept.subject.clone(), views::show(&ctx, &kept)).noindex().respond(&ctx))
}

/// The HTML part alone. Mails style themselves inline, which the shop's own policy forbids: here it is sandboxed instead.
#[handler]
pub async fn html(app: Data<&App>, Path(id): Path<i64>) -> Result {
    let kept = mail::find_mail(&app.db, id).await?.ok_or(Error::NotFound)?;
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox allow-popups allow-top-navigation-by-user-activation")
        .body(kept.html_body);
    no_store(&mut response);
    Ok(response)
}
