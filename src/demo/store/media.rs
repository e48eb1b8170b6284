//! Pictures that the platform has registered.

use sqlx::PgExecutor;

use crate::pictures::Media;

pub async fn get_media(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Media> {
    sqlx::query_as!(Media, "select id, key, kind from media where id = $1", id).fetch_one(db).await
}
