//! Categories, brands, products and all that hangs on them. Only what is missing is inserted.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

use super::json;

#[derive(Serialize)]
pub struct CategoryRow<'a> {
    pub code: &'a str,
    pub parent: Option<&'a str>,
    pub position: i32,
    pub icon: &'a str,
    pub image_id: Option<i64>,
}

#[derive(Serialize)]
pub struct CategoryTextRow<'a> {
    pub code: &'a str,
    pub lang: &'a str,
    pub slug: &'a str,
    pub name: &'a str,
    pub description: &'a str,
}

#[derive(Serialize)]
pub struct BrandRow<'a> {
    pub slug: &'a str,
    pub name: &'a str,
}

#[derive(Serialize)]
pub struct ProductRow<'a> {
    pub id: i64,
    pub external_id: String,
    pub brand: &'a str,
    pub category: &'a str,
    pub tax_class: &'a str,
    pub attributes: Value,
    pub warranty_months: Option<i16>,
    pub repair_index: Option<i16>,
    pub ecotax_cents: i32,
    pub origin: &'a str,
    pub at: DateTime<Utc>,
}

#[derive(Serialize)]
pub struct ProductTextRow<'a> {
    pub product_id: i64,
    pub lang: &'a str,
    pub slug: String,
    pub title: &'a str,
    pub description: &'a str,
    pub bullets: &'a [String],
}

#[derive(Serialize)]
pub struct OptionRow<'a> {
    pub id: i64,
    pub product_id: i64,
    pub position: i16,
    pub code: &'a str,
    pub label_fr: &'a str,
    pub label_en: &'a str,
}

#[derive(Serialize)]
pub struct ValueRow<'a> {
    pub id: i64,
    pub option_id: i64,
    pub position: i16,
    pub code: &'a str,
    pub label_fr: &'a str,
    pub label_en: &'a str,
    pub swatch: Option<&'a str>,
}

#[derive(Serialize)]
pub struct VariantRow<'a> {
    pub id: i64,
    pub product_id: i64,
    pub position: i32,
    pub sku: &'a str,
    pub ean: &'a str,
    pub value_ids: Vec<i64>,
    pub price_cents: i64,
    pub compare_at_cents: Option<i64>,
    pub reduced_since: Option<DateTime<Utc>>,
    pub weight_g: i32,
    pub at: DateTime<Utc>,
}

#[derive(Serialize)]
pub struct PriceRow {
    pub variant_id: i64,
    pub price_cents: i64,
    pub at: DateTime<Utc>,
}

#[derive(Serialize)]
pub struct ImageRow<'a> {
    pub product_id: i64,
    pub media_id: i64,
    pub position: i16,
    pub alt_fr: &'a str,
    pub alt_en: &'a str,
}

