//! Reading single values: prices, quantities, weights, barcodes, dates, addresses of pictures. Each gives the value or a reason.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::fault::Reason;
use super::model::{Availability, Condition};

/// The catalogue's own bound on a price (a CHECK of the variants table): one million euros.
pub const MAX_PRICE_CENTS: i64 = 100_000_000;
pub const MAX_QUANTITY: i32 = 1_000_000;
const MAX_WEIGHT_G: f64 = 100_000_000.0;
const MAX_URL_CHARS: usize = 2_000;

const SPACES: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\t'];

/// A refused value: the reason, and what the reason's text names (a currency).
pub type Refusal = (Reason, String);

fn refuse<T>(reason: Reason) -> Result<T, Refusal> {
    Err((reason, String::new()))
}

/// Cents out of `79.90 EUR`, `EUR 79,90`, `1 234,56 €` or a bare number. Never guesses between thousands and decimals.
pub fn price(input: &str) -> Result<i64, Refusal> {
    let text = input.trim_matches(|c: char| c.is_whitespace());
    let (number, currency) = split_currency(text)?;
    if let Some(code) = currency {
        return Err((Reason::ForeignCurrency, code));
    }
    let negative = number.starts_with(['-', '−', '–']) || (number.starts_with('(') && number.ends_with(')'));
    let digits =
        number.trim_start_matches('\'').trim_matches(['-', '−', '–', '+', '(', ')']).trim_matches(SPACES);
    let cents = match cents(digits) {
        Ok(_) if negative => return refuse(Reason::PriceNegative),
        other => other?,
    };
    match cents {
        0 => refuse(Reason::PriceZero),
        cents if cents > MAX_PRICE_CENTS => refuse(Reason::PriceTooHigh),
        cents => Ok(cents),
    }
}

/// Takes the currency off either end. `Some(code)` only for a foreign one.
fn split_currency(text: &str) -> Result<(&str, Option<String>), Refusal> {
    let is_core = |c: char| c.is_ascii_digit() || "-−–+(),.'’".contains(c);
    let is_amount = |c: char| is_core(c) || SPACES.contains(&c);
    let number = text.trim_matches(|c: char| !is_core(c));
    let at = text.find(number).unwrap_or_default();
    let (before, after) = (&text[..at], &text[at + number.len()..]);
    if number.is_empty() || !number.chars().all(is_amount) {
        return refuse(Reason::PriceNotANumber);
    }
    for word in [before, after] {
        let word = word.trim_matches(|c: char| SPACES.contains(&c) || c == '.').to_uppercase();
        match word.as_str() {
            "" | "€" | "EUR" | "EURO" | "EUROS" | "TTC" | "€ TTC" | "EUR TTC" => {}
            "₽" | "₹" | "ZŁ" | "KR" | "FR" => return Ok((number, Some(word))),
            code if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {
                return Ok((number, Some(word)));
            }
            symbol if symbol.contains(['$', '£', '¥']) => {
                return Ok((number, Some(word)));
            }
            _ => return refuse(Reason::PriceNotANumber),
        }
    }
    Ok((number, None))
}

