//! Mails about orders: jobs of the order's transaction, written when they are sent, in the language of the order.

use kit::{Lang, tr};
use platform::App;
use platform::infra::mail::{self, DeliverError, Mail, MailError};
use sqlx::{PgConnection, PgPool};

use super::model::OrderPage;
use super::{find_page, views};
use crate::jobs::{SendCancelled, SendConfirmation, SendPaid, SendSent};

/// Which moment a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    Confirmation,
    Paid,
    Sent,
    Cancelled,
}

impl MailKind {
    pub const fn template(self) -> &'static str {
        match self {
            MailKind::Confirmation => "order_confirmation",
            MailKind::Paid => "order_paid",
            MailKind::Sent => "order_sent",
            MailKind::Cancelled => "order_cancelled",
        }
    }

    pub fn subject(self, lang: Lang, number: &str) -> String {
        match self {
            MailKind::Confirmation => tr!(lang, "sales.mail.confirmation.subject", number = number),
            MailKind::Paid => tr!(lang, "sales.mail.paid.subject", number = number),
            MailKind::Sent => tr!(lang, "sales.mail.sent.subject", number = number),
            MailKind::Cancelled => tr!(lang, "sales.mail.cancelled.subject", number = number),
        }
        .into_owned()
    }

    pub fn intro(self, lang: Lang) -> String {
        match self {
            MailKind::Confirmation => tr!(lang, "sales.mail.confirmation.intro"),
            MailKind::Paid => tr!(lang, "sales.mail.paid.intro"),
            MailKind::Sent => tr!(lang, "sales.mail.sent.intro"),
            MailKind::Cancelled => tr!(lang, "sales.mail.cancelled.intro"),
        }
        .into_owned()
    }
}

/// Enqueues a mail of this order once.
pub async fn enqueue(tx: &mut PgConnection, order_id: i64, kind: MailKind) -> sqlx::Result<()> {
    let key = format!("order:{order_id}");
    match kind {
        MailKind::Confirmation => jobs::enqueue_once(tx, &key, &SendConfirmation { order_id }).await,
        MailKind::Paid => jobs::enqueue_once(tx, &key, &SendPaid { order_id }).await,
        MailKind::Sent => jobs::enqueue_once(tx, &key, &SendSent { order_id }).await,
        MailKind::Cancelled => jobs::enqueue_once(tx, &key, &SendCancelled { order_id }).await,
    }
    .map(|_| ())
}

/// Writes and sends one mail; the job's id makes a repeated attempt the same message.
pub async fn send(
    app: &App,
    db: &PgPool,
    job: jobs::JobId,
    order_id: i64,
    kind: MailKind,
) -> Result<(), SendError> {
    let Some(page) = find_page(db, order_id).await? else { return Err(SendError::NoOrder(order_id)) };
    let mail = write(app, job, &page, kind);
    match mail::deliver(app, Some(job.0), &mail).await {
        Ok(()) => Ok(()),
        Err(DeliverError::Database(e)) => Err(e.into()),
        Err(DeliverError::Mail(e)) => Err(SendError::Mail(e)),
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("order {0} does not exist")]
    NoOrder(i64),
    #[error(transparent)]
    Mail(MailError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

fn write(app: &App, job: jobs::JobId, page: &OrderPage, kind: MailKind) -> Mail {
    let lang = page.order.lang();
    let subject = kind.subject(lang, &page.order.number);
    let host = app
        .config
        .public_url
        .rsplit("//")
        .next()
        .and_then(|h| h.split(['/', ':']).next())
        .unwrap_or("localhost");
    Mail {
        message_id: format!("<job-{job}@{host}>"),
        template: kind.template(),
        to: page.order.email.clone(),
        lang,
        text: views::mail::text(app, page, kind, &subject),
        html: views::mail::html(app, page, kind, &subject).into_string(),
        subject,
        order_id: Some(page.order.id),
    }
}
