//! Puts one chunk of products into the catalogue, in the caller's transaction: read under lock, compare, write the differences.

use std::collections::HashMap;

use kit::Lang;
use serde_json::json;
use sqlx::PgConnection;

use crate::formats::fault::RowError;
use crate::images::FetchImage;
use crate::plan::{Held, Planned, StockRule, bullets, plan};
use crate::prepare::{Prepared, free, slug, swatch};
use crate::store::images::{self, ImageRows};
use crate::store::write::{self, OptionRows, ProductRows, TextRows, ValueRows, VariantRows};
use crate::store::{read, stock};
use crate::taxonomy::Taxonomy;

/// What a run is asked to do with every chunk.
#[derive(Clone, Debug)]
pub struct Rules {
    pub lang: Lang,
    pub stock: StockRule,
    /// Compare only.
    pub dry_run: bool,
    /// Stands in the ledger of stock.
    pub note: String,
}

/// What became of the products of a chunk.
#[derive(Debug, Default)]
pub struct Outcome {
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub faults: Vec<RowError>,
    pub notes: Vec<RowError>,
}

pub async fn apply(
    tx: &mut PgConnection,
    products: &[Prepared],
    taxonomy: &mut Taxonomy,
    rules: &Rules,
) -> sqlx::Result<Outcome> {
    let mut outcome = Outcome::default();
    let held = read_held(tx, products, rules.lang).await?;
    if !rules.dry_run {
        taxonomy.make(tx, products).await?;
    }
    let mut work = Vec::new();
    for product in products {
        let place = (taxonomy.category(product), taxonomy.brand(product));
        let planned = plan(product, &held, place, rules.stock, &mut outcome.faults, &mut outcome.notes);
        match planned {
            None => {}
            Some(planned) if planned.changes() => work.push(planned),
            Some(_) => outcome.unchanged += 1,
        }
    }
    outcome.created = work.iter().filter(|planned| planned.is_new()).count() as i64;
    outcome.updated = work.len() as i64 - outcome.created;
    if !rules.dry_run && !work.is_empty() {
        write_all(tx, &work, &held, rules).await?;
    }
    Ok(outcome)
}

async fn read_held(tx: &mut PgConnection, products: &[Prepared], lang: Lang) -> sqlx::Result<Held> {
    let ids: Vec<String> = products.iter().map(|product| product.external_id.clone()).collect();
    let variants = || products.iter().flat_map(|product| &product.variants);
    let variant_ids: Vec<String> = variants().map(|variant| variant.external_id.clone()).collect();
    let skus: Vec<String> = variants().map(|variant| variant.sku.clone()).collect();
    let mut held = Held::default();
    let rows = read::lock_products(tx, &ids, lang.code()).await?;
    let known: Vec<i64> = rows.iter().map(|row| row.id).collect();
    held.products = rows.into_iter().map(|row| (row.external_id.clone(), row)).collect();
    held.variants = read::list_variants(tx, &known, &variant_ids, &skus).await?;
    if !known.is_empty() {
        for value in read::list_values(tx, &known).await? {
            held.values.entry(value.product_id).or_default().push(value);
        }
        for image in read::list_images(tx, &known).await? {
            held.images.entry(image.product_id).or_default().push(image.url);
        }
    }
    Ok(held)
}

