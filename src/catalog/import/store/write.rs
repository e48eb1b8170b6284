//! Writing a chunk of products: one statement for each table, whatever the number of rows.

use serde_json::Value;
use sqlx::PgConnection;

/// A product row; for new ones `id` is not yet known.
#[derive(Debug, Default)]
pub struct ProductRows {
    pub ids: Vec<i64>,
    pub external_ids: Vec<String>,
    pub brand_ids: Vec<Option<i32>>,
    pub category_ids: Vec<i32>,
    pub statuses: Vec<String>,
    pub attributes: Vec<Value>,
}

/// Inserts products; says (external id, id).
pub async fn insert_products(tx: &mut PgConnection, rows: &ProductRows) -> sqlx::Result<Vec<(String, i64)>> {
    let made = sqlx::query!(
        r#"insert into products (external_id, brand_id, category_id, status, attributes, published_at)
           select external_id, brand_id, category_id, status, attributes, case when status = 'active' then now() end
             from unnest($1::text[], $2::int[], $3::int[], $4::text[], $5::jsonb[]) with ordinality
                  as w(external_id, brand_id, category_id, status, attributes, n) order by n
           returning external_id as "external_id!", id"#,
        &rows.external_ids,
        &rows.brand_ids as &[Option<i32>],
        &rows.category_ids,
        &rows.statuses,
        &rows.attributes
    )
    .fetch_all(tx)
    .await?;
    Ok(made.into_iter().map(|row| (row.external_id, row.id)).collect())
}

pub async fn update_products(tx: &mut PgConnection, rows: &ProductRows) -> sqlx::Result<()> {
    sqlx::query!(
        "update products p set brand_id = w.brand_id, category_id = w.category_id, status = w.status,
                attributes = w.attributes, version = p.version + 1, updated_at = now(),
                published_at = case when w.status = 'active' then coalesce(p.published_at, now()) else p.published_at end
           from unnest($1::bigint[], $2::int[], $3::int[], $4::text[], $5::jsonb[])
                as w(id, brand_id, category_id, status, attributes)
          where p.id = w.id",
        &rows.ids,
        &rows.brand_ids as &[Option<i32>],
        &rows.category_ids,
        &rows.statuses,
        &rows.attributes
    )
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(Debug, Default)]
pub struct TextRows {
    pub product_ids: Vec<i64>,
    pub slugs: Vec<String>,
    pub titles: Vec<String>,
    pub descriptions: Vec<String>,
    pub bullets: Vec<Value>,
}

/// Inserts texts, or changes them under the address they have.
pub async fn upsert_texts(tx: &mut PgConnection, lang: &str, rows: &TextRows) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into product_texts (product_id, lang, slug, title, description, bullets)
         select product_id, $6, slug, title, description, bullets
           from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::jsonb[])
                as w(product_id, slug, title, description, bullets)
         on conflict (product_id, lang) do update
            set title = excluded.title, description = excluded.description, bullets = excluded.bullets",
        &rows.product_ids,
        &rows.slugs,
        &rows.titles,
        &rows.descriptions,
        &rows.bullets,
        lang
    )
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(Debug, Default)]
pub struct OptionRows {
    pub product_ids: Vec<i64>,
    pub positions: Vec<i16>,
    pub codes: Vec<String>,
    pub labels_fr: Vec<String>,
    pub labels_en: Vec<String>,
    /// The products whose options change, and how many each has from now on.
    pub changed: Vec<i64>,
    pub counts: Vec<i16>,
}

/// Inserts or renames options; those beyond a product's last one go. Says (product, position, id).
pub async fn upsert_options(tx: &mut PgConnection, rows: &OptionRows) -> sqlx::Result<Vec<(i64, i16, i64)>> {
    sqlx::query!(
        "delete from product_options o using unnest($1::bigint[], $2::smallint[]) as k(product_id, n)
          where o.product_id = k.product_id and o.position > k.n",
        &rows.changed,
        &rows.counts
    )
    .execute(&mut *tx)
    .await?;
    let made = sqlx::query!(
        "insert into product_options (product_id, position, code, label_fr, label_en)
         select * from unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::text[])
         on conflict (product_id, position) do update
            set code = excluded.code, label_fr = excluded.label_fr, label_en = excluded.label_en
         returning product_id, position, id",
        &rows.product_ids,
        &rows.positions,
        &rows.codes,
        &rows.labels_fr,
        &rows.labels_en
    )
    .fetch_all(tx)
    .await?;
    Ok(made.into_iter().map(|row| (row.product_id, row.position, row.id)).collect())
}

#[derive(Debug, Default)]
pub struct ValueRows {
    pub option_ids: Vec<i64>,
    pub positions: Vec<i16>,
    pub codes: Vec<String>,
    pub labels: Vec<String>,
    pub swatches: Vec<Option<String>>,
}

