//! The index of our own: what it finds, how it follows changes, what happens when its files are damaged.

use discovery::index;

use super::goods::{New, category, change, product};
use crate::harness::{Answer, TestApp};

async fn shop(t: &TestApp) -> Vec<i64> {
    let db = &t.app.db;
    let c = category(db, "cuisine", None).await;
    let goods = [
        ("cafetiere", "Cafetière italienne en inox", "Stainless moka pot", "Ondine"),
        ("cafetieres", "Deux cafetières à piston", "Two French presses", "Vesta"),
        ("theiere", "Théière en fonte noire", "Black cast-iron teapot", "Vesta"),
        ("carte", "Carte mémoire 64 Go", "64 GB memory card", "Kestrel"),
        ("chaise", "Chaise de bureau", "Office chair", "Assis"),
    ];
    let mut out = Vec::new();
    for (slug, title, english, brand) in goods {
        out.push(
            product(db, New { category: c, slug, title, english: Some(english), brand, ..New::default() })
                .await,
        );
    }
    out
}

async fn build(t: &TestApp, force: bool) -> usize {
    let outcomes = index::build(&t.app, force, |_| {}).await.expect("index");
    index::follow(&t.app).await.expect("follow");
    outcomes.iter().filter(|(_, o)| o.built).count()
}

async fn search(t: &TestApp, words: &str) -> Answer {
    t.visitor().get(&format!("/recherche?q={}", kit::urls::query(words))).await.expect(200)
}

async fn first(t: &TestApp, words: &str) -> String {
    search(t, words).await.texts("#resultats .card__title").into_iter().next().unwrap_or_default()
}

#[tokio::test]
async fn the_index_finds_words_units_mistakes_and_english() {
    let t = TestApp::new().await;
    shop(&t).await;
    assert_eq!(build(&t, false).await, 2, "one for each language");
    for (words, title) in [
        ("cafetiere italienne", "Cafetière italienne en inox"),
        ("cafteière italiene", "Cafetière italienne en inox"),
        ("64go", "Carte mémoire 64 Go"),
        ("memory card", "Carte mémoire 64 Go"),
        ("vesta théières", "Théière en fonte noire"),
    ] {
        assert_eq!(first(&t, words).await, title, "{words}");
    }
    assert!(search(&t, "cafteière").await.text(".flash").contains("cafetiere"), "says what was searched");
    let english = t.visitor().get("/en/search?q=teapots").await.expect(200);
    assert_eq!(english.texts("#resultats .card__title"), ["Black cast-iron teapot"]);
    t.done().await;
}

#[tokio::test]
async fn an_edit_is_found_without_a_new_index_and_what_is_withdrawn_is_gone() {
    let t = TestApp::new().await;
    let ids = shop(&t).await;
    build(&t, false).await;
    assert_eq!(first(&t, "zorglub").await, "");
    change(
        &t.app.db,
        ids[4],
        "update product_texts set title = 'Zorglub de bureau' where product_id = $1 and lang = 'fr'",
    )
    .await;
    change(&t.app.db, ids[4], "update products set updated_at = clock_timestamp() where id = $1").await;
    change(
        &t.app.db,
        ids[2],
        "update products set status = 'archived', updated_at = clock_timestamp() where id = $1",
    )
    .await;
    index::follow(&t.app).await.expect("follow");
    t.app.pages.clear();
    assert_eq!(first(&t, "zorglub").await, "Zorglub de bureau");
    assert_eq!(first(&t, "chaise").await, "", "its old word");
    assert_eq!(first(&t, "theiere").await, "", "withdrawn");
    t.done().await;
}

#[tokio::test]
async fn nothing_is_built_when_nothing_changed() {
    let t = TestApp::new().await;
    shop(&t).await;
    assert_eq!(build(&t, false).await, 2);
    assert_eq!(build(&t, false).await, 0);
    assert_eq!(build(&t, true).await, 2, "unless forced");
    t.done().await;
}

async fn run(db: &sqlx::PgPool, sql: &'static str) {
    assert!(sqlx::query(sql).execute(db).await.expect(sql).rows_affected() > 0, "{sql}");
}

/// What a build says it does for French.
async fn told(t: &TestApp) -> String {
    t.clock.advance(chrono::TimeDelta::seconds(5));
    let steps = std::sync::Mutex::new(Vec::new());
    index::build(&t.app, false, |step| steps.lock().expect("steps").push(step)).await.expect("index");
    index::follow(&t.app).await.expect("follow");
    t.app.pages.clear();
    steps.into_inner().expect("steps").into_iter().next().unwrap_or_default()
}

#[tokio::test]
async fn a_few_changes_make_the_next_version_and_a_new_name_reads_everything_again() {
    let t = TestApp::new().await;
    let db = &t.app.db;
    let ids = shop(&t).await;
    let c = category(db, "salon", None).await;
    for n in 0..60 {
        let slug: &'static str = Box::leak(format!("lampe-{n}").into_boxed_str());
        product(db, New { category: c, slug, title: "Lampe de salon", ..New::default() }).await;
    }
    // As if the shop had been open for hours.
    run(db, "update products set updated_at = now() - interval '3 hours'").await;
    run(db, "update products set updated_at = now() - interval '1 hour' where id = (select max(product_id) from product_texts where slug = 'chaise')").await;
    assert!(told(&t).await.contains("lecture de 65 produits"));
    assert_eq!(told(&t).await, "", "nothing changed");
    let edit = "update product_texts set title = 'Zorglub de bureau' where product_id = $1 and lang = 'fr'";
    let touch = "update products set updated_at = clock_timestamp() where id = $1";
    change(db, ids[4], edit).await;
    change(db, ids[4], touch).await;
    run(db, "delete from products where id in (select product_id from product_texts where slug = 'theiere')")
        .await;
    let step = told(&t).await;
    assert!(step.contains("2 produits changés"), "one edited, one gone: {step}");
    assert_eq!(first(&t, "zorglub").await, "Zorglub de bureau");
    assert_eq!(first(&t, "cafetiere italienne").await, "Cafetière italienne en inox");
    assert!(!search(&t, "theiere").await.body.contains("Théière en fonte"), "gone");
    run(db, "update category_texts set name = 'Luminaires' where name ilike '%salon%'").await;
    let step = told(&t).await;
    assert!(step.contains("lecture de 64 produits"), "the name stands in many: {step}");
    t.done().await;
}

#[tokio::test]
async fn a_damaged_index_leaves_the_search_to_postgresql_and_is_built_anew() {
    let t = TestApp::new().await;
    shop(&t).await;
    index::build(&t.app, false, |_| {}).await.expect("index");
    let home = t.app.config.index_dir.join("search-fr");
    let version = ml::artefact::current(&t.app.config.index_dir, "search-fr").expect("version");
    std::fs::write(home.join(version).join("search.bundle"), b"nothing of use").expect("damage");
    index::follow(&t.app).await.expect("goes on");
    assert!(index::current(&t.app, kit::Lang::Fr).is_none());
    assert_eq!(first(&t, "cafetiere italienne").await, "Cafetière italienne en inox", "PostgreSQL answers");
    t.clock.advance(chrono::TimeDelta::seconds(2));
    assert_eq!(build(&t, false).await, 1, "the damaged one alone");
    assert!(index::current(&t.app, kit::Lang::Fr).is_some());
    t.done().await;
}
