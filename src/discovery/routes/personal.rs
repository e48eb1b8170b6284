//! `/pour-vous`: the page, emptying the list, switching it off and on.

use kit::{tr, urls};
use platform::web::page::redirect_with;
use platform::web::{Ctx, Form, Page, Result};
use poem::handler;
use poem::http::HeaderMap;
use serde::Deserialize;

use crate::personal::{self, ON_PAGE};
use crate::views;
use crate::visits::{self, Recent};

#[handler]
pub async fn show(ctx: Ctx, headers: &HeaderMap) -> Result {
    let you = personal::load(&ctx, &Recent::of(headers), ON_PAGE).await?;
    Ok(Page::new(tr!(ctx.lang, "discovery.you.title"), views::personal::page(&ctx, &you))
        .alternates(|l| urls::for_you(l).to_string())
        .noindex()
        .respond(&ctx))
}

#[handler]
pub async fn clear(ctx: Ctx) -> Result {
    let mut response = redirect_with(&ctx, urls::for_you(ctx.lang), "deleted");
    visits::switch_on(&ctx.app, &mut response);
    Ok(response)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    choix: String,
}

#[handler]
pub async fn choose(ctx: Ctx, Form(form): Form<Choice>) -> Result {
    let mut response = redirect_with(&ctx, urls::for_you(ctx.lang), "saved");
    if form.choix == "oui" {
        visits::switch_on(&ctx.app, &mut response);
    } else {
        visits::switch_off(&ctx.app, &mut response);
    }
    Ok(response)
}
