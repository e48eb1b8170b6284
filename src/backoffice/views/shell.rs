//! The frame around every page: side navigation with what exists and what the role may see, search, connection, who is signed in.

use accounts::{Permission, allows};
use kit::{Lang, dates, text, tr, urls};
use maud::{DOCTYPE, Markup, html};
use platform::ui::{field, flash, icon, layout, logo};
use platform::web::visitor::Role;
use platform::web::{Ctx, page};
use poem::Response;
use poem::http::StatusCode;

use crate::desk::{Desk, Section};

/// A place in the navigation.
struct Place {
    section: Section,
    url: &'static str,
    icon: &'static str,
    needs: Permission,
}

const fn place(section: Section, url: &'static str, icon: &'static str, needs: Permission) -> Place {
    Place { section, url, icon, needs }
}

const GROUPS: [(&str, &[Place]); 4] = [
    (
        "work",
        &[
            place(Section::Dashboard, urls::admin::HOME, "layout-dashboard", Permission::SeeOffice),
            place(Section::Orders, urls::admin::ORDERS, "shopping-bag", Permission::SeeOrders),
        ],
    ),
    (
        "catalogue",
        &[
            place(Section::Products, urls::admin::PRODUCTS, "tag", Permission::SeeProducts),
            place(Section::Stock, urls::admin::STOCK, "boxes", Permission::SeeStock),
            place(Section::Finding, urls::admin::FINDING, "search", Permission::SeeSearch),
        ],
    ),
    ("people", &[place(Section::Customers, urls::admin::CUSTOMERS, "users", Permission::SeeCustomers)]),
    (
        "machines",
        &[
            place(Section::Jobs, urls::admin::JOBS, "server", Permission::SeeJobs),
            place(Section::Backups, urls::admin::BACKUPS, "shield-check", Permission::SeeBackups),
        ],
    ),
];

fn group_name(lang: Lang, group: &str) -> String {
    match group {
        "work" => tr!(lang, "backoffice.nav.work"),
        "catalogue" => tr!(lang, "backoffice.nav.catalogue"),
        "people" => tr!(lang, "backoffice.nav.people"),
        _ => tr!(lang, "backoffice.nav.machines"),
    }
    .into_owned()
}

/// What a section is called.
pub fn section_name(lang: Lang, section: Section) -> String {
    match section {
        Section::Dashboard => tr!(lang, "backoffice.nav.dashboard"),
        Section::Orders => tr!(lang, "backoffice.nav.orders"),
        Section::Products => tr!(lang, "backoffice.nav.products"),
        Section::Stock => tr!(lang, "backoffice.nav.stock"),
        Section::Finding => tr!(lang, "backoffice.nav.finding"),
        Section::Customers => tr!(lang, "backoffice.nav.customers"),
        Section::Jobs => tr!(lang, "backoffice.nav.jobs"),
        Section::Backups => tr!(lang, "backoffice.nav.backups"),
        Section::None => tr!(lang, "backoffice.nav.search"),
    }
    .into_owned()
}

pub fn role_name(lang: Lang, role: Role) -> String {
    match role {
        Role::Admin => tr!(lang, "backoffice.role.admin"),
        Role::Manager => tr!(lang, "backoffice.role.manager"),
        Role::Support => tr!(lang, "backoffice.role.support"),
        Role::Customer => tr!(lang, "backoffice.role.customer"),
    }
    .into_owned()
}

/// The whole document.
pub fn document(ctx: &Ctx, desk: &Desk, title: &str, body: Markup) -> Markup {
    let lang = ctx.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.code()) data-theme=(ctx.theme.code()) {
            head {
                (layout::head_common(&format!("{title} – SmartMarket"), "admin.css", "admin.js"))
                meta name="robots" content="noindex, nofollow";
            }
            body."adm-page" {
                a.skip href="#contenu" { (tr!(lang, "backoffice.skip")) }
                div.adm {
                    (side(ctx, desk))
                    (top(ctx, desk))
                    main.body id="contenu" tabindex="-1" { (flash::flash(ctx)) (body) }
                }
                @if let Some(stream) = &desk.stream { div id="flux" hx-sse:connect=(stream) hx-swap="none" {} }
                (layout::overlays(lang))
                template id="panne" { div.flash."flash--bad" role="alert" { (icon("triangle-alert")) div { p { (tr!(lang, "backoffice.failed")) } } } }
                (mobile_nav(ctx, desk))
            }
        }
    }
}

