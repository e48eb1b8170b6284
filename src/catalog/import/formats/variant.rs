//! What both formats read the same way from a row: ids, prices, stock, barcode, weight, pictures, texts.

use std::collections::HashMap;

use super::fault::{Reason, RowError};
use super::groups::hash;
use super::model::{Availability, Condition, FeedImage, FeedVariant, Sale};
use super::row::{Field, Row};
use super::values::{self, MAX_PRICE_CENTS, MAX_QUANTITY, Refusal};

pub const MAX_ID_CHARS: usize = 200;
pub const MAX_TITLE_CHARS: usize = 300;
pub const MAX_TEXT_CHARS: usize = 100_000;
/// Shopify's own bound on the variants of one product.
pub const MAX_VARIANTS: usize = 2_048;
pub const MAX_IMAGES: usize = 50;
const MAX_CATEGORY_LEVELS: usize = 5;
const MAX_NAME_CHARS: usize = 120;

/// Ids and SKUs of the file so far, as hashes with their lines.
#[derive(Default)]
pub struct Seen {
    ids: HashMap<u64, u64>,
    skus: HashMap<u64, u64>,
}

impl Seen {
    /// Notes a variant, or gives the fault that its id or SKU came before.
    pub fn note(&mut self, row: &Row, variant: &FeedVariant, id_field: Field) -> Result<(), RowError> {
        let twin = if id_field == Field::Id { Reason::DuplicateId } else { Reason::DuplicateVariant };
        let (id, sku) = (hash(&variant.external_id), hash(&sku_of(variant).to_uppercase()));
        if let Some(line) = self.ids.get(&id) {
            return Err(row.fault(id_field, twin).found(line).value(&variant.external_id));
        }
        if let Some(line) = self.skus.get(&sku) {
            return Err(row.fault(Field::Sku, Reason::DuplicateSku).found(line).value(sku_of(variant)));
        }
        self.ids.insert(id, row.line);
        self.skus.insert(sku, row.line);
        Ok(())
    }
}

/// The reference under which a variant is sold: its own, or its id.
pub fn sku_of(variant: &FeedVariant) -> &str {
    variant.sku.as_deref().unwrap_or(&variant.external_id)
}

/// A price cell, or the fault with what the reason's text needs.
pub fn price(row: &Row, field: Field, cell: &str) -> Result<i64, RowError> {
    values::price(cell).map_err(|refusal| refused(row, field, cell, refusal))
}

fn refused(row: &Row, field: Field, cell: &str, (reason, found): Refusal) -> RowError {
    let fault = row.fault(field, reason).value(cell).found(found);
    match reason {
        Reason::PriceTooHigh => fault.limit(format!("{}\u{a0}€", MAX_PRICE_CENTS / 100)),
        Reason::QuantityTooHigh => fault.limit(MAX_QUANTITY),
        _ => fault,
    }
}

