//! What the shop sells: categories, brands, products with their variants, prices, stock, pictures and reviews.
//!
//! Tables owned: `categories`, `category_texts`, `brands`, `products`, `product_texts`, `product_slugs`,
//! `product_options`, `option_values`, `variants`, `price_log`, `stock_levels`, `stock_movements`, `product_images`,
//! `reviews`, `product_views`, `tax_rates`, `search_words`.
//!
//! Reading order: [`model`] (what a product is), [`pricing`] (when a reduction may be shown), [`tree`] (categories, kept in
//! the process), [`cards`] (products in lists), `product` (the product page), [`refresh`] (the columns that lists need),
//! [`admin`] (what staff do), `views_count` (who looked at what).
//!
//! What must stay true:
//! - Whoever changes a product, variant, price, picture or review calls [`refresh_product`] in the same transaction, so that
//!   `products.price_cents` and the other kept columns never differ from their source.
//! - Every price ever asked stands in `price_log`; a crossed-out price is never above the lowest of the 30 days before.
//! - Stock is sold by the conditional statement in [`stock`] alone.

pub mod offers;
pub mod refresh;
pub mod stock;

mod store;

pub use refresh::{refresh_product, refresh_products};

rust_i18n::i18n!("locales", fallback = "fr");