fn count(desk: &Desk, section: Section, id: Option<&str>) -> Markup {
    match section {
        Section::Orders => html! { span.n."n--sun" id=[id] { (desk.to_do) } },
        Section::Stock if desk.low > 0 => html! { span.n { (desk.low) } },
        _ => html! {},
    }
}

fn side(ctx: &Ctx, desk: &Desk) -> Markup {
    let lang = ctx.lang;
    html! {
        nav.side."on-pine" aria-label=(tr!(lang, "backoffice.nav.label")) { div."side__in" {
            a.logo href=(urls::admin::HOME) { (logo::logo()) span { "SmartMarket" } }
            div."side__nav" {
                @for (group, places) in GROUPS {
                    @if places.iter().any(|p| allows(desk.user.role, p.needs)) {
                        div {
                            h2 id=(format!("nav-{group}")) { (group_name(lang, group)) }
                            ul role="list" aria-labelledby=(format!("nav-{group}")) {
                                @for p in places.iter().filter(|p| allows(desk.user.role, p.needs)) {
                                    li { a href=(p.url) aria-current=[(p.section == desk.section).then_some("page")] {
                                        (icon(p.icon)) (section_name(lang, p.section)) (count(desk, p.section, Some("nav-commandes").filter(|_| p.section == Section::Orders)))
                                    } }
                                }
                            }
                        }
                    }
                }
                div {
                    h2 id="nav-shop" { (tr!(lang, "backoffice.nav.shop")) }
                    ul role="list" aria-labelledby="nav-shop" { li { a href=(urls::home(lang)) { (icon("store")) (tr!(lang, "backoffice.nav.see_shop")) } } }
                }
            }
            (me(ctx, desk))
        } }
    }
}

fn me(ctx: &Ctx, desk: &Desk) -> Markup {
    let lang = ctx.lang;
    let name = if desk.user.name.is_empty() { &desk.user.email } else { &desk.user.name };
    html! {
        p."side__me" { b aria-hidden="true" { (text::initials(name)) } span { (name) br; small { (role_name(lang, desk.user.role)) } } }
    }
}

fn top(ctx: &Ctx, desk: &Desk) -> Markup {
    let lang = ctx.lang;
    let now = ctx.app.clock.now();
    html! {
        header.top {
            a.logo href=(urls::admin::HOME) { (logo::logo()) span.vh { (tr!(lang, "backoffice.top.home")) } }
            form.search role="search" action=(urls::admin::SEARCH) {
                label.vh for="aq" { (tr!(lang, "backoffice.top.search_label")) }
                input id="aq" name="q" type="search" placeholder=(tr!(lang, "backoffice.top.search_placeholder")) autocomplete="off" maxlength="80";
                kbd aria-hidden="true" { "/" }
                button type="submit" { (icon("search")) span.vh { (tr!(lang, "backoffice.top.search")) } }
            }
            div."top__end" {
                @if desk.stream.is_some() {
                    p.live.js data-live data-state="up" data-up=(tr!(lang, "backoffice.live.up")) data-down=(tr!(lang, "backoffice.live.down")) data-paused=(tr!(lang, "backoffice.live.paused")) {
                        i aria-hidden="true" {}
                        span role="status" data-live-text { (tr!(lang, "backoffice.live.up")) }
                        " " time data-live-time datetime=(dates::iso(now)) { (seconds(now)) }
                    }
                }
                form method="post" action=(urls::admin::SIGN_OUT) {
                    (field::csrf(ctx))
                    button.iconbtn type="submit" { (icon("log-out")) span.vh { (tr!(lang, "backoffice.top.sign_out")) } }
                }
            }
        }
    }
}

/// `14:32:07`, Paris time.
fn seconds(at: chrono::DateTime<chrono::Utc>) -> String {
    format!("{}:{:02}", dates::time(at), at.timestamp().rem_euclid(60))
}

