//! Delimited text into records, with bounded memory. Our own and not the csv crate because a feed must survive its worst
//! line: a quote that is never closed costs that line only, and a cell of a gigabyte is skipped without being held.

use std::collections::VecDeque;

use super::fault::{Reason, RowError};
use super::source::{Text, from_io};

/// Bound on one record, and on what is looked ahead for a closing quote.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;
const MAX_QUOTED_LINES: usize = 5_000;
/// Each unclosed quote costs a look ahead: beyond this many the file is given up.
const MAX_UNCLOSED: usize = 500;

/// Lines of the text with their numbers; a line may be given back.
pub struct Lines {
    text: Text,
    number: u64,
    back: VecDeque<Line>,
    /// Met while looking ahead; comes when its turn has come.
    failed: Option<RowError>,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub number: u64,
    pub text: String,
    /// Longer than the bound: only its beginning is here.
    pub too_long: bool,
    ending: &'static str,
}

impl Lines {
    pub fn new(text: Text) -> Lines {
        Lines { text, number: 0, back: VecDeque::new(), failed: None }
    }

    /// The next line without its end (`\n`, `\r\n` or `\r`).
    pub fn next(&mut self) -> Option<Result<Line, RowError>> {
        if let Some(line) = self.back.pop_front() {
            return Some(Ok(line));
        }
        if let Some(fault) = self.failed.take() {
            return Some(Err(fault));
        }
        self.number += 1;
        let mut bytes = Vec::new();
        let (mut too_long, mut any) = (false, false);
        let ending = loop {
            let ready = match self.text.fill_buf() {
                Ok(ready) => ready,
                Err(error) => return Some(Err(from_io(&error, self.number))),
            };
            if ready.is_empty() {
                break "";
            }
            any = true;
            let end = ready.iter().position(|b| matches!(b, b'\n' | b'\r'));
            let room = MAX_RECORD_BYTES.saturating_sub(bytes.len());
            let part = end.unwrap_or(ready.len());
            too_long |= part > room;
            bytes.extend_from_slice(&ready[..part.min(room)]);
            let Some(end) = end else {
                self.text.consume(part);
                continue;
            };
            let carriage = ready[end] == b'\r';
            self.text.consume(end + 1);
            if !carriage {
                break "\n";
            }
            match self.text.fill_buf() {
                Ok(ready) if ready.first() == Some(&b'\n') => {
                    self.text.consume(1);
                    break "\r\n";
                }
                _ => break "\r",
            }
        };
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            // Only a line cut at the bound can end inside a character.
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        any.then_some(Ok(Line { number: self.number, text, too_long, ending }))
    }

    fn give_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.back.push_front(line);
        }
    }
}

/// How far the cells of a line got.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Done,
    /// Inside quotes at the end of the line.
    Open,
    /// A closing quote is followed by something else than a delimiter, in a cell that spans lines.
    Malformed,
}

/// Cells of one record while it is put together from one or more lines.
struct Splitter {
    delimiter: char,
    cells: Vec<String>,
    cell: String,
    quoted: bool,
    spans_lines: bool,
}

impl Splitter {
    fn new(delimiter: char) -> Splitter {
        Splitter { delimiter, cells: Vec::new(), cell: String::new(), quoted: false, spans_lines: false }
    }

    fn feed(&mut self, line: &str) -> State {
        let mut rest = line;
        loop {
            if self.quoted {
                let Some(at) = rest.find('"') else {
                    self.cell.push_str(rest);
                    self.spans_lines = true;
                    return State::Open;
                };
                self.cell.push_str(&rest[..at]);
                rest = &rest[at + 1..];
                if let Some(after) = rest.strip_prefix('"') {
                    self.cell.push('"');
                    rest = after;
                    continue;
                }
                self.quoted = false;
                let clean = rest.is_empty() || rest.starts_with(self.delimiter);
                if !clean && self.spans_lines {
                    return State::Malformed;
                }
                if !clean {
                    // `"Foo" bar`: the quotes belong to the text, as tab-separated exports write it.
                    self.cell.insert(0, '"');
                    self.cell.push('"');
                }
            } else if self.cell.is_empty() && rest.starts_with('"') {
                (self.quoted, self.spans_lines) = (true, false);
                rest = &rest[1..];
                continue;
            }
            let end = rest.find(self.delimiter);
            self.cell.push_str(&rest[..end.unwrap_or(rest.len())]);
            self.cells.push(std::mem::take(&mut self.cell));
            match end {
                Some(at) => rest = &rest[at + self.delimiter.len_utf8()..],
                None => return State::Done,
            }
        }
    }
}

