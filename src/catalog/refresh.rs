//! The columns of `products` and `product_texts` that lists, facets and search read, computed from their sources.

use sqlx::PgConnection;

use crate::store::refresh as store;

/// Largest number of products in one round of statements.
const BATCH: usize = 1_000;

/// Recomputes price, reduction, stock, rating, pictures, search vectors and search words of one product.
///
/// Call it in the transaction that changed the product, its variants, prices, stock, pictures, options or reviews.
pub async fn refresh_product(tx: &mut PgConnection, product_id: i64) -> sqlx::Result<()> {
    refresh_products(tx, &[product_id]).await
}

/// The same for many products: five statements for each thousand.
pub async fn refresh_products(tx: &mut PgConnection, product_ids: &[i64]) -> sqlx::Result<()> {
    for ids in product_ids.chunks(BATCH) {
        store::lock_products(tx, ids).await?;
        store::set_lowest_prices(tx, ids).await?;
        store::set_kept_columns(tx, ids).await?;
        store::set_search_vectors(tx, ids).await?;
        store::insert_search_words(tx, ids).await?;
    }
    Ok(())
}
