//! What a page of text looks like.

use kit::{dates, tr, urls};
use maud::{Markup, PreEscaped, html};
use platform::ui::crumbs;
use platform::web::Ctx;

use crate::markdown::Rendered;
use crate::pages::PageText;
use crate::store::Credit;

/// From how many parts on a page gets a table of contents.
const TOC_FROM: usize = 5;

pub fn page(ctx: &Ctx, page: &PageText, text: &Rendered, pictures: &[Credit]) -> Markup {
    let lang = ctx.lang;
    let trail = [(page.title.clone(), page.url(lang))];
    html! {
        div.wrap."wrap--narrow" { div.mt4 { (crumbs(lang, &trail)) } }
        article.wrap."wrap--narrow".page.prose lang=[(page.lang != lang).then_some(page.lang.code())] {
            h1 { (page.title) }
            p."prose__date" lang=(lang.code()) { (tr!(lang, "content.page.updated", date = dates::date(lang, page.updated_at))) }
            @if text.toc.len() >= TOC_FROM {
                nav."prose__toc" aria-label=(tr!(lang, "content.page.toc")) { ul {
                    @for (id, title) in &text.toc { li { a href=(format!("#{id}")) { (title) } } }
                } }
            }
            // Cleaned by `markdown::render`.
            (PreEscaped(&text.html))
            (credits(ctx, pictures))
        }
    }
}

/// The authors of the pictures on show.
fn credits(ctx: &Ctx, credits: &[Credit]) -> Markup {
    html! {
        @if !credits.is_empty() {
            h2 id="images" { (tr!(ctx.lang, "content.credits.pictures")) }
            ul.credits role="list" {
                @for c in credits {
                    li { img src=(urls::media(&c.key, &c.kind, 320)) alt="" width="56" height="56" loading="lazy"; span { (c.credit) } }
                }
            }
        }
    }
}
