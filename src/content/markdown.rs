//! Markdown of staff into HTML: headings get an id and a place in the table of contents, everything that could run or track
//! is taken out.

use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// A text ready to be shown.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    pub html: String,
    /// (id, title) of the second-level headings.
    pub toc: Vec<(String, String)>,
}

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder.add_tag_attributes("h2", ["id"]).add_tag_attributes("h3", ["id"]);
    builder.rm_tags(["img", "map", "area", "details", "summary"]);
    builder.link_rel(Some("noopener noreferrer"));
    builder
});

pub fn render(text: &str) -> Rendered {
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let mut toc: Vec<(String, String)> = Vec::new();
    for i in 0..events.len() {
        if !matches!(&events[i], Event::Start(Tag::Heading { .. })) {
            continue;
        }
        let title = heading_text(&events[i + 1..]);
        let Event::Start(Tag::Heading { level, id, .. }) = &mut events[i] else { continue };
        // The page's own title is the only first-level heading.
        let outer = *level <= HeadingLevel::H2;
        *level = if outer { HeadingLevel::H2 } else { HeadingLevel::H3 };
        let slug = unused(&toc, kit::text::slugify(&title));
        *id = Some(CowStr::from(slug.clone()));
        if outer {
            toc.push((slug, title));
        }
        close(&mut events[i + 1..], if outer { HeadingLevel::H2 } else { HeadingLevel::H3 });
    }
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, events.into_iter());
    Rendered { html: CLEANER.clean(&out).to_string(), toc }
}

fn heading_text(after: &[Event<'_>]) -> String {
    let inside = after.iter().take_while(|e| !matches!(e, Event::End(TagEnd::Heading(_))));
    let text = inside.filter_map(|e| match e {
        Event::Text(t) | Event::Code(t) => Some(t.as_ref()),
        _ => None,
    });
    text.collect()
}

fn close(after: &mut [Event<'_>], level: HeadingLevel) {
    if let Some(Event::End(TagEnd::Heading(end))) =
        after.iter_mut().find(|e| matches!(e, Event::End(TagEnd::Heading(_))))
    {
        *end = level;
    }
}

/// Two headings of one name get different ids.
fn unused(toc: &[(String, String)], slug: String) -> String {
    let taken = |s: &str| toc.iter().any(|(id, _)| id == s);
    let mut free = slug.clone();
    let mut n = 2;
    while taken(&free) {
        free = format!("{slug}-{n}");
        n += 1;
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_get_ids_and_the_first_level_is_left_to_the_page() {
        let r = render("# Prix\n\ntexte\n\n## Prix\n\n### Détail\n");
        assert_eq!(r.toc, [("prix".into(), "Prix".into()), ("prix-2".into(), "Prix".into())]);
        assert!(r.html.contains(r#"<h2 id="prix">Prix</h2>"#), "{}", r.html);
        assert!(r.html.contains(r#"<h3 id="detail">Détail</h3>"#));
        assert!(!r.html.contains("<h1"));
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        let r = render(
            "a<script>alert(1)</script> [x](javascript:alert(1)) <b onclick=x style=y>b</b> ![p](https://t/x.png)",
        );
        for bad in ["<script", "javascript:", "onclick", "style", "<img"] {
            assert!(!r.html.contains(bad), "{bad} in {}", r.html);
        }
    }

    #[test]
    fn tables_are_tables() {
        assert!(render("| a | b |\n|---|---|\n| 1 | 2 |\n").html.contains("<table>"));
    }
}
