//! The schedule: one run per tick with any number of beats, catch-up, and the two odd days of the year.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::harness::*;
use crate::cron::{Beat, CatchUp, Entry, Fired, Zone, fire};
use crate::*;

fn entry(name: &'static str, expression: &str, zone: Zone, catch_up: CatchUp) -> Entry {
    Entry::new(name, expression, zone, catch_up, |tick| Effect::new(tick.timestamp())).unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn three_beats_give_one_run_per_tick() {
    Db::with(|db| async move {
        let stop = CancellationToken::new();
        let schedule = || vec![entry("each-second", "* * * * * *", Zone::Utc, CatchUp::Once)];
        let beats: Vec<_> =
            (0..3).map(|_| tokio::spawn(Beat::new(db.pool.clone(), schedule()).run(stop.clone()))).collect();
        db.until("select least(count(*), 4) from jobs", 4).await;
        assert_eq!(
            db.count("select count(*) from job_workers where kind = 'beat'").await,
            3,
            "all three beat"
        );
        stop.cancel();
        for beat in beats {
            beat.await.unwrap();
        }
        worker(&db, &Probe::default()).drain().await.unwrap();
        let ticks = db.count("select count(*) from jobs").await;
        assert_eq!(db.count("select count(distinct n) from effects").await, ticks);
        assert_eq!(db.count("select count(*) from effects").await, ticks);
        let gaps = "select max(n) - min(n) + 1 - count(*) from effects";
        assert!(db.count(gaps).await <= 1, "ticks follow each other");
    })
    .await;
}

#[tokio::test]
async fn missed_ticks_are_run_once_late_or_skipped_as_the_entry_says() {
    Db::with(|db| async move {
        let once = entry("once", "0 * * * *", Zone::Utc, CatchUp::Once);
        let skip = entry("skip", "0 0 1 1 *", Zone::Utc, CatchUp::Skip);
        for entry in [&once, &skip] {
            assert_eq!(fire(&db.pool, entry).await.unwrap(), Fired::New);
            assert!(matches!(fire(&db.pool, entry).await.unwrap(), Fired::Idle(_)));
        }
        db.execute("update cron_state set last_tick = now() - interval '3 years'").await;
        assert!(matches!(fire(&db.pool, &once).await.unwrap(), Fired::Enqueued(_)));
        assert!(
            matches!(fire(&db.pool, &once).await.unwrap(), Fired::Idle(_)),
            "once for all that were missed"
        );
        assert_eq!(fire(&db.pool, &skip).await.unwrap(), Fired::Skipped);
        assert_eq!(db.count("select count(*) from jobs").await, 1);
        assert_eq!(db.count("select count(*) from jobs where date_trunc('hour', run_at) = run_at").await, 1);
        // A beat that lost its memory meets the dedupe key.
        db.execute("update cron_state set last_tick = now() - interval '3 years'").await;
        assert_eq!(fire(&db.pool, &once).await.unwrap(), Fired::Taken);
    })
    .await;
}

#[tokio::test]
async fn the_schedule_is_listed_with_its_next_ticks() {
    Db::with(|db| async move {
        let stop = CancellationToken::new();
        let schedule = vec![entry("nightly", "0 0 * * *", Zone::Paris, CatchUp::Once)];
        let beat = tokio::spawn(Beat::new(db.pool.clone(), schedule).run(stop.clone()));
        db.until("select count(*) from cron_state", 1).await;
        enqueue_in(&db.pool, &Effect::new(1), Duration::from_secs(90)).await.unwrap();
        let scheduled = inspect::scheduled(&db.pool, 10).await.unwrap();
        let nightly = &scheduled.cron[0];
        assert_eq!((nightly.name.as_str(), nightly.zone.as_str()), ("nightly", "Europe/Paris"));
        let ahead = nightly.next_tick.unwrap() - Utc::now();
        assert!(ahead > TimeDelta::zero() && ahead <= TimeDelta::hours(25), "{ahead}");
        assert_eq!(scheduled.delayed.len(), 1);
        stop.cancel();
        beat.await.unwrap();
    })
    .await;
}

#[test]
fn daily_ticks_follow_the_clock_of_paris() {
    let midnight = entry("m", "0 0 * * *", Zone::Paris, CatchUp::Once);
    for (now, tick) in [
        ("2026-11-22T22:59:59Z", "2026-11-21T23:00:00Z"),
        ("2026-11-22T23:00:00Z", "2026-11-22T23:00:00Z"),
        ("2026-11-22T23:00:00.4Z", "2026-11-22T23:00:00Z"),
        ("2026-07-01T21:59:59Z", "2026-06-30T22:00:00Z"),
        ("2026-07-01T22:00:01Z", "2026-07-01T22:00:00Z"),
    ] {
        assert_eq!(midnight.latest(utc(now)), Some(utc(tick)), "{now}");
    }
}

#[test]
fn the_hour_that_comes_twice_counts_once_and_midnight_exists_on_both_odd_days() {
    let half_past_two = entry("h", "30 2 * * *", Zone::Paris, CatchUp::Once);
    // The first of the two half past two is due when it comes.
    assert_eq!(half_past_two.latest(utc("2026-10-25T00:30:00Z")), Some(utc("2026-10-25T00:30:00Z")));
    let keys: std::collections::BTreeSet<String> = (0..48)
        .filter_map(|i| half_past_two.latest(utc("2026-10-24T22:00:00Z") + TimeDelta::minutes(30 * i)))
        .map(|tick| Zone::Paris.key(tick))
        .collect();
    assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["2026-10-24T02:30:00", "2026-10-25T02:30:00"]);

    let midnight = entry("m", "0 0 * * *", Zone::Paris, CatchUp::Once);
    for day in ["2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26"] {
        let noon = utc(&format!("{day}T11:00:00Z"));
        let tick = midnight.latest(noon).unwrap();
        assert_eq!(Zone::Paris.key(tick), format!("{day}T00:00:00"));
    }
}

#[test]
fn entries_that_tick_each_second_or_minute_have_a_latest_tick_at_any_time() {
    let each_second = entry("s", "* * * * * *", Zone::Utc, CatchUp::Once);
    let each_minute = entry("m", "* * * * *", Zone::Utc, CatchUp::Once);
    let now = utc("2026-12-31T23:59:59.987Z");
    assert_eq!(each_second.latest(now), Some(utc("2026-12-31T23:59:59Z")));
    assert_eq!(each_minute.latest(now), Some(utc("2026-12-31T23:59:00Z")));
    assert_eq!(each_minute.latest(utc("2027-01-01T00:00:00Z")), Some(utc("2027-01-01T00:00:00Z")));
}

#[test]
fn a_schedule_that_cannot_be_read_names_itself() {
    let error = Entry::new("broken", "0 0 * *", Zone::Utc, CatchUp::Once, |_| Effect::new(1)).err().unwrap();
    assert!(error.to_string().contains("broken"), "{error}");
}
