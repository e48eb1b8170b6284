//! The fulfilment axis of an order; nothing else writes it. Goods leave and come back together with their stock.

use catalog::stock;
use platform::App;
use serde_json::json;

use super::mails::{self, MailKind};
use super::model::{Actor, FulfilmentState, Order, Step};
use super::transition::{Target, Transition, TransitionError};
use super::{payment, state, store};

/// Somebody is packing.
pub async fn prepare(app: &App, target: Target, by: &Actor) -> Result<Order, TransitionError> {
    let mut t = Transition::begin(app, target, Some(Step::Prepare)).await?;
    set(&mut t, FulfilmentState::InPreparation).await?;
    t.event("preparing", by, true, json!({})).await?;
    t.commit(app, "preparing").await
}

/// The parcel leaves: stock falls, the ledger gets a sale.
pub async fn fulfil(
    app: &App,
    target: Target,
    by: &Actor,
    carrier: &str,
    tracking: &str,
) -> Result<Order, TransitionError> {
    let mut t = Transition::begin(app, target, Some(Step::Fulfil)).await?;
    let id = t.order.id;
    stock::ship_order(t.conn(), id, &by.code).await?;
    store::write::insert_fulfilment(t.conn(), id, carrier, tracking).await?;
    set(&mut t, FulfilmentState::Fulfilled).await?;
    t.event("fulfilled", by, true, json!({ "carrier": carrier, "tracking": tracking })).await?;
    mails::enqueue(t.conn(), id, MailKind::Sent).await?;
    t.commit(app, "fulfilled").await
}

/// The parcel has arrived. A paid order is completed by it.
pub async fn deliver(app: &App, target: Target, by: &Actor) -> Result<Order, TransitionError> {
    let mut t = Transition::begin(app, target, Some(Step::Deliver)).await?;
    let id = t.order.id;
    store::write::set_fulfilments(t.conn(), id, "delivered").await?;
    set(&mut t, FulfilmentState::Delivered).await?;
    t.event("delivered", by, true, json!({})).await?;
    state::complete_if_done(&mut t).await?;
    t.commit(app, "delivered").await
}

/// What was sent is back on the shelf: the order is cancelled, its payment given back.
pub async fn take_back(
    app: &App,
    target: Target,
    by: &Actor,
    reason: &str,
) -> Result<Order, TransitionError> {
    let mut t = Transition::begin(app, target, Some(Step::TakeBack)).await?;
    let id = t.order.id;
    let lines = store::read::list_lines(t.conn(), id).await?;
    let goods: Vec<(i64, i32)> = lines.iter().filter_map(|l| Some((l.variant_id?, l.quantity))).collect();
    stock::take_back(t.conn(), id, &goods, &by.code).await?;
    store::write::set_fulfilments(t.conn(), id, "cancelled").await?;
    set(&mut t, FulfilmentState::Returned).await?;
    let payment = payment::close(&mut t).await?;
    state::set_cancelled(&mut t).await?;
    t.event("returned", by, true, json!({ "reason": reason, "payment": payment })).await?;
    t.commit(app, "returned").await
}

async fn set(t: &mut Transition, to: FulfilmentState) -> sqlx::Result<()> {
    let id = t.order.id;
    t.order.fulfilment_state = to;
    store::write::set_fulfilment_state(t.conn(), id, to).await
}
