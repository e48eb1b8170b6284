//! Rows of Shopify's product CSV into products: the first row of a handle carries the product, each row may carry a variant,
//! a picture, or both.

use std::collections::VecDeque;

use super::fault::{Reason, RowError};
use super::model::{Availability, FeedImage, FeedOption, FeedProduct, FeedVariant, Sale};
use super::row::{Field, Row};
use super::variant::{self, MAX_VARIANTS, Seen};

const OPTIONS: [(Field, Field); 3] = [
    (Field::Option1Name, Field::Option1Value),
    (Field::Option2Name, Field::Option2Value),
    (Field::Option3Name, Field::Option3Value),
];
/// Names of options that mean the same in all shops: code, French, English, and how they are written.
const KNOWN_OPTIONS: [(&str, &str, &str, &[&str]); 4] = [
    ("couleur", "Couleur", "Colour", &["couleur", "color", "colour", "coloris"]),
    ("taille", "Taille", "Size", &["taille", "size"]),
    ("matiere", "Matière", "Material", &["matiere", "material"]),
    ("finition", "Finition", "Finish", &["finition", "finish"]),
];

/// Makes one product of the rows of a handle and adds it, with the faults of its rows, to `out`.
pub fn product(rows: Vec<Row>, seen: &mut Seen, out: &mut VecDeque<Result<FeedProduct, RowError>>) {
    let Some(first) = rows.first() else { return };
    let head = rows.iter().find(|row| row.get(Field::Title).is_some());
    let head = match variant::id(first, Field::GroupId)
        .and(head.ok_or_else(|| first.fault(Field::Title, Reason::Missing)))
    {
        Ok(head) => head,
        Err(fault) => return out.push_back(Err(fault)),
    };
    let mut warnings = Vec::new();
    let mut product = describe(head, &mut warnings);
    (product.line, product.last_line) = (first.line, rows.last().map_or(0, |row| row.line));
    let named: Vec<usize> = (0..OPTIONS.len()).filter(|at| is_option(head, *at)).collect();
    product.options = named.iter().filter_map(|at| head.get(OPTIONS[*at].0).map(option)).collect();
    for row in rows.iter().filter(|row| carries_variant(row)) {
        let before = warnings.len();
        let result = read_variant(row, &product.external_id, &named, &mut warnings).and_then(|found| {
            if product.variants.len() >= MAX_VARIANTS {
                return Err(row.fault(Field::GroupId, Reason::TooManyVariants).limit(MAX_VARIANTS));
            }
            seen.note(row, &found, Field::Option1Value).map(|()| found)
        });
        match result {
            Ok(found) => product.variants.push(found),
            Err(fault) => {
                warnings.truncate(before);
                out.push_back(Err(fault));
            }
        }
    }
    warnings.extend(rows.iter().flat_map(|row| row.warnings.iter().cloned()));
    product.images = images(&rows, &product.variants, &mut warnings);
    product.warnings = warnings;
    if !product.variants.is_empty() {
        out.push_back(Ok(product));
    } else if out.is_empty() {
        out.push_back(Err(head.fault(Field::Price, Reason::Missing)));
    }
}

fn describe(head: &Row, warnings: &mut Vec<RowError>) -> FeedProduct {
    let own = head.get(Field::ProductType).map(variant::category_path).unwrap_or_default();
    let standard = || head.get(Field::Category).map(variant::category_path).unwrap_or_default();
    let no = |cell: &str| matches!(cell.to_ascii_lowercase().as_str(), "false" | "no" | "non" | "0");
    let active = head.get(Field::Status).is_none_or(|status| status.eq_ignore_ascii_case("active"));
    FeedProduct {
        external_id: head.get(Field::GroupId).unwrap_or_default().to_string(),
        title: variant::title(head, head.get(Field::Title).unwrap_or_default(), warnings),
        description: variant::description(head, warnings),
        brand: head.get(Field::Brand).and_then(variant::short),
        category: if own.is_empty() { standard() } else { own },
        tags: head.get(Field::Tags).map(tags).unwrap_or_default(),
        condition: variant::condition(head, warnings),
        published: active && !head.get(Field::Published).is_some_and(no),
        ..FeedProduct::default()
    }
}

