//! What the shop sells: categories, brands, products with their variants, prices, stock, pictures and reviews.
//!
//! Tables owned: `categories`, `category_texts`, `brands`, `products`, `product_texts`, `product_slugs`,
//! `product_options`, `option_values`, `variants`, `price_log`, `stock_levels`, `stock_movements`, `product_images`,
//! `reviews`, `product_views`, `product_links`, `tax_rates`, `search_words`.
//!
//! Reading order: [`model`] (what a product is), [`pricing`] (when a reduction may be shown), [`tree`] (categories, kept in
//! the process), [`cards`] (products in lists), [`product`], [`choice`], [`similar`] and [`links`] (the product page), [`refresh`] (the columns that
//! lists need), [`offers`] and [`stock`] (what sales needs), [`admin`] (what staff do), [`views_count`]
//! (who looked at what), [`mod@jobs`] (what the worker does).
//!
//! What must stay true:
//! - Whoever changes a product, variant, price, picture or review calls [`refresh_product`] in the same transaction, so that
//!   `products.price_cents` and the other kept columns never differ from their source.
//! - Every price ever asked stands in `price_log`; a crossed-out price is never above the lowest of the 30 days before.
//! - Stock is sold by the conditional statement in [`stock`] alone.

pub mod admin;
pub mod cards;
pub mod choice;
pub mod jobs;
pub mod links;
pub mod model;
pub mod offers;
pub mod pricing;
pub mod product;
pub mod refresh;
pub mod similar;
pub mod stock;
pub mod tree;
pub mod views_count;

mod routes;
mod store;
mod structured;
mod views;

pub use self::jobs::jobs;
pub use cards::list_cards;
pub use model::Card;
pub use refresh::{refresh_product, refresh_products};
pub use routes::{routes, start};
pub use tree::{departments, tree};

/// Components that other rooms use.
pub mod ui {
    pub use crate::views::card::{card, grid, rail, stock};
    pub use crate::views::picture::{Load, picture, thumb};
}

rust_i18n::i18n!("locales", fallback = "fr");
