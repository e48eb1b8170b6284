//! Rows of a Google Merchant feed into products: rows with the same `item_group_id` are variants of one.

use std::collections::{HashSet, VecDeque};

use super::fault::{Reason, RowError};
use super::model::{Condition, FeedAttribute, FeedOption, FeedProduct, FeedVariant};
use super::row::{Field, Row};
use super::values;
use super::variant::{self, MAX_VARIANTS, Seen};

/// The dimensions in which Google lets variants differ, in the order shown: field, code, French and English label.
const DIMENSIONS: [(Field, &str, &str, &str); 4] = [
    (Field::Color, "couleur", "Couleur", "Colour"),
    (Field::Size, "taille", "Taille", "Size"),
    (Field::Material, "matiere", "Matière", "Material"),
    (Field::Pattern, "motif", "Motif", "Pattern"),
];
const MODEL: (&str, &str, &str) = ("modele", "Modèle", "Model");
/// Positions of the options table.
const MAX_OPTIONS: usize = 3;
const MAX_ATTRIBUTES: usize = 200;

/// Makes one product of the rows of a group (or of a single row) and adds it, with the faults of its rows, to `out`.
pub fn product(rows: Vec<Row>, seen: &mut Seen, out: &mut VecDeque<Result<FeedProduct, RowError>>) {
    let (mut taken, mut warnings) = (Vec::new(), Vec::new());
    let last_line = rows.last().map_or(0, |row| row.line);
    for row in rows {
        let before = warnings.len();
        let result = read_variant(&row, &mut warnings).and_then(|found| {
            if taken.len() >= MAX_VARIANTS {
                return Err(row.fault(Field::GroupId, Reason::TooManyVariants).limit(MAX_VARIANTS));
            }
            seen.note(&row, &found, Field::Id).map(|()| found)
        });
        match result {
            Ok(found) => {
                warnings.extend(row.warnings.iter().cloned());
                taken.push((row, found));
            }
            Err(fault) => {
                warnings.truncate(before);
                out.push_back(Err(fault));
            }
        }
    }
    if !taken.is_empty() {
        let (product, faults) = assemble(taken, warnings, last_line);
        out.extend(faults.into_iter().map(Err));
        out.push_back(Ok(product));
    }
}

fn read_variant(row: &Row, warnings: &mut Vec<RowError>) -> Result<FeedVariant, RowError> {
    let external_id = variant::id(row, Field::Id)?;
    row.need(Field::Title)?;
    let price_cents = variant::price(row, Field::Price, row.need(Field::Price)?)?;
    let sale = variant::sale(row, price_cents, warnings)?;
    let (availability, quantity) = variant::stock(row, warnings)?;
    let image = row.get(Field::Image).and_then(|cell| variant::image(row, Field::Image, cell, warnings));
    Ok(FeedVariant {
        line: row.line,
        external_id,
        sku: variant::reference(row, Field::Sku),
        gtin: variant::gtin(row, warnings),
        mpn: variant::reference(row, Field::Mpn),
        price_cents,
        sale,
        availability,
        quantity,
        weight_g: variant::weight(row, Field::Weight, "kg", warnings),
        values: Vec::new(),
        image,
    })
}

fn assemble(
    taken: Vec<(Row, FeedVariant)>,
    mut warnings: Vec<RowError>,
    last_line: u64,
) -> (FeedProduct, Vec<RowError>) {
    let (rows, mut variants): (Vec<Row>, Vec<FeedVariant>) = taken.into_iter().unzip();
    let first = &rows[0];
    let titles: Vec<String> = rows.iter().map(|row| title(row, &mut warnings)).collect();
    let options = options(&rows, &mut variants, &titles);
    let faults = drop_twins(&mut variants, &rows);
    let mut product = FeedProduct {
        line: first.line,
        last_line,
        external_id: first.get(Field::GroupId).unwrap_or(&variants[0].external_id).to_string(),
        title: if rows.len() == 1 { titles[0].clone() } else { common_title(&titles) },
        description: variant::description(first, &mut warnings),
        brand: first.get(Field::Brand).and_then(variant::short),
        category: category(first),
        attributes: attributes(first, &options, &variants),
        highlights: first.all(Field::Highlight).filter_map(variant::short).take(10).collect(),
        condition: variant::condition(first, &mut warnings),
        published: true,
        options,
        ..FeedProduct::default()
    };
    if let Some(fault) = long_group(first, &mut product) {
        warnings.push(fault);
    }
    add_condition(&mut product);
    for (row, variant) in rows.iter().zip(&variants) {
        if let Some(url) = &variant.image {
            variant::add_image(&mut product.images, url.clone(), "");
        }
        for cell in row.all(Field::MoreImages) {
            for url in values::url_list(cell) {
                if let Some(url) = variant::image(row, Field::MoreImages, url, &mut warnings) {
                    variant::add_image(&mut product.images, url, "");
                }
            }
        }
    }
    product.variants = variants;
    product.warnings = warnings;
    (product, faults)
}

