//! Products: list and the form to edit one.

use accounts::{Permission, allows};
use assistant::model::Written;
use catalog::admin::{EditProduct, EditVariant, ProductRow, STATUSES};
use catalog::tree::Tree;
use kit::paging::Page;
use kit::{Lang, Money, dates, text, tr, urls};
use maud::{Markup, html};
use platform::ui::{field, icon, pager};
use platform::web::Ctx;
use platform::web::visitor::User;

use super::{drafts, links, shell};
use crate::desk::Section;
use crate::product_form::ProductForm;
use crate::routes::{LinksForm, ProductQuery};

pub use super::links::link_faults;

pub fn index(
    ctx: &Ctx,
    q: &ProductQuery,
    rows: &[ProductRow],
    tree: &Tree,
    page: Page,
    total: i64,
) -> Markup {
    let lang = ctx.lang;
    let (from, to) = page.range(total);
    let title = shell::section_name(lang, Section::Products);
    html! {
        (shell::head(&[], html! { (title) }, html! { p { (tr!(lang, "backoffice.product.lead")) } }, html! {}, lang))
        section.panel aria-label=(title) {
            nav.tabsbar aria-label=(tr!(lang, "backoffice.product.tabs")) {
                @for (code, name) in [("", tr!(lang, "backoffice.product.all")), ("active", tr!(lang, "backoffice.product.actives")), ("draft", tr!(lang, "backoffice.product.drafts")), ("archived", tr!(lang, "backoffice.product.archiveds"))] {
                    a href=(ProductQuery { etat: code.into(), ..q.clone() }.url(1)) aria-current=[(q.etat == code).then_some("page")] { (name) }
                }
            }
            form.tools method="get" action=(urls::admin::PRODUCTS) {
                @if !q.etat.is_empty() { input type="hidden" name="etat" value=(q.etat); }
                label.vh for="pq" { (tr!(lang, "backoffice.product.filter")) }
                input."input"."input--sm" id="pq" name="q" type="search" value=(q.q) placeholder=(tr!(lang, "backoffice.product.filter")) autocomplete="off" maxlength="80";
                button."btn"."btn--line"."btn--sm" type="submit" { (tr!(lang, "backoffice.orders.apply")) }
            }
            @if rows.is_empty() {
                div."empty"."empty--flat" { (icon("tag")) h2 { (tr!(lang, "backoffice.product.none")) } }
            } @else { (table(lang, rows, tree)) }
            div."panel__foot" {
                p { (tr!(lang, "backoffice.range", from = from, to = to, total = text::grouped(lang, total))) }
                (pager::pager(lang, page, total, |n| q.url(n)))
            }
        }
    }
}

fn table(lang: Lang, rows: &[ProductRow], tree: &Tree) -> Markup {
    html! {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.nav.products")) }
            thead { tr {
                th scope="col" { (tr!(lang, "backoffice.product.item")) }
                th scope="col" { (tr!(lang, "backoffice.product.category")) }
                th scope="col" { (tr!(lang, "backoffice.product.status")) }
                th."dt__num" scope="col" { (tr!(lang, "backoffice.product.price")) }
                th."dt__num" scope="col" { (tr!(lang, "backoffice.product.available")) }
            } }
            tbody { @for p in rows {
                tr {
                    td."dt__no" { div."dt__items" {
                        @if let Some((key, kind)) = p.image.split_once('|') { span.pile { img src=(urls::media(key, kind, 320)) alt="" width="64" height="64" loading="lazy"; } }
                        span { a href=(urls::admin::product(p.id)) { (text::shorten(&p.title, 70)) } small { (p.brand) } }
                    } }
                    td data-label=(tr!(lang, "backoffice.product.category")) { (category(lang, tree, p.category_id)) }
                    td data-label=(tr!(lang, "backoffice.product.status")) { (badge(lang, &p.status)) }
                    td."dt__num" data-label=(tr!(lang, "backoffice.product.price")) { (price(lang, p)) }
                    td."dt__num" data-label=(tr!(lang, "backoffice.product.available")) { @if p.available > 0 { (text::grouped(lang, i64::from(p.available))) } @else { span."badge"."badge--bad" { (tr!(lang, "backoffice.stock.sold_out")) } } }
                }
            } }
        }
    }
}

fn price(lang: Lang, p: &ProductRow) -> String {
    let price = Money::cents(p.price_cents).format(lang);
    if p.price_varies { tr!(lang, "backoffice.product.from", price = price).into_owned() } else { price }
}

