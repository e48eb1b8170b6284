//! Stock as a feed counts it: levels change together with a line of the ledger, never below what is promised to orders.

use sqlx::PgConnection;

/// First levels of new variants; the ledger begins with what is on hand.
pub async fn insert_levels(
    tx: &mut PgConnection,
    variant_ids: &[i64],
    on_hand: &[i32],
    note: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with wanted as (select * from unnest($1::bigint[], $2::int[]) as w(variant_id, n)),
              made as (insert into stock_levels (variant_id, on_hand) select variant_id, n from wanted)
         insert into stock_movements (variant_id, delta, reason, actor, note)
         select variant_id, n, 'initial', 'import', $3 from wanted where n <> 0",
        variant_ids,
        on_hand,
        note
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Brings levels to a counted number, or to what is reserved where that is more. The difference is found while the rows are
/// locked, in id order like everywhere.
pub async fn set_levels(
    tx: &mut PgConnection,
    variant_ids: &[i64],
    on_hand: &[i32],
    note: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into stock_levels (variant_id) select unnest($1::bigint[]) on conflict do nothing",
        variant_ids
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "with wanted as (select * from unnest($1::bigint[], $2::int[]) as w(variant_id, n)),
              locked as materialized (
                  select s.variant_id, s.on_hand as before, greatest(w.n, s.reserved) as after
                    from stock_levels s join wanted w using (variant_id)
                   order by s.variant_id for no key update of s),
              moved as (
                  update stock_levels s set on_hand = l.after, updated_at = now()
                    from locked l where s.variant_id = l.variant_id and l.after <> l.before
               returning s.variant_id, l.after - l.before as delta)
         insert into stock_movements (variant_id, delta, reason, actor, note)
         select variant_id, delta, 'import', 'import', $3 from moved",
        variant_ids,
        on_hand,
        note
    )
    .execute(tx)
    .await?;
    Ok(())
}
