//! Google's feed as XML (RSS 2.0, RSS 1.0, Atom): items one after the other, each cut out of the stream by itself, so that a
//! broken item costs itself only and memory is bounded by one item. No DTD, no entities beyond XML's own and HTML's usual ones.

use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::fault::{Reason, RowError};
use super::header::google;
use super::row::{Field, Names, Row};
use super::source::Text;
use super::xml_items::{Item, Items, Piece};

/// The rows of an XML feed.
pub struct XmlRows {
    items: Items,
    names: Arc<Names>,
}

impl XmlRows {
    pub fn new(text: Text) -> XmlRows {
        XmlRows { items: Items::new(text), names: Arc::new(Names::default()) }
    }
}

impl Iterator for XmlRows {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.items.next()? {
            Ok(Piece::Item(item)) => Some(parse(&item, &self.names)),
            Ok(Piece::Broken(fault)) => Some(Err(fault)),
            Err(fault) => Some(Err(fault)),
        }
    }
}

/// An element's text while it is open.
struct Open {
    /// `product_detail/attribute_name` for a nested element.
    path: String,
    /// From Google's namespace, which wins over RSS's and Atom's own element of the same name.
    google: bool,
    text: String,
}

/// The children of one item as cells.
fn parse(item: &Item, names: &Arc<Names>) -> Result<Row, RowError> {
    let mut row = Row::new(item.line, names.clone());
    let mut found: Vec<(Field, bool, String)> = Vec::new();
    let mut stack: Vec<Open> = Vec::new();
    let mut detail: [String; 3] = Default::default();
    let mut reader = Reader::from_str(&item.xml);
    reader.config_mut().allow_dangling_amp = true;
    let line_at = |reader: &Reader<&[u8]>| {
        let end = (reader.buffer_position() as usize).min(item.xml.len());
        item.line + item.xml.as_bytes()[..end].iter().filter(|b| **b == b'\n').count() as u64
    };
    loop {
        let event = reader.read_event().map_err(|error| broken(line_at(&reader), &error))?;
        match event {
            Event::Start(tag) => stack.push(open(&stack, &tag)),
            Event::Empty(tag) => {
                if let (1, Some(href)) = (stack.len(), link_href(&tag)) {
                    found.push((Field::Image, false, href));
                }
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| broken(line_at(&reader), &error))?;
                push(&mut stack, &text);
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|error| broken(line_at(&reader), &error))?;
                push(&mut stack, &text);
            }
            Event::GeneralRef(entity) => {
                let name = entity.decode().map_err(|error| broken(line_at(&reader), &error))?;
                let text = crate::html::entity(&name).ok_or_else(|| {
                    RowError::new(line_at(&reader), Reason::XmlEntity).found(format!("&{name};"))
                })?;
                push(&mut stack, &text);
            }
            Event::End(_) => {
                if let Some(closed) = stack.pop() {
                    close(closed, &stack, &mut found, &mut detail);
                }
            }
            Event::DocType(_) => return Err(RowError::new(line_at(&reader), Reason::Dtd)),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if !stack.is_empty() {
        return Err(broken(item.line, &"unclosed element"));
    }
    for (field, google, text) in &found {
        let overruled = !google && found.iter().any(|(other, better, _)| other == field && *better);
        if !overruled {
            row.put(*field, text);
        }
    }
    Ok(row)
}

fn broken(line: u64, error: &dyn std::fmt::Display) -> RowError {
    RowError::new(line, Reason::XmlBroken).found(error)
}

fn push(stack: &mut [Open], text: &str) {
    if let Some(top) = stack.last_mut() {
        top.text.push_str(text);
    }
}

fn open(stack: &[Open], tag: &BytesStart<'_>) -> Open {
    let name = tag.name();
    let local = String::from_utf8_lossy(name.local_name().as_ref()).to_ascii_lowercase();
    let path = match stack.len() {
        0 | 1 => local,
        _ => format!("{}/{local}", stack.last().map(|open| open.path.as_str()).unwrap_or_default()),
    };
    Open { path, google: name.prefix().is_some(), text: String::new() }
}

/// Atom writes a picture as `<link rel="enclosure" type="image/jpeg" href="..."/>`.
fn link_href(tag: &BytesStart<'_>) -> Option<String> {
    if tag.local_name().as_ref() != b"link" && tag.local_name().as_ref() != b"enclosure" {
        return None;
    }
    let (mut address, mut image) = (None, false);
    for attribute in tag.attributes().flatten() {
        let value = String::from_utf8_lossy(&attribute.value).into_owned();
        match attribute.key.as_ref() {
            b"href" | b"url" => address = Some(crate::html::decode_entities(&value)),
            b"type" => image = value.starts_with("image/"),
            _ => {}
        }
    }
    address.filter(|_| image)
}

/// Takes over a closed child of the item; the parts of `product_detail` are joined as the text feeds write them.
fn close(closed: Open, stack: &[Open], found: &mut Vec<(Field, bool, String)>, detail: &mut [String; 3]) {
    match (stack.len(), closed.path.as_str()) {
        (1, "product_detail") if detail.iter().any(|part| !part.is_empty()) => {
            let parts = std::mem::take(detail)
                .map(|part| part.trim().replace('\\', "\\\\").replace(':', "\\:").replace(',', "\\,"));
            found.push((Field::Detail, closed.google, parts.join(":")));
        }
        (1, name) => {
            if let Some(field) = google(name) {
                found.push((field, closed.google, closed.text));
            }
        }
        (2, "product_detail/section_name") => detail[0] = closed.text,
        (2, "product_detail/attribute_name") => detail[1] = closed.text,
        (2, "product_detail/attribute_value") => detail[2] = closed.text,
        _ => {}
    }
}
