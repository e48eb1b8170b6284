//! The index of passages: built, followed, kept, and what happens without a sound one.

use assistant::index;
use kit::Lang;

use super::shop::{self, ask, said};
use crate::harness::TestApp;

async fn build(t: &TestApp, force: bool) -> usize {
    let outcomes = index::build(&t.app, force, |_| {}).await.expect("index");
    index::follow(&t.app).await.expect("follow");
    outcomes.iter().filter(|(_, o)| o.built).count()
}

async fn answers(t: &TestApp) {
    let (kind, text) = said(&ask(&t.visitor(), "Livrez-vous en Belgique ?").await);
    assert!(kind == "answer" && text.contains("9,90 €"), "{text}");
}

#[tokio::test]
async fn it_is_built_when_something_changed_and_followed_without_a_restart() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    assert_eq!(build(&t, false).await, 2, "one for each language");
    assert_eq!(build(&t, false).await, 0, "nothing changed");
    let before = index::current(&t.app, Lang::Fr).expect("in use").version.clone();
    answers(&t).await;
    let sql = "with x as (update page_texts set body = body || E'\n\n## Suisse\n\nNous livrons la Suisse en dix jours.' where slug = 'livraison') update pages set updated_at = now() where code = 'livraison'";
    sqlx::query(sql).execute(&t.app.db).await.expect("page");
    t.clock.advance(chrono::Duration::seconds(2));
    assert_eq!(build(&t, false).await, 2, "the pages changed");
    assert_ne!(index::current(&t.app, Lang::Fr).expect("in use").version, before);
    let (_, text) = said(&ask(&t.visitor(), "Livrez-vous en Suisse ?").await);
    assert!(text.contains("dix jours"), "{text}");
    t.done().await;
}

#[tokio::test]
async fn the_job_builds_it_when_pages_changed() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    jobs::enqueue(&t.app.db, &index::BuildPassages {}).await.expect("job");
    t.run_jobs().await;
    index::follow(&t.app).await.expect("follow");
    assert!(index::current(&t.app, Lang::En).is_some());
    t.done().await;
}

#[tokio::test]
async fn without_a_sound_index_postgresql_answers() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    answers(&t).await;
    // Published and not yet followed, as a process that starts finds it.
    index::build(&t.app, false, |_| {}).await.expect("index");
    let damage = |t: &TestApp| {
        for name in ["rag-fr", "rag-en"] {
            let home = t.app.config.index_dir.join(name);
            let version = std::fs::read_to_string(home.join("current")).expect("published");
            std::fs::write(home.join(version).join("pages.bundle"), b"broken").expect("damage");
        }
    };
    damage(&t);
    index::follow(&t.app).await.expect("follow");
    assert!(index::current(&t.app, Lang::Fr).is_none());
    answers(&t).await;
    assert_eq!(build(&t, false).await, 2, "a damaged one is built anew though nothing changed");
    t.done().await;
}
