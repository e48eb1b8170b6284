//! All departments with their shelves.

use catalog::tree::Tree;
use kit::{tr, urls};
use maud::{Markup, html};
use platform::ui::crumbs;
use platform::web::Ctx;

use super::home::tile;

pub fn show(ctx: &Ctx, tree: &Tree) -> Markup {
    let lang = ctx.lang;
    let title = tr!(lang, "discovery.departments.title").to_string();
    html! {
        div.wrap.page {
            (crumbs(lang, &[(title.clone(), urls::all_categories(lang).to_string())]))
            div."page__head" { h1 { (title) } p { (tr!(lang, "discovery.departments.lead")) } }
            div.tiles { @for node in tree.roots() { (tile(lang, node)) } }
            div.boxes {
                @for node in tree.roots().filter(|n| tree.children(n).next().is_some()) {
                    section.box aria-labelledby=(format!("u-{}", node.id)) {
                        div."box__head" { h2 id=(format!("u-{}", node.id)) { (node.name(lang)) } a href=(node.url(lang)) { (tr!(lang, "discovery.departments.all")) span.vh { " " (node.name(lang)) } } }
                        ul role="list" { @for c in tree.children(node) { li { a.link href=(c.url(lang)) { (c.name(lang)) } } } }
                    }
                }
            }
        }
    }
}
