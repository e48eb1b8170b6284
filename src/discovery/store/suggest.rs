//! SQL of [`crate::suggest`]: only asked while there is no index.

use kit::Lang;
use sqlx::PgExecutor;

/// Products whose text has words that begin so, those that fit best first.
pub async fn list_beginning(db: impl PgExecutor<'_>, lang: Lang, query: &str) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select product_id from product_texts, to_tsquery($1::text::regconfig, $2) q
           where lang = $1 and search @@ q order by ts_rank('{0.05,0.2,0.4,1}', search, q) desc, product_id limit 50"#,
        lang.code(),
        query
    )
    .fetch_all(db)
    .await
}
