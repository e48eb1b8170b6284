//! SQL of carts and their lines.

use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// An open cart with its number of articles.
#[derive(Debug)]
pub struct Found {
    pub id: i64,
    pub token: Uuid,
    pub user_id: Option<i64>,
    pub count: i64,
    /// Different products in it.
    pub products: Vec<i64>,
}

/// The open carts of a cookie or a customer: at most one each. Two index look-ups.
pub async fn find_open(
    db: impl PgExecutor<'_>,
    token: Option<Uuid>,
    user_id: Option<i64>,
) -> sqlx::Result<Vec<Found>> {
    sqlx::query_as!(
        Found,
        r#"select c.id, c.token, c.user_id,
                  coalesce((select sum(l.quantity) from cart_lines l where l.cart_id = c.id), 0) as "count!",
                  array(select distinct v.product_id from cart_lines l join variants v on v.id = l.variant_id
                        where l.cart_id = c.id) as "products!"
             from carts c where (c.token = $1 or c.user_id = $2) and c.completed_at is null"#,
        token,
        user_id
    )
    .fetch_all(db)
    .await
}

/// A new cart; `None` when the customer has an open one already.
pub async fn insert_cart(
    db: impl PgExecutor<'_>,
    token: Uuid,
    user_id: Option<i64>,
    lang: &str,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into carts (token, user_id, lang) values ($1, $2, $3) on conflict do nothing returning id",
        token,
        user_id,
        lang
    )
    .fetch_optional(db)
    .await
}

/// What adding came to.
#[derive(Debug)]
pub struct AddedRow {
    /// The cart was still open.
    pub open: bool,
    /// How many this cart can have.
    pub cap: i32,
    /// Units of this article before and after; none after when nothing was added.
    pub before: i32,
    pub quantity: Option<i32>,
}

/// Adds to a line, at most what is free plus what the cart holds. Raises the version. One statement, so one transaction.
pub async fn add_line(
    db: impl PgExecutor<'_>,
    cart_id: i64,
    variant_id: i64,
    quantity: i32,
    free: i32,
    price_cents: i64,
    max_lines: i64,
) -> sqlx::Result<AddedRow> {
    sqlx::query_as!(
        AddedRow,
        r#"with c as (update carts set version = version + 1, updated_at = now()
                       where id = $1 and completed_at is null returning id),
                cap as (select least(999, $4 + coalesce((select quantity from reservations
                                                          where cart_id = $1 and variant_id = $2), 0)) as n),
                l as (insert into cart_lines (cart_id, variant_id, quantity, seen_price_cents)
                      select c.id, $2, least($3::int, cap.n), $5 from c, cap
                       where cap.n > 0
                         and (select count(*) from cart_lines where cart_id = $1 and variant_id <> $2) < $6
                      on conflict (cart_id, variant_id) do update
                         set quantity = least(cart_lines.quantity + $3, (select n from cap)),
                             seen_price_cents = excluded.seen_price_cents
                      returning quantity)
           select exists (select from c) as "open!", (select n from cap) as "cap!",
                  coalesce((select quantity from cart_lines where cart_id = $1 and variant_id = $2), 0) as "before!",
                  (select quantity from l) as quantity"#,
        cart_id,
        variant_id,
        quantity,
        free,
        price_cents,
        max_lines
    )
    .fetch_one(db)
    .await
}

/// A line without its offer.
#[derive(Debug)]
pub struct LineRow {
    pub variant_id: i64,
    pub quantity: i32,
    pub seen_price_cents: i64,
    pub held: i32,
}

/// The lines of a cart in the order in which they were added.
pub async fn list_lines(db: impl PgExecutor<'_>, cart_id: i64) -> sqlx::Result<Vec<LineRow>> {
    sqlx::query_as!(
        LineRow,
        r#"select l.variant_id, l.quantity, l.seen_price_cents, coalesce(r.quantity, 0) as "held!"
             from cart_lines l left join reservations r on r.cart_id = l.cart_id and r.variant_id = l.variant_id
            where l.cart_id = $1 order by l.added_at, l.variant_id"#,
        cart_id
    )
    .fetch_all(db)
    .await
}

