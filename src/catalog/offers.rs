//! What a variant is sold as right now: title, price, stock, tax class. Carts and orders read the catalogue only through this.

use kit::{Lang, Money, urls};
use sqlx::PgExecutor;

pub use crate::store::offers::{list_offers, tax_rates};

/// One variant as a shopper may buy it. Prices include VAT; `available` is what nobody else has set aside.
#[derive(Debug, Clone)]
pub struct Offer {
    pub variant_id: i64,
    pub product_id: i64,
    pub sku: String,
    pub title: String,
    /// `Finition : inox, Taille : M`, empty for a product without options.
    pub options: String,
    pub slug_fr: String,
    pub slug_en: String,
    pub price_cents: i64,
    pub compare_at_cents: Option<i64>,
    /// on hand minus reserved, never below 0.
    pub available: i32,
    /// Empty when the product has no picture.
    pub image_key: String,
    pub image_kind: String,
    pub tax_class: String,
    pub weight_g: i32,
    pub ecotax_cents: i32,
    /// Product published and variant active: whether it may be sold at all.
    pub sellable: bool,
}

impl Offer {
    pub fn price(&self) -> Money {
        Money::cents(self.price_cents)
    }

    pub fn compare_at(&self) -> Option<Money> {
        self.compare_at_cents.map(Money::cents)
    }

    pub fn slug(&self, lang: Lang) -> &str {
        lang.pick(&self.slug_fr, &self.slug_en)
    }

    /// The product's page; French when there is no text in the language.
    pub fn url(&self, lang: Lang) -> String {
        urls::product(lang, self.slug(lang))
    }

    /// Whether at least one can be bought.
    pub fn buyable(&self) -> bool {
        self.sellable && self.available > 0
    }
}

/// One offer, `None` for an unknown variant.
pub async fn find_offer(db: impl PgExecutor<'_>, lang: Lang, variant_id: i64) -> sqlx::Result<Option<Offer>> {
    Ok(list_offers(db, lang, &[variant_id]).await?.pop())
}
