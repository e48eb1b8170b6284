//! The cart page, its summary, and the parts that htmx gets after adding.

use catalog::Card;
use kit::address::{COUNTRIES, Country};
use kit::{Lang, Money, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::flash::{self, Tone};
use platform::ui::{crumbs, field, icon, layout, price};
use platform::web::Ctx;

use super::forms::{QUANTITY, REMOVE};
use super::model::{Change, Line};
use super::visit::Shown;
use crate::shipping::ShippingOption;
use crate::views::{amount_or_free, arrival, is_art, picture};

/// Name of the query field with the country of the estimate.
pub const COUNTRY: &str = "pays";

/// What the summary says about delivery.
pub struct Delivery {
    pub country: &'static Country,
    /// Everything that brings this cart there; empty when nothing does.
    pub options: Vec<ShippingOption>,
    /// The lowest price for this cart.
    pub from: Option<Money>,
    pub free_from: Option<Money>,
}

/// Everything on the cart page.
pub struct CartPage<'a> {
    pub shown: &'a [Shown],
    pub delivery: Delivery,
    /// Quantities that were refused, as typed, by variant.
    pub bad: &'a [(i64, String)],
    /// A message about what was just tried.
    pub notice: Option<(Tone, String)>,
    /// Products that go with what is in it.
    pub beside: &'a [Card],
}

/// The page: `#panier-page` is what htmx replaces.
pub fn page(ctx: &Ctx, cart: &CartPage<'_>) -> Markup {
    let lang = ctx.lang;
    let trail = [(tr!(lang, "sales.cart.title").into_owned(), urls::cart(lang).to_string())];
    html! {
        div.wrap.page id="panier-page" {
            (crumbs(lang, &trail))
            (flash::flash(ctx))
            @if let Some((tone, text)) = &cart.notice { (flash::notice(*tone, html! { p role="alert" { (text) } })) }
            div."page__head" { h1 { (tr!(lang, "sales.cart.title")) }
                @if !cart.shown.is_empty() { p { (trn!(lang, "sales.cart.count", count(cart.shown))) } }
            }
            @if cart.shown.is_empty() { (empty(lang)) } @else { (filled(ctx, cart)) }
            (discovery::ui::beside(ctx, &tr!(lang, "sales.cart.beside"), cart.beside))
        }
    }
}

/// The page's part for htmx, with the number beside the cart.
pub fn fragment(ctx: &Ctx, cart: &CartPage<'_>) -> Markup {
    html! {
        (page(ctx, cart))
        hx-partial hx-target="#cart-count" hx-swap="outerHTML" { (layout::cart_count(ctx.lang, count(cart.shown))) }
    }
}

fn count(shown: &[Shown]) -> i64 {
    shown.iter().map(|s| i64::from(s.line.quantity)).sum()
}

fn empty(lang: Lang) -> Markup {
    html! {
        div.empty {
            (icon("shopping-cart"))
            h2 { (tr!(lang, "sales.cart.empty_title")) }
            p { (tr!(lang, "sales.cart.empty_text")) }
            a.btn href=(urls::home(lang)) { (tr!(lang, "sales.cart.empty_action")) }
        }
    }
}

fn filled(ctx: &Ctx, cart: &CartPage<'_>) -> Markup {
    let lang = ctx.lang;
    html! {
        div.split {
            div {
                (changes(lang, cart.shown))
                form id="panier" method="post" action=(urls::cart(lang))
                    hx-post=(urls::cart(lang)) hx-trigger="change delay:300ms" hx-target="#panier-page" hx-swap="outerMorph" {
                    (field::csrf(ctx))
                    // Enter in a quantity field must not press the first "remove": this one comes first.
                    button.vh type="submit" tabindex="-1" aria-hidden="true" { (tr!(lang, "sales.cart.update")) }
                    ul.lines role="list" { @for s in cart.shown { (line(lang, s, cart.bad)) } }
                    p.nojs { button."btn"."btn--line" type="submit" { (tr!(lang, "sales.cart.update")) } }
                }
            }
            (summary(ctx, cart))
        }
    }
}

/// What changed since the last visit, in one box above the lines.
fn changes(lang: Lang, shown: &[Shown]) -> Markup {
    let changed = shown.iter().filter(|s| !s.changes.is_empty()).count();
    html! {
        @if changed > 0 {
            (flash::notice(Tone::Warn, html! {
                strong { (trn!(lang, "sales.cart.changed", changed)) }
                ul { @for s in shown { @for c in &s.changes {
                    li { (s.line.offer.title) (tr!(lang, "sales.colon")) (change_text(lang, s, *c)) }
                } } }
            }))
        }
    }
}

