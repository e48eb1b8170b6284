//! The document around every page of the shop.

use kit::{Lang, tr, urls};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::icon::icon;
use super::logo::logo;
use crate::web::page::Chrome;
use crate::web::{Ctx, Page, assets};

/// A link of the navigation or the footer.
#[derive(Clone, Debug, Default)]
pub struct Link {
    pub name: String,
    pub url: String,
}

/// One column of the footer.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub title: String,
    pub links: Vec<Link>,
}

/// Navigation and footer, loaded by the root package from catalogue and content, per language (French, English).
#[derive(Clone, Debug, Default)]
pub struct Shell {
    pub departments: [Vec<Link>; 2],
    pub columns: [Vec<Column>; 2],
    pub legal: [Vec<Link>; 2],
}

impl Shell {
    fn of<T>(lang: Lang, both: &[T; 2]) -> &T {
        match lang {
            Lang::Fr => &both[0],
            Lang::En => &both[1],
        }
    }
}

const HTMX: &str = r#"{"includeIndicatorCSS":false,"extensions":"sse","defaultTimeout":15000}"#;

/// A whole document of the shop.
pub fn document(ctx: &Ctx, page: &Page) -> Markup {
    let lang = ctx.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.code()) data-theme=(ctx.theme.code()) {
            head { (head(ctx, page)) }
            body {
                a.skip href="#contenu" { (tr!(lang, "platform.skip")) }
                @match page.chrome {
                    Chrome::Shop => (header(ctx, page)),
                    Chrome::Checkout => (checkout_header(ctx)),
                }
                main id="contenu" tabindex="-1" { (page.main) }
                (footer(ctx, page))
                (overlays(lang))
            }
        }
    }
}

/// Toast region, confirm dialog and what the scripts say when a request fails: once on every page, unseen until needed.
pub fn overlays(lang: Lang) -> Markup {
    html! {
        div.toasts id="toasts" role="status" aria-live="polite" {}
        template id="panne" {
            div."flash"."flash--bad" role="alert" {
                (icon("wifi-off"))
                div { strong { (tr!(lang, "platform.unreachable.title")) } p { (tr!(lang, "platform.unreachable.text")) } }
            }
        }
        dialog.dialog id="confirmer" aria-labelledby="confirmer-t" {
            form method="dialog" {
                h2 id="confirmer-t" data-confirm-text { (tr!(lang, "platform.confirm.title")) }
                div."dialog__acts" {
                    button."btn"."btn--line" value="non" { (tr!(lang, "platform.confirm.no")) }
                    button."btn"."btn--danger" value="oui" data-confirm-yes { (tr!(lang, "platform.confirm.yes")) }
                }
            }
        }
    }
}

/// What every head has: also used by the back office with its own styles and script.
pub fn head_common(title: &str, css: &str, js: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (title) }
        meta name="theme-color" content="#083c2c";
        meta name="htmx-config" content=(HTMX);
        link rel="icon" href=(assets::url("favicon.svg")) type="image/svg+xml";
        link rel="preload" href=(assets::url("figtree.woff2")) as="font" type="font/woff2" crossorigin;
        link rel="preload" href=(assets::url("bricolage.woff2")) as="font" type="font/woff2" crossorigin;
        link rel="stylesheet" href=(assets::url(css));
        script defer src=(assets::url(js)) {}
    }
}

fn head(ctx: &Ctx, page: &Page) -> Markup {
    let app = &ctx.app;
    let canonical = app.absolute(page.canonical.as_deref().unwrap_or(&ctx.path));
    html! {
        (head_common(&format!("{} – SmartMarket", page.title), "shop.css", "shop.js"))
        @if let Some((css, js)) = page.assets { link rel="stylesheet" href=(assets::url(css)); script defer src=(assets::url(js)) {} }
        @if !page.description.is_empty() { meta name="description" content=(page.description); }
        @if page.noindex { meta name="robots" content="noindex"; } @else { link rel="canonical" href=(canonical); }
        @if let Some([fr, en]) = &page.alternates && !page.noindex {
            link rel="alternate" hreflang="fr" href=(app.absolute(fr));
            link rel="alternate" hreflang="en" href=(app.absolute(en));
            link rel="alternate" hreflang="x-default" href=(app.absolute(fr));
        }
        meta property="og:title" content=(page.title);
        meta property="og:site_name" content="SmartMarket";
        @if let Some(image) = &page.image { meta property="og:image" content=(app.absolute(image)); }
        @for json in &page.structured {
            // `<` is escaped so that no text of the catalogue can close the element.
            script type="application/ld+json" { (PreEscaped(json.to_string().replace('<', "\\u003c"))) }
        }
    }
}

