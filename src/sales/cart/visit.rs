//! Looking at the cart: its lines as they are sold now, and what changed since the last look.

use catalog::offers;
use kit::Lang;
use platform::App;
use sqlx::PgPool;

use super::model::{Change, Line};
use super::store;

/// The lines of a cart with their offers, in the order in which they were added. Two queries.
pub async fn lines(db: &PgPool, cart_id: i64, lang: Lang) -> sqlx::Result<Vec<Line>> {
    let mut conn = db.acquire().await?;
    lines_on(&mut conn, cart_id, lang).await
}

/// The same inside a transaction.
pub async fn lines_on(conn: &mut sqlx::PgConnection, cart_id: i64, lang: Lang) -> sqlx::Result<Vec<Line>> {
    let rows = store::list_lines(&mut *conn, cart_id).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = rows.iter().map(|r| r.variant_id).collect();
    let offers = offers::list_offers(conn, lang, &ids).await?;
    let line = |r: store::LineRow| {
        let offer = offers.iter().find(|o| o.variant_id == r.variant_id)?.clone();
        Some(Line { offer, quantity: r.quantity, seen_price_cents: r.seen_price_cents, held: r.held })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

/// A line as shown on the cart page, with what is new about it.
pub struct Shown {
    pub line: Line,
    pub changes: Vec<Change>,
}

/// Loads the cart for its page. What is told now is remembered, so that it is told once: quantities beyond the stock are
/// lowered, prices count as seen.
pub async fn visit(app: &App, cart_id: i64, lang: Lang) -> sqlx::Result<Vec<Shown>> {
    let mut shown: Vec<Shown> = lines(&app.db, cart_id, lang)
        .await?
        .into_iter()
        .map(|line| Shown { changes: line.changes(), line })
        .collect();
    let seen: Vec<(i64, i64)> = shown
        .iter()
        .filter(|s| s.line.offer.price_cents != s.line.seen_price_cents)
        .map(|s| (s.line.offer.variant_id, s.line.offer.price_cents))
        .collect();
    let mut lowered = Vec::new();
    for s in &mut shown {
        if let Some(Change::Lowered { to, .. }) =
            s.changes.iter().find(|c| matches!(c, Change::Lowered { .. }))
        {
            s.line.quantity = *to;
            lowered.push((s.line.offer.variant_id, *to));
        }
    }
    if !seen.is_empty() || !lowered.is_empty() {
        let mut tx = app.db.begin().await?;
        // A new price or quantity is a new cart: a review that is open in another tab must not be ordered unseen.
        if store::touch(&mut tx, cart_id).await? {
            store::set_seen(&mut tx, cart_id, &seen).await?;
            store::set_lines(&mut tx, cart_id, &[], &lowered).await?;
        }
        tx.commit().await?;
    }
    Ok(shown)
}
