//! Products in lists: one query whatever the number of cards.

use kit::Lang;
use sqlx::PgExecutor;

use crate::model::Card;
use crate::store;

/// The cards of these products in the order given; what is not on sale is left out.
pub async fn list_cards(db: impl PgExecutor<'_>, lang: Lang, product_ids: &[i64]) -> sqlx::Result<Vec<Card>> {
    if product_ids.is_empty() {
        return Ok(Vec::new());
    }
    store::cards::list_cards(db, lang, product_ids).await
}