fn tags(cell: &str) -> Vec<String> {
    cell.split(',').filter_map(variant::short).take(50).collect()
}

/// `Title: Default Title` is how Shopify writes a product without options.
fn is_option(head: &Row, at: usize) -> bool {
    let (name, value) = (head.get(OPTIONS[at].0), head.get(OPTIONS[at].1));
    name.is_some() && !(name == Some("Title") && value == Some("Default Title"))
}

fn option(name: &str) -> FeedOption {
    let folded = kit::text::fold(name);
    let known = KNOWN_OPTIONS.iter().find(|(.., words)| words.contains(&folded.as_str()));
    match known {
        Some((code, fr, en, _)) => {
            FeedOption { code: (*code).into(), label_fr: (*fr).into(), label_en: (*en).into() }
        }
        None => {
            let label = kit::text::one_line(name, 60);
            FeedOption { code: kit::text::slugify(name), label_fr: label.clone(), label_en: label }
        }
    }
}

fn carries_variant(row: &Row) -> bool {
    [Field::Price, Field::Sku, Field::Option1Value, Field::Title]
        .into_iter()
        .any(|field| row.get(field).is_some())
}

fn read_variant(
    row: &Row,
    handle: &str,
    named: &[usize],
    warnings: &mut Vec<RowError>,
) -> Result<FeedVariant, RowError> {
    let mut values = Vec::new();
    for at in named {
        let field = OPTIONS[*at].1;
        let value = variant::short(row.need(field)?);
        values.push(value.ok_or_else(|| row.fault(field, Reason::Missing))?);
    }
    let asked = variant::price(row, Field::Price, row.need(Field::Price)?)?;
    let before = variant::optional_price(row, Field::CompareAt)?.filter(|before| *before > asked);
    let quantity = variant::counted_stock(row, warnings)?;
    let grams = variant::weight(row, Field::Grams, "g", warnings);
    let key = values.iter().map(|value| value.to_lowercase()).collect::<Vec<_>>().join("/");
    Ok(FeedVariant {
        line: row.line,
        external_id: if key.is_empty() { handle.to_string() } else { format!("{handle}#{key}") },
        sku: variant::reference(row, Field::Sku),
        gtin: variant::gtin(row, warnings),
        mpn: variant::reference(row, Field::Mpn),
        price_cents: before.unwrap_or(asked),
        sale: before.map(|_| Sale { price_cents: asked, from: None, until: None }),
        availability: if quantity == Some(0) { Availability::OutOfStock } else { Availability::InStock },
        quantity,
        weight_g: grams,
        values,
        image: row
            .get(Field::VariantImage)
            .and_then(|cell| variant::image(row, Field::VariantImage, cell, warnings)),
    })
}

/// All pictures of the handle by their position, then those that only a variant names.
fn images(rows: &[Row], variants: &[FeedVariant], warnings: &mut Vec<RowError>) -> Vec<FeedImage> {
    let mut placed: Vec<(u32, String, &str)> = Vec::new();
    for row in rows {
        let Some(cell) = row.get(Field::Image) else { continue };
        if let Some(url) = variant::image(row, Field::Image, cell, warnings) {
            let position =
                row.get(Field::ImagePosition).and_then(|cell| cell.parse().ok()).unwrap_or(u32::MAX);
            placed.push((position, url, row.get(Field::ImageAlt).unwrap_or_default()));
        }
    }
    placed.sort_by_key(|(position, ..)| *position);
    let mut images = Vec::new();
    for (_, url, alt) in placed {
        variant::add_image(&mut images, url, alt);
    }
    for url in variants.iter().filter_map(|variant| variant.image.clone()) {
        variant::add_image(&mut images, url, "");
    }
    images
}
