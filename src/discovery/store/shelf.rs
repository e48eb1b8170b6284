//! SQL of [`crate::shelf`].

use chrono::{DateTime, Utc};
use kit::Money;
use serde::Deserialize;
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::shelf::{Brand, Group, Item, Value, Words, clamp};

/// An option value of one product, with its option.
#[derive(Debug, Deserialize)]
pub struct OptionRow {
    g: String,
    gf: String,
    ge: String,
    v: String,
    vf: String,
    ve: String,
    s: Option<String>,
}

#[derive(Debug)]
pub struct Row {
    pub id: i64,
    on_sale: bool,
    category_id: i32,
    brand_id: Option<i32>,
    brand_slug: Option<String>,
    brand_name: Option<String>,
    price_cents: i64,
    compare_at_cents: Option<i64>,
    available: i32,
    rating_sum: i32,
    rating_count: i32,
    sales_30d: i32,
    published_at: Option<DateTime<Utc>>,
    has_fr: bool,
    has_en: bool,
    options: Option<Json<Vec<OptionRow>>>,
}

impl Row {
    /// `None` when it is not on sale.
    pub fn into_item(self, words: &mut Words) -> Option<Item> {
        if !self.on_sale {
            return None;
        }
        let brand = self.brand_id.zip(self.brand_slug).zip(self.brand_name);
        let brand = brand.map(|((id, slug), name)| words.add_brand(id, || Brand { slug, name }));
        let mut values: Vec<u32> = self
            .options
            .map(|o| o.0)
            .unwrap_or_default()
            .into_iter()
            .map(|o| {
                let group = Group { code: o.g, labels: [o.gf, o.ge] };
                words.add_value(group, Value { group: 0, code: o.v, labels: [o.vf, o.ve], swatch: o.s })
            })
            .collect();
        values.sort_unstable();
        values.dedup();
        let off =
            self.compare_at_cents.map_or(0, |c| Money::cents(self.price_cents).percent_off(Money::cents(c)));
        let mean = catalog::model::mean_tenths(self.rating_sum.into(), self.rating_count.into());
        Some(Item {
            id: self.id,
            category: self.category_id,
            brand,
            price: u32::try_from(self.price_cents).unwrap_or(u32::MAX),
            off: off.clamp(0, 99) as u8,
            available: clamp(self.available),
            rating: mean.clamp(0, 50) as u8,
            reviews: self.rating_count.max(0) as u32,
            sales: self.sales_30d.max(0) as u32,
            published: self.published_at.map_or(0, |at| at.timestamp()),
            texts: [self.has_fr, self.has_en],
            values: values.into(),
        })
    }
}

/// Every product on sale.
pub async fn list_all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"with o as (
               select q.product_id, json_agg(json_build_object('g', q.code, 'gf', q.label_fr, 'ge', q.label_en,
                   'v', x.code, 'vf', x.label_fr, 've', x.label_en, 's', x.swatch)) as options
               from product_options q join option_values x on x.option_id = q.id
               group by q.product_id
           ), t as (
               select product_id, bool_or(lang = 'fr') as fr, bool_or(lang = 'en') as en from product_texts group by 1
           )
           select p.id as "id!", true as "on_sale!", p.category_id as "category_id!", p.brand_id as "brand_id?", b.slug as "brand_slug?",
               b.name as "brand_name?", p.price_cents as "price_cents!", p.compare_at_cents as "compare_at_cents?", p.available as "available!", p.rating_sum as "rating_sum!", p.rating_count as "rating_count!",
               p.sales_30d as "sales_30d!", p.published_at as "published_at?", t.fr as "has_fr!", t.en as "has_en!",
               o.options as "options: Json<Vec<OptionRow>>"
           from products p
           join t on t.product_id = p.id
           left join brands b on b.id = p.brand_id
           left join o on o.product_id = p.id
           where p.status = 'active'"#
    )
    .fetch_all(db)
    .await
}

/// The database's time, by which changes are dated.
pub async fn now(db: impl PgExecutor<'_>) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(db).await
}

/// Products changed since `seen`, with ten seconds for transactions that were still open then; those no longer on sale too.
pub async fn list_changed(db: impl PgExecutor<'_>, seen: Option<DateTime<Utc>>) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select p.id as "id!", p.status = 'active' and (t.fr or t.en) as "on_sale!", p.category_id as "category_id!", p.brand_id as "brand_id?",
               b.slug as "brand_slug?", b.name as "brand_name?", p.price_cents as "price_cents!", p.compare_at_cents as "compare_at_cents?", p.available as "available!",
               p.rating_sum as "rating_sum!", p.rating_count as "rating_count!", p.sales_30d as "sales_30d!", p.published_at as "published_at?", t.fr as "has_fr!", t.en as "has_en!",
               o.options as "options: Json<Vec<OptionRow>>"
           from products p
           cross join lateral (
               select coalesce(bool_or(lang = 'fr'), false) as fr, coalesce(bool_or(lang = 'en'), false) as en
               from product_texts where product_id = p.id
           ) t
           left join brands b on b.id = p.brand_id
           left join lateral (
               select json_agg(json_build_object('g', q.code, 'gf', q.label_fr, 'ge', q.label_en,
                   'v', x.code, 'vf', x.label_fr, 've', x.label_en, 's', x.swatch)) as options
               from product_options q join option_values x on x.option_id = q.id where q.product_id = p.id
           ) o on true
           where p.updated_at > coalesce($1::timestamptz - interval '10 seconds', '-infinity'::timestamptz)"#,
        seen
    )
    .fetch_all(db)
    .await
}

/// How many of each product are available; this changes with every order and does not touch `updated_at`.
pub async fn list_available(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<(i64, i32)>> {
    let rows =
        sqlx::query!("select id, available from products where status = 'active'").fetch_all(db).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.available)).collect())
}
