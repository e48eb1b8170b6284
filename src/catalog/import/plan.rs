//! Compares prepared products with what the shop holds of them: pure, so that a dry run and a real one decide alike.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::formats::fault::{Reason, RowError};
use crate::prepare::{Prepared, Variant};
use crate::store::read::{HeldProduct, HeldValue, HeldVariant};

/// What the shop holds of the products of one chunk.
#[derive(Debug, Default)]
pub struct Held {
    pub products: HashMap<String, HeldProduct>,
    /// By product, in their order.
    pub values: HashMap<i64, Vec<HeldValue>>,
    pub variants: Vec<HeldVariant>,
    /// Addresses of pictures by product, in their order.
    pub images: HashMap<i64, Vec<String>>,
}

/// How stock that the feed counts, or does not count, is taken over.
#[derive(Clone, Copy, Debug)]
pub struct StockRule {
    /// Units for a new variant that is in stock and not counted.
    pub unknown: i32,
    /// Variants that are there keep the stock they have.
    pub keep: bool,
}

/// A variant of the feed beside the one it updates.
#[derive(Debug)]
pub struct Match<'a> {
    pub feed: &'a Variant,
    pub held: Option<&'a HeldVariant>,
    /// The level to set, if it changes.
    pub stock: Option<i32>,
    /// Price, reference, barcode, weight or id differ.
    pub changed: bool,
}

/// What is to be done for one product.
#[derive(Debug)]
pub struct Planned<'a> {
    pub feed: &'a Prepared,
    pub held: Option<&'a HeldProduct>,
    pub variants: Vec<Match<'a>>,
    pub category_id: i32,
    pub brand_id: Option<i32>,
    pub row: bool,
    pub text: bool,
    pub options: bool,
    pub images: bool,
}

impl Planned<'_> {
    pub fn is_new(&self) -> bool {
        self.held.is_none()
    }

    pub fn changes(&self) -> bool {
        let variants = self.variants.iter().any(|v| v.held.is_none() || v.changed || v.stock.is_some());
        self.is_new() || self.row || self.text || self.options || self.images || variants
    }

    pub fn status(&self) -> &str {
        self.feed.status.or(self.held.map(|held| held.status.as_str())).unwrap_or("active")
    }
}

/// Plans one product; `None` when nothing of it can be taken. Faults and notes go to `faults` and `notes`.
pub fn plan<'a>(
    feed: &'a Prepared,
    held: &'a Held,
    (category_id, brand_id): (i32, Option<i32>),
    rule: StockRule,
    faults: &mut Vec<RowError>,
    notes: &mut Vec<RowError>,
) -> Option<Planned<'a>> {
    let product = held.products.get(&feed.external_id);
    let values = product.and_then(|p| held.values.get(&p.id)).map(Vec::as_slice).unwrap_or_default();
    let matches = pair(feed, product, held, values, faults);
    if matches.is_empty() {
        return None;
    }
    let mut planned = Planned {
        feed,
        held: product,
        variants: Vec::new(),
        category_id,
        brand_id,
        row: true,
        text: true,
        options: !feed.options.is_empty(),
        images: !feed.images.is_empty(),
    };
    if let Some(product) = product {
        if feed.category.is_empty() {
            planned.category_id = product.category_id;
        }
        planned.brand_id = brand_id.or(product.brand_id);
        planned.row = row_differs(&planned, product);
        planned.text = text_differs(feed, product);
        planned.options = options_differ(feed, values);
        let images = held.images.get(&product.id).map(Vec::as_slice).unwrap_or_default();
        planned.images = !feed.images.is_empty() && !feed.images.iter().map(|image| &image.url).eq(images);
    }
    for (variant, old) in matches {
        let codes = old.is_some_and(|old| codes_of(old, values).ne(&variant.codes));
        let stock = level(variant, old, rule, notes);
        let changed = codes || old.is_some_and(|old| variant_differs(variant, old));
        planned.variants.push(Match { feed: variant, held: old, stock, changed });
    }
    Some(planned)
}

fn row_differs(planned: &Planned<'_>, product: &HeldProduct) -> bool {
    let attributes = planned.feed.attributes.as_ref().is_some_and(|new| *new != product.attributes);
    planned.category_id != product.category_id
        || planned.brand_id != product.brand_id
        || planned.status() != product.status
        || attributes
}

fn text_differs(feed: &Prepared, product: &HeldProduct) -> bool {
    let said = |new: &str, old: &Option<String>| !new.is_empty() && old.as_deref() != Some(new);
    let bullets = feed.bullets.as_ref().is_some_and(|new| Some(new) != product.bullets.as_ref());
    product.title.is_none()
        || said(&feed.title, &product.title)
        || said(&feed.description, &product.description)
        || bullets
}

