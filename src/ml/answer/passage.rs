//! Pages of help cut into passages: one for each heading, its text without marks.

/// A passage and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Passage {
    /// The page, by its code.
    pub page: String,
    /// Title of the page.
    pub title: String,
    /// Headings above it, the nearest last; empty at the top of the page.
    pub heading: String,
    /// Id of the nearest heading in the page; empty at its top.
    pub anchor: String,
    pub text: String,
    /// On a page written to help; terms and notices answer when no such page does.
    #[serde(default)]
    pub help: bool,
}

/// Longest passage, in characters; longer ones are cut between paragraphs.
const LONGEST: usize = 1_200;

/// Cuts a page in Markdown.
pub fn cut(page: &str, title: &str, body: &str) -> Vec<Passage> {
    let mut out: Vec<Passage> = Vec::new();
    let (mut outer, mut inner) = (String::new(), String::new());
    let mut text = String::new();
    let mut seen: Vec<String> = Vec::new();
    let mut anchor = String::new();
    let mut push = |outer: &str, inner: &str, anchor: &str, text: &mut String| {
        let said = std::mem::take(text);
        let heading =
            [outer, inner].iter().filter(|h| !h.is_empty()).copied().collect::<Vec<_>>().join(" – ");
        for part in parts(said.trim()) {
            out.push(Passage {
                page: page.into(),
                title: title.into(),
                heading: heading.clone(),
                anchor: anchor.into(),
                text: part,
                help: false,
            });
        }
    };
    for line in body.lines() {
        let level = line.bytes().take_while(|b| *b == b'#').count();
        if (1..=6).contains(&level) && line[level..].starts_with(' ') {
            push(&outer, &inner, &anchor, &mut text);
            let heading = plain(line[level..].trim());
            anchor = unused(&mut seen, kit::text::slugify(&heading));
            if level <= 2 {
                (outer, inner) = (heading, String::new());
            } else {
                inner = heading;
            }
        } else {
            text.push_str(&plain(line));
            text.push('\n');
        }
    }
    push(&outer, &inner, &anchor, &mut text);
    out
}

fn unused(seen: &mut Vec<String>, slug: String) -> String {
    let mut free = slug.clone();
    let mut n = 2;
    while seen.contains(&free) {
        free = format!("{slug}-{n}");
        n += 1;
    }
    seen.push(free.clone());
    free
}

/// Cuts a long text between paragraphs.
fn parts(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
        match out.last_mut() {
            Some(last) if last.chars().count() + paragraph.chars().count() < LONGEST => {
                last.push('\n');
                last.push_str(paragraph);
            }
            _ => out.push(paragraph.to_string()),
        }
    }
    out
}

/// A line of Markdown without its marks; links keep their words.
pub fn plain(line: &str) -> String {
    let line = line.trim_start();
    let line = line.strip_prefix('>').unwrap_or(line).trim_start();
    let bullet = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
    let mut rest = bullet.unwrap_or(line);
    let mut out = String::with_capacity(rest.len() + 2);
    if bullet.is_some() {
        out.push_str("• ");
    }
    while let Some(at) = rest.find(['[', '*', '`', '\\', '|', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((words, after)) = link(rest) {
            out.push_str(&plain(words));
            rest = after;
            continue;
        }
        let escaped = rest.starts_with('\\');
        if rest.starts_with('[') || rest.starts_with('<') {
            out.push_str(&rest[..1]);
        } else if rest.starts_with('|') {
            out.push(' ');
        }
        rest = &rest[1..];
        if escaped && let Some(c) = rest.chars().next() {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `[words](address)` at the beginning: its words and what follows.
fn link(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let (words, after) = inner.split_once("](")?;
    let (_, after) = after.split_once(')')?;
    (!words.contains('\n')).then_some((words, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_a_passage_for_each_heading() {
        let body = "Début.\n\n## Payer\n\n### Par chèque ?\n\nOui, **sans frais**, voir [la page](/infos/x).\n\n- à l’ordre de *nous*\n\n## Payer\n\nFin.";
        let all = cut("aide", "Aide", body);
        let seen: Vec<_> =
            all.iter().map(|p| (p.heading.as_str(), p.anchor.as_str(), p.text.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("", "", "Début."),
                ("Payer – Par chèque ?", "par-cheque", "Oui, sans frais, voir la page.\n• à l’ordre de nous"),
                ("Payer", "payer-2", "Fin."),
            ]
        );
    }

    #[test]
    fn marks_that_do_not_close_stay_harmless() {
        assert_eq!(plain("[a](b [c](d)"), "a");
        assert_eq!(plain("2 \\* 3 | é [x"), "2 * 3 é [x");
    }
}
