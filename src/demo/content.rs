//! What the demo shop is made of: the TOML and Markdown files beside this one, built into the binary.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A text in both languages.
#[derive(Debug, Clone, Deserialize)]
pub struct Both {
    pub fr: String,
    pub en: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct CategoryText {
    pub slug: String,
    pub name: String,
    pub description: String,
}

/// A univers, or with `parent` one of its shelves. `emoji` names its object picture.
#[derive(Debug, Clone, Deserialize)]
pub struct Category {
    pub code: String,
    pub parent: Option<String>,
    pub position: i32,
    pub icon: String,
    pub emoji: String,
    pub fr: CategoryText,
    pub en: CategoryText,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Brand {
    pub slug: String,
    pub name: String,
}

/// Names of attributes, options and option values, shared by all products so that a facet has one name.
#[derive(Debug, Deserialize)]
pub struct Vocabulary {
    pub attributes: BTreeMap<String, Both>,
    pub options: BTreeMap<String, OptionWords>,
}

#[derive(Debug, Deserialize)]
pub struct OptionWords {
    pub fr: String,
    pub en: String,
    pub values: BTreeMap<String, ValueWords>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ValueWords {
    pub fr: String,
    pub en: String,
    pub swatch: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Product {
    pub code: String,
    pub brand: String,
    pub category: String,
    /// `products.tax_class`.
    pub tax: String,
    /// Names of photographs; empty when an object picture is used.
    #[serde(default)]
    pub photos: Vec<String>,
    /// Code point of an object picture.
    pub emoji: Option<String>,
    pub warranty_months: Option<i16>,
    /// Tenths: 81 is 8.1 / 10.
    pub repair_index: Option<i16>,
    #[serde(default)]
    pub ecotax_cents: i32,
    pub origin: Both,
    /// For how many days the product has been on sale.
    pub days_ago: i64,
    /// How often it is bought, 1 to 10.
    pub popularity: u32,
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    #[serde(default)]
    pub options: Vec<OptionChoice>,
    pub variants: Vec<Variant>,
    pub fr: ProductText,
    pub en: ProductText,
}

#[derive(Debug, Deserialize)]
pub struct Attribute {
    pub key: String,
    pub fr: String,
    pub en: String,
}

#[derive(Debug, Deserialize)]
pub struct OptionChoice {
    pub code: String,
    pub values: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Variant {
    pub sku: String,
    pub ean: String,
    /// One value code for each option of the product.
    #[serde(default)]
    pub values: Vec<String>,
    /// Cents, VAT included.
    pub price: i64,
    /// The price before the present reduction.
    pub compare_at: Option<i64>,
    /// What a shopper can buy after seeding.
    pub stock: i32,
    pub weight_g: i32,
}

#[derive(Debug, Deserialize)]
pub struct ProductText {
    pub title: String,
    pub description: String,
    pub bullets: Vec<String>,
}

/// A review text. `fits` names shelves or single products; none means all goods.
#[derive(Debug, Deserialize)]
pub struct ReviewText {
    #[serde(default, rename = "for")]
    pub fits: Vec<String>,
    pub rating: i16,
    pub lang: String,
    #[serde(default)]
    pub title: String,
    pub body: String,
}

/// Goods that people buy together.
#[derive(Debug, Deserialize)]
pub struct Affinity {
    pub goods: Vec<String>,
}

/// A legal or help page in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct PageText {
    pub title: String,
    pub slug: String,
    pub description: String,
    pub body: String,
}

#[derive(Debug)]
pub struct Page {
    pub code: &'static str,
    /// `pages.footer`.
    pub footer: &'static str,
    pub fr: PageText,
    pub en: PageText,
}

#[derive(Debug)]
pub struct Content {
    pub categories: Vec<Category>,
    pub brands: Vec<Brand>,
    pub vocabulary: Vocabulary,
    pub products: Vec<Product>,
    pub reviews: Vec<ReviewText>,
    pub affinities: Vec<Affinity>,
    pub pages: Vec<Page>,
}

macro_rules! product_files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("content/products/", $name, ".toml")))),+]
    };
}

const PRODUCT_FILES: [(&str, &str); 9] = product_files!(
    "cuisine",
    "maison",
    "high-tech",
    "beaute",
    "mode",
    "sport",
    "jardin",
    "jouets-livres",
    "epicerie",
);

macro_rules! page_files {
    ($(($code:literal, $footer:literal)),+ $(,)?) => {
        [$(($code, $footer,
            include_str!(concat!("content/pages/", $code, ".fr.md")),
            include_str!(concat!("content/pages/", $code, ".en.md")))),+]
    };
}

/// Code, column of the footer, French, English; in the order of the footer.
const PAGE_FILES: [(&str, &str, &str, &str); 10] = page_files!(
    ("aide", "help"),
    ("livraison", "help"),
    ("retours", "help"),
    ("a-propos", "company"),
    ("classement", "company"),
    ("accessibilite", "legal"),
    ("cgv", "legal"),
    ("mentions-legales", "legal"),
    ("confidentialite", "legal"),
    ("credits", "legal"),
);

#[derive(Deserialize)]
struct Categories {
    category: Vec<Category>,
}

#[derive(Deserialize)]
struct Brands {
    brand: Vec<Brand>,
}

