//! What prices, quantities, barcodes and dates are read as, and what is refused.

use chrono::{TimeZone, Utc};
use proptest::prelude::*;

use super::fault::Reason;
use super::model::Availability;
use super::values::*;

fn reason(input: &str) -> Reason {
    price(input).map(|cents| panic!("{input} was read as {cents}")).unwrap_err().0
}

#[test]
fn prices_are_read_as_feeds_write_them() {
    for (text, cents) in [
        ("79.90 EUR", 7_990),
        ("EUR 79,90", 7_990),
        ("1 234,56 €", 123_456),
        ("1\u{202f}234,56\u{a0}€", 123_456),
        ("1.234,56 EUR", 123_456),
        ("1,234.56", 123_456),
        ("€12", 1_200),
        ("12,5", 1_250),
        ("0.99", 99),
        (".99 EUR", 99),
        ("79.9000", 7_990),
        ("1234.500", 123_450),
        ("0.990", 99),
        ("1'234.50", 123_450),
        ("19,90 € TTC", 1_990),
        ("999999.99 eur", 99_999_999),
    ] {
        assert_eq!(price(text), Ok(cents), "{text}");
    }
}

#[test]
fn prices_that_could_mean_something_else_are_refused_with_the_reason() {
    for (text, why) in [
        ("-5 EUR", Reason::PriceNegative),
        ("EUR -5.00", Reason::PriceNegative),
        ("−5", Reason::PriceNegative),
        ("(5.00)", Reason::PriceNegative),
        ("0", Reason::PriceZero),
        ("0.00 EUR", Reason::PriceZero),
        ("1.234 EUR", Reason::PriceAmbiguous),
        ("1,234", Reason::PriceAmbiguous),
        ("12.345,6,7", Reason::PriceNotANumber),
        ("12.3456", Reason::PriceTooPrecise),
        ("1.234.567,00", Reason::PriceTooHigh),
        ("10000001 EUR", Reason::PriceTooHigh),
        ("99999999999999999999", Reason::PriceTooHigh),
        ("12 USD", Reason::ForeignCurrency),
        ("$12.00", Reason::ForeignCurrency),
        ("12 £", Reason::ForeignCurrency),
        ("US$ 12", Reason::ForeignCurrency),
        ("CHF 12", Reason::ForeignCurrency),
        ("abc", Reason::PriceNotANumber),
        ("", Reason::PriceNotANumber),
        ("1e3", Reason::PriceNotANumber),
        ("٣", Reason::PriceNotANumber),
        ("12 34", Reason::PriceNotANumber),
        ("1 2 3", Reason::PriceNotANumber),
        ("..", Reason::PriceNotANumber),
        ("1..2", Reason::PriceNotANumber),
        ("5-6", Reason::PriceNotANumber),
    ] {
        assert_eq!(reason(text), why, "{text}");
    }
    assert_eq!(price("12 usd").unwrap_err().1, "USD");
}

#[test]
fn quantities_are_whole_and_bounded() {
    for (text, n) in [("12", 12), ("0", 0), ("-0", 0), ("12.0", 12), ("1 200", 1_200), ("+3", 3)] {
        assert_eq!(quantity(text), Ok(n), "{text}");
    }
    for (text, why) in [
        ("-1", Reason::QuantityNegative),
        ("1000000000", Reason::QuantityTooHigh),
        ("99999999999999999999", Reason::QuantityTooHigh),
        ("٣", Reason::QuantityNotANumber),
        ("1.5", Reason::QuantityNotANumber),
        ("1e9", Reason::QuantityNotANumber),
        ("", Reason::QuantityNotANumber),
        ("--1", Reason::QuantityNotANumber),
    ] {
        assert_eq!(quantity(text).unwrap_err().0, why, "{text}");
    }
}

#[test]
fn barcodes_need_a_right_check_digit() {
    assert_eq!(gtin("4006381333931").as_deref(), Ok("4006381333931"));
    assert_eq!(gtin("'4006381333931").as_deref(), Ok("4006381333931"));
    assert_eq!(gtin("96385074").as_deref(), Ok("96385074"));
    assert_eq!(gtin("36000291452").as_deref(), Ok("036000291452"), "a spreadsheet ate the zero");
    assert_eq!(gtin("4006381333932"), Err(Reason::GtinChecksum));
    assert_eq!(gtin("0000000000000"), Err(Reason::GtinChecksum));
    assert_eq!(gtin("4,00638E+12"), Err(Reason::GtinFormat));
    assert_eq!(gtin("123"), Err(Reason::GtinFormat));
}

#[test]
fn sale_dates_are_read_with_and_without_zone() {
    let read = interval("2026-02-24T11:07+0100/2026-02-29T23:07+0100");
    assert_eq!(read, None, "there is no 29 February in 2026");
    let (from, until) = interval("2026-02-24T11:07+0100/2026-02-28T23:07:10Z").unwrap();
    assert_eq!(from, Utc.with_ymd_and_hms(2026, 2, 24, 10, 7, 0).unwrap());
    assert_eq!(until, Utc.with_ymd_and_hms(2026, 2, 28, 23, 7, 10).unwrap());
    let (from, until) = interval("2026-01-02/2026-01-02").unwrap();
    assert_eq!((until - from).num_seconds(), 86_399);
    assert_eq!(interval("2026-03-02/2026-01-02"), None);
    assert_eq!(interval("soon"), None);
}

#[test]
fn weights_availability_and_addresses() {
    assert_eq!(weight_g("1,5 kg", "kg"), Some(1_500));
    assert_eq!(weight_g("300", "g"), Some(300));
    assert_eq!(weight_g("2 lb", "kg"), Some(907));
    assert_eq!(weight_g("-1 kg", "kg"), None);
    assert_eq!(weight_g("inf", "kg"), None);
    assert_eq!(availability("In Stock"), Some(Availability::InStock));
    assert_eq!(availability("https://schema.org/OutOfStock"), Some(Availability::OutOfStock));
    assert_eq!(availability("épuisé"), Some(Availability::OutOfStock));
    assert_eq!(availability("maybe"), None);
    assert!(image_url("https://cdn.example.com/é.jpg").is_some());
    for bad in [
        "ftp://a/b.jpg",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//a/b.jpg",
        "http://",
        "http://u:p@a/b",
    ] {
        assert_eq!(image_url(bad), None, "{bad}");
    }
    assert_eq!(url_list("http://a/1,2.jpg, https://b/3.jpg"), ["http://a/1,2.jpg", "https://b/3.jpg"]);
}

proptest! {
    #[test]
    fn no_text_makes_a_value_reader_panic(text in "\\PC{0,40}") {
        let _ = (price(&text), quantity(&text), gtin(&text), weight_g(&text, "kg"), interval(&text));
        let _ = (availability(&text), image_url(&text), url_list(&text).len());
    }

    #[test]
    fn every_price_survives_being_written_in_french_and_english(cents in 1i64..=MAX_PRICE_CENTS) {
        let money = kit::Money::cents(cents);
        prop_assert_eq!(price(&money.format(kit::Lang::Fr)), Ok(cents));
        prop_assert_eq!(price(&money.format(kit::Lang::En)), Ok(cents));
        prop_assert_eq!(price(&format!("{} EUR", money.decimal())), Ok(cents));
    }

    #[test]
    fn a_price_that_is_read_is_within_bounds(text in "[-0-9., €EURUSD]{1,16}") {
        if let Ok(cents) = price(&text) {
            prop_assert!((1..=MAX_PRICE_CENTS).contains(&cents));
        }
    }
}
