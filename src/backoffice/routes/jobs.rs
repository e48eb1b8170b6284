//! The machine room: queues, workers, what died.

use jobs::inspect;
use kit::{tr, urls};
use platform::web::page::redirect_with;
use platform::web::{Ctx, Error, Result};
use poem::handler;
use poem::web::Path;

use crate::desk::{Desk, Section};
use crate::views::jobs as views;

/// Dead and waiting jobs shown.
const SHOWN: i64 = 50;

#[handler]
pub async fn index(ctx: Ctx) -> Result {
    let desk = Desk::open(&ctx, Section::Jobs).await?;
    let db = &ctx.app.db;
    let room = views::Room {
        stats: inspect::stats(db).await?,
        workers: inspect::ping(db).await?,
        dead: inspect::dead(db, SHOWN).await?,
        scheduled: inspect::scheduled(db, SHOWN).await?,
    };
    let may_retry = accounts::allows(desk.user.role, accounts::Permission::RetryJobs);
    desk.page(&ctx, &tr!(ctx.lang, "backoffice.nav.jobs"), views::index(&ctx, &room, may_retry))
}

#[handler]
pub async fn retry(ctx: Ctx, Path(id): Path<i64>) -> Result {
    if !inspect::retry(&ctx.app.db, jobs::JobId(id)).await? {
        return Err(Error::NotFound);
    }
    Ok(redirect_with(&ctx, urls::admin::JOBS, "job-retried"))
}
