//! From a merchant's HTML to the plain text of a product page: nothing of the markup survives, so nothing needs trust.

/// Elements that begin a new paragraph or line.
const BLOCKS: [&str; 17] = [
    "p",
    "div",
    "ul",
    "ol",
    "table",
    "section",
    "article",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "dl",
    "header",
];
const LINES: [&str; 5] = ["br", "tr", "dt", "dd", "li"];
/// Elements whose content is not text for people.
const HIDDEN: [&str; 6] = ["script", "style", "iframe", "object", "svg", "template"];

/// Plain text with a blank line between paragraphs and `- ` before list items.
pub fn plain(html: &str) -> String {
    let mut out = Plain::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tail) = rest.split_at(at);
        out.text(text);
        let starts_tag =
            tail[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !starts_tag {
            out.text("<");
            rest = &tail[1..];
        } else if let Some(comment) = tail.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
        } else if let Some(cdata) = tail.strip_prefix("<![CDATA[") {
            let end = cdata.find("]]>").unwrap_or(cdata.len());
            out.text(&cdata[..end]);
            rest = cdata.get(end + 3..).unwrap_or_default();
        } else {
            let Some(end) = tail.find('>') else { break };
            rest = tag(&mut out, &tail[1..end], &tail[end + 1..]);
        }
    }
    out.text(rest.split_once('<').map_or(rest, |(text, _)| text));
    out.finish()
}

/// Acts on a tag; gives what remains to be read after it.
fn tag<'a>(out: &mut Plain, tag: &str, rest: &'a str) -> &'a str {
    let name =
        tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    if HIDDEN.contains(&name.as_str()) && !tag.starts_with('/') && !tag.ends_with('/') {
        let close = format!("</{name}");
        let lower = rest.to_ascii_lowercase();
        let after = lower.find(&close).and_then(|at| lower[at..].find('>').map(|end| at + end + 1));
        return after.map_or("", |at| &rest[at..]);
    }
    if BLOCKS.contains(&name.as_str()) {
        out.paragraph();
    } else if name == "li" && !tag.starts_with('/') {
        out.line();
        out.words.push_str("- ");
    } else if LINES.contains(&name.as_str()) && (name == "br" || !tag.starts_with('/')) {
        out.line();
    } else if matches!(name.as_str(), "td" | "th") {
        out.words.push(' ');
    }
    rest
}

/// Text under construction: finished paragraphs, finished lines of the current one, and its last line.
#[derive(Default)]
struct Plain {
    paragraphs: Vec<String>,
    lines: Vec<String>,
    words: String,
}

impl Plain {
    fn text(&mut self, text: &str) {
        self.words.push_str(&decode_entities(text));
    }

    fn line(&mut self) {
        let words = std::mem::take(&mut self.words);
        for part in words.split(['\n', '\r']) {
            let line = part.split_whitespace().collect::<Vec<_>>().join(" ");
            if !line.is_empty() && line != "-" {
                self.lines.push(line);
            } else if line.is_empty() && !self.lines.is_empty() && part.len() < words.len() {
                // A blank line in text without markup separates paragraphs.
                self.lines.push(String::new());
            }
        }
    }

    fn paragraph(&mut self) {
        self.line();
        for block in std::mem::take(&mut self.lines).split(|line| line.is_empty()) {
            if !block.is_empty() {
                self.paragraphs.push(block.join("\n"));
            }
        }
    }

    fn finish(mut self) -> String {
        self.paragraph();
        self.paragraphs.join("\n\n")
    }
}

/// Named and numeric entities as characters; what is no entity stays as it is.
pub fn decode_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| entity(&rest[1..end]).map(|text| (end, text))) {
            Some((end, text)) => {
                out.push_str(&text);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// The character of `eacute`, `#233` or `#xE9`; `None` for what XML and everyday HTML do not know.
pub fn entity(name: &str) -> Option<String> {
    const NAMED: [(&str, &str); 62] = [
        ("amp", "&"),
        ("lt", "<"),
        ("gt", ">"),
        ("quot", "\""),
        ("apos", "'"),
        ("nbsp", "\u{a0}"),
        ("euro", "€"),
        ("eacute", "é"),
        ("egrave", "è"),
        ("ecirc", "ê"),
        ("euml", "ë"),
        ("agrave", "à"),
        ("acirc", "â"),
        ("auml", "ä"),
        ("ccedil", "ç"),
        ("icirc", "î"),
        ("iuml", "ï"),
        ("ocirc", "ô"),
        ("ouml", "ö"),
        ("ugrave", "ù"),
        ("ucirc", "û"),
        ("uuml", "ü"),
        ("oelig", "œ"),
        ("aelig", "æ"),
        ("szlig", "ß"),
        ("ntilde", "ñ"),
        ("aacute", "á"),
        ("oacute", "ó"),
        ("Eacute", "É"),
        ("Egrave", "È"),
        ("Ecirc", "Ê"),
        ("Agrave", "À"),
        ("Ccedil", "Ç"),
        ("Ocirc", "Ô"),
        ("OElig", "Œ"),
        ("Auml", "Ä"),
        ("Ouml", "Ö"),
        ("Uuml", "Ü"),
        ("lsquo", "‘"),
        ("rsquo", "’"),
        ("ldquo", "“"),
        ("rdquo", "”"),
        ("laquo", "«"),
        ("raquo", "»"),
        ("ndash", "–"),
        ("mdash", "—"),
        ("hellip", "…"),
        ("bull", "•"),
        ("middot", "·"),
        ("deg", "°"),
        ("sup2", "²"),
        ("sup3", "³"),
        ("frac12", "½"),
        ("frac14", "¼"),
        ("times", "×"),
        ("plusmn", "±"),
        ("micro", "µ"),
        ("copy", "©"),
        ("reg", "®"),
        ("trade", "™"),
        ("Oslash", "Ø"),
        ("oslash", "ø"),
    ];
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r'))?;
        return Some(c.to_string());
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, text)| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_and_lists_survive_as_text() {
        let html = "<p>Un  <b>beau</b>\nsac&nbsp;&eacute;l&#233;gant</p><ul><li>Cuir</li><li>2 poches</li></ul>Fin<br/>!";
        assert_eq!(plain(html), "Un beau\nsac élégant\n\n- Cuir\n- 2 poches\n\nFin\n!");
        assert_eq!(plain("Un\n\n\ndeux\ntrois"), "Un\n\ndeux\ntrois");
        assert_eq!(plain("5 < 6 & 7 > 2"), "5 < 6 & 7 > 2");
    }

    #[test]
    fn scripts_leave_nothing_and_double_escaping_stays_text() {
        assert_eq!(plain("a<script>alert(1)</SCRIPT >b<style>x"), "ab");
        assert_eq!(plain("<img src=x onerror=alert(1)>c<!-- <b> -->d"), "cd");
        assert_eq!(plain("&lt;script&gt;"), "<script>", "text, and the page escapes it");
        assert_eq!(plain("&unknown; &#0; &#x110000; &"), "&unknown; &#0; &#x110000; &");
    }

    proptest! {
        #[test]
        fn no_html_makes_it_panic(html in "[<>a-zé/!\\-&;#\"' \n\\[\\]]{0,80}") {
            let _ = plain(&html);
        }
    }
}
