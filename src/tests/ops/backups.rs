//! Backups by the worker: the scripts are run, and everybody sees what came of it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use platform::web::visitor::Role;
use sqlx::Executor;

use crate::accounts::people::staff;
use crate::harness::TestApp;

fn script(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn the_nightly_backup_is_run_recorded_and_shown_to_admins() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().to_str().unwrap().to_string();
    let t = TestApp::with_vars(&[("SCRIPTS_DIR", &at), ("BACKUP_DIR", &at)]).await;
    script(
        dir.path(),
        "backup.sh",
        "mkdir \"$(dirname \"$0\")/$1\" && echo 12345 > \"$(dirname \"$0\")/$1/manifest.json\"",
    );
    script(
        dir.path(),
        "restore.sh",
        "[ \"$1\" = --verify-only ] || exit 9; echo \"le manifeste de $2 ne concorde pas\" >&2; exit 1",
    );
    let admin = staff(&t, Role::Admin).await;
    assert!(admin.get("/admin/sauvegardes").await.expect(200).has(".empty"));

    jobs::enqueue(&mut *t.app.db.acquire().await.unwrap(), &ops::jobs::Backup {}).await.unwrap();
    t.run_jobs().await;
    let runs = ops::backups::list(&t.app.db, 5).await.unwrap();
    assert_eq!((runs.len(), runs[0].ok, runs[0].bytes), (1, Some(true), 6), "{runs:?}");
    assert!(runs[0].name.starts_with("backup_20") && runs[0].name.len() == 22, "{}", runs[0].name);

    jobs::enqueue(&mut *t.app.db.acquire().await.unwrap(), &ops::jobs::VerifyRestore {}).await.unwrap();
    let drained = smartmarket::worker::worker(&t.app).drain().await.unwrap();
    assert_eq!(drained.failed().len(), 1);
    let runs = ops::backups::list(&t.app.db, 5).await.unwrap();
    assert_eq!((runs[0].kind.as_str(), runs[0].ok), ("verify", Some(false)));
    assert!(runs[0].error.contains("ne concorde pas"), "{}", runs[0].error);

    let page = admin.get("/admin/sauvegardes").await.expect(200);
    assert_eq!(page.count("tbody tr"), 2);
    assert!(page.texts("tbody tr")[0].contains("ne concorde pas"), "{}", page.body);
    assert!(page.texts("tbody tr")[1].contains("Réussie"), "{}", page.body);
    let details = admin.get("/health/detailed/").await.expect(200);
    let body: serde_json::Value = serde_json::from_str(&details.body).unwrap();
    assert!(body["backups"]["last_backup_s"].as_f64().is_some_and(|s| s < 60.0), "{body}");
    assert_eq!(body["backups"]["verify_failed"], true);
    staff(&t, Role::Manager).await.get("/admin/sauvegardes").await.expect(403);
    t.app.db.execute("delete from jobs").await.unwrap();
    t.done().await;
}

#[tokio::test]
async fn without_scripts_nothing_is_recorded_and_nothing_fails() {
    let t = TestApp::new().await;
    jobs::enqueue(&mut *t.app.db.acquire().await.unwrap(), &ops::jobs::Backup {}).await.unwrap();
    assert_eq!(t.run_jobs().await, 1);
    assert!(ops::backups::list(&t.app.db, 5).await.unwrap().is_empty());
    t.done().await;
}

#[tokio::test]
async fn a_run_that_was_interrupted_is_closed_by_the_next() {
    let t = TestApp::new().await;
    let mut conn = t.app.db.acquire().await.unwrap();
    ops::backups::start(&mut conn, ops::backups::Kind::Backup, "backup_1").await.unwrap();
    ops::backups::start(&mut conn, ops::backups::Kind::Backup, "backup_2").await.unwrap();
    drop(conn);
    let runs = ops::backups::list(&t.app.db, 5).await.unwrap();
    assert_eq!((runs[0].ok, runs[1].ok, runs[1].error.as_str()), (None, Some(false), "interrompue"));
    assert_eq!(ops::backups::last_good(&t.app.db).await.unwrap(), None);
    t.done().await;
}

#[test]
fn nothing_daily_is_scheduled_in_the_hour_that_summer_time_takes() {
    let entries = smartmarket::worker::schedule().expect("the schedule");
    let names: Vec<_> = entries.iter().map(|e| e.name()).collect();
    assert!(names.contains(&"backup") && names.contains(&"verify-restore"), "{names:?}");
    for entry in &entries {
        let hour = entry.expression().split_whitespace().nth(1).unwrap_or_default();
        assert_ne!(hour, "2", "{}", entry.name());
    }
}

#[tokio::test]
async fn what_is_old_goes_at_night_and_what_is_needed_stays() {
    let t = TestApp::new().await;
    t.app
        .db
        .execute(
            "insert into live_events (topic, kind, subject, at) values
               ('order', 'created', 1, now() - interval '9 days'), ('order', 'created', 2, now() - interval '8 days');
             insert into mails (message_id, template, recipient, lang, subject, text_body, html_body, sent_at) values
               ('<1>', 'x', 'a@b.fr', 'fr', 'Sujet', 'texte', 'html', now() - interval '91 days'),
               ('<2>', 'x', 'a@b.fr', 'fr', 'Sujet', 'texte', 'html', now()),
               ('<3>', 'x', 'a@b.fr', 'fr', 'Sujet', 'texte', 'html', null);
             insert into backup_runs (kind, name, started_at, finished_at, ok) values
               ('backup', 'old', now() - interval '500 days', now() - interval '500 days', true)",
        )
        .await
        .unwrap();
    let purged = ops::purge::purge(&t.app).await.unwrap();
    assert_eq!(
        purged,
        ops::purge::Purged { live_events: 1, mail_texts: 1, views: 0, searches: 0, backup_runs: 1 }
    );
    assert_eq!(platform::infra::live::last_seq(&t.app).await.unwrap(), 2, "the sequence never begins again");
    t.done().await;
}
