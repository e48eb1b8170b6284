//! The commands of the runbook, as scripts and people at night use them: what they say, and their exit codes.

use std::collections::BTreeMap;

use platform::infra::db;
use sqlx::Executor;

use super::run;
use crate::harness::TestApp;
use crate::harness::process::{self, Ended};
use crate::sales::shelf::{goods, order};

fn shop(t: &TestApp, args: &[&str]) -> Ended {
    run("smartmarket", t, &[], args)
}

fn json(ended: &Ended) -> serde_json::Value {
    serde_json::from_str(&ended.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ended.out, ended.err))
}

#[tokio::test]
async fn check_says_what_is_wrong_where_and_what_to_do() {
    let t = TestApp::new().await;
    let media = tempfile::tempdir().unwrap();
    let vars = [("MEDIA_DIR", media.path().to_str().unwrap())];
    let fine = run("smartmarket", &t, &vars, &["check"]);
    assert_eq!(fine.code, 0, "{}{}", fine.out, fine.err);
    assert!(fine.out.contains("Tout est en ordre."));

    let nowhere = [vars[0], ("DATABASE_URL", "postgres://127.0.0.1:1/x")];
    let away = run("smartmarket", &t, &nowhere, &["check", "--json"]);
    assert_eq!(away.code, 1);
    let found = json(&away);
    assert_eq!(found["ok"], false);
    let bad = found["findings"].as_array().unwrap().iter().find(|f| f["level"] == "bad").expect("a finding");
    assert_eq!(bad["place"], "PostgreSQL");
    assert!(bad["advice"].as_str().is_some_and(|a| a.contains("DATABASE_URL")));

    let wrong = run("smartmarket", &t, &[("DB_POOL_SIZE", "beaucoup")], &["check"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.out.contains("DB_POOL_SIZE vaut « beaucoup »"), "{}", wrong.out);
    t.done().await;
}

#[tokio::test]
async fn check_deploy_fails_on_each_weak_setting_and_passes_a_sound_one() {
    let t = TestApp::new().await;
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().to_str().unwrap();
    // The runbook of this shop, not the one of the source, whose contacts are blank.
    let scripts = dir.path().join("scripts");
    std::fs::create_dir(&scripts).unwrap();
    std::fs::write(dir.path().join("RUNBOOK.md"), "## Contacts\n\n- Astreinte : Ana\n").unwrap();
    accounts::create_staff(
        &t.app.db,
        "chef@boutique.fr",
        "Chef",
        platform::web::visitor::Role::Admin,
        "une phrase bien longue",
    )
    .await
    .expect("staff");
    let mut conn = t.app.db.acquire().await.unwrap();
    let id = ops::backups::start(&mut conn, ops::backups::Kind::Backup, "backup_1").await.unwrap();
    ops::backups::finish(&mut *conn, id, Ok(5)).await.unwrap();
    drop(conn);
    let sound: BTreeMap<&str, &str> = [
        ("SMARTMARKET_ENV", "production"),
        ("PUBLIC_URL", "https://boutique.fr"),
        ("SECRET_KEY", "8f0c2d9b7a6e5f4c3b2a1908f7e6d5c4b3a29180"),
        ("SMTP_URL", "smtps://boutique:8f0c2d9b7a6e5f4e@smtp.boutique.fr:465"),
        ("MAIL_FROM", "Boutique <bonjour@boutique.fr>"),
        ("MEDIA_DIR", at),
        ("TRUST_PROXY", "true"),
        ("LOG_LEVEL", "info"),
        ("RATE_LIMIT_FACTOR", "1"),
        ("METRICS_ADDR", "127.0.0.1:9100"),
        ("SCRIPTS_DIR", scripts.to_str().unwrap()),
    ]
    .into();
    let check = |changes: &[(&'static str, &'static str)]| {
        let mut vars = sound.clone();
        vars.extend(changes.iter().copied());
        run("smartmarket", &t, &vars.into_iter().collect::<Vec<_>>(), &["check", "--deploy"])
    };
    let fine = check(&[]);
    assert_eq!(fine.code, 0, "{}{}", fine.out, fine.err);
    for (name, value) in [
        ("SMARTMARKET_ENV", "development"),
        ("SECRET_KEY", "court"),
        ("PUBLIC_URL", "http://boutique.fr"),
        ("MAIL_FROM", "x@smartmarket.example"),
        ("RATE_LIMIT_FACTOR", "1000"),
        ("DEBUG", "true"),
        ("LOG_LEVEL", "debug"),
    ] {
        let weak = check(&[(name, value)]);
        assert_eq!(weak.code, 1, "{name}={value} passed: {}", weak.out);
        let line = weak.out.lines().skip_while(|l| !l.starts_with(&format!("✗ {name}"))).nth(1);
        assert!(line.is_some_and(|l| l.trim_start().starts_with('→')), "{name}: {}", weak.out);
    }
    t.app.db.execute("update backup_runs set finished_at = now() - interval '30 hours'").await.unwrap();
    let old = check(&[]);
    assert_eq!(old.code, 1);
    assert!(old.out.contains("30 heures"), "{}", old.out);
    t.done().await;
}

#[tokio::test]
async fn check_deploy_notices_blank_contacts_in_the_runbook() {
    let t = TestApp::new().await;
    let dir = tempfile::tempdir().unwrap();
    let scripts = dir.path().join("scripts");
    std::fs::create_dir(&scripts).unwrap();
    let check = || {
        let vars = [("SCRIPTS_DIR", scripts.to_str().unwrap())];
        run("smartmarket", &t, &vars, &["check", "--deploy"]).out
    };
    std::fs::write(dir.path().join("RUNBOOK.md"), "# Runbook\n\n## Contacts\n\n- Astreinte : ____\n")
        .unwrap();
    assert!(check().contains("✗ RUNBOOK.md, ligne 5"), "{}", check());
    std::fs::write(dir.path().join("RUNBOOK.md"), "# Runbook\n\n## Contacts\n\n- Astreinte : Ana\n").unwrap();
    assert!(!check().contains("RUNBOOK.md"), "{}", check());
    t.done().await;
}

#[tokio::test]
async fn dbshell_keeps_the_password_out_of_the_arguments_and_passes_the_exit_code() {
    let t = TestApp::new().await;
    let asked = shop(&t, &["dbshell", "--", "-Atc", "select current_database()"]);
    assert_eq!((asked.code, asked.out.trim()), (0, t.database.name.as_str()), "{}", asked.err);
    assert_ne!(shop(&t, &["dbshell", "--", "-v", "ON_ERROR_STOP=1", "-c", "select wrong"]).code, 0);
    // A psql that shows its arguments instead.
    let dir = tempfile::tempdir().unwrap();
    let psql = dir.path().join("psql");
    std::fs::write(&psql, "#!/bin/sh\necho \"$# $PGUSER $PGPASSWORD $PGDATABASE\"\n").unwrap();
    std::fs::set_permissions(&psql, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = dir.path().to_str().unwrap();
    let vars = [("PATH", path), ("DATABASE_URL", "postgres://anne:p%40ss@127.0.0.1:1/shop")];
    let shown = run("smartmarket", &t, &vars, &["dbshell"]);
    assert_eq!(shown.out.trim(), "0 anne p@ss shop", "{}", shown.err);
    let nothing = run("smartmarket", &t, &[("PATH", "/nowhere")], &["dbshell"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.err.contains("postgresql-client"), "{}", nothing.err);
    t.done().await;
}

#[tokio::test]
async fn makemigration_writes_a_file_that_keeps_the_rules() {
    let t = TestApp::new().await;
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().to_str().unwrap();
    std::fs::write(dir.path().join("29990101000000_later.sql"), "-- x").unwrap();
    assert_eq!(shop(&t, &["makemigration", "add gift cards", "--dir", at]).code, 0);
    let path = dir.path().join("29990101000001_add_gift_cards.sql");
    let text = std::fs::read_to_string(&path).expect("it sorts after all others");
    assert!(text.starts_with("-- add gift cards") && text.contains("set lock_timeout = '3s';"), "{text}");
    for bad in ["../x", "x;y", "É’", ""] {
        let refused = shop(&t, &["makemigration", bad, "--dir", at]);
        assert_ne!(refused.code, 0, "{bad}");
    }
    let nowhere = shop(&t, &["makemigration", "x", "--dir", "/nowhere/at/all"]);
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.err.contains("/nowhere/at/all"), "{}", nowhere.err);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    t.done().await;
}

/// The database as the release before the newest migration left it, without its rows.
async fn all_but_the_newest(t: &TestApp) {
    t.app.db.execute("drop schema public cascade; create schema public").await.unwrap();
    let before = db::MIGRATOR.iter().nth_back(1).expect("two migrations").version;
    db::MIGRATOR.run_to(before, &t.app.db).await.unwrap();
}

#[tokio::test]
async fn migrate_runs_once_whoever_asks_and_the_plan_names_what_waits() {
    let t = TestApp::new().await;
    assert_eq!(shop(&t, &["migrate", "--plan"]).out.trim(), "La base est à jour : rien à appliquer.");
    all_but_the_newest(&t).await;
    let plan = shop(&t, &["migrate", "--plan"]);
    assert_eq!(plan.code, 0, "{}", plan.out);
    let newest = db::required().to_string();
    assert!(plan.out.contains(&newest) && plan.out.contains("Rien n’arrête la boutique"), "{}", plan.out);
    assert!(shop(&t, &["showmigrations"]).out.contains("1 migration(s) à appliquer"));
    let (one, two) = std::thread::scope(|s| {
        let a = s.spawn(|| shop(&t, &["migrate"]));
        let b = s.spawn(|| shop(&t, &["migrate"]));
        (a.join().unwrap(), b.join().unwrap())
    });
    assert_eq!((one.code, two.code), (0, 0), "{}{}{}{}", one.out, one.err, two.out, two.err);
    let both = format!("{}{}", one.out, two.out);
    assert!(both.contains("1 migration(s) appliquée(s)") && both.contains("à jour"), "{both}");
    t.done().await;
}

#[tokio::test]
async fn migrate_says_when_an_index_is_invalid_and_when_it_was_changed_afterwards() {
    let t = TestApp::new().await;
    // As a killed CREATE INDEX CONCURRENTLY leaves it.
    t.app.db.execute("create index broken on orders (phone)").await.unwrap();
    t.app
        .db
        .execute("update pg_index set indisvalid = false where indexrelid = 'broken'::regclass")
        .await
        .unwrap();
    let told = shop(&t, &["migrate"]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("broken") && told.out.contains("REINDEX"), "{}", told.out);
    let checked = shop(&t, &["check"]);
    assert!(checked.code == 1 && checked.out.contains("broken"), "{}", checked.out);
    t.app.db.execute("drop index broken").await.unwrap();
    assert_eq!(shop(&t, &["migrate"]).code, 0);

    t.app.db.execute("update _sqlx_migrations set checksum = '\\x00'").await.unwrap();
    let changed = shop(&t, &["migrate"]);
    assert_eq!(changed.code, 1);
    assert!(changed.err.contains("modifiée après avoir été appliquée"), "{}", changed.err);
    t.done().await;
}

#[tokio::test]
async fn a_release_works_on_the_schema_of_the_next_one() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    t.app
        .db
        .execute(
            "alter table orders add column note_of_the_next_release text;
             create table of_the_next_release (id int);
             insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (29990101000000, 'later', true, '\\x00', 1);
             insert into jobs (queue, topic, payload) values ('emails', 'email.next_release', '{\"v\": 1}')",
        )
        .await
        .unwrap();
    let done = shop(&t, &["migrate"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("1 migration(s) de plus"), "{}", done.out);
    t.visitor().get("/health/ready/").await.expect(200);
    order(&t, kettle, "1").await;
    assert_eq!(t.mails().await.len(), 1, "the order is taken and confirmed");
    let later: String = sqlx::query_scalar("select state from jobs where topic = 'email.next_release'")
        .fetch_one(&t.app.db)
        .await
        .unwrap();
    assert_eq!(later, "ready", "left for the release that knows it");
    t.done().await;
}

#[tokio::test]
async fn maintenance_is_switched_and_told() {
    let t = TestApp::new().await;
    assert_eq!(shop(&t, &["maintenance", "status"]).code, 0);
    assert_eq!(shop(&t, &["maintenance", "on", "--message", "Inventaire.", "--for", "30m"]).code, 0);
    let closed = shop(&t, &["maintenance", "status"]);
    assert_eq!(closed.code, 3);
    assert!(closed.out.contains("réouverture prévue"), "{}", closed.out);
    assert_eq!(json(&shop(&t, &["maintenance", "status", "--json"]))["message_fr"], "Inventaire.");
    assert_ne!(shop(&t, &["maintenance", "on", "--for", "bientôt"]).code, 0);
    assert_eq!(shop(&t, &["maintenance", "off"]).code, 0);
    assert_eq!(shop(&t, &["maintenance", "status"]).code, 0);
    t.done().await;
}

#[tokio::test]
async fn mails_are_held_after_a_restore_until_they_are_released() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    order(&t, kettle, "1").await;
    assert_eq!(shop(&t, &["jobs", "held"]).code, 0);
    let held = shop(&t, &["jobs", "hold", "--running", "--json"]);
    assert_eq!((held.code, json(&held)["held"].as_i64()), (0, Some(1)), "{}", held.err);
    assert_eq!(t.mails().await.len(), 0, "nothing leaves the house");
    assert_eq!(shop(&t, &["jobs", "held"]).code, 3);
    let released = shop(&t, &["jobs", "release"]);
    assert!(released.out.starts_with("1 tâche(s)"), "{}", released.out);
    assert_eq!(t.mails().await.len(), 1, "and then once");
    let nothing = shop(&t, &["jobs", "retry", "424242"]);
    assert_eq!(nothing.code, 1);
    t.done().await;
}

#[tokio::test]
async fn invariants_are_zero_and_a_broken_one_is_named() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    order(&t, kettle, "1").await;
    let sound = shop(&t, &["invariants"]);
    assert_eq!(sound.code, 0, "{}{}", sound.out, sound.err);
    t.app.db.execute("update stock_levels set reserved = reserved + 1").await.unwrap();
    let broken = shop(&t, &["invariants", "--json"]);
    assert_eq!(broken.code, 1);
    let list = json(&broken)["invariants"].as_array().unwrap().clone();
    let wrong: Vec<_> = list.iter().filter(|i| i["violations"] != 0).map(|i| i["check"].clone()).collect();
    assert_eq!(wrong, ["reservations_that_differ_from_the_level"]);
    t.app.db.execute("update stock_levels set reserved = reserved - 1").await.unwrap();
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn doctor_speaks_both_languages_and_finds_what_is_wrong() {
    let t = TestApp::new().await;
    let told = shop(&t, &["doctor"]);
    assert_eq!(told.code, 1, "no worker is alive");
    for words in
        ["répond en", "aucun worker ne vit", "aucune sauvegarde", "disque plein à", "Des points graves"]
    {
        assert!(told.out.contains(words), "{words} in {}", told.out);
    }
    let english = shop(&t, &["doctor", "--lang", "en"]).out;
    assert!(english.contains("no worker is alive") && english.contains("trial"), "{english}");
    assert!(!english.contains("ops.doctor"), "every text is there: {english}");
    assert!(!told.out.contains("ops.doctor"), "every text is there: {}", told.out);

    t.app.db.execute("insert into job_workers (id, kind, host, pid, version) values (gen_random_uuid(), 'worker', 'h', 1, '1'), (gen_random_uuid(), 'beat', 'h', 2, '1')").await.unwrap();
    let fine = shop(&t, &["doctor", "--json"]);
    // The disk of this machine may be full; nothing else is.
    let bad = |f: &&serde_json::Value| f["level"] == "bad";
    let told = json(&fine);
    let bad: Vec<_> = told["findings"].as_array().expect("findings").iter().filter(bad).collect();
    assert!(
        bad.iter().all(|f| f["text"].as_str().is_some_and(|t| t.starts_with("disque plein"))),
        "{}",
        fine.out
    );
    assert_eq!((fine.code == 0, told["ok"] == true), (bad.is_empty(), bad.is_empty()));

    let away = run("smartmarket", &t, &[("DATABASE_URL", "postgres://127.0.0.1:1/x")], &["doctor"]);
    assert!(away.code == 1 && away.out.contains("✗ PostgreSQL : ne répond pas"), "{}", away.out);
    t.done().await;
}

#[tokio::test]
async fn every_command_explains_itself() {
    let t = TestApp::new().await;
    for (program, commands) in [
        (
            "smartmarket",
            &[
                "serve",
                "migrate",
                "showmigrations",
                "makemigration",
                "dbshell",
                "check",
                "doctor",
                "invariants",
                "maintenance",
                "jobs",
                "backups",
                "health",
                "collectstatic",
                "createsuperuser",
                "debug-task",
            ][..],
        ),
        ("smartmarket-worker", &["run", "beat", "inspect", "health"][..]),
    ] {
        for command in commands {
            let help = run(program, &t, &[], &[command, "--help"]);
            assert_eq!(help.code, 0, "{command}");
            assert!(help.out.trim().lines().next().is_some_and(|l| l.len() > 20), "{command}: {}", help.out);
        }
        assert_eq!(run(program, &t, &[], &["rien-de-tel"]).code, 2);
    }
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn migrate_asks_for_a_lock_in_turns_and_keeps_nobody_waiting_behind_it() {
    let t = TestApp::new().await;
    let mut holder = t.app.db.begin().await.unwrap();
    holder.execute("lock table _sqlx_migrations in access exclusive mode").await.unwrap();
    let database = t.database.clone();
    let migrating =
        tokio::task::spawn_blocking(move || process::run("smartmarket", &database, &[], &["migrate"]));
    // Until it has given up once: the lock time-out is 3 s.
    let asked_again = async {
        let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        let waits = async || sqlx::query_scalar::<_, i64>(waiting).fetch_one(&t.app.db).await.unwrap() > 0;
        while !waits().await {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        while waits().await {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), asked_again)
        .await
        .expect("it gives up and asks again");
    holder.rollback().await.unwrap();
    let done = migrating.await.unwrap();
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(
        done.out.contains("nouvel essai 1/10") && done.out.contains("La base est à jour"),
        "{}",
        done.out
    );
    t.done().await;
}