/// Inserts option values, or moves them to their place. A label that staff translated stays. Says (option, code, id).
pub async fn upsert_values(tx: &mut PgConnection, rows: &ValueRows) -> sqlx::Result<Vec<(i64, String, i64)>> {
    let made = sqlx::query!(
        "insert into option_values (option_id, position, code, label_fr, label_en, swatch)
         select option_id, position, code, label, label, swatch
           from unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::text[])
                as w(option_id, position, code, label, swatch)
         on conflict (option_id, code) do update set position = excluded.position
         returning option_id, code, id",
        &rows.option_ids,
        &rows.positions,
        &rows.codes,
        &rows.labels,
        &rows.swatches as &[Option<String>]
    )
    .fetch_all(tx)
    .await?;
    Ok(made.into_iter().map(|row| (row.option_id, row.code, row.id)).collect())
}

#[derive(Debug, Default)]
pub struct VariantRows {
    /// Of existing variants.
    pub ids: Vec<i64>,
    pub product_ids: Vec<i64>,
    pub positions: Vec<i32>,
    pub skus: Vec<String>,
    pub external_ids: Vec<String>,
    pub eans: Vec<Option<String>>,
    /// Arrays as PostgreSQL writes them, `{1,2}`: `unnest` would flatten an array of arrays.
    pub value_ids: Vec<String>,
    pub prices: Vec<i64>,
    pub compare_at: Vec<Option<i64>>,
    pub weights: Vec<i32>,
}

/// Inserts variants with the first line of their price log; says (external id, id).
pub async fn insert_variants(tx: &mut PgConnection, rows: &VariantRows) -> sqlx::Result<Vec<(String, i64)>> {
    let made = sqlx::query!(
        r#"with made as (
               insert into variants (product_id, position, sku, external_id, ean, value_ids, price_cents, compare_at_cents,
                                     reduced_since, weight_g)
               select product_id, position, sku, external_id, ean, value_ids::bigint[], price, compare_at,
                      case when compare_at is not null then now() end, weight
                 from unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                             $8::bigint[], $9::int[]) with ordinality
                      as w(product_id, position, sku, external_id, ean, value_ids, price, compare_at, weight, n)
                order by n
               returning id, external_id, price_cents),
           logged as (insert into price_log (variant_id, price_cents, actor) select id, price_cents, 'import' from made)
           select external_id as "external_id!", id from made"#,
        &rows.product_ids,
        &rows.positions,
        &rows.skus,
        &rows.external_ids,
        &rows.eans as &[Option<String>],
        &rows.value_ids,
        &rows.prices,
        &rows.compare_at as &[Option<i64>],
        &rows.weights
    )
    .fetch_all(tx)
    .await?;
    Ok(made.into_iter().map(|row| (row.external_id, row.id)).collect())
}

/// Sets values aside so that two variants of a product can exchange theirs under the unique key.
pub async fn set_values_aside(tx: &mut PgConnection, variant_ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!("update variants set value_ids = array[-id] where id = any($1)", variant_ids)
        .execute(tx)
        .await?;
    Ok(())
}

/// Changes variants; a changed price goes into the log, a reduction begins when its crossed-out price appears.
pub async fn update_variants(tx: &mut PgConnection, rows: &VariantRows) -> sqlx::Result<()> {
    sqlx::query!(
        "with wanted as (
             select * from unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                                  $8::bigint[], $9::int[])
                  as w(id, position, sku, external_id, ean, value_ids, price, compare_at, weight)),
         repriced as (
             insert into price_log (variant_id, price_cents, actor)
             select v.id, w.price, 'import' from wanted w join variants v using (id) where v.price_cents <> w.price)
         update variants v set position = w.position, sku = w.sku, external_id = w.external_id, ean = w.ean,
                value_ids = w.value_ids::bigint[], price_cents = w.price, compare_at_cents = w.compare_at,
                reduced_since = case when w.compare_at is null then null
                                     when v.compare_at_cents is null or w.price < v.price_cents then now()
                                     else coalesce(v.reduced_since, now()) end,
                weight_g = w.weight, updated_at = now()
           from wanted w where v.id = w.id",
        &rows.ids,
        &rows.positions,
        &rows.skus,
        &rows.external_ids,
        &rows.eans as &[Option<String>],
        &rows.value_ids,
        &rows.prices,
        &rows.compare_at as &[Option<i64>],
        &rows.weights
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// After a change of a product's options: variants with another number of values are no longer sold.
pub async fn retire_odd_variants(
    tx: &mut PgConnection,
    products: &[i64],
    counts: &[i32],
) -> sqlx::Result<()> {
    sqlx::query!(
        "update variants v set active = false, updated_at = now()
           from unnest($1::bigint[], $2::int[]) as w(product_id, n)
          where v.product_id = w.product_id and v.active and cardinality(v.value_ids) <> w.n",
        products,
        counts
    )
    .execute(tx)
    .await?;
    Ok(())
}
