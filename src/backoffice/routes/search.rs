//! One box for everything: an order's number leads straight to it, other words list orders, customers and goods.

use accounts::{Permission, allows};
use kit::{tr, urls};
use platform::web::page::redirect;
use platform::web::{Ctx, Query, Result};
use poem::handler;
use serde::Deserialize;

use crate::desk::{Desk, Section};
use crate::model::{OrderFilter, Tab};
use crate::store;
use crate::views::rows::Viewer;
use crate::views::search as views;

const SHOWN: i64 = 10;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    q: String,
}

#[handler]
pub async fn show(ctx: Ctx, Query(q): Query<SearchQuery>) -> Result {
    let words = kit::text::one_line(&q.q, 80);
    let db = &ctx.app.db;
    if let Some(id) = store::orders::find_by_number(db, &number(&words)).await? {
        return Ok(redirect(&urls::admin::order(id)));
    }
    let desk = Desk::open(&ctx, Section::None).await?;
    let role = desk.user.role;
    let mut found = views::Found::default();
    if !words.is_empty() {
        let filter =
            OrderFilter { tab: Tab::Toutes, words: words.clone(), sort: "date", ..OrderFilter::default() };
        found.orders = store::orders::list_orders(db, &filter, None, SHOWN, 0).await?.0;
        if allows(role, Permission::SeeCustomers) {
            found.customers = accounts::list_customers(db, &words, SHOWN, 0).await?.0;
        }
        if allows(role, Permission::SeeStock) {
            found.goods = store::goods::list_stock(db, &words, "", SHOWN, 0).await?.0;
        }
    }
    let viewer = Viewer { lang: ctx.lang, role, now: ctx.app.clock.now() };
    desk.page(&ctx, &tr!(ctx.lang, "backoffice.nav.search"), views::show(&ctx, viewer, &words, &found))
}

/// `48213` and `sm 48213` are said on the phone for `SM-48213`.
fn number(words: &str) -> String {
    let bare: String = words.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_uppercase();
    let digits = bare.strip_prefix("SM").unwrap_or(&bare);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        format!("SM-{digits}")
    } else {
        words.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn an_order_is_found_however_its_number_is_said() {
        for said in ["SM-48213", "sm 48213", "48213", "Sm48213"] {
            assert_eq!(number(said), "SM-48213");
        }
        assert_eq!(number("Nadia"), "Nadia");
    }
}
