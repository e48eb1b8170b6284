//! In and out.

use accounts::{Door, SignInError, session};
use kit::urls::admin;
use platform::web::context::safe_next;
use platform::web::page::{self, redirect, redirect_with};
use platform::web::{Ctx, Error, Form, Query, Result, Session};
use poem::http::StatusCode;
use poem::{Response, handler};
use serde::Deserialize;

use crate::views::sign_in::{Fault, document};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    email: String,
    password: String,
    next: String,
}

#[handler]
pub async fn show(ctx: Ctx, Query(form): Query<SignInForm>) -> Result {
    if ctx.visitor.staff.is_some() {
        return Ok(redirect(next(&form.next)));
    }
    Ok(answer(&ctx, "", &form.next, None))
}

#[handler]
pub async fn create(ctx: Ctx, session: Session, Form(form): Form<SignInForm>) -> Result {
    let found = accounts::authenticate(&ctx.app, Door::Office, &ctx.client_ip, &form.email, &form.password);
    let fault = match found.await {
        Ok(account) => match session::sign_in_staff(&ctx.app, &session, &account).await {
            Ok(()) => return Ok(redirect(next(&form.next))),
            Err(Error::Unavailable(_)) => Fault::Away,
            Err(e) => return Err(e),
        },
        Err(SignInError::Wrong) => Fault::Wrong,
        Err(SignInError::TooMany { .. }) => Fault::TooMany,
        Err(SignInError::Away) => Fault::Away,
        Err(SignInError::Other(e)) => return Err(e),
    };
    Ok(answer(&ctx, &form.email, &form.next, Some(fault)))
}

#[handler]
pub async fn destroy(ctx: Ctx, session: Session) -> Result {
    session::sign_out_staff(&session).await?;
    Ok(redirect_with(&ctx, admin::SIGN_IN, "signed-out"))
}

/// Only pages of the back office follow its door.
fn next(wanted: &str) -> &str {
    safe_next(Some(wanted))
        .filter(|n| n.starts_with("/admin/") && !n.starts_with(admin::ORDERS_STREAM))
        .unwrap_or(admin::HOME)
}

fn answer(ctx: &Ctx, email: &str, next: &str, fault: Option<Fault>) -> Response {
    let status = match fault {
        None => StatusCode::OK,
        Some(Fault::Wrong) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(Fault::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(Fault::Away) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = page::html(status, document(ctx, email, next, fault));
    page::no_store(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn signing_in_leads_into_the_back_office_only() {
        assert_eq!(next("/admin/commandes?statut=toutes"), "/admin/commandes?statut=toutes");
        for elsewhere in ["", "/compte", "//evil", "https://evil/admin/", "/admin/commandes/flux?after=1"] {
            assert_eq!(next(elsewhere), "/admin/", "{elsewhere}");
        }
    }
}