fn title(row: &Row, warnings: &mut Vec<RowError>) -> String {
    variant::title(row, row.get(Field::Title).unwrap_or_default(), warnings)
}

/// A group id longer than an id may be is cut; it has only to be stable.
fn long_group(row: &Row, product: &mut FeedProduct) -> Option<RowError> {
    let long = product.external_id.chars().count() > variant::MAX_ID_CHARS;
    long.then(|| {
        let fault = row.fault(Field::GroupId, Reason::TextTooLong).limit(variant::MAX_ID_CHARS);
        let fault = fault.value(&product.external_id);
        product.external_id = product.external_id.chars().take(variant::MAX_ID_CHARS).collect();
        fault
    })
}

fn category(row: &Row) -> Vec<String> {
    let path = row.get(Field::ProductType).map(variant::category_path).unwrap_or_default();
    if path.is_empty() {
        row.get(Field::Category).map(variant::category_path).unwrap_or_default()
    } else {
        path
    }
}

/// Options are the dimensions with more than one value in the group; where they do not tell all variants apart, a model is added.
fn options(rows: &[Row], variants: &mut [FeedVariant], titles: &[String]) -> Vec<FeedOption> {
    let mut options = Vec::new();
    if rows.len() < 2 {
        return options;
    }
    for (field, code, fr, en) in DIMENSIONS {
        let values: HashSet<Option<&str>> = rows.iter().map(|row| row.get(field)).collect();
        if values.len() < 2 {
            continue;
        }
        let join = options.len() == MAX_OPTIONS;
        if !join {
            options.push(FeedOption { code: code.into(), label_fr: fr.into(), label_en: en.into() });
        }
        for (row, variant) in rows.iter().zip(variants.iter_mut()) {
            let value = row.get(field).and_then(variant::short).unwrap_or_else(|| "–".to_string());
            match variant.values.last_mut().filter(|_| join) {
                Some(last) => *last = format!("{last} / {value}"),
                None => variant.values.push(value),
            }
        }
    }
    let distinct: HashSet<String> = variants.iter().map(values_key).collect();
    if distinct.len() < variants.len() && options.len() < MAX_OPTIONS {
        let (code, fr, en) = MODEL;
        options.push(FeedOption { code: code.into(), label_fr: fr.into(), label_en: en.into() });
        let names = model_names(variants, titles);
        for (variant, name) in variants.iter_mut().zip(names) {
            variant.values.push(name);
        }
    }
    options
}

/// What the titles do not share, if that tells the variants apart; else their ids.
fn model_names(variants: &[FeedVariant], titles: &[String]) -> Vec<String> {
    let shared = common_prefix(titles).len();
    let trim = |c: char| c.is_whitespace() || "-–,;:|()[]".contains(c);
    let rests: Vec<String> =
        titles.iter().map(|title| title[shared..].trim_matches(trim).to_string()).collect();
    let distinct: HashSet<&String> = rests.iter().collect();
    if distinct.len() == titles.len() && rests.iter().all(|rest| !rest.is_empty()) {
        rests.iter().map(|rest| kit::text::one_line(rest, 100)).collect()
    } else {
        variants.iter().map(|variant| variant.external_id.clone()).collect()
    }
}

/// Option values as they are compared: `Rouge` and `rouge` are the same.
fn values_key(variant: &FeedVariant) -> String {
    variant.values.join("\u{1f}").to_lowercase()
}

/// Takes out variants whose option values stand there already.
fn drop_twins(variants: &mut Vec<FeedVariant>, rows: &[Row]) -> Vec<RowError> {
    let mut faults = Vec::new();
    let mut seen: Vec<(String, u64)> = Vec::new();
    let mut index = 0;
    variants.retain(|variant| {
        let row = &rows[index];
        index += 1;
        let key = values_key(variant);
        let twin = seen.iter().find(|(known, _)| *known == key).map(|(_, line)| *line);
        match twin {
            Some(line) => {
                faults.push(
                    row.fault(Field::GroupId, Reason::DuplicateVariant)
                        .found(line)
                        .value(&variant.external_id),
                );
                false
            }
            None => {
                seen.push((key, variant.line));
                true
            }
        }
    });
    faults
}