/// `1 234,56` to 123456. The last of two different separators is the decimal one; a single separator before exactly
/// three digits could be either and is refused.
fn cents(digits: &str) -> Result<i64, Refusal> {
    let marks: Vec<(usize, char)> = digits.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let is_space = |c: char| SPACES.contains(&c) || matches!(c, '\'' | '’');
    let (whole, fraction) = match marks.as_slice() {
        [] => (digits, ""),
        [(at, _)] => {
            let (whole, fraction) = (&digits[..*at], &digits[at + 1..]);
            let short = (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            if fraction.len() == 3 && short && fraction.bytes().all(|b| b.is_ascii_digit()) {
                return refuse(Reason::PriceAmbiguous);
            }
            (whole, fraction)
        }
        [.., (before, a), (at, b)] if a != b && before < at => (&digits[..*at], &digits[at + 1..]),
        _ => (digits, ""),
    };
    let group_mark = |c: char| is_space(c) || matches!(c, '.' | ',');
    let groups: Vec<&str> = whole.split(group_mark).collect();
    let first_ok = groups.first().is_some_and(|first| groups.len() == 1 || (1..=3).contains(&first.len()));
    let rest_ok = groups.iter().skip(1).all(|group| group.len() == 3);
    let mut kinds: Vec<char> = whole.chars().filter(|c| group_mark(*c)).collect();
    kinds.dedup();
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let any = whole.bytes().chain(fraction.bytes()).any(|b| b.is_ascii_digit());
    if !any
        || !first_ok
        || !rest_ok
        || kinds.len() > 1
        || !groups.iter().all(|g| plain(g))
        || !plain(fraction)
    {
        return refuse(Reason::PriceNotANumber);
    }
    if fraction.trim_end_matches('0').len() > 2 {
        return refuse(Reason::PriceTooPrecise);
    }
    let whole: String = groups.concat();
    if whole.trim_start_matches('0').len() > 12 {
        return refuse(Reason::PriceTooHigh);
    }
    let euros: i64 =
        if whole.is_empty() { 0 } else { whole.parse().or_else(|_| refuse(Reason::PriceNotANumber))? };
    let fraction: String = format!("{fraction:0<2}").chars().take(2).collect();
    let cents: i64 = fraction.parse().or_else(|_| refuse(Reason::PriceNotANumber))?;
    Ok(euros * 100 + cents)
}

/// A whole number of units, also `12.0` and `1 200` as spreadsheets write them.
pub fn quantity(input: &str) -> Result<i32, Refusal> {
    let text: String = input.chars().filter(|c| !SPACES.contains(c)).collect();
    let text = text
        .split_once(['.', ','])
        .map_or(text.as_str(), |(whole, zeros)| if zeros.bytes().all(|b| b == b'0') { whole } else { "?" });
    let (negative, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return refuse(Reason::QuantityNotANumber);
    }
    let zero = digits.bytes().all(|b| b == b'0');
    if negative && !zero {
        return refuse(Reason::QuantityNegative);
    }
    match digits.parse::<i32>() {
        Ok(n) if n <= MAX_QUANTITY => Ok(n),
        _ if zero => Ok(0),
        _ => refuse(Reason::QuantityTooHigh),
    }
}

/// `in_stock`, `in stock`, `en stock` ... as Google, older exports and French shops write it.
pub fn availability(input: &str) -> Option<Availability> {
    let word = kit::text::fold(&input.replace(['_', '-'], " "));
    Some(match word.as_str() {
        "in stock"
        | "en stock"
        | "disponible"
        | "available"
        | "limited availability"
        | "available for order" => Availability::InStock,
        "out of stock"
        | "rupture"
        | "rupture de stock"
        | "en rupture de stock"
        | "indisponible"
        | "epuise"
        | "hors stock"
        | "discontinued" => Availability::OutOfStock,
        "preorder" | "pre order" | "precommande" => Availability::Preorder,
        "backorder" | "back order" | "sur commande" | "commande en attente" => Availability::Backorder,
        // schema.org addresses, as some plug-ins write them
        url if url.ends_with("/instock") => Availability::InStock,
        url if url.ends_with("/outofstock") => Availability::OutOfStock,
        url if url.ends_with("/preorder") => Availability::Preorder,
        _ => return None,
    })
}

pub fn condition(input: &str) -> Option<Condition> {
    Some(match kit::text::fold(input).as_str() {
        "new" | "neuf" | "nouveau" => Condition::New,
        "refurbished" | "reconditionne" | "remis a neuf" => Condition::Refurbished,
        "used" | "occasion" | "d'occasion" | "usage" => Condition::Used,
        _ => return None,
    })
}

/// Grams out of `1.5 kg`, `300 g`, `2 lb`; a bare number is in `unit`.
pub fn weight_g(input: &str, unit: &str) -> Option<i32> {
    let text = input.trim().to_lowercase();
    let at = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let (number, own_unit) = text.split_at(at);
    let number: String = number.chars().filter(|c| !SPACES.contains(c)).collect();
    let number: f64 = number.replace(',', ".").parse().ok()?;
    let unit = if own_unit.trim().is_empty() { unit } else { own_unit.trim() };
    let factor = match unit.trim_end_matches('.') {
        "g" | "gr" | "gram" | "grams" | "gramme" | "grammes" => 1.0,
        "kg" | "kilo" | "kilos" | "kilogramme" | "kilogrammes" | "kilogram" | "kilograms" => 1_000.0,
        "lb" | "lbs" | "pound" | "pounds" => 453.592_37,
        "oz" | "ounce" | "ounces" => 28.349_523,
        "mg" => 0.001,
        _ => return None,
    };
    let grams = (number * factor).round();
    (grams.is_finite() && (0.0..=MAX_WEIGHT_G).contains(&grams)).then_some(grams as i32)
}

/// A barcode of 8, 12, 13 or 14 digits whose check digit is right. Eleven digits are tried with the zero that spreadsheets eat.
pub fn gtin(input: &str) -> Result<String, Reason> {
    let digits: String =
        input.trim_start_matches('\'').chars().filter(|c| !SPACES.contains(c) && *c != '-').collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Reason::GtinFormat);
    }
    match digits.len() {
        8 | 12 | 13 | 14 if check_digit_holds(&digits) => Ok(digits),
        8 | 12 | 13 | 14 => Err(Reason::GtinChecksum),
        11 if check_digit_holds(&digits) => Ok(format!("0{digits}")),
        _ => Err(Reason::GtinFormat),
    }
}

