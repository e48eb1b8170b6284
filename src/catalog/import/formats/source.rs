//! From a file to a stream of bytes: gzip unpacked on the way, disguised archives refused, progress counted.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::fault::{Reason, RowError};

/// First bytes looked at to tell what the file is.
const HEAD_BYTES: u64 = 64 * 1024;
/// Bound on the unpacked text: a bomb of gzip stops here.
pub const MAX_TEXT_BYTES: u64 = 8 * 1024 * 1024 * 1024;

/// A stream whose first bytes have been looked at.
pub struct Peeked {
    pub head: Vec<u8>,
    pub stream: Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>,
}

/// How far the file on disk has been read, shared with the progress bar.
#[derive(Clone, Debug, Default)]
pub struct Position(Arc<AtomicU64>);

impl Position {
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counted<R> {
    inner: R,
    position: Position,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.position.0.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Ends with an error instead of giving more than `left` bytes.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| io::Error::other(TooLarge))?;
        Ok(n)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the unpacked text is too large")]
struct TooLarge;

/// Unpacks a file and refuses what cannot be text. `position` counts the bytes of the file itself.
pub fn unpack(file: Box<dyn Read + Send>, position: Position) -> Result<Peeked, RowError> {
    let outer = peek(Box::new(Counted { inner: file, position }))?;
    if outer.head.is_empty() {
        return Err(RowError::new(0, Reason::Empty));
    }
    if !outer.head.starts_with(&[0x1f, 0x8b]) {
        refuse_binary(&outer.head)?;
        let head = outer.head;
        return Ok(Peeked {
            stream: Cursor::new(head.clone()).chain(bounded(outer.stream.into_inner().1)),
            head,
        });
    }
    let unpacked = MultiGzDecoder::new(BufReader::with_capacity(HEAD_BYTES as usize, outer.stream));
    let inner = peek(bounded(unpacked))?;
    if inner.head.is_empty() {
        return Err(RowError::new(0, Reason::Empty));
    }
    if inner.head.starts_with(&[0x1f, 0x8b]) {
        return Err(RowError::new(0, Reason::Binary).found("gzip in gzip"));
    }
    refuse_binary(&inner.head)?;
    Ok(inner)
}

fn bounded(inner: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(Bounded { inner, left: MAX_TEXT_BYTES })
}

/// An error met while looking ahead comes when its turn has come.
fn peek(mut stream: Box<dyn Read + Send>) -> Result<Peeked, RowError> {
    let mut head = Vec::new();
    if let Err(error) = (&mut stream).take(HEAD_BYTES).read_to_end(&mut head) {
        if head.is_empty() {
            return Err(from_io(&error, 0));
        }
        stream = Box::new(Failed(error.kind(), error.to_string()));
    }
    Ok(Peeked { stream: Cursor::new(head.clone()).chain(stream), head })
}

/// Repeats an error at each reading.
struct Failed(io::ErrorKind, String);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(self.0, self.1.clone()))
    }
}

fn refuse_binary(head: &[u8]) -> Result<(), RowError> {
    const KINDS: [(&[u8], &str); 10] = [
        (b"%PDF", "PDF"),
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"GIF8", "GIF"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"\xfd7zXZ", "xz"),
        (b"BZh", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"Rar!", "RAR"),
        (b"\xd0\xcf\x11\xe0", "Excel .xls"),
    ];
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x07\x08") {
        return Err(RowError::new(0, Reason::Zip));
    }
    if let Some((_, kind)) = KINDS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(RowError::new(0, Reason::Binary).found(kind));
    }
    if head.get(257..262) == Some(b"ustar") {
        return Err(RowError::new(0, Reason::Binary).found("tar"));
    }
    Ok(())
}

/// What an error of the stream means to the merchant.
pub fn from_io(error: &io::Error, line: u64) -> RowError {
    if error.get_ref().is_some_and(|inner| inner.is::<TooLarge>()) {
        return RowError::new(line, Reason::TooLarge).limit(format!("{}\u{a0}Gio", MAX_TEXT_BYTES >> 30));
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => RowError::new(line, Reason::Truncated),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            RowError::new(line, Reason::Damaged).found(error)
        }
        _ => RowError::new(line, Reason::Unreadable).found(error),
    }
}

/// A decoded stream of text, whatever stands behind it.
pub type Text = Box<dyn BufRead + Send>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn open(bytes: &[u8]) -> Result<Vec<u8>, RowError> {
        let mut out = Vec::new();
        let mut peeked = unpack(Box::new(Cursor::new(bytes.to_vec())), Position::default())?;
        peeked.stream.read_to_end(&mut out).map_err(|error| from_io(&error, 7))?;
        Ok(out)
    }

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn gzip_is_unpacked_without_being_asked_also_when_in_several_members() {
        let twice = [gz(b"id\ttitle\n"), gz(b"1\tChaise\n")].concat();
        assert_eq!(open(&twice).unwrap(), b"id\ttitle\n1\tChaise\n");
        assert_eq!(open(b"plain").unwrap(), b"plain");
    }

    #[test]
    fn archives_in_disguise_are_refused_by_name() {
        let reason = |bytes: &[u8]| open(bytes).unwrap_err().reason;
        assert_eq!(reason(b"PK\x03\x04 and so on"), Reason::Zip);
        assert_eq!(reason(&gz(b"PK\x03\x04 and so on")), Reason::Zip);
        assert_eq!(reason(&gz(&gz(b"id"))), Reason::Binary);
        assert_eq!(reason(b"%PDF-1.7"), Reason::Binary);
        assert_eq!(reason(b""), Reason::Empty);
        assert_eq!(reason(&gz(b"")), Reason::Empty);
    }

    #[test]
    fn a_cut_or_damaged_gzip_is_said_to_be_so() {
        let mut noise = 1u32;
        let text: Vec<u8> = (0..400_000)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                b'a' + (noise >> 24) as u8 % 26
            })
            .collect();
        let whole = gz(&text);
        assert_eq!(open(&whole[..whole.len() / 2]).unwrap_err().reason, Reason::Truncated);
        let mut broken = whole.clone();
        let at = broken.len() - 4;
        broken[at - 3] ^= 0xff;
        assert_eq!(open(&broken).unwrap_err().reason, Reason::Damaged);
    }
}
