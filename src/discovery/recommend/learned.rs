//! The learned file: ids of products, their neighbours, and the pairs bought together.

use ml::bundle::{Bundle, Column, Damaged, Writer};
use ml::recommend::{Neighbours, Pair, Params, Taken, learn, pairs};

/// Orders in which a pair must stand before it is believed.
pub const SUPPORT: u32 = 3;
/// Partners kept of each product.
const PARTNERS: usize = 12;
/// Neighbours kept of each product.
const KEPT: usize = 60;

/// A product bought together with another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Together {
    pub product_id: i64,
    /// In how many orders.
    pub orders: u32,
    /// How many times more often than by chance.
    pub lift: f32,
}

/// What was learned from orders, memory-mapped.
pub struct Learned {
    ids: Column<i64>,
    neighbours: Neighbours,
    offsets: Column<u32>,
    partners: Column<u32>,
    orders: Column<u32>,
    lifts: Column<f32>,
}

/// What one person bought, oldest first: products of each order.
pub type History = Vec<Vec<i64>>;

/// Learns; the bytes of the file, and how many pairs it holds.
pub fn learned(histories: &[History]) -> (Vec<u8>, usize) {
    let mut ids: Vec<i64> = histories.iter().flatten().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let item = |id: &i64| ids.binary_search(id).unwrap_or_default() as u32;
    let taken: Vec<Vec<Taken>> = histories
        .iter()
        .map(|orders| {
            let steps = orders.iter().enumerate();
            steps
                .flat_map(|(step, ids)| ids.iter().map(move |id| Taken { item: item(id), step: step as u32 }))
                .collect()
        })
        .collect();
    let baskets: Vec<Vec<u32>> =
        histories.iter().flatten().map(|order| order.iter().map(item).collect()).collect();
    let mut out = Writer::default();
    out.put("ids", &ids);
    learn(&taken, ids.len(), Params { kept: KEPT, ..Params::default() }, &mut out);
    let mut by_item: Vec<Vec<Pair>> = vec![Vec::new(); ids.len()];
    for pair in pairs(&baskets, SUPPORT) {
        let list = &mut by_item[pair.item as usize];
        if list.len() < PARTNERS {
            list.push(pair);
        }
    }
    let mut offsets = vec![0u32];
    offsets.extend(by_item.iter().scan(0, |end, list| {
        *end += list.len() as u32;
        Some(*end)
    }));
    let all: Vec<Pair> = by_item.into_iter().flatten().collect();
    out.put("pair.offsets", &offsets);
    out.put("pair.items", &all.iter().map(|p| p.with).collect::<Vec<_>>());
    out.put("pair.orders", &all.iter().map(|p| p.count).collect::<Vec<_>>());
    out.put("pair.lifts", &all.iter().map(|p| p.lift).collect::<Vec<_>>());
    (out.finish(), all.len() / 2)
}

impl Learned {
    pub fn open(bundle: &Bundle) -> Result<Learned, Damaged> {
        let ids = bundle.column::<i64>("ids")?;
        let neighbours = Neighbours::open(bundle)?;
        let partners = bundle.column::<u32>("pair.items")?;
        let offsets = bundle.offsets("pair.offsets", partners.len())?;
        let fits = neighbours.items() == ids.len()
            && offsets.len() == ids.len() + 1
            && partners.iter().all(|p| (*p as usize) < ids.len());
        if !fits {
            return Err(Damaged::Column("pair.items".into()));
        }
        let (orders, lifts) = (
            bundle.column_of("pair.orders", partners.len())?,
            bundle.column_of("pair.lifts", partners.len())?,
        );
        Ok(Learned { ids, neighbours, offsets, partners, orders, lifts })
    }

    /// Products that were ever bought.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Partners of a product, strongest first.
    pub fn together(&self, product_id: i64) -> Vec<Together> {
        let Ok(item) = self.ids.binary_search(&product_id) else { return Vec::new() };
        let range = self.offsets[item] as usize..self.offsets[item + 1] as usize;
        range
            .map(|at| Together {
                product_id: self.ids[self.partners[at] as usize],
                orders: self.orders[at],
                lift: self.lifts[at],
            })
            .collect()
    }

    /// Neighbours of a product, nearest first, with their nearness.
    pub fn neighbours(&self, product_id: i64) -> Vec<(i64, f32)> {
        let Ok(item) = self.ids.binary_search(&product_id) else { return Vec::new() };
        self.neighbours.of(item as u32).map(|(other, near)| (self.ids[other as usize], near)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_neighbours_come_back_by_the_ids_of_products() {
        let mut histories: Vec<History> = vec![vec![vec![10, 20]]; 4];
        histories.extend(vec![vec![vec![30], vec![40]]; 6]);
        let (bytes, pairs) = learned(&histories);
        let read = Learned::open(&Bundle::from_bytes(&bytes).unwrap()).unwrap();
        assert_eq!((pairs, read.len()), (1, 4));
        let with = read.together(10);
        assert_eq!((with.len(), with[0].product_id, with[0].orders), (1, 20, 4));
        assert!(with[0].lift > 2.0);
        assert_eq!(read.neighbours(30).first().map(|n| n.0), Some(40));
        assert!(read.together(99).is_empty() && read.neighbours(99).is_empty());
        assert!(read.together(30).is_empty(), "never in one order");
    }

    #[test]
    fn a_shop_without_orders_has_a_file_too() {
        let (bytes, pairs) = learned(&[]);
        assert!(pairs == 0 && Learned::open(&Bundle::from_bytes(&bytes).unwrap()).unwrap().is_empty());
    }
}
