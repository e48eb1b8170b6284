//! The list of orders and its bulk actions.

use kit::paging::Page;
use kit::{tr, urls};
use platform::web::page::redirect;
use platform::web::{Ctx, Error, Form, Query, Result};
use poem::handler;
use poem::http::StatusCode;
use sales::orders::Step;
use serde::Deserialize;

use crate::acts;
use crate::desk::{Desk, Section};
use crate::live::message::FEED;
use crate::model::OrderQuery;
use crate::store;
use crate::views::orders::{self as views, OrdersPage, Outcome};
use crate::views::rows::Viewer;

const SIZE: u32 = 25;

#[handler]
pub async fn index(ctx: Ctx, Query(q): Query<OrderQuery>) -> Result {
    let desk = Desk::open(&ctx, Section::Orders).await?;
    let db = &ctx.app.db;
    let now = ctx.app.clock.now();
    let filter = q.filter();
    let page = Page::from_query(Some(&q.page), SIZE);
    let (rows, total) = store::orders::list_orders(db, &filter, None, page.limit(), page.offset()).await?;
    let data = OrdersPage {
        filter: &filter,
        rows: &rows,
        total,
        page,
        counts: store::orders::count_tabs(db).await?,
        figures: &store::figures::load_figures(db, now).await?,
        activity: &store::orders::list_activity(db, FEED).await?,
        methods: &store::orders::list_methods(db).await?,
        seq: desk.seq,
        outcome: outcome(&q.bilan),
    };
    let viewer = Viewer { lang: ctx.lang, role: desk.user.role, now };
    let body = views::index(&ctx, viewer, &data);
    desk.live(&filter.query()).page(&ctx, &tr!(ctx.lang, "backoffice.orders.title"), body)
}

/// `done.refused.conflicts`, as the bulk action left it in the address.
fn outcome(text: &str) -> Option<Outcome> {
    let mut parts = text.split('.').map(|n| n.parse::<u16>().map(i64::from));
    let (done, refused, conflicts) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(Outcome { done, refused, conflicts })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    /// `id:version` of the ticked rows.
    commande: Vec<String>,
    action: String,
    /// The button of one row: `step:id:version`.
    une: String,
}

#[handler]
pub async fn update_many(ctx: Ctx, Query(q): Query<OrderQuery>, Form(form): Form<BulkForm>) -> Result {
    let user = ctx.staff()?;
    let (code, chosen) = match form.une.split_once(':') {
        Some((step, one)) => (step, vec![one.to_string()]),
        None => (form.action.as_str(), form.commande),
    };
    let step = Step::of_code(code).ok_or(Error::Status(StatusCode::BAD_REQUEST))?;
    if !acts::may(user, step) {
        return Err(Error::Forbidden);
    }
    if chosen.len() > acts::BULK {
        return Err(Error::Status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let targets: Option<Vec<_>> = chosen.iter().map(|t| acts::target(t)).collect();
    let targets = targets.ok_or(Error::Status(StatusCode::BAD_REQUEST))?;
    let o = acts::apply_all(&ctx.app, user, step, &targets).await?;
    let query = q.filter().query();
    let sep = if query.is_empty() { '?' } else { '&' };
    let to = format!("{}{query}{sep}bilan={}.{}.{}", urls::admin::ORDERS, o.done, o.refused, o.conflicts);
    Ok(redirect(&to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_numbers_are_taken_for_an_outcome() {
        assert_eq!(outcome("3.1.0"), Some(Outcome { done: 3, refused: 1, conflicts: 0 }));
        for odd in ["", "3", "3.1", "a.b.c", "-1.0.0", "99999999.0.0"] {
            assert_eq!(outcome(odd), None, "{odd}");
        }
    }
}
