//! Jobs, the schedule and the backups.

use jobs::inspect::{self, CronEntry, TopicStats, WorkerRow};
use kit::{Lang, tr};
use platform::App;

use super::age;
use crate::backups::{self, Ages};
use crate::check::BACKUP_FRESH_S;
use crate::finding::Finding;

/// A trial restore each week, and a day late.
const VERIFY_FRESH_S: f64 = 8.0 * 86_400.0;

pub async fn examine(app: &App, lang: Lang) -> Vec<Finding> {
    match look(app, lang).await {
        Ok(found) => found,
        Err(e) => {
            vec![Finding::bad("jobs", tr!(lang, "ops.doctor.jobs.failed", error = e), "smartmarket migrate")]
        }
    }
}

async fn look(app: &App, lang: Lang) -> sqlx::Result<Vec<Finding>> {
    let mut found = workers(&inspect::ping(&app.db).await?, lang);
    found.extend(topics(&inspect::stats(&app.db).await?, lang));
    let cron = inspect::scheduled(&app.db, 0).await?.cron;
    found.extend(cron.iter().filter_map(|c| overdue(c, app.clock.now(), lang)));
    found.extend(judge_backups(
        backups::known(&app.db, &app.config.backup_dir).await?,
        app.config.is_production(),
        lang,
    ));
    Ok(found)
}

fn workers(rows: &[WorkerRow], lang: Lang) -> Vec<Finding> {
    let alive = |kind: &str| rows.iter().filter(|w| w.alive && w.kind == kind).count();
    let mut found = Vec::new();
    found.push(match alive("worker") {
        0 => Finding::bad(
            "worker",
            tr!(lang, "ops.doctor.jobs.no_worker"),
            tr!(lang, "ops.doctor.jobs.no_worker_do"),
        ),
        n => Finding::ok("worker", tr!(lang, "ops.doctor.jobs.workers", n = n)),
    });
    found.push(match alive("beat") {
        0 => Finding::bad(
            "beat",
            tr!(lang, "ops.doctor.jobs.no_beat"),
            tr!(lang, "ops.doctor.jobs.no_beat_do"),
        ),
        n => Finding::ok("beat", tr!(lang, "ops.doctor.jobs.beats", n = n)),
    });
    found
}

fn topics(stats: &[TopicStats], lang: Lang) -> Vec<Finding> {
    let mut found = Vec::new();
    for t in stats {
        if let Some(waited) = t.oldest_ready_s.filter(|s| *s > 60.0) {
            let since = age(lang, waited);
            let said = tr!(lang, "ops.doctor.jobs.late", n = t.ready, since = since);
            let advice = tr!(lang, "ops.doctor.jobs.late_do");
            found.push(match waited {
                s if s > 600.0 => Finding::bad(t.topic.clone(), said, advice),
                _ => Finding::warn(t.topic.clone(), said, advice),
            });
        }
        if t.dead > 0 {
            let said = tr!(lang, "ops.doctor.jobs.dead", n = t.dead);
            found.push(Finding::warn(t.topic.clone(), said, tr!(lang, "ops.doctor.jobs.dead_do")));
        }
        if t.held > 0 {
            let said = tr!(lang, "ops.doctor.jobs.held", n = t.held);
            found.push(Finding::warn(t.topic.clone(), said, "smartmarket jobs release"));
        }
    }
    if found.is_empty() {
        found.push(Finding::ok("jobs", tr!(lang, "ops.doctor.jobs.fine")));
    }
    found
}

/// An entry whose tick has passed without a beat writing it down.
fn overdue(c: &CronEntry, now: chrono::DateTime<chrono::Utc>, lang: Lang) -> Option<Finding> {
    let missed = inspect::tick_after(&c.schedule, &c.zone, c.last_tick)?;
    if now - missed < chrono::Duration::minutes(5) {
        return None;
    }
    let said = tr!(lang, "ops.doctor.jobs.overdue", when = kit::dates::short(missed));
    Some(Finding::warn(c.name.clone(), said, tr!(lang, "ops.doctor.jobs.no_beat_do")))
}

fn judge_backups(ages: Ages, production: bool, lang: Lang) -> Vec<Finding> {
    let advice = tr!(lang, "ops.doctor.backup.do");
    let mut found = Vec::new();
    found.push(match ages.last_backup_s {
        Some(s) if s <= BACKUP_FRESH_S => {
            Finding::ok("backup", tr!(lang, "ops.doctor.backup.fresh", since = age(lang, s)))
        }
        Some(s) => {
            Finding::bad("backup", tr!(lang, "ops.doctor.backup.old", since = age(lang, s)), advice.clone())
        }
        None if production => Finding::bad("backup", tr!(lang, "ops.doctor.backup.none"), advice.clone()),
        None => Finding::warn("backup", tr!(lang, "ops.doctor.backup.none"), advice.clone()),
    });
    if ages.backup_failed {
        let said = tr!(lang, "ops.doctor.backup.failed");
        found.push(Finding::bad("backup", said, "smartmarket backups list"));
    }
    let verify = tr!(lang, "ops.doctor.backup.verify_do");
    match ages.last_verified_s {
        Some(s) if s <= VERIFY_FRESH_S => {
            found.push(Finding::ok("restore", tr!(lang, "ops.doctor.backup.verified", since = age(lang, s))));
        }
        Some(s) => {
            found.push(Finding::warn(
                "restore",
                tr!(lang, "ops.doctor.backup.verified", since = age(lang, s)),
                verify,
            ));
        }
        None => found.push(Finding::warn("restore", tr!(lang, "ops.doctor.backup.unverified"), verify)),
    }
    if ages.verify_failed {
        let said = tr!(lang, "ops.doctor.backup.verify_failed");
        found.push(Finding::bad("restore", said, "smartmarket backups list"));
    }
    found
}
