//! SQL of [`crate::views_count`].

use chrono::NaiveDate;
use sqlx::PgExecutor;

/// Adds to the views of a day; products that are gone by now are left out.
pub async fn add_views(
    db: impl PgExecutor<'_>,
    day: NaiveDate,
    ids: &[i64],
    views: &[i32],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into product_views (product_id, day, views)
         select p.id, $1, n.views from unnest($2::bigint[], $3::int[]) as n (id, views) join products p on p.id = n.id
         order by p.id
         on conflict (product_id, day) do update set views = product_views.views + excluded.views",
        day,
        ids,
        views
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Views of days that no figure looks at any more.
pub async fn delete_old_views(db: impl PgExecutor<'_>, days: i32) -> sqlx::Result<u64> {
    let deleted = sqlx::query!("delete from product_views where day < current_date - $1::int", days);
    Ok(deleted.execute(db).await?.rows_affected())
}