/// Parents must stand before their children: call once for each level.
pub async fn insert_categories(tx: &mut PgConnection, rows: &[CategoryRow<'_>]) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "insert into categories (code, parent_id, position, icon, image_id)
         select r.code, p.id, r.position, r.icon, r.image_id
         from jsonb_to_recordset($1) as r(code text, parent text, position int, icon text, image_id bigint)
         left join categories p on p.code = r.parent
         on conflict (code) do nothing",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// An address that another category holds already gets the id behind it.
pub async fn insert_category_texts(tx: &mut PgConnection, rows: &[CategoryTextRow<'_>]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into category_texts (category_id, lang, slug, name, description)
         select c.id, r.lang,
                case when exists (select 1 from category_texts t
                                   where t.lang = r.lang and t.slug = r.slug and t.category_id <> c.id)
                     then r.slug || '-' || c.id else r.slug end,
                r.name, r.description
         from jsonb_to_recordset($1) as r(code text, lang text, slug text, name text, description text)
         join categories c on c.code = r.code
         on conflict (category_id, lang) do nothing",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn insert_brands(tx: &mut PgConnection, rows: &[BrandRow<'_>]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into brands (slug, name) select r.slug, r.name from jsonb_to_recordset($1) as r(slug text, name text)
         on conflict (slug) do nothing",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Ids of products by their external id.
pub async fn list_products(
    db: impl PgExecutor<'_>,
    external_ids: &[String],
) -> sqlx::Result<HashMap<String, i64>> {
    let rows = sqlx::query!(
        r#"select id, external_id as "external_id!" from products where external_id = any($1)"#,
        external_ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.external_id, r.id)).collect())
}

pub async fn insert_products(tx: &mut PgConnection, rows: &[ProductRow<'_>]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into products (id, external_id, brand_id, category_id, status, tax_class, attributes, warranty_months,
                               repair_index, ecotax_cents, origin, published_at, created_at, updated_at)
         overriding system value
         select r.id, r.external_id, b.id, c.id, 'active', r.tax_class, r.attributes, r.warranty_months,
                r.repair_index, r.ecotax_cents, r.origin, r.at, r.at, r.at
         from jsonb_to_recordset($1)
              as r(id bigint, external_id text, brand text, category text, tax_class text, attributes jsonb,
                   warranty_months smallint, repair_index smallint, ecotax_cents int, origin text, at timestamptz)
         join brands b on b.slug = r.brand
         join categories c on c.code = r.category",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// An address that another product holds already gets the id behind it.
pub async fn insert_product_texts(tx: &mut PgConnection, rows: &[ProductTextRow<'_>]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into product_texts (product_id, lang, slug, title, description, bullets)
         select r.product_id, r.lang,
                case when exists (select 1 from product_texts t where t.lang = r.lang and t.slug = r.slug)
                     then r.slug || '-' || r.product_id else r.slug end,
                r.title, r.description, r.bullets
         from jsonb_to_recordset($1)
              as r(product_id bigint, lang text, slug text, title text, description text, bullets jsonb)",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn insert_options(
    tx: &mut PgConnection,
    options: &[OptionRow<'_>],
    values: &[ValueRow<'_>],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into product_options (id, product_id, position, code, label_fr, label_en)
         overriding system value
         select r.id, r.product_id, r.position, r.code, r.label_fr, r.label_en
         from jsonb_to_recordset($1) as r(id bigint, product_id bigint, position smallint, code text,
                                          label_fr text, label_en text)",
        json(options)?
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into option_values (id, option_id, position, code, label_fr, label_en, swatch)
         overriding system value
         select r.id, r.option_id, r.position, r.code, r.label_fr, r.label_en, r.swatch
         from jsonb_to_recordset($1) as r(id bigint, option_id bigint, position smallint, code text,
                                          label_fr text, label_en text, swatch text)",
        json(values)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Variants with an empty level, and every price that they ever had.
pub async fn insert_variants(
    tx: &mut PgConnection,
    rows: &[VariantRow<'_>],
    prices: &[PriceRow],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into variants (id, product_id, position, sku, ean, value_ids, price_cents, compare_at_cents,
                               reduced_since, weight_g, created_at, updated_at)
         overriding system value
         select r.id, r.product_id, r.position, r.sku, r.ean, r.value_ids, r.price_cents, r.compare_at_cents,
                r.reduced_since, r.weight_g, r.at, r.at
         from jsonb_to_recordset($1)
              as r(id bigint, product_id bigint, position int, sku text, ean text, value_ids bigint[],
                   price_cents bigint, compare_at_cents bigint, reduced_since timestamptz, weight_g int,
                   at timestamptz)",
        json(rows)?
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into price_log (variant_id, price_cents, valid_from, actor)
         select r.variant_id, r.price_cents, r.at, 'seed'
         from jsonb_to_recordset($1) as r(variant_id bigint, price_cents bigint, at timestamptz)
         order by r.at",
        json(prices)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn insert_images(tx: &mut PgConnection, rows: &[ImageRow<'_>]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into product_images (product_id, media_id, position, alt_fr, alt_en)
         select r.product_id, r.media_id, r.position, r.alt_fr, r.alt_en
         from jsonb_to_recordset($1)
              as r(product_id bigint, media_id bigint, position smallint, alt_fr text, alt_en text)
         on conflict do nothing",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}
