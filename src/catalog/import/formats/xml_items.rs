//! Cuts the items out of an XML stream without understanding them: tags, comments and CDATA are told apart, and what stands
//! between `<item>` and `</item>` (or `<entry>`) is handed on as text.

use std::io::BufRead;

use super::fault::{Reason, RowError};
use super::source::{Text, from_io};

/// Bound on one item, and on one tag or comment outside items.
const MAX_ITEM_BYTES: usize = 2 * 1024 * 1024;

/// One item with its own start and end tag.
#[derive(Debug)]
pub struct Item {
    pub line: u64,
    pub xml: String,
}

pub enum Piece {
    Item(Item),
    Broken(RowError),
}

/// The items of a feed in their order.
pub struct Items {
    text: Text,
    line: u64,
    root: Option<String>,
    /// Names of the elements that are open and hold the items; the feed is whole when it is empty again.
    depth: usize,
    ended: bool,
    /// The item that is being collected: its element, first line, text so far.
    item: Option<(String, u64, String)>,
    dropped: bool,
}

enum Token {
    /// Text, a comment, a CDATA section or a processing instruction.
    Text,
    /// A start, end or empty tag, or a declaration.
    Tag(String),
    End,
}

/// What begins after `<`; each ends in its own way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tag,
    Comment,
    CData,
    Instruction,
}

impl Kind {
    fn of(inner: &[u8]) -> Kind {
        match inner {
            [b'?', ..] => Kind::Instruction,
            [b'!', b'-', b'-', ..] => Kind::Comment,
            [b'!', b'[', ..] => Kind::CData,
            _ => Kind::Tag,
        }
    }

    fn may_end(self, inner: &[u8]) -> bool {
        match self {
            Kind::Tag => true,
            Kind::Comment => inner.len() >= 5 && inner.ends_with(b"--"),
            Kind::CData => inner.ends_with(b"]]"),
            Kind::Instruction => inner.ends_with(b"?"),
        }
    }
}

impl Items {
    pub fn new(text: Text) -> Items {
        Items { text, line: 1, root: None, depth: 0, ended: false, item: None, dropped: false }
    }

    pub fn next(&mut self) -> Option<Result<Piece, RowError>> {
        while !self.ended {
            let line = self.line;
            let step = self.token().and_then(|token| self.step(token, line));
            match step {
                Ok(Some(piece)) => return Some(Ok(piece)),
                Ok(None) => {}
                Err(fault) => {
                    self.ended = true;
                    return Some(Err(fault));
                }
            }
        }
        None
    }

    fn step(&mut self, token: Token, line: u64) -> Result<Option<Piece>, RowError> {
        let tag = match token {
            Token::Text => return Ok(None),
            Token::Tag(tag) => tag,
            Token::End => {
                self.ended = true;
                return self.at_end(line).map_or(Ok(None), Err);
            }
        };
        if tag.starts_with("!DOCTYPE") || tag.starts_with("!doctype") {
            let page = tag.to_ascii_lowercase().contains("html");
            return Err(RowError::new(line, if page { Reason::WebPage } else { Reason::Dtd }));
        }
        let (closing, name) = name_of(&tag);
        let (empty, is_item) = (tag.ends_with('/'), matches!(name.as_str(), "item" | "entry"));
        if self.root.is_none() {
            self.check_root(&name, line)?;
        }
        match (closing, is_item) {
            (false, true) if !empty => Ok(self.begin(name, line, &tag)),
            (true, true) => Ok(self.finish(&name)),
            _ if self.item.is_some() => Ok(None),
            (true, _) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(None)
            }
            (false, _) => {
                self.depth += usize::from(!empty);
                Ok(None)
            }
        }
    }

    fn check_root(&mut self, name: &str, line: u64) -> Result<(), RowError> {
        match name {
            "rss" | "feed" | "rdf" | "channel" | "items" | "products" => {
                self.root = Some(name.to_string());
                Ok(())
            }
            "html" | "head" | "body" => Err(RowError::new(line, Reason::WebPage)),
            _ => Err(RowError::new(line, Reason::NotAFeed).found(name)),
        }
    }

    /// Starts an item; one that was not closed before is broken.
    fn begin(&mut self, name: String, line: u64, tag: &str) -> Option<Piece> {
        let before = self.item.replace((name, line, format!("<{tag}>")));
        let dropped = std::mem::take(&mut self.dropped);
        let (_, line, _) = before.filter(|_| !dropped)?;
        Some(Piece::Broken(RowError::new(line, Reason::XmlBroken).found("</item>?")))
    }

    fn finish(&mut self, closing: &str) -> Option<Piece> {
        let (name, line, xml) = self.item.take()?;
        if std::mem::take(&mut self.dropped) || name != closing {
            let reason =
                RowError::new(line, Reason::RowTooLong).limit(format!("{}\u{a0}Mio", MAX_ITEM_BYTES >> 20));
            return Some(Piece::Broken(reason));
        }
        Some(Piece::Item(Item { line, xml }))
    }

    fn at_end(&mut self, line: u64) -> Option<RowError> {
        if self.root.is_none() {
            return Some(RowError::new(line, Reason::NotAFeed).found("?"));
        }
        (self.item.is_some() || self.depth > 0).then(|| RowError::new(line, Reason::Truncated))
    }

    /// Reads one token; inside an item its text is kept.
    fn token(&mut self) -> Result<Token, RowError> {
        match self.peek()? {
            None => return Ok(Token::End),
            Some(b'<') => {
                self.skip_byte(b'<');
                let inner = self.markup()?;
                return Ok(self.classify(inner));
            }
            Some(_) => {}
        }
        while self.peek()?.is_some_and(|byte| byte != b'<') {
            let ready = self.text.fill_buf().map_err(|error| from_io(&error, self.line))?;
            let end = ready.iter().position(|byte| *byte == b'<').unwrap_or(ready.len());
            let part = String::from_utf8_lossy(&ready[..end]).into_owned();
            self.line += part.bytes().filter(|byte| *byte == b'\n').count() as u64;
            self.text.consume(end);
            self.keep(&part);
        }
        Ok(Token::Text)
    }

    /// What stands between `<` and its `>`. A `<` inside a tag is a fault of the feed and ends the tag; beyond the bound
    /// only the end is looked for.
    fn markup(&mut self) -> Result<Vec<u8>, RowError> {
        let (mut inner, mut quote) = (Vec::new(), None);
        loop {
            let Some(byte) = self.peek()? else { return Err(RowError::new(self.line, Reason::Truncated)) };
            let kind = Kind::of(&inner);
            match (byte, kind) {
                (b'<', Kind::Tag) => {
                    self.dropped |= self.item.is_some() && inner.len() >= MAX_ITEM_BYTES;
                    return Ok(inner);
                }
                (b'>', Kind::Tag) if quote.is_some() => {}
                (b'>', _) if kind.may_end(&inner) => {
                    self.skip_byte(byte);
                    return Ok(inner);
                }
                (b'"' | b'\'', Kind::Tag) => match quote {
                    None => quote = Some(byte),
                    Some(open) if open == byte => quote = None,
                    Some(_) => {}
                },
                _ => {}
            }
            self.skip_byte(byte);
            if inner.len() >= MAX_ITEM_BYTES {
                self.dropped |= self.item.is_some();
                let at = inner.len() - 2;
                inner.remove(at);
            }
            inner.push(byte);
        }
    }

    fn classify(&mut self, inner: Vec<u8>) -> Token {
        let kind = Kind::of(&inner);
        let inner = String::from_utf8_lossy(&inner).into_owned();
        let (closing, name) = name_of(&inner);
        let starts_item = kind == Kind::Tag && !closing && matches!(name.as_str(), "item" | "entry");
        if !starts_item {
            self.keep(&format!("<{inner}>"));
        }
        if kind == Kind::Tag { Token::Tag(inner) } else { Token::Text }
    }

    fn peek(&mut self) -> Result<Option<u8>, RowError> {
        let line = self.line;
        self.text.fill_buf().map(|ready| ready.first().copied()).map_err(|error| from_io(&error, line))
    }

    fn skip_byte(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\n');
        self.text.consume(1);
    }

    fn keep(&mut self, text: &str) {
        if let Some((_, _, xml)) = &mut self.item {
            if xml.len() + text.len() > MAX_ITEM_BYTES {
                self.dropped = true;
                xml.clear();
            } else if !self.dropped {
                xml.push_str(text);
            }
        }
    }
}

