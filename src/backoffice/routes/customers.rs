//! Customers and their orders.

use kit::paging::Page;
use kit::tr;
use platform::web::{Ctx, Error, Query, Result};
use poem::handler;
use poem::web::Path;
use sales::orders;
use serde::Deserialize;

use crate::desk::{Desk, Section};
use crate::views::customers as views;

const SIZE: u32 = 50;
/// Orders shown on a customer's page.
const ORDERS: u32 = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    page: String,
}

#[handler]
pub async fn index(ctx: Ctx, Query(q): Query<ListQuery>) -> Result {
    let desk = Desk::open(&ctx, Section::Customers).await?;
    let words = kit::text::one_line(&q.q, 80);
    let page = Page::from_query(Some(&q.page), SIZE);
    let (rows, total) = accounts::list_customers(&ctx.app.db, &words, page.limit(), page.offset()).await?;
    let body = views::index(&ctx, &words, &rows, page, total);
    desk.page(&ctx, &tr!(ctx.lang, "backoffice.nav.customers"), body)
}

#[handler]
pub async fn show(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let desk = Desk::open(&ctx, Section::Customers).await?;
    let db = &ctx.app.db;
    let customer = accounts::find_customer(db, id).await?.ok_or(Error::NotFound)?;
    let filter = orders::Filter { user_id: Some(id), ..orders::Filter::default() };
    let page = Page { number: 1, size: ORDERS };
    let (rows, addresses) =
        (orders::list_orders(db, &filter, page).await?, accounts::addresses::list(db, id).await?);
    let title = if customer.name.is_empty() { customer.email.clone() } else { customer.name.clone() };
    desk.page(&ctx, &title, views::show(&ctx, &customer, &rows, &addresses))
}
