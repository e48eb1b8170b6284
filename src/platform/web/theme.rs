//! `POST /affichage`: light, dark or automatic, kept in a cookie for a year.

use poem::{Response, handler};
use serde::Deserialize;

use super::context::safe_next;
use super::page::redirect;
use super::{Ctx, Form, session};

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    next: String,
}

#[handler]
pub async fn update(ctx: Ctx, Form(choice): Form<Choice>) -> Response {
    let to = safe_next(Some(&choice.next)).unwrap_or(kit::urls::home(ctx.lang));
    let mut response = redirect(to);
    match choice.theme.as_str() {
        theme @ ("light" | "dark") => {
            session::set_cookie(&ctx.app, &mut response, "theme", theme, 365 * 86_400)
        }
        _ => session::clear_cookie(&mut response, "theme"),
    }
    response
}
