//! From a text to the numbers of its pieces, as SentencePiece does it: the likeliest sequence of pieces (Viterbi over a
//! unigram model).

use super::normal::Normal;
use crate::bundle::{Bundle, Column, Damaged};
use crate::table::Table;

/// What an unknown character costs below the least likely piece.
const UNKNOWN_COST: f32 = 10.0;
/// Longest piece, in characters.
const LONGEST: usize = 16;

pub struct Unigram {
    pieces: Table,
    ids: Column<u32>,
    scores: Column<f32>,
    least: f32,
    normal: Normal,
}

impl Unigram {
    pub fn open(bundle: &Bundle) -> Result<Unigram, Damaged> {
        let pieces = Table::open(bundle, "pieces")?;
        let scores = bundle.column_of::<f32>("pieces.scores", pieces.len())?;
        Ok(Unigram {
            ids: bundle.column_of("pieces.ids", pieces.len())?,
            least: scores.iter().copied().fold(0.0, f32::min) - UNKNOWN_COST,
            scores,
            pieces,
            normal: Normal::open(bundle)?,
        })
    }

    /// Numbers of the pieces; `unknown` for characters of no piece.
    pub fn pieces(&self, text: &str, unknown: u32) -> Vec<u32> {
        let text = self.normal.spell(text);
        let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let n = starts.len() - 1;
        // For each end: the score of the best way there, where its last piece begins and which it is.
        let mut best: Vec<(f32, usize, u32)> = vec![(f32::MIN, 0, 0); n + 1];
        best[0].0 = 0.0;
        for from in 0..n {
            let base = best[from].0;
            let mut single = false;
            let mut range = 0..self.pieces.len() as u32;
            for to in from + 1..=(from + LONGEST).min(n) {
                let part = &text[starts[from]..starts[to]];
                range = self.pieces.with_prefix_in(part, range);
                if range.is_empty() {
                    break;
                }
                if self.pieces.word(range.start) == part {
                    let score = base + self.scores[range.start as usize];
                    if score > best[to].0 {
                        best[to] = (score, from, self.ids[range.start as usize]);
                    }
                    single |= to == from + 1;
                }
            }
            if !single && base + self.least > best[from + 1].0 {
                best[from + 1] = (base + self.least, from, unknown);
            }
        }
        let mut out = Vec::new();
        let mut at = n;
        while at > 0 {
            out.push(best[at].2);
            at = best[at].1;
        }
        out.reverse();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Writer;
    use crate::table;

    /// A table whose only entry makes one letter `b` of `a`.
    fn charsmap() -> Vec<u8> {
        let mut units = vec![0u32; 256];
        units[0] = 1 << 10;
        let a = 1 ^ usize::from(b'a');
        units[a] = u32::from(b'a') | 0x100 | ((a as u32 ^ 200) << 10);
        units[200] = 0x8000_0000;
        let mut out = 1024u32.to_le_bytes().to_vec();
        units.iter().for_each(|u| out.extend(u.to_le_bytes()));
        out.extend(b"b\0");
        out
    }

    #[test]
    fn the_likeliest_pieces_are_taken_and_unknown_letters_stay_alone() {
        let mut w = Writer::default();
        let words = ["c", "\u{2581}", "\u{2581}b", "\u{2581}bc", "\u{2581}d"];
        table::put(&mut w, "pieces", &words);
        w.put("pieces.ids", &[5u32, 6, 7, 8, 9]);
        w.put("pieces.scores", &[-2.0f32, -3.0, -1.5, -3.0, -2.0]);
        w.put("charsmap", &charsmap());
        let unigram = Unigram::open(&Bundle::from_bytes(&w.finish()).unwrap()).unwrap();
        assert_eq!(unigram.pieces("bc", 0), [8]);
        assert_eq!(unigram.pieces("ac", 0), [8], "replaced by the table");
        assert_eq!(unigram.pieces("  d   bc ", 0), [9, 8]);
        assert_eq!(unigram.pieces("b東c", 0), [7, 0, 5]);
        assert!(unigram.pieces("", 0).is_empty());
    }
}
