//! Lists of products: which, in which order, with which numbers beside the filters. Kept in the process for half a minute.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use catalog::tree::Tree;
use moka::sync::Cache;
use platform::App;

use crate::facets::{self, Facets};
use crate::filter::{Filter, Sort};
use crate::shelf::Shelf;

const TTL: Duration = Duration::from_secs(30);
const KEPT_BYTES: u64 = 6 * 1024 * 1024;
/// How old a novelty may be.
pub const NEW_DAYS: i64 = catalog::model::NEW_DAYS;

/// Which products a list starts from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A category and all below it.
    Category(i32),
    /// Reduced now.
    Deals,
    /// Published within the last weeks; the day makes the key.
    New { since: i64 },
    /// The answers to a search, best first, named by its words.
    Hits { words: String, hits: Arc<[u32]>, generation: u64 },
}

/// A filtered, ordered list.
#[derive(Debug)]
pub struct Listing {
    /// Ids of all products that pass, in order.
    pub ids: Vec<i64>,
    pub facets: Facets,
    pub shelf: Arc<Shelf>,
}

impl Listing {
    pub fn total(&self) -> i64 {
        self.ids.len() as i64
    }

    /// The ids of one page.
    pub fn page(&self, page: kit::paging::Page) -> &[i64] {
        let start = (page.offset() as usize).min(self.ids.len());
        let end = (start + page.size as usize).min(self.ids.len());
        &self.ids[start..end]
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    generation: u64,
    scope: Scope,
    filter: Filter,
    sort: Sort,
}

struct Kept(Cache<Key, Arc<Listing>>);

impl Default for Kept {
    fn default() -> Kept {
        let weigh = |_: &Key, l: &Arc<Listing>| (l.ids.len() * 8 + l.facets.brands.len() * 8 + 1_024) as u32;
        Kept(Cache::builder().max_capacity(KEPT_BYTES).weigher(weigh).time_to_live(TTL).build())
    }
}

/// The list; the filter must be [`Filter::known_to`] the shelf.
pub fn list(
    app: &App,
    shelf: &Arc<Shelf>,
    tree: &Tree,
    scope: Scope,
    filter: &Filter,
    sort: Sort,
) -> Arc<Listing> {
    let key = Key { generation: shelf.generation, scope, filter: filter.clone(), sort };
    let kept = app.slots.of::<Kept>();
    if let Some(listing) = kept.0.get(&key) {
        return listing;
    }
    let (mut indices, facets) = facets::apply(shelf, filter, candidates(shelf, tree, &key.scope).into_iter());
    order(shelf, &mut indices, &key.scope, sort);
    let ids = indices.into_iter().map(|i| shelf.item(i).id).collect();
    let listing = Arc::new(Listing { ids, facets, shelf: shelf.clone() });
    kept.0.insert(key, listing.clone());
    listing
}

/// Products of a scope in its usual order.
fn candidates(shelf: &Shelf, tree: &Tree, scope: &Scope) -> Vec<u32> {
    let popular = shelf.popular.iter().copied();
    match scope {
        Scope::Category(id) => {
            let below: HashSet<i32> = tree.below(*id).into_iter().collect();
            popular.filter(|i| below.contains(&shelf.item(*i).category)).collect()
        }
        Scope::Deals => popular.filter(|i| shelf.item(*i).off > 0).collect(),
        Scope::New { since } => {
            let mut new: Vec<u32> = popular.filter(|i| shelf.item(*i).published >= *since).collect();
            new.sort_by_key(|i| Reverse(shelf.item(*i).published));
            new
        }
        // Hits of an older shelf may point elsewhere; the search is asked again with the new one.
        Scope::Hits { hits, .. } => {
            hits.iter().copied().filter(|i| (*i as usize) < shelf.items.len()).collect()
        }
    }
}

/// Stable: what is equal stays in the order of the scope.
fn order(shelf: &Shelf, indices: &mut [u32], scope: &Scope, sort: Sort) {
    let item = |i: &u32| shelf.item(*i);
    match sort {
        Sort::Relevance if *scope == Scope::Deals => {
            indices.sort_by_key(|i| (item(i).available <= 0, Reverse(item(i).off)))
        }
        Sort::Relevance => {}
        Sort::PriceUp => indices.sort_by_key(|i| item(i).price),
        Sort::PriceDown => indices.sort_by_key(|i| Reverse(item(i).price)),
        Sort::Rating => indices.sort_by_key(|i| Reverse((item(i).esteem(), item(i).reviews))),
        Sort::New => indices.sort_by_key(|i| Reverse(item(i).published)),
    }
}
