//! A sorted list of words in a bundle: word to number by binary search, number to word by offset, prefixes by range.

use std::ops::Range;

use crate::bundle::{Bundle, Column, Damaged, Writer};

pub struct Table {
    offsets: Column<u32>,
    text: Column<u8>,
}

/// Writes words, which must be sorted and without repetition, as two columns.
pub fn put<S: AsRef<str>>(writer: &mut Writer, name: &str, words: &[S]) {
    let mut offsets = vec![0u32];
    let mut text: Vec<u8> = Vec::new();
    for word in words {
        text.extend_from_slice(word.as_ref().as_bytes());
        offsets.push(text.len() as u32);
    }
    writer.put(&format!("{name}.offsets"), &offsets);
    writer.put(&format!("{name}.text"), &text);
}

impl Table {
    pub fn open(bundle: &Bundle, name: &str) -> Result<Table, Damaged> {
        let text = bundle.column::<u8>(&format!("{name}.text"))?;
        let offsets = bundle.offsets(&format!("{name}.offsets"), text.len())?;
        if std::str::from_utf8(&text).is_err() {
            return Err(Damaged::Column(name.to_string()));
        }
        Ok(Table { offsets, text })
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn bytes(&self, index: usize) -> &[u8] {
        &self.text[self.offsets[index] as usize..self.offsets[index + 1] as usize]
    }

    pub fn word(&self, index: u32) -> &str {
        std::str::from_utf8(self.bytes(index as usize)).unwrap_or_default()
    }

    /// All words in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|i| self.word(i))
    }

    pub fn find(&self, word: &str) -> Option<u32> {
        let at = self.first_not_before(word.as_bytes(), 0..self.len() as u32);
        (at < self.len() && self.bytes(at) == word.as_bytes()).then_some(at as u32)
    }

    /// Words that begin so.
    pub fn with_prefix(&self, prefix: &str) -> Range<u32> {
        self.with_prefix_in(prefix, 0..self.len() as u32)
    }

    /// Words that begin so, of which it is known between which they stand.
    pub fn with_prefix_in(&self, prefix: &str, range: Range<u32>) -> Range<u32> {
        let start = self.first_not_before(prefix.as_bytes(), range.clone());
        let (mut low, mut high) = (start, range.end as usize);
        while low < high {
            let middle = (low + high) / 2;
            if self.bytes(middle).starts_with(prefix.as_bytes()) { low = middle + 1 } else { high = middle }
        }
        start as u32..low as u32
    }

    fn first_not_before(&self, word: &[u8], range: Range<u32>) -> usize {
        let (mut low, mut high) = (range.start as usize, range.end as usize);
        while low < high {
            let middle = (low + high) / 2;
            if self.bytes(middle) < word { low = middle + 1 } else { high = middle }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_themselves_and_by_their_beginning() {
        let mut w = Writer::default();
        put(&mut w, "t", &["cafe", "cafetiere", "chaise", "the"]);
        let table = Table::open(&Bundle::from_bytes(&w.finish()).unwrap(), "t").unwrap();
        assert_eq!(table.find("chaise"), Some(2));
        assert_eq!(table.find("chais"), None);
        assert_eq!(table.with_prefix("caf"), 0..2);
        assert_eq!(table.with_prefix("z"), 4..4);
        assert_eq!(table.word(3), "the");
    }
}
