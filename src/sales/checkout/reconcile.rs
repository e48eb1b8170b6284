//! What must always be true of the sales, counted. 0 everywhere, or somebody is called.

use sqlx::PgPool;

use super::store;

/// (name of the rule, how many break it).
pub async fn violations(db: &PgPool) -> sqlx::Result<Vec<(&'static str, i64)>> {
    let faults = store::count_faults(db).await?;
    let (reserved, on_hand) = catalog::stock::count_drift(db).await?;
    Ok(vec![
        ("orders_without_lines", faults.without_lines),
        ("orders_whose_lines_differ_from_their_total", faults.wrong_items),
        ("orders_whose_tax_differs_from_their_lines", faults.wrong_tax),
        ("orders_without_payment", faults.without_payment),
        ("orders_captured_twice", faults.captured_twice),
        ("orders_whose_payment_differs_from_their_state", faults.payment_mismatch),
        ("orders_without_confirmation", faults.without_confirmation),
        ("open_orders_without_reservation", faults.unreserved),
        ("ended_orders_with_reservation", faults.still_reserved),
        ("reservations_that_differ_from_the_level", reserved),
        ("movements_that_differ_from_the_level", on_hand),
    ])
}
