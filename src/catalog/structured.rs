//! A product for search engines: schema.org Product with its offer and rating.

use kit::{Lang, money};
use platform::App;
use serde_json::{Value, json};

use crate::model::{Product, Variant};

/// At most this many reviews go along.
const REVIEWS: usize = 3;

/// The product with the variant shown as its offer.
pub fn product(app: &App, lang: Lang, product: &Product, chosen: &Variant) -> Value {
    let url = app.absolute(&product.url(lang));
    let images: Vec<String> = product.shots.iter().map(|s| app.absolute(&s.picture.url(1024))).collect();
    let availability = if chosen.available > 0 { "InStock" } else { "OutOfStock" };
    let mut out = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.title,
        "description": kit::text::shorten(&product.description, 500),
        "sku": chosen.sku,
        "url": url,
        "image": images,
        "offers": {
            "@type": "Offer",
            "url": url,
            "price": chosen.price.now.decimal(),
            "priceCurrency": money::CURRENCY,
            "availability": format!("https://schema.org/{availability}"),
            "itemCondition": "https://schema.org/NewCondition",
        },
    });
    if let Some((_, brand)) = &product.brand {
        out["brand"] = json!({"@type": "Brand", "name": brand});
    }
    if let Some(ean) = chosen.ean.as_ref().filter(|e| matches!(e.len(), 8 | 12 | 13 | 14)) {
        out["gtin"] = json!(ean);
    }
    if product.rating_count > 0 {
        out["aggregateRating"] = json!({
            "@type": "AggregateRating",
            "ratingValue": format!("{:.1}", product.rating_sum as f64 / product.rating_count as f64),
            "reviewCount": product.rating_count,
            "bestRating": 5,
        });
        out["review"] = product.reviews.iter().take(REVIEWS).map(review).collect();
    }
    out
}

fn review(r: &crate::model::Review) -> Value {
    json!({
        "@type": "Review",
        "author": {"@type": "Person", "name": r.author},
        "datePublished": r.at.date_naive().to_string(),
        "reviewBody": r.body,
        "reviewRating": {"@type": "Rating", "ratingValue": r.rating, "bestRating": 5},
    })
}
