//! The maintenance switch: one row in PostgreSQL that every web process looks at each second.
//!
//! When the row cannot be read the last state stays: a database that is away is answered by 503 pages anyway.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kit::Lang;
use serde::Serialize;
use sqlx::PgExecutor;

use super::app::App;
use super::{store, watch};

/// How often the row is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// What the row says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub active: bool,
    pub message_fr: String,
    pub message_en: String,
    /// When the shop is expected back.
    pub until: Option<DateTime<Utc>>,
}

impl Notice {
    /// The operator's own words, when there are any.
    pub fn message(&self, lang: Lang) -> Option<&str> {
        let own = lang.pick(self.message_fr.as_str(), self.message_en.as_str());
        Some(own).filter(|m| !m.is_empty())
    }

    /// Seconds for `Retry-After`: to the announced end, else two minutes.
    pub fn retry_after(&self, now: DateTime<Utc>) -> u32 {
        let left = self.until.map(|until| (until - now).num_seconds()).filter(|s| *s > 0);
        u32::try_from(left.unwrap_or(120)).unwrap_or(120).clamp(10, 86_400)
    }
}

/// What this process last saw. Asking costs one relaxed load.
#[derive(Default)]
pub struct Switch {
    on: AtomicBool,
    notice: RwLock<Arc<Notice>>,
}

impl Switch {
    pub fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    pub fn notice(&self) -> Arc<Notice> {
        self.notice.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, notice: Notice) {
        let active = notice.active;
        *self.notice.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(notice);
        self.on.store(active, Ordering::Relaxed);
    }
}

/// The row as it is now.
pub async fn get(db: impl PgExecutor<'_>) -> sqlx::Result<Notice> {
    store::get_maintenance(db).await
}

/// Writes the row; every web process follows within two seconds.
pub async fn set(db: impl PgExecutor<'_>, notice: &Notice) -> sqlx::Result<()> {
    store::set_maintenance(db, notice).await
}

/// Looks once.
pub async fn refresh(app: &App) -> sqlx::Result<()> {
    let now = get(&app.db).await?;
    if *app.maintenance.notice() != now {
        tracing::info!(active = now.active, "maintenance has changed");
        app.maintenance.set(now);
        app.pages.clear();
    }
    Ok(())
}

/// Looks each second until shutdown. One task per web process.
pub fn start(app: &App) {
    let trouble = "the maintenance switch could not be read, it stays";
    watch::every(app, EVERY, trouble, |app| async move { refresh(&app).await });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_come_back_at_the_announced_time_or_in_two_minutes() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let notice = |s: i64| Notice { until: Some(now + chrono::Duration::seconds(s)), ..Notice::default() };
        assert_eq!(notice(600).retry_after(now), 600);
        assert_eq!(notice(-5).retry_after(now), 120, "late: soon");
        assert_eq!(notice(3).retry_after(now), 10);
        assert_eq!(Notice::default().retry_after(now), 120);
    }
}