/// Other options, or a value that is not there. Values that only the shop has stay.
fn options_differ(feed: &Prepared, values: &[HeldValue]) -> bool {
    let mut held: Vec<(i16, &str)> =
        values.iter().map(|v| (v.option_position, v.option_code.as_str())).collect();
    held.dedup();
    let same = held.len() == feed.options.len()
        && held.iter().zip(&feed.options).all(|((_, code), option)| *code == option.code);
    let known = |position: usize, code: &str| {
        values.iter().any(|v| v.option_position as usize == position + 1 && v.code == code)
    };
    let mut wanted = feed.options.iter().enumerate();
    !same || wanted.any(|(position, option)| option.values.iter().any(|value| !known(position, &value.code)))
}

/// The codes of a variant's option values.
fn codes_of<'a>(variant: &HeldVariant, values: &'a [HeldValue]) -> Vec<&'a str> {
    let code = |id: &i64| values.iter().find(|value| value.id == *id).map_or("", |value| value.code.as_str());
    variant.value_ids.iter().map(code).collect()
}

fn variant_differs(feed: &Variant, held: &HeldVariant) -> bool {
    held.external_id.as_deref() != Some(&feed.external_id)
        || held.sku != feed.sku
        || held.price_cents != feed.price_cents
        || held.compare_at_cents != feed.compare_at_cents
        || feed.ean.is_some() && feed.ean != held.ean
        || feed.weight_g.is_some_and(|grams| grams != held.weight_g)
}

/// The level to set; never below what is promised to orders.
fn level(
    feed: &Variant,
    held: Option<&HeldVariant>,
    rule: StockRule,
    notes: &mut Vec<RowError>,
) -> Option<i32> {
    let Some(held) = held else {
        if feed.stock.is_none() {
            notes.push(RowError::new(feed.line, Reason::StockUnknown).found(rule.unknown));
        }
        return Some(feed.stock.unwrap_or(rule.unknown));
    };
    let wanted = feed.stock.filter(|_| !rule.keep)?;
    if wanted < held.reserved {
        notes.push(
            RowError::new(feed.line, Reason::StockReserved).found(held.reserved).value(&wanted.to_string()),
        );
    }
    let level = wanted.max(held.reserved);
    (held.on_hand != Some(level)).then_some(level)
}

/// Finds for each variant the one it updates: by id; else, in the same product, by reference or by the same option values
/// (the merchant gave it a new id). What belongs to another product is refused.
fn pair<'a>(
    feed: &'a Prepared,
    product: Option<&HeldProduct>,
    held: &'a Held,
    values: &[HeldValue],
    faults: &mut Vec<RowError>,
) -> Vec<(&'a Variant, Option<&'a HeldVariant>)> {
    let ids: HashSet<&str> = feed.variants.iter().map(|variant| variant.external_id.as_str()).collect();
    let own = |old: &HeldVariant| product.is_some_and(|product| product.id == old.product_id);
    let free = |old: &HeldVariant| own(old) && !old.external_id.as_deref().is_some_and(|id| ids.contains(id));
    let mut claimed: HashSet<i64> = HashSet::new();
    let mut out = Vec::new();
    for variant in &feed.variants {
        let by_id = held.variants.iter().find(|old| old.external_id.as_deref() == Some(&variant.external_id));
        let by_sku = held.variants.iter().find(|old| old.sku == variant.sku);
        if let Some(old) = by_id.filter(|old| !own(old)) {
            let place = old.product_external_id.as_deref().unwrap_or(&old.sku);
            let fault = RowError::new(variant.line, Reason::VariantElsewhere).found(place);
            faults.push(fault.value(&variant.external_id));
            continue;
        }
        let other = by_sku.filter(|old| by_id.map_or(!free(old), |mine| mine.id != old.id));
        if other.is_some() {
            faults.push(RowError::new(variant.line, Reason::SkuTaken).value(&variant.sku));
            continue;
        }
        let by_values = || {
            held.variants.iter().find(|old| {
                free(old) && !claimed.contains(&old.id) && codes_of(old, values).eq(&variant.codes)
            })
        };
        let found = by_id.or(by_sku.filter(|old| !claimed.contains(&old.id))).or_else(by_values);
        claimed.extend(found.map(|old| old.id));
        out.push((variant, found));
    }
    out
}

/// The bullets to write: those of the feed, else those that are there.
pub fn bullets(planned: &Planned<'_>) -> serde_json::Value {
    let held = || planned.held.and_then(|held| held.bullets.clone());
    planned.feed.bullets.clone().or_else(held).unwrap_or_else(|| json!([]))
}
