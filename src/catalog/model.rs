//! What a product is: types and rules without I/O.

use chrono::{DateTime, Utc};
use kit::{Lang, Money, urls};

use crate::pricing::Price;

/// From how few units on a shopper is told how many are left.
pub const LOW_STOCK: i32 = 5;
/// Working days until a parcel is there, at the earliest and at the latest (the standard delivery).
pub const DELIVERY_DAYS: (u32, u32) = (2, 4);
/// How long a product counts as new.
pub const NEW_DAYS: i64 = 45;

/// A picture of `media`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub key: String,
    pub kind: String,
    pub width: i32,
    pub height: i32,
}

impl Picture {
    /// A drawing or a rendered object, shown whole on a soft ground; a photograph fills its frame.
    pub fn is_art(&self) -> bool {
        self.kind == "svg" || self.width <= 256
    }

    pub fn url(&self, width: u32) -> String {
        urls::media(&self.key, &self.kind, width)
    }

    /// The three widths for `srcset`; one file needs none.
    pub fn srcset(&self) -> Option<String> {
        (!self.is_art())
            .then(|| format!("{} 320w, {} 640w, {} 1024w", self.url(320), self.url(640), self.url(1024)))
    }
}

/// How many are left, as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    Plenty,
    Few(i32),
    Out,
}

impl Stock {
    pub fn of(available: i32) -> Stock {
        match available {
            ..=0 => Stock::Out,
            n if n <= LOW_STOCK => Stock::Few(n),
            _ => Stock::Plenty,
        }
    }
}

/// A product in a list. Price and stock are those of this moment.
#[derive(Debug, Clone)]
pub struct Card {
    pub id: i64,
    pub slug: String,
    pub title: String,
    /// Whether the title is French for want of an English one.
    pub foreign: bool,
    pub brand: String,
    /// The cheapest variant's.
    pub price: Price,
    /// Other variants cost more.
    pub varies: bool,
    /// The variant to put into the cart, when there is nothing to choose.
    pub variant: Option<i64>,
    pub available: i32,
    pub picture: Option<Picture>,
    /// Mean times ten.
    pub rating: i64,
    pub reviews: i64,
    pub is_new: bool,
}

impl Card {
    pub fn url(&self, lang: Lang) -> String {
        urls::product(lang, &self.slug)
    }

    pub fn stock(&self) -> Stock {
        Stock::of(self.available)
    }
}

/// Mean of a sum of ratings times ten, rounded; 0 without any.
pub fn mean_tenths(sum: i64, count: i64) -> i64 {
    if count <= 0 { 0 } else { (sum * 10 + count / 2) / count }
}

/// A choice that a product offers: colour, size, finish.
#[derive(Debug, Clone)]
pub struct OptionGroup {
    pub code: String,
    pub label: String,
    pub values: Vec<OptionValue>,
}

#[derive(Debug, Clone)]
pub struct OptionValue {
    pub id: i64,
    pub code: String,
    pub label: String,
    pub swatch: Option<String>,
}

/// What is put into the cart. Price and stock are those of this moment.
#[derive(Debug, Clone)]
pub struct Variant {
    pub id: i64,
    pub sku: String,
    pub ean: Option<String>,
    /// In the order of the product's options.
    pub value_ids: Vec<i64>,
    pub price: Price,
    pub available: i32,
    pub image_id: Option<i64>,
}

/// A picture of the gallery.
#[derive(Debug, Clone)]
pub struct Shot {
    pub media_id: i64,
    pub picture: Picture,
    pub alt: String,
    pub variant_id: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Review {
    pub author: String,
    pub lang: Lang,
    pub rating: i64,
    pub title: String,
    pub body: String,
    pub verified: bool,
    pub at: DateTime<Utc>,
}

/// All that a product page shows but prices and stock.
#[derive(Debug, Clone)]
pub struct Product {
    pub id: i64,
    pub status: String,
    pub updated_at: DateTime<Utc>,
    /// French and English; the French one for both when there is no English text.
    pub slugs: [String; 2],
    pub title: String,
    pub foreign: bool,
    pub description: String,
    /// For search engines, where staff wrote one.
    pub summary: String,
    pub bullets: Vec<String>,
    /// (label, value)
    pub attributes: Vec<(String, String)>,
    /// (slug, name)
    pub brand: Option<(String, String)>,
    pub category_id: i32,
    pub warranty_months: Option<i16>,
    /// Tenths: 81 is 8.1 of 10.
    pub repair_index: Option<i16>,
    pub ecotax: Money,
    pub origin: String,
    pub options: Vec<OptionGroup>,
    pub shots: Vec<Shot>,
    pub rating_sum: i64,
    pub rating_count: i64,
    /// Reviews with one star, two stars ...
    pub histogram: [i64; 5],
    /// The newest few.
    pub reviews: Vec<Review>,
    /// Ids of products like it, nearest first.
    pub similar: Vec<i64>,
    pub together: Vec<i64>,
}

impl Product {
    pub fn slug(&self, lang: Lang) -> &str {
        lang.pick(&self.slugs[0], &self.slugs[1])
    }

    pub fn url(&self, lang: Lang) -> String {
        urls::product(lang, self.slug(lang))
    }

    pub fn rating(&self) -> i64 {
        mean_tenths(self.rating_sum, self.rating_count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_left_are_counted_and_none_is_said() {
        assert_eq!(Stock::of(6), Stock::Plenty);
        assert_eq!(Stock::of(5), Stock::Few(5));
        assert_eq!(Stock::of(0), Stock::Out);
        assert_eq!(Stock::of(-2), Stock::Out);
    }

    #[test]
    fn means_are_rounded_to_a_tenth() {
        assert_eq!(mean_tenths(14, 3), 47);
        assert_eq!(mean_tenths(0, 0), 0);
        assert_eq!(mean_tenths(5, 1), 50);
    }
}