fn category(lang: Lang, tree: &Tree, id: i32) -> String {
    tree.path(id).iter().map(|n| n.name(lang)).collect::<Vec<_>>().join(" › ")
}

fn status_name(lang: Lang, status: &str) -> String {
    match status {
        "active" => tr!(lang, "backoffice.product.active"),
        "archived" => tr!(lang, "backoffice.product.archived"),
        _ => tr!(lang, "backoffice.product.draft"),
    }
    .into_owned()
}

fn badge(lang: Lang, status: &str) -> Markup {
    let class = match status {
        "active" => "badge badge--ok",
        "draft" => "badge badge--warn",
        _ => "badge",
    };
    html! { span class=(class) { (status_name(lang, status)) } }
}

/// A product being edited: as stored, as typed, and what is wrong with it.
pub struct Edit<'a> {
    pub product: &'a EditProduct,
    pub form: &'a ProductForm,
    /// Id of the input and text.
    pub faults: &'a [(String, String)],
    /// Somebody else saved in between: `product` is theirs, `form` ours.
    pub conflict: bool,
    /// Products beside this one, and what is wrong with them.
    pub links: &'a LinksForm,
    pub link_faults: &'a [(String, String)],
    pub drafts: Drafts,
}

impl<'a> Edit<'a> {
    /// With nothing wrong.
    pub fn of(product: &'a EditProduct, form: &'a ProductForm, links: &'a LinksForm) -> Edit<'a> {
        let (faults, link_faults) = (&[][..], &[][..]);
        Edit { product, form, faults, conflict: false, links, link_faults, drafts: Drafts::Shown }
    }
}

/// What to say of drafts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Drafts {
    /// Those that wait are shown, if there are any.
    Shown,
    Made(Written),
    /// The product has no attribute to make one of.
    Nothing,
}

impl Edit<'_> {
    fn fault(&self, id: &str) -> Option<&str> {
        self.faults.iter().find(|(f, _)| f == id).map(|(_, t)| t.as_str())
    }
}

pub fn edit(ctx: &Ctx, user: &User, tree: &Tree, e: &Edit<'_>) -> Markup {
    let lang = ctx.lang;
    let p = e.product;
    let may = allows(user.role, Permission::EditProducts);
    let name = p.texts.first().map(|t| text::shorten(&t.title, 60)).unwrap_or_default();
    let trail = [
        (shell::section_name(lang, Section::Products), urls::admin::PRODUCTS.to_string()),
        (name.clone(), urls::admin::product(p.id)),
    ];
    let line = html! { p { @if !p.brand.is_empty() { (p.brand) " · " } (tr!(lang, "backoffice.product.saved_at", at = dates::date_time(lang, p.updated_at))) } };
    let slug = p.texts.iter().find(|t| t.lang == lang.code()).or(p.texts.first()).map(|t| t.slug.clone());
    let see = html! { @if let (Some(slug), "active") = (slug, p.status.as_str()) { a."btn"."btn--line"."btn--sm" href=(urls::product(lang, &slug)) { (icon("external-link")) (tr!(lang, "backoffice.product.see")) } } };
    html! {
        (shell::head(&trail, html! { (name) " " (badge(lang, &p.status)) }, line, see, lang))
        @if e.conflict { (conflict(lang, tree, e)) }
        @if !e.faults.is_empty() { (summary(lang, e.faults)) }
        @if !e.link_faults.is_empty() { (summary(lang, e.link_faults)) }
        @if !may { div.flash."flash--info" { (icon("lock")) div { p { (tr!(lang, "backoffice.product.read_only")) } } } }
        form."cols"."eform" method="post" action=(urls::admin::product(p.id)) {
            (field::csrf(ctx))
            input type="hidden" name="version" value=(p.version);
            // The first button is what Enter in a field presses: it saves, whatever buttons stand above the bar.
            @if may { button.vh type="submit" tabindex="-1" aria-hidden="true" {} }
            div.stack {
                @for t in &p.texts { (texts(lang, e, &t.lang, may)) }
                (variants(lang, e, may))
            }
            div."aside"."aside--one" { (publication(lang, tree, e, may)) @if may { (drafts::offer(lang, e)) } }
            @if may {
                div.savebar {
                    p { (tr!(lang, "backoffice.product.version", version = p.version)) }
                    button.btn type="submit" { (tr!(lang, "backoffice.product.save")) span."btn__spin" aria-hidden="true" {} }
                }
            }
        }
        (links::panel(ctx, p.id, e.links, e.link_faults, may))
    }
}