/// `/g:Item attr` is a closing `item`.
fn name_of(tag: &str) -> (bool, String) {
    let (closing, rest) = tag.strip_prefix('/').map_or((false, tag), |rest| (true, rest));
    let end = rest.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(rest.len());
    let name = rest[..end].rsplit(':').next().unwrap_or_default();
    (closing, name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn cut(text: &str) -> Vec<Result<(u64, String), (u64, Reason)>> {
        let mut items = Items::new(Box::new(Cursor::new(text.as_bytes().to_vec())));
        std::iter::from_fn(|| items.next())
            .map(|piece| match piece {
                Ok(Piece::Item(item)) => Ok((item.line, item.xml)),
                Ok(Piece::Broken(fault)) | Err(fault) => Err((fault.line, fault.reason)),
            })
            .collect()
    }

    #[test]
    fn items_are_cut_out_whatever_their_cdata_and_comments_say() {
        let text = "<?xml version='1.0'?>\n<rss><channel><title>x</title>\n<item a='>'><![CDATA[</item>]]></item>\n\
            <!-- <item> -->\n<ITEM>b</ITEM></channel></rss>";
        let whole =
            vec![Ok((3, "<item a='>'><![CDATA[</item>]]></item>".into())), Ok((5, "<ITEM>b</ITEM>".into()))];
        assert_eq!(cut(text), whole);
    }

    #[test]
    fn an_item_that_is_not_closed_costs_itself_only() {
        let text = "<feed>\n<entry>a\n<entry>b</entry></feed>";
        assert_eq!(cut(text), [Err((2, Reason::XmlBroken)), Ok((3, "<entry>b</entry>".into()))]);
    }

    #[test]
    fn what_is_no_feed_or_stops_early_is_said_to_be_so() {
        assert_eq!(cut("<!DOCTYPE html><html></html>"), [Err((1, Reason::WebPage))]);
        assert_eq!(cut("<!DOCTYPE x [<!ENTITY a \"b\">]><rss></rss>"), [Err((1, Reason::Dtd))]);
        assert_eq!(cut("<html><body>Sign in"), [Err((1, Reason::WebPage))]);
        assert_eq!(cut("<svg></svg>"), [Err((1, Reason::NotAFeed))]);
        assert_eq!(cut("<rss>\n<item>a</item>\n<item>b").last(), Some(&Err((3, Reason::Truncated))));
        assert_eq!(cut("<rss><item>a</item>").last(), Some(&Err((1, Reason::Truncated))));
    }

    #[test]
    fn a_huge_item_is_dropped_and_the_next_one_read() {
        let big = "x".repeat(MAX_ITEM_BYTES + 10);
        let text = format!("<rss><item><![CDATA[{big}]]></item><item>{big}</item><item>c</item></rss>");
        let pieces = cut(&text);
        assert_eq!(pieces[..2], [Err((1, Reason::RowTooLong)), Err((1, Reason::RowTooLong))]);
        assert_eq!(pieces[2], Ok((1, "<item>c</item>".into())));
    }
}
