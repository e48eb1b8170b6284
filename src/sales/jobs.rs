//! The jobs of the sales: mails about orders, and what keeps carts, reservations and unpaid orders tidy.

use catalog::stock::{self, Holder};
use chrono::{DateTime, Duration, Utc};
use jobs::cron::{BadSchedule, CatchUp, Entry, Zone};
use jobs::{Ctx, Done, Job, JobError, Queue, Worker};
use platform::App;
use platform::infra::mail::MailError;
use serde::{Deserialize, Serialize};

use crate::orders::{self, Actor, MailKind, Target, TransitionError};
use crate::{cart, checkout, wishlist};

macro_rules! mail_job {
    ($(#[$doc:meta])* $name:ident, $topic:literal) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, Deserialize)]
        pub struct $name {
            pub order_id: i64,
        }

        impl Job for $name {
            const TOPIC: &'static str = $topic;
            const QUEUE: Queue = Queue::Emails;
            const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

            fn priority() -> i16 {
                10
            }
        }
    };
}

mail_job!(
    /// Thank you, what was ordered, how to pay.
    SendConfirmation, "email.order_confirmation");
mail_job!(
    /// The money has come.
    SendPaid, "email.order_paid");
mail_job!(
    /// The parcel is on its way.
    SendSent, "email.order_sent");
mail_job!(
    /// The order is cancelled.
    SendCancelled, "email.order_cancelled");

macro_rules! upkeep_job {
    ($(#[$doc:meta])* $name:ident, $topic:literal) => {
        $(#[$doc])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub struct $name {}

        impl Job for $name {
            const TOPIC: &'static str = $topic;
            const QUEUE: Queue = Queue::Maintenance;
            const MAX_ATTEMPTS: i32 = 3;
        }
    };
}

upkeep_job!(
    /// Frees goods that were set aside for a checkout nobody finished.
    ExpireReservations, "sales.expire_reservations");
upkeep_job!(
    /// Deletes carts that nobody touched for 90 days, guests’ lists of favourites after 180.
    PruneCarts, "sales.prune_carts");
upkeep_job!(
    /// Cancels orders whose transfer or cheque never came.
    CancelUnpaid, "sales.cancel_unpaid");
upkeep_job!(
    /// Compares what must agree: lines and totals, stock and ledger, reservations and levels.
    Reconcile, "sales.reconcile");

/// Days that a transfer or cheque may take.
pub const UNPAID_DAYS: i64 = 14;
const BATCH: i64 = 200;

/// Registers every topic of this crate.
pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker
        .register(|ctx: Ctx<App>, job: SendConfirmation| send(ctx, job.order_id, MailKind::Confirmation))
        .register(|ctx: Ctx<App>, job: SendPaid| send(ctx, job.order_id, MailKind::Paid))
        .register(|ctx: Ctx<App>, job: SendSent| send(ctx, job.order_id, MailKind::Sent))
        .register(|ctx: Ctx<App>, job: SendCancelled| send(ctx, job.order_id, MailKind::Cancelled))
        .register(expire_reservations)
        .register(prune_carts)
        .register(cancel_unpaid)
        .register(reconcile)
}

/// When the upkeep runs.
pub fn schedule() -> Result<Vec<Entry>, BadSchedule> {
    Ok(vec![
        Entry::new("expire-reservations", "* * * * *", Zone::Utc, CatchUp::Once, |_| ExpireReservations {})?,
        Entry::new("reconcile-sales", "*/15 * * * *", Zone::Utc, CatchUp::Skip, |_| Reconcile {})?,
        Entry::new("cancel-unpaid", "15 6 * * *", Zone::Paris, CatchUp::Once, |_| CancelUnpaid {})?,
        Entry::new("prune-carts", "45 3 * * *", Zone::Paris, CatchUp::Skip, |_| PruneCarts {})?,
    ])
}

async fn send(ctx: Ctx<App>, order_id: i64, kind: MailKind) -> Result<Done, JobError> {
    use orders::mails::SendError;
    match orders::send_mail(ctx.state(), ctx.pool(), ctx.id(), order_id, kind).await {
        Ok(()) => Ok(Done::ok()),
        // 5xx or no such order: trying again cannot help.
        Err(e @ (SendError::NoOrder(_) | SendError::Mail(MailError::Permanent(_)))) => {
            Err(JobError::Fatal(e.into()))
        }
        Err(e) => Err(e.into()),
    }
}

async fn expire_reservations(ctx: Ctx<App>, _: ExpireReservations) -> Result<Done, JobError> {
    let units = sweep(ctx.state()).await?;
    Done::with(serde_json::json!({ "units": units }))
}

/// Releases the goods of all carts whose time is over; says how many units. One short transaction per cart.
pub async fn sweep(app: &App) -> sqlx::Result<i64> {
    let mut units = 0;
    loop {
        let mut conn = app.db.acquire().await?;
        let carts = stock::list_expired_carts(&mut conn, BATCH).await?;
        drop(conn);
        let mut freed = 0;
        for cart_id in &carts {
            let mut tx = app.db.begin().await?;
            // Somebody may be ordering it right now: then it is no longer ours, or no longer expired.
            if cart::store::lock_any(&mut tx, *cart_id).await? && stock::is_expired(&mut tx, *cart_id).await?
            {
                freed += stock::release(&mut tx, Holder::Cart(*cart_id)).await?;
            }
            tx.commit().await?;
        }
        units += freed;
        if freed == 0 || carts.len() < BATCH as usize {
            return Ok(units);
        }
    }
}

async fn prune_carts(ctx: Ctx<App>, _: PruneCarts) -> Result<Done, JobError> {
    let mut deleted = 0;
    loop {
        let n = cart::prune(ctx.pool(), BATCH).await? + wishlist::prune(ctx.pool(), BATCH).await?;
        deleted += n;
        if n < BATCH as u64 {
            return Done::with(serde_json::json!({ "deleted": deleted }));
        }
    }
}

async fn cancel_unpaid(ctx: Ctx<App>, _: CancelUnpaid) -> Result<Done, JobError> {
    let cancelled =
        cancel_unpaid_before(ctx.state(), ctx.state().clock.now() - Duration::days(UNPAID_DAYS)).await?;
    Done::with(serde_json::json!({ "cancelled": cancelled }))
}

/// Cancels what was placed before `before` and never paid. An order that is paid at this moment is left alone.
pub async fn cancel_unpaid_before(app: &App, before: DateTime<Utc>) -> anyhow::Result<usize> {
    let mut cancelled = 0;
    loop {
        let ids = orders::list_unpaid(&app.db, before, BATCH).await?;
        let before_batch = cancelled;
        for order_id in &ids {
            let Some(order) = orders::find_by_id(&app.db, *order_id).await? else { continue };
            // The version seen now must still be the one: a payment marked in between wins.
            if order.payment_state != orders::PaymentState::Awaiting {
                continue;
            }
            let target = Target { order_id: *order_id, seen_version: Some(order.version) };
            match orders::cancel(app, target, &Actor::system(), "unpaid").await {
                Ok(_) => cancelled += 1,
                Err(TransitionError::Conflict { .. } | TransitionError::NotAllowed { .. }) => {}
                Err(e) => return Err(e.into()),
            }
        }
        if ids.len() < BATCH as usize || cancelled == before_batch {
            return Ok(cancelled);
        }
    }
}

async fn reconcile(ctx: Ctx<App>, _: Reconcile) -> Result<Done, JobError> {
    let found = checkout::reconcile::violations(ctx.pool()).await?;
    for (check, n) in found.iter().filter(|(_, n)| *n > 0) {
        tracing::error!(check, n, "an invariant of the sales is violated");
    }
    let map: serde_json::Map<String, serde_json::Value> =
        found.into_iter().map(|(check, n)| (check.to_string(), n.into())).collect();
    Done::with(map)
}
