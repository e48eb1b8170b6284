//! The goods on their shelves: categories, brands, products with variants and the prices that they have had.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context;
use chrono::{DateTime, Utc};
use kit::text::slugify;
use serde_json::json;
use sqlx::PgConnection;

use crate::content::{Category, Content, Product, Variant};
use crate::pictures::{Gallery, Media, Wanted};
use crate::prices::{PriceLog, prices, since};
use crate::store::{self, goods as rows};

/// A product in the database.
pub struct Placed<'a> {
    pub id: i64,
    pub product: &'a Product,
    pub variants: Vec<PlacedVariant<'a>>,
    pub image: Option<Media>,
}

pub struct PlacedVariant<'a> {
    pub id: i64,
    pub variant: &'a Variant,
    pub prices: PriceLog,
    pub reduced_since: Option<DateTime<Utc>>,
    /// `Couleur : Noir`, as order lines keep it.
    pub options_fr: String,
    pub options_en: String,
}

/// The upsert key of a demo product.
pub fn external_id(product: &Product) -> String {
    format!("demo-{}", product.code)
}

/// The picture that a product wants.
pub fn wanted(product: &Product) -> Wanted {
    match (product.photos.first(), &product.emoji) {
        (Some(photo), _) => Wanted::Photo(photo.clone()),
        (None, Some(code)) => Wanted::Object(code.clone()),
        (None, None) => Wanted::Drawing(product.code.clone(), String::new()),
    }
}

/// Both levels of categories with their texts; says how many are new.
pub async fn place_categories(
    tx: &mut PgConnection,
    content: &Content,
    picture: impl Fn(&Category) -> Option<i64>,
) -> sqlx::Result<u64> {
    let row = |c: &Category| picture(c);
    let mut new = 0;
    for level in [false, true] {
        let rows: Vec<_> = content
            .categories
            .iter()
            .filter(|c| c.parent.is_some() == level)
            .map(|c| rows::CategoryRow {
                code: &c.code,
                parent: c.parent.as_deref(),
                position: c.position,
                icon: &c.icon,
                image_id: row(c),
            })
            .collect();
        new += rows::insert_categories(&mut *tx, &rows).await?;
    }
    let texts: Vec<_> = content
        .categories
        .iter()
        .flat_map(|c| [(c, "fr", &c.fr), (c, "en", &c.en)])
        .map(|(c, lang, t)| rows::CategoryTextRow {
            code: &c.code,
            lang,
            slug: &t.slug,
            name: &t.name,
            description: &t.description,
        })
        .collect();
    rows::insert_category_texts(&mut *tx, &texts).await?;
    let brands: Vec<_> =
        content.brands.iter().map(|b| rows::BrandRow { slug: &b.slug, name: &b.name }).collect();
    rows::insert_brands(tx, &brands).await?;
    Ok(new)
}

/// Inserts products that are not there yet.
pub async fn place_products<'a>(
    tx: &mut PgConnection,
    content: &'a Content,
    products: &[&'a Product],
    gallery: &HashMap<&'a str, Media>,
    now: DateTime<Utc>,
    seed: u64,
) -> anyhow::Result<Vec<Placed<'a>>> {
    let ids = store::take_ids(&mut *tx, "products", products.len()).await?;
    let count = products.iter().map(|p| p.variants.len()).sum();
    let mut variant_ids = store::take_ids(&mut *tx, "variants", count).await?.into_iter();
    let mut placed = Vec::new();
    for (product, id) in products.iter().copied().zip(ids) {
        let mut variants = Vec::new();
        for variant in &product.variants {
            let id = variant_ids.next().context("ids run out")?;
            let (prices, reduced_since) = prices(product, variant, now, seed);
            let (options_fr, options_en) = options_text(content, product, variant);
            variants.push(PlacedVariant { id, variant, prices, reduced_since, options_fr, options_en });
        }
        placed.push(Placed { id, product, variants, image: gallery.get(product.code.as_str()).cloned() });
    }
    insert_products(&mut *tx, content, &placed, now).await?;
    let values = insert_options(&mut *tx, content, &placed).await?;
    insert_variants(&mut *tx, &placed, &values, now).await?;
    insert_images(tx, &placed).await?;
    Ok(placed)
}

