//! The pictures of a product: a strip that snaps, thumbnails that are links into it.

use kit::tr;
use maud::{Markup, html};
use platform::web::Ctx;

use super::picture::{Load, picture, thumb};
use crate::model::{Product, Shot, Variant};

const SIZES: &str = "(max-width: 60rem) 94vw, 42rem";

/// The pictures that belong to the chosen variant first, then those of the product; other variants' last.
fn in_order<'a>(product: &'a Product, chosen: &Variant) -> Vec<&'a Shot> {
    let rank = |s: &Shot| match s.variant_id {
        _ if chosen.image_id == Some(s.media_id) => 0,
        Some(v) if v == chosen.id => 1,
        None => 2,
        Some(_) => 3,
    };
    let mut shots: Vec<&Shot> = product.shots.iter().collect();
    shots.sort_by_key(|s| rank(s));
    shots
}

pub fn gallery(ctx: &Ctx, product: &Product, chosen: &Variant) -> Markup {
    let lang = ctx.lang;
    let shots = in_order(product, chosen);
    let alt = |s: &Shot| if s.alt.is_empty() { product.title.clone() } else { s.alt.clone() };
    html! {
        section.gal aria-label=(tr!(lang, "catalog.gallery.label")) {
            @if shots.len() > 1 {
                ul."gal__thumbs" role="list" {
                    @for (i, s) in shots.iter().enumerate() {
                        li."art"[s.picture.is_art()] { a href=(format!("#photo-{}", i + 1)) aria-current=[(i == 0).then_some("true")] {
                            (thumb(&s.picture, &tr!(lang, "catalog.gallery.photo", n = i + 1), 160))
                        } }
                    }
                }
            }
            ul."gal__main" role="list" tabindex="0" aria-label=(tr!(lang, "catalog.gallery.scroll")) {
                @for (i, s) in shots.iter().enumerate() {
                    li."art"[s.picture.is_art()] id=(format!("photo-{}", i + 1)) {
                        (picture(Some(&s.picture), &alt(s), SIZES, if i == 0 { Load::First } else { Load::Lazy }))
                    }
                }
                @if shots.is_empty() { li.art id="photo-1" { (picture(None, "", SIZES, Load::Lazy)) } }
            }
        }
    }
}
