//! SQL of the product page: one row with everything that rarely changes, and the variants as they are now.

use chrono::{DateTime, Utc};
use kit::{Lang, Money};
use serde::Deserialize;
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::model::{OptionGroup, OptionValue, Picture, Product, Review, Shot, Variant};
use crate::pricing::Price;

#[derive(Debug, Deserialize)]
struct OptionRow {
    code: String,
    label: String,
    values: Vec<ValueRow>,
}

#[derive(Debug, Deserialize)]
struct ValueRow {
    id: i64,
    code: String,
    label: String,
    swatch: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ShotRow {
    id: i64,
    key: String,
    kind: String,
    width: i32,
    height: i32,
    alt: String,
    variant: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct ReviewRow {
    author: String,
    lang: String,
    rating: i64,
    title: String,
    body: String,
    verified: bool,
    at: DateTime<Utc>,
}

impl From<ReviewRow> for Review {
    fn from(r: ReviewRow) -> Review {
        let lang = Lang::from(r.lang);
        Review {
            author: r.author,
            lang,
            rating: r.rating,
            title: r.title,
            body: r.body,
            verified: r.verified,
            at: r.at,
        }
    }
}

/// An entry of `products.attributes`. Feeds may leave the English side out.
#[derive(Debug, Deserialize)]
struct AttributeRow {
    #[serde(default)]
    fr_label: String,
    #[serde(default)]
    fr: String,
    #[serde(default)]
    en_label: String,
    #[serde(default)]
    en: String,
}

impl AttributeRow {
    fn in_lang(self, lang: Lang) -> Option<(String, String)> {
        let either = |fr: String, en: String| {
            let (mine, other) = lang.pick((fr.clone(), en.clone()), (en, fr));
            if mine.is_empty() { other } else { mine }
        };
        let (label, value) = (either(self.fr_label, self.en_label), either(self.fr, self.en));
        (!label.is_empty() && !value.is_empty()).then_some((label, value))
    }
}

/// The product with this slug: of the language, of the other one, or a former one, in this order.
pub async fn find_product(db: impl PgExecutor<'_>, lang: Lang, slug: &str) -> sqlx::Result<Option<Product>> {
    let row = sqlx::query!(
        r#"with hit as (
               select product_id, case when lang = $1 then 0 else 1 end as way from product_texts
               where lang = any('{fr,en}') and slug = $2
               union all
               select product_id, case when lang = $1 then 2 else 3 end from product_slugs
               where lang = any('{fr,en}') and slug = $2
               order by way limit 1
           )
           select p.id as "id!", p.status as "status!", p.updated_at as "updated_at!", t.title as "title!",
               t.lang as "text_lang!", t.description as "description!", t.summary as "summary!", t.bullets as "bullets!", p.attributes as "attributes!",
               coalesce(fr.slug, en.slug) as "slug_fr!", coalesce(en.slug, fr.slug) as "slug_en!",
               b.slug as "brand_slug?", b.name as "brand_name?", p.category_id as "category_id!",
               p.warranty_months as "warranty_months?", p.repair_index as "repair_index?", p.ecotax_cents as "ecotax_cents!",
               p.origin as "origin!", p.rating_sum as "rating_sum!", p.rating_count as "rating_count!",
               o.options as "options: Json<Vec<OptionRow>>",
               i.shots as "shots: Json<Vec<ShotRow>>",
               h.counts as "histogram!",
               r.reviews as "reviews: Json<Vec<ReviewRow>>"
           from hit
           join products p on p.id = hit.product_id
           left join product_texts fr on fr.product_id = p.id and fr.lang = 'fr'
           left join product_texts en on en.product_id = p.id and en.lang = 'en'
           join lateral (
               select x.* from product_texts x where x.product_id = p.id order by x.lang <> $1, x.lang desc limit 1
           ) t on true
           left join brands b on b.id = p.brand_id
           left join lateral (
               select json_agg(json_build_object('code', q.code, 'label', case $1 when 'fr' then q.label_fr else q.label_en end,
                   'values', (select coalesce(json_agg(json_build_object('id', v.id, 'code', v.code, 'swatch', v.swatch,
                       'label', case $1 when 'fr' then v.label_fr else v.label_en end) order by v.position, v.id), '[]')
                       from option_values v where v.option_id = q.id)) order by q.position) as options
               from product_options q where q.product_id = p.id
           ) o on true
           left join lateral (
               select json_agg(json_build_object('id', m.id, 'key', m.key, 'kind', m.kind, 'width', m.width,
                   'height', m.height, 'variant', g.variant_id,
                   'alt', case $1 when 'fr' then g.alt_fr else g.alt_en end) order by g.position, m.id) as shots
               from product_images g join media m on m.id = g.media_id where g.product_id = p.id
           ) i on true
           cross join lateral (
               select array_agg(c.n order by c.stars) as counts from (
                   select stars, count(v.id) as n from generate_series(1, 5) as stars
                   left join reviews v on v.product_id = p.id and v.status = 'approved' and v.rating = stars group by stars) c
           ) h
           left join lateral (
               select json_agg(n) as reviews from (
                   select author, lang, rating, title, body, verified, created_at as at from reviews
                   where product_id = p.id and status = 'approved'
                   order by lang <> $1, created_at desc, id desc limit 3) n
           ) r on true"#,
        lang.code(),
        slug
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| Product {
        id: r.id,
        status: r.status,
        updated_at: r.updated_at,
        slugs: [r.slug_fr, r.slug_en],
        title: r.title,
        foreign: r.text_lang != lang.code(),
        description: r.description,
        summary: r.summary,
        bullets: serde_json::from_value(r.bullets).unwrap_or_default(),
        attributes: attributes(lang, r.attributes),
        brand: r.brand_slug.zip(r.brand_name),
        category_id: r.category_id,
        warranty_months: r.warranty_months,
        repair_index: r.repair_index,
        ecotax: Money::cents(r.ecotax_cents.into()),
        origin: r.origin,
        options: r.options.map(|o| o.0.into_iter().map(option).collect()).unwrap_or_default(),
        shots: r.shots.map(|s| s.0.into_iter().map(shot).collect()).unwrap_or_default(),
        rating_sum: r.rating_sum.into(),
        rating_count: r.rating_count.into(),
        histogram: r.histogram.try_into().unwrap_or_default(),
        reviews: r.reviews.map(|v| v.0.into_iter().map(Review::from).collect()).unwrap_or_default(),
        similar: Vec::new(),
        together: Vec::new(),
    }))
}

