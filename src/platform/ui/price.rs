//! A price as the shop shows it: large whole part, small cents; machine form in `<data>`.

use kit::{Lang, Money, tr};
use maud::{Markup, html};

/// `549,90 €` with small cents. `promo` colours it as reduced.
pub fn price(lang: Lang, amount: Money, promo: bool) -> Markup {
    let text = amount.format(lang);
    let point = lang.pick(',', '.');
    let at = text.rfind(point).unwrap_or(text.len());
    html! {
        data.price.price--promo[promo] value=(amount.decimal()) { (text[..at]) span.price__c { (text[at..]) } }
    }
}

/// The price before a reduction, crossed out, announced to screen readers.
pub fn was(lang: Lang, before: Money) -> Markup {
    html! { span.was { span.vh { (tr!(lang, "platform.price.was")) " " } s { (before.format(lang)) } } }
}

/// `−15 %`
pub fn reduction(now: Money, before: Money) -> Markup {
    html! { span."badge"."badge--promo" { "−" (now.percent_off(before)) "\u{a0}%" } }
}
