//! Pictures of products: three widths, size known beforehand, loaded late below the fold.

use maud::{Markup, html};
use platform::ui::icon;

use crate::model::Picture;

/// When a picture is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// The largest of the page.
    First,
    Eager,
    Lazy,
}

/// An `img`; for a product without a picture, the drawing of a parcel.
pub fn picture(picture: Option<&Picture>, alt: &str, sizes: &str, load: Load) -> Markup {
    html! {
        @if let Some(p) = picture {
            img src=(p.url(640)) alt=(alt) width=(p.width) height=(p.height)
                srcset=[p.srcset()] sizes=[p.srcset().map(|_| sizes)]
                loading=[(load == Load::Lazy).then_some("lazy")] fetchpriority=[(load == Load::First).then_some("high")]
                decoding=[(load == Load::Lazy).then_some("async")];
        } @else {
            span."card__none" aria-hidden="true" { (icon("package")) }
        }
    }
}

/// A small square of fixed size.
pub fn thumb(picture: &Picture, alt: &str, side: u32) -> Markup {
    html! { img src=(picture.url(320)) alt=(alt) width=(side) height=(side) loading="lazy"; }
}
