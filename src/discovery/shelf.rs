//! The shelf: what every listing filters, counts and sorts by, of every product on sale, in the memory of the process.
//!
//! About 60 bytes a product (3 MB for 50,000). It decides which products a list shows and how many a facet has; what is
//! shown of them (price, stock) is read from PostgreSQL each time. It follows the database: changed products by
//! `updated_at` every two seconds while pages are asked for, what is available every twenty, everything every quarter of
//! an hour.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use kit::Lang;
use platform::App;
use platform::infra::config::Env;
use tokio::sync::Mutex;

use crate::store::shelf as store;

const CHANGES_EVERY: Duration = Duration::from_secs(2);
const STOCK_EVERY: Duration = Duration::from_secs(20);
const ALL_EVERY: Duration = Duration::from_secs(15 * 60);

/// One product on sale.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub id: i64,
    pub category: i32,
    /// Index into the shelf's brands.
    pub brand: Option<u32>,
    pub price: u32,
    /// Per cent below the crossed-out price, 0 when not reduced.
    pub off: u8,
    pub available: i16,
    /// Mean times ten.
    pub rating: u8,
    pub reviews: u32,
    pub sales: u32,
    /// Seconds since 1970.
    pub published: i64,
    /// Has a text in French, in English.
    pub texts: [bool; 2],
    /// Indices into the shelf's option values, without repetition.
    pub values: Box<[u32]>,
}

#[derive(Debug, Clone)]
pub struct Brand {
    pub slug: String,
    pub name: String,
}

/// An option that products of the shop share: colour, size.
#[derive(Debug, Clone)]
pub struct Group {
    pub code: String,
    pub labels: [String; 2],
}

#[derive(Debug, Clone)]
pub struct Value {
    pub group: u32,
    pub code: String,
    pub labels: [String; 2],
    pub swatch: Option<String>,
}

impl Group {
    pub fn label(&self, lang: Lang) -> &str {
        lang.pick(&self.labels[0], &self.labels[1])
    }
}

impl Value {
    pub fn label(&self, lang: Lang) -> &str {
        lang.pick(&self.labels[0], &self.labels[1])
    }
}

/// Names that come as text from the database and stand as numbers on the shelf.
#[derive(Debug, Default, Clone)]
pub struct Words {
    pub brands: Vec<Brand>,
    pub groups: Vec<Group>,
    pub values: Vec<Value>,
    brand_ids: HashMap<i32, u32>,
    brand_slugs: HashMap<String, u32>,
    group_codes: HashMap<String, u32>,
    value_codes: HashMap<(u32, String), u32>,
}

impl Words {
    pub fn add_brand(&mut self, id: i32, brand: impl FnOnce() -> Brand) -> u32 {
        if let Some(known) = self.brand_ids.get(&id) {
            return *known;
        }
        let (brand, index) = (brand(), self.brands.len() as u32);
        self.brand_slugs.insert(brand.slug.clone(), index);
        self.brand_ids.insert(id, index);
        self.brands.push(brand);
        index
    }

    /// The first product that uses a code gives it its label.
    pub fn add_value(&mut self, group: Group, value: Value) -> u32 {
        let g = *self.group_codes.entry(group.code.clone()).or_insert_with(|| {
            self.groups.push(group);
            self.groups.len() as u32 - 1
        });
        *self.value_codes.entry((g, value.code.clone())).or_insert_with(|| {
            self.values.push(Value { group: g, ..value });
            self.values.len() as u32 - 1
        })
    }
}

/// All products on sale at one moment.
#[derive(Debug, Default)]
pub struct Shelf {
    /// In the order of their ids.
    pub items: Vec<Item>,
    /// Indices of `items`: in stock first, then best sold, best rated, newest.
    pub popular: Vec<u32>,
    pub words: Words,
    /// Differs from every shelf before it.
    pub generation: u64,
    pub(crate) picks: OnceLock<crate::home::Picks>,
}

static GENERATIONS: AtomicU64 = AtomicU64::new(1);

impl Shelf {
    pub fn new(mut items: Vec<Item>, words: Words) -> Shelf {
        items.sort_unstable_by_key(|i| i.id);
        items.dedup_by_key(|i| i.id);
        let mut popular: Vec<u32> = (0..items.len() as u32).collect();
        popular.sort_unstable_by_key(|i| std::cmp::Reverse(items[*i as usize].popularity()));
        let generation = GENERATIONS.fetch_add(1, Ordering::Relaxed);
        Shelf { items, popular, words, generation, picks: OnceLock::new() }
    }

    /// Where a product stands.
    pub fn index_of(&self, id: i64) -> Option<u32> {
        self.items.binary_search_by_key(&id, |i| i.id).ok().map(|i| i as u32)
    }

    pub fn item(&self, index: u32) -> &Item {
        &self.items[index as usize]
    }

    pub fn brand(&self, slug: &str) -> Option<u32> {
        self.words.brand_slugs.get(slug).copied()
    }

    pub fn value(&self, group: &str, code: &str) -> Option<u32> {
        let group = *self.words.group_codes.get(group)?;
        self.words.value_codes.get(&(group, code.to_string())).copied()
    }

