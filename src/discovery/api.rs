//! `/api/v1/products/{id}/recommendations` and `/api/v1/ml/status`: the same answers for machines, as JSON.
//!
//! Errors are `{"error": {"code", "field", "message"}}`: the code is for programs, the message for people.

use std::time::Instant;

use kit::Lang;
use platform::web::{Ctx, Query, Result};
use poem::http::{HeaderValue, StatusCode, header};
use poem::web::Path;
use poem::{Response, handler};
use serde_json::{Value, json};

use crate::filter::first;
use crate::recommend::advise::{self, Limits, Reason};
use crate::status;

type Pairs = Vec<(String, String)>;

const K: usize = 10;
const MOST: usize = 50;
const VARIETY: f32 = 0.2;

fn answer(status: StatusCode, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
        .body(body.to_string())
}

/// What a caller did wrong, and where.
pub fn refuse(status: StatusCode, code: &str, field: Option<&str>, message: &str) -> Response {
    answer(status, &json!({ "error": { "code": code, "field": field, "message": message } }))
}

/// The language of `lang=`, French without.
fn lang_of(pairs: &Pairs) -> Option<Lang> {
    first(pairs, "lang").map_or(Some(Lang::Fr), |l| l.parse().ok())
}

#[handler]
pub async fn recommendations(ctx: Ctx, Path(id): Path<String>, Query(pairs): Query<Pairs>) -> Result {
    let bad = |field, message| Ok(refuse(StatusCode::UNPROCESSABLE_ENTITY, "invalid", Some(field), message));
    let Ok(id) = id.parse::<i64>() else { return bad("id", "must be the number of a product") };
    let Some(lang) = lang_of(&pairs) else { return bad("lang", "must be fr or en") };
    let k = match first(&pairs, "k").map_or(Ok(K), str::parse) {
        Ok(k) if (1..=MOST).contains(&k) => k,
        _ => return bad("k", "must be a whole number from 1 to 50"),
    };
    let variety = match first(&pairs, "diversity").map_or(Ok(VARIETY), str::parse::<f32>) {
        Ok(v) if (0.0..=1.0).contains(&v) => v,
        _ => return bad("diversity", "must be a number from 0 to 1"),
    };
    let shelf = crate::shelf::current(&ctx.app).await?;
    if shelf.index_of(id).is_none() {
        return Ok(refuse(
            StatusCode::NOT_FOUND,
            "not_found",
            Some("id"),
            "no product on sale has this number",
        ));
    }
    let start = Instant::now();
    let limits = Limits { k, variety, without: &ctx.visitor.cart_products };
    let advice = advise::for_product(&ctx.app, lang, id, limits).await?;
    let took = start.elapsed();
    let ids: Vec<i64> = advice.iter().map(|a| a.product_id).collect();
    let cards = catalog::list_cards(&ctx.app.db, lang, &ids).await?;
    let items: Vec<Value> = advice
        .iter()
        .filter_map(|a| {
            let card = cards.iter().find(|c| c.id == a.product_id)?;
            Some(json!({
                "id": card.id,
                "title": card.title,
                "url": ctx.app.absolute(&card.url(lang)),
                "price": { "amount_cents": card.price.now.as_cents(), "currency": "EUR" },
                "available": card.available > 0,
                "reason": reason(&a.reason),
            }))
        })
        .collect();
    let body = json!({
        "product_id": id, "k": k, "diversity": (f64::from(variety) * 1000.0).round() / 1000.0, "lang": lang.code(),
        "items": items, "lookup_us": took.as_micros() as u64,
    });
    Ok(answer(StatusCode::OK, &body))
}

fn reason(reason: &Reason) -> Value {
    let mut out = json!({ "code": reason.code() });
    if let Some(id) = reason.because_of() {
        out["because_of"] = json!(id);
    }
    if let Reason::Together { orders, lift } = reason {
        out["orders"] = json!(orders);
        out["lift"] = json!((f64::from(*lift) * 100.0).round() / 100.0);
    }
    out
}

/// Versions, figures and their age: nothing of them is about a person or a secret.
#[handler]
pub async fn ml_status(ctx: Ctx) -> Result {
    if ctx.visitor.staff.is_none() {
        return Ok(refuse(StatusCode::UNAUTHORIZED, "unauthorized", None, "sign in as staff"));
    }
    let artefacts: Vec<Value> = status::artefacts(&ctx.app).await.iter().map(artefact).collect();
    Ok(answer(StatusCode::OK, &json!({ "artefacts": artefacts })))
}

fn artefact(a: &status::Artefact) -> Value {
    let versions: Vec<Value> = a
        .versions
        .iter()
        .map(|v| {
            json!({
                "version": v.name, "built_at": v.built_at, "seconds": v.manifest.seconds, "bytes": v.bytes(),
                "counts": v.manifest.counts, "quality": v.manifest.quality, "algorithm": v.manifest.algorithm,
            })
        })
        .collect();
    json!({ "name": a.name, "current": a.current, "loaded": a.loaded, "versions": versions })
}
