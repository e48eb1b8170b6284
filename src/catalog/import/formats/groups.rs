//! Brings the rows of one product together (Google's `item_group_id`, Shopify's handle), wherever in the file they stand.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use super::Rows;
use super::fault::RowError;
use super::row::{Field, Row};

/// Memory for rows that wait for the rest of their group; beyond it the oldest group goes on in parts, which the importer
/// puts together again under the same product.
const MAX_HELD_BYTES: usize = 64 * 1024 * 1024;

/// A fixed hash of an id: sixteen bytes for each id instead of the id itself.
pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// How many rows of each group are still to come.
#[derive(Default)]
pub struct Counts(HashMap<u64, u32>);

impl Counts {
    pub fn add(&mut self, row: &Row) {
        if let Some(group) = row.get(Field::GroupId) {
            *self.0.entry(hash(group)).or_default() += 1;
        }
    }

    /// Takes one row off; `true` when it was the last.
    fn take(&mut self, group: &str) -> bool {
        let left = self.0.entry(hash(group)).or_default();
        *left = left.saturating_sub(1);
        *left == 0
    }
}

/// Complete groups, each as soon as its last row has been read.
pub struct Groups {
    rows: Rows,
    counts: Counts,
    /// Waiting groups by the number of their first row, so that the order is the same each time.
    waiting: BTreeMap<u64, Vec<Row>>,
    by_group: HashMap<String, u64>,
    number: u64,
    held: usize,
}

impl Groups {
    pub fn new(rows: Rows, counts: Counts) -> Groups {
        Groups { rows, counts, waiting: BTreeMap::new(), by_group: HashMap::new(), number: 0, held: 0 }
    }

    pub fn next(&mut self) -> Option<Result<Vec<Row>, RowError>> {
        loop {
            let Some(row) = self.rows.next() else {
                let oldest = *self.waiting.keys().next()?;
                return self.release(oldest).map(Ok);
            };
            let row = match row {
                Ok(row) => row,
                Err(fault) => return Some(Err(fault)),
            };
            let Some(group) = row.get(Field::GroupId).map(str::to_string) else {
                return Some(Ok(vec![row]));
            };
            let last = self.counts.take(&group);
            if last && !self.by_group.contains_key(&group) {
                return Some(Ok(vec![row]));
            }
            let number = self.hold(group, row);
            let release = if last {
                Some(number)
            } else if self.held > MAX_HELD_BYTES {
                self.waiting.keys().next().copied()
            } else {
                None
            };
            if let Some(group) = release.and_then(|number| self.release(number)) {
                return Some(Ok(group));
            }
        }
    }

    fn hold(&mut self, group: String, row: Row) -> u64 {
        self.number += 1;
        self.held += row.weight();
        let number = *self.by_group.entry(group).or_insert(self.number);
        self.waiting.entry(number).or_default().push(row);
        number
    }

    fn release(&mut self, number: u64) -> Option<Vec<Row>> {
        let rows = self.waiting.remove(&number)?;
        self.held -= rows.iter().map(Row::weight).sum::<usize>();
        if let Some(group) = rows.first().and_then(|row| row.get(Field::GroupId)) {
            self.by_group.remove(group);
        }
        Some(rows)
    }
}
