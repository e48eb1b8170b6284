//! Orders: what was promised, paid and sent. Owns `orders`, `order_lines`, `order_events`, `fulfilments` and the table of `payments`.
//!
//! Three axes, one writer each: [`state`] (open, completed, cancelled), [`payment`], [`fulfilment`]. Each change runs in
//! the frame of [`transition`]: the order is locked, the version that was seen is compared, the change, its event, its
//! mail and its live event are committed together. Orders are only inserted by `checkout::place_order`.

pub mod fulfilment;
pub mod payment;
pub mod state;
pub mod transition;

mod forms;
mod live;
pub(crate) mod mails;
mod model;
mod routes;
mod states;
pub(crate) mod store;
mod views;

pub use fulfilment::{deliver, fulfil, prepare, take_back};
pub use mails::{MailKind, send as send_mail};
pub use model::{
    Actor, Filter, Fulfilment, FulfilmentState, Order, OrderEvent, OrderLine, OrderPage, OrderRow,
    OrderState, PaymentState, Step,
};
pub use payment::mark_paid;
pub use routes::routes;
pub use state::{add_note, cancel};
pub use store::list::{count_of_customer, count_orders, list_of_customer, list_orders, list_unpaid};
pub use store::read::{find_by_id, find_by_number, find_by_token};
pub use transition::{Target, TransitionError, live_data};
pub use views::{event_icon, event_name};

use sqlx::PgPool;

use crate::payments;

/// An order with lines, events, payments and parcels; for the back office and the customer's pages.
pub async fn load_page(db: &PgPool, order: Order) -> sqlx::Result<OrderPage> {
    let id = order.id;
    let lines = store::read::list_lines(db, id).await?;
    let events = store::read::list_events(db, id).await?;
    let payments = payments::store::list_payments(db, id).await?;
    let fulfilments = store::read::list_fulfilments(db, id).await?;
    Ok(OrderPage { order, lines, events, payments, fulfilments })
}

/// The same by id; `None` for an unknown one.
pub async fn find_page(db: &PgPool, id: i64) -> sqlx::Result<Option<OrderPage>> {
    match find_by_id(db, id).await? {
        Some(order) => load_page(db, order).await.map(Some),
        None => Ok(None),
    }
}
