//! The few products that changed since a version: the next one is made of it without reading the others again.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use kit::Lang;
use ml::artefact::{self, Manifest};
use ml::search::Engine;
use platform::App;

use crate::store::index::{self as store, Row, State};

use super::{FILE, SEEN, name};

/// Up to which change the catalogue was known when all texts were read.
pub const LEARNED: &str = "learned";
/// Names that stand in the texts of many products: brands, categories.
pub const NAMES: &str = "names";
/// When more than one product in so many changed since, all are read anew.
const RELEARN: i64 = 20;
/// All are read anew at least so often, whatever happened to products without a trace.
const LONGEST: TimeDelta = TimeDelta::days(1);
/// A change is seen when its transaction ends and carries the time when it began.
const SLOWEST: TimeDelta = TimeDelta::minutes(10);

/// What is to be changed in a version so that it knows the catalogue.
pub struct Few {
    engine: Engine,
    rows: Vec<Row>,
    gone: Vec<i64>,
}

impl Few {
    pub fn len(&self) -> usize {
        self.rows.len() + self.gone.len()
    }

    /// The file of the next version.
    pub fn applied(self) -> anyhow::Result<Vec<u8>> {
        let (changed, gone): (Vec<&Row>, Vec<&Row>) = self.rows.iter().partition(|r| r.on_sale);
        let gone = gone.iter().map(|r| r.id).chain(self.gone.iter().copied());
        Ok(self.engine.with_changes(changed.iter().map(|r| r.document()), gone)?.merged()?)
    }
}

/// The changes since a version, and when that was learned; `None` when they are many or when more than products changed.
pub async fn since(
    app: &App,
    lang: Lang,
    version: &str,
    state: &State,
) -> anyhow::Result<Option<(Few, String)>> {
    let (before, bundle) = artefact::open(&app.config.index_dir, name(lang), version, FILE)?;
    let (Some(seen), Some(learned)) = (at(&before, SEEN), at(&before, LEARNED)) else { return Ok(None) };
    let same = before.parameters.get(NAMES) == Some(&state.names);
    let recent = state.updated_at.is_none_or(|at| at - learned < LONGEST);
    if !same || !recent || store::count_changed(&app.db, learned).await? * RELEARN > state.products {
        return Ok(None);
    }
    let most = state.products / RELEARN + 1;
    let rows = store::list_documents(&app.db, lang, Some(seen - SLOWEST), most).await?;
    if rows.len() as i64 == most {
        return Ok(None);
    }
    let engine = Engine::open(&bundle)?;
    let on_sale: HashSet<i64> = store::list_on_sale(&app.db).await?.into_iter().collect();
    let told: HashSet<i64> = rows.iter().map(|r| r.id).collect();
    let known: HashSet<i64> = engine.ids().iter().copied().collect();
    // A product came without a trace: all are read anew.
    if on_sale.iter().any(|id| !known.contains(id) && !told.contains(id)) {
        return Ok(None);
    }
    let gone = known.difference(&on_sale).filter(|id| !told.contains(id)).copied().collect();
    Ok(Some((Few { engine, rows, gone }, learned.to_rfc3339())))
}

fn at(manifest: &Manifest, parameter: &str) -> Option<DateTime<Utc>> {
    let at = manifest.parameters.get(parameter)?;
    DateTime::parse_from_rfc3339(at).ok().map(|at| at.to_utc())
}
