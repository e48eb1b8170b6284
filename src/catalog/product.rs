//! The product page: what rarely changes is kept in the process, price and stock are read at each request.
//!
//! What is kept is checked by the same query that reads price and stock: `updated_at` differs after every change, so a
//! kept product is never an old one.

use std::sync::Arc;
use std::time::Duration;

use kit::Lang;
use moka::sync::Cache;
use platform::App;

use crate::links::{self, Kind};
use crate::model::{Card, Product, Review, Variant};
use crate::store::product as store;
use crate::{cards, similar, views_count};

/// Products kept in the process; about 4 kB each.
const KEPT: u64 = 2_000;
/// Similar products and review texts may be this old.
const TTL: Duration = Duration::from_secs(120);
/// Products asked for to find them.
const LOOKED_AT: i64 = 8;
/// Cards under "often bought together", and products asked for to find them.
const TOGETHER: usize = 2;
const PARTNERS: usize = 6;

struct Kept(Cache<(Lang, String), Arc<Product>>);

impl Default for Kept {
    fn default() -> Kept {
        Kept(Cache::builder().max_capacity(KEPT).time_to_live(TTL).build())
    }
}

/// The best of each category: what is similar to any product of it.
struct Best(Cache<i32, Arc<[i64]>>);

impl Default for Best {
    fn default() -> Best {
        Best(Cache::builder().max_capacity(KEPT).time_to_live(TTL).build())
    }
}

/// A product as its page shows it.
pub struct Shown {
    pub product: Arc<Product>,
    pub variants: Vec<Variant>,
    pub similar: Vec<Card>,
    /// Often bought with it, each with one variant to put into the cart.
    pub together: Vec<Card>,
    /// Something was left out because this visitor has it in the cart: nobody else sees the page so.
    pub personal: bool,
}

/// What an address of a product leads to.
pub enum Found {
    Page(Box<Shown>),
    /// The product is no longer sold.
    Gone,
    Nothing,
}

/// The product with this slug (a former one too), its variants now and similar products: two queries at once when the
/// product is kept, one more when it is not.
pub async fn find(app: &App, lang: Lang, slug: &str) -> sqlx::Result<Found> {
    let kept = app.slots.of::<Kept>();
    let key = (lang, slug.to_string());
    if let Some(product) = kept.0.get(&key) {
        let (live, cards) = load(app, lang, &product).await?;
        if let Some(live) = live.filter(|l| l.updated_at == product.updated_at) {
            return Ok(found(product, live, cards));
        }
        kept.0.invalidate(&key);
    }
    let Some(mut product) = store::find_product(&app.db, lang, slug).await? else {
        return Ok(Found::Nothing);
    };
    let linked = links::list(&app.db, product.id).await?;
    product.similar = similar_to(app, lang, &product, &linked).await?;
    product.together = bought_with(app, &product, &linked);
    let product = Arc::new(product);
    let (live, cards) = load(app, lang, &product).await?;
    let Some(live) = live else { return Ok(Found::Nothing) };
    if product.slug(lang) == slug {
        kept.0.insert(key, product.clone());
    }
    Ok(found(product, live, cards))
}

async fn load(app: &App, lang: Lang, product: &Product) -> sqlx::Result<(Option<store::Live>, Vec<Card>)> {
    let live = store::find_live(&app.db, product.id);
    let beside: Vec<i64> = product.similar.iter().chain(&product.together).copied().collect();
    let cards = cards::list_cards(&app.db, lang, &beside);
    let (live, mut cards) = tokio::try_join!(live, cards)?;
    cards.retain(|card| card.available > 0);
    Ok((live, cards))
}

/// A few more than are shown: some may be sold out or gone.
async fn similar_to(
    app: &App,
    lang: Lang,
    product: &Product,
    linked: &[(Kind, i64)],
) -> sqlx::Result<Vec<i64>> {
    let kept = app.slots.of::<Best>();
    let best = match kept.0.get(&product.category_id) {
        Some(best) => best,
        None => {
            let best: Arc<[i64]> =
                store::list_best(&app.db, product.category_id, LOOKED_AT + 1).await?.into();
            kept.0.insert(product.category_id, best.clone());
            best
        }
    };
    let mut ids: Vec<i64> = best.iter().copied().filter(|id| *id != product.id).collect();
    similar::fill(app, lang, product.id, &mut ids);
    let mut all: Vec<i64> =
        linked.iter().filter(|(kind, _)| *kind != Kind::CrossSell).map(|(_, id)| *id).collect();
    ids.retain(|id| !all.contains(id));
    ids.truncate(LOOKED_AT as usize);
    all.extend(ids);
    Ok(all)
}

/// Staff's cross-selling first, then what orders tell.
fn bought_with(app: &App, product: &Product, linked: &[(Kind, i64)]) -> Vec<i64> {
    let mut ids: Vec<i64> =
        linked.iter().filter(|(kind, _)| *kind == Kind::CrossSell).map(|(_, id)| *id).collect();
    for id in similar::together(app, product.id) {
        if id != product.id && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.truncate(PARTNERS);
    ids
}

fn found(product: Arc<Product>, live: store::Live, cards: Vec<Card>) -> Found {
    let of = |ids: &[i64]| {
        ids.iter().filter_map(|id| cards.iter().find(|c| c.id == *id)).cloned().collect::<Vec<_>>()
    };
    let (mut similar, mut together) = (of(&product.similar), of(&product.together));
    together.retain(|card| card.variant.is_some());
    together.truncate(TOGETHER);
    similar.truncate(LOOKED_AT as usize);
    match live.status.as_str() {
        "active" if !live.variants.is_empty() => Found::Page(Box::new(Shown {
            product,
            variants: live.variants,
            similar,
            together,
            personal: false,
        })),
        "archived" => Found::Gone,
        _ => Found::Nothing,
    }
}

/// The id behind a slug, a former one too; from memory when its page was asked for lately.
pub async fn find_id(app: &App, lang: Lang, slug: &str) -> sqlx::Result<Option<i64>> {
    let kept = app.slots.of::<Kept>().0.get(&(lang, slug.to_string()));
    match kept {
        Some(product) => Ok(Some(product.id)),
        None => store::find_id(&app.db, lang, slug).await,
    }
}

impl Shown {
    /// Products beside this one.
    pub fn proposed(&self) -> impl Iterator<Item = i64> {
        self.similar.iter().chain(&self.together).map(|card| card.id)
    }

    /// Without what is in the visitor's cart already.
    pub fn without(mut self, in_cart: &[i64]) -> Shown {
        self.personal = self.proposed().any(|id| in_cart.contains(&id));
        self.similar.retain(|card| !in_cart.contains(&card.id));
        self.similar.truncate(SIMILAR);
        self.together.retain(|card| !in_cart.contains(&card.id));
        self
    }
}

/// Cards under "similar products".
const SIMILAR: usize = 5;

/// Notes that somebody looked at a product; nothing is written now.
pub fn seen(app: &App, product_id: i64) {
    views_count::add(app, product_id);
}

/// One page of the reviews of a product; `stars` keeps those with that many.
pub async fn list_reviews(
    app: &App,
    lang: Lang,
    product_id: i64,
    stars: Option<i16>,
    page: kit::paging::Page,
) -> sqlx::Result<Vec<Review>> {
    store::list_reviews(&app.db, lang, product_id, stars, page.limit(), page.offset()).await
}