/// Address of this page in the other language; the home page when a page has no counterpart.
fn switch_url(ctx: &Ctx, page: &Page, to: Lang) -> String {
    match &page.alternates {
        Some([fr, en]) => {
            let url = to.pick(fr, en);
            if ctx.query.is_empty() || url.contains('?') {
                url.clone()
            } else {
                format!("{url}?{}", ctx.query)
            }
        }
        None => urls::home(to).to_string(),
    }
}

/// This page with its query, for coming back to it.
fn this_page(ctx: &Ctx) -> String {
    if ctx.query.is_empty() { ctx.path.clone() } else { format!("{}?{}", ctx.path, ctx.query) }
}

fn header(ctx: &Ctx, page: &Page) -> Markup {
    let lang = ctx.lang;
    let shell = ctx.app.shell();
    let departments = Shell::of(lang, &shell.departments);
    let here = |url: &str| (ctx.path == url).then_some("page");
    html! {
        header {
            div."strip"."on-pine" { div.wrap {
                p { strong { (tr!(lang, "platform.header.free_delivery")) } span."strip__more" { " · " (tr!(lang, "platform.header.free_returns")) } }
                nav aria-label=(tr!(lang, "platform.header.services")) { ul role="list" {
                    li { a href=(urls::tracking(lang)) { (tr!(lang, "platform.header.track")) } }
                    @for to in Lang::ALL {
                        li { a href=(switch_url(ctx, page, to)) lang=(to.code()) hreflang=(to.code()) aria-current=[(to == lang).then_some("true")] {
                            (to.code().to_uppercase()) span.vh { (to.pick(" – version française", " – English version")) }
                        } }
                    }
                } }
            } }
            div.head {
                div.wrap."head__main" {
                    details.burger {
                        summary aria-label=(tr!(lang, "platform.header.menu")) { (icon("menu")) }
                        nav aria-label=(tr!(lang, "platform.header.menu")) { ul role="list" {
                            @for d in departments { li { a href=(d.url) { (d.name) } } }
                            li { a href=(urls::deals(lang)) { (tr!(lang, "platform.header.deals")) } }
                            li { (assistant(ctx, "", html! { (tr!(lang, "platform.header.assistant")) })) }
                            li { a href=(urls::tracking(lang)) { (tr!(lang, "platform.header.track")) } }
                            li { a href=(switch_url(ctx, page, lang.other())) lang=(lang.other().code()) hreflang=(lang.other().code()) { (lang.other().pick("Version française", "English version")) } }
                        } }
                    }
                    a.logo href=(urls::home(lang)) { (logo()) span { "SmartMarket" } }
                    (search_box(lang))
                    nav.acts aria-label=(tr!(lang, "platform.header.acts")) {
                        (assistant(ctx, "act act--ask", html! { (icon("message-circle")) span."act__t" { (tr!(lang, "platform.header.assistant")) } }))
                        a.act href=(if ctx.visitor.customer.is_some() { urls::account(lang) } else { urls::sign_in(lang) }) {
                            (icon("user")) span."act__t" { (tr!(lang, "platform.header.account")) }
                        }
                        a.act href=(urls::wishlist(lang)) { (icon("heart")) span."act__t" { (tr!(lang, "platform.header.wishlist")) } }
                        a.act href=(urls::cart(lang)) {
                            (icon("shopping-cart")) span."act__t" { (tr!(lang, "platform.header.cart")) } (cart_count(lang, ctx.visitor.cart_count))
                        }
                    }
                }
                nav.univ aria-label=(tr!(lang, "platform.header.departments")) { div.wrap { ul role="list" {
                    @for d in departments { li { a href=(d.url) aria-current=[here(&d.url)] { (d.name) } } }
                    li { a."univ__promo" href=(urls::deals(lang)) aria-current=[here(urls::deals(lang))] { (tr!(lang, "platform.header.deals")) } }
                } } }
            }
        }
    }
}

