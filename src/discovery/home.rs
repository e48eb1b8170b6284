//! What the home page shows: picked once per shelf, loaded in one query.

use std::cmp::Reverse;
use std::sync::Arc;

use catalog::Card;
use catalog::tree::Tree;
use kit::Lang;
use platform::App;

use crate::shelf::{self, Shelf};

const DEALS: usize = 10;
const BEST: usize = 8;
const NEW: usize = 4;

/// Ids for the home page.
#[derive(Debug, Default)]
pub struct Picks {
    pub deals: Vec<i64>,
    pub best: Vec<i64>,
    pub new: Vec<i64>,
    /// How many products are reduced.
    pub reduced: i64,
}

impl Picks {
    /// In stock only; deals by how much is off and how well they sell, at most two of a category.
    fn new(shelf: &Shelf) -> Picks {
        let in_stock = || shelf.popular.iter().copied().filter(|i| shelf.item(*i).available > 0);
        let mut deals: Vec<u32> = in_stock().filter(|i| shelf.item(*i).off > 0).collect();
        let reduced = shelf.items.iter().filter(|i| i.off > 0).count() as i64;
        deals.sort_by_key(|i| {
            Reverse(u64::from(shelf.item(*i).off) * 1_000 + u64::from(shelf.item(*i).sales.min(900)))
        });
        let mut new: Vec<u32> = in_stock().collect();
        new.sort_by_key(|i| Reverse(shelf.item(*i).published));
        // A product is shown once.
        let deals = varied(shelf, deals.into_iter(), DEALS, &[]);
        let new = varied(shelf, new.into_iter(), NEW, &deals);
        let shown: Vec<i64> = deals.iter().chain(&new).copied().collect();
        let best = varied(shelf, in_stock(), BEST, &shown);
        Picks { deals, best, new, reduced }
    }
}

/// The first `n` that are not in `shown`, with at most two of a category.
fn varied(shelf: &Shelf, candidates: impl Iterator<Item = u32>, n: usize, shown: &[i64]) -> Vec<i64> {
    let mut out: Vec<i64> = Vec::with_capacity(n);
    let mut categories: Vec<i32> = Vec::with_capacity(n);
    for item in candidates.map(|i| shelf.item(i)).filter(|i| !shown.contains(&i.id)) {
        if out.len() == n {
            break;
        }
        if categories.iter().filter(|c| **c == item.category).count() < 2 {
            categories.push(item.category);
            out.push(item.id);
        }
    }
    out
}

/// The home page's goods.
pub struct Home {
    pub deals: Vec<Card>,
    pub best: Vec<Card>,
    pub new: Vec<Card>,
    pub reduced: i64,
    pub tree: Arc<Tree>,
}

/// One query for all cards.
pub async fn load(app: &App, lang: Lang) -> sqlx::Result<Home> {
    let shelf = shelf::current(app).await?;
    let tree = catalog::tree(app).await?;
    let picks = shelf.picks.get_or_init(|| Picks::new(&shelf));
    let mut ids: Vec<i64> = picks.deals.iter().chain(&picks.best).chain(&picks.new).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let cards = catalog::list_cards(&app.db, lang, &ids).await?;
    let of = |ids: &[i64]| {
        let found = ids.iter().filter_map(|id| cards.iter().find(|c| c.id == *id));
        found.cloned().collect::<Vec<Card>>()
    };
    Ok(Home {
        deals: of(&picks.deals),
        best: of(&picks.best),
        new: of(&picks.new),
        reduced: picks.reduced,
        tree,
    })
}
