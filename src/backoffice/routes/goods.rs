//! Stock: levels and corrections.

use catalog::stock::StockError;
use kit::paging::Page;
use kit::{tr, urls};
use platform::web::page::redirect_with;
use platform::web::{Ctx, Error, Form, Query, Result};
use poem::handler;
use poem::http::StatusCode;
use poem::web::Path;
use serde::Deserialize;

use crate::desk::{Desk, Section};
use crate::views::goods as views;
use crate::{goods, store};

const SIZE: u32 = 50;

/// The list in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StockQuery {
    pub q: String,
    /// `low`, `out` or empty.
    pub niveau: String,
    pub page: String,
}

impl StockQuery {
    fn clean(self) -> StockQuery {
        let niveau = if matches!(self.niveau.as_str(), "low" | "out") { self.niveau } else { String::new() };
        StockQuery { q: kit::text::one_line(&self.q, 80), niveau, page: self.page }
    }

    /// The address of a page of this list.
    pub fn url(&self, page: u32) -> String {
        let mut parts = Vec::new();
        for (name, value) in [("q", &self.q), ("niveau", &self.niveau)] {
            if !value.is_empty() {
                parts.push(format!("{name}={}", urls::query(value)));
            }
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        let base = urls::admin::STOCK;
        if parts.is_empty() { base.to_string() } else { format!("{base}?{}", parts.join("&")) }
    }
}

#[handler]
pub async fn stock(ctx: Ctx, Query(q): Query<StockQuery>) -> Result {
    stock_page(&ctx, q.clean(), None).await
}

async fn stock_page(ctx: &Ctx, q: StockQuery, fault: Option<views::Fault>) -> Result {
    let desk = Desk::open(ctx, Section::Stock).await?;
    let page = Page::from_query(Some(&q.page), SIZE);
    let db = &ctx.app.db;
    let (rows, total) = store::goods::list_stock(db, &q.q, &q.niveau, page.limit(), page.offset()).await?;
    let body = views::stock(ctx, &desk.user, &q, &rows, page, total, fault.as_ref());
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    desk.page_with(ctx, status, &tr!(ctx.lang, "backoffice.nav.stock"), body)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CountForm {
    on_hand: String,
    note: String,
}

/// Sets what is on hand to a counted number.
#[handler]
pub async fn correct(
    ctx: Ctx,
    Path(id): Path<i64>,
    Query(q): Query<StockQuery>,
    Form(form): Form<CountForm>,
) -> Result {
    let user = ctx.staff()?;
    let q = q.clean();
    let Some(counted) = goods::parse_count(&form.on_hand) else {
        let text = tr!(ctx.lang, "backoffice.stock.bad_number").into_owned();
        return stock_page(&ctx, q, Some(views::Fault { variant_id: id, text, value: form.on_hand })).await;
    };
    match goods::count(&ctx.app, user, id, counted, &kit::text::one_line(&form.note, 200)).await {
        Ok(()) => {
            let page = q.page.parse().unwrap_or(1);
            Ok(redirect_with(&ctx, &q.url(page), "saved"))
        }
        Err(goods::CountError::Unknown) => Err(Error::NotFound),
        Err(goods::CountError::Stock(StockError::Shortage(_))) => {
            let text = tr!(ctx.lang, "backoffice.stock.below_reserved").into_owned();
            stock_page(&ctx, q, Some(views::Fault { variant_id: id, text, value: form.on_hand })).await
        }
        Err(goods::CountError::Stock(StockError::Database(e)) | goods::CountError::Database(e)) => {
            Err(e.into())
        }
    }
}
