//! Home, lists, search, departments, sitemap. Handlers only put together what the modules beside give.

use catalog::tree::{Node, Tree};
use kit::paging::Page as Slice;
use kit::{Lang, tr, urls};
use platform::App;
use platform::infra::rate_limit::{self, Verdict};
use platform::ui::crumbs;
use platform::ui::layout::Link;
use platform::web::page::{moved, redirect};
use platform::web::{Ctx, Error, Page, Query, Result};
use poem::http::HeaderMap;
use poem::http::{HeaderValue, header};
use poem::web::Path;
use poem::{Response, Route, get, handler, post};

use crate::filter::{Filter, Sort, address, first, sort_of};
use crate::listing::{self, NEW_DAYS, Scope};
use crate::personal::{ForYou, ON_HOME};
use crate::search::{Hits, Query as Search, Suggestion, find};
use crate::views::listing::{Head, List};
use crate::visits::Recent;
use crate::{api, home, index, recommend, shelf, sitemap, tools, views};

/// Products on one page of a list.
const PER_PAGE: u32 = 24;

mod personal;
mod suggestions;

type Pairs = Vec<(String, String)>;

pub fn routes(mut route: Route) -> Route {
    for lang in Lang::ALL {
        route = route
            .at(urls::home(lang), get(front))
            .at(urls::category(lang, ":slug"), get(category))
            .at(urls::search(lang), get(results))
            .at(urls::suggestions(lang), get(suggestions::show))
            .at(urls::for_you(lang), get(personal::show))
            .at(urls::for_you_clear(lang), post(personal::clear))
            .at(urls::for_you_choice(lang), post(personal::choose))
            .at(urls::deals(lang), get(deals))
            .at(urls::new_products(lang), get(new_products))
            .at(urls::all_categories(lang), get(departments));
    }
    route
        .at("/api/v1/products/:id/recommendations", get(api::recommendations))
        .at("/api/v1/ml/status", get(api::ml_status))
        .at("/sitemap.xml", get(sitemap_root))
        .at("/sitemap/:part", get(sitemap_part))
        .at("/robots.txt", get(robots))
}

/// Tasks of a web process: the first visitor finds the shelf loaded, and the index is followed.
pub fn start(app: &App) {
    index::start(app);
    tools::start(app);
    recommend::start(app);
    tools::counts::start(app);
    catalog::similar::offer(app, index::similar);
    catalog::similar::offer_together(app, recommend::partners);
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = shelf::current(&app).await {
            tracing::warn!(%error, "the shelf could not be loaded yet");
        }
    });
}

#[handler]
async fn front(ctx: Ctx, headers: &HeaderMap) -> Result {
    let home = home::load(&ctx.app, ctx.lang).await?;
    let recent = Recent::of(headers);
    // Whoever has neither looked at anything nor signed in costs no query more.
    let you = if recent.ids.is_empty() && ctx.visitor.customer.is_none() {
        ForYou::default()
    } else {
        crate::personal::load(&ctx, &recent, ON_HOME).await?
    };
    let structured = serde_json::json!({
        "@context": "https://schema.org", "@type": "WebSite", "name": "SmartMarket",
        "url": ctx.app.absolute(urls::home(ctx.lang)),
        "potentialAction": {
            "@type": "SearchAction",
            "target": format!("{}?q={{search_term_string}}", ctx.app.absolute(urls::search(ctx.lang))),
            "query-input": "required name=search_term_string",
        },
    });
    Ok(Page::new(tr!(ctx.lang, "discovery.home.tab"), views::home::show(&ctx, &home, &you))
        .description(tr!(ctx.lang, "discovery.home.meta"))
        .alternates(|l| urls::home(l).to_string())
        .structured(structured)
        .public()
        .respond(&ctx))
}

#[handler]
async fn category(ctx: Ctx, Path(slug): Path<String>, Query(pairs): Query<Pairs>) -> Result {
    let mut tree = catalog::tree(&ctx.app).await?;
    if tree.find(ctx.lang, &slug).is_none() {
        // It may be new.
        tree = catalog::tree::reload_if_old(&ctx.app).await?;
    }
    let node = tree.find(ctx.lang, &slug).ok_or(Error::NotFound)?;
    if node.text(ctx.lang).slug != slug {
        return Ok(moved(&node.url(ctx.lang)));
    }
    let text = node.text(ctx.lang);
    let trail = tree.path(node.id).into_iter().map(|n| (n.name(ctx.lang).to_string(), n.url(ctx.lang)));
    let head = Head {
        title: text.name.clone(),
        lead: text.description.clone(),
        trail: trail.collect(),
        chips: chips(ctx.lang, &tree, node),
    };
    respond(&ctx, &tree, Scope::Category(node.id), head, &pairs, |l| node.url(l)).await
}