#[derive(Deserialize)]
struct Products {
    product: Vec<Product>,
}

#[derive(Deserialize)]
struct Reviews {
    review: Vec<ReviewText>,
}

#[derive(Deserialize)]
struct Affinities {
    affinity: Vec<Affinity>,
}

/// Reads all of it; an error names the file.
pub fn load() -> anyhow::Result<Content> {
    let mut products = Vec::new();
    for (name, text) in PRODUCT_FILES {
        products.extend(parse::<Products>(name, text)?.product);
    }
    let mut pages = Vec::new();
    for (code, footer, fr, en) in PAGE_FILES {
        let read = |text| parse_page(text).with_context(|| format!("front matter of page {code}"));
        pages.push(Page { code, footer, fr: read(fr)?, en: read(en)? });
    }
    Ok(Content {
        categories: parse::<Categories>("categories", include_str!("content/categories.toml"))?.category,
        brands: parse::<Brands>("brands", include_str!("content/brands.toml"))?.brand,
        vocabulary: parse("vocabulary", include_str!("content/vocabulary.toml"))?,
        products,
        reviews: parse::<Reviews>("reviews", include_str!("content/reviews.toml"))?.review,
        affinities: parse::<Affinities>("affinities", include_str!("content/affinities.toml"))?.affinity,
        pages,
    })
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> anyhow::Result<T> {
    toml::from_str(text).with_context(|| format!("demo content {name}.toml"))
}

/// `---`, lines `key: value`, `---`, Markdown.
fn parse_page(text: &str) -> anyhow::Result<PageText> {
    let (head, body) = text
        .strip_prefix("---\n")
        .and_then(|t| t.split_once("\n---\n"))
        .context("a page begins with lines between two ---")?;
    let field = |name: &str| {
        head.lines()
            .find_map(|l| l.strip_prefix(name)?.strip_prefix(": "))
            .map(str::to_string)
            .with_context(|| format!("{name} is missing"))
    };
    Ok(PageText {
        title: field("title")?,
        slug: field("slug")?,
        description: field("description")?,
        body: body.trim().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    fn valid_ean(ean: &str) -> bool {
        let digits: Vec<u32> = ean.chars().filter_map(|c| c.to_digit(10)).collect();
        digits.len() == 13
            && digits.iter().zip([1, 3].iter().cycle()).map(|(d, w)| d * w).sum::<u32>() % 10 == 0
    }

    #[test]
    fn the_goods_are_complete_and_their_numbers_unique_and_valid() {
        let c = load().unwrap();
        let leaves: HashSet<_> =
            c.categories.iter().filter(|c| c.parent.is_some()).map(|c| c.code.as_str()).collect();
        let filled: HashSet<_> = c.products.iter().map(|p| p.category.as_str()).collect();
        assert!(c.products.len() >= 120 && leaves.len() >= 25, "{} products", c.products.len());
        assert_eq!(leaves, filled, "each shelf holds something, each product stands on a shelf");
        let variants: Vec<_> = c.products.iter().flat_map(|p| &p.variants).collect();
        let skus: HashSet<_> = variants.iter().map(|v| &v.sku).collect();
        let eans: HashSet<_> = variants.iter().map(|v| &v.ean).collect();
        assert_eq!((skus.len(), eans.len()), (variants.len(), variants.len()));
        for v in variants {
            assert!(v.ean.starts_with('2') && valid_ean(&v.ean), "{}", v.ean);
            assert!(v.compare_at.is_none_or(|c| c > v.price), "{}", v.sku);
        }
    }

    #[test]
    fn every_name_that_is_used_is_known() {
        let c = load().unwrap();
        let brands: HashSet<_> = c.brands.iter().map(|b| b.slug.as_str()).collect();
        let mut known: BTreeSet<&str> = c.products.iter().map(|p| p.code.as_str()).collect();
        for p in &c.products {
            assert!(brands.contains(p.brand.as_str()), "brand of {}", p.code);
            assert!(p.attributes.iter().all(|a| c.vocabulary.attributes.contains_key(&a.key)), "{}", p.code);
            assert!(p.photos.is_empty() == p.emoji.is_some(), "{} has one kind of picture", p.code);
            for v in &p.variants {
                assert_eq!(v.values.len(), p.options.len(), "{}", v.sku);
                for (value, option) in v.values.iter().zip(&p.options) {
                    assert!(option.values.contains(value), "{}", v.sku);
                    assert!(c.vocabulary.options[&option.code].values.contains_key(value), "{value}");
                }
            }
        }
        for a in &c.affinities {
            assert!(a.goods.iter().all(|g| known.contains(g.as_str())), "{:?}", a.goods);
        }
        known.extend(c.categories.iter().map(|c| c.code.as_str()));
        for r in &c.reviews {
            assert!(r.fits.iter().all(|f| known.contains(f.as_str())), "{:?}", r.fits);
        }
    }

    #[test]
    fn pages_have_a_head_and_a_body() {
        let page =
            parse_page("---\ntitle: Aide\nslug: aide\ndescription: Réponses : toutes.\n---\nBonjour.\n")
                .unwrap();
        assert_eq!(page.description, "Réponses : toutes.");
        assert_eq!(page.body, "Bonjour.");
        assert!(parse_page("sans tête").is_err());
    }
}
