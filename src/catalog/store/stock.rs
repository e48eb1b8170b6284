//! SQL of [`crate::stock`]. Each change of a level is one conditional statement over rows locked in id order.

use std::collections::BTreeMap;

use sqlx::{PgConnection, PgExecutor};

use crate::stock::Holder;

/// A row of `stock_levels`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    pub on_hand: i32,
    pub reserved: i32,
    pub low_at: i32,
}

impl Level {
    pub const fn available(self) -> i32 {
        self.on_hand - self.reserved
    }
}

/// A line of the ledger.
#[derive(Debug, Clone)]
pub struct Movement {
    pub id: i64,
    pub delta: i32,
    pub reason: String,
    pub order_id: Option<i64>,
    pub actor: String,
    pub note: String,
    pub at: chrono::DateTime<chrono::Utc>,
}

fn unzip(moves: &[(i64, i32)]) -> (Vec<i64>, Vec<i32>) {
    moves.iter().copied().unzip()
}

/// Adds each number to `reserved` where that many are free; says which variants were moved. Negative numbers give back.
pub async fn shift_reserved(tx: &mut PgConnection, moves: &[(i64, i32)]) -> sqlx::Result<Vec<i64>> {
    let (ids, deltas) = unzip(moves);
    sqlx::query_scalar!(
        r#"with wanted as (select * from unnest($1::bigint[], $2::int[]) as w(variant_id, n)),
                locked as materialized (select s.variant_id from stock_levels s join wanted w using (variant_id)
                                         order by s.variant_id for no key update of s)
           update stock_levels s set reserved = s.reserved + w.n, updated_at = now()
             from wanted w join locked l using (variant_id)
            where s.variant_id = w.variant_id and s.on_hand - s.reserved >= w.n
        returning s.variant_id"#,
        &ids,
        &deltas
    )
    .fetch_all(tx)
    .await
}

/// Adds each number to `on_hand` where it does not fall below what is reserved; says which variants were moved.
pub async fn shift_on_hand(tx: &mut PgConnection, moves: &[(i64, i32)]) -> sqlx::Result<Vec<i64>> {
    let (ids, deltas) = unzip(moves);
    sqlx::query_scalar!(
        r#"with wanted as (select * from unnest($1::bigint[], $2::int[]) as w(variant_id, n)),
                locked as materialized (select s.variant_id from stock_levels s join wanted w using (variant_id)
                                         order by s.variant_id for no key update of s)
           update stock_levels s set on_hand = s.on_hand + w.n, updated_at = now()
             from wanted w join locked l using (variant_id)
            where s.variant_id = w.variant_id and s.on_hand + w.n >= s.reserved
        returning s.variant_id"#,
        &ids,
        &deltas
    )
    .fetch_all(tx)
    .await
}

