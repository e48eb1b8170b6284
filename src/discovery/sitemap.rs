//! `sitemap.xml`: every page for search engines, in both languages, split when there are many.

use std::fmt::Write;

use catalog::tree::Tree;
use chrono::{DateTime, Utc};
use kit::{Lang, dates, urls};
use platform::App;

use crate::store::sitemap as store;

/// Products of one file; each gives two addresses in about 800 bytes, so that a file stays near 2 MB.
pub const PER_FILE: i64 = 2_500;

/// The whole sitemap, or the index of its parts.
pub async fn root(app: &App, tree: &Tree) -> sqlx::Result<String> {
    let products = store::count_products(&app.db).await?;
    if products <= PER_FILE {
        let mut out = open();
        out.push_str(&pages(app, tree).await?);
        out.push_str(&list(app, 0).await?);
        out.push_str("</urlset>\n");
        return Ok(out);
    }
    let parts = (products as u64).div_ceil(PER_FILE as u64);
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for part in std::iter::once("pages".to_string()).chain((1..=parts).map(|n| n.to_string())) {
        let _ = writeln!(out, "<sitemap><loc>{}</loc></sitemap>", app.absolute(&part_url(&part)));
    }
    out.push_str("</sitemapindex>\n");
    Ok(out)
}

/// The address of a part of the index.
pub fn part_url(part: &str) -> String {
    format!("/sitemap/{part}.xml")
}

/// One part: `pages.xml`, `1.xml`, `2.xml` ... `None` beyond the last.
pub async fn part(app: &App, tree: &Tree, name: &str) -> sqlx::Result<Option<String>> {
    let Some(name) = name.strip_suffix(".xml") else { return Ok(None) };
    let entries = if name == "pages" {
        pages(app, tree).await?
    } else {
        let Some(n) = name.parse::<i64>().ok().filter(|n| (1..=10_000).contains(n)) else { return Ok(None) };
        list(app, (n - 1) * PER_FILE).await?
    };
    Ok((!entries.is_empty()).then(|| format!("{}{entries}</urlset>\n", open())))
}

fn open() -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n"
        .into()
}

/// Home, departments, deals, news, categories, texts.
async fn pages(app: &App, tree: &Tree) -> sqlx::Result<String> {
    let mut out = String::new();
    for page in [urls::home, urls::all_categories, urls::deals, urls::new_products, urls::credits] {
        entry(app, &mut out, |l| page(l).to_string(), None);
    }
    let mut nodes: Vec<_> = tree.iter().filter(|n| n.products > 0).collect();
    nodes.sort_by_key(|n| n.id);
    for node in nodes {
        entry(app, &mut out, |l| node.url(l), None);
    }
    for page in store::list_pages(&app.db).await? {
        entry(app, &mut out, |l| urls::page(l, l.pick(&page.slug_fr, &page.slug_en)), Some(page.updated_at));
    }
    Ok(out)
}

async fn list(app: &App, offset: i64) -> sqlx::Result<String> {
    let products = store::list_products(&app.db, PER_FILE, offset).await?;
    let mut out = String::with_capacity(products.len() * 600);
    for p in products {
        entry(app, &mut out, |l| urls::product(l, l.pick(&p.slug_fr, &p.slug_en)), Some(p.updated_at));
    }
    Ok(out)
}

/// Both addresses of a page, each naming the other. Slugs are plain ASCII, so nothing needs escaping.
fn entry(app: &App, out: &mut String, url: impl Fn(Lang) -> String, changed: Option<DateTime<Utc>>) {
    let [fr, en] = Lang::ALL.map(|l| app.absolute(&url(l)));
    for loc in [&fr, &en] {
        let _ = write!(out, "<url><loc>{loc}</loc>");
        if let Some(at) = changed {
            let _ = write!(out, "<lastmod>{}</lastmod>", dates::iso(at));
        }
        let _ = writeln!(
            out,
            "<xhtml:link rel=\"alternate\" hreflang=\"fr\" href=\"{fr}\"/><xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"{en}\"/></url>"
        );
    }
}

/// What crawlers leave alone: personal pages, and lists with filters, of which there are endlessly many.
pub fn robots(app: &App) -> String {
    let mut out = String::from("User-agent: *\n");
    for lang in Lang::ALL {
        for page in [urls::cart, urls::checkout, urls::account, urls::tracking, urls::search] {
            let _ = writeln!(out, "Disallow: {}", page(lang));
        }
    }
    out.push_str("Disallow: /admin/\nDisallow: /*?*tri=\nDisallow: /*?*marque=\nDisallow: /*?*prix_\n\n");
    let _ = writeln!(out, "Sitemap: {}", app.absolute("/sitemap.xml"));
    out
}
