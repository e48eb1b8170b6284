//! Breadcrumbs, as a list and as structured data.

use kit::{Lang, tr};
use maud::{Markup, html};
use serde_json::{Value, json};

use crate::App;

/// `trail` is (name, address) from the top; the last one is the page itself.
pub fn crumbs(lang: Lang, trail: &[(String, String)]) -> Markup {
    html! {
        nav.crumbs aria-label=(tr!(lang, "platform.crumbs.label")) {
            ol {
                li { a href=(kit::urls::home(lang)) { (tr!(lang, "platform.crumbs.home")) } }
                @for (i, (name, url)) in trail.iter().enumerate() {
                    @if i + 1 == trail.len() {
                        li aria-current="page" { (name) }
                    } @else {
                        li { a href=(url) { (name) } }
                    }
                }
            }
        }
    }
}

/// schema.org BreadcrumbList.
pub fn structured(app: &App, lang: Lang, trail: &[(String, String)]) -> Value {
    let home = (tr!(lang, "platform.crumbs.home").to_string(), kit::urls::home(lang).to_string());
    let items: Vec<Value> = std::iter::once(&home)
        .chain(trail)
        .enumerate()
        .map(|(i, (name, url))| json!({"@type": "ListItem", "position": i + 1, "name": name, "item": app.absolute(url)}))
        .collect();
    json!({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})
}
