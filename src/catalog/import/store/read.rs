//! What the shop holds of the products of a chunk, read under the lock of their rows.

use serde_json::Value;
use sqlx::PgConnection;

#[derive(Debug, Clone)]
pub struct HeldProduct {
    pub id: i64,
    pub external_id: String,
    pub brand_id: Option<i32>,
    pub category_id: i32,
    pub status: String,
    pub attributes: Value,
    /// The text in the language of the feed, if there is one.
    pub title: Option<String>,
    pub description: Option<String>,
    pub bullets: Option<Value>,
}

/// Locks the products in id order, so that an import and the back office never wait for each other in a circle.
pub async fn lock_products(
    tx: &mut PgConnection,
    external_ids: &[String],
    lang: &str,
) -> sqlx::Result<Vec<HeldProduct>> {
    sqlx::query_as!(
        HeldProduct,
        r#"select p.id as "id!", p.external_id as "external_id!", p.brand_id, p.category_id as "category_id!",
                  p.status as "status!", p.attributes as "attributes!",
                  t.title as "title?", t.description as "description?", t.bullets as "bullets?"
             from products p left join product_texts t on t.product_id = p.id and t.lang = $2
            where p.external_id = any($1) order by p.id for no key update of p"#,
        external_ids,
        lang
    )
    .fetch_all(tx)
    .await
}

#[derive(Debug, Clone)]
pub struct HeldValue {
    pub product_id: i64,
    pub option_position: i16,
    pub option_code: String,
    pub id: i64,
    pub code: String,
}

/// The option values of products, in their order.
pub async fn list_values(tx: &mut PgConnection, product_ids: &[i64]) -> sqlx::Result<Vec<HeldValue>> {
    sqlx::query_as!(
        HeldValue,
        r#"select o.product_id as "product_id!", o.position as "option_position!", o.code as "option_code!",
                  v.id as "id!", v.code as "code!"
             from product_options o join option_values v on v.option_id = o.id
            where o.product_id = any($1) order by o.product_id, o.position, v.position, v.id"#,
        product_ids
    )
    .fetch_all(tx)
    .await
}

#[derive(Debug, Clone)]
pub struct HeldVariant {
    pub id: i64,
    pub product_id: i64,
    /// The merchant's id of its product, for the report.
    pub product_external_id: Option<String>,
    pub external_id: Option<String>,
    pub sku: String,
    pub ean: Option<String>,
    pub value_ids: Vec<i64>,
    pub price_cents: i64,
    pub compare_at_cents: Option<i64>,
    pub weight_g: i32,
    pub position: i32,
    /// `None` without a stock level.
    pub on_hand: Option<i32>,
    pub reserved: i32,
}

/// The variants of these products, and any other that has one of the ids or SKUs.
pub async fn list_variants(
    tx: &mut PgConnection,
    product_ids: &[i64],
    external_ids: &[String],
    skus: &[String],
) -> sqlx::Result<Vec<HeldVariant>> {
    sqlx::query_as!(
        HeldVariant,
        r#"select v.id as "id!", v.product_id as "product_id!", p.external_id as product_external_id, v.external_id,
                  v.sku as "sku!", v.ean, v.value_ids as "value_ids!", v.price_cents as "price_cents!",
                  v.compare_at_cents, v.weight_g as "weight_g!", v.position as "position!",
                  s.on_hand as "on_hand?", coalesce(s.reserved, 0) as "reserved!"
             from (select id from variants where product_id = any($1)
                   union select id from variants where external_id = any($2)
                   union select id from variants where sku = any($3)) w
             join variants v on v.id = w.id
             join products p on p.id = v.product_id
             left join stock_levels s on s.variant_id = v.id
            order by v.id"#,
        product_ids,
        external_ids,
        skus
    )
    .fetch_all(tx)
    .await
}

/// Which of these slugs are taken, by a product or as a former address.
pub async fn list_taken_slugs(
    tx: &mut PgConnection,
    lang: &str,
    slugs: &[String],
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select slug as "slug!" from product_texts where lang = $1 and slug = any($2)
           union select slug from product_slugs where lang = $1 and slug = any($2)"#,
        lang,
        slugs
    )
    .fetch_all(tx)
    .await
}

#[derive(Debug, Clone)]
pub struct HeldImage {
    pub product_id: i64,
    pub url: String,
}

/// The pictures that feeds have named for these products, in their order.
pub async fn list_images(tx: &mut PgConnection, product_ids: &[i64]) -> sqlx::Result<Vec<HeldImage>> {
    sqlx::query_as!(
        HeldImage,
        r#"select u.product_id as "product_id!", i.url as "url!" from remote_image_uses u join remote_images i on i.id = u.image_id
          where u.product_id = any($1) order by u.product_id, u.position"#,
        product_ids
    )
    .fetch_all(tx)
    .await
}
