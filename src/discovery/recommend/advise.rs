//! Products to propose, each with its reason. What is sold out, asked to be left out or named already is never proposed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use catalog::links::{self, Kind};
use kit::Lang;
use moka::sync::Cache;
use platform::App;

use crate::index;
use crate::shelf::{self, Shelf};

/// Why a product is proposed; an id is the product that calls for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// Staff put it beside this product.
    Linked(Kind),
    /// Bought in the same orders.
    Together {
        orders: u32,
        lift: f32,
    },
    /// Bought by those who bought this.
    Neighbour(i64),
    /// Near in meaning.
    Similar(i64),
    /// A best seller of the same shelf.
    SameShelf,
    BestSeller,
}

impl Reason {
    /// As the API says it.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::Linked(Kind::Related) => "staff_related",
            Reason::Linked(Kind::CrossSell) => "staff_cross_sell",
            Reason::Linked(Kind::UpSell) => "staff_up_sell",
            Reason::Together { .. } => "bought_together",
            Reason::Neighbour(_) => "bought_by_the_same_people",
            Reason::Similar(_) => "similar",
            Reason::SameShelf => "same_category",
            Reason::BestSeller => "best_seller",
        }
    }

    /// The product that called for it.
    pub const fn because_of(self) -> Option<i64> {
        match self {
            Reason::Neighbour(id) | Reason::Similar(id) => Some(id),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advice {
    pub product_id: i64,
    pub reason: Reason,
}

/// How many, how different from each other (0 to 1), and what is left out.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    pub k: usize,
    pub variety: f32,
    pub without: &'a [i64],
}

impl Limits<'_> {
    pub const fn of(k: usize) -> Limits<'static> {
        Limits { k, variety: 0.2, without: &[] }
    }
}

/// Half as much after so many products.
const HALF: f32 = 3.0;
/// Products of a history that are looked at.
const MOST_HISTORY: usize = 12;
/// Products of one category in a personal list.
const OF_A_CATEGORY: usize = 3;
/// What likeness counts beside what people bought.
const LIKENESS: f32 = 0.5;

/// Takes products in order until there are enough.
struct Picker<'a> {
    shelf: &'a Shelf,
    limits: Limits<'a>,
    own: &'a [i64],
    out: Vec<Advice>,
}

impl Picker<'_> {
    fn take(&mut self, product_id: i64, reason: Reason) -> bool {
        let named = self.own.contains(&product_id)
            || self.limits.without.contains(&product_id)
            || self.out.iter().any(|a| a.product_id == product_id);
        let buyable = self.shelf.index_of(product_id).is_some_and(|at| self.shelf.item(at).available > 0);
        let taken = self.out.len() < self.limits.k && !named && buyable;
        if taken {
            self.out.push(Advice { product_id, reason });
        }
        taken
    }

    fn best_sellers(&mut self) {
        for at in &self.shelf.popular {
            if self.out.len() >= self.limits.k {
                break;
            }
            self.take(self.shelf.item(*at).id, Reason::BestSeller);
        }
    }
}

struct Kept(Cache<(Lang, i64, u64, u8), Arc<[i64]>>);

impl Default for Kept {
    fn default() -> Kept {
        Kept(Cache::builder().max_capacity(5_000).time_to_live(Duration::from_secs(600)).build())
    }
}

/// Products near in meaning, nearest first; remembered as long as the index is the same.
fn similar(app: &App, lang: Lang, product_id: i64, variety: f32) -> Arc<[i64]> {
    const ASKED: usize = 24;
    let Some(index) = index::current(app, lang) else { return Arc::from([]) };
    let key = (lang, product_id, index.revision, (variety.clamp(0.0, 1.0) * 100.0) as u8);
    let kept = app.slots.of::<Kept>();
    kept.0.get_with(key, || index.engine.similar(product_id, ASKED, variety).into())
}

/// Beside a product: staff's links, what is similar, what the same people bought, its shelf, best sellers.
pub async fn for_product(
    app: &App,
    lang: Lang,
    product_id: i64,
    limits: Limits<'_>,
) -> sqlx::Result<Vec<Advice>> {
    let (shelf, linked) = tokio::try_join!(shelf::current(app), links::list(&app.db, product_id))?;
    let own = [product_id];
    let mut picker = Picker { shelf: &shelf, limits, own: &own, out: Vec::new() };
    for (kind, id) in linked.into_iter().filter(|(kind, _)| *kind != Kind::CrossSell) {
        picker.take(id, Reason::Linked(kind));
    }
    for id in similar(app, lang, product_id, limits.variety).iter() {
        picker.take(*id, Reason::Similar(product_id));
    }
    if let Some(learned) = super::current(app) {
        for (id, _) in learned.neighbours(product_id) {
            picker.take(id, Reason::Neighbour(product_id));
        }
    }
    let category = shelf.index_of(product_id).map(|at| shelf.item(at).category);
    if let Some(category) = category.filter(|_| picker.out.len() < limits.k) {
        for at in shelf.popular.iter().filter(|at| shelf.item(**at).category == category) {
            if picker.out.len() >= limits.k {
                break;
            }
            picker.take(shelf.item(*at).id, Reason::SameShelf);
        }
    }
    picker.best_sellers();
    Ok(picker.out)
}

