//! `/p/...`: the product page and all its reviews.

use kit::paging::Page as Slice;
use kit::{Lang, tr, urls};
use platform::App;
use platform::ui::crumbs;
use platform::web::page::moved;
use platform::web::{Ctx, Error, Page, Query, Result};
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Route, get, handler};
use serde::Deserialize;

use crate::choice::Choice;
use crate::model::Product;
use crate::product::{self, Found, Shown};
use crate::tree::{clear, tree};
use crate::{structured, views};

const REVIEWS_PER_PAGE: u32 = 20;

pub fn routes(mut route: Route) -> Route {
    for lang in Lang::ALL {
        route = route
            .at(urls::product(lang, ":slug"), get(show))
            .at(urls::product_reviews(lang, ":slug"), get(reviews));
    }
    route
}

/// The product, or why not; an address that is not the product's own leads there.
async fn find(ctx: &Ctx, slug: &str, own: impl Fn(&str) -> String) -> std::result::Result<Shown, Error> {
    match product::find(&ctx.app, ctx.lang, slug).await? {
        Found::Page(shown) if shown.product.slug(ctx.lang) == slug => {
            Ok(shown.without(&ctx.visitor.cart_products))
        }
        Found::Page(shown) => Err(Error::Redirect(own(shown.product.slug(ctx.lang)))),
        Found::Gone => Err(Error::Status(StatusCode::GONE)),
        Found::Nothing => Err(Error::NotFound),
    }
}

#[handler]
async fn show(ctx: Ctx, Path(slug): Path<String>, Query(query): Query<Vec<(String, String)>>) -> Result {
    let shown = match find(&ctx, &slug, |s| urls::product(ctx.lang, s)).await {
        Err(Error::Redirect(to)) => return Ok(moved(&to)),
        other => other?,
    };
    let product = &shown.product;
    let choice = Choice::new(&product.options, &shown.variants, &query).ok_or(Error::NotFound)?;
    let trail = trail(&ctx, product).await?;
    if !ctx.partial {
        product::seen(&ctx.app, product.id);
    }
    let fragment = views::product::fragment(&ctx, &shown, &choice);
    let page = Page::new(product.title.as_str(), views::product::show(&ctx, &shown, &choice, &trail))
        .description(description(&ctx, product))
        .alternates(|l| product.url(l))
        .canonical(product.url(ctx.lang))
        .structured(structured::product(&ctx.app, ctx.lang, product, choice.chosen()))
        .structured(crumbs::structured(&ctx.app, ctx.lang, &trail))
        .fragment(fragment)
        .proposes(shown.proposed().collect());
    let page = if shown.personal { page } else { page.public() };
    let page = match product.shots.first() {
        Some(shot) => page.image(shot.picture.url(1024)),
        None => page,
    };
    Ok(page.respond(&ctx))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ReviewsQuery {
    page: Option<String>,
}

#[handler]
async fn reviews(ctx: Ctx, Path(slug): Path<String>, Query(query): Query<ReviewsQuery>) -> Result {
    let shown = match find(&ctx, &slug, |s| urls::product_reviews(ctx.lang, s)).await {
        Err(Error::Redirect(to)) => return Ok(moved(&to)),
        other => other?,
    };
    let product = &shown.product;
    let page = Slice::from_query(query.page.as_deref(), REVIEWS_PER_PAGE);
    if page.number > page.count(product.rating_count) {
        return Err(Error::NotFound);
    }
    let reviews = product::list_reviews(&ctx.app, ctx.lang, product.id, None, page).await?;
    let mut trail = trail(&ctx, product).await?;
    let name = tr!(ctx.lang, "catalog.reviews.short").to_string();
    trail.push((name, urls::product_reviews(ctx.lang, product.slug(ctx.lang))));
    let title = tr!(ctx.lang, "catalog.reviews.of", title = product.title);
    let canonical = urls::product_reviews(ctx.lang, product.slug(ctx.lang));
    let canonical = if page.number > 1 { format!("{canonical}?page={}", page.number) } else { canonical };
    Ok(Page::new(title, views::reviews::all(&ctx, product, &reviews, page, &trail))
        .alternates(|l| urls::product_reviews(l, product.slug(l)))
        .canonical(canonical)
        .public()
        .respond(&ctx))
}

/// The departments above the product, and the product itself.
async fn trail(ctx: &Ctx, product: &Product) -> sqlx::Result<Vec<(String, String)>> {
    let tree = tree(&ctx.app).await?;
    let above =
        tree.path(product.category_id).into_iter().map(|n| (n.name(ctx.lang).to_string(), n.url(ctx.lang)));
    Ok(above.chain([(product.title.clone(), product.url(ctx.lang))]).collect())
}

/// For search engines: what staff wrote for them, else the first sentences, else what the shop promises.
fn description(ctx: &Ctx, product: &Product) -> String {
    if !product.summary.is_empty() {
        product.summary.clone()
    } else if product.description.trim().is_empty() {
        tr!(ctx.lang, "catalog.product.meta", title = product.title).to_string()
    } else {
        product.description.replace('\n', " ")
    }
}

/// Tasks of a web process: counts views, forgets the tree when products change.
pub fn start(app: &App) {
    tokio::spawn(crate::views_count::run(app.clone()));
    tokio::spawn(forget_on_change(app.clone()));
}

async fn forget_on_change(app: App) {
    let mut events = app.live.subscribe();
    loop {
        match events.recv().await {
            Ok(e) if e.topic == "product" => clear(&app),
            Ok(_) => {}
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => clear(&app),
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        }
    }
}
