//! Begin anew: the shop's own tables are emptied, never those that a migration fills.

use sqlx::PgConnection;

/// Empties catalogue, content, carts, orders, customers, mails and live events. Jobs and rates stay.
pub async fn wipe(tx: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        "truncate categories, brands, media, products, search_words, search_synonyms, search_redirects, search_queries, pages, carts, orders, users, mails, live_events
         restart identity cascade"
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("alter sequence order_numbers restart").execute(tx).await?;
    Ok(())
}
