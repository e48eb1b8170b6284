//! What is shown when a page cannot be: designed, in the reader's language, with ways out and a reference.

use kit::{tr, urls};
use maud::html;
use poem::Response;
use poem::http::StatusCode;

use crate::web::{Ctx, Page};

/// The page for a status. `csrf` tells a stale form from a forbidden page.
pub fn response(ctx: &Ctx, status: StatusCode, csrf: bool) -> Response {
    let lang = ctx.lang;
    let (title, text) = match status.as_u16() {
        _ if csrf => (tr!(lang, "platform.error.csrf_title"), tr!(lang, "platform.error.csrf_text")),
        404 => (tr!(lang, "platform.error.404_title"), tr!(lang, "platform.error.404_text")),
        403 => (tr!(lang, "platform.error.403_title"), tr!(lang, "platform.error.403_text")),
        405 => (tr!(lang, "platform.error.405_title"), tr!(lang, "platform.error.405_text")),
        410 => (tr!(lang, "platform.error.410_title"), tr!(lang, "platform.error.410_text")),
        413 => (tr!(lang, "platform.error.413_title"), tr!(lang, "platform.error.413_text")),
        429 => (tr!(lang, "platform.error.429_title"), tr!(lang, "platform.error.429_text")),
        503 => (tr!(lang, "platform.error.503_title"), tr!(lang, "platform.error.503_text")),
        s if s >= 500 => (tr!(lang, "platform.error.500_title"), tr!(lang, "platform.error.500_text")),
        _ => (tr!(lang, "platform.error.400_title"), tr!(lang, "platform.error.400_text")),
    };
    let main = html! {
        div.wrap.page.oops {
            p."oops__code" aria-hidden="true" { (status.as_u16()) }
            h1 { (title) }
            p { (text) }
            form.search action=(urls::search(lang)) role="search" aria-label=(tr!(lang, "platform.error.search")) {
                label.vh for="q-erreur" { (tr!(lang, "platform.header.search_label")) }
                input id="q-erreur" name="q" type="search" placeholder=(tr!(lang, "platform.header.search_placeholder"));
                button type="submit" { (super::icon("search")) span.vh { (tr!(lang, "platform.header.search")) } }
            }
            div.row {
                a.btn href=(urls::home(lang)) { (tr!(lang, "platform.error.home")) }
                a."btn"."btn--line" href=(urls::all_categories(lang)) { (tr!(lang, "platform.error.categories")) }
            }
            p.small.muted { (tr!(lang, "platform.error.reference", id = ctx.request_id)) }
        }
    };
    Page::new(title, main).noindex().status(status).respond(ctx)
}
