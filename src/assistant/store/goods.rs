//! SQL of [`crate::goods`].

use kit::Lang;
use serde::Deserialize;
use sqlx::PgExecutor;
use sqlx::types::Json;

/// What a product's page tells of it, without price and stock.
#[derive(Debug)]
pub struct Row {
    pub id: i64,
    pub brand: String,
    pub categories: String,
    /// The nearest of them.
    pub category: String,
    pub description: String,
    pub bullets: serde_json::Value,
    pub attributes: serde_json::Value,
    pub options: Option<Json<Vec<Option_>>>,
    pub skus: Vec<String>,
    pub eans: Vec<String>,
    pub warranty_months: Option<i16>,
    pub repair_index: Option<i16>,
    pub origin: String,
}

/// A choice and its values.
#[derive(Debug, Deserialize)]
pub struct Option_ {
    label: String,
    values: Vec<String>,
}

#[derive(Deserialize)]
struct Attribute {
    #[serde(default)]
    key: String,
    #[serde(default)]
    fr_label: String,
    #[serde(default)]
    en_label: String,
    #[serde(default)]
    fr: String,
    #[serde(default)]
    en: String,
}

/// Keys of attributes that are codes a product goes by.
const CODES: &[&str] = &["mpn", "reference-fabricant", "manufacturer-reference", "modele", "model"];

impl Row {
    fn list(&self) -> Vec<Attribute> {
        serde_json::from_value(self.attributes.clone()).unwrap_or_default()
    }

    /// Labels and values, those of the other language where one is missing.
    pub fn attributes(&self, lang: Lang) -> Vec<(String, String)> {
        let or = |a: String, b: String| if a.is_empty() { b } else { a };
        let pick = |fr: String, en: String| lang.pick(or(fr.clone(), en.clone()), or(en, fr));
        let each = self.list().into_iter().map(|a| (pick(a.fr_label, a.en_label), pick(a.fr, a.en)));
        each.filter(|(label, value)| !label.is_empty() && !value.is_empty()).collect()
    }

    pub fn options(&self) -> Vec<(String, String)> {
        let options = self.options.iter().flat_map(|o| &o.0);
        options.map(|o| (o.label.clone(), o.values.join(", "))).filter(|(_, v)| !v.is_empty()).collect()
    }

    /// References, bar codes and model names.
    pub fn codes(&self) -> Vec<String> {
        let named = self.list().into_iter().filter(|a| CODES.contains(&a.key.as_str())).map(|a| a.fr);
        named.chain(self.skus.iter().chain(&self.eans).cloned()).filter(|c| !c.is_empty()).collect()
    }

    /// Description and points, one point a line.
    pub fn text(&self) -> String {
        let bullets: Vec<String> = serde_json::from_value(self.bullets.clone()).unwrap_or_default();
        std::iter::once(self.description.clone()).chain(bullets).collect::<Vec<_>>().join("\n")
    }
}

/// The sheets of products on sale, in no order; `unpublished` gives the others too.
pub async fn list_sheets(
    db: impl PgExecutor<'_>,
    lang: Lang,
    ids: &[i64],
    unpublished: bool,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select p.id as "id!", coalesce(b.name, '') as "brand!",
               concat_ws(' ', c.name, cc.name) as "categories!", coalesce(c.name, '') as "category!",
               t.description as "description!", t.bullets as "bullets!", p.attributes as "attributes!",
               o.options as "options: Json<Vec<Option_>>",
               v.skus as "skus!", v.eans as "eans!",
               p.warranty_months as "warranty_months?", p.repair_index as "repair_index?", p.origin as "origin!"
           from products p
           join lateral (
               select x.description, x.bullets from product_texts x
               where x.product_id = p.id order by x.lang <> $1, x.lang desc limit 1
           ) t on true
           left join brands b on b.id = p.brand_id
           left join categories k on k.id = p.category_id
           left join category_texts c on c.category_id = k.id and c.lang = $1
           left join category_texts cc on cc.category_id = k.parent_id and cc.lang = $1
           left join lateral (
               select json_agg(json_build_object('label', case $1 when 'fr' then q.label_fr else q.label_en end,
                   'values', (select coalesce(json_agg(case $1 when 'fr' then v.label_fr else v.label_en end
                       order by v.position, v.id), '[]') from option_values v where v.option_id = q.id)) order by q.position) as options
               from product_options q where q.product_id = p.id
           ) o on true
           cross join lateral (
               select coalesce(array_agg(a.sku), '{}') as skus, coalesce(array_agg(a.ean) filter (where a.ean is not null), '{}') as eans
               from (select sku, ean from variants where product_id = p.id and active order by position limit 40) a
           ) v
           where p.id = any($2) and (p.status = 'active' or $3)"#,
        lang.code(),
        ids,
        unpublished
    )
    .fetch_all(db)
    .await
}

/// Products with one of these references or bar codes.
pub async fn list_by_codes(db: impl PgExecutor<'_>, codes: &[String]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select distinct product_id from variants
           where upper(sku) in (select upper(x) from unnest($1::text[]) x) or ean = any($1) limit 20"#,
        codes
    )
    .fetch_all(db)
    .await
}