fn change_text(lang: Lang, s: &Shown, change: Change) -> String {
    let now = s.line.offer.price().format(lang);
    match change {
        Change::PriceUp { from } => {
            tr!(lang, "sales.cart.price_up", from = from.format(lang), to = now).into_owned()
        }
        Change::PriceDown { from } => {
            tr!(lang, "sales.cart.price_down", from = from.format(lang), to = now).into_owned()
        }
        Change::SoldOut => tr!(lang, "sales.cart.sold_out").into_owned(),
        Change::Lowered { from, to } => tr!(lang, "sales.cart.lowered", from = from, to = to).into_owned(),
    }
}

fn line(lang: Lang, shown: &Shown, bad: &[(i64, String)]) -> Markup {
    let Shown { line, .. } = shown;
    let offer = &line.offer;
    let id = offer.variant_id;
    let refused = bad.iter().find(|(v, _)| *v == id).map(|(_, typed)| typed.as_str());
    let out = line.sold_out();
    html! {
        li.line id=(format!("ligne-{id}")) {
            a."line__img".art[is_art(&offer.image_key, &offer.image_kind)] href=(offer.url(lang)) tabindex="-1" aria-hidden="true" { (picture(&offer.image_key, &offer.image_kind, 96)) }
            div."line__main" {
                h2."line__t" { a href=(offer.url(lang)) { (offer.title) } }
                p."line__v" { @if !offer.options.is_empty() { (offer.options) " · " } (tr!(lang, "sales.reference", sku = offer.sku)) }
                (stock_line(lang, line))
                button."linkbtn"."line__del" type="submit" name=(REMOVE) value=(id) { (tr!(lang, "sales.cart.remove")) span.vh { " " (offer.title) } }
            }
            div."line__qty" {
                @if !out {
                    label.vh for=(format!("q-{id}")) { (tr!(lang, "sales.cart.quantity_of", title = offer.title)) }
                    @if refused.is_some() { p.err id=(format!("q-{id}-err")) { (tr!(lang, "sales.cart.bad_quantity")) } }
                    (stepper(lang, line, refused))
                }
            }
            p."line__price" {
                @if out { span.muted { (tr!(lang, "sales.cart.unavailable")) } }
                @else {
                    (price(lang, line.total(), false))
                    @if line.quantity > 1 { small { (line.quantity) " × " (offer.price().format(lang)) } }
                }
            }
        }
    }
}

fn stepper(lang: Lang, line: &Line, refused: Option<&str>) -> Markup {
    let id = line.offer.variant_id;
    let described = refused.map(|_| format!("q-{id}-err"));
    html! {
        div.qty {
            button.js type="button" data-qty="-1" aria-label=(tr!(lang, "sales.cart.less")) { (icon("minus")) }
            input id=(format!("q-{id}")) name=(format!("{QUANTITY}{id}")) type="number" min="1" max=(line.available().min(999))
                value=(refused.map_or(line.quantity.to_string(), str::to_string)) inputmode="numeric" autocomplete="off"
                aria-describedby=[described] aria-invalid=[refused.map(|_| "true")];
            button.js type="button" data-qty="1" aria-label=(tr!(lang, "sales.cart.more")) { (icon("plus")) }
        }
    }
}

fn stock_line(lang: Lang, line: &Line) -> Markup {
    let left = line.available();
    html! {
        @if left == 0 { p."card__stock"."card__stock--out" { (tr!(lang, "sales.cart.out")) } }
        @else if left <= 5 { p."card__stock"."card__stock--low" { (trn!(lang, "sales.cart.left", left)) } }
        @else { p."card__stock" { (tr!(lang, "sales.cart.in_stock")) } }
    }
}