/// On phones: four places at the bottom, the rest behind "Menu".
fn mobile_nav(ctx: &Ctx, desk: &Desk) -> Markup {
    let lang = ctx.lang;
    let places = GROUPS.iter().flat_map(|(_, places)| places.iter());
    let menu = ctx.path == urls::admin::MENU;
    html! {
        nav.mnav aria-label=(tr!(lang, "backoffice.nav.mobile")) { ul role="list" {
            @for p in places.filter(|p| allows(desk.user.role, p.needs)).take(4) {
                li { a href=(p.url) aria-current=[(p.section == desk.section).then_some("page")] {
                    (icon(p.icon))
                    @if p.section == Section::Dashboard { (tr!(lang, "backoffice.nav.dashboard_short")) } @else { (section_name(lang, p.section)) }
                    @if p.section == Section::Orders && desk.to_do > 0 { span."act__n" { (desk.to_do) } }
                } }
            }
            li { a href=(urls::admin::MENU) aria-current=[menu.then_some("page")] { (icon("menu")) (tr!(lang, "backoffice.nav.menu")) } }
        } }
    }
}

/// Everything that the side navigation and the search box offer, as a page for phones.
pub fn menu(ctx: &Ctx, desk: &Desk) -> Markup {
    let lang = ctx.lang;
    html! {
        (head(&[], html! { (tr!(lang, "backoffice.nav.menu")) }, html! {}, html! {}, lang))
        form.search role="search" aria-label=(tr!(lang, "backoffice.nav.search")) action=(urls::admin::SEARCH) {
            label.vh for="mq" { (tr!(lang, "backoffice.top.search_label")) }
            input id="mq" name="q" type="search" placeholder=(tr!(lang, "backoffice.top.search_placeholder")) autocomplete="off" maxlength="80";
            button type="submit" { (icon("search")) span.vh { (tr!(lang, "backoffice.top.search")) } }
        }
        section.panel aria-label=(tr!(lang, "backoffice.nav.label")) { div."panel__body" { ul.stack role="list" {
            @for p in GROUPS.iter().flat_map(|(_, places)| places.iter()).filter(|p| allows(desk.user.role, p.needs)) {
                li { a.link href=(p.url) { (icon(p.icon)) (section_name(lang, p.section)) } }
            }
            li { a.link href=(urls::home(lang)) { (icon("store")) (tr!(lang, "backoffice.nav.see_shop")) } }
        } } }
    }
}

/// Title line of a page: crumbs if any, heading, a line below, buttons.
pub fn head(trail: &[(String, String)], title: Markup, line: Markup, buttons: Markup, lang: Lang) -> Markup {
    html! {
        div."body__head" {
            div {
                @if !trail.is_empty() {
                    nav.crumbs aria-label=(tr!(lang, "backoffice.crumbs")) { ol {
                        @for (i, (name, url)) in trail.iter().enumerate() {
                            @if i + 1 == trail.len() { li aria-current="page" { (name) } } @else { li { a href=(url) { (name) } } }
                        }
                    } }
                }
                h1 { (title) }
                (line)
            }
            div.row { (buttons) }
        }
    }
}

/// What staff see instead of a page that is not there or not for them.
pub fn refusal(ctx: &Ctx, status: StatusCode) -> Response {
    let lang = ctx.lang;
    let (title, text) = match status.as_u16() {
        403 => (tr!(lang, "backoffice.error.403_title"), tr!(lang, "backoffice.error.403_text")),
        409 => (tr!(lang, "backoffice.error.409_title"), tr!(lang, "backoffice.error.409_text")),
        405 => (tr!(lang, "backoffice.error.405_title"), tr!(lang, "backoffice.error.405_text")),
        _ => (tr!(lang, "backoffice.error.404_title"), tr!(lang, "backoffice.error.404_text")),
    };
    let Some(user) = ctx.visitor.staff.clone() else { return page::redirect(urls::admin::SIGN_IN) };
    let body = html! {
        div.empty {
            (icon("circle-alert"))
            h1 { (title) }
            p { (text) }
            a.btn href=(urls::admin::HOME) { (tr!(lang, "backoffice.error.home")) }
            p.small.muted { (tr!(lang, "backoffice.error.reference", id = ctx.request_id)) }
        }
    };
    let mut response = page::html(status, document(ctx, &Desk::empty(user), &title, body));
    page::no_store(&mut response);
    response
}