fn attributes(lang: Lang, json: serde_json::Value) -> Vec<(String, String)> {
    let rows: Vec<AttributeRow> = serde_json::from_value(json).unwrap_or_default();
    rows.into_iter().filter_map(|a| a.in_lang(lang)).collect()
}

fn option(o: OptionRow) -> OptionGroup {
    let values = o.values.into_iter();
    let values =
        values.map(|v| OptionValue { id: v.id, code: v.code, label: v.label, swatch: v.swatch }).collect();
    OptionGroup { code: o.code, label: o.label, values }
}

fn shot(s: ShotRow) -> Shot {
    let picture = Picture { key: s.key, kind: s.kind, width: s.width, height: s.height };
    Shot { media_id: s.id, picture, alt: s.alt, variant_id: s.variant }
}

/// The best of a category: in stock, then best sold.
pub async fn list_best(db: impl PgExecutor<'_>, category_id: i32, limit: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select id from products where category_id = $1 and status = 'active'
         order by available > 0 desc, sales_30d desc, id limit $2",
        category_id,
        limit
    )
    .fetch_all(db)
    .await
}

/// Whether the product is still what was read, and its active variants with price and stock of this moment.
#[derive(Debug)]
pub struct Live {
    pub status: String,
    pub updated_at: DateTime<Utc>,
    pub variants: Vec<Variant>,
}

pub async fn find_live(db: impl PgExecutor<'_>, product_id: i64) -> sqlx::Result<Option<Live>> {
    let rows = sqlx::query!(
        r#"select p.status as "status!", p.updated_at as "updated_at!", v.id as "id?", v.sku as "sku?", v.ean as "ean?",
               v.value_ids as "value_ids?", v.price_cents as "price_cents?", v.compare_at_cents as "compare_at_cents?",
               v.lowest_before_cents as "lowest_before_cents?", v.image_id as "image_id?",
               greatest(coalesce(s.on_hand - s.reserved, 0), 0) as "available!"
           from products p
           left join variants v on v.product_id = p.id and v.active
           left join stock_levels s on s.variant_id = v.id
           where p.id = $1
           order by v.position, v.id"#,
        product_id
    )
    .fetch_all(db)
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let (status, updated_at) = (first.status.clone(), first.updated_at);
    let variants = rows.into_iter().filter_map(|r| {
        Some(Variant {
            id: r.id?,
            sku: r.sku?,
            ean: r.ean,
            value_ids: r.value_ids?,
            price: Price::new(r.price_cents?, r.compare_at_cents, r.lowest_before_cents),
            available: r.available,
            image_id: r.image_id,
        })
    });
    Ok(Some(Live { status, updated_at, variants: variants.collect() }))
}

/// Reviews of a product, newest first, those in the reader's language before the others.
pub async fn list_reviews(
    db: impl PgExecutor<'_>,
    lang: Lang,
    product_id: i64,
    stars: Option<i16>,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<Review>> {
    let rows = sqlx::query_as!(
        ReviewRow,
        r#"select author, lang, rating::bigint as "rating!", title, body, verified, created_at as at from reviews
           where product_id = $1 and status = 'approved' and ($3::smallint is null or rating = $3)
           order by lang <> $2, created_at desc, id desc limit $4 offset $5"#,
        product_id,
        lang.code(),
        stars,
        limit,
        offset
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Review::from).collect())
}

/// The id behind a slug, a former one too.
pub async fn find_id(db: impl PgExecutor<'_>, lang: Lang, slug: &str) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        r#"select product_id as "id!" from (
               select product_id, case when lang = $1 then 0 else 1 end as way from product_texts
               where lang = any('{fr,en}') and slug = $2
               union all
               select product_id, case when lang = $1 then 2 else 3 end from product_slugs
               where lang = any('{fr,en}') and slug = $2
           ) x order by way limit 1"#,
        lang.code(),
        slug
    )
    .fetch_optional(db)
    .await
}