async fn insert_products(
    tx: &mut PgConnection,
    content: &Content,
    placed: &[Placed<'_>],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut heads = Vec::new();
    let mut texts = Vec::new();
    let mut slugs = HashMap::new();
    for p in placed {
        let words = &content.vocabulary.attributes;
        let attributes = p.product.attributes.iter().filter_map(|a| {
            let label = words.get(&a.key)?;
            Some(json!({"key": a.key, "fr_label": label.fr, "fr": a.fr, "en_label": label.en, "en": a.en}))
        });
        let from = &p.product.origin;
        let origin = json!({"key": "origine", "fr_label": "Origine", "fr": from.fr, "en_label": "Origin", "en": from.en});
        heads.push(rows::ProductRow {
            id: p.id,
            external_id: external_id(p.product),
            brand: &p.product.brand,
            category: &p.product.category,
            tax_class: &p.product.tax,
            attributes: attributes.chain([origin]).collect(),
            warranty_months: p.product.warranty_months,
            repair_index: p.product.repair_index,
            ecotax_cents: p.product.ecotax_cents,
            // One column for all languages, and « fabriqué en » suits no orchid: the origin stands with the attributes.
            origin: "",
            at: since(p.product, now),
        });
        for (lang, text) in [("fr", &p.product.fr), ("en", &p.product.en)] {
            let slug = slugify(&text.title);
            let taken = slugs.insert((lang, slug.clone()), p.id).is_some();
            texts.push(rows::ProductTextRow {
                product_id: p.id,
                lang,
                slug: if taken { format!("{slug}-{}", p.id) } else { slug },
                title: &text.title,
                description: &text.description,
                bullets: &text.bullets,
            });
        }
    }
    rows::insert_products(&mut *tx, &heads).await?;
    rows::insert_product_texts(tx, &texts).await?;
    Ok(())
}

/// Ids of option values by product, option and value code.
type Values<'a> = HashMap<(i64, &'a str, &'a str), i64>;

async fn insert_options<'a>(
    tx: &mut PgConnection,
    content: &'a Content,
    placed: &[Placed<'a>],
) -> anyhow::Result<Values<'a>> {
    let options = placed.iter().flat_map(|p| &p.product.options);
    let mut option_ids =
        store::take_ids(&mut *tx, "product_options", options.clone().count()).await?.into_iter();
    let mut value_ids =
        store::take_ids(&mut *tx, "option_values", options.map(|o| o.values.len()).sum()).await?.into_iter();
    let (mut heads, mut values, mut known) = (Vec::new(), Vec::new(), Values::new());
    for p in placed {
        for (position, option) in (1..).zip(&p.product.options) {
            let words = content.vocabulary.options.get(&option.code).context("an option has no name")?;
            let id = option_ids.next().context("ids run out")?;
            heads.push(rows::OptionRow {
                id,
                product_id: p.id,
                position,
                code: &option.code,
                label_fr: &words.fr,
                label_en: &words.en,
            });
            for (position, code) in (1..).zip(&option.values) {
                let word = words.values.get(code).context("an option value has no name")?;
                let value_id = value_ids.next().context("ids run out")?;
                known.insert((p.id, option.code.as_str(), code.as_str()), value_id);
                values.push(rows::ValueRow {
                    id: value_id,
                    option_id: id,
                    position,
                    code,
                    label_fr: &word.fr,
                    label_en: &word.en,
                    swatch: word.swatch.as_deref(),
                });
            }
        }
    }
    rows::insert_options(tx, &heads, &values).await?;
    Ok(known)
}

async fn insert_variants(
    tx: &mut PgConnection,
    placed: &[Placed<'_>],
    values: &Values<'_>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (mut heads, mut log) = (Vec::new(), Vec::new());
    for p in placed {
        for (position, v) in (0..).zip(&p.variants) {
            let options = p.product.options.iter().zip(&v.variant.values);
            let value_ids = options.filter_map(|(o, code)| values.get(&(p.id, &o.code, code)).copied());
            heads.push(rows::VariantRow {
                id: v.id,
                product_id: p.id,
                position,
                sku: &v.variant.sku,
                ean: &v.variant.ean,
                value_ids: value_ids.collect(),
                price_cents: v.variant.price,
                compare_at_cents: v.variant.compare_at,
                reduced_since: v.reduced_since,
                weight_g: v.variant.weight_g,
                at: since(p.product, now),
            });
            log.extend(v.prices.iter().map(|(at, price_cents)| rows::PriceRow {
                variant_id: v.id,
                price_cents: *price_cents,
                at: *at,
            }));
        }
    }
    rows::insert_variants(tx, &heads, &log).await?;
    Ok(())
}

async fn insert_images(tx: &mut PgConnection, placed: &[Placed<'_>]) -> sqlx::Result<()> {
    let images: Vec<_> = placed
        .iter()
        .filter_map(|p| {
            Some(rows::ImageRow {
                product_id: p.id,
                media_id: p.image.as_ref()?.id,
                position: 0,
                alt_fr: &p.product.fr.title,
                alt_en: &p.product.en.title,
            })
        })
        .collect();
    rows::insert_images(tx, &images).await
}

/// `Couleur : Noir, Taille : M` and the same in English, as order lines keep it.
fn options_text(content: &Content, product: &Product, variant: &Variant) -> (String, String) {
    let words = product.options.iter().zip(&variant.values).filter_map(|(option, value)| {
        let option = content.vocabulary.options.get(&option.code)?;
        let value = option.values.get(value)?;
        Some((format!("{}\u{a0}: {}", option.fr, value.fr), format!("{}: {}", option.en, value.en)))
    });
    let (fr, en): (Vec<_>, Vec<_>) = words.unzip();
    (fr.join(", "), en.join(", "))
}

/// Which category shows which picture.
pub fn category_pictures(content: &Content, gallery: &Gallery) -> BTreeMap<String, i64> {
    let find = |c: &Category| gallery.get(&Wanted::Object(c.emoji.clone())).map(|m| m.id);
    content.categories.iter().filter_map(|c| Some((c.code.clone(), find(c)?))).collect()
}
