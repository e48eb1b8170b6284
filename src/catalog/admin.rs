//! What staff do to products: find, edit, publish, withdraw. Whoever saves says which version was seen.

use platform::App;
use platform::infra::live;
use serde_json::json;
use sqlx::PgPool;

use crate::refresh_product;
use crate::store::admin as store;

pub use crate::store::admin::{EditProduct, EditText, EditVariant, ProductRow};

/// States of a product, as in `products.status`.
pub const STATUSES: [&str; 3] = ["draft", "active", "archived"];

/// What is to be saved. Texts and variants that are not named stay as they are.
#[derive(Clone, Debug, Default)]
pub struct ProductChange {
    /// The version that was on the screen.
    pub version: i32,
    pub status: String,
    pub category_id: i32,
    pub texts: Vec<EditText>,
    pub variants: Vec<VariantChange>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantChange {
    pub id: i64,
    pub price_cents: i64,
    pub compare_at_cents: Option<i64>,
    pub active: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    #[error("no such product")]
    NotFound,
    /// Somebody was faster; nothing was changed.
    #[error("version {} is stored", .0.version)]
    Conflict(Box<EditProduct>),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Products by words (title, SKU, brand) and status (empty: all but archived), newest change first; with how many there are.
pub async fn list_products(
    db: &PgPool,
    words: &str,
    status: &str,
    limit: i64,
    offset: i64,
) -> sqlx::Result<(Vec<ProductRow>, i64)> {
    store::list_products(db, words, status, limit, offset).await
}

/// A product with texts and variants, whatever its status.
pub async fn find_product(db: &PgPool, id: i64) -> sqlx::Result<Option<EditProduct>> {
    let mut conn = db.acquire().await?;
    store::find_product(&mut conn, id).await
}

/// Saves a product in one transaction: texts, status, category, prices (each new one goes to the price log), then the
/// columns that lists and search read, then the live event that empties the page caches.
pub async fn update_product(
    app: &App,
    id: i64,
    change: &ProductChange,
    actor: &str,
) -> Result<(), UpdateError> {
    let mut tx = app.db.begin().await?;
    let version = store::lock_version(&mut tx, id).await?.ok_or(UpdateError::NotFound)?;
    if version != change.version {
        let stored = store::find_product(&mut tx, id).await?.ok_or(UpdateError::NotFound)?;
        return Err(UpdateError::Conflict(Box::new(stored)));
    }
    store::set_product(&mut tx, id, &change.status, change.category_id).await?;
    for text in &change.texts {
        store::set_text(&mut tx, id, text).await?;
    }
    for v in &change.variants {
        store::log_price(&mut tx, id, v, actor).await?;
        store::set_variant(&mut tx, id, v).await?;
    }
    refresh_product(&mut tx, id).await?;
    live::publish(&mut tx, "product", "changed", id, json!({ "status": change.status })).await?;
    tx.commit().await?;
    crate::tree::clear(app);
    live::wake(app).await;
    Ok(())
}