/// The longest beginning that all titles share, cut at a word.
fn common_prefix(titles: &[String]) -> &str {
    let Some((first, others)) = titles.split_first() else { return "" };
    let shared = others.iter().fold(first.len(), |len, title| {
        let same = first[..len].char_indices().zip(title.chars()).find(|((_, a), b)| a != b);
        let bound = same.map_or(len.min(title.len()), |((at, _), _)| at);
        bound.min(len)
    });
    let shared = (0..=shared).rev().find(|at| first.is_char_boundary(*at)).unwrap_or_default();
    let at_word = first[shared..].starts_with(char::is_whitespace) || shared == first.len();
    let whole = others.iter().all(|title| {
        title.get(shared..).is_none_or(|rest| rest.is_empty() || !rest.starts_with(char::is_alphanumeric))
    });
    if at_word && whole {
        &first[..shared]
    } else {
        first[..shared].rsplit_once(char::is_whitespace).map_or("", |(a, _)| a)
    }
}

/// `T-shirt coton - bleu M` and `T-shirt coton - rouge L` are `T-shirt coton`.
fn common_title(titles: &[String]) -> String {
    let trim = |c: char| c.is_whitespace() || "-–,;:|([/".contains(c);
    let shared = common_prefix(titles).trim_end_matches(trim);
    let shortest = titles.iter().map(String::len).min().unwrap_or_default();
    if shared.len() >= 10 || shared.len() * 2 >= shortest && !shared.is_empty() {
        shared.to_string()
    } else {
        titles.first().cloned().unwrap_or_default()
    }
}

/// The specification table: dimensions that are no options, details, the maker's reference.
fn attributes(row: &Row, options: &[FeedOption], variants: &[FeedVariant]) -> Vec<FeedAttribute> {
    let plain = |fr: &str, en: &str, value: &str| FeedAttribute {
        label_fr: fr.into(),
        label_en: en.into(),
        value: kit::text::one_line(value, 500),
        ..FeedAttribute::default()
    };
    let mut out = Vec::new();
    for (field, code, fr, en) in DIMENSIONS {
        if let Some(value) = row.get(field)
            && !options.iter().any(|option| option.code == code)
        {
            out.push(plain(fr, en, value));
        }
    }
    for (field, fr, en) in
        [(Field::Gender, "Genre", "Gender"), (Field::AgeGroup, "Tranche d’âge", "Age group")]
    {
        out.extend(row.get(field).map(|value| plain(fr, en, value)));
    }
    for cell in row.all(Field::Detail) {
        out.extend(details(cell));
    }
    if let [variant] = variants {
        out.extend(
            variant.mpn.as_deref().map(|mpn| plain("Référence fabricant", "Manufacturer reference", mpn)),
        );
    }
    out.truncate(MAX_ATTRIBUTES);
    out
}

fn add_condition(product: &mut FeedProduct) {
    let (fr, en) = match product.condition {
        Condition::New => return,
        Condition::Refurbished => ("Reconditionné", "Refurbished"),
        Condition::Used => ("Occasion", "Used"),
    };
    let attribute = FeedAttribute {
        label_fr: "État".into(),
        label_en: "Condition".into(),
        value: fr.into(),
        value_en: Some(en.into()),
        ..FeedAttribute::default()
    };
    product.attributes.insert(0, attribute);
}

/// `section:name:value,section:name:value`; a comma that begins no new triple belongs to the value, `\:` and `\,` are text.
fn details(cell: &str) -> Vec<FeedAttribute> {
    let mut out: Vec<FeedAttribute> = Vec::new();
    for part in split_unescaped(cell, ',') {
        let pieces: Vec<&str> = split_unescaped(part, ':');
        let unescape = |text: &str| text.replace("\\:", ":").replace("\\,", ",").replace("\\\\", "\\");
        match pieces.as_slice() {
            [group, name, value @ ..]
                if !value.is_empty() && !name.trim().is_empty() && name.len() <= 140 =>
            {
                let label = kit::text::one_line(&unescape(name), 100);
                out.push(FeedAttribute {
                    group: kit::text::one_line(&unescape(group), 100),
                    label_fr: label.clone(),
                    label_en: label,
                    value: kit::text::one_line(&unescape(&value.join(":")), 500),
                    value_en: None,
                });
            }
            _ => {
                if let Some(last) = out.last_mut() {
                    last.value = kit::text::one_line(&format!("{},{}", last.value, unescape(part)), 500);
                }
            }
        }
    }
    out.retain(|attribute| !attribute.value.is_empty());
    out
}

fn split_unescaped(text: &str, mark: char) -> Vec<&str> {
    let (mut out, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if c == mark && !escaped {
            out.push(&text[start..at]);
            start = at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    out.push(&text[start..]);
    out
}