/// "All" and the shelves below; on a shelf without any, its neighbours.
fn chips(lang: Lang, tree: &Tree, node: &Node) -> Vec<(Link, bool)> {
    let parent = match (tree.children(node).next(), node.parent.and_then(|p| tree.get(p))) {
        (None, Some(parent)) => parent,
        _ => node,
    };
    let link = |n: &Node, name: String| (Link { name, url: n.url(lang) }, n.id == node.id);
    let all = link(parent, tr!(lang, "discovery.list.all").into());
    let mut chips: Vec<_> = tree.children(parent).map(|n| link(n, n.name(lang).to_string())).collect();
    if !chips.is_empty() {
        chips.insert(0, all);
    }
    chips
}

#[handler]
async fn deals(ctx: Ctx, Query(pairs): Query<Pairs>) -> Result {
    let tree = catalog::tree(&ctx.app).await?;
    let title = tr!(ctx.lang, "discovery.deals.title");
    let head = plain_head(title.into(), tr!(ctx.lang, "discovery.deals.lead").into(), urls::deals(ctx.lang));
    respond(&ctx, &tree, Scope::Deals, head, &pairs, |l| urls::deals(l).to_string()).await
}

#[handler]
async fn new_products(ctx: Ctx, Query(pairs): Query<Pairs>) -> Result {
    let tree = catalog::tree(&ctx.app).await?;
    let today = ctx.app.clock.now().timestamp() / 86_400 * 86_400;
    let title = tr!(ctx.lang, "discovery.new.title");
    let head =
        plain_head(title.into(), tr!(ctx.lang, "discovery.new.lead").into(), urls::new_products(ctx.lang));
    let scope = Scope::New { since: today - NEW_DAYS * 86_400 };
    respond(&ctx, &tree, scope, head, &pairs, |l| urls::new_products(l).to_string()).await
}

fn plain_head(title: String, lead: String, url: &str) -> Head {
    Head { trail: vec![(title.clone(), url.to_string())], title, lead, chips: Vec::new() }
}

/// A list of one scope: shelf and kept lists in memory, one query for the cards of this page.
async fn respond(
    ctx: &Ctx,
    tree: &Tree,
    scope: Scope,
    head: Head,
    pairs: &Pairs,
    url: impl Fn(Lang) -> String,
) -> Result {
    let shelf = shelf::current(&ctx.app).await?;
    let filter = Filter::parse(pairs).known_to(&shelf);
    let sort = sort_of(pairs);
    let listing = listing::list(&ctx.app, &shelf, tree, scope, &filter, sort);
    let page = page_of(pairs, listing.total())?;
    let cards = catalog::list_cards(&ctx.app.db, ctx.lang, listing.page(page)).await?;
    let list = List {
        path: url(ctx.lang),
        words: "",
        filter: &filter,
        sort,
        page,
        total: listing.total(),
        facets: &listing.facets,
        shelf: &listing.shelf,
        cards: &cards,
    };
    let plain = filter.is_empty();
    let title = numbered(ctx.lang, &head.title, page);
    let description = if head.lead.is_empty() {
        tr!(ctx.lang, "discovery.list.meta", title = head.title).into()
    } else {
        head.lead.clone()
    };
    let canonical = address(&list.path, "", &Filter::default(), Sort::Relevance, page.number);
    let mut out = Page::new(title, views::listing::show(ctx, &head, &list))
        .description(description)
        .alternates(url)
        .canonical(canonical)
        .structured(crumbs::structured(&ctx.app, ctx.lang, &head.trail))
        .fragment(views::listing::body(ctx, &list))
        .public();
    if !plain {
        out = out.noindex();
    }
    Ok(with_address(ctx, out.respond(ctx), &list.at_page(page.number)))
}

/// A page beyond the last is not there.
fn page_of(pairs: &Pairs, total: i64) -> std::result::Result<Slice, Error> {
    let page = Slice::from_query(first(pairs, "page"), PER_PAGE);
    if page.number > page.count(total) { Err(Error::NotFound) } else { Ok(page) }
}

/// "Cuisine – page 2".
fn numbered(lang: Lang, title: &str, page: Slice) -> String {
    if page.number == 1 {
        title.to_string()
    } else {
        tr!(lang, "discovery.list.numbered", title = title, n = page.number).into()
    }
}

