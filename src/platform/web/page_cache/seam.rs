//! A kept page with one hole: the number beside the cart. The text around it is compressed once; each visitor with a cart
//! gets his number between the two halves, for the price of a checksum.
//!
//! gzip is a deflate stream with a CRC: the first half ends with a sync flush (byte-aligned, not final), the number is a
//! stored block, the second half is a deflate stream of its own that refers to nothing before it (RFC 1951, RFC 1952).

use std::sync::OnceLock;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use kit::Lang;

use crate::ui::layout;

/// What a stored block can hold is 65,535 bytes; a number and its words are some dozens.
const LONGEST: usize = 1_000;
const LEVEL: u32 = 5;

/// The number opens with this and ends with the last of its two elements.
const OPEN: &str = r#"<span class="act__n" id="cart-count">"#;
const EMPTY_END: &str = "</span>";
const END: &str = "</span></span>";

/// The two halves around the number.
pub struct Seam {
    lang: Lang,
    head: Bytes,
    tail: Bytes,
    packed: OnceLock<Option<Packed>>,
}

struct Packed {
    head: Vec<u8>,
    head_crc: Crc,
    tail: Vec<u8>,
    tail_crc: Crc,
}

impl Seam {
    /// Around the number in a page of this language, whatever it says; `None` for pages without it.
    pub fn find(lang: Lang, page: &Bytes) -> Option<Seam> {
        let at = find(page, OPEN.as_bytes())?;
        let inside = &page[at + OPEN.len()..];
        let end = if inside.starts_with(EMPTY_END.as_bytes()) { EMPTY_END } else { END };
        let after = at + OPEN.len() + find(inside, end.as_bytes())? + end.len();
        Some(Seam { lang, head: page.slice(..at), tail: page.slice(after..), packed: OnceLock::new() })
    }

    fn number(&self, count: i64) -> String {
        layout::cart_count(self.lang, count).into_string()
    }

    /// The page as it is.
    pub fn plain(&self, count: i64) -> Bytes {
        [&self.head, self.number(count).as_bytes(), &self.tail].concat().into()
    }

    /// The page as gzip.
    pub fn gzip(&self, count: i64) -> Option<Bytes> {
        let number = self.number(count);
        let packed = self.packed.get_or_init(|| Packed::new(&self.head, &self.tail)).as_ref()?;
        let len = u16::try_from(number.len()).ok().filter(|n| usize::from(*n) <= LONGEST)?;
        let mut crc = Crc::new();
        crc.combine(&packed.head_crc);
        let mut middle = Crc::new();
        middle.update(number.as_bytes());
        crc.combine(&middle);
        crc.combine(&packed.tail_crc);
        let mut out = BytesMut::with_capacity(packed.head.len() + packed.tail.len() + number.len() + 32);
        out.put_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        out.put_slice(&packed.head);
        out.put_u8(0);
        out.put_u16_le(len);
        out.put_u16_le(!len);
        out.put_slice(number.as_bytes());
        out.put_slice(&packed.tail);
        out.put_u32_le(crc.sum());
        out.put_u32_le(crc.amount());
        Some(out.freeze())
    }
}

impl Packed {
    fn new(head: &[u8], tail: &[u8]) -> Option<Packed> {
        let crc = |bytes: &[u8]| {
            let mut crc = Crc::new();
            crc.update(bytes);
            crc
        };
        Some(Packed {
            head: deflate(head, FlushCompress::Sync)?,
            head_crc: crc(head),
            tail: deflate(tail, FlushCompress::Finish)?,
            tail_crc: crc(tail),
        })
    }
}

/// A raw deflate stream; `None` when the compressor does not come to an end.
fn deflate(bytes: &[u8], flush: FlushCompress) -> Option<Vec<u8>> {
    let mut compress = Compress::new(Compression::new(LEVEL), false);
    // Room for the worst case, so that one call is enough.
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8 + 128);
    let status = compress.compress_vec(bytes, &mut out, flush).ok()?;
    let done = match flush {
        FlushCompress::Finish => status == Status::StreamEnd,
        _ => compress.total_in() == bytes.len() as u64 && out.len() < out.capacity(),
    };
    done.then_some(out)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn both_forms_say_the_number_and_everything_around_it() {
        let long = "Une bouilloire, deux théières. ".repeat(4_000);
        let page = |lang: Lang, n: i64| {
            let number = layout::cart_count(lang, n).into_string();
            Bytes::from(format!("<h1>{long}</h1>{number}<p>{long}</p>"))
        };
        // Made by somebody with three articles, shown to somebody with another number.
        let seam = Seam::find(Lang::En, &page(Lang::En, 3)).expect("a hole");
        for count in [0, 1, 27, 99_900] {
            let plain = seam.plain(count);
            assert_eq!(plain, page(Lang::En, count));
            let packed = seam.gzip(count).expect("gzip");
            assert!(packed.len() < plain.len() / 10);
            let mut text = Vec::new();
            flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut text).expect("valid gzip");
            assert_eq!(text, plain);
        }
        assert!(Seam::find(Lang::Fr, &Bytes::from_static(b"<p>no cart</p>")).is_none());
    }
}
