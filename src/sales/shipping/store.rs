//! SQL of delivery methods and prices.

use kit::{Lang, Money};
use sqlx::PgExecutor;

use super::model::{Method, Rate};

/// The price list of active methods in the order in which it is to be read.
pub async fn list_rates(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<Rate>> {
    let rows = sqlx::query!(
        "select m.code, m.name_fr, m.name_en, m.promise_fr, m.promise_en, m.min_days, m.max_days,
                r.countries, r.max_weight_g, r.price_cents, r.free_from_cents
           from shipping_methods m join shipping_rates r on r.method_code = m.code
          where m.active order by m.position, m.code, r.max_weight_g, r.id"
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Rate {
            method: Method {
                code: r.code,
                name: lang.pick(r.name_fr, r.name_en),
                promise: lang.pick(r.promise_fr, r.promise_en),
                min_days: r.min_days,
                max_days: r.max_days,
            },
            countries: r.countries,
            max_weight_g: r.max_weight_g,
            price: Money::cents(r.price_cents),
            free_from: r.free_from_cents.map(Money::cents),
        })
        .collect())
}

/// All methods, also those that are no longer offered: orders keep their code.
pub async fn list_methods(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<Method>> {
    let rows = sqlx::query!(
        "select code, name_fr, name_en, promise_fr, promise_en, min_days, max_days from shipping_methods order by position"
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Method {
            code: r.code,
            name: lang.pick(r.name_fr, r.name_en),
            promise: lang.pick(r.promise_fr, r.promise_en),
            min_days: r.min_days,
            max_days: r.max_days,
        })
        .collect())
}
