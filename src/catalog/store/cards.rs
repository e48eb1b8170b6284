//! SQL of [`crate::cards`].

use kit::Lang;
use sqlx::PgExecutor;

use crate::model::{Card, NEW_DAYS, Picture, mean_tenths};
use crate::pricing::Price;

/// Texts, brand and picture by their keys; price and stock from the variants themselves.
pub async fn list_cards(db: impl PgExecutor<'_>, lang: Lang, ids: &[i64]) -> sqlx::Result<Vec<Card>> {
    let rows = sqlx::query!(
        r#"select p.id as "id!", t.slug as "slug!", t.title as "title!", t.lang as "text_lang!", coalesce(b.name, '') as "brand!",
               m.key as "key?", m.kind as "kind?", m.width as "width?", m.height as "height?",
               p.rating_sum as "rating_sum!", p.rating_count as "rating_count!",
               coalesce(p.published_at > now() - make_interval(days => $3), false) as "is_new!",
               v.n as "n!", v.ids[1] as "variant_id!", v.prices[1] as "price!", v.highest as "highest!",
               v.compare[1] as "compare_at?", v.lowest[1] as "lowest?", v.available as "available!"
           from unnest($2::bigint[]) with ordinality as w (id, n)
           join products p on p.id = w.id and p.status = 'active'
           join lateral (
               select x.slug, x.title, x.lang from product_texts x
               where x.product_id = p.id order by x.lang <> $1, x.lang desc limit 1
           ) t on true
           left join brands b on b.id = p.brand_id
           left join media m on m.id = p.image_id
           join lateral (
               select count(*) as n, max(a.price_cents) as highest,
                   coalesce(sum(greatest(s.on_hand - s.reserved, 0)), 0)::int as available,
                   array_agg(a.id order by a.price_cents, a.position) as ids,
                   array_agg(a.price_cents order by a.price_cents, a.position) as prices,
                   array_agg(a.compare_at_cents order by a.price_cents, a.position) as compare,
                   array_agg(a.lowest_before_cents order by a.price_cents, a.position) as lowest
               from variants a left join stock_levels s on s.variant_id = a.id
               where a.product_id = p.id and a.active
           ) v on v.n > 0
           order by w.n"#,
        lang.code(),
        ids,
        NEW_DAYS as i32
    )
    .fetch_all(db)
    .await?;
    let card = rows.into_iter().map(|r| Card {
        id: r.id,
        slug: r.slug,
        title: r.title,
        foreign: r.text_lang != lang.code(),
        brand: r.brand,
        price: Price::new(r.price, r.compare_at, r.lowest),
        varies: r.highest > r.price,
        variant: (r.n == 1).then_some(r.variant_id),
        available: r.available,
        picture: picture(r.key, r.kind, r.width, r.height),
        rating: mean_tenths(r.rating_sum.into(), r.rating_count.into()),
        reviews: r.rating_count.into(),
        is_new: r.is_new,
    });
    Ok(card.collect())
}

/// The columns of a joined `media` row, all there or none.
pub fn picture(
    key: Option<String>,
    kind: Option<String>,
    width: Option<i32>,
    height: Option<i32>,
) -> Option<Picture> {
    Some(Picture { key: key?, kind: kind?, width: width?, height: height? })
}
