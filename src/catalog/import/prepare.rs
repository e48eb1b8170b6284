//! From what a feed says to what the catalogue keeps: plain text, codes, JSON, one price for now. Pure, and done beside the
//! database work in a thread of its own.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kit::Lang;
use serde_json::{Value, json};

use crate::formats::Format;
use crate::formats::model::{FeedAttribute, FeedOption, FeedProduct, FeedVariant};
use crate::html;

/// A product as it will be compared with the shop and written.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub line: u64,
    pub external_id: String,
    pub title: String,
    /// Empty: the feed says nothing, what is there stays. The same holds for the fields below.
    pub description: String,
    pub bullets: Option<Value>,
    pub attributes: Option<Value>,
    /// Slug and name.
    pub brand: Option<(String, String)>,
    pub category: Vec<String>,
    /// `None` where the format does not say whether a product is shown: new ones are, others stay as they are.
    pub status: Option<&'static str>,
    pub options: Vec<Choice>,
    pub variants: Vec<Variant>,
    pub images: Vec<Image>,
}

/// An option with its values in the order of their first appearance.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub code: String,
    pub label_fr: String,
    pub label_en: String,
    pub values: Vec<ChoiceValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceValue {
    pub code: String,
    pub label: String,
}

#[derive(Clone, Debug)]
pub struct Variant {
    pub line: u64,
    pub external_id: String,
    pub sku: String,
    pub ean: Option<String>,
    pub price_cents: i64,
    pub compare_at_cents: Option<i64>,
    /// `None`: the feed does not count.
    pub stock: Option<i32>,
    pub weight_g: Option<i32>,
    /// Codes of its option values, one for each option.
    pub codes: Vec<String>,
    pub image: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Image {
    pub url: String,
    pub alt: String,
}

pub fn prepare(product: FeedProduct, format: Format, now: DateTime<Utc>) -> Prepared {
    let (options, codes) = choices(&product.options, &product.variants);
    let variants =
        product.variants.iter().zip(codes).map(|(variant, codes)| prepare_variant(variant, codes, now));
    let bullets: Vec<&String> = product.highlights.iter().collect();
    let brand = product.brand.filter(|name| name.chars().any(char::is_alphanumeric));
    Prepared {
        line: product.line,
        external_id: product.external_id,
        description: html::plain(&product.description),
        bullets: (!bullets.is_empty()).then(|| json!(bullets)),
        attributes: (!product.attributes.is_empty()).then(|| attributes(&product.attributes)),
        brand: brand.map(|name| (kit::text::slugify(&name), name)),
        category: product.category,
        status: match format {
            Format::Shopify => Some(if product.published { "active" } else { "draft" }),
            Format::Google | Format::GoogleXml => None,
        },
        options,
        variants: variants.collect(),
        images: product.images.into_iter().map(|image| Image { url: image.url, alt: image.alt }).collect(),
        title: product.title,
    }
}

fn prepare_variant(variant: &FeedVariant, codes: Vec<String>, now: DateTime<Utc>) -> Variant {
    let (price_cents, compare_at_cents) = variant.price_at(now);
    Variant {
        line: variant.line,
        external_id: variant.external_id.clone(),
        sku: variant.sku.clone().unwrap_or_else(|| variant.external_id.clone()),
        ean: variant.gtin.clone(),
        price_cents,
        compare_at_cents,
        stock: variant.quantity,
        weight_g: variant.weight_g,
        codes,
        image: variant.image.clone(),
    }
}

/// The options with their values, and for each variant the codes of its values. Values that differ but give the same code
/// (`A` and `A+`) get a number.
fn choices(options: &[FeedOption], variants: &[FeedVariant]) -> (Vec<Choice>, Vec<Vec<String>>) {
    let mut codes: Vec<Vec<String>> = vec![Vec::new(); variants.len()];
    let mut out = Vec::new();
    for (at, option) in options.iter().enumerate() {
        let mut values: Vec<ChoiceValue> = Vec::new();
        for (variant, codes) in variants.iter().zip(&mut codes) {
            let label = variant.values.get(at).map_or("–", String::as_str);
            let known = values.iter().find(|value| value.label.to_lowercase() == label.to_lowercase());
            let code = match known {
                Some(value) => value.code.clone(),
                None => {
                    let code = free(&kit::text::slugify(label), |code| {
                        values.iter().any(|value| value.code == code)
                    });
                    values.push(ChoiceValue { code: code.clone(), label: label.to_string() });
                    code
                }
            };
            codes.push(code);
        }
        let (label_fr, label_en) = (option.label_fr.clone(), option.label_en.clone());
        out.push(Choice { code: option.code.clone(), label_fr, label_en, values });
    }
    (out, codes)
}

/// `wish`, or `wish-2`, `wish-3` ... whichever is not taken.
pub fn free(wish: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wish) {
        return wish.to_string();
    }
    (2u32..).map(|n| format!("{wish}-{n}")).find(|code| !taken(code)).unwrap_or_default()
}

