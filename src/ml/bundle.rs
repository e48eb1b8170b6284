//! A file of named columns: written at once, read by memory map, so that processes share one copy.
//!
//! Layout: magic, number of columns, for each its name (24 bytes), offset and length; then the columns, each aligned to
//! 16 bytes. Little-endian, as every machine we run on.

use std::io;
use std::marker::PhantomData;
use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::Arc;

use bytemuck::Pod;

const MAGIC: &[u8; 8] = b"SMBUNDL1";
const NAME: usize = 24;
const ENTRY: usize = NAME + 16;
const ALIGN: usize = 16;

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum Damaged {
    #[error("cannot read the file: {0}")]
    Io(#[from] io::Error),
    #[error("not a file of ours, or of another version")]
    Format,
    #[error("column {0} is missing or has a wrong length")]
    Column(String),
    #[error("the weights do not give the numbers they should")]
    Numbers,
}

/// Collects columns and gives the bytes of the file.
#[derive(Default)]
pub struct Writer {
    columns: Vec<(String, Vec<u8>)>,
}

impl Writer {
    pub fn put<T: Pod>(&mut self, name: &str, values: &[T]) {
        debug_assert!(name.len() <= NAME);
        self.columns.push((name.to_string(), bytemuck::cast_slice(values).to_vec()));
    }

    pub fn finish(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.columns.iter().map(|c| c.1.len() + ENTRY + ALIGN).sum());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&(self.columns.len() as u64).to_le_bytes());
        let mut offset = (16 + self.columns.len() * ENTRY).next_multiple_of(ALIGN);
        for (name, bytes) in &self.columns {
            let mut fixed = [0u8; NAME];
            fixed[..name.len()].copy_from_slice(name.as_bytes());
            out.extend_from_slice(&fixed);
            out.extend_from_slice(&(offset as u64).to_le_bytes());
            out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            offset = (offset + bytes.len()).next_multiple_of(ALIGN);
        }
        for (_, bytes) in &self.columns {
            out.resize(out.len().next_multiple_of(ALIGN), 0);
            out.extend_from_slice(bytes);
        }
        out
    }
}

/// The columns of several files in one.
pub fn merged(bundles: &[&Bundle]) -> Vec<u8> {
    let mut out = Writer::default();
    for bundle in bundles {
        for (name, range) in bundle.columns.iter() {
            out.columns.push((name.clone(), bundle.source.bytes()[range.clone()].to_vec()));
        }
    }
    out.finish()
}

enum Source {
    Mapped(memmap2::Mmap),
    /// Words of 8 bytes, so that the columns are aligned.
    Memory(Vec<u64>, usize),
}

impl Source {
    fn bytes(&self) -> &[u8] {
        match self {
            Source::Mapped(map) => map,
            Source::Memory(words, len) => &bytemuck::cast_slice(words)[..*len],
        }
    }
}

/// An open file.
#[derive(Clone)]
pub struct Bundle {
    source: Arc<Source>,
    columns: Arc<[(String, Range<usize>)]>,
}

