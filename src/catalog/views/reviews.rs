//! Reviews: the summary on the product page and the page with all of them.

use kit::paging::Page;
use kit::{dates, text, tr, trn, urls};
use maud::{Markup, html};
use platform::ui::crumbs;
use platform::ui::pager::pager;
use platform::ui::rating::stars;
use platform::web::Ctx;

use crate::model::{Product, Review};

/// Mean, bars and the newest reviews, beside the description.
pub fn summary(ctx: &Ctx, product: &Product) -> Markup {
    let lang = ctx.lang;
    html! {
        section.reviews id="avis" aria-labelledby="at" {
            @if product.rating_count == 0 {
                h2 id="at" { (tr!(lang, "catalog.reviews.none")) }
                p { (tr!(lang, "catalog.reviews.none_text")) }
            } @else {
                h2 id="at" { (trn!(lang, "catalog.reviews.title", product.rating_count)) }
                (bars(ctx, product))
                @for r in &product.reviews { (quote(ctx, r)) }
                p.mt4 { a."btn"."btn--line"."btn--sm" href=(urls::product_reviews(lang, product.slug(lang))) { (trn!(lang, "catalog.reviews.all", product.rating_count)) } }
            }
        }
    }
}

fn bars(ctx: &Ctx, product: &Product) -> Markup {
    let lang = ctx.lang;
    let total = product.histogram.iter().sum::<i64>().max(1);
    html! {
        div."reviews__sum" {
            div { b { (text::tenths(lang, product.rating())) } br; (stars(lang, product.rating())) }
            ul.bars role="list" {
                @for (i, n) in product.histogram.iter().enumerate().rev() {
                    @let share = n * 100 / total;
                    li {
                        span { (i + 1) " ★" }
                        svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false" { rect.off width="100" height="4" {} rect.on width=(share) height="4" {} }
                        span { (share) "\u{a0}%" }
                    }
                }
            }
        }
    }
}

fn quote(ctx: &Ctx, r: &Review) -> Markup {
    html! {
        blockquote lang=[(r.lang != ctx.lang).then_some(r.lang.code())] {
            (stars(ctx.lang, r.rating * 10))
            p { (text::shorten(&r.body, 280)) }
            footer lang=(ctx.lang.code()) { (signature(ctx, r)) }
        }
    }
}

fn signature(ctx: &Ctx, r: &Review) -> Markup {
    let lang = ctx.lang;
    html! { (r.author) @if r.verified { ", " (tr!(lang, "catalog.reviews.verified")) } ", " time datetime=(dates::iso(r.at)) { (dates::date(lang, r.at)) } }
}

/// Everything people wrote, twenty a page.
pub fn all(
    ctx: &Ctx,
    product: &Product,
    reviews: &[Review],
    page: Page,
    trail: &[(String, String)],
) -> Markup {
    let lang = ctx.lang;
    let url = urls::product_reviews(lang, product.slug(lang));
    html! {
        div.wrap."wrap--narrow".page {
            (crumbs(lang, trail))
            div."page__head" { h1 { (tr!(lang, "catalog.reviews.of", title = product.title)) } p { a.link href=(product.url(lang)) { (tr!(lang, "catalog.reviews.back")) } } }
            @if product.rating_count == 0 { p { (tr!(lang, "catalog.reviews.none_text")) } }
            @else {
                section.reviews aria-label=(tr!(lang, "catalog.reviews.summary")) { (bars(ctx, product)) }
                ul.revlist role="list" {
                    @for r in reviews {
                        li.review lang=[(r.lang != lang).then_some(r.lang.code())] {
                            @if !r.title.is_empty() { h2.h3 { (r.title) } }
                            (stars(lang, r.rating * 10))
                            p { (r.body) }
                            footer lang=(lang.code()) { (signature(ctx, r)) }
                        }
                    }
                }
                (pager(lang, page, product.rating_count, |n| if n == 1 { url.clone() } else { format!("{url}?page={n}") }))
            }
            p.small.muted { (tr!(lang, "catalog.reviews.how")) }
        }
    }
}