/// For htmx: the address bar shows the tidy address, not every empty field of the form.
fn with_address(ctx: &Ctx, mut response: Response, url: &str) -> Response {
    if ctx.partial
        && let Ok(value) = HeaderValue::from_str(url)
    {
        response.headers_mut().insert("hx-push-url", value);
    }
    response
}

#[handler]
async fn results(ctx: Ctx, Query(pairs): Query<Pairs>) -> Result {
    let app = &ctx.app;
    if let Verdict::Limited { retry_after_s } =
        rate_limit::check(app, rate_limit::SEARCH, &ctx.client_ip).await
    {
        return Err(Error::TooMany { retry_after_s });
    }
    let tree = catalog::tree(app).await?;
    let asked =
        Search::new(ctx.lang, first(&pairs, "q").unwrap_or_default(), Filter::parse(&pairs), sort_of(&pairs));
    if kit::text::fold(&asked.words).is_empty() {
        let best = home::load(app, ctx.lang).await?.best;
        let page =
            Page::new(tr!(ctx.lang, "discovery.search.start"), views::search::start(&ctx, &tree, &best));
        return Ok(page.alternates(|l| urls::search(l).to_string()).noindex().public().respond(&ctx));
    }
    let plain = asked.filter.is_empty() && asked.sort == Sort::Relevance && !ctx.partial;
    if let Some(url) = tools::current(app).await.redirect(ctx.lang, &asked.words)
        && plain
    {
        return Ok(redirect(url));
    }
    let hits = find(app, &asked).await?;
    let filter = asked.filter.clone().known_to(&hits.shelf);
    let page = page_of(&pairs, hits.total)?;
    if plain && page.number == 1 {
        tools::counts::searched(app, ctx.lang, &asked.words, found_as_asked(&hits));
    }
    let ids = hits.ids.iter().copied().skip(page.offset() as usize).take(PER_PAGE as usize);
    let cards = catalog::list_cards(&app.db, ctx.lang, &ids.collect::<Vec<_>>()).await?;
    let list = List {
        path: urls::search(ctx.lang).to_string(),
        words: &asked.words,
        filter: &filter,
        sort: asked.sort,
        page,
        total: hits.total,
        facets: &hits.facets,
        shelf: &hits.shelf,
        cards: &cards,
    };
    let best = if hits.total == 0 { home::load(app, ctx.lang).await?.best } else { Vec::new() };
    let asked = if hits.total == 0 { often_asked(&ctx).await } else { Vec::new() };
    let main = views::search::results(&ctx, &list, &hits.suggestion, &tree, &best, &asked);
    let out = Page::new(views::search::title(ctx.lang, list.words, hits.total), main)
        .alternates(|l| urls::search(l).to_string())
        .fragment(views::listing::body(&ctx, &list))
        .noindex()
        .public();
    Ok(with_address(&ctx, out.respond(&ctx), &list.at_page(page.number)))
}

/// What others look for, for who found nothing.
async fn often_asked(ctx: &Ctx) -> Vec<String> {
    const SHOWN: usize = 6;
    let tools = tools::current(&ctx.app).await;
    tools.asked(ctx.lang, "", SHOWN).into_iter().map(|a| a.shown.clone()).collect()
}

/// Products that answer what was asked; nothing when others are shown instead.
fn found_as_asked(hits: &Hits) -> i64 {
    if matches!(hits.suggestion, Suggestion::Corrected(_)) { 0 } else { hits.total }
}

#[handler]
async fn departments(ctx: Ctx) -> Result {
    let tree = catalog::tree(&ctx.app).await?;
    Ok(Page::new(tr!(ctx.lang, "discovery.departments.title"), views::departments::show(&ctx, &tree))
        .description(tr!(ctx.lang, "discovery.departments.lead"))
        .alternates(|l| urls::all_categories(l).to_string())
        .public()
        .respond(&ctx))
}

#[handler]
async fn sitemap_root(ctx: Ctx) -> Result {
    let tree = catalog::tree(&ctx.app).await?;
    Ok(document("application/xml", sitemap::root(&ctx.app, &tree).await?))
}

#[handler]
async fn sitemap_part(ctx: Ctx, Path(part): Path<String>) -> Result {
    let tree = catalog::tree(&ctx.app).await?;
    let xml = sitemap::part(&ctx.app, &tree, &part).await?.ok_or(Error::NotFound)?;
    Ok(document("application/xml", xml))
}

#[handler]
async fn robots(ctx: Ctx) -> Response {
    document("text/plain; charset=utf-8", sitemap::robots(&ctx.app))
}

/// For machines. Not kept in the process: a part of the sitemap would push out a hundred pages.
fn document(content_type: &'static str, body: String) -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CACHE_CONTROL, "public, max-age=3600")
        .body(body)
}
