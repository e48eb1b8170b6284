//! SQL of `addresses`, always through the owner: a foreign id is found by nobody.

use kit::address::Address;
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::model::SavedAddress;

pub async fn list_addresses(db: impl PgExecutor<'_>, user_id: i64) -> sqlx::Result<Vec<SavedAddress>> {
    let rows = sqlx::query!(
        r#"select id, data as "data: Json<Address>", is_default from addresses
           where user_id = $1 order by is_default desc, id"#,
        user_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| SavedAddress { id: r.id, address: r.data.0, is_default: r.is_default })
        .collect())
}

pub async fn find_address(
    db: impl PgExecutor<'_>,
    user_id: i64,
    id: i64,
) -> sqlx::Result<Option<SavedAddress>> {
    let row = sqlx::query!(
        r#"select id, data as "data: Json<Address>", is_default from addresses where user_id = $1 and id = $2"#,
        user_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| SavedAddress { id: r.id, address: r.data.0, is_default: r.is_default }))
}

/// Locks the owner's row, so that two requests cannot both make a default or pass the limit.
pub async fn lock_owner(db: impl PgExecutor<'_>, user_id: i64) -> sqlx::Result<()> {
    sqlx::query!("select id from users where id = $1 for update", user_id).fetch_one(db).await?;
    Ok(())
}

pub async fn count_addresses(db: impl PgExecutor<'_>, user_id: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from addresses where user_id = $1"#, user_id)
        .fetch_one(db)
        .await
}

pub async fn insert_address(
    db: impl PgExecutor<'_>,
    user_id: i64,
    address: &Address,
    is_default: bool,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into addresses (user_id, data, is_default) values ($1, $2, $3) returning id",
        user_id,
        Json(address) as _,
        is_default
    )
    .fetch_one(db)
    .await
}

pub async fn set_address(
    db: impl PgExecutor<'_>,
    user_id: i64,
    id: i64,
    address: &Address,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update addresses set data = $3, updated_at = now() where user_id = $1 and id = $2",
        user_id,
        id,
        Json(address) as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn clear_default(db: impl PgExecutor<'_>, user_id: i64) -> sqlx::Result<()> {
    sqlx::query!("update addresses set is_default = false where user_id = $1 and is_default", user_id)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn set_default(db: impl PgExecutor<'_>, user_id: i64, id: i64) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("update addresses set is_default = true where user_id = $1 and id = $2", user_id, id)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// The oldest one becomes the default when there is none left.
pub async fn set_some_default(db: impl PgExecutor<'_>, user_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update addresses set is_default = true
         where id = (select min(id) from addresses where user_id = $1)
           and not exists (select 1 from addresses where user_id = $1 and is_default)",
        user_id
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn delete_address(db: impl PgExecutor<'_>, user_id: i64, id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!("delete from addresses where user_id = $1 and id = $2", user_id, id);
    Ok(done.execute(db).await?.rows_affected() == 1)
}