impl Bundle {
    pub fn open(path: &Path) -> Result<Bundle, Damaged> {
        let file = std::fs::File::open(path)?;
        #[expect(unsafe_code, reason = "published files are never written again, only renamed and removed")]
        let map = unsafe { memmap2::Mmap::map(&file) }?;
        Bundle::new(Source::Mapped(map))
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Bundle, Damaged> {
        let mut words = vec![0u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Bundle::new(Source::Memory(words, bytes.len()))
    }

    fn new(source: Source) -> Result<Bundle, Damaged> {
        let bytes = source.bytes();
        let number = |at: usize| -> Option<usize> {
            let word = bytes.get(at..at + 8)?.first_chunk::<8>()?;
            usize::try_from(u64::from_le_bytes(*word)).ok()
        };
        if bytes.get(..8) != Some(MAGIC.as_slice()) {
            return Err(Damaged::Format);
        }
        let count = number(8).filter(|n| *n < 1_000).ok_or(Damaged::Format)?;
        let mut columns = Vec::with_capacity(count);
        for i in 0..count {
            let at = 16 + i * ENTRY;
            let name = bytes.get(at..at + NAME).ok_or(Damaged::Format)?;
            let name = String::from_utf8_lossy(name).trim_end_matches('\0').to_string();
            let (offset, len) = (number(at + NAME), number(at + NAME + 8));
            let range = offset.zip(len).and_then(|(o, l)| Some(o..o.checked_add(l)?));
            let range =
                range.filter(|r| r.end <= bytes.len()).ok_or_else(|| Damaged::Column(name.clone()))?;
            columns.push((name, range));
        }
        Ok(Bundle { source: Arc::new(source), columns: columns.into() })
    }

    /// A column by name; checked here, so that reading it later cannot fail.
    pub fn column<T: Pod>(&self, name: &str) -> Result<Column<T>, Damaged> {
        let damaged = || Damaged::Column(name.to_string());
        let (_, range) = self.columns.iter().find(|c| c.0 == name).ok_or_else(damaged)?;
        bytemuck::try_cast_slice::<u8, T>(&self.source.bytes()[range.clone()]).map_err(|_| damaged())?;
        Ok(Column { source: self.source.clone(), range: range.clone(), of: PhantomData })
    }

    /// A column that must have this many values.
    pub fn column_of<T: Pod>(&self, name: &str, len: usize) -> Result<Column<T>, Damaged> {
        let column = self.column::<T>(name)?;
        if column.len() == len { Ok(column) } else { Err(Damaged::Column(name.to_string())) }
    }

    /// Offsets into another column of `end` values: one more than items, rising, first 0, last `end`.
    pub fn offsets(&self, name: &str, end: usize) -> Result<Column<u32>, Damaged> {
        let column = self.column::<u32>(name)?;
        let rising = column.windows(2).all(|w| w[0] <= w[1]);
        let ends = column.first() == Some(&0) && column.last().map(|l| *l as usize) == Some(end);
        if rising && ends { Ok(column) } else { Err(Damaged::Column(name.to_string())) }
    }

    /// The whole file.
    pub fn as_bytes(&self) -> &[u8] {
        self.source.bytes()
    }
}

/// Values of one column. Take the slice once, outside of loops.
pub struct Column<T> {
    source: Arc<Source>,
    range: Range<usize>,
    of: PhantomData<T>,
}

impl<T: Pod> Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        bytemuck::cast_slice(&self.source.bytes()[self.range.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut w = Writer::default();
        w.put("bytes", b"abc");
        w.put("offsets", &[0u32, 1, 3]);
        w.put("weights", &[0.5f32, 2.0]);
        w.finish()
    }

    #[test]
    fn columns_come_back_from_memory_and_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.bundle");
        std::fs::write(&path, sample()).unwrap();
        for bundle in [Bundle::from_bytes(&sample()).unwrap(), Bundle::open(&path).unwrap()] {
            assert_eq!(&*bundle.column::<u8>("bytes").unwrap(), b"abc");
            assert_eq!(&*bundle.column::<f32>("weights").unwrap(), [0.5, 2.0]);
            assert_eq!(&*bundle.offsets("offsets", 3).unwrap(), [0, 1, 3]);
        }
    }

    #[test]
    fn damaged_files_are_refused() {
        let good = sample();
        assert!(Bundle::from_bytes(&good[..good.len() - 1]).is_err(), "cut off");
        assert!(Bundle::from_bytes(b"").is_err());
        assert!(Bundle::from_bytes(b"SMBUNDL1").is_err());
        let bundle = Bundle::from_bytes(&good).unwrap();
        assert!(bundle.column::<u32>("bytes").is_err(), "three bytes are no number");
        assert!(bundle.column::<u8>("nothing").is_err());
        assert!(bundle.offsets("offsets", 4).is_err());
        assert!(bundle.column_of::<f32>("weights", 3).is_err());
    }
}
