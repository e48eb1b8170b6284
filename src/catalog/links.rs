//! Products that staff put beside a product, in an order of their own: related, better, bought with it.

use platform::App;
use sqlx::PgExecutor;

use crate::store::links as store;

/// Links of one kind of one product at most.
pub const MOST: usize = 12;

/// What a link means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Related,
    /// The same, better.
    UpSell,
    /// Goes with it.
    CrossSell,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Related, Kind::UpSell, Kind::CrossSell];

    /// As the column and the form have it.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Related => "related",
            Kind::UpSell => "up_sell",
            Kind::CrossSell => "cross_sell",
        }
    }
}

impl From<String> for Kind {
    /// For the column with its CHECK.
    fn from(code: String) -> Kind {
        Kind::ALL.into_iter().find(|k| k.code() == code).unwrap_or(Kind::Related)
    }
}

/// A linked product as staff see it.
#[derive(Debug, Clone)]
pub struct Linked {
    pub kind: Kind,
    pub id: i64,
    pub sku: String,
    pub title: String,
}

/// What is wrong with the links of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing has this reference.
    Unknown(String),
    Itself,
    TooMany,
}

/// Ids beside a product, in their order.
pub async fn list(db: impl PgExecutor<'_>, product_id: i64) -> sqlx::Result<Vec<(Kind, i64)>> {
    store::list(db, product_id).await
}

/// Ids of one kind beside any of these products.
pub async fn list_of(db: impl PgExecutor<'_>, product_ids: &[i64], kind: Kind) -> sqlx::Result<Vec<i64>> {
    if product_ids.is_empty() { Ok(Vec::new()) } else { store::list_of(db, product_ids, kind).await }
}

/// The same with titles, for staff.
pub async fn list_linked(db: impl PgExecutor<'_>, product_id: i64) -> sqlx::Result<Vec<Linked>> {
    store::list_linked(db, product_id).await
}

/// The links become these: for each kind references, bar codes or addresses of products as typed. Nothing is changed when
/// something is wrong.
pub async fn set(
    app: &App,
    product_id: i64,
    said: &[(Kind, String)],
) -> sqlx::Result<Result<(), Vec<(Kind, Fault)>>> {
    let mut faults = Vec::new();
    let mut wanted = Vec::new();
    for (kind, text) in said {
        match read(app, product_id, text).await? {
            Ok(ids) => wanted.push((*kind, ids)),
            Err(fault) => faults.push((*kind, fault)),
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = app.db.begin().await?;
    for (kind, ids) in wanted {
        store::set(&mut tx, product_id, kind, &ids).await?;
    }
    store::touch(&mut tx, product_id).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

async fn read(app: &App, product_id: i64, text: &str) -> sqlx::Result<Result<Vec<i64>, Fault>> {
    let parts = text.split([',', ';', '\n', ' ', '\t']).map(str::trim).filter(|p| !p.is_empty());
    // The address of a product's page names it too.
    let last = |p: &str| p.split(['?', '#']).next().unwrap_or(p).rsplit('/').next().unwrap_or(p).to_string();
    let said: Vec<String> = parts.map(last).take(MOST + 1).collect();
    if said.len() > MOST {
        return Ok(Err(Fault::TooMany));
    }
    let found = find_said(&app.db, &said).await?;
    if let Some(missing) = said.iter().find(|s| found.iter().all(|(f, _)| f != *s)) {
        return Ok(Err(Fault::Unknown(kit::text::shorten(missing, 40))));
    }
    let mut ids: Vec<i64> = Vec::new();
    for (_, id) in found {
        if id == product_id {
            return Ok(Err(Fault::Itself));
        }
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(Ok(ids))
}

/// Products on sale by a reference, a bar code, a slug or a number, in the order asked; what is none is left out.
pub async fn find_said(db: impl PgExecutor<'_>, said: &[String]) -> sqlx::Result<Vec<(String, i64)>> {
    if said.is_empty() { Ok(Vec::new()) } else { store::find_said(db, said).await }
}