    /// The shelf with these products in place of what it had of them, without those that are no longer on sale. `None` when
    /// nothing differs.
    fn with(&self, rows: Vec<store::Row>) -> Option<Shelf> {
        let mut words = self.words.clone();
        let mut changed: HashMap<i64, Option<Item>> = HashMap::new();
        for row in rows {
            let id = row.id;
            let item = row.into_item(&mut words);
            let old = self.index_of(id).map(|i| self.item(i));
            if old != item.as_ref() {
                changed.insert(id, item);
            }
        }
        if changed.is_empty() {
            return None;
        }
        let kept = self.items.iter().filter(|i| !changed.contains_key(&i.id)).cloned();
        let items = kept.chain(changed.values().flatten().cloned()).collect();
        Some(Shelf::new(items, words))
    }

    /// The shelf with what is available now; `None` when nothing differs.
    fn with_stock(&self, available: &[(i64, i32)]) -> Option<Shelf> {
        let mut items: Option<Vec<Item>> = None;
        for (id, n) in available {
            let Some(index) = self.index_of(*id) else { continue };
            let n = clamp(*n);
            if self.item(index).available != n {
                items.get_or_insert_with(|| self.items.clone())[index as usize].available = n;
            }
        }
        items.map(|items| Shelf::new(items, self.words.clone()))
    }
}

impl Item {
    /// Sold out last, then by sales, rating and age.
    fn popularity(&self) -> (bool, u32, u64, i64) {
        (self.available > 0, self.sales, self.esteem(), self.published)
    }

    /// The mean, drawn towards 3.8 while there are few reviews, in thousandths.
    pub fn esteem(&self) -> u64 {
        let n = u64::from(self.reviews);
        (n * u64::from(self.rating) * 100 + 5 * 3_800) / (n + 5)
    }
}

/// Stock as it fits into an item.
pub(crate) fn clamp(available: i32) -> i16 {
    available.clamp(0, i32::from(i16::MAX)) as i16
}

/// Held by the App; `checking` lets one task look for changes while requests use what is there.
#[derive(Default)]
struct Held {
    shelf: RwLock<Option<Arc<Shelf>>>,
    checking: Arc<Mutex<Times>>,
}

#[derive(Default)]
struct Times {
    changes: Option<Instant>,
    stock: Option<Instant>,
    all: Option<Instant>,
    /// The database's time of the last look.
    seen: Option<DateTime<Utc>>,
}

impl Times {
    fn is_due(&self) -> bool {
        due(self.changes, CHANGES_EVERY) || due(self.stock, STOCK_EVERY) || due(self.all, ALL_EVERY)
    }
}

fn due(at: Option<Instant>, every: Duration) -> bool {
    at.is_none_or(|at| at.elapsed() >= every)
}

impl Held {
    fn get(&self) -> Option<Arc<Shelf>> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, shelf: Shelf) -> Arc<Shelf> {
        let shelf = Arc::new(shelf);
        *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = Some(shelf.clone());
        shelf
    }
}

/// The shelf, at most seconds old. Only the first call waits for the database; later ones look for changes beside the
/// request.
pub async fn current(app: &App) -> sqlx::Result<Arc<Shelf>> {
    let held = app.slots.of::<Held>();
    let Some(shelf) = held.get() else {
        let mut times = held.checking.lock().await;
        // Somebody else may have loaded it meanwhile.
        return match held.get() {
            Some(shelf) => Ok(shelf),
            None => load(app, &held, &mut times).await,
        };
    };
    // A test sees its own changes at once.
    if app.config.env == Env::Test {
        let mut times = held.checking.lock().await;
        *times = Times { all: times.all, seen: times.seen, ..Times::default() };
        return look(app, &held, &mut times).await;
    }
    if let Ok(mut times) = held.checking.clone().try_lock_owned()
        && times.is_due()
    {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(error) = look(&app, &held, &mut times).await {
                tracing::warn!(%error, "the shelf could not be looked through");
            }
        });
    }
    Ok(shelf)
}

async fn look(app: &App, held: &Held, times: &mut Times) -> sqlx::Result<Arc<Shelf>> {
    let Some(mut shelf) = held.get().filter(|_| !due(times.all, ALL_EVERY)) else {
        return load(app, held, times).await;
    };
    if due(times.changes, CHANGES_EVERY) {
        times.changes = Some(Instant::now());
        let now = store::now(&app.db).await?;
        let rows = store::list_changed(&app.db, times.seen).await?;
        times.seen = Some(now);
        if let Some(newer) = shelf.with(rows) {
            shelf = held.set(newer);
        }
    }
    if due(times.stock, STOCK_EVERY) {
        times.stock = Some(Instant::now());
        let available = store::list_available(&app.db).await?;
        if let Some(newer) = shelf.with_stock(&available) {
            shelf = held.set(newer);
        }
    }
    Ok(shelf)
}

async fn load(app: &App, held: &Held, times: &mut Times) -> sqlx::Result<Arc<Shelf>> {
    let start = Instant::now();
    let now = store::now(&app.db).await?;
    let rows = store::list_all(&app.db).await?;
    let mut words = Words::default();
    let items: Vec<Item> = rows.into_iter().filter_map(|r| r.into_item(&mut words)).collect();
    let shelf = held.set(Shelf::new(items, words));
    *times = Times { changes: Some(start), stock: Some(start), all: Some(start), seen: Some(now) };
    tracing::debug!(products = shelf.items.len(), ms = start.elapsed().as_millis() as u64, "shelf loaded");
    Ok(shelf)
}