/// Locks an open cart and raises its version; false when it was ordered meanwhile.
pub async fn touch(tx: &mut PgConnection, cart_id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update carts set version = version + 1, updated_at = now() where id = $1 and completed_at is null",
        cart_id
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Locks a cart in whatever state; false when it is gone or somebody else works on it right now.
pub async fn lock_any(tx: &mut PgConnection, cart_id: i64) -> sqlx::Result<bool> {
    let id = sqlx::query_scalar!("select id from carts where id = $1 for no key update skip locked", cart_id)
        .fetch_optional(tx)
        .await?;
    Ok(id.is_some())
}

/// Takes lines out and sets quantities of others.
pub async fn set_lines(
    tx: &mut PgConnection,
    cart_id: i64,
    gone: &[i64],
    quantities: &[(i64, i32)],
) -> sqlx::Result<()> {
    let (ids, ns): (Vec<i64>, Vec<i32>) = quantities.iter().copied().unzip();
    sqlx::query!(
        "with gone as (delete from cart_lines where cart_id = $1 and variant_id = any($2::bigint[]))
         update cart_lines l set quantity = w.n from unnest($3::bigint[], $4::int[]) as w(variant_id, n)
          where l.cart_id = $1 and l.variant_id = w.variant_id and l.variant_id <> all($2::bigint[])",
        cart_id,
        gone,
        &ids,
        &ns
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Remembers the prices that were just shown.
pub async fn set_seen(tx: &mut PgConnection, cart_id: i64, seen: &[(i64, i64)]) -> sqlx::Result<()> {
    let (ids, prices): (Vec<i64>, Vec<i64>) = seen.iter().copied().unzip();
    sqlx::query!(
        "update cart_lines l set seen_price_cents = w.price
           from unnest($2::bigint[], $3::bigint[]) as w(variant_id, price)
          where l.cart_id = $1 and l.variant_id = w.variant_id",
        cart_id,
        &ids,
        &prices
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives a guest's cart to a customer; false when they have an open one already.
pub async fn set_owner(tx: &mut PgConnection, cart_id: i64, user_id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update carts set user_id = $2, updated_at = now() where id = $1 and user_id is null and completed_at is null
            and not exists (select from carts where user_id = $2 and completed_at is null)",
        cart_id,
        user_id
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Locks open carts in id order; says which are still there.
pub async fn lock_carts(tx: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select id from carts where id = any($1) and completed_at is null order by id for update",
        ids
    )
    .fetch_all(tx)
    .await
}

/// Moves all lines of one cart into another: quantities are summed, at most 999 each.
pub async fn move_lines(tx: &mut PgConnection, from: i64, to: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into cart_lines (cart_id, variant_id, quantity, seen_price_cents, added_at)
         select $2, variant_id, quantity, seen_price_cents, added_at from cart_lines where cart_id = $1
         on conflict (cart_id, variant_id) do update set quantity = least(999, cart_lines.quantity + excluded.quantity)",
        from,
        to
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Deletes a cart whose lines were moved, and lets the other answer to its cookie.
pub async fn replace_cart(tx: &mut PgConnection, gone: i64, by: i64, token: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from carts where id = $1", gone).execute(&mut *tx).await?;
    sqlx::query!(
        "update carts set token = $2, version = version + 1, updated_at = now() where id = $1",
        by,
        token
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Deletes open carts that nobody touched: guests' after 90 days, empty ones after 2. At most `limit`; says how many.
pub async fn prune(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from carts where id in (
           select c.id from carts c
            where c.completed_at is null
              and (c.updated_at < now() - interval '90 days'
                   or (c.updated_at < now() - interval '2 days'
                       and not exists (select from cart_lines l where l.cart_id = c.id)))
              and not exists (select from reservations r where r.cart_id = c.id)
              and not exists (select from orders o where o.cart_id = c.id)
            limit $1 for update skip locked)",
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
