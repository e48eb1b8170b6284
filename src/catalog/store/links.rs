//! SQL of [`crate::links`].

use sqlx::{PgConnection, PgExecutor};

use crate::links::{Kind, Linked};

pub async fn list(db: impl PgExecutor<'_>, product_id: i64) -> sqlx::Result<Vec<(Kind, i64)>> {
    let rows = sqlx::query!(
        "select kind, linked_id from product_links where product_id = $1
         order by array_position(array['related', 'up_sell', 'cross_sell'], kind), position",
        product_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (Kind::from(r.kind), r.linked_id)).collect())
}

pub async fn list_of(db: impl PgExecutor<'_>, product_ids: &[i64], kind: Kind) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select linked_id from product_links where product_id = any($1) and kind = $2
         group by linked_id order by min(position), linked_id limit 40",
        product_ids,
        kind.code()
    )
    .fetch_all(db)
    .await
}

pub async fn list_linked(db: impl PgExecutor<'_>, product_id: i64) -> sqlx::Result<Vec<Linked>> {
    sqlx::query_as!(
        Linked,
        r#"select l.kind as "kind!", l.linked_id as "id!", coalesce(v.sku, l.linked_id::text) as "sku!", coalesce(t.title, '') as "title!"
           from product_links l
           left join product_texts t on t.product_id = l.linked_id and t.lang = 'fr'
           left join lateral (select sku from variants where product_id = l.linked_id order by position, id limit 1) v on true
           where l.product_id = $1 order by l.kind, l.position"#,
        product_id
    )
    .fetch_all(db)
    .await
}

pub async fn set(tx: &mut PgConnection, product_id: i64, kind: Kind, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!("delete from product_links where product_id = $1 and kind = $2", product_id, kind.code())
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into product_links (product_id, kind, linked_id, position)
         select $1, $2, n.id, n.n from unnest($3::bigint[]) with ordinality as n (id, n)",
        product_id,
        kind.code(),
        ids
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Kept pages of the product are old now.
pub async fn touch(tx: &mut PgConnection, product_id: i64) -> sqlx::Result<()> {
    sqlx::query!("update products set updated_at = clock_timestamp() where id = $1", product_id)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn find_said(db: impl PgExecutor<'_>, said: &[String]) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select w.said as "said!", p.id as "id!"
           from unnest($1::text[]) with ordinality as w (said, n)
           join lateral (
               select id from products
               where status = 'active' and id = coalesce(
                   (select product_id from variants where upper(sku) = upper(w.said) limit 1),
                   (select product_id from variants where ean = w.said limit 1),
                   (select product_id from product_texts where slug = w.said order by lang desc limit 1),
                   case when w.said ~ '^[0-9]{1,15}$' then w.said::bigint end)
           ) p on true
           order by w.n"#,
        said
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.said, r.id)).collect())
}
