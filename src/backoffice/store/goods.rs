//! Stock as staff see it: levels by variant, what runs low.

use sqlx::{PgExecutor, PgPool};

/// One variant with its level.
#[derive(Clone, Debug)]
pub struct StockRow {
    pub variant_id: i64,
    pub product_id: i64,
    pub sku: String,
    pub title: String,
    pub options: String,
    pub on_hand: i32,
    pub reserved: i32,
    pub low_at: i32,
}

impl StockRow {
    pub fn available(&self) -> i32 {
        self.on_hand - self.reserved
    }
}

/// Variants of products on sale that are at or below their alert.
pub async fn count_low(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from stock_levels s
           join variants v on v.id = s.variant_id and v.active
           join products p on p.id = v.product_id and p.status = 'active'
           where s.on_hand - s.reserved <= s.low_at"#
    )
    .fetch_one(db)
    .await
}

/// Variants with their levels; `only` is `low`, `out` or empty. With how many there are.
pub async fn list_stock(
    db: &PgPool,
    words: &str,
    only: &str,
    limit: i64,
    offset: i64,
) -> sqlx::Result<(Vec<StockRow>, i64)> {
    let words = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows = sqlx::query!(
        r#"with hit as (
             select v.id, v.product_id, v.sku, v.value_ids, v.position, t.title, s.on_hand, s.reserved, s.low_at,
                    count(*) over () as total
             from variants v
             join products p on p.id = v.product_id and p.status <> 'archived'
             join product_texts t on t.product_id = v.product_id and t.lang = 'fr'
             join stock_levels s on s.variant_id = v.id
             where v.active
               and ($1::text = '' or fold(t.title) like fold('%' || $1 || '%') or v.sku ilike '%' || $1 || '%')
               and case $2::text when 'low' then s.on_hand - s.reserved <= s.low_at and s.on_hand > s.reserved
                                 when 'out' then s.on_hand <= s.reserved else true end
             order by t.title, v.product_id, v.position, v.id
             limit $3 offset $4)
           select h.id as variant_id, h.product_id, h.sku, h.title, h.on_hand, h.reserved, h.low_at, h.total as "total!",
                  coalesce((select string_agg(o.label_fr, ', ' order by array_position(h.value_ids, o.id))
                            from option_values o where o.id = any(h.value_ids)), '') as "options!"
           from hit h order by h.title, h.product_id, h.position, h.id"#,
        words,
        only,
        limit,
        offset
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |r| r.total);
    let rows = rows
        .into_iter()
        .map(|r| StockRow {
            variant_id: r.variant_id,
            product_id: r.product_id,
            sku: r.sku,
            title: r.title,
            options: r.options,
            on_hand: r.on_hand,
            reserved: r.reserved,
            low_at: r.low_at,
        })
        .collect();
    Ok((rows, total))
}

pub async fn find_product_of(db: impl PgExecutor<'_>, variant_id: i64) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select product_id from variants where id = $1", variant_id).fetch_optional(db).await
}