/// Reserved goods leave: both numbers fall. The CHECKs refuse what was never reserved.
pub async fn ship(tx: &mut PgConnection, goods: &[(i64, i32)]) -> sqlx::Result<()> {
    let (ids, ns) = unzip(goods);
    sqlx::query!(
        r#"with gone as (select * from unnest($1::bigint[], $2::int[]) as w(variant_id, n)),
                locked as materialized (select s.variant_id from stock_levels s join gone w using (variant_id)
                                         order by s.variant_id for no key update of s)
           update stock_levels s set on_hand = s.on_hand - g.n, reserved = s.reserved - g.n, updated_at = now()
             from gone g join locked l using (variant_id) where s.variant_id = g.variant_id"#,
        &ids,
        &ns
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn insert_movements(
    tx: &mut PgConnection,
    moves: &[(i64, i32)],
    reason: &str,
    order_id: Option<i64>,
    actor: &str,
    note: &str,
) -> sqlx::Result<()> {
    let (ids, deltas) = unzip(moves);
    sqlx::query!(
        "insert into stock_movements (variant_id, delta, reason, order_id, actor, note)
         select variant_id, delta, $3, $4, $5, $6 from unnest($1::bigint[], $2::int[]) as m(variant_id, delta)",
        &ids,
        &deltas,
        reason,
        order_id,
        actor,
        note
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What a cart or an order holds, by variant.
pub async fn held(tx: &mut PgConnection, holder: Holder) -> sqlx::Result<BTreeMap<i64, i32>> {
    let (cart, order) = ids_of(holder);
    let rows = sqlx::query!(
        "select variant_id, quantity from reservations where cart_id = $1 or order_id = $2",
        cart,
        order
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.variant_id, r.quantity)).collect())
}

fn ids_of(holder: Holder) -> (Option<i64>, Option<i64>) {
    match holder {
        Holder::Cart(id) => (Some(id), None),
        Holder::Order(id) => (None, Some(id)),
    }
}

/// The cart's reservations become exactly these, all with a new expiry in database time.
pub async fn set_cart_reservations(
    tx: &mut PgConnection,
    cart_id: i64,
    goods: &[(i64, i32)],
    minutes: i32,
) -> sqlx::Result<()> {
    let (ids, ns) = unzip(goods);
    sqlx::query!(
        r#"with gone as (delete from reservations where cart_id = $1 and variant_id <> all($2::bigint[]))
           insert into reservations (cart_id, variant_id, quantity, expires_at)
           select $1, variant_id, n, clock_timestamp() + make_interval(mins => $4)
             from unnest($2::bigint[], $3::int[]) as w(variant_id, n)
           on conflict (cart_id, variant_id) do update set quantity = excluded.quantity, expires_at = excluded.expires_at"#,
        cart_id,
        &ids,
        &ns,
        minutes
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The reservations of a cart become the order's as they are. They no longer expire: the order's end gives them back.
pub async fn hand_to_order(tx: &mut PgConnection, cart_id: i64, order_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update reservations set cart_id = null, order_id = $2, expires_at = null where cart_id = $1",
        cart_id,
        order_id
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Reservations for an order in place of what its cart held.
pub async fn insert_order_reservations(
    tx: &mut PgConnection,
    cart_id: i64,
    order_id: i64,
    goods: &[(i64, i32)],
) -> sqlx::Result<()> {
    let (ids, ns) = unzip(goods);
    sqlx::query!(
        "with gone as (delete from reservations where cart_id = $1)
         insert into reservations (order_id, variant_id, quantity)
         select $2, variant_id, n from unnest($3::bigint[], $4::int[]) as w(variant_id, n)",
        cart_id,
        order_id,
        &ids,
        &ns
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn delete_reservations(tx: &mut PgConnection, holder: Holder) -> sqlx::Result<()> {
    let (cart, order) = ids_of(holder);
    sqlx::query!("delete from reservations where cart_id = $1 or order_id = $2", cart, order)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn list_expired_carts(tx: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select distinct cart_id as "cart_id!" from reservations
            where expires_at < clock_timestamp() and cart_id is not null order by 1 limit $1"#,
        limit
    )
    .fetch_all(tx)
    .await
}

pub async fn is_expired(tx: &mut PgConnection, cart_id: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from reservations where cart_id = $1 and expires_at < clock_timestamp()) as "is!""#,
        cart_id
    )
    .fetch_one(tx)
    .await
}

/// A level for a variant that has none yet.
pub async fn ensure_level(tx: &mut PgConnection, variant_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into stock_levels (variant_id) select id from variants where id = $1 on conflict do nothing",
        variant_id
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn get_level(db: impl PgExecutor<'_>, variant_id: i64) -> sqlx::Result<Level> {
    sqlx::query_as!(
        Level,
        "select on_hand, reserved, low_at from stock_levels where variant_id = $1",
        variant_id
    )
    .fetch_one(db)
    .await
}

pub async fn lock_level(tx: &mut PgConnection, variant_id: i64) -> sqlx::Result<Level> {
    sqlx::query_as!(
        Level,
        "select on_hand, reserved, low_at from stock_levels where variant_id = $1 for no key update",
        variant_id
    )
    .fetch_one(tx)
    .await
}

/// What is free of each variant; a variant without a level has 0.
pub async fn available(db: impl PgExecutor<'_>, variant_ids: &[i64]) -> sqlx::Result<BTreeMap<i64, i32>> {
    let rows = sqlx::query!(
        r#"select w.id as "id!", greatest(coalesce(s.on_hand - s.reserved, 0), 0) as "n!"
             from unnest($1::bigint[]) as w(id) left join stock_levels s on s.variant_id = w.id"#,
        variant_ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.n)).collect())
}

pub async fn lock_products_of(tx: &mut PgConnection, variant_ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select id from products where id in (select product_id from variants where id = any((select $1::bigint[])::bigint[]))
          order by id for no key update",
        variant_ids
    )
    .fetch_all(tx)
    .await
}

pub async fn update_available(tx: &mut PgConnection, product_ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "update products p set available = x.n
           from (select v.product_id, least(coalesce(sum(s.on_hand - s.reserved) filter (where v.active), 0), 9999)::int as n
                   from variants v left join stock_levels s on s.variant_id = v.id
                  where v.product_id = any((select $1::bigint[])::bigint[]) group by v.product_id) x
          where p.id = x.product_id and p.available <> x.n",
        product_ids
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The ledger of a variant, newest first.
pub async fn list_movements(
    db: impl PgExecutor<'_>,
    variant_id: i64,
    limit: i64,
) -> sqlx::Result<Vec<Movement>> {
    sqlx::query_as!(
        Movement,
        "select id, delta, reason, order_id, actor, note, at from stock_movements
          where variant_id = $1 order by id desc limit $2",
        variant_id,
        limit
    )
    .fetch_all(db)
    .await
}

/// Faults against the invariants: (reserved differs from its reservations, on hand differs from its movements).
pub async fn count_drift(db: impl PgExecutor<'_>) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select
             (select count(*) from stock_levels s
               left join (select variant_id, sum(quantity) n from reservations group by 1) r using (variant_id)
              where s.reserved <> coalesce(r.n, 0)) as "reserved!",
             (select count(*) from stock_levels s
               left join (select variant_id, sum(delta) n from stock_movements group by 1) m using (variant_id)
              where s.on_hand <> coalesce(m.n, 0)) as "on_hand!""#
    )
    .fetch_one(db)
    .await?;
    Ok((row.reserved, row.on_hand))
}
