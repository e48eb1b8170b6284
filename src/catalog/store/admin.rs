//! SQL of what staff do to products.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::admin::VariantChange;

/// A product in the list of the back office.
#[derive(Clone, Debug)]
pub struct ProductRow {
    pub id: i64,
    pub title: String,
    pub brand: String,
    pub category_id: i32,
    pub status: String,
    pub price_cents: i64,
    pub price_varies: bool,
    pub available: i32,
    pub variants: i64,
    pub updated_at: DateTime<Utc>,
    /// `key|kind` of its picture, empty without one.
    pub image: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditProduct {
    pub id: i64,
    pub version: i32,
    pub status: String,
    pub category_id: i32,
    pub brand: String,
    pub updated_at: DateTime<Utc>,
    pub texts: Vec<EditText>,
    pub variants: Vec<EditVariant>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditText {
    pub lang: String,
    pub slug: String,
    pub title: String,
    pub description: String,
    /// The strong points, one a line.
    pub points: String,
    /// For search engines.
    pub summary: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditVariant {
    pub id: i64,
    pub sku: String,
    pub options: String,
    pub price_cents: i64,
    pub compare_at_cents: Option<i64>,
    pub active: bool,
    pub on_hand: i32,
    pub reserved: i32,
}

pub async fn list_products(
    db: &PgPool,
    words: &str,
    status: &str,
    limit: i64,
    offset: i64,
) -> sqlx::Result<(Vec<ProductRow>, i64)> {
    let words = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows = sqlx::query!(
        r#"with hit as (
             select p.id, p.updated_at, t.title, count(*) over () as total
             from products p
             join product_texts t on t.product_id = p.id and t.lang = 'fr'
             left join brands b on b.id = p.brand_id
             where case when $2::text = '' then p.status <> 'archived' else p.status = $2 end
               and ($1::text = '' or fold(t.title) like fold('%' || $1 || '%') or fold(b.name) like fold('%' || $1 || '%')
                    or exists (select from variants v where v.product_id = p.id and upper(v.sku) = upper($1)))
             order by p.updated_at desc, p.id desc limit $3 offset $4)
           select p.id, h.title, coalesce(b.name, '') as "brand!", p.category_id, p.status, p.price_cents, p.price_varies,
                  p.available, p.updated_at, h.total as "total!",
                  (select count(*) from variants v where v.product_id = p.id and v.active) as "variants!",
                  coalesce(m.key || '|' || m.kind, '') as "image!"
           from hit h join products p on p.id = h.id
           left join brands b on b.id = p.brand_id left join media m on m.id = p.image_id
           order by h.updated_at desc, h.id desc"#,
        words,
        status,
        limit,
        offset
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |r| r.total);
    let rows = rows.into_iter().map(|r| ProductRow {
        id: r.id,
        title: r.title,
        brand: r.brand,
        category_id: r.category_id,
        status: r.status,
        price_cents: r.price_cents,
        price_varies: r.price_varies,
        available: r.available,
        variants: r.variants,
        updated_at: r.updated_at,
        image: r.image,
    });
    Ok((rows.collect(), total))
}

pub async fn find_product(conn: &mut PgConnection, id: i64) -> sqlx::Result<Option<EditProduct>> {
    let head = sqlx::query!(
        r#"select p.version, p.status, p.category_id, coalesce(b.name, '') as "brand!", p.updated_at
           from products p left join brands b on b.id = p.brand_id where p.id = $1"#,
        id
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(head) = head else { return Ok(None) };
    let texts = sqlx::query_as!(
        EditText,
        r#"select lang, slug, title, description, summary,
                  coalesce((select string_agg(x.said, E'\n' order by x.n)
                            from jsonb_array_elements_text(bullets) with ordinality x (said, n)), '') as "points!"
           from product_texts where product_id = $1 order by lang desc"#,
        id
    )
    .fetch_all(&mut *conn)
    .await?;
    let variants = sqlx::query_as!(
        EditVariant,
        r#"select v.id, v.sku, v.price_cents, v.compare_at_cents, v.active,
                  coalesce(s.on_hand, 0) as "on_hand!", coalesce(s.reserved, 0) as "reserved!",
                  coalesce((select string_agg(o.label_fr, ', ' order by array_position(v.value_ids, o.id))
                            from option_values o where o.id = any(v.value_ids)), '') as "options!"
           from variants v left join stock_levels s on s.variant_id = v.id
           where v.product_id = $1 order by v.position, v.id"#,
        id
    )
    .fetch_all(conn)
    .await?;
    Ok(Some(EditProduct {
        id,
        version: head.version,
        status: head.status,
        category_id: head.category_id,
        brand: head.brand,
        updated_at: head.updated_at,
        texts,
        variants,
    }))
}

/// Locks the product for this transaction and tells its version.
pub async fn lock_version(conn: &mut PgConnection, id: i64) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!("select version from products where id = $1 for no key update", id)
        .fetch_optional(conn)
        .await
}

pub async fn set_product(
    conn: &mut PgConnection,
    id: i64,
    status: &str,
    category_id: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update products set status = $2, category_id = $3, version = version + 1, updated_at = now(),
                published_at = case when $2 = 'active' then coalesce(published_at, now()) else published_at end
         where id = $1",
        id,
        status,
        category_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The address of the page stays: links and search engines know it.
pub async fn set_text(conn: &mut PgConnection, id: i64, text: &EditText) -> sqlx::Result<()> {
    sqlx::query!(
        "update product_texts set title = $3, description = $4, summary = $6,
                bullets = to_jsonb(array_remove(string_to_array($5, E'\n'), ''))
         where product_id = $1 and lang = $2",
        id,
        text.lang,
        text.title,
        text.description,
        text.points,
        text.summary
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A price that differs from the present one stands in the log from now on.
pub async fn log_price(
    conn: &mut PgConnection,
    product_id: i64,
    v: &VariantChange,
    actor: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into price_log (variant_id, price_cents, actor)
         select id, $3, $4 from variants where id = $2 and product_id = $1 and price_cents <> $3",
        product_id,
        v.id,
        v.price_cents,
        actor
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A reduction begins when there was none, or when the price falls further: the same rule as for feeds.
pub async fn set_variant(conn: &mut PgConnection, product_id: i64, v: &VariantChange) -> sqlx::Result<()> {
    sqlx::query!(
        "update variants set price_cents = $3, compare_at_cents = $4, active = $5, updated_at = now(),
                reduced_since = case when $4::bigint is null then null
                                     when compare_at_cents is null or $3 < price_cents then now()
                                     else coalesce(reduced_since, now()) end
         where id = $2 and product_id = $1
           and (price_cents, compare_at_cents, active) is distinct from ($3::bigint, $4::bigint, $5::bool)",
        product_id,
        v.id,
        v.price_cents,
        v.compare_at_cents,
        v.active
    )
    .execute(conn)
    .await?;
    Ok(())
}
