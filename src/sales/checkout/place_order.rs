//! The order: one transaction. It exists whole, with its goods, or not at all; asked twice, it is made once.

use std::time::Duration;

use catalog::stock::{self, StockError};
use content::pages;
use kit::{Lang, Money};
use platform::App;
use platform::infra::{db, live};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::gate;
use super::load::load_row;
use super::model::{Checkout, Short, Step};
use super::store;
use super::totals::Totals;
use crate::orders::mails::{self, MailKind};
use crate::orders::store::write::{NewLine, NewOrder, insert_order, insert_order_parts};
use crate::orders::{Actor, PaymentState, store::read};

/// What the customer pressed the button on.
#[derive(Debug, Clone)]
pub struct Command {
    pub cart_id: i64,
    pub user_id: Option<i64>,
    pub lang: Lang,
    /// Version of the cart and total that the review showed: only these are ordered.
    pub seen_version: i32,
    pub seen_total: Money,
    /// The review's key: the same key never makes a second order.
    pub key: Uuid,
    pub request_id: String,
}

/// The order's token: where the confirmation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    New(Uuid),
    /// It had been made before: a double click, a second tab, a repeated request.
    Existing(Uuid),
}

impl Placed {
    pub fn token(self) -> Uuid {
        match self {
            Placed::New(token) | Placed::Existing(token) => token,
        }
    }
}

/// Why there is no order.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("the cart is empty")]
    Empty,
    #[error("the key belongs to another cart")]
    WrongKey,
    #[error("{0:?} is not complete")]
    Incomplete(Step),
    /// Cart or prices are not those that were shown.
    #[error("the cart has changed")]
    Changed(Box<Checkout>),
    #[error("{} article(s) are short", .0.len())]
    SoldOut(Vec<Short>),
    #[error("the sum is too large")]
    TooMuch,
    #[error("too many orders at once")]
    Busy,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

const ATTEMPTS: u32 = 4;

/// Makes the order of a cart. Deadlocks and lock time-outs are tried again; when it is unknown whether the commit arrived,
/// the key tells.
pub async fn place_order(app: &App, command: &Command) -> Result<Placed, PlaceError> {
    let placed = place(app, command).await;
    count(&placed);
    placed
}

fn count(placed: &Result<Placed, PlaceError>) {
    let reason = match placed {
        Ok(Placed::New(_)) => {
            return metrics::counter!("smartmarket_orders_total", "status" => "placed").increment(1);
        }
        Ok(Placed::Existing(_)) => {
            return metrics::counter!("smartmarket_idempotent_replays_total").increment(1);
        }
        Err(PlaceError::Empty) => "empty",
        Err(PlaceError::WrongKey) => "wrong_key",
        Err(PlaceError::Incomplete(_)) => "incomplete",
        Err(PlaceError::Changed(_)) => "changed",
        Err(PlaceError::SoldOut(_)) => "sold_out",
        Err(PlaceError::TooMuch) => "too_much",
        Err(PlaceError::Busy) => "busy",
        Err(PlaceError::Database(_)) => "database",
    };
    metrics::counter!("smartmarket_checkout_refusals_total", "reason" => reason).increment(1);
}

async fn place(app: &App, command: &Command) -> Result<Placed, PlaceError> {
    let _place = gate::enter().await.ok_or(PlaceError::Busy)?;
    let mut attempt = 1;
    loop {
        let error = match try_once(app, command).await {
            Err(PlaceError::Database(e)) => e,
            answered => return answered,
        };
        // A row of this key is this order, whatever the error was.
        let taken = matches!(db::violated(&error), Some("orders_cart_id_key" | "orders_idempotency_key_key"));
        if taken || attempt >= ATTEMPTS {
            let made = read::find_token(&app.db, Some(command.cart_id), Some(command.key)).await;
            return match made {
                Ok(Some(token)) => Ok(Placed::Existing(token)),
                _ => Err(error.into()),
            };
        }
        if !is_transient(&error) {
            let made = read::find_token(&app.db, None, Some(command.key)).await;
            return made.ok().flatten().map(Placed::Existing).ok_or(PlaceError::Database(error));
        }
        tracing::debug!(%error, attempt, "the order is tried again");
        let jitter = u64::from(rand::random::<u8>());
        tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 20 + jitter / 4)).await;
        attempt += 1;
    }
}

/// Serialization failure, deadlock, lock time-out, or no free connection: nothing has happened.
fn is_transient(e: &sqlx::Error) -> bool {
    match e {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(d) => {
            d.code().is_some_and(|c| matches!(c.as_ref(), "40001" | "40P01" | "55P03"))
        }
        _ => false,
    }
}