/// The cells of one line, or `None` when a quote stays open.
pub fn split(line: &str, delimiter: char) -> Option<Vec<String>> {
    let mut splitter = Splitter::new(delimiter);
    (splitter.feed(line) == State::Done).then_some(splitter.cells)
}

/// One record of the table.
#[derive(Debug)]
pub struct Record {
    pub line: u64,
    pub cells: Vec<String>,
    /// A quote was not closed and is taken as text.
    pub literal: bool,
}

/// The records below the header.
pub struct Table {
    pub lines: Lines,
    pub delimiter: char,
    pub columns: usize,
    unclosed: usize,
}

impl Table {
    pub fn new(lines: Lines, delimiter: char, columns: usize) -> Table {
        Table { lines, delimiter, columns, unclosed: 0 }
    }

    /// The next record; blank lines are passed over.
    pub fn next(&mut self) -> Option<Result<Record, RowError>> {
        loop {
            let line = match self.lines.next()? {
                Ok(line) => line,
                Err(fault) => return Some(Err(fault)),
            };
            let blank = |c: char| c.is_whitespace() || c == self.delimiter;
            if !line.text.chars().all(blank) {
                return Some(self.record(line));
            }
        }
    }

    fn record(&mut self, first: Line) -> Result<Record, RowError> {
        let number = first.number;
        if first.too_long {
            let fault = RowError::new(number, Reason::RowTooLong);
            return Err(fault.limit(format!("{}\u{a0}Mio", MAX_RECORD_BYTES >> 20)).value(&first.text));
        }
        let mut splitter = Splitter::new(self.delimiter);
        let mut state = splitter.feed(&first.text);
        let (mut ending, mut bytes, mut ahead) = (first.ending, first.text.len(), Vec::new());
        while state == State::Open && ahead.len() < MAX_QUOTED_LINES && bytes < MAX_RECORD_BYTES {
            let line = match self.lines.next() {
                Some(Ok(line)) => line,
                Some(Err(fault)) => {
                    self.lines.failed = Some(fault);
                    break;
                }
                None => break,
            };
            splitter.cell.push_str(if ending == "\r\n" { "\n" } else { ending });
            (ending, bytes) = (line.ending, bytes + line.text.len());
            state = if line.too_long { State::Malformed } else { splitter.feed(&line.text) };
            ahead.push(line);
        }
        let whole = state == State::Done && (ahead.is_empty() || self.fits(splitter.cells.len()));
        if whole {
            return self.checked(Record { line: number, cells: splitter.cells, literal: false });
        }
        self.lines.give_back(ahead);
        self.literal(first)
    }

    fn fits(&self, cells: usize) -> bool {
        cells == self.columns
    }

    /// The line alone with its quotes as text, if that gives the right number of cells.
    fn literal(&mut self, first: Line) -> Result<Record, RowError> {
        self.unclosed += 1;
        if self.unclosed > MAX_UNCLOSED {
            return Err(RowError::new(first.number, Reason::TooBroken));
        }
        let cells: Vec<String> = first.text.split(self.delimiter).map(str::to_string).collect();
        if self.fits(cells.len()) {
            return Ok(Record { line: first.number, cells, literal: true });
        }
        let at = first.text.find('"').unwrap_or_default();
        Err(RowError::new(first.number, Reason::UnclosedQuote).value(&first.text[at..]))
    }

