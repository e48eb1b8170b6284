//! A text as a model's vocabulary spells it: characters replaced as the model was taught, single spaces, one at the head.

use std::ops::Range;

use crate::bundle::{Bundle, Column, Damaged};

/// Takes the place of a space.
const SPACE: char = '\u{2581}';

/// What is written for a character, or for several.
pub enum Normal {
    /// SentencePiece's own table: a double array trie (darts-clone) before the texts it leads to.
    Trie { table: Column<u8>, trie: usize },
    /// One text for each of some characters.
    Points { from: Column<u32>, offsets: Column<u32>, text: Column<u8> },
}

impl Normal {
    pub fn open(bundle: &Bundle) -> Result<Normal, Damaged> {
        if let Ok(from) = bundle.column::<u32>("points.from") {
            let text = bundle.column::<u8>("points.text")?;
            let offsets = bundle.offsets("points.offsets", text.len())?;
            if offsets.len() != from.len() + 1 || !from.is_sorted() || std::str::from_utf8(&text).is_err() {
                return Err(Damaged::Column("points".into()));
            }
            return Ok(Normal::Points { from, offsets, text });
        }
        let table = bundle.column::<u8>("charsmap")?;
        let trie = table.first_chunk::<4>().map_or(0, |b| u32::from_le_bytes(*b) as usize);
        if trie + 4 > table.len() {
            return Err(Damaged::Column("charsmap".into()));
        }
        Ok(Normal::Trie { table, trie })
    }

    pub fn spell(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 4);
        let mut after_space = true;
        let mut at = 0;
        while at < text.len() {
            let (part, used) = self.replaced(text, at);
            at += used;
            for c in part.chars() {
                if c == ' ' {
                    after_space = true;
                    continue;
                }
                if std::mem::take(&mut after_space) {
                    out.push(SPACE);
                }
                out.push(c);
            }
        }
        out
    }

    /// What stands for the text at a place, and how many bytes of it: the longest entry of the table, else one character.
    fn replaced<'a>(&'a self, text: &'a str, at: usize) -> (&'a str, usize) {
        let first = text[at..].chars().next().unwrap_or(' ');
        let len = first.len_utf8();
        let found = match self {
            Normal::Trie { table, trie } => in_trie(table, *trie, &text.as_bytes()[at..])
                .filter(|(_, used)| text.is_char_boundary(at + used))
                .and_then(|(range, used)| Some((table.get(range)?, used))),
            Normal::Points { from, offsets, text } => from.binary_search(&u32::from(first)).ok().map(|i| {
                let range = offsets[i] as usize..offsets[i + 1] as usize;
                (&text[range], len)
            }),
        };
        let found = found.and_then(|(bytes, used)| Some((std::str::from_utf8(bytes).ok()?, used)));
        found.unwrap_or((&text[at..at + len], len))
    }
}

/// Where the text for the longest beginning stands in the table, and how long that beginning is.
fn in_trie(table: &[u8], trie: usize, text: &[u8]) -> Option<(Range<usize>, usize)> {
    let unit = |i: usize| -> u32 {
        let place = 4 + i * 4;
        if place + 4 > 4 + trie {
            return 0;
        }
        table[place..].first_chunk::<4>().map_or(0, |b| u32::from_le_bytes(*b))
    };
    let offset = |unit: u32| ((unit >> 10) << ((unit & 0x200) >> 6)) as usize;
    let mut node = offset(unit(0));
    let mut best = None;
    for (i, c) in text.iter().enumerate() {
        node ^= usize::from(*c);
        let here = unit(node);
        if here & 0x8000_00ff != u32::from(*c) {
            break;
        }
        node ^= offset(here);
        if here & 0x100 != 0 {
            best = Some((i + 1, (unit(node) & 0x7fff_ffff) as usize));
        }
    }
    let (used, value) = best?;
    let start = 4 + trie + value;
    let rest = table.get(start..).unwrap_or_default();
    let end = rest.iter().position(|b| *b == 0).unwrap_or(0);
    Some((start..start + end, used))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Writer;

    #[test]
    fn characters_are_replaced_one_by_one_and_spaces_joined() {
        let mut w = Writer::default();
        w.put("points.from", &[u32::from('\t'), u32::from('\u{ad}'), u32::from('½')]);
        w.put("points.offsets", &[0u32, 1, 1, 6]);
        w.put("points.text", " 1\u{2044}2".as_bytes());
        let normal = Normal::open(&Bundle::from_bytes(&w.finish()).unwrap()).unwrap();
        assert_eq!(normal.spell(" a\t\tb½\u{ad}é "), "▁a▁b1⁄2é");
    }
}
