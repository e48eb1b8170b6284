//! The feeds that shops already export, read in a stream with bounded memory: Google Merchant (TSV, CSV, XML) and Shopify (CSV).
//!
//! [`source`] unpacks, [`text`] decodes, [`table`] and [`xml`] give rows, [`groups`] brings the rows of one product together,
//! [`google`] and [`shopify`] make products of them. A broken line is one [`RowError`]; the others are read.

pub mod fault;
mod google;
mod groups;
mod header;
pub mod model;
mod row;
mod shopify;
mod source;
mod table;
mod text;
mod values;
mod variant;
mod xml;
mod xml_items;

#[cfg(test)]
mod feed_tests;
#[cfg(test)]
mod values_tests;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::Path;

use fault::{Reason, RowError};
use groups::{Counts, Groups};
use model::FeedProduct;
use row::Row;
pub use source::Position;
use variant::Seen;

/// A feed of more rows is a mistake or an attack; it is also what the memory for seen ids is bounded by.
pub const MAX_ROWS: u64 = 2_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Google Merchant as TSV or CSV.
    Google,
    /// Google Merchant as RSS or Atom.
    GoogleXml,
    /// Shopify's product CSV.
    Shopify,
}

impl Format {
    pub const fn code(self) -> &'static str {
        match self {
            Format::Google => "google",
            Format::GoogleXml => "google-xml",
            Format::Shopify => "shopify",
        }
    }
}

type Rows = Box<dyn Iterator<Item = Result<Row, RowError>> + Send>;

/// The products of a feed in the order in which they are complete: the same file always gives the same order.
pub struct Feed {
    pub format: Format,
    /// Bytes of the file read so far.
    pub position: Position,
    /// Rows that can be read as such, counted beforehand.
    pub rows: u64,
    /// Of those, read so far.
    pub read: u64,
    groups: Groups,
    seen: Seen,
    ready: VecDeque<Result<FeedProduct, RowError>>,
    ended: bool,
}

impl Feed {
    /// Opens a file; the format is found by its content unless it is told.
    pub fn open(path: &Path, wanted: Option<Format>) -> Result<Feed, RowError> {
        let path = path.to_path_buf();
        Feed::from_source(move || Ok(Box::new(std::fs::File::open(&path)?) as Box<dyn Read + Send>), wanted)
    }

    /// Reads twice: once to count the rows of each group, so that a group is complete as soon as its last row has come,
    /// wherever in the file that is; once for the products.
    pub fn from_source(
        open: impl Fn() -> io::Result<Box<dyn Read + Send>>,
        wanted: Option<Format>,
    ) -> Result<Feed, RowError> {
        let stream = || open().map_err(|error| RowError::new(0, Reason::Unreadable).found(error));
        let (format, rows) = rows(stream()?, Position::default(), wanted)?;
        let mut counts = Counts::default();
        let mut total = 0;
        for row in rows {
            match row {
                Ok(row) => {
                    total += 1;
                    counts.add(&row);
                }
                // Told in the second reading, after the lines before it.
                Err(fault) if fault.reason.ends_the_file() => break,
                Err(_) => {}
            }
        }
        let position = Position::default();
        let (_, rows) = self::rows(stream()?, position.clone(), wanted)?;
        Ok(Feed {
            format,
            position,
            rows: total,
            read: 0,
            groups: Groups::new(rows, counts),
            seen: Seen::default(),
            ready: VecDeque::new(),
            ended: false,
        })
    }
}

impl Iterator for Feed {
    type Item = Result<FeedProduct, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            if self.ended {
                return None;
            }
            match self.groups.next()? {
                Ok(rows) => {
                    self.read += rows.len() as u64;
                    match self.format {
                        Format::Shopify => shopify::product(rows, &mut self.seen, &mut self.ready),
                        Format::Google | Format::GoogleXml => {
                            google::product(rows, &mut self.seen, &mut self.ready)
                        }
                    }
                }
                Err(fault) => {
                    self.ended |= fault.reason.ends_the_file();
                    return Some(Err(fault));
                }
            }
        }
    }
}

/// The rows of a stream of unknown format.
fn rows(
    file: Box<dyn Read + Send>,
    position: Position,
    wanted: Option<Format>,
) -> Result<(Format, Rows), RowError> {
    let peeked = source::unpack(file, position)?;
    let mut decoded = text::decode(&peeked.head, peeked.stream)?;
    let begins = io::BufRead::fill_buf(&mut decoded).map_err(|error| source::from_io(&error, 0))?;
    let first = begins.iter().find(|byte| !byte.is_ascii_whitespace());
    let xml = wanted == Some(Format::GoogleXml) || (wanted.is_none() && first == Some(&b'<'));
    if xml {
        return Ok((Format::GoogleXml, bounded(xml::XmlRows::new(Box::new(decoded)))));
    }
    let headed = header::read(Box::new(decoded), wanted)?;
    Ok((headed.format, bounded(TableRows(headed))))
}

/// Rows up to the bound, then a fault.
fn bounded(rows: impl Iterator<Item = Result<Row, RowError>> + Send + 'static) -> Rows {
    let limit = |(n, row): (usize, Result<Row, RowError>)| match n as u64 {
        n if n < MAX_ROWS => Some(row),
        MAX_ROWS => Some(Err(RowError::new(0, Reason::TooManyRows).limit(MAX_ROWS))),
        _ => None,
    };
    Box::new(rows.enumerate().map_while(limit))
}

/// The records of a table as rows.
struct TableRows(header::Headed);

impl Iterator for TableRows {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = match self.0.table.next()? {
            Ok(record) => record,
            Err(fault) => return Some(Err(fault)),
        };
        let mut row = Row::new(record.line, self.0.names.clone());
        for (field, cell) in self.0.fields.iter().zip(&record.cells) {
            if let Some(field) = field {
                row.put(*field, cell);
            }
        }
        if record.literal {
            row.warnings.push(RowError::new(record.line, Reason::LiteralQuote));
        }
        Some(Ok(row))
    }
}