/// The search form; scripts make its field a combobox over what htmx puts into `#suggestions`.
fn search_box(lang: Lang) -> Markup {
    html! {
        div.searchbox {
            form.search role="search" action=(urls::search(lang)) {
                label.vh for="q" { (tr!(lang, "platform.header.search_label")) }
                input id="q" name="q" type="search" placeholder=(tr!(lang, "platform.header.search_placeholder")) autocomplete="off" enterkeyhint="search" maxlength="200"
                    hx-get=(urls::suggestions(lang)) hx-trigger="input changed delay:120ms" hx-target="#suggestions" hx-sync="this:replace" data-suggest;
                button type="submit" { (icon("search")) span.vh { (tr!(lang, "platform.header.search")) } }
            }
            div.suggest id="suggestions" role="listbox" aria-label=(tr!(lang, "platform.header.suggestions")) hidden {}
            p.vh role="status" id="suggestions-n" {}
        }
    }
}

/// The way to the assistant: a link to its page, which the script opens as a panel.
fn assistant(ctx: &Ctx, class: &str, inner: Markup) -> Markup {
    let lang = ctx.lang;
    let url = urls::assistant(lang);
    html! {
        @if ctx.app.config.assistant {
            a class=[(!class.is_empty()).then_some(class)] href=(url) aria-current=[(ctx.path == url).then_some("page")] data-assist-open
                data-css=(assets::url("assistant.css")) data-js=(assets::url("assistant.js"))
                data-title=(tr!(lang, "platform.header.assistant_title")) data-close=(tr!(lang, "platform.header.assistant_close")) { (inner) }
        }
    }
}

/// The number beside the cart; empty for an empty cart so that htmx can fill it.
pub fn cart_count(lang: Lang, n: i64) -> Markup {
    html! { span."act__n" id="cart-count" { @if n > 0 { (n) span.vh { " " (kit::trn!(lang, "platform.header.articles", n)) } } } }
}

fn checkout_header(ctx: &Ctx) -> Markup {
    let lang = ctx.lang;
    html! {
        header { div.head { div.wrap."head__main" {
            a.logo href=(urls::home(lang)) { (logo()) span { "SmartMarket" } }
            nav.acts aria-label=(tr!(lang, "platform.header.acts")) {
                a.act href=(urls::cart(lang)) { (icon("shopping-cart")) span."act__t" { (tr!(lang, "platform.header.cart")) } (cart_count(lang, ctx.visitor.cart_count)) }
            }
        } } }
    }
}

fn footer(ctx: &Ctx, page: &Page) -> Markup {
    let lang = ctx.lang;
    let shell = ctx.app.shell();
    html! {
        footer."foot"."on-pine" { div.wrap {
            @if page.chrome == Chrome::Shop {
                div."foot__cols" {
                    div { a.logo href=(urls::home(lang)) { (logo()) span { "SmartMarket" } } p."foot__pitch" { (tr!(lang, "platform.footer.claim")) } }
                    @for (i, column) in Shell::of(lang, &shell.columns).iter().enumerate() {
                        nav aria-labelledby=(format!("pied-{i}")) {
                            h2 id=(format!("pied-{i}")) { (column.title) }
                            ul role="list" { @for l in &column.links { li { a href=(l.url) { (l.name) } } } }
                        }
                    }
                }
            }
            div."foot__legal" {
                p { "© 2026 SmartMarket" }
                form.row method="post" action=(urls::theme(lang)) aria-label=(tr!(lang, "platform.footer.display")) {
                    (super::field::csrf(ctx))
                    input type="hidden" name="next" value=(this_page(ctx));
                    @for (value, name) in [("light", tr!(lang, "platform.footer.light")), ("dark", tr!(lang, "platform.footer.dark")), ("auto", tr!(lang, "platform.footer.auto"))] {
                        button.linkbtn name="theme" value=(value) aria-pressed=(if ctx.theme.code() == value { "true" } else { "false" }) { (name) }
                    }
                }
                ul role="list" { @for l in Shell::of(lang, &shell.legal) { li { a href=(l.url) { (l.name) } } } }
            }
        } }
    }
}
