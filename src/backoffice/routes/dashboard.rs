//! The first page: how the day goes, what waits.

use kit::tr;
use platform::web::{Ctx, Result};
use poem::handler;

use crate::desk::{Desk, Section};
use crate::live::message::FEED;
use crate::model::{OrderFilter, Tab};
use crate::store;
use crate::views::rows::Viewer;
use crate::views::{dashboard, shell};

/// Orders and goods shown here; the rest stands on their own pages.
const SHOWN: i64 = 6;

#[handler]
pub async fn show(ctx: Ctx) -> Result {
    let desk = Desk::open(&ctx, Section::Dashboard).await?;
    let db = &ctx.app.db;
    let now = ctx.app.clock.now();
    let filter = OrderFilter { tab: Tab::ATraiter, sort: "depart", ..OrderFilter::default() };
    let (rows, _) = store::orders::list_orders(db, &filter, None, SHOWN, 0).await?;
    let (low, _) = store::goods::list_stock(db, "", "low", SHOWN, 0).await?;
    let figures = store::figures::load_figures(db, now).await?;
    let activity = store::orders::list_activity(db, FEED).await?;
    let viewer = Viewer { lang: ctx.lang, role: desk.user.role, now };
    let desk = desk.live(&filter.query());
    let body = dashboard::show(&ctx, viewer, &desk, &figures, &rows, &low, &activity);
    desk.page(&ctx, &tr!(ctx.lang, "backoffice.nav.dashboard"), body)
}

#[handler]
pub async fn menu(ctx: Ctx) -> Result {
    let desk = Desk::open(&ctx, Section::None).await?;
    let body = shell::menu(&ctx, &desk);
    desk.page(&ctx, &tr!(ctx.lang, "backoffice.nav.menu"), body)
}
