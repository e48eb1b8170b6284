//! The record of backups: to look at, not to touch. Restoring is done with the runbook in hand.

use kit::tr;
use platform::web::{Ctx, Result};
use poem::handler;

use crate::desk::{Desk, Section};
use crate::store::backups as store;
use crate::views::backups as views;

const SHOWN: i64 = 60;

#[handler]
pub async fn index(ctx: Ctx) -> Result {
    let desk = Desk::open(&ctx, Section::Backups).await?;
    let runs = store::list_backups(&ctx.app.db, SHOWN).await?;
    desk.page(&ctx, &tr!(ctx.lang, "backoffice.nav.backups"), views::index(&ctx, &runs))
}
