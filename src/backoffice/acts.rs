//! Steps of orders as staff order them: which right each needs, one order or many.

use accounts::{Permission, allows};
use platform::App;
use platform::web::visitor::User;
use sales::orders::{self, Actor, Order, Step, Target, TransitionError};

use crate::views::orders::Outcome;

/// Most orders in one bulk action.
pub const BULK: usize = 200;

/// What a person may have typed beside the step.
#[derive(Debug, Default)]
pub struct Words<'a> {
    /// What the bank statement or the cheque says.
    pub reference: &'a str,
    pub carrier: &'a str,
    pub tracking: &'a str,
    pub reason: &'a str,
}

/// The right a step needs.
pub fn needs(step: Step) -> Permission {
    match step {
        Step::MarkPaid => Permission::MarkPaid,
        Step::Cancel | Step::TakeBack => Permission::CancelOrders,
        Step::Prepare | Step::Fulfil | Step::Deliver => Permission::HandleOrders,
    }
}

/// Whether this person may order this step.
pub fn may(user: &User, step: Step) -> bool {
    allows(user.role, needs(step))
}

/// Does one step to one order, as the version that was seen.
pub async fn apply(
    app: &App,
    user: &User,
    step: Step,
    target: Target,
    words: &Words<'_>,
) -> Result<Order, TransitionError> {
    let by = Actor::staff(user);
    match step {
        Step::MarkPaid => orders::mark_paid(app, target, &by, words.reference).await,
        Step::Prepare => orders::prepare(app, target, &by).await,
        Step::Fulfil => orders::fulfil(app, target, &by, words.carrier, words.tracking).await,
        Step::Deliver => orders::deliver(app, target, &by).await,
        Step::Cancel => orders::cancel(app, target, &by, words.reason).await,
        Step::TakeBack => orders::take_back(app, target, &by, words.reason).await,
    }
}

/// The same step for many orders, each in its own transaction: one that cannot be done stands in nobody's way.
pub async fn apply_all(
    app: &App,
    user: &User,
    step: Step,
    targets: &[Target],
) -> Result<Outcome, TransitionError> {
    let mut outcome = Outcome { done: 0, refused: 0, conflicts: 0 };
    for target in targets {
        match apply(app, user, step, *target, &Words::default()).await {
            Ok(_) => outcome.done += 1,
            Err(TransitionError::Conflict { .. }) => outcome.conflicts += 1,
            Err(TransitionError::NotAllowed { .. } | TransitionError::NotFound) => outcome.refused += 1,
            Err(e) => return Err(e),
        }
    }
    Ok(outcome)
}

/// `42:3`: order 42, seen in version 3.
pub fn target(text: &str) -> Option<Target> {
    let (id, version) = text.split_once(':')?;
    Some(Target { order_id: id.parse().ok()?, seen_version: Some(version.parse().ok()?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_name_order_and_version() {
        let t = target("42:3").unwrap();
        assert_eq!((t.order_id, t.seen_version), (42, Some(3)));
        for bad in ["", "42", "x:1", "1:x", "1:2:3", "99999999999999999999:1"] {
            assert!(target(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn money_and_cancellation_are_not_for_everybody() {
        assert_eq!(needs(Step::MarkPaid), Permission::MarkPaid);
        assert_eq!(needs(Step::TakeBack), Permission::CancelOrders);
        assert_eq!(needs(Step::Deliver), Permission::HandleOrders);
    }
}