    /// Columns beyond the header may only be empty; fewer mean a broken line.
    fn checked(&self, mut record: Record) -> Result<Record, RowError> {
        while record.cells.len() > self.columns
            && record.cells.last().is_some_and(|cell| cell.trim().is_empty())
        {
            record.cells.pop();
        }
        if self.fits(record.cells.len()) {
            return Ok(record);
        }
        let fault =
            RowError::new(record.line, Reason::ColumnCount).found(record.cells.len()).limit(self.columns);
        Err(fault.value(&record.cells.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// Line and cells, or line and reason.
    type Told = Result<(u64, Vec<String>), (u64, Reason)>;

    fn table(text: &str, delimiter: char, columns: usize) -> Table {
        Table::new(Lines::new(Box::new(Cursor::new(text.as_bytes().to_vec()))), delimiter, columns)
    }

    fn all(text: &str, columns: usize) -> Vec<Told> {
        let mut table = table(text, ',', columns);
        std::iter::from_fn(|| table.next())
            .map(|r| r.map(|r| (r.line, r.cells)).map_err(|e| (e.line, e.reason)))
            .collect()
    }

    fn row(line: u64, cells: &[&str]) -> Told {
        Ok((line, cells.iter().map(|c| c.to_string()).collect()))
    }

    #[test]
    fn quoted_cells_may_hold_delimiters_quotes_and_line_breaks() {
        let rows = all("a,\"b,\"\"c\"\"\r\nd\",e\r\n1,2,3", 3);
        assert_eq!(rows, [row(1, &["a", "b,\"c\"\nd", "e"]), row(3, &["1", "2", "3"])]);
    }

    #[test]
    fn all_line_ends_may_be_mixed_and_blank_lines_are_nothing() {
        assert_eq!(all("a,b\r\nc,d\re,f\n\n,\ng,h", 2).len(), 4);
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let rows = all("1,\"un\n2,deux\n3,\"trois, et\"\n4,quatre\n", 2);
        assert_eq!(
            rows,
            [
                row(1, &["1", "\"un"]),
                row(2, &["2", "deux"]),
                row(3, &["3", "trois, et"]),
                row(4, &["4", "quatre"])
            ]
        );
        let rows = all("1,\"un,x\n2,deux\n", 2);
        assert_eq!(rows, [Err((1, Reason::UnclosedQuote)), row(2, &["2", "deux"])]);
    }

    #[test]
    fn quotes_inside_or_around_a_word_are_text() {
        assert_eq!(
            all("1,ecran 17\" noir\n2,\"Foo\" bar\n", 2),
            [row(1, &["1", "ecran 17\" noir"]), row(2, &["2", "\"Foo\" bar"])]
        );
    }

    #[test]
    fn a_line_with_too_few_or_too_many_cells_is_refused_but_empty_ones_at_the_end_are_not_counted() {
        let rows = all("1,2,,\n1\n1,2,3\n", 2);
        assert_eq!(rows, [row(1, &["1", "2"]), Err((2, Reason::ColumnCount)), Err((3, Reason::ColumnCount))]);
    }

    #[test]
    fn a_huge_cell_is_skipped_without_being_held() {
        let huge = format!("1,{}\n2,deux\n", "x".repeat(MAX_RECORD_BYTES * 3));
        assert_eq!(all(&huge, 2), [Err((1, Reason::RowTooLong)), row(2, &["2", "deux"])]);
        let quoted = format!("1,\"{}\n2,deux\n", "x\n".repeat(MAX_RECORD_BYTES));
        let rows = all(&quoted, 2);
        assert_eq!(rows.last(), Some(&row(MAX_RECORD_BYTES as u64 + 2, &["2", "deux"])));
    }

    #[test]
    fn a_file_of_nothing_but_open_quotes_ends_soon() {
        let rows = all(&"\"a,b,c\n".repeat(20_000), 2);
        assert!(rows.contains(&Err((501, Reason::TooBroken))));
    }
}
