//! `/infos/...` and `/credits`.

use std::sync::Arc;

use kit::{Lang, urls};
use moka::sync::Cache;
use platform::App;
use platform::web::page::moved;
use platform::web::{Ctx, Error, Page, Result};
use poem::web::Path;
use poem::{Response, Route, get, handler};

use crate::markdown::{Rendered, render};
use crate::pages::{self, CREDITS, PageText};
use crate::store::{self, Credit};
use crate::views;

/// Pictures named on the credits page.
const CREDITED: i64 = 300;

pub fn routes(mut route: Route) -> Route {
    for lang in Lang::ALL {
        route = route.at(urls::page(lang, ":slug"), get(show)).at(urls::credits(lang), get(credits));
    }
    route
}

/// Texts already rendered, by page, language and time of the last change.
struct Kept(Cache<String, Arc<Rendered>>);

impl Default for Kept {
    fn default() -> Kept {
        Kept(Cache::new(100))
    }
}

fn rendered(app: &App, page: &PageText) -> Arc<Rendered> {
    let key = format!("{}|{}|{}", page.code, page.lang.code(), page.updated_at);
    app.slots.of::<Kept>().0.get_with(key, || Arc::new(render(&page.body)))
}

#[handler]
async fn show(ctx: Ctx, Path(slug): Path<String>) -> Result {
    let page = pages::find_by_slug(&ctx.app.db, ctx.lang, &slug).await?.ok_or(Error::NotFound)?;
    if page.slug(ctx.lang) != slug || page.code == CREDITS {
        return Ok(moved(&page.url(ctx.lang)));
    }
    Ok(respond(&ctx, &page, &[]))
}

#[handler]
async fn credits(ctx: Ctx) -> Result {
    let page = pages::find_by_code(&ctx.app.db, ctx.lang, CREDITS).await?.ok_or(Error::NotFound)?;
    let credits = store::list_credits(&ctx.app.db, CREDITED).await?;
    Ok(respond(&ctx, &page, &credits))
}

fn respond(ctx: &Ctx, page: &PageText, pictures: &[Credit]) -> Response {
    let text = rendered(&ctx.app, page);
    Page::new(page.title.as_str(), views::page(ctx, page, &text, pictures))
        .description(page.description.as_str())
        .alternates(|l| page.url(l))
        .canonical(page.url(ctx.lang))
        .public()
        .respond(ctx)
}
