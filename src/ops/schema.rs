//! What commands need to know of the database besides its migrations.

use sqlx::{PgConnection, PgPool};

pub use crate::store::catalog::InvalidIndex;

use crate::plan::Tables;
use crate::store::catalog as store;

/// Indexes that an interrupted CREATE INDEX CONCURRENTLY left behind.
pub async fn invalid_indexes(conn: &mut PgConnection) -> sqlx::Result<Vec<InvalidIndex>> {
    store::list_invalid_indexes(conn).await
}

/// Removes one of them; nobody waits.
pub async fn drop_index(conn: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    store::drop_index(conn, name).await
}

/// Tables and how many rows PostgreSQL believes they have.
pub async fn tables(db: &PgPool) -> sqlx::Result<Tables> {
    Ok(store::list_table_rows(db).await?.into_iter().collect())
}
