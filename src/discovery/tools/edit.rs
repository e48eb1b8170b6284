//! What staff change about search. Each act is checked, written down with who did it and what stood there before, and
//! counts in every web process within seconds.

use kit::{Lang, text};
use platform::App;
use platform::web::context::safe_next;

use super::{key, words};
use crate::store::edit::{self as store, Act};

pub use crate::store::counts::{QueryRow, Sums};
pub use crate::store::edit::{Change, LastChange, PinRow};
pub use crate::store::tools::{Redirect, Synonyms};

/// Most members of a set of synonyms, and pins of a query.
pub const MOST: usize = 20;
const LONGEST: usize = 80;

/// Why an act is not done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The name of the field and the key of the text that says why, below `backoffice.search.fault`.
    #[error("{field}: {why}")]
    Field { field: &'static str, why: &'static str, detail: String },
    #[error("it is not there any more")]
    NotFound,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

fn fault(field: &'static str, why: &'static str, detail: impl Into<String>) -> Refused {
    Refused::Field { field, why, detail: detail.into() }
}

/// Changes shown to staff.
const CHANGES: i64 = 50;

/// Synonyms and redirects, pins, the last changes.
pub struct Overview {
    pub synonyms: Vec<Synonyms>,
    pub redirects: Vec<Redirect>,
    pub pins: Vec<PinRow>,
    pub last: LastChange,
    /// What was changed, newest first.
    pub changes: Vec<Change>,
}

pub async fn overview(app: &App) -> sqlx::Result<Overview> {
    let (synonyms, redirects) = store::lists(&app.db).await?;
    let pins = store::list_pins(&app.db).await?;
    let changes = store::list_changes(&app.db, CHANGES).await?;
    Ok(Overview { synonyms, redirects, pins, last: store::get_last_change(&app.db).await?, changes })
}

/// What was searched in the last `days` days.
pub struct Report {
    pub sums: Sums,
    pub queries: Vec<QueryRow>,
    pub zeros: Vec<QueryRow>,
}

pub async fn report(app: &App, days: i32, limit: i64) -> sqlx::Result<Report> {
    let today = kit::dates::day(app.clock.now());
    let db = &app.db;
    Ok(Report {
        sums: crate::store::counts::get_sums(db, today, days).await?,
        queries: crate::store::counts::list_queries(db, today, days, false, limit).await?,
        zeros: crate::store::counts::list_queries(db, today, days, true, limit).await?,
    })
}

/// Words that mean the same, separated by commas or lines.
pub async fn add_synonyms(app: &App, by: &str, lang: Lang, said: &str) -> Result<(), Refused> {
    let mut members: Vec<String> = Vec::new();
    for part in said.split([',', ';', '\n']) {
        let member = words(&text::one_line(part, LONGEST)).join(" ");
        if !member.is_empty() && !members.contains(&member) {
            members.push(member);
        }
    }
    if members.len() < 2 {
        return Err(fault("words", "few_synonyms", ""));
    }
    if members.len() > MOST {
        return Err(fault("words", "many_synonyms", ""));
    }
    let mut tx = app.db.begin().await?;
    if let Some(known) = store::find_synonyms(&mut tx, lang, &members).await? {
        return Err(fault("words", "known_synonym", known.words.join(", ")));
    }
    store::insert_synonyms(&mut tx, lang, &members, by).await?;
    let act = Act { kind: "synonyms", lang: Some(lang), after: members.join(", "), ..Act::default() };
    store::record(&mut tx, by, &act).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn remove_synonyms(app: &App, by: &str, id: i64) -> Result<(), Refused> {
    let mut tx = app.db.begin().await?;
    let Some(old) = store::delete_synonyms(&mut tx, id).await? else { return Err(Refused::NotFound) };
    let act = Act { kind: "synonyms", lang: Some(old.lang), before: old.words.join(", "), ..Act::default() };
    store::record(&mut tx, by, &act).await?;
    tx.commit().await?;
    Ok(())
}

/// A query that leads to a page of the shop.
pub async fn add_redirect(app: &App, by: &str, lang: Lang, query: &str, url: &str) -> Result<(), Refused> {
    let query = known_query(query)?;
    let url = url.trim();
    // An address of ours may be pasted whole.
    let path = url.strip_prefix(app.config.public_url.trim_end_matches('/')).unwrap_or(url);
    let Some(path) = safe_next(Some(path)) else { return Err(fault("url", "foreign_url", "")) };
    let bare = path.split(['?', '#']).next().unwrap_or_default();
    if bare.starts_with("/admin") || bare.starts_with("/api") {
        return Err(fault("url", "foreign_url", ""));
    }
    let again = Lang::ALL.iter().any(|l| bare == kit::urls::search(*l));
    if again {
        // It would lead to itself.
        return Err(fault("url", "search_url", ""));
    }
    let mut tx = app.db.begin().await?;
    if !store::insert_redirect(&mut tx, lang, &query, path, by).await? {
        return Err(fault("query", "known_redirect", query));
    }
    let act = Act { kind: "redirect", lang: Some(lang), query, after: path.to_string(), ..Act::default() };
    store::record(&mut tx, by, &act).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn remove_redirect(app: &App, by: &str, id: i64) -> Result<(), Refused> {
    let mut tx = app.db.begin().await?;
    let Some(old) = store::delete_redirect(&mut tx, id).await? else { return Err(Refused::NotFound) };
    let act =
        Act { kind: "redirect", lang: Some(old.lang), query: old.query, before: old.url, ..Act::default() };
    store::record(&mut tx, by, &act).await?;
    tx.commit().await?;
    Ok(())
}

fn known_query(query: &str) -> Result<String, Refused> {
    let query = key(&text::one_line(query, LONGEST));
    if query.is_empty() { Err(fault("query", "no_query", "")) } else { Ok(query) }
}

/// The products that come first for a query, by reference, bar code, address or number; none takes the pins away.
pub async fn set_pins(app: &App, by: &str, lang: Lang, query: &str, said: &str) -> Result<(), Refused> {
    let query = known_query(query)?;
    let parts = said.split([',', ';', '\n', ' ', '\t']).map(str::trim).filter(|p| !p.is_empty());
    // The address of a product's page names it too.
    let said: Vec<String> = parts
        .map(|p| p.split(['?', '#']).next().unwrap_or(p).rsplit('/').next().unwrap_or(p).to_string())
        .take(MOST + 1)
        .collect();
    if said.len() > MOST {
        return Err(fault("products", "many_pins", ""));
    }
    let found = catalog::links::find_said(&app.db, &said).await?;
    if let Some(missing) = said.iter().find(|s| found.iter().all(|(f, _)| f != *s)) {
        return Err(fault("products", "unknown_product", text::shorten(missing, 40)));
    }
    let mut ids: Vec<i64> = Vec::new();
    for (_, id) in found {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut tx = app.db.begin().await?;
    let before = store::pinned(&mut tx, lang, &query).await?;
    store::set_pins(&mut tx, lang, &query, &ids, by).await?;
    let after = store::pinned(&mut tx, lang, &query).await?;
    store::record(&mut tx, by, &Act { kind: "pins", lang: Some(lang), query, before, after }).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether clicks count in the order of results.
pub async fn use_clicks(app: &App, by: &str, on: bool) -> Result<(), Refused> {
    let mut tx = app.db.begin().await?;
    let said = |on: bool| if on { "on" } else { "off" }.to_string();
    let before = said(store::set_use_clicks(&mut tx, on).await?);
    store::record(&mut tx, by, &Act { kind: "clicks", before, after: said(on), ..Act::default() }).await?;
    tx.commit().await?;
    Ok(())
}
