//! What customers see while the shop is closed: why, until when, and that nothing of theirs is lost.

use kit::{dates, tr};
use maud::html;
use poem::Response;
use poem::http::StatusCode;

use crate::infra::maintenance::Notice;
use crate::web::page::Chrome;
use crate::web::{Ctx, Page};

pub fn response(ctx: &Ctx, notice: &Notice) -> Response {
    let lang = ctx.lang;
    let title = tr!(lang, "platform.maintenance.title");
    let default = tr!(lang, "platform.maintenance.text");
    let main = html! {
        div.wrap.page.oops {
            p."oops__code" aria-hidden="true" { (super::icon("clock")) }
            h1 { (title) }
            p { (notice.message(lang).unwrap_or(&default)) }
            @if let Some(until) = notice.until.filter(|until| *until > ctx.app.clock.now()) {
                p { strong { (tr!(lang, "platform.maintenance.until", when = dates::short(until))) } }
            }
            p.muted { (tr!(lang, "platform.maintenance.kept")) }
            div.row { a.btn href=(ctx.path) { (tr!(lang, "platform.maintenance.again")) } }
        }
    };
    Page::new(title, main)
        .chrome(Chrome::Checkout)
        .noindex()
        .status(StatusCode::SERVICE_UNAVAILABLE)
        .respond(ctx)
}