fn summary(lang: Lang, faults: &[(String, String)]) -> Markup {
    html! {
        div.errsum tabindex="-1" data-autofocus aria-labelledby="errsum-t" { div role="alert" {
            h2 id="errsum-t" { (tr!(lang, "backoffice.product.not_saved")) }
            ul { @for (id, text) in faults { li { a href=(format!("#{id}")) { (text) } } } }
        } }
    }
}

pub(super) fn fault(lang: Lang, id: &str, text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { p.err id=(format!("{id}-err")) { span.vh { (tr!(lang, "backoffice.error.prefix")) " " } (text) } } }
}

fn texts(lang: Lang, e: &Edit<'_>, of: &str, may: bool) -> Markup {
    let (title, description) = (format!("title_{of}"), format!("description_{of}"));
    let name = if of == "en" { "English" } else { "Français" };
    let wrong = e.fault(&title);
    html! {
        section.panel aria-labelledby=(format!("p-{of}")) {
            div."panel__head" { h2 id=(format!("p-{of}")) { (tr!(lang, "backoffice.product.texts")) " · " span lang=(of) { (name) } } }
            div."panel__body"."stack" {
                div.field {
                    label.label for=(title) { (tr!(lang, "backoffice.product.title")) }
                    (fault(lang, &title, wrong))
                    input.input id=(title) name=(title) type="text" lang=(of) value=(e.form.title(of)) maxlength="200" required readonly[!may] aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| format!("{title}-err"))];
                }
                div.field {
                    label.label for=(description) { (tr!(lang, "backoffice.product.description")) }
                    p.hint id=(format!("{description}-aide")) { (tr!(lang, "backoffice.product.description_hint")) }
                    textarea.input id=(description) name=(description) lang=(of) rows="8" readonly[!may] aria-describedby=(format!("{description}-aide")) { (e.form.description(of)) }
                }
                (drafts::waiting(lang, e, &description))
                (drafts::fields(lang, e, of, may))
            }
        }
    }
}

fn variants(lang: Lang, e: &Edit<'_>, may: bool) -> Markup {
    html! {
        section.panel aria-labelledby="p-variants" {
            div."panel__head" { h2 id="p-variants" { (tr!(lang, "backoffice.product.variants")) } }
            table."dt"."dt--list" {
                caption.vh { (tr!(lang, "backoffice.product.variants")) }
                thead { tr {
                    th scope="col" { (tr!(lang, "backoffice.product.variant")) }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.product.price")) " (€)" }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.product.compare")) " (€)" }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.product.on_hand")) }
                    th scope="col" { (tr!(lang, "backoffice.product.on_sale")) }
                } }
                tbody { @for v in &e.product.variants { (variant(lang, e, v, may)) } }
            }
            div."panel__foot" { p.small { (tr!(lang, "backoffice.product.compare_hint")) } }
        }
    }
}

fn variant(lang: Lang, e: &Edit<'_>, v: &EditVariant, may: bool) -> Markup {
    let (price, compare, active) = e.form.line(v.id);
    let name = if v.options.is_empty() { &v.sku } else { &v.options };
    html! {
        tr {
            td."dt__no" { (name) small { (v.sku) } input type="hidden" name="variant" value=(v.id); }
            td."dt__num" data-label=(tr!(lang, "backoffice.product.price")) { (amount(lang, e, "price", v, price, &tr!(lang, "backoffice.product.price"), may)) }
            td."dt__num" data-label=(tr!(lang, "backoffice.product.compare")) { (amount(lang, e, "compare", v, compare, &tr!(lang, "backoffice.product.compare"), may)) }
            td."dt__num" data-label=(tr!(lang, "backoffice.product.on_hand")) { a href=(format!("{}?q={}", urls::admin::STOCK, urls::query(&v.sku))) { (v.on_hand) span.vh { " " (v.sku) } } }
            td data-label=(tr!(lang, "backoffice.product.on_sale")) {
                label.check { input type="checkbox" name="active" value=(v.id) checked[active] disabled[!may] aria-label=(format!("{} {}", tr!(lang, "backoffice.product.on_sale"), v.sku)); }
            }
        }
    }
}

fn amount(
    lang: Lang,
    e: &Edit<'_>,
    column: &str,
    v: &EditVariant,
    value: &str,
    name: &str,
    may: bool,
) -> Markup {
    let id = format!("{column}-{}", v.id);
    let wrong = e.fault(&id);
    html! {
        label.vh for=(id) { (name) " " (v.sku) }
        input."input"."input--sm"."input--xs" id=(id) name=(column) type="text" value=(value) inputmode="decimal" autocomplete="off" maxlength="14" readonly[!may] aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| format!("{id}-err"))];
        (fault(lang, &id, wrong))
    }
}