/// Often bought with a product: staff's cross-selling first, then the pairs of orders. May be empty.
pub async fn together(app: &App, product_id: i64, limits: Limits<'_>) -> sqlx::Result<Vec<Advice>> {
    let (shelf, linked) = tokio::try_join!(shelf::current(app), links::list(&app.db, product_id))?;
    let own = [product_id];
    let mut picker = Picker { shelf: &shelf, limits, own: &own, out: Vec::new() };
    for (kind, id) in linked.into_iter().filter(|(kind, _)| *kind == Kind::CrossSell) {
        picker.take(id, Reason::Linked(kind));
    }
    for pair in super::current(app).map_or_else(Vec::new, |l| l.together(product_id)) {
        picker.take(pair.product_id, Reason::Together { orders: pair.orders, lift: pair.lift });
    }
    Ok(picker.out)
}

/// What goes with all of a basket: staff's cross-selling, then pairs, then neighbours, then best sellers.
pub async fn for_basket(
    app: &App,
    lang: Lang,
    basket: &[i64],
    limits: Limits<'_>,
) -> sqlx::Result<Vec<Advice>> {
    let shelf = shelf::current(app).await?;
    let linked = links::list_of(&app.db, basket, Kind::CrossSell).await?;
    let mut picker = Picker { shelf: &shelf, limits, own: basket, out: Vec::new() };
    for id in linked {
        picker.take(id, Reason::Linked(Kind::CrossSell));
    }
    let mut pairs = super::current(app)
        .map_or_else(Vec::new, |l| basket.iter().flat_map(|id| l.together(*id)).collect::<Vec<_>>());
    pairs.sort_by(|a, b| (b.lift * b.orders as f32).total_cmp(&(a.lift * a.orders as f32)));
    for pair in pairs {
        picker.take(pair.product_id, Reason::Together { orders: pair.orders, lift: pair.lift });
    }
    for (id, reason) in called_for(app, lang, &shelf, basket) {
        picker.take(id, reason);
    }
    picker.best_sellers();
    Ok(picker.out)
}

/// What a history calls for, newest first; best sellers fill it up. At most three of a category.
pub async fn for_history(
    app: &App,
    lang: Lang,
    history: &[i64],
    limits: Limits<'_>,
) -> sqlx::Result<Vec<Advice>> {
    let shelf = shelf::current(app).await?;
    let mut picker = Picker { shelf: &shelf, limits, own: history, out: Vec::new() };
    let mut categories: HashMap<i32, usize> = HashMap::new();
    for (id, reason) in called_for(app, lang, &shelf, history) {
        let category = shelf.index_of(id).map_or(0, |at| shelf.item(at).category);
        let of_it = categories.entry(category).or_default();
        if *of_it < OF_A_CATEGORY && picker.take(id, reason) {
            *of_it += 1;
        }
    }
    picker.best_sellers();
    Ok(picker.out)
}

/// Candidates by what people bought around the products of a history and by likeness; what came last counts most. Each
/// carries the product that called loudest for it.
fn called_for(app: &App, lang: Lang, shelf: &Shelf, history: &[i64]) -> Vec<(i64, Reason)> {
    let learned = super::current(app);
    let mut scores: HashMap<i64, (f32, f32, Reason)> = HashMap::new();
    let mut add = |id: i64, score: f32, reason: Reason| {
        let (sum, loudest, why) = scores.entry(id).or_insert((0.0, 0.0, reason));
        *sum += score;
        if score > *loudest {
            (*loudest, *why) = (score, reason);
        }
    };
    let known = history.iter().filter(|id| shelf.index_of(**id).is_some()).take(MOST_HISTORY);
    for (age, id) in known.enumerate() {
        let weight = 0.5f32.powf(age as f32 / HALF);
        let near = learned.as_ref().map_or_else(Vec::new, |l| l.neighbours(*id));
        // Each product's nearest neighbour counts 1, however often the product itself is bought.
        let most = near.first().map_or(1.0, |n| n.1.max(1e-6));
        for (other, nearness) in near {
            add(other, weight * nearness / most, Reason::Neighbour(*id));
        }
        for (rank, other) in similar(app, lang, *id, 0.2).iter().enumerate() {
            add(*other, weight * LIKENESS / (1.0 + rank as f32 / 4.0), Reason::Similar(*id));
        }
    }
    let mut all: Vec<(i64, f32, Reason)> =
        scores.into_iter().map(|(id, (sum, _, why))| (id, sum, why)).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all.into_iter().map(|(id, _, why)| (id, why)).collect()
}