/// The optional price of a second column; zero means none, as many exports write it.
pub fn optional_price(row: &Row, field: Field) -> Result<Option<i64>, RowError> {
    let Some(cell) = row.get(field) else { return Ok(None) };
    match price(row, field, cell) {
        Ok(cents) => Ok(Some(cents)),
        Err(fault) if fault.reason == Reason::PriceZero => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Google's sale price with its dates.
pub fn sale(row: &Row, price_cents: i64, warnings: &mut Vec<RowError>) -> Result<Option<Sale>, RowError> {
    let Some(cents) = optional_price(row, Field::SalePrice)? else { return Ok(None) };
    if cents >= price_cents {
        let cell = row.get(Field::SalePrice).unwrap_or_default();
        warnings.push(row.fault(Field::SalePrice, Reason::SaleNotLower).value(cell));
        return Ok(None);
    }
    let Some(dates) = row.get(Field::SaleDates) else {
        return Ok(Some(Sale { price_cents: cents, from: None, until: None }));
    };
    match values::interval(dates) {
        Some((from, until)) => Ok(Some(Sale { price_cents: cents, from: Some(from), until: Some(until) })),
        None => {
            warnings.push(row.fault(Field::SaleDates, Reason::SaleDates).value(dates));
            Ok(None)
        }
    }
}

/// Availability and quantity of a Google row; out of stock wins over a quantity.
pub fn stock(row: &Row, warnings: &mut Vec<RowError>) -> Result<(Availability, Option<i32>), RowError> {
    let availability = match row.get(Field::Availability) {
        None => Availability::InStock,
        Some(cell) => values::availability(cell)
            .ok_or_else(|| row.fault(Field::Availability, Reason::UnknownAvailability).value(cell))?,
    };
    let quantity = match row.get(Field::Quantity) {
        None => None,
        Some(cell) => {
            Some(values::quantity(cell).map_err(|refusal| refused(row, Field::Quantity, cell, refusal))?)
        }
    };
    if availability == Availability::OutOfStock && quantity.is_some_and(|n| n > 0) {
        let cell = row.get(Field::Quantity).unwrap_or_default();
        warnings.push(row.fault(Field::Quantity, Reason::StockContradiction).value(cell));
        return Ok((availability, Some(0)));
    }
    let none_left = availability != Availability::InStock;
    Ok((availability, quantity.or(none_left.then_some(0))))
}

/// Shopify's count: an oversold variant is written below zero, an uncounted one without tracker.
pub fn counted_stock(row: &Row, warnings: &mut Vec<RowError>) -> Result<Option<i32>, RowError> {
    let Some(cell) = row.get(Field::Quantity) else { return Ok(None) };
    match values::quantity(cell) {
        Ok(0)
            if row.get(Field::Tracker).is_none() && row.names.0.iter().any(|(f, _)| *f == Field::Tracker) =>
        {
            Ok(None)
        }
        Ok(n) => Ok(Some(n)),
        Err((Reason::QuantityNegative, _)) => {
            warnings.push(row.fault(Field::Quantity, Reason::NegativeStockZeroed).value(cell));
            Ok(Some(0))
        }
        Err(refusal) => Err(refused(row, Field::Quantity, cell, refusal)),
    }
}

/// The barcode, or a warning and none: a wrong one would go into the page's structured data.
pub fn gtin(row: &Row, warnings: &mut Vec<RowError>) -> Option<String> {
    let cell = row.get(Field::Gtin)?;
    values::gtin(cell).map_err(|reason| warnings.push(row.fault(Field::Gtin, reason).value(cell))).ok()
}

pub fn weight(row: &Row, field: Field, unit: &str, warnings: &mut Vec<RowError>) -> Option<i32> {
    let cell = row.get(field)?;
    let grams = values::weight_g(cell, unit);
    if grams.is_none() {
        warnings.push(row.fault(field, Reason::WeightNotANumber).value(cell));
    }
    grams
}

pub fn condition(row: &Row, warnings: &mut Vec<RowError>) -> Condition {
    let Some(cell) = row.get(Field::Condition) else { return Condition::New };
    values::condition(cell).unwrap_or_else(|| {
        warnings.push(row.fault(Field::Condition, Reason::UnknownCondition).value(cell));
        Condition::New
    })
}

/// An address of a picture, or a warning.
pub fn image(row: &Row, field: Field, cell: &str, warnings: &mut Vec<RowError>) -> Option<String> {
    let url = values::image_url(cell);
    if url.is_none() {
        warnings.push(row.fault(field, Reason::ImageUrl).value(cell));
    }
    url
}

/// Adds a picture once, up to the bound.
pub fn add_image(images: &mut Vec<FeedImage>, url: String, alt: &str) {
    if images.len() < MAX_IMAGES && !images.iter().any(|image| image.url == url) {
        images.push(FeedImage { url, alt: kit::text::one_line(alt, MAX_TITLE_CHARS) });
    }
}

/// An id: the whole cell, one line, at most 200 characters.
pub fn id(row: &Row, field: Field) -> Result<String, RowError> {
    let cell = row.need(field)?;
    let fits = cell.chars().count() <= MAX_ID_CHARS && !cell.contains(['\n', '\r', '\t', '\u{fffd}']);
    if fits {
        Ok(cell.to_string())
    } else {
        Err(row.fault(field, Reason::InvalidId).limit(MAX_ID_CHARS).value(cell))
    }
}

/// A reference as spreadsheets guard it: `'0012` is `0012`.
pub fn reference(row: &Row, field: Field) -> Option<String> {
    let cell = row.get(field)?.trim_start_matches('\'').trim();
    let cell = kit::text::one_line(cell, MAX_ID_CHARS);
    (!cell.is_empty()).then_some(cell)
}

/// The title on one line, without markup.
pub fn title(row: &Row, cell: &str, warnings: &mut Vec<RowError>) -> String {
    let text = crate::html::decode_entities(cell);
    if text.chars().count() > MAX_TITLE_CHARS {
        warnings.push(row.fault(Field::Title, Reason::TextTooLong).limit(MAX_TITLE_CHARS).value(cell));
    }
    kit::text::one_line(&text, MAX_TITLE_CHARS)
}

/// The description as it is, up to the bound.
pub fn description(row: &Row, warnings: &mut Vec<RowError>) -> String {
    let Some(cell) = row.get(Field::Description) else { return String::new() };
    match cell.char_indices().nth(MAX_TEXT_CHARS) {
        None => cell.to_string(),
        Some((end, _)) => {
            warnings
                .push(row.fault(Field::Description, Reason::TextTooLong).limit(MAX_TEXT_CHARS).value(cell));
            cell[..end].to_string()
        }
    }
}

/// `A > B > C`, spaces tidied; a number is Google's code for a category, of which we know no name.
pub fn category_path(cell: &str) -> Vec<String> {
    let names =
        cell.split('>').map(|name| kit::text::one_line(&crate::html::decode_entities(name), MAX_NAME_CHARS));
    let path: Vec<String> = names.filter(|name| !name.is_empty()).take(MAX_CATEGORY_LEVELS).collect();
    if path.len() == 1 && path[0].bytes().all(|b| b.is_ascii_digit()) { Vec::new() } else { path }
}

/// A brand or another short name.
pub fn short(cell: &str) -> Option<String> {
    let name = kit::text::one_line(&crate::html::decode_entities(cell), MAX_NAME_CHARS);
    (!name.is_empty()).then_some(name)
}
