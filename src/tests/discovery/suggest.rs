//! Suggestions while typing: what they offer, and what they keep of it (nothing).

use super::shop::{built, stocked};
use crate::catalog::goods::change;
use crate::harness::{Answer, TestApp};

async fn typed(t: &TestApp, words: &str) -> Answer {
    t.visitor().get_part(&format!("/recherche/suggestions?q={}", kit::urls::query(words))).await.expect(200)
}

#[tokio::test]
async fn products_categories_and_queries_are_offered_as_options_that_are_links() {
    let t = TestApp::new().await;
    built(&t).await;
    let list = typed(&t, "cafet").await;
    assert_eq!(list.texts("[aria-labelledby=sg-q] [role=option]"), ["cafetière", "cafetières"]);
    let products = list.texts("[aria-labelledby=sg-p] [role=option]");
    assert!(
        products.iter().any(|p| p.starts_with("Cafetière italienne en inox") && p.ends_with("29,90 €")),
        "{products:?}"
    );
    assert_eq!(list.attr("[aria-labelledby=sg-p] a", "href").as_deref(), Some("/p/cafetiere"));
    assert!(
        list.attr("[data-said]", "data-said").is_some_and(|s| s.starts_with("4 suggestions")),
        "{}",
        list.body
    );
    assert!(
        list.attrs("[role=option]", "id").len() == 4
            && list.attrs("[role=option]", "tabindex").iter().all(|t| t == "-1")
    );
    assert_eq!(typed(&t, "rayon cui").await.texts("[aria-labelledby=sg-c] [role=option]"), ["Rayon cuisine"]);
    let english = t.visitor().get_part("/en/search/suggestions?q=teap").await.expect(200);
    assert!(english.text("[aria-labelledby=sg-p] [role=option]").starts_with("Black cast-iron teapot"));
    t.done().await;
}

#[tokio::test]
async fn a_slip_of_the_pen_and_two_words_still_lead_to_the_product() {
    let t = TestApp::new().await;
    built(&t).await;
    for (words, title) in
        [("cafteière", "Cafetière"), ("théière fon", "Théière en fonte noire"), ("64 go", "Carte mémoire")]
    {
        let list = typed(&t, words).await;
        assert!(list.text("[aria-labelledby=sg-p] [role=option]").contains(title), "{words}: {}", list.body);
    }
    t.done().await;
}

#[tokio::test]
async fn what_cannot_be_bought_is_not_suggested() {
    let t = TestApp::new().await;
    let ids = built(&t).await;
    change(&t.app.db, ids[2], "update stock_levels set on_hand = 0 where variant_id in (select id from variants where product_id = $1)").await;
    assert!(!typed(&t, "théière").await.has("[aria-labelledby=sg-p]"));
    t.done().await;
}

#[tokio::test]
async fn without_an_index_postgresql_answers_and_without_javascript_the_search_does() {
    let t = TestApp::new().await;
    stocked(&t).await;
    let list = typed(&t, "cafet").await;
    assert_eq!(list.count("[aria-labelledby=sg-p] [role=option]"), 2, "{}", list.body);
    let plain = t.visitor().get("/recherche/suggestions?q=th%C3%A9i%C3%A8re").await.expect(303);
    assert_eq!(plain.location().as_deref(), Some("/recherche?q=th%C3%A9i%C3%A8re"));
    let page = t.visitor().get("/").await.expect(200);
    assert_eq!(page.attr("#q", "hx-get").as_deref(), Some("/recherche/suggestions"));
    assert!(
        page.has("form.search[action='/recherche'] #q[name=q]")
            && page.has("#suggestions[role=listbox][hidden]")
    );
    t.done().await;
}

#[tokio::test]
async fn nothing_is_kept_of_who_types_nor_counted_as_a_search() {
    let t = TestApp::new().await;
    built(&t).await;
    let visitor = t.visitor();
    visitor.get_part("/recherche/suggestions?q=ca").await.expect(200);
    for n in 0..50 {
        let answer = visitor
            .get_part(&format!("/recherche/suggestions?q={}", &"cafetiere+italienne"[..2 + n % 12]))
            .await;
        assert!(answer.header("set-cookie").is_none());
    }
    discovery::tools::counts::flush(&t.app).await.expect("flush");
    let counted: i64 =
        sqlx::query_scalar("select count(*) from search_queries").fetch_one(&t.app.db).await.expect("count");
    assert_eq!(counted, 0, "what is being typed is not a search");
    t.done().await;
}
