//! The payment axis of an order; nothing else writes it.

use platform::App;
use serde_json::json;

use super::mails::{self, MailKind};
use super::model::{Actor, Order, PaymentState, Step};
use super::transition::{Target, Transition, TransitionError};
use super::{state, store};
use crate::payments;

/// The money has come. `reference` is what the bank statement or the cheque says.
pub async fn mark_paid(
    app: &App,
    target: Target,
    by: &Actor,
    reference: &str,
) -> Result<Order, TransitionError> {
    let mut t = Transition::begin(app, target, Some(Step::MarkPaid)).await?;
    let id = t.order.id;
    payments::store::capture(t.conn(), id, reference).await?;
    store::write::set_payment_state(t.conn(), id, PaymentState::Paid).await?;
    t.order.payment_state = PaymentState::Paid;
    t.event("paid", by, true, json!({ "reference": reference })).await?;
    state::complete_if_done(&mut t).await?;
    mails::enqueue(t.conn(), id, MailKind::Paid).await?;
    t.commit(app, "paid").await
}

/// An order ends without a sale: what was not paid is void, what was paid is to be given back. Inside the cancellation.
pub(super) async fn close(t: &mut Transition) -> Result<PaymentState, TransitionError> {
    let to = match t.order.payment_state {
        PaymentState::Awaiting => PaymentState::Voided,
        PaymentState::Paid => PaymentState::Refunded,
        done => return Ok(done),
    };
    let id = t.order.id;
    payments::store::close(t.conn(), id).await?;
    store::write::set_payment_state(t.conn(), id, to).await?;
    t.order.payment_state = to;
    Ok(to)
}
