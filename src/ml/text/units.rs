//! Numbers with their units, sizes, and the little words that French elides.

use kit::Lang;

/// Written forms, folded, and the one they become.
const UNITS: &[(&str, &str)] = &[
    ("cl", "cl"),
    ("cm", "cm"),
    ("feet", "ft"),
    ("foot", "ft"),
    ("ft", "ft"),
    ("gal", "gal"),
    ("gallon", "gal"),
    ("gallons", "gal"),
    ("gb", "gb"),
    ("ghz", "ghz"),
    ("go", "gb"),
    ("gram", "g"),
    ("gramme", "g"),
    ("grammes", "g"),
    ("grams", "g"),
    ("g", "g"),
    ("hz", "hz"),
    ("in", "in"),
    ("inch", "in"),
    ("inches", "in"),
    ("kg", "kg"),
    ("kilo", "kg"),
    ("kilos", "kg"),
    ("kw", "kw"),
    ("l", "l"),
    ("lb", "lb"),
    ("lbs", "lb"),
    ("liter", "l"),
    ("liters", "l"),
    ("litre", "l"),
    ("litres", "l"),
    ("m", "m"),
    ("mah", "mah"),
    ("mb", "mb"),
    ("metre", "m"),
    ("metres", "m"),
    ("mhz", "mhz"),
    ("ml", "ml"),
    ("mm", "mm"),
    ("mo", "mb"),
    ("mp", "mp"),
    ("ounce", "oz"),
    ("ounces", "oz"),
    ("oz", "oz"),
    ("pouce", "in"),
    ("pouces", "in"),
    ("pound", "lb"),
    ("pounds", "lb"),
    ("tb", "tb"),
    ("volt", "v"),
    ("volts", "v"),
    ("v", "v"),
    ("watt", "w"),
    ("watts", "w"),
    ("w", "w"),
];

/// What units become, each once.
pub fn all() -> impl Iterator<Item = &'static str> {
    UNITS.iter().filter(|(form, to)| form == to).map(|(_, to)| *to)
}

fn written(lang: Lang, word: &str) -> Option<&'static str> {
    // An English "to" is no terabyte, a French "in" no inch.
    match (lang, word) {
        (Lang::Fr, "to") => return Some("tb"),
        (Lang::Fr, "in") => return None,
        _ => {}
    }
    UNITS.iter().find(|(form, _)| *form == word).map(|(_, unit)| *unit)
}

pub fn is_unit(lang: Lang, word: &str) -> bool {
    word.len() <= 8 && written(lang, word).is_some()
}

fn is_number(word: &str) -> bool {
    word.ends_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'/' | b'-'))
        && word.len() <= 8
}

/// Gives the number before its unit; false when no number stands there.
pub fn join(lang: Lang, out: &mut [String], unit: &str) -> bool {
    let Some(unit) = written(lang, unit).or_else(|| written(Lang::En, unit)) else { return false };
    match out.last_mut() {
        Some(number) if is_number(number) => {
            number.push_str(unit);
            true
        }
        _ => false,
    }
}

/// `16Go` as `16gb`; `None` when it is no number with a unit.
pub fn canonical(lang: Lang, word: &str) -> Option<String> {
    let split = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '/' | '-')))?;
    let (number, unit) = word.split_at(split);
    if !is_number(number) {
        return None;
    }
    Some(format!("{number}{}", written(lang, unit)?))
}

/// The number of a measure and its unit, which may be empty: `4ft`, `2.5`; `None` for any other word.
pub fn measure(word: &str) -> Option<(&str, &str)> {
    let (number, unit) = word.split_at(word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len());
    let known = unit.is_empty() || UNITS.iter().any(|(_, to)| *to == unit);
    (is_number(number) && known).then_some((number, unit))
}

/// Whether a word is a fraction of an inch, and not `24/7`.
fn is_fraction(word: &str) -> bool {
    let (number, unit) = measure(word).unwrap_or_default();
    let parts =
        number.split_once('/').and_then(|(a, b)| Some((a.parse::<u8>().ok()?, b.parse::<u8>().ok()?)));
    parts.is_some_and(|(a, b)| a < b && b.is_power_of_two()) && matches!(unit, "" | "in" | "ft")
}

/// `1` and `1/4in`, which stood beside each other, are one number: `1-1/4in`.
pub fn mixed(out: &mut Vec<String>) {
    let [.., whole, part] = out.as_slice() else { return };
    if whole.len() <= 2 && whole.bytes().all(|b| b.is_ascii_digit()) && is_fraction(part) {
        let number = format!("{whole}-{part}");
        out.truncate(out.len() - 2);
        out.push(number);
    }
}

/// The `x` between two measures says nothing: 4 ft. x 8 ft.
pub fn without_times(out: &mut Vec<String>) {
    if let [.., before, times, last] = out.as_slice()
        && times == "x"
        && measure(before).is_some()
        && measure(last).is_some()
    {
        out.remove(out.len() - 2);
    }
}

/// `10x15cm` as `10` and `15cm`; `None` when it is no size.
pub fn sizes(word: &str) -> Option<Vec<String>> {
    if !word.contains('x') || !word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let parts: Vec<&str> = word.split('x').collect();
    let sized =
        parts.len() >= 2 && parts.iter().all(|p| p.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
    sized.then(|| parts.into_iter().map(str::to_string).collect())
}

/// What a mark after a number says: 15.6" and 6'.
pub fn of_mark(mark: char) -> Option<&'static str> {
    match mark {
        '"' => Some("in"),
        '\'' => Some("ft"),
        _ => None,
    }
}

/// `l'`, `d'`, `jusqu'` before a word.
pub fn is_elided(lang: Lang, word: &str) -> bool {
    const ELIDED: &[&str] =
        &["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"];
    lang == Lang::Fr && ELIDED.contains(&word)
}
