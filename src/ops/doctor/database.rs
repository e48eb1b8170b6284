//! PostgreSQL: connections, locks, slow queries, tables that need care.

use std::time::Instant;

use kit::{Lang, text, tr};
use platform::App;
use platform::infra::db;

use super::{age, decimal};
use crate::finding::Finding;
use crate::store::{catalog, doctor as store};

const PLACE: &str = "PostgreSQL";

pub async fn examine(app: &App, lang: Lang) -> Vec<Finding> {
    match look(app, lang).await {
        Ok(found) => found,
        Err(e) => {
            vec![Finding::bad(PLACE, tr!(lang, "ops.doctor.database.failed", error = e), "smartmarket check")]
        }
    }
}

async fn look(app: &App, lang: Lang) -> sqlx::Result<Vec<Finding>> {
    let db = &app.db;
    let start = Instant::now();
    let server = store::get_server(db).await?;
    let ms = decimal(lang, start.elapsed().as_secs_f64() * 1000.0);
    let mut found =
        vec![Finding::ok(PLACE, tr!(lang, "ops.doctor.database.answers", ms = ms, version = server.version))];
    found.push(connections(&server, lang));
    found.extend(locks(&server, store::find_blocked(db).await?, lang));
    found.push(memory(&server, lang));
    found.extend(schema(app, lang).await?);
    found.extend(slow(store::list_slow(db).await?, lang));
    let care = [
        ("bloat", store::list_bloated(db).await?),
        ("scan", store::list_scanned(db).await?),
        ("key", store::list_unindexed(db).await?),
    ];
    found.extend(
        care.into_iter().flat_map(|(what, tables)| tables.into_iter().map(move |t| table(what, &t, lang))),
    );
    Ok(found)
}

fn connections(s: &store::Server, lang: Lang) -> Finding {
    let used = 100 * s.connections / s.max_connections.max(1);
    let said = tr!(lang, "ops.doctor.database.connections", n = s.connections, max = s.max_connections);
    let advice = tr!(lang, "ops.doctor.database.connections_do");
    match used {
        95.. => Finding::bad(PLACE, said, advice),
        80.. => Finding::warn(PLACE, said, advice),
        _ => Finding::ok(PLACE, said),
    }
}

fn locks(s: &store::Server, blocked: Option<store::Blocked>, lang: Lang) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(b) = blocked {
        let since = age(lang, b.longest_s);
        let said = tr!(lang, "ops.doctor.database.blocked", n = b.waiting, since = since, pid = b.holder);
        let advice = tr!(lang, "ops.doctor.database.blocked_do", pid = b.holder);
        found.push(if b.longest_s > 10.0 {
            Finding::bad(PLACE, said, advice)
        } else {
            Finding::warn(PLACE, said, advice)
        });
    }
    if s.oldest_transaction_s > 300.0 {
        let since = age(lang, s.oldest_transaction_s);
        found.push(Finding::warn(
            PLACE,
            tr!(lang, "ops.doctor.database.long", since = since),
            tr!(lang, "ops.doctor.database.long_do"),
        ));
    }
    found
}

fn memory(s: &store::Server, lang: Lang) -> Finding {
    let rate = decimal(lang, s.hit_rate * 100.0);
    let said = tr!(lang, "ops.doctor.database.cache", rate = rate);
    // A server that has just started has read everything once.
    if s.hit_rate < 0.95 && s.blocks > 100_000 {
        Finding::warn(PLACE, said, tr!(lang, "ops.doctor.database.cache_do"))
    } else {
        Finding::ok(PLACE, said)
    }
}

async fn schema(app: &App, lang: Lang) -> sqlx::Result<Vec<Finding>> {
    let mut conn = app.db.acquire().await?;
    let applied = db::applied(&mut conn).await.unwrap_or_default();
    let missing = db::MIGRATOR.iter().filter(|m| !applied.contains(&m.version)).count();
    let mut found = Vec::new();
    if missing > 0 {
        found.push(Finding::bad(
            PLACE,
            tr!(lang, "ops.doctor.database.schema", n = missing),
            "smartmarket migrate --plan ; smartmarket migrate",
        ));
    }
    for index in catalog::list_invalid_indexes(&mut *conn).await? {
        found.push(Finding::bad(
            index.table.clone(),
            tr!(lang, "ops.doctor.database.invalid", name = index.name),
            format!("smartmarket dbshell -- -c 'REINDEX INDEX CONCURRENTLY {}'", index.name),
        ));
    }
    Ok(found)
}

fn slow(listed: Option<Vec<store::Slow>>, lang: Lang) -> Vec<Finding> {
    let Some(listed) = listed else {
        return vec![Finding::ok(PLACE, tr!(lang, "ops.doctor.database.no_statements"))];
    };
    let finding = |s: store::Slow| {
        let query = text::shorten(&s.query.split_whitespace().collect::<Vec<_>>().join(" "), 100);
        let ms = format!("{:.0}", s.mean_ms);
        Finding::warn(
            PLACE,
            tr!(lang, "ops.doctor.database.slow", ms = ms, n = s.calls, query = query),
            tr!(lang, "ops.doctor.database.slow_do"),
        )
    };
    listed.into_iter().map(finding).collect()
}

fn table(what: &str, t: &store::Table, lang: Lang) -> Finding {
    let (rows, n) = (text::grouped(lang, t.rows), text::grouped(lang, t.n));
    let (said, advice) = match what {
        "bloat" => (
            tr!(lang, "ops.doctor.database.bloat", n = n, rows = rows),
            tr!(lang, "ops.doctor.database.bloat_do", name = t.name),
        ),
        "scan" => (
            tr!(lang, "ops.doctor.database.scan", n = n, rows = rows),
            tr!(lang, "ops.doctor.database.scan_do"),
        ),
        _ => (tr!(lang, "ops.doctor.database.key", rows = rows), tr!(lang, "ops.doctor.database.key_do")),
    };
    Finding::warn(t.name.clone(), said, advice)
}