async fn try_once(app: &App, command: &Command) -> Result<Placed, PlaceError> {
    let mut tx = app.db.begin().await?;
    let row = store::lock_cart(&mut tx, command.cart_id).await?.ok_or(PlaceError::Empty)?;
    if row.completed {
        let token = read::find_token(&mut *tx, Some(row.id), None).await?.ok_or(PlaceError::Empty)?;
        return Ok(Placed::Existing(token));
    }
    if row.key != command.key {
        return Err(PlaceError::WrongKey);
    }
    let checkout = load_row(&mut tx, command.lang, row).await?.ok_or(PlaceError::Empty)?;
    let totals = check(&checkout, command)?;
    let token = Uuid::new_v4();
    let (order_id, number) = insert(&mut tx, &checkout, &totals, command, token).await?;
    let wanted: Vec<(i64, i32)> = checkout.lines.iter().map(|l| (l.offer.variant_id, l.quantity)).collect();
    match stock::take_for_order(&mut tx, checkout.cart.id, order_id, &wanted).await {
        Ok(()) => {}
        Err(StockError::Database(e)) => return Err(e.into()),
        Err(StockError::Shortage(_)) => {
            tx.rollback().await?;
            return Err(shortage(app, command).await?);
        }
    }
    mails::enqueue(&mut tx, order_id, MailKind::Confirmation).await?;
    let paid = if totals.total.is_zero() { PaymentState::Paid } else { PaymentState::Awaiting };
    let data = json!({
        "what": "placed", "number": number, "version": 1,
        "order": "open", "payment": paid, "fulfilment": "unfulfilled",
    });
    live::publish(&mut tx, "order", "created", order_id, data).await?;
    tx.commit().await?;
    live::wake(app).await;
    tracing::info!(order_id, number, "order placed");
    Ok(Placed::New(token))
}

/// Complete, available, and what was shown.
fn check(checkout: &Checkout, command: &Command) -> Result<Totals, PlaceError> {
    match checkout.open_step() {
        Step::Review => {}
        step => return Err(PlaceError::Incomplete(step)),
    }
    let short = checkout.short();
    if !short.is_empty() {
        return Err(PlaceError::SoldOut(short));
    }
    let totals = checkout.totals().map_err(|_| PlaceError::TooMuch)?;
    if checkout.cart.version != command.seen_version || totals.total != command.seen_total {
        return Err(PlaceError::Changed(Box::new(checkout.clone())));
    }
    Ok(totals)
}

/// Another buyer took the goods between our look and our update: what is left now.
async fn shortage(app: &App, command: &Command) -> Result<PlaceError, PlaceError> {
    let lines = crate::cart::lines(&app.db, command.cart_id, command.lang).await?;
    let short: Vec<Short> = lines.iter().filter(|l| l.short()).map(Short::of).collect();
    if short.is_empty() {
        // Given back meanwhile: worth another try of the customer's.
        let mut conn = app.db.acquire().await?;
        let checkout = super::load(&mut conn, command.lang, command.cart_id).await?;
        return Ok(checkout.map_or(PlaceError::Empty, |c| PlaceError::Changed(Box::new(c))));
    }
    Ok(PlaceError::SoldOut(short))
}

async fn insert(
    tx: &mut PgConnection,
    checkout: &Checkout,
    totals: &Totals,
    command: &Command,
    token: Uuid,
) -> Result<(i64, String), PlaceError> {
    let cart = &checkout.cart;
    // `check` has seen all of these.
    let (Some(email), Some(address), Some(billing), Some(shipping), Some(payment)) =
        (&cart.email, checkout.address(), checkout.billing(), checkout.shipping(), checkout.payment())
    else {
        return Err(PlaceError::Incomplete(checkout.open_step()));
    };
    let order = NewOrder {
        token,
        cart_id: cart.id,
        key: command.key,
        user_id: command.user_id.or(cart.user_id),
        email,
        phone: &cart.phone,
        lang: command.lang.code(),
        items_cents: totals.items.as_cents(),
        shipping_cents: totals.shipping.as_cents(),
        tax_cents: totals.tax.as_cents(),
        shipping_tax_bp: totals.shipping_tax_bp,
        payment_method: payment.code(),
        shipping_method: &shipping.method.code,
        shipping_name: &shipping.method.name,
        shipping_address: address,
        billing_address: billing,
        terms_version: pages::terms_version(&mut *tx).await?,
        request_id: &command.request_id,
    };
    let (id, number) = insert_order(tx, &order).await?;
    let actor = Actor::customer(&billing.name);
    let lines = snapshot(checkout, totals);
    let total = totals.total.as_cents();
    insert_order_parts(tx, id, cart.id, &lines, payment.code(), total, &actor).await?;
    Ok((id, number))
}

/// Everything that the order must still say in ten years.
fn snapshot(checkout: &Checkout, totals: &Totals) -> Vec<NewLine> {
    let line = |(i, (l, t)): (usize, (&crate::cart::Line, &super::TaxedLine))| NewLine {
        position: i16::try_from(i + 1).unwrap_or(i16::MAX),
        variant_id: l.offer.variant_id,
        product_id: l.offer.product_id,
        sku: l.offer.sku.clone(),
        title: l.offer.title.clone(),
        options: l.offer.options.clone(),
        image_key: l.offer.image_key.clone(),
        image_kind: l.offer.image_kind.clone(),
        quantity: t.quantity,
        unit_price_cents: t.unit.as_cents(),
        line_total_cents: t.total.as_cents(),
        tax_rate_bp: t.tax_bp,
        tax_cents: t.tax.as_cents(),
        ecotax_cents: l.offer.ecotax_cents,
        weight_g: l.offer.weight_g,
    };
    checkout.lines.iter().zip(&totals.lines).enumerate().map(line).collect()
}
