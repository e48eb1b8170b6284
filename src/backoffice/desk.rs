//! What every page of the back office needs besides its content: who works there, the numbers in the navigation, the
//! sequence from which its live stream goes on.

use maud::Markup;
use platform::infra::live;
use platform::web::visitor::User;
use platform::web::{Ctx, Error, Result, page};
use poem::http::StatusCode;

use crate::store;
use crate::views::shell;

/// A place of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Dashboard,
    Orders,
    Products,
    Stock,
    Finding,
    Customers,
    Jobs,
    Backups,
    None,
}

pub struct Desk {
    pub user: User,
    pub section: Section,
    pub to_do: i64,
    pub low: i64,
    /// The last number the page has seen: read before its data, so that nothing falls between page and stream.
    pub seq: i64,
    /// Address of the live stream; `None` on pages without one.
    pub stream: Option<String>,
}

impl Desk {
    /// Opens the page of a section. Call it before anything else is read.
    pub async fn open(ctx: &Ctx, section: Section) -> std::result::Result<Desk, Error> {
        let user = ctx.staff()?.clone();
        let seq = live::last_seq(&ctx.app).await?;
        let to_do = store::orders::count_to_do(&ctx.app.db).await?;
        let low = store::goods::count_low(&ctx.app.db).await?;
        let stream = Some(format!("{}?after={seq}", kit::urls::admin::ORDERS_STREAM));
        Ok(Desk { user, section, to_do, low, seq, stream })
    }

    /// The shell alone, for a page that says why there is none.
    pub fn empty(user: User) -> Desk {
        Desk { user, section: Section::None, to_do: 0, low: 0, seq: 0, stream: None }
    }

    /// This page shows figures and orders: its stream sends them, and only what the filter lets through. `query` is empty or
    /// begins with `?`.
    pub fn live(mut self, query: &str) -> Desk {
        let rest = query.strip_prefix('?').map(|q| format!("&{q}")).unwrap_or_default();
        self.stream = Some(format!("{}?after={}&vue=1{rest}", kit::urls::admin::ORDERS_STREAM, self.seq));
        self
    }

    pub fn page(&self, ctx: &Ctx, title: &str, body: Markup) -> Result {
        self.page_with(ctx, StatusCode::OK, title, body)
    }

    pub fn page_with(&self, ctx: &Ctx, status: StatusCode, title: &str, body: Markup) -> Result {
        let mut response = page::html(status, shell::document(ctx, self, title, body));
        page::no_store(&mut response);
        Ok(response)
    }
}
