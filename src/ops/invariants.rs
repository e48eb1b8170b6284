//! What must be true whatever died when: counted over all rooms. 0 everywhere, or somebody is called.

use serde::Serialize;
use sqlx::PgPool;

use crate::store;

/// One rule and how many rows break it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Invariant {
    pub check: &'static str,
    pub violations: i64,
}

/// All rules, the unbroken ones too.
pub async fn count(db: &PgPool) -> sqlx::Result<Vec<Invariant>> {
    let sales = sales::checkout::reconcile::violations(db).await?;
    let rest = store::invariants::count_faults(db).await?;
    let rest = [
        ("oversold_units", rest.oversold),
        ("orders_whose_total_differs_from_their_parts", rest.wrong_total),
        ("carts_with_two_orders", rest.doubled_carts),
        ("captured_payments_without_order", rest.orphan_captures),
        ("orders_with_two_confirmations", rest.confirmations),
        ("jobs_ready_longer_than_60_s", rest.late_jobs),
        ("jobs_running_without_a_live_lease", rest.leaseless_jobs),
        ("reservations_expired_longer_than_5_min", rest.stale_reservations),
    ];
    Ok(sales.into_iter().chain(rest).map(|(check, violations)| Invariant { check, violations }).collect())
}