async fn write_all(
    tx: &mut PgConnection,
    work: &[Planned<'_>],
    held: &Held,
    rules: &Rules,
) -> sqlx::Result<()> {
    let ids = write_products(tx, work).await?;
    write_texts(tx, work, &ids, rules.lang).await?;
    let values = write_options(tx, work, &ids, held).await?;
    let variants = write_variants(tx, work, &ids, &values).await?;
    write_stock(tx, work, &variants, &rules.note).await?;
    write_images(tx, work, &ids, &variants).await?;
    catalog::refresh_products(tx, &ids).await
}

/// Product rows; gives the ids in the order of the work.
async fn write_products(tx: &mut PgConnection, work: &[Planned<'_>]) -> sqlx::Result<Vec<i64>> {
    let (mut new, mut changed) = (ProductRows::default(), ProductRows::default());
    for planned in work {
        let rows = match planned.held {
            None => &mut new,
            Some(_) if planned.row => &mut changed,
            Some(_) => continue,
        };
        let old = || planned.held.map(|held| held.attributes.clone()).unwrap_or_else(|| json!([]));
        rows.ids.extend(planned.held.map(|held| held.id));
        rows.external_ids.push(planned.feed.external_id.clone());
        rows.brand_ids.push(planned.brand_id);
        rows.category_ids.push(planned.category_id);
        rows.statuses.push(planned.status().to_string());
        rows.attributes.push(planned.feed.attributes.clone().unwrap_or_else(old));
    }
    if !changed.ids.is_empty() {
        write::update_products(tx, &changed).await?;
    }
    let made: HashMap<String, i64> = if new.external_ids.is_empty() {
        HashMap::new()
    } else {
        write::insert_products(tx, &new).await?.into_iter().collect()
    };
    let id = |planned: &Planned<'_>| {
        planned.held.map(|held| held.id).or_else(|| made.get(&planned.feed.external_id).copied())
    };
    work.iter().map(|planned| id(planned).ok_or(sqlx::Error::RowNotFound)).collect()
}

async fn write_texts(
    tx: &mut PgConnection,
    work: &[Planned<'_>],
    ids: &[i64],
    lang: Lang,
) -> sqlx::Result<()> {
    let fresh = |planned: &Planned<'_>| planned.held.is_none_or(|held| held.title.is_none());
    let wishes = |planned: &Planned<'_>| {
        let short = slug(&planned.feed.title);
        let long = format!("{short}-{}", slug(&planned.feed.external_id));
        [short, long]
    };
    let asked: Vec<String> = work.iter().filter(|planned| fresh(planned)).flat_map(wishes).collect();
    let mut taken: std::collections::HashSet<String> =
        read::list_taken_slugs(tx, lang.code(), &asked).await?.into_iter().collect();
    let mut rows = TextRows::default();
    for (planned, id) in work.iter().zip(ids).filter(|(planned, _)| planned.text) {
        // A text that is there keeps its address; the insert then ends in the update.
        let address = if fresh(planned) {
            let [short, long] = wishes(planned);
            let address =
                if taken.contains(&short) { free(&long, |slug| taken.contains(slug)) } else { short };
            taken.insert(address.clone());
            address
        } else {
            format!("-{id}")
        };
        let old = planned.held.and_then(|held| held.description.clone()).unwrap_or_default();
        let description = &planned.feed.description;
        rows.product_ids.push(*id);
        rows.slugs.push(address);
        rows.titles.push(planned.feed.title.clone());
        rows.descriptions.push(if description.is_empty() { old } else { description.clone() });
        rows.bullets.push(bullets(planned));
    }
    if rows.product_ids.is_empty() { Ok(()) } else { write::upsert_texts(tx, lang.code(), &rows).await }
}

/// Ids of option values by (product, position from 0, code).
type ValueIds = HashMap<(i64, usize, String), i64>;

async fn write_options(
    tx: &mut PgConnection,
    work: &[Planned<'_>],
    ids: &[i64],
    held: &Held,
) -> sqlx::Result<ValueIds> {
    let mut out: ValueIds = HashMap::new();
    for value in held.values.values().flatten() {
        let position = (value.option_position - 1).max(0) as usize;
        out.insert((value.product_id, position, value.code.clone()), value.id);
    }
    let mut rows = OptionRows::default();
    for (planned, id) in work.iter().zip(ids).filter(|(planned, _)| planned.options) {
        rows.changed.push(*id);
        rows.counts.push(planned.feed.options.len() as i16);
        for (position, option) in planned.feed.options.iter().enumerate() {
            rows.product_ids.push(*id);
            rows.positions.push(position as i16 + 1);
            rows.codes.push(option.code.clone());
            rows.labels_fr.push(option.label_fr.clone());
            rows.labels_en.push(option.label_en.clone());
        }
    }
    if rows.changed.is_empty() {
        return Ok(out);
    }
    let made = write::upsert_options(tx, &rows).await?;
    let option_ids: HashMap<(i64, i16), i64> =
        made.iter().map(|(product, at, id)| ((*product, *at), *id)).collect();
    let places: HashMap<i64, (i64, i16)> =
        made.into_iter().map(|(product, at, id)| (id, (product, at))).collect();
    let mut values = ValueRows::default();
    for (planned, id) in work.iter().zip(ids).filter(|(planned, _)| planned.options) {
        for (position, option) in planned.feed.options.iter().enumerate() {
            let Some(option_id) = option_ids.get(&(*id, position as i16 + 1)) else { continue };
            for (at, value) in option.values.iter().enumerate() {
                values.option_ids.push(*option_id);
                values.positions.push(at as i16);
                values.codes.push(value.code.clone());
                values.labels.push(value.label.clone());
                values.swatches.push(swatch(&option.code, &value.label).map(str::to_string));
            }
        }
    }
    for (option_id, code, value_id) in write::upsert_values(tx, &values).await? {
        if let Some((product, at)) = places.get(&option_id) {
            out.insert((*product, (*at - 1) as usize, code), value_id);
        }
    }
    Ok(out)
}

/// Variants; gives their ids by the merchant's id.
async fn write_variants(
    tx: &mut PgConnection,
    work: &[Planned<'_>],
    ids: &[i64],
    values: &ValueIds,
) -> sqlx::Result<HashMap<String, i64>> {
    let (mut new, mut changed, mut aside) = (VariantRows::default(), VariantRows::default(), Vec::new());
    let mut known = HashMap::new();
    for (planned, product_id) in work.iter().zip(ids) {
        for (position, pair) in planned.variants.iter().enumerate() {
            let value = |(at, code): (usize, &String)| values.get(&(*product_id, at, code.clone())).copied();
            let value_ids: Vec<i64> = pair.feed.codes.iter().enumerate().filter_map(value).collect();
            let moved = pair.held.is_some_and(|held| held.value_ids != value_ids);
            let rows = match pair.held {
                None => &mut new,
                Some(held) => {
                    known.insert(pair.feed.external_id.clone(), held.id);
                    aside.extend(moved.then_some(held.id));
                    if !pair.changed && !moved {
                        continue;
                    }
                    &mut changed
                }
            };
            let held = pair.held;
            rows.ids.extend(held.map(|held| held.id));
            rows.product_ids.push(*product_id);
            rows.positions.push(held.map_or(position as i32, |held| held.position));
            rows.skus.push(pair.feed.sku.clone());
            rows.external_ids.push(pair.feed.external_id.clone());
            rows.eans.push(pair.feed.ean.clone().or_else(|| held.and_then(|held| held.ean.clone())));
            let list: Vec<String> = value_ids.iter().map(i64::to_string).collect();
            rows.value_ids.push(format!("{{{}}}", list.join(",")));
            rows.prices.push(pair.feed.price_cents);
            rows.compare_at.push(pair.feed.compare_at_cents);
            rows.weights.push(pair.feed.weight_g.or(held.map(|held| held.weight_g)).unwrap_or_default());
        }
    }
    if !aside.is_empty() {
        write::set_values_aside(tx, &aside).await?;
    }
    if !changed.ids.is_empty() {
        write::update_variants(tx, &changed).await?;
    }
    if !new.external_ids.is_empty() {
        known.extend(write::insert_variants(tx, &new).await?);
    }
    let reshaped = || work.iter().zip(ids).filter(|(planned, _)| planned.options && !planned.is_new());
    let products: Vec<i64> = reshaped().map(|(_, id)| *id).collect();
    if !products.is_empty() {
        let counts: Vec<i32> = reshaped().map(|(planned, _)| planned.feed.options.len() as i32).collect();
        write::retire_odd_variants(tx, &products, &counts).await?;
    }
    Ok(known)
}

async fn write_stock(
    tx: &mut PgConnection,
    work: &[Planned<'_>],
    variants: &HashMap<String, i64>,
    note: &str,
) -> sqlx::Result<()> {
    let (mut new, mut changed) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for pair in work.iter().flat_map(|planned| &planned.variants) {
        if let (Some(level), Some(id)) = (pair.stock, variants.get(&pair.feed.external_id)) {
            let side = if pair.held.is_none() { &mut new } else { &mut changed };
            side.0.push(*id);
            side.1.push(level);
        }
    }
    if !new.0.is_empty() {
        stock::insert_levels(tx, &new.0, &new.1, note).await?;
    }
    if !changed.0.is_empty() {
        stock::set_levels(tx, &changed.0, &changed.1, note).await?;
    }
    Ok(())
}

async fn write_images(
    tx: &mut PgConnection,
    work: &[Planned<'_>],
    ids: &[i64],
    variants: &HashMap<String, i64>,
) -> sqlx::Result<()> {
    let (mut rows, mut changed) = (ImageRows::default(), Vec::new());
    for (planned, id) in work.iter().zip(ids).filter(|(planned, _)| planned.images) {
        changed.push(*id);
        let several = planned.variants.len() > 1;
        for (position, image) in planned.feed.images.iter().enumerate() {
            let shows =
                |pair: &&crate::plan::Match<'_>| several && pair.feed.image.as_ref() == Some(&image.url);
            let variant =
                planned.variants.iter().find(shows).and_then(|pair| variants.get(&pair.feed.external_id));
            rows.product_ids.push(*id);
            rows.urls.push(image.url.clone());
            rows.positions.push(position as i16);
            rows.alts.push(image.alt.clone());
            rows.variant_ids.push(variant.copied());
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let new = images::set_images(tx, &changed, &rows).await?;
    let jobs: Vec<FetchImage> = new.into_iter().map(|image_id| FetchImage { image_id }).collect();
    if !jobs.is_empty() {
        jobs::enqueue_many(tx, jobs.iter()).await?;
    }
    Ok(())
}