/// The shop's form of a specification table, each key once.
fn attributes(feed: &[FeedAttribute]) -> Value {
    let mut keys = HashSet::new();
    let mut out = Vec::new();
    for attribute in feed {
        let key = free(&kit::text::slugify(&attribute.label_en), |key| keys.contains(key));
        out.push(json!({
            "key": key,
            "fr_label": attribute.label_fr,
            "fr": attribute.value,
            "en_label": attribute.label_en,
            "en": attribute.value_en.as_ref().unwrap_or(&attribute.value),
        }));
        keys.insert(key);
    }
    Value::Array(out)
}

/// The colour of a swatch for the colours that everyone names alike, in French and English.
pub fn swatch(option: &str, label: &str) -> Option<&'static str> {
    const COLOURS: [(&str, &[&str]); 20] = [
        ("#1c1b1a", &["noir", "noire", "black"]),
        ("#ffffff", &["blanc", "blanche", "white"]),
        ("#8a8a86", &["gris", "grise", "gray", "grey"]),
        ("#c0392b", &["rouge", "red"]),
        ("#2a5db0", &["bleu", "bleue", "blue"]),
        ("#1d2a4d", &["marine", "bleu marine", "navy"]),
        ("#2f7d4f", &["vert", "verte", "green"]),
        ("#e8c22e", &["jaune", "yellow"]),
        ("#e67e22", &["orange"]),
        ("#e59ab4", &["rose", "pink"]),
        ("#7d4fa0", &["violet", "violette", "purple"]),
        ("#6f4a2f", &["marron", "brun", "brown"]),
        ("#d9c7a3", &["beige"]),
        ("#efe6d2", &["ecru", "ivoire", "ivory", "cream", "creme"]),
        ("#c9a227", &["or", "dore", "gold"]),
        ("#b8bcc0", &["argent", "argente", "silver"]),
        ("#40c4c4", &["turquoise"]),
        ("#7a1f35", &["bordeaux", "burgundy"]),
        ("#b5651d", &["camel", "cuivre", "copper"]),
        ("#5a6b3b", &["kaki", "khaki", "olive"]),
    ];
    let word = kit::text::fold(label);
    (option == "couleur").then_some(())?;
    COLOURS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(colour, _)| *colour)
}

/// The address of a product's page.
pub fn slug(title: &str) -> String {
    kit::text::slugify(title)
}

/// A category for products whose feed names none.
pub fn unsorted(lang: Lang) -> &'static str {
    lang.pick("Autres articles", "Other items")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_read_alike_share_a_code_and_others_never_do() {
        let option = FeedOption { code: "taille".into(), label_fr: "Taille".into(), label_en: "Size".into() };
        let variant = |value: &str| FeedVariant { values: vec![value.into()], ..FeedVariant::default() };
        let (options, codes) = choices(&[option], &[variant("A"), variant("A+"), variant("a"), variant("…")]);
        assert_eq!(codes, [["a"], ["a-2"], ["a"], ["article"]]);
        assert_eq!(options[0].values.len(), 3);
    }

    #[test]
    fn attributes_have_one_key_each_and_both_languages() {
        let one = FeedAttribute {
            label_fr: "État".into(),
            label_en: "Condition".into(),
            value: "Occasion".into(),
            value_en: Some("Used".into()),
            ..FeedAttribute::default()
        };
        let table = attributes(&[one.clone(), one]);
        assert_eq!(table[0]["key"], "condition");
        assert_eq!(table[1]["key"], "condition-2");
        assert_eq!((table[0]["fr"].as_str(), table[0]["en"].as_str()), (Some("Occasion"), Some("Used")));
    }

    #[test]
    fn only_colours_have_swatches() {
        assert_eq!(swatch("couleur", "Bleu Marine"), Some("#1d2a4d"));
        assert_eq!(swatch("taille", "Or"), None);
        assert_eq!(swatch("couleur", "Arc-en-ciel"), None);
    }
}
