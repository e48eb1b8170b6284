//! SQL of [`crate::offers`]: variants with what is needed to sell them.

use std::collections::HashMap;

use kit::Lang;
use sqlx::PgExecutor;

use crate::offers::Offer;

/// The offers of these variants in the order of their ids; unknown ids are left out. One query.
///
/// The array hides behind a sub-select so that the planner guesses the same for every array and keeps one plan: planning seven
/// tables anew each time cost eight times what running it does.
pub async fn list_offers(
    db: impl PgExecutor<'_>,
    lang: Lang,
    variant_ids: &[i64],
) -> sqlx::Result<Vec<Offer>> {
    sqlx::query_as!(
        Offer,
        r#"select v.id as variant_id, v.product_id, v.sku,
                  coalesce(case when $2 = 'en' then en.title end, fr.title, en.title, v.sku) as "title!",
                  coalesce((select string_agg(case when $2 = 'en' then o.label_en || ': ' || ov.label_en
                                                   else o.label_fr || U&'\00a0: ' || ov.label_fr end,
                                              ', ' order by o.position)
                              from option_values ov join product_options o on o.id = ov.option_id
                             where ov.id = any(v.value_ids)), '') as "options!",
                  coalesce(fr.slug, en.slug, '') as "slug_fr!",
                  coalesce(en.slug, fr.slug, '') as "slug_en!",
                  v.price_cents, v.compare_at_cents,
                  greatest(coalesce(s.on_hand - s.reserved, 0), 0) as "available!",
                  coalesce(m.key, '') as "image_key!",
                  coalesce(m.kind, 'webp') as "image_kind!",
                  p.tax_class, v.weight_g, p.ecotax_cents,
                  (v.active and p.status = 'active') as "sellable!"
             from variants v
             join products p on p.id = v.product_id
             left join product_texts fr on fr.product_id = p.id and fr.lang = 'fr'
             left join product_texts en on en.product_id = p.id and en.lang = 'en'
             left join stock_levels s on s.variant_id = v.id
             left join media m on m.id = coalesce(v.image_id, p.image_id)
            where v.id = any((select $1::bigint[])::bigint[])
            order by v.id"#,
        variant_ids,
        lang.code()
    )
    .fetch_all(db)
    .await
}

/// VAT in basis points per class for one country, as of today.
pub async fn tax_rates(db: impl PgExecutor<'_>, country: &str) -> sqlx::Result<HashMap<String, i32>> {
    let rows = sqlx::query!(
        "select distinct on (tax_class) tax_class, rate_bp from tax_rates
          where country = $1 and valid_from <= current_date order by tax_class, valid_from desc",
        country
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.tax_class, r.rate_bp)).collect())
}
