//! One import from end to end: chunk after chunk, each in one transaction with the note how far the run is.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use kit::Lang;
use sqlx::{Acquire, PgConnection, PgPool};

use crate::apply::{Outcome, Rules, apply};
use crate::formats::Format;
use crate::formats::fault::{Reason, RowError};
use crate::plan::StockRule;
use crate::prepare::Prepared;
use crate::progress::Progress;
use crate::reader::{self, Chunk, Message, Task};
use crate::report::{Report, from_json, to_json};
use crate::store::runs::{self, Run};
use crate::taxonomy::Taxonomy;

/// Tries of a chunk that met a deadlock or a lock held too long.
const TRIES: u32 = 5;
/// A killed run holds its lock until the server has noticed.
const PATIENCE: Duration = Duration::from_secs(3);
/// Products after which the planner is told what has come in.
const ANALYZE_AT: [i64; 3] = [500, 3_000, 15_000];
/// Faults against the shop's data that are kept for the report of a resumed run.
const MAX_KEPT_FAULTS: usize = 1_000;

/// How a feed is imported.
#[derive(Clone, Debug)]
pub struct Options {
    /// Validates and compares everything, writes nothing.
    pub dry_run: bool,
    /// Found by the content when `None`.
    pub format: Option<Format>,
    /// The language of the feed's texts.
    pub lang: Lang,
    /// Goes on with an interrupted run of the same file.
    pub resume: bool,
    /// Stock of new variants that the feed calls available without counting them.
    pub default_stock: i32,
    /// Variants that are there keep their stock.
    pub keep_stock: bool,
    /// What sale periods are measured against.
    pub now: DateTime<Utc>,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read at all.
    #[error("{}", .0.sentence(Lang::Fr))]
    Feed(RowError),
    #[error("another import is running")]
    Busy,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the report cannot be written: {0}")]
    Report(#[from] std::io::Error),
}

/// Imports a file into the catalogue and fills `report`. What was committed before an error stays, and a second call goes
/// on behind it.
pub async fn import(
    pool: &PgPool,
    source: &Path,
    options: &Options,
    progress: &mut Progress,
    report: &mut Report,
) -> Result<(), ImportError> {
    let mut conn = pool.acquire().await?;
    let asked = Instant::now();
    while !runs::lock(&mut conn).await? {
        if asked.elapsed() >= PATIENCE {
            return Err(ImportError::Busy);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // Whatever ends this call ends the session, and the lock with it.
    conn.close_on_drop();
    let result = locked(&mut conn, source, options, progress, report).await;
    // Here and now, for whoever imports next; a broken connection has given it up already.
    let unlocked = runs::unlock(&mut conn).await;
    result.and(unlocked.map_err(ImportError::from))
}

async fn locked(
    conn: &mut PgConnection,
    source: &Path,
    options: &Options,
    progress: &mut Progress,
    report: &mut Report,
) -> Result<(), ImportError> {
    let started = Instant::now();
    let file = source.to_path_buf();
    let fingerprint = tokio::task::spawn_blocking(move || reader::fingerprint(&file)).await;
    let fingerprint =
        fingerprint.map_err(|e| std::io::Error::other(e.to_string()))?.map_err(ImportError::Feed)?;
    let before = find_before(conn, &fingerprint, options).await?;
    let skip = before.as_ref().map_or(0, |run| run.items_done.max(0) as u64);
    let task = Task { path: source.to_path_buf(), format: options.format, now: options.now, skip };
    let mut messages = reader::start(task);
    let (format, rows) = match messages.recv().await {
        Some(Ok(Message::Opened { format, rows })) => (format, rows),
        Some(Err(fault)) => return Err(ImportError::Feed(fault)),
        _ => return Err(ImportError::Feed(RowError::new(0, Reason::Unreadable))),
    };
    (report.format, report.rows, report.resumed) = (format.code(), rows, skip as i64);
    let name = source.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let run = match before {
        Some(run) => run,
        None if options.dry_run => Run { faults: serde_json::json!([]), ..Run::default() },
        None => runs::insert_run(conn, &fingerprint, &name, format.code(), options.lang.code()).await?,
    };
    for fault in run.faults.as_array().into_iter().flatten().filter_map(from_json) {
        report.refuse(fault)?;
    }
    progress.begin(rows);
    let stock = StockRule { unknown: options.default_stock, keep: options.keep_stock };
    let rules = Rules { lang: options.lang, stock, dry_run: options.dry_run, note: name };
    let mut importing = Importing { run, taxonomy: Taxonomy::load(conn, options.lang).await?, rules };
    while let Some(message) = messages.recv().await {
        if let Ok(Message::Chunk(chunk)) = message {
            importing.take(conn, chunk, progress, report).await?;
        }
    }
    importing.finish(conn, report).await?;
    progress.end();
    report.elapsed = started.elapsed();
    Ok(report.close()?)
}

async fn find_before(
    conn: &mut PgConnection,
    fingerprint: &[u8],
    options: &Options,
) -> sqlx::Result<Option<Run>> {
    if options.dry_run {
        return Ok(None);
    }
    if !options.resume {
        runs::give_up(conn, fingerprint).await?;
        return Ok(None);
    }
    runs::find_unfinished(conn, fingerprint, options.lang.code()).await
}

struct Importing {
    run: Run,
    taxonomy: Taxonomy,
    rules: Rules,
}

impl Importing {
    /// One chunk: into the catalogue, into the report.
    async fn take(
        &mut self,
        conn: &mut PgConnection,
        chunk: Chunk,
        progress: &mut Progress,
        report: &mut Report,
    ) -> Result<(), ImportError> {
        let line = chunk.last_line as i64;
        for note in chunk.warnings {
            report.warn(note)?;
        }
        for fault in chunk.faults {
            report.refuse(fault)?;
        }
        if !chunk.replayed && chunk.items > 0 {
            let before = self.run.created;
            let outcome =
                self.commit(conn, &chunk.products, chunk.items, line, report.refused as i64).await?;
            if !self.rules.dry_run && ANALYZE_AT.iter().any(|at| before < *at && *at <= self.run.created) {
                runs::analyze(conn).await?;
            }
            for note in outcome.notes {
                report.warn(note)?;
            }
            for fault in outcome.faults {
                report.refuse(fault)?;
            }
        }
        (report.created, report.updated, report.unchanged) =
            (self.run.created, self.run.updated, self.run.unchanged);
        progress.at(chunk.rows);
        Ok(())
    }

    /// Tries the chunk in one transaction; where the data contradict the shop in a way that was not foreseen, product by
    /// product, so that one costs only itself.
    async fn commit(
        &mut self,
        conn: &mut PgConnection,
        products: &[Prepared],
        items: u64,
        line: i64,
        refused: i64,
    ) -> sqlx::Result<Outcome> {
        let before = self.run.clone();
        let mut tries = 0;
        let mut singly = false;
        loop {
            let error = match self.attempt(conn, products, items, line, refused, singly).await {
                Ok(outcome) => return Ok(outcome),
                Err(error) => error,
            };
            self.run = before.clone();
            tries += 1;
            match code(&error).as_deref() {
                Some(code) if passing(code) && tries < TRIES => {
                    tokio::time::sleep(Duration::from_millis(200) * tries).await;
                }
                Some(code) if contradiction(code) && !singly => singly = true,
                _ => return Err(error),
            }
            self.taxonomy = Taxonomy::load(conn, self.rules.lang).await?;
        }
    }

    async fn attempt(
        &mut self,
        conn: &mut PgConnection,
        products: &[Prepared],
        items: u64,
        line: i64,
        refused: i64,
        singly: bool,
    ) -> sqlx::Result<Outcome> {
        let mut tx = conn.begin().await?;
        runs::set_limits(&mut tx).await?;
        let outcome = if singly {
            self.one_by_one(&mut tx, products).await?
        } else {
            apply(&mut tx, products, &mut self.taxonomy, &self.rules).await?
        };
        self.run.items_done += items as i64;
        self.run.created += outcome.created;
        self.run.updated += outcome.updated;
        self.run.unchanged += outcome.unchanged;
        if self.rules.dry_run {
            tx.rollback().await?;
            return Ok(outcome);
        }
        if let Some(kept) = self.run.faults.as_array_mut() {
            let room = MAX_KEPT_FAULTS.saturating_sub(kept.len());
            kept.extend(outcome.faults.iter().take(room).map(to_json));
        }
        runs::set_progress(&mut tx, &self.run, line, refused + outcome.faults.len() as i64).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    async fn one_by_one(&mut self, tx: &mut PgConnection, products: &[Prepared]) -> sqlx::Result<Outcome> {
        let mut all = Outcome::default();
        for product in products {
            let mut point = tx.begin().await?;
            match apply(&mut point, std::slice::from_ref(product), &mut self.taxonomy, &self.rules).await {
                Ok(one) => {
                    point.commit().await?;
                    all.created += one.created;
                    all.updated += one.updated;
                    all.unchanged += one.unchanged;
                    all.faults.extend(one.faults);
                    all.notes.extend(one.notes);
                }
                Err(error) if code(&error).is_some_and(|code| contradiction(&code)) => {
                    point.rollback().await?;
                    let what =
                        platform::infra::db::violated(&error).map_or(error.to_string(), str::to_string);
                    let fault = RowError::new(product.line, Reason::Conflict).found(what);
                    all.faults.push(fault.value(&product.external_id));
                    self.taxonomy = Taxonomy::load(tx, self.rules.lang).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    async fn finish(&mut self, conn: &mut PgConnection, report: &Report) -> sqlx::Result<()> {
        if self.rules.dry_run {
            return Ok(());
        }
        let state = if report.broken.is_some() { "failed" } else { "done" };
        runs::set_finished(conn, self.run.id, state, report.refused as i64).await?;
        if self.run.created + self.run.updated >= 1_000 {
            runs::tidy(conn).await?;
        }
        Ok(())
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned())
}

/// Deadlock, serialisation failure, a lock or statement that took too long: better luck next time.
fn passing(code: &str) -> bool {
    matches!(code, "40P01" | "40001" | "55P03" | "57014")
}

/// A constraint or a value that the database does not take.
fn contradiction(code: &str) -> bool {
    code.starts_with("23") || code.starts_with("22") || code.starts_with("54")
}