fn summary(ctx: &Ctx, cart: &CartPage<'_>) -> Markup {
    let lang = ctx.lang;
    let lines: Vec<&Line> = cart.shown.iter().map(|s| &s.line).collect();
    let items: Money = lines.iter().filter(|l| !l.sold_out()).map(|l| l.total()).sum();
    let blocked = lines.iter().any(|l| l.sold_out());
    html! {
        aside.sum aria-labelledby="sum-t" {
            h2 id="sum-t" { (tr!(lang, "sales.totals.title")) }
            dl."sum__rows" {
                div { dt { (tr!(lang, "sales.totals.items")) } dd { (items.format(lang)) } }
                @if let Some(from) = cart.delivery.from {
                    div { dt { (tr!(lang, "sales.totals.shipping")) } dd { @if from.is_zero() { (amount_or_free(lang, from)) } @else { (tr!(lang, "sales.cart.delivery_from", price = from.format(lang))) } } }
                }
                div."sum__total" { dt { (tr!(lang, "sales.cart.subtotal")) } dd { (price(lang, items, false)) } }
            }
            p."sum__note" { (tr!(lang, "sales.cart.taxes_included")) }
            @if blocked {
                p."sum__note" { (tr!(lang, "sales.cart.remove_to_order")) }
            } @else {
                a."btn"."btn--wide" href=(urls::checkout(lang)) { (tr!(lang, "sales.cart.checkout")) }
            }
            (nudge(lang, items, cart.delivery.free_from))
            (estimate(ctx, &cart.delivery))
            p."sum__note" { (tr!(lang, "sales.cart.promises")) }
        }
    }
}

/// What delivery costs and when it arrives, by country, before any address is asked for.
fn estimate(ctx: &Ctx, delivery: &Delivery) -> Markup {
    let lang = ctx.lang;
    let now = ctx.app.clock.now();
    let home = delivery.country.code == COUNTRIES[0].code;
    html! {
        details.estimate open[!home] {
            summary { (tr!(lang, "sales.cart.estimate")) }
            form method="get" action=(urls::cart(lang)) hx-get=(urls::cart(lang)) hx-trigger="change, submit" hx-target="#panier-page" hx-swap="outerMorph" {
                label.label for=(COUNTRY) { (tr!(lang, "sales.cart.estimate_country")) }
                select.select id=(COUNTRY) name=(COUNTRY) {
                    @for c in &COUNTRIES { option value=(c.code) selected[c.code == delivery.country.code] { (c.name(lang)) } }
                }
                button.btn."btn--line"."btn--sm".nojs type="submit" { (tr!(lang, "sales.cart.estimate_show")) }
            }
            @if delivery.options.is_empty() { p { (tr!(lang, "sales.delivery.none_title")) } }
            @else {
                ul role="list" {
                    @for o in &delivery.options {
                        li { span { (o.method.name) br; small.muted { (arrival(lang, o.arrival(now))) } } strong { (amount_or_free(lang, o.price)) } }
                    }
                }
            }
        }
    }
}

/// How much is missing for free delivery.
pub fn nudge(lang: Lang, items: Money, free_from: Option<Money>) -> Markup {
    html! {
        @if let Some(from) = free_from {
            div.nudge {
                @if items >= from { p { (tr!(lang, "sales.cart.delivery_free")) } }
                @else {
                    p { (tr!(lang, "sales.cart.nudge_before")) " " strong { ((from - items).format(lang)) } " " (tr!(lang, "sales.cart.nudge_after")) }
                }
                progress max=(from.as_cents()) value=(items.as_cents().min(from.as_cents())) aria-hidden="true" {}
            }
        }
    }
}

/// The lines in small, for the checkout's side column.
pub fn small_lines(lang: Lang, lines: &[Line]) -> Markup {
    html! {
        ul."sum__lines" role="list" {
            @for l in lines {
                li {
                    (picture(&l.offer.image_key, &l.offer.image_kind, 56))
                    span { (l.offer.title) small { "× " (l.quantity) @if !l.offer.options.is_empty() { ", " (l.offer.options) } } }
                    span.num { (l.total().format(lang)) }
                }
            }
        }
    }
}

/// After "add to cart" on the cart page itself: the page's part too.
pub fn added_here(ctx: &Ctx, cart: &CartPage<'_>, text: &str) -> Markup {
    html! {
        (added(ctx.lang, count(cart.shown), text, true))
        hx-partial hx-target="#panier-page" hx-swap="outerMorph" { (page(ctx, cart)) }
    }
}

/// What htmx gets after "add to cart": the new number and a toast.
pub fn added(lang: Lang, count: i64, text: &str, good: bool) -> Markup {
    html! {
        @if good { hx-partial hx-target="#cart-count" hx-swap="outerHTML" { (layout::cart_count(lang, count)) } }
        hx-partial hx-target="#toasts" hx-swap="beforeend" {
            div.toast {
                (icon(if good { "check" } else { "triangle-alert" }))
                span { (text) @if good { " " a href=(urls::cart(lang)) { (tr!(lang, "sales.cart.see") ) } } }
            }
        }
    }
}
