//! From bytes of any usual encoding to UTF-8, in a stream. A byte order mark decides; else the XML declaration; else the
//! zero bytes of UTF-16; else the first bytes beyond ASCII: valid UTF-8, or Windows-1252 (which contains Latin-1).

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::fault::{Reason, RowError};

const CHUNK: usize = 64 * 1024;

/// The encoding that the first bytes tell, and the length of the byte order mark. `None`: all ASCII so far.
fn sniff(head: &[u8]) -> Result<(Option<&'static Encoding>, usize), RowError> {
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return Ok((Some(encoding), mark));
    }
    let sample = &head[..head.len().min(4_096) & !1];
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    if odd > pairs / 2 && even < pairs / 8 {
        return Ok((Some(UTF_16LE), 0));
    }
    if even > pairs / 2 && odd < pairs / 8 {
        return Ok((Some(UTF_16BE), 0));
    }
    if even + odd > sample.len() / 16 {
        return Err(RowError::new(0, Reason::Binary).found("NUL"));
    }
    if let Some(label) = declared(head) {
        let known = Encoding::for_label(label.as_bytes());
        let encoding = known.ok_or_else(|| RowError::new(0, Reason::UnknownEncoding).found(&label))?;
        // Seen in the wild: UTF-16 declared, UTF-8 delivered.
        return Ok((Some(encoding.output_encoding()), 0));
    }
    Ok((guess(head), 0))
}

/// The encoding named by `<?xml version="1.0" encoding="ISO-8859-1"?>`.
fn declared(head: &[u8]) -> Option<String> {
    let start = head.iter().position(|b| !b.is_ascii_whitespace())?;
    let rest = head.get(start..)?.strip_prefix(b"<?xml")?;
    let end = rest.iter().take(300).position(|b| *b == b'>')?;
    let text = String::from_utf8_lossy(&rest[..end]).into_owned();
    let (_, value) = text.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(label, _)| label.to_string())
}

/// UTF-8 when at least as many sequences are well formed as broken; `None` when nothing beyond ASCII is there.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    let (mut good, mut bad, mut rest) = (0usize, 0usize, bytes);
    while !rest.is_empty() {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                good += text.chars().filter(|c| !c.is_ascii()).count();
                break;
            }
            Err(error) => {
                let (valid, after) = rest.split_at(error.valid_up_to());
                good += String::from_utf8_lossy(valid).chars().filter(|c| !c.is_ascii()).count();
                // A sequence cut by the end of the sample says nothing.
                let Some(len) = error.error_len() else { break };
                bad += 1;
                rest = &after[len..];
            }
        }
    }
    if good + bad == 0 { None } else { Some(if good >= bad { UTF_8 } else { WINDOWS_1252 }) }
}

/// Decoded text. Broken sequences become U+FFFD, which the rows report.
pub struct Decoded<R> {
    inner: R,
    /// `None` while only ASCII has passed.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

/// Wraps a stream whose first bytes are `head` (they come again from `inner`).
pub fn decode<R: Read>(head: &[u8], mut inner: R) -> Result<Decoded<R>, RowError> {
    let (encoding, mark) = sniff(head)?;
    let mut skipped = [0u8; 4];
    inner.read_exact(&mut skipped[..mark]).map_err(|error| super::source::from_io(&error, 0))?;
    let decoder = encoding.map(Encoding::new_decoder_without_bom_handling);
    Ok(Decoded { inner, decoder, raw: vec![0; CHUNK], out: Vec::new(), at: 0, ended: false })
}

impl<R: Read> Decoded<R> {
    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.ended {
            let n = match self.inner.read(&mut self.raw) {
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.ended = n == 0;
            let raw = &self.raw[..n];
            if self.decoder.is_none() {
                if raw.is_ascii() {
                    self.out.extend_from_slice(raw);
                    continue;
                }
                let encoding = guess(raw).unwrap_or(UTF_8);
                self.decoder = Some(encoding.new_decoder_without_bom_handling());
            }
            if let Some(decoder) = &mut self.decoder {
                let room = decoder.max_utf8_buffer_length(n).unwrap_or(n * 3 + 16);
                self.out.resize(room, 0);
                let (result, _, written, _) = decoder.decode_to_utf8(raw, &mut self.out, self.ended);
                debug_assert_eq!(result, CoderResult::InputEmpty);
                self.out.truncate(written);
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let n = ready.len().min(buf.len());
        buf[..n].copy_from_slice(&ready[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.out.len() && !self.ended {
            self.refill()?;
        }
        Ok(&self.out[self.at..])
    }

    fn consume(&mut self, n: usize) {
        self.at = (self.at + n).min(self.out.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        let mut out = String::new();
        decode(&bytes[..bytes.len().min(CHUNK)], bytes).unwrap().read_to_string(&mut out).unwrap();
        out
    }

    #[test]
    fn the_usual_encodings_are_told_apart() {
        let text = "id\ttitle\n1\tCafetière à l’italienne\n";
        let wide = |encode: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(encode).collect::<Vec<u8>>();
        assert_eq!(read(text.as_bytes()), text);
        assert_eq!(read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), text);
        assert_eq!(read(&wide(u16::to_le_bytes)), text, "UTF-16 without a mark");
        assert_eq!(read(&wide(u16::to_be_bytes)), text);
        assert_eq!(read(&[&[0xff, 0xfe][..], &wide(u16::to_le_bytes)].concat()), text);
        assert_eq!(read(&[&[0xfe, 0xff][..], &wide(u16::to_be_bytes)].concat()), text);
        assert_eq!(read(&WINDOWS_1252.encode(text).0), text);
    }

    #[test]
    fn the_xml_declaration_is_believed_and_an_unknown_one_refused() {
        let text = "<?xml version=\"1.0\" encoding='ISO-8859-1'?><rss>é</rss>";
        assert_eq!(read(&WINDOWS_1252.encode(text).0), text);
        let fault = decode(b"<?xml encoding=\"klingon\"?>", &b""[..]).err().unwrap();
        assert_eq!((fault.reason, fault.found.as_str()), (Reason::UnknownEncoding, "klingon"));
    }

    #[test]
    fn accents_that_come_late_still_decide() {
        let late = |accent: &[u8]| [&vec![b'a'; CHUNK * 2 + 1][..], accent, b"t\xc3"].concat();
        assert!(read(&late("é".as_bytes())).ends_with("aét\u{fffd}"));
        assert!(read(&late(b"\xe9")).ends_with("aétÃ"));
    }

    #[test]
    fn a_broken_sequence_in_utf8_does_not_spoil_the_rest() {
        assert_eq!(read(b"\xc3\xa9\xc3\xa9 \xff \xc3\xa9"), "éé \u{fffd} é");
    }

    #[test]
    fn zero_bytes_without_a_pattern_are_no_text() {
        let bytes: Vec<u8> = (0..2_000).map(|i| if i % 3 == 0 { 0 } else { b'x' }).collect();
        assert_eq!(decode(&bytes, &bytes[..]).err().unwrap().reason, Reason::Binary);
    }
}