fn publication(lang: Lang, tree: &Tree, e: &Edit<'_>, may: bool) -> Markup {
    let mut categories: Vec<(i32, String)> =
        tree.iter().filter(|n| n.children.is_empty()).map(|n| (n.id, category(lang, tree, n.id))).collect();
    if !categories.iter().any(|(id, _)| *id == e.product.category_id) {
        categories.push((e.product.category_id, category(lang, tree, e.product.category_id)));
    }
    categories.sort_by_key(|(_, name)| text::fold(name));
    html! {
        section.panel aria-labelledby="p-state" {
            div."panel__head" { h2 id="p-state" { (tr!(lang, "backoffice.product.publication")) } }
            div."panel__body"."stack" {
                div.field {
                    label.label for="status" { (tr!(lang, "backoffice.product.status")) }
                    (fault(lang, "status", e.fault("status")))
                    select.select id="status" name="status" disabled[!may] {
                        @for s in STATUSES { option value=(s) selected[s == e.form.status] { (status_name(lang, s)) } }
                    }
                }
                div.field {
                    label.label for="category" { (tr!(lang, "backoffice.product.category")) }
                    (fault(lang, "category", e.fault("category")))
                    select.select id="category" name="category" disabled[!may] {
                        @for (id, name) in &categories { option value=(id) selected[id.to_string() == e.form.category] { (name) } }
                    }
                }
            }
        }
    }
}

/// What somebody else has saved beside what was typed, for every field that differs.
fn conflict(lang: Lang, tree: &Tree, e: &Edit<'_>) -> Markup {
    let stored = ProductForm::of(e.product);
    let mut differs: Vec<(String, String, String)> = Vec::new();
    let mut compare = |name: String, ours: &str, theirs: &str| {
        if ours.trim().replace("\r\n", "\n") != theirs.trim() {
            differs.push((name, text::shorten(ours, 200), text::shorten(theirs, 200)));
        }
    };
    for t in &e.product.texts {
        let mark = t.lang.to_uppercase();
        compare(
            format!("{} {mark}", tr!(lang, "backoffice.product.title")),
            e.form.title(&t.lang),
            stored.title(&t.lang),
        );
        let name = format!("{} {mark}", tr!(lang, "backoffice.product.description"));
        compare(name, e.form.description(&t.lang), stored.description(&t.lang));
        let name = format!("{} {mark}", tr!(lang, "backoffice.product.points"));
        compare(name, e.form.points(&t.lang), stored.points(&t.lang));
        let name = format!("{} {mark}", tr!(lang, "backoffice.product.summary"));
        compare(name, e.form.summary(&t.lang), stored.summary(&t.lang));
    }
    let status = tr!(lang, "backoffice.product.status").into_owned();
    compare(status, &status_name(lang, &e.form.status), &status_name(lang, &stored.status));
    let path = |id: &str| id.parse().map(|id| category(lang, tree, id)).unwrap_or_default();
    compare(
        tr!(lang, "backoffice.product.category").into_owned(),
        &path(&e.form.category),
        &path(&stored.category),
    );
    for v in &e.product.variants {
        let (ours, theirs) = (e.form.line(v.id), stored.line(v.id));
        compare(format!("{} {}", tr!(lang, "backoffice.product.price"), v.sku), ours.0, theirs.0);
        compare(format!("{} {}", tr!(lang, "backoffice.product.compare"), v.sku), ours.1, theirs.1);
    }
    html! {
        div.flash."flash--warn" role="alert" tabindex="-1" data-autofocus {
            (icon("triangle-alert"))
            div { strong { (tr!(lang, "backoffice.product.conflict_title")) } p { (tr!(lang, "backoffice.product.conflict_text")) } }
        }
        div.versus {
            section.box aria-labelledby="v-yours" {
                h2 id="v-yours" { (tr!(lang, "backoffice.conflict.yours", version = e.form.version)) }
                dl.kv { @for (name, ours, _) in &differs { div { dt { (name) } dd { (ours) } } } }
            }
            section.box aria-labelledby="v-stored" {
                h2 id="v-stored" { (tr!(lang, "backoffice.conflict.stored", version = e.product.version)) }
                dl.kv { @for (name, _, theirs) in &differs { div { dt { (name) } dd { (theirs) } } } }
            }
        }
    }
}
