//! SQL of lists of favourites.

use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

#[derive(Debug)]
pub struct Found {
    pub id: i64,
    pub user_id: Option<i64>,
    pub share_token: Option<Uuid>,
}

/// The lists of a cookie and of a customer: at most one each.
pub async fn find_lists(
    db: impl PgExecutor<'_>,
    token: Option<Uuid>,
    user_id: Option<i64>,
) -> sqlx::Result<Vec<Found>> {
    sqlx::query_as!(
        Found,
        "select id, user_id, share_token from wishlists where token = $1 or user_id = $2",
        token,
        user_id
    )
    .fetch_all(db)
    .await
}

/// A new list, or the one that the customer has since a moment ago.
pub async fn insert_list(db: impl PgExecutor<'_>, token: Uuid, user_id: Option<i64>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into wishlists (token, user_id) values ($1, $2)
         on conflict (user_id) do update set updated_at = now() returning id",
        token,
        user_id
    )
    .fetch_one(db)
    .await
}

pub async fn find_shared(db: impl PgExecutor<'_>, share_token: Uuid) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select id from wishlists where share_token = $1", share_token)
        .fetch_optional(db)
        .await
}

/// The products of a list, the newest first.
pub async fn list_products(db: impl PgExecutor<'_>, list: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select product_id from wishlist_items where wishlist_id = $1 order by added_at desc, product_id",
        list
    )
    .fetch_all(db)
    .await
}

/// What came of adding.
#[derive(Debug)]
pub struct AddedRow {
    /// The product is on sale.
    pub known: bool,
    /// It stands on the list now, new or since before.
    pub listed: bool,
}

/// Puts a product on a list, unless it is not on sale or the list is full. One statement.
pub async fn add_item(
    db: impl PgExecutor<'_>,
    list: i64,
    product: i64,
    max_items: i64,
) -> sqlx::Result<AddedRow> {
    sqlx::query_as!(
        AddedRow,
        r#"with p as (select id from products where id = $2 and status = 'active'),
                before as (select from wishlist_items where wishlist_id = $1 and product_id = $2),
                i as (insert into wishlist_items (wishlist_id, product_id)
                      select $1, p.id from p where (select count(*) from wishlist_items where wishlist_id = $1) < $3
                      on conflict do nothing returning product_id),
                t as (update wishlists set updated_at = now() where id = $1)
           select exists (select from p) as "known!", exists (select from i) or exists (select from before) as "listed!""#,
        list,
        product,
        max_items
    )
    .fetch_one(db)
    .await
}

pub async fn delete_item(db: impl PgExecutor<'_>, list: i64, product: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from wishlist_items where wishlist_id = $1 and product_id = $2", list, product)
        .execute(db)
        .await?;
    Ok(())
}

/// A list that is shared keeps its address.
pub async fn share(db: impl PgExecutor<'_>, list: i64, token: Uuid) -> sqlx::Result<()> {
    sqlx::query!("update wishlists set share_token = coalesce(share_token, $2) where id = $1", list, token)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn unshare(db: impl PgExecutor<'_>, list: i64) -> sqlx::Result<()> {
    sqlx::query!("update wishlists set share_token = null where id = $1", list).execute(db).await?;
    Ok(())
}

pub async fn move_items(tx: &mut PgConnection, from: i64, to: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into wishlist_items (wishlist_id, product_id, added_at)
         select $2, product_id, added_at from wishlist_items where wishlist_id = $1 on conflict do nothing",
        from,
        to
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn set_owner(tx: &mut PgConnection, list: i64, user: i64) -> sqlx::Result<()> {
    sqlx::query!("update wishlists set user_id = $2 where id = $1 and user_id is null", list, user)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn delete_list(tx: &mut PgConnection, list: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from wishlists where id = $1", list).execute(tx).await?;
    Ok(())
}

/// Deletes guests' lists that nobody touched for 180 days. At most `limit`; says how many.
pub async fn prune(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from wishlists where id in (
           select id from wishlists where user_id is null and updated_at < now() - interval '180 days'
            limit $1 for update skip locked)",
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