/// Weights 1 and 3 from the right; the sum is a multiple of ten.
fn check_digit_holds(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10) && digits.bytes().any(|b| b != b'0')
}

/// `start/end` in ISO 8601, as in `sale_price_effective_date`. A day alone means its whole length.
pub fn interval(input: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (start, end) = input.split_once('/')?;
    let start = moment(start.trim(), NaiveTime::MIN)?;
    let end = moment(end.trim(), NaiveTime::from_hms_opt(23, 59, 59)?)?;
    (start <= end).then_some((start, end))
}

fn moment(text: &str, time_of_a_day: NaiveTime) -> Option<DateTime<Utc>> {
    const ZONED: [&str; 4] =
        ["%Y-%m-%dT%H:%M:%S%#z", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%#z"];
    let zoned = text.strip_suffix(['Z', 'z']).map_or(text.to_string(), |rest| format!("{rest}+0000"));
    for form in ZONED {
        if let Ok(at) = DateTime::parse_from_str(&zoned, form) {
            return Some(at.with_timezone(&Utc));
        }
    }
    for form in ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"] {
        if let Ok(at) = chrono::NaiveDateTime::parse_from_str(text, form) {
            return Some(at.and_utc());
        }
    }
    Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(time_of_a_day).and_utc())
}

/// The address of a picture in its normal form, if it is http or https with a host.
pub fn image_url(input: &str) -> Option<String> {
    let text = input.trim();
    if text.is_empty() || text.len() > MAX_URL_CHARS {
        return None;
    }
    let url = url::Url::parse(text).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    let plain = url.username().is_empty() && url.password().is_none();
    (web && plain && url.as_str().len() <= MAX_URL_CHARS).then(|| url.to_string())
}

/// Addresses in one cell, separated by commas; a comma inside an address is told by what follows it.
pub fn url_list(cell: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = cell;
    while !rest.is_empty() {
        let next = rest.match_indices(',').find(|(at, _)| rest[at + 1..].trim_start().starts_with("http"));
        match next {
            Some((at, _)) => {
                out.push(rest[..at].trim());
                rest = &rest[at + 1..];
            }
            None => {
                out.push(rest.trim());
                break;
            }
        }
    }
    out
}
