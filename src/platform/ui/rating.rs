//! Stars with their number in words: never by colour or shape alone.

use kit::{Lang, text, tr, trn};
use maud::{Markup, html};

/// Five stars; `tenths` is the mean times ten (46 is 4.6).
pub fn stars(lang: Lang, tenths: i64) -> Markup {
    let shown = text::tenths(lang, tenths);
    let width = format!("{}", tenths.clamp(0, 50) as f64 * 2.2);
    html! {
        svg.stars viewBox="0 0 110 20" role="img" aria-label=(tr!(lang, "platform.rating.label", n = shown)) {
            rect."stars__off" width="110" height="20" {}
            rect."stars__on" width=(width) height="20" {}
        }
    }
}

/// Stars, mean and number of reviews; or "no review yet".
pub fn rating(lang: Lang, tenths: i64, count: i64) -> Markup {
    html! {
        span.rating {
            @if count == 0 {
                (tr!(lang, "platform.rating.none"))
            } @else {
                (stars(lang, tenths))
                span { (text::tenths(lang, tenths)) " " span."rating__txt" { "(" (trn!(lang, "platform.rating.count", count)) ")" } }
            }
        }
    }
}
