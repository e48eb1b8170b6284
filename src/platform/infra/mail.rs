//! Outgoing mail. Always sent by a job, never in the path of a request.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use kit::Lang;
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use super::app::App;
use super::config::Config;
use super::store;

pub use super::store::{KeptMail, find_mail, list_mails};

/// One mail to one person, in their language, as HTML and as text.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Stable over attempts of one job, so that a repeated delivery is one message to the reader's program.
    pub message_id: String,
    pub template: &'static str,
    pub to: String,
    pub lang: Lang,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub order_id: Option<i64>,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Worth another attempt: server away, time-out, 4xx.
    #[error("mail could not be handed over: {0}")]
    Temporary(String),
    /// Never going to work: 5xx, impossible address.
    #[error("mail was refused: {0}")]
    Permanent(String),
}

#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// SMTP when configured, else mails are only kept in the table `mails`.
pub fn from_config(config: &Config) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(match &config.smtp_url {
        None => Arc::new(KeepOnly),
        Some(url) => {
            let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())?
                .timeout(Some(Duration::from_secs(10)))
                .build();
            Arc::new(Smtp { transport, from: config.mail_from.parse()? })
        }
    })
}

/// Sends the mail of a job once: a row in `mails` remembers what was sent for which job. Between the server's "250" and
/// our commit lies a window in which a crash sends a second copy, with the same Message-ID.
pub async fn deliver(app: &App, job_id: Option<i64>, mail: &Mail) -> Result<(), DeliverError> {
    let (id, sent) = store::insert_mail(&app.db, job_id, mail).await?;
    if sent {
        return Ok(());
    }
    let sent = app.mailer.send(mail).await;
    let outcome = match &sent {
        Ok(()) => "sent",
        Err(MailError::Temporary(_)) => "postponed",
        Err(MailError::Permanent(_)) => "refused",
    };
    metrics::counter!("smartmarket_emails_total", "template" => mail.template, "outcome" => outcome)
        .increment(1);
    sent?;
    store::set_mail_sent(&app.db, id).await?;
    Ok(())
}

/// Forgets the text of a mail that was delivered: one with a link that opens an account.
pub async fn forget_body(app: &App, job_id: i64) -> sqlx::Result<()> {
    store::clear_mail_body(&app.db, job_id).await
}

/// Forgets the texts of up to `limit` mails that were sent before a moment.
pub async fn forget_before(
    app: &App,
    before: chrono::DateTime<chrono::Utc>,
    limit: i64,
) -> sqlx::Result<u64> {
    store::clear_old_mails(&app.db, before, limit).await
}

#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let permanent = |e: &dyn std::fmt::Display| MailError::Permanent(e.to_string());
        let to: Mailbox = mail.to.parse().map_err(|e| permanent(&e))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            .message_id(Some(mail.message_id.clone()))
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|e| permanent(&e))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(e) if e.is_permanent() => Err(MailError::Permanent(e.to_string())),
            Err(e) => Err(MailError::Temporary(e.to_string())),
        }
    }
}

/// Development: nothing leaves the machine; /dev/mails shows the table.
struct KeepOnly;

#[async_trait]
impl Mailer for KeepOnly {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        Ok(())
    }
}

/// Tests: remembers what was sent and fails on demand.
#[derive(Default)]
pub struct Outbox {
    pub sent: Mutex<Vec<Mail>>,
    pub fail: Mutex<Option<fn() -> MailError>>,
}

#[async_trait]
impl Mailer for Outbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        if let Some(fault) = *self.fail.lock().unwrap_or_else(|e| e.into_inner()) {
            return Err(fault());
        }
        self.sent.lock().unwrap_or_else(|e| e.into_inner()).push(mail.clone());
        Ok(())
    }
}
