//! What staff decide about search and what is counted: synonyms, redirects, pins, clicks, reports.

use discovery::tools::edit::{self, Refused};
use discovery::tools::{self, counts};
use kit::Lang;

use super::shop::{built, search, stocked};
use crate::harness::{Answer, TestApp};

fn titles(page: &Answer) -> Vec<String> {
    page.texts("#resultats .card__title")
}

async fn find(t: &TestApp, words: &str) -> Answer {
    t.app.pages.clear();
    t.visitor().get(&search(words)).await.expect(200)
}

fn why(outcome: Result<(), Refused>) -> (&'static str, &'static str) {
    match outcome {
        Err(Refused::Field { field, why, .. }) => (field, why),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn synonyms_find_with_and_without_an_index_from_the_next_request_on() {
    for indexed in [true, false] {
        let t = TestApp::new().await;
        if indexed {
            built(&t).await
        } else {
            stocked(&t).await
        };
        assert!(titles(&find(&t, "chandail").await).is_empty());
        edit::add_synonyms(&t.app, "staff:1", Lang::Fr, "Pull, chandail\ntricot de laine")
            .await
            .expect("added");
        for words in ["chandail", "chandails bleus", "tricot de laine"] {
            let page = find(&t, words).await;
            assert_eq!(
                titles(&page).first().map(String::as_str),
                Some("Pull en laine bleu"),
                "{words} {indexed}"
            );
        }
        let said = find(&t, "chandail").await.texts("main .flash");
        assert!(said.is_empty(), "what staff said needs no excuse: {said:?} {indexed}");
        let set = edit::overview(&t.app).await.expect("overview").synonyms;
        edit::remove_synonyms(&t.app, "staff:1", set[0].id).await.expect("removed");
        assert!(titles(&find(&t, "chandail").await).is_empty());
        t.done().await;
    }
}

#[tokio::test]
async fn a_redirect_leads_to_a_page_of_the_shop_only() {
    let t = TestApp::new().await;
    built(&t).await;
    edit::add_redirect(&t.app, "staff:1", Lang::Fr, "Livraison !", "/infos/livraison").await.expect("added");
    let answer = t.visitor().get(&search("livraison")).await.expect(303);
    assert_eq!(answer.location().as_deref(), Some("/infos/livraison"));
    t.visitor().get("/en/search?q=livraison").await.expect(200);
    let add =
        async |query: &str, url: &str| why(edit::add_redirect(&t.app, "staff:1", Lang::Fr, query, url).await);
    assert_eq!(add("livraison", "/panier").await, ("query", "known_redirect"));
    assert_eq!(add("?!", "/panier").await, ("query", "no_query"));
    for bad in
        ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "panier", "/admin/", "/\\evil"]
    {
        assert_eq!(add("autre", bad).await, ("url", "foreign_url"), "{bad}");
    }
    assert_eq!(add("autre", "/recherche?q=autre").await, ("url", "search_url"));
    edit::add_redirect(&t.app, "staff:1", Lang::Fr, "panier", "http://shop.test/panier")
        .await
        .expect("pasted whole");
    t.done().await;
}

#[tokio::test]
async fn pinned_products_come_first_while_they_can_be_bought() {
    let t = TestApp::new().await;
    let ids = built(&t).await;
    assert_eq!(titles(&find(&t, "cafetière").await).len(), 2);
    edit::set_pins(&t.app, "staff:1", Lang::Fr, "Cafetière", "THEIERE, /p/chaise").await.expect("pinned");
    let page = find(&t, "cafetière").await;
    assert_eq!(titles(&page)[..2], ["Théière en fonte noire", "Chaise de bureau"]);
    assert_eq!(titles(&page).len(), 4);
    let sold_out = "update stock_levels set on_hand = 0 where variant_id in (select id from variants where product_id = $1)";
    crate::catalog::goods::change(&t.app.db, ids[2], sold_out).await;
    assert_eq!(titles(&find(&t, "cafetière").await)[0], "Chaise de bureau");
    let bad = edit::set_pins(&t.app, "staff:1", Lang::Fr, "cafetière", "NOSUCH-1").await;
    assert_eq!(why(bad), ("products", "unknown_product"));
    edit::set_pins(&t.app, "staff:1", Lang::Fr, "cafetiere", "").await.expect("unpinned");
    assert_eq!(titles(&find(&t, "cafetière").await).len(), 2);
    t.done().await;
}

#[tokio::test]
async fn searches_are_counted_without_anybody_and_reported_with_their_volume() {
    let t = TestApp::new().await;
    built(&t).await;
    for _ in 0..3 {
        find(&t, "Trottinette").await;
        find(&t, "cafetière").await;
    }
    find(&t, "jean.dupont@example.fr").await;
    find(&t, "06 12 34 56 78").await;
    find(&t, "cafetière&prix_max=1").await;
    counts::flush(&t.app).await.expect("flush");
    let report = edit::report(&t.app, 30, 50).await.expect("report");
    let nothing = find(&t, "zeppelin").await;
    assert_eq!(nothing.texts("[aria-labelledby=souvent] a"), ["cafetière"], "a way out of finding nothing");
    let zeros: Vec<_> = report.zeros.iter().map(|q| (q.shown.as_str(), q.zeros)).collect();
    assert_eq!(zeros, [("trottinette", 3)]);
    assert!(
        report.queries.iter().any(|q| q.query == "cafetiere" && q.shown == "cafetière" && q.searches == 3)
    );
    assert!(report.queries.iter().all(|q| !q.query.contains("dupont") && !q.query.contains("06")));
    let columns: Vec<String> = sqlx::query_scalar(
        "select column_name::text from information_schema.columns where table_name in ('search_queries', 'search_clicks')",
    )
    .fetch_all(&t.app.db)
    .await
    .expect("columns");
    for personal in ["user_id", "session", "ip", "cookie", "email", "at"] {
        assert!(!columns.iter().any(|c| c == personal), "{personal}");
    }
    t.done().await;
}

#[tokio::test]
async fn what_several_open_from_the_results_rises_until_staff_switch_it_off() {
    let t = TestApp::new().await;
    let ids = built(&t).await;
    let before = titles(&find(&t, "cafetières vesta ondine").await);
    assert_eq!(before.len(), 2, "{before:?}");
    let last = if before[1].starts_with("Deux") { "cafetieres" } else { "cafetiere" };
    let referer = format!("http://shop.test{}", search("cafetières vesta ondine"));
    for _ in 0..40 {
        t.visitor().get_with(&format!("/p/{last}"), &[("referer", &referer)]).await.expect(200);
    }
    let again = t.visitor();
    for _ in 0..10 {
        again.get_with("/p/chaise", &[("referer", &referer)]).await.expect(200);
        again
            .get_with(&format!("/p/{last}"), &[("referer", "http://evil.test/recherche?q=x")])
            .await
            .expect(200);
    }
    counts::flush(&t.app).await.expect("flush");
    let rows: Vec<(i64, i16, i32)> = sqlx::query_as("select product_id, position, clicks from search_clicks")
        .fetch_all(&t.app.db)
        .await
        .expect("rows");
    let id = if last == "cafetieres" { ids[1] } else { ids[0] };
    assert_eq!(rows, [(id, 2, 40)], "only what stood among the results counts");
    assert_eq!(titles(&find(&t, "cafetières vesta ondine").await)[0], before[1]);
    edit::use_clicks(&t.app, "staff:1", false).await.expect("off");
    assert_eq!(titles(&find(&t, "cafetières vesta ondine").await), before);
    assert!(!tools::current(&t.app).await.use_clicks);
    t.done().await;
}

#[tokio::test]
async fn the_same_visitor_counts_once_and_old_counts_are_forgotten() {
    let t = TestApp::new().await;
    built(&t).await;
    let visitor = t.visitor();
    let referer = format!("http://shop.test{}", search("cafetière"));
    for _ in 0..5 {
        visitor.get_with("/p/cafetiere", &[("referer", &referer)]).await.expect(200);
    }
    find(&t, "zeppelin").await;
    counts::flush(&t.app).await.expect("flush");
    let clicks: i64 = sqlx::query_scalar("select sum(clicks) from search_clicks")
        .fetch_one(&t.app.db)
        .await
        .expect("clicks");
    assert_eq!(clicks, 1);
    assert_eq!(counts::forget(&t.app).await.expect("forget"), 0, "young");
    t.clock.advance(chrono::TimeDelta::days(8));
    assert_eq!(counts::forget(&t.app).await.expect("forget"), 1, "a query of one person, a week later");
    t.clock.advance(chrono::TimeDelta::days(200));
    assert_eq!(counts::forget(&t.app).await.expect("forget"), 1, "the click");
    t.done().await;
}
