//! Statements of [`crate::refresh`]: each works on a set of products.

use sqlx::PgConnection;

/// Taken before anything is read, in one order everywhere: what another transaction writes of these products (an order takes
/// stock) is either seen here or comes after.
pub async fn lock_products(tx: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query_scalar!("select id from products where id = any($1) order by id for no key update", ids)
        .fetch_all(tx)
        .await?;
    Ok(())
}

/// The lowest price of the 30 days before a reduction: it was asked in that window, or stood when the window began.
pub async fn set_lowest_prices(tx: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "update variants v set lowest_before_cents = n.lowest
         from (
             select r.id, case when r.compare_at_cents is null or r.reduced_since is null then null else (
                 select min(l.price_cents) from price_log l
                 where l.variant_id = r.id and l.valid_from < r.reduced_since and l.valid_from >= coalesce(
                     (select max(b.valid_from) from price_log b
                      where b.variant_id = r.id and b.valid_from <= r.reduced_since - interval '30 days'), '-infinity')
             ) end as lowest
             from variants r where r.product_id = any($1)
         ) n
         where v.id = n.id and v.lowest_before_cents is distinct from n.lowest",
        ids
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The crossed-out price shown is the lower of the two; none when it would not be above the price
/// ([`crate::pricing::reduction`] says the same).
pub async fn set_kept_columns(tx: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "update products p set
             price_cents = coalesce(v.price, 0),
             price_varies = coalesce(v.varies, false),
             compare_at_cents = v.was,
             available = least(coalesce(v.available, 0), 9999),
             rating_sum = coalesce(r.total, 0),
             rating_count = coalesce(r.n, 0),
             image_id = i.first,
             image_hover_id = i.second,
             updated_at = now()
         from unnest($1::bigint[]) as w (id)
         left join lateral (
             select min(a.price_cents) as price, min(a.price_cents) < max(a.price_cents) as varies,
                 sum(greatest(l.on_hand - l.reserved, 0)) as available,
                 (array_agg(case when least(a.compare_at_cents, a.lowest_before_cents) > a.price_cents
                     then least(a.compare_at_cents, a.lowest_before_cents) end order by a.price_cents, a.position))[1] as was
             from variants a left join stock_levels l on l.variant_id = a.id
             where a.product_id = w.id and a.active
         ) v on true
         left join lateral (
             select sum(rating) as total, count(*) as n from reviews where product_id = w.id and status = 'approved'
         ) r on true
         left join lateral (
             select (array_agg(media_id order by position, media_id))[1] as first,
                 (array_agg(media_id order by position, media_id))[2] as second
             from product_images where product_id = w.id
         ) i on true
         where p.id = w.id",
        ids
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A title, B brand and categories, C bullets, attributes and options, D description. Materialised, or each vector would
/// be computed twice: for the comparison and for the row.
pub async fn set_search_vectors(tx: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "with n as materialized (
             select t.product_id, t.lang,
                 setweight(to_tsvector(t.lang::regconfig, t.title), 'A')
                 || setweight(to_tsvector(t.lang::regconfig, concat_ws(' ', b.name, c.names)), 'B')
                 || setweight(to_tsvector(t.lang::regconfig, concat_ws(' ', u.bullets, a.attributes, o.options)), 'C')
                 || setweight(to_tsvector(t.lang::regconfig, left(t.description, 4000)), 'D') as search
             from product_texts t
             join products p on p.id = t.product_id
             join categories k on k.id = p.category_id
             left join brands b on b.id = p.brand_id
             left join lateral (
                 select string_agg(coalesce(mine.name, fr.name), ' ') as names
                 from categories g
                 left join category_texts mine on mine.category_id = g.id and mine.lang = t.lang
                 left join category_texts fr on fr.category_id = g.id and fr.lang = 'fr'
                 where g.id in (k.id, k.parent_id)
             ) c on true
             left join lateral (
                 select string_agg(e, ' ') as bullets from jsonb_array_elements_text(t.bullets) e
             ) u on true
             left join lateral (
                 select string_agg(concat_ws(' ', e ->> (t.lang || '_label'), e ->> t.lang), ' ') as attributes
                 from jsonb_array_elements(p.attributes) e
             ) a on true
             left join lateral (
                 select string_agg(case t.lang when 'fr' then v.label_fr else v.label_en end, ' ') as options
                 from product_options q join option_values v on v.option_id = q.id where q.product_id = p.id
             ) o on true
             where t.product_id = any($1)
         )
         update product_texts x set search = n.search from n
         where x.product_id = n.product_id and x.lang = n.lang and x.search is distinct from n.search",
        ids
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// New words only, in one order everywhere, so that two transactions never wait for each other in a circle.
pub async fn insert_search_words(tx: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into search_words (lang, word)
         select distinct t.lang, w.word
         from product_texts t
         join products p on p.id = t.product_id
         left join brands b on b.id = p.brand_id
         cross join lateral regexp_split_to_table(fold(concat_ws(' ', t.title, b.name)), '[^a-z0-9]+') as w (word)
         where t.product_id = any($1) and length(w.word) between 3 and 30 and w.word !~ '[0-9]'
         order by 1, 2
         on conflict do nothing",
        ids
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Units sold in 30 days, cancelled orders left out; says how many products changed. A report over the tables of sales, and
/// no change of the product itself: `updated_at` stays.
pub async fn set_sales(tx: &mut PgConnection) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "with sold as (
             select l.product_id, sum(l.quantity)::int as n
             from order_lines l join orders o on o.id = l.order_id
             where o.placed_at > now() - interval '30 days' and o.order_state <> 'cancelled'
             group by 1
         ), stale as (
             select p.id, coalesce(s.n, 0) as n from products p left join sold s on s.product_id = p.id
             where p.sales_30d <> coalesce(s.n, 0)
             order by p.id for no key update of p
         )
         update products p set sales_30d = stale.n from stale where p.id = stale.id"
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}
