//! The frame of every change to an order: lock, compare versions, change, event, job, live event, commit.

use platform::App;
use platform::infra::live;
use serde_json::{Value, json};
use sqlx::{PgConnection, Postgres, Transaction};

use super::model::{Actor, Order, Step};
use super::store;

/// Which order, and which version of it the person was looking at. `None` for the system, which looks now.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    pub order_id: i64,
    pub seen_version: Option<i32>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TransitionError {
    #[error("no such order")]
    NotFound,
    /// Somebody was faster. The page shows both: what was seen (`seen_version`) and what is stored now.
    #[error("version {seen_version} was seen, {} is stored", .stored.version)]
    Conflict { seen_version: i32, stored: Box<Order> },
    #[error("{step:?} is not possible now")]
    NotAllowed { step: Step, stored: Box<Order> },
    #[error(transparent)]
    Stock(#[from] catalog::stock::StockError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<TransitionError> for platform::web::Error {
    /// For callers that have no page of their own for a conflict.
    fn from(e: TransitionError) -> platform::web::Error {
        use platform::web::Error;
        match e {
            TransitionError::NotFound => Error::NotFound,
            TransitionError::Database(e) => e.into(),
            TransitionError::Conflict { .. } | TransitionError::NotAllowed { .. } => {
                Error::Status(poem::http::StatusCode::CONFLICT)
            }
            e => Error::internal(e),
        }
    }
}

/// A change under way: the order is locked and is the one that was seen.
pub struct Transition {
    pub tx: Transaction<'static, Postgres>,
    pub order: Order,
}

impl Transition {
    /// Locks the order and checks the version; `step` must be possible now.
    pub async fn begin(app: &App, target: Target, step: Option<Step>) -> Result<Transition, TransitionError> {
        let mut tx = app.db.begin().await?;
        let order = store::read::lock(&mut tx, target.order_id).await?.ok_or(TransitionError::NotFound)?;
        if let Some(seen_version) = target.seen_version
            && seen_version != order.version
        {
            return Err(TransitionError::Conflict { seen_version, stored: Box::new(order) });
        }
        match step {
            Some(step) if !step.is_allowed(&order) => {
                Err(TransitionError::NotAllowed { step, stored: Box::new(order) })
            }
            _ => Ok(Transition { tx, order }),
        }
    }

    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    pub async fn event(&mut self, kind: &str, by: &Actor, public: bool, data: Value) -> sqlx::Result<i64> {
        store::write::insert_event(&mut self.tx, self.order.id, kind, by, public, &data).await
    }

    /// Raises the version, tells the screens and commits. Answers the order as it is now.
    pub async fn commit(mut self, app: &App, what: &'static str) -> Result<Order, TransitionError> {
        store::write::raise_version(&mut self.tx, self.order.id).await?;
        let order = self.commit_as_seen(app, what).await?;
        metrics::counter!("smartmarket_orders_total", "status" => what).increment(1);
        Ok(order)
    }

    /// The same for what does not make anybody's page stale.
    pub async fn commit_as_seen(mut self, app: &App, what: &str) -> Result<Order, TransitionError> {
        let id = self.order.id;
        let order = store::read::find_by_id(&mut *self.tx, id).await?.ok_or(TransitionError::NotFound)?;
        live::publish(&mut self.tx, "order", "updated", id, live_data(&order, what)).await?;
        self.tx.commit().await?;
        live::wake(app).await;
        Ok(order)
    }
}

/// What screens may know before they load what their viewer may see: states, no personal data.
pub fn live_data(order: &Order, what: &str) -> Value {
    json!({
        "what": what,
        "number": order.number,
        "version": order.version,
        "order": order.order_state,
        "payment": order.payment_state,
        "fulfilment": order.fulfilment_state,
    })
}
