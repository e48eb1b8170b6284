//! Icons from the sprite (names: assets/icons.json).

use std::sync::LazyLock;

use maud::{Markup, html};

use crate::web::assets;

static SPRITE: LazyLock<String> = LazyLock::new(|| assets::url("icons.svg"));

/// An icon that is decoration: readers skip it, a text stands beside it or in `.vh`.
pub fn icon(name: &str) -> Markup {
    html! { svg class="icon" aria-hidden="true" focusable="false" { use href=(format!("{}#{name}", *SPRITE)) {} } }
}

/// The same, filled (heart, star).
pub fn filled(name: &str) -> Markup {
    html! { svg class="icon icon--fill" aria-hidden="true" focusable="false" { use href=(format!("{}#{name}", *SPRITE)) {} } }
}
