//! Mails of the accounts. Payloads are ids; the token of a link is made here, so that no queue ever holds one.

use jobs::{Ctx, Done, Job, JobError, Queue, Worker};
use platform::App;
use platform::infra::mail::{self, DeliverError, Mail, MailError};
use serde::{Deserialize, Serialize};

use crate::model::Account;
use crate::token::{Purpose, Token};
use crate::{mails, store};

/// The link that proves a new customer's address.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendVerification {
    pub user_id: i64,
}

impl Job for SendVerification {
    const TOPIC: &'static str = "email.verify_address";
    const QUEUE: Queue = Queue::Emails;
}

/// Somebody wanted to register with an address that has an account: tells its owner, nobody else.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAlreadyRegistered {
    pub user_id: i64,
}

impl Job for SendAlreadyRegistered {
    const TOPIC: &'static str = "email.already_registered";
    const QUEUE: Queue = Queue::Emails;
}

/// The link to a new password. Without a user there is nothing to do: the form answers the same either way.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendReset {
    pub user_id: Option<i64>,
}

impl Job for SendReset {
    const TOPIC: &'static str = "email.reset_password";
    const QUEUE: Queue = Queue::Emails;
}

/// Tokens that nobody can use any more.
#[derive(Debug, Serialize, Deserialize)]
pub struct PurgeTokens {}

impl Job for PurgeTokens {
    const TOPIC: &'static str = "accounts.purge_tokens";
    const QUEUE: Queue = Queue::Maintenance;
}

/// The topics of this crate.
pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker
        .register::<SendVerification>(send_verification)
        .register::<SendAlreadyRegistered>(send_already_registered)
        .register::<SendReset>(send_reset)
        .register::<PurgeTokens>(purge_tokens)
}

async fn send_verification(ctx: Ctx<App>, job: SendVerification) -> Result<Done, JobError> {
    let Some(account) = store::users::find_user(ctx.pool(), job.user_id).await? else {
        return Ok(Done::ok());
    };
    if account.email_verified {
        return Ok(Done::ok());
    }
    let link = link(&ctx, &account, Purpose::VerifyEmail).await?;
    deliver(&ctx, mails::verify(ctx.state(), &account, &link, message_id(&ctx))).await
}

async fn send_already_registered(ctx: Ctx<App>, job: SendAlreadyRegistered) -> Result<Done, JobError> {
    let Some(account) = store::users::find_user(ctx.pool(), job.user_id).await? else {
        return Ok(Done::ok());
    };
    deliver(&ctx, mails::already_registered(ctx.state(), &account, message_id(&ctx))).await
}

async fn send_reset(ctx: Ctx<App>, job: SendReset) -> Result<Done, JobError> {
    let Some(user_id) = job.user_id else { return Ok(Done::ok()) };
    let Some(account) = store::users::find_user(ctx.pool(), user_id).await? else { return Ok(Done::ok()) };
    let link = link(&ctx, &account, Purpose::ResetPassword).await?;
    deliver(&ctx, mails::reset(ctx.state(), &account, &link, message_id(&ctx))).await
}

async fn purge_tokens(ctx: Ctx<App>, _: PurgeTokens) -> Result<Done, JobError> {
    let deleted = store::tokens::delete_expired_tokens(ctx.pool()).await?;
    Done::with(deleted)
}

/// A fresh link; an attempt that fails leaves one behind that nobody has.
async fn link(ctx: &Ctx<App>, account: &Account, purpose: Purpose) -> Result<String, JobError> {
    let token = Token::new();
    store::tokens::insert_token(ctx.pool(), &token.hash, account.user.id, purpose).await?;
    let path = match purpose {
        Purpose::VerifyEmail => kit::urls::verify_email(account.lang, &token.text),
        Purpose::ResetPassword => kit::urls::reset_password(account.lang, &token.text),
    };
    Ok(ctx.state().absolute(&path))
}

fn message_id(ctx: &Ctx<App>) -> String {
    let origin = ctx.state().config.origin();
    let host = origin.split("://").nth(1).unwrap_or(origin).split(':').next().unwrap_or_default();
    format!("<{}@{host}>", ctx.idempotency_key())
}

async fn deliver(ctx: &Ctx<App>, mail: Mail) -> Result<Done, JobError> {
    let app = ctx.state();
    match mail::deliver(app, Some(ctx.id().0), &mail).await {
        Ok(()) => {}
        Err(DeliverError::Mail(MailError::Permanent(e))) => return Err(JobError::fatal(e)),
        Err(e) => return Err(e.into()),
    }
    // A link is a key to the account: once it has left the house no copy stays here.
    if app.config.smtp_url.is_some() {
        mail::forget_body(app, ctx.id().0).await?;
    }
    Ok(Done::ok())
}
