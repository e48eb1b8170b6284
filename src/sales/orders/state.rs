//! The order axis: open, completed, cancelled; nothing else writes it.

use catalog::stock::{self, Holder};
use platform::App;
use serde_json::json;

use super::mails::{self, MailKind};
use super::model::{Actor, FulfilmentState, Order, OrderState, PaymentState, Step};
use super::transition::{Target, Transition, TransitionError};
use super::{payment, store};

/// Ends an order whose goods are still here: they are free again, once; what was paid is to be given back.
pub async fn cancel(app: &App, target: Target, by: &Actor, reason: &str) -> Result<Order, TransitionError> {
    let mut t = Transition::begin(app, target, Some(Step::Cancel)).await?;
    let id = t.order.id;
    stock::release(t.conn(), Holder::Order(id)).await?;
    let payment = payment::close(&mut t).await?;
    set_cancelled(&mut t).await?;
    t.event("cancelled", by, true, json!({ "reason": reason, "payment": payment })).await?;
    mails::enqueue(t.conn(), id, MailKind::Cancelled).await?;
    t.commit(app, "cancelled").await
}

/// Notes are for the staff: not shown to the customer; they make nobody's page stale.
pub async fn add_note(app: &App, order_id: i64, by: &Actor, text: &str) -> Result<Order, TransitionError> {
    let target = Target { order_id, seen_version: None };
    let mut t = Transition::begin(app, target, None).await?;
    t.event("note", by, false, json!({ "text": text })).await?;
    t.commit_as_seen(app, "note").await
}

pub(super) async fn set_cancelled(t: &mut Transition) -> sqlx::Result<()> {
    set(t, OrderState::Cancelled).await
}

/// Paid and delivered: nothing is left to do.
pub(super) async fn complete_if_done(t: &mut Transition) -> sqlx::Result<()> {
    let done = t.order.order_state == OrderState::Open
        && t.order.payment_state == PaymentState::Paid
        && t.order.fulfilment_state == FulfilmentState::Delivered;
    if done {
        set(t, OrderState::Completed).await?;
        t.event("completed", &Actor::system(), false, json!({})).await?;
    }
    Ok(())
}

async fn set(t: &mut Transition, to: OrderState) -> sqlx::Result<()> {
    let id = t.order.id;
    t.order.order_state = to;
    store::write::set_order_state(t.conn(), id, to).await
}
