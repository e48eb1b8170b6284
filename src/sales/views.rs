//! Parts that cart, checkout and orders share.

use chrono::NaiveDate;
use kit::{Lang, Money, dates, tr, urls};
use maud::{Markup, html};
use platform::ui::{icon, price};

/// The picture of an article: decoration, its name stands beside it.
pub fn picture(key: &str, kind: &str, size: u32) -> Markup {
    html! {
        @if key.is_empty() { (icon("image")) }
        @else { img src=(urls::media(key, kind, 320)) width=(size) height=(size) alt="" loading="lazy" decoding="async"; }
    }
}

/// Drawings and missing pictures stand on a soft ground.
pub fn is_art(key: &str, kind: &str) -> bool {
    key.is_empty() || kind == "svg"
}

/// `20 %`, `5,5 %`.
pub fn rate(lang: Lang, bp: i32) -> String {
    let percent = match (bp % 100, bp % 10) {
        (0, _) => (bp / 100).to_string(),
        (_, 0) => format!("{}{}{}", bp / 100, lang.pick(',', '.'), bp % 100 / 10),
        _ => format!("{}{}{:02}", bp / 100, lang.pick(',', '.'), bp % 100),
    };
    format!("{percent}{}%", lang.pick("\u{a0}", ""))
}

/// An amount, or "free".
pub fn amount_or_free(lang: Lang, amount: Money) -> String {
    if amount.is_zero() { tr!(lang, "sales.free").into_owned() } else { amount.format(lang) }
}

/// Goods, delivery, total and the VAT inside, as rows of a summary.
pub fn totals(
    lang: Lang,
    items: Money,
    shipping: Option<Money>,
    total: Money,
    taxes: &[(i32, Money)],
) -> Markup {
    html! {
        dl."sum__rows" {
            div { dt { (tr!(lang, "sales.totals.items")) } dd { (items.format(lang)) } }
            @if let Some(shipping) = shipping {
                div { dt { (tr!(lang, "sales.totals.shipping")) } dd { (amount_or_free(lang, shipping)) } }
            }
            div."sum__total" {
                dt { @if shipping.is_some() { (tr!(lang, "sales.totals.total")) } @else { (tr!(lang, "sales.cart.subtotal")) } }
                dd { (price(lang, total, false)) }
            }
        }
        @for (bp, tax) in taxes {
            p."sum__note" { (tr!(lang, "sales.totals.tax", rate = rate(lang, *bp), tax = tax.format(lang))) }
        }
    }
}

/// A postal address, one line each.
pub fn address(lang: Lang, address: &kit::address::Address) -> Markup {
    let lines = address.lines(lang);
    html! { address.addr { @for (i, line) in lines.iter().enumerate() { @if i > 0 { br; } (line) } } }
}

/// "between Tuesday 24 and Thursday 26 November".
pub fn arrival(lang: Lang, (first, last): (NaiveDate, NaiveDate)) -> String {
    let (first, last) = (dates::weekday_date(lang, first), dates::weekday_date(lang, last));
    if first == last {
        return tr!(lang, "sales.delivery.on", day = first).into_owned();
    }
    tr!(lang, "sales.delivery.between", first = first, last = last).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_read_as_people_write_them() {
        assert_eq!(rate(Lang::Fr, 2000), "20\u{a0}%");
        assert_eq!(rate(Lang::Fr, 550), "5,5\u{a0}%");
        assert_eq!(rate(Lang::En, 210), "2.1%");
        assert_eq!(rate(Lang::En, 1925), "19.25%");
    }
}
