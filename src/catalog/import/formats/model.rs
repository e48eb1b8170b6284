//! What a feed says about a product, after parsing and before anything is looked up in the database.

use chrono::{DateTime, Utc};

use super::fault::RowError;

/// One product with its variants, whatever the format it came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedProduct {
    /// First and last line of the file that speak of it.
    pub line: u64,
    pub last_line: u64,
    /// The merchant's id: upsert key of the product.
    pub external_id: String,
    pub title: String,
    /// As in the feed, possibly HTML; the importer makes plain text of it.
    pub description: String,
    pub brand: Option<String>,
    /// From the top down: `["Bricolage", "Électricité", "Rallonges"]`.
    pub category: Vec<String>,
    pub tags: Vec<String>,
    /// At most three, in the order shown.
    pub options: Vec<FeedOption>,
    /// At least one; each with as many option values as the product has options.
    pub variants: Vec<FeedVariant>,
    pub images: Vec<FeedImage>,
    pub attributes: Vec<FeedAttribute>,
    /// Short selling points, in the feed's language.
    pub highlights: Vec<String>,
    pub condition: Condition,
    pub published: bool,
    /// Taken, with a word to the merchant.
    pub warnings: Vec<RowError>,
}

/// A dimension in which variants differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedOption {
    /// Shared over products: `couleur`, `taille`, or the slug of the name.
    pub code: String,
    pub label_fr: String,
    pub label_en: String,
}

/// What is put into the cart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedVariant {
    pub line: u64,
    pub external_id: String,
    pub sku: Option<String>,
    pub gtin: Option<String>,
    pub mpn: Option<String>,
    /// VAT included.
    pub price_cents: i64,
    pub sale: Option<Sale>,
    pub availability: Availability,
    /// `None` when the feed does not count.
    pub quantity: Option<i32>,
    pub weight_g: Option<i32>,
    /// In the order of the product's options.
    pub values: Vec<String>,
    pub image: Option<String>,
}

/// A reduced price and the time it is valid; open ends mean always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    pub price_cents: i64,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl Sale {
    pub fn is_on(&self, now: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

impl FeedVariant {
    /// The price to pay now, and the crossed-out price while reduced.
    pub fn price_at(&self, now: DateTime<Utc>) -> (i64, Option<i64>) {
        match self.sale {
            Some(sale) if sale.is_on(now) => (sale.price_cents, Some(self.price_cents)),
            _ => (self.price_cents, None),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Availability {
    #[default]
    InStock,
    OutOfStock,
    Preorder,
    Backorder,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    #[default]
    New,
    Refurbished,
    Used,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedImage {
    pub url: String,
    pub alt: String,
}

/// A row of the specification table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedAttribute {
    pub group: String,
    pub label_fr: String,
    pub label_en: String,
    pub value: String,
    /// Where it differs; a feed has one language.
    pub value_en: Option<String>,
}
