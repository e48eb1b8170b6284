//! Pictures that feeds name: who uses which address, and what became of it.

use sqlx::{PgConnection, PgExecutor};

#[derive(Debug, Default)]
pub struct ImageRows {
    pub product_ids: Vec<i64>,
    pub urls: Vec<String>,
    pub positions: Vec<i16>,
    pub alts: Vec<String>,
    pub variant_ids: Vec<Option<i64>>,
}

/// Makes exactly these the pictures that feeds name for these products; says which addresses are new.
pub async fn set_images(tx: &mut PgConnection, changed: &[i64], rows: &ImageRows) -> sqlx::Result<Vec<i64>> {
    let new = sqlx::query_scalar!(
        "insert into remote_images (url) select distinct url from unnest($1::text[]) as w(url) order by url
         on conflict (url) do nothing returning id",
        &rows.urls
    )
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query!(
        "with wanted as (select * from unnest($2::bigint[], $3::text[]) as w(product_id, url)),
              gone as (
                  delete from remote_image_uses u using remote_images i
                   where u.image_id = i.id and u.product_id = any($1)
                     and not exists (select from wanted w where w.product_id = u.product_id and w.url = i.url)
               returning u.product_id, i.media_id)
         delete from product_images p using gone g where p.product_id = g.product_id and p.media_id = g.media_id",
        changed,
        &rows.product_ids,
        &rows.urls
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into remote_image_uses (product_id, image_id, position, alt, variant_id)
         select w.product_id, i.id, w.position, w.alt, w.variant_id
           from unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[], $5::bigint[])
                as w(product_id, url, position, alt, variant_id) join remote_images i using (url)
         on conflict (product_id, image_id) do update
            set position = excluded.position, alt = excluded.alt, variant_id = excluded.variant_id",
        &rows.product_ids,
        &rows.urls,
        &rows.positions,
        &rows.alts,
        &rows.variant_ids as &[Option<i64>]
    )
    .execute(&mut *tx)
    .await?;
    link(tx, changed, None).await?;
    Ok(new)
}

/// Shows what has been fetched: for these products, or for all that use one picture.
async fn link(tx: &mut PgConnection, product_ids: &[i64], image_id: Option<i64>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into product_images (product_id, media_id, position, variant_id, alt_fr, alt_en)
         select distinct on (u.product_id, i.media_id) u.product_id, i.media_id, u.position, u.variant_id, u.alt, u.alt
           from remote_image_uses u join remote_images i on i.id = u.image_id
          where i.media_id is not null and (u.product_id = any($1) or i.id = $2)
          order by u.product_id, i.media_id, u.position
         on conflict (product_id, media_id) do update set position = excluded.position, variant_id = excluded.variant_id",
        product_ids,
        image_id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update variants v set image_id = i.media_id
           from remote_image_uses u join remote_images i on i.id = u.image_id
          where v.id = u.variant_id and i.media_id is not null and v.image_id is distinct from i.media_id
            and (u.product_id = any($1) or i.id = $2)",
        product_ids,
        image_id
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The address of a picture that waits to be fetched.
pub async fn find_waiting(db: impl PgExecutor<'_>, image_id: i64) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select url from remote_images where id = $1 and state = 'waiting'", image_id)
        .fetch_optional(db)
        .await
}

/// Notes what was fetched and shows it wherever it is used; says the products.
pub async fn set_fetched(tx: &mut PgConnection, image_id: i64, media_id: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query!(
        "update remote_images set state = 'fetched', media_id = $2, error = '', fetched_at = now() where id = $1",
        image_id,
        media_id
    )
    .execute(&mut *tx)
    .await?;
    // In id order, like everyone who locks products.
    let products = sqlx::query_scalar!(
        "select id from products where id in (select product_id from remote_image_uses where image_id = $1)
          order by id for no key update",
        image_id
    )
    .fetch_all(&mut *tx)
    .await?;
    link(tx, &[], Some(image_id)).await?;
    Ok(products)
}

pub async fn set_refused(db: impl PgExecutor<'_>, image_id: i64, error: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update remote_images set state = 'refused', error = $2, fetched_at = now() where id = $1",
        image_id,
        error
    )
    .execute(db)
    .await?;
    Ok(())
}
