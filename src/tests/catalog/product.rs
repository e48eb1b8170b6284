//! The product page as a shopper without JavaScript and a search engine see it.

use super::goods::{New, category, change, product};
use crate::harness::TestApp;

#[tokio::test]
async fn a_product_page_has_price_stock_form_and_structured_data_in_both_languages() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    product(&t.app.db, New { category: c, brand: "Ondine", variants: &[("", 4_490, 3)], ..New::default() })
        .await;
    let v = t.visitor();
    let fr = v.get("/p/bouilloire").await.expect(200);
    assert_eq!(fr.text("h1"), "Bouilloire");
    assert_eq!(fr.attr(".buy__price data", "value").as_deref(), Some("44.90"));
    assert!(fr.text("#dispo").contains("Plus que 3"));
    assert_eq!(fr.attr("form.buy__row", "action").as_deref(), Some("/panier/lignes"));
    assert_eq!(fr.attr("link[rel=canonical]", "href").as_deref(), Some("http://shop.test/p/bouilloire"));
    assert_eq!(fr.attr("link[hreflang=en]", "href").as_deref(), Some("http://shop.test/en/p/bouilloire-en"));
    let data: Vec<serde_json::Value> = fr
        .texts(r#"script[type="application/ld+json"]"#)
        .iter()
        .map(|j| serde_json::from_str(j).expect("JSON-LD"))
        .collect();
    assert_eq!(data[0]["offers"]["price"], "44.90");
    assert_eq!(data[0]["offers"]["availability"], "https://schema.org/InStock");
    assert_eq!(data[1]["itemListElement"][1]["name"], "Rayon cuisine");
    assert_eq!(v.get("/en/p/bouilloire-en").await.expect(200).text("h1"), "Kettle");
    t.done().await;
}

#[tokio::test]
async fn slugs_of_the_other_language_and_former_ones_lead_to_the_page() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    let id = product(&t.app.db, New { category: c, ..New::default() }).await;
    sqlx::query(
        "insert into product_slugs (lang, slug, product_id) values ('fr', 'ancienne-bouilloire', $1)",
    )
    .bind(id)
    .execute(&t.app.db)
    .await
    .unwrap();
    let v = t.visitor();
    for (from, to) in [
        ("/p/ancienne-bouilloire", "/p/bouilloire"),
        ("/en/p/ancienne-bouilloire", "/en/p/bouilloire-en"),
        ("/en/p/bouilloire", "/en/p/bouilloire-en"),
        ("/p/bouilloire-en/avis", "/p/bouilloire/avis"),
    ] {
        let answer = v.get(from).await.expect(301);
        assert_eq!(answer.location().as_deref(), Some(to), "{from}");
        v.get(to).await.expect(200);
    }
    t.done().await;
}

#[tokio::test]
async fn drafts_are_not_there_and_withdrawn_products_are_gone() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    let id = product(&t.app.db, New { category: c, ..New::default() }).await;
    let v = t.visitor();
    v.get("/p/bouilloire").await.expect(200);
    change(&t.app.db, id, "update products set status = 'draft' where id = $1").await;
    t.app.pages.clear();
    v.get("/p/bouilloire").await.expect(404);
    change(&t.app.db, id, "update products set status = 'archived' where id = $1").await;
    v.get("/p/bouilloire").await.expect(410);
    for odd in ["/p/rien", "/p/..", "/p/%00", "/p/%27%20or%201=1", "/p/bouilloire/avis/9"] {
        let status = v.get(odd).await.status.as_u16();
        assert!(matches!(status, 404 | 400), "{odd}: {status}");
    }
    t.done().await;
}

#[tokio::test]
async fn a_variant_is_chosen_by_links_and_a_sold_out_one_says_so() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    let variants = &[("noir", 2_990, 0), ("blanc", 3_490, 8)];
    product(&t.app.db, New { category: c, variants, ..New::default() }).await;
    let v = t.visitor();
    let page = v.get("/p/bouilloire").await.expect(200);
    assert_eq!(
        page.text(".opt[aria-current]"),
        "blanc34,90\u{a0}€".replace('\u{a0}', " "),
        "what can be bought comes first"
    );
    assert_eq!(page.attrs(".opt", "href"), ["/p/bouilloire?couleur=noir", "/p/bouilloire?couleur=blanc"]);
    let black = v.get("/p/bouilloire?couleur=noir").await.expect(200);
    assert!(black.text(".opt.off[aria-current]").contains("Épuisé"));
    assert!(black.has("button[disabled]") && !black.has("form.buy__row"));
    assert_eq!(black.attr("link[rel=canonical]", "href").as_deref(), Some("http://shop.test/p/bouilloire"));
    let part = v.get_part("/p/bouilloire?couleur=blanc").await.expect(200);
    assert!(part.has("#fiche") && !part.body.contains("<html"), "htmx gets the part alone");
    assert!(part.header("vary").is_some_and(|v| v.contains("HX-Request-Type")));
    t.done().await;
}

#[tokio::test]
async fn a_reduction_is_counted_from_the_lowest_price_of_the_thirty_days_before() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    let id = product(&t.app.db, New { category: c, variants: &[("", 10_000, 5)], ..New::default() }).await;
    // Raised to 150 for a week, then "reduced" from it: the lowest of the thirty days before stays 100.
    change(&t.app.db, id, "insert into price_log (variant_id, price_cents, valid_from) select id, 15000, now() - interval '8 days' from variants where product_id = $1").await;
    change(&t.app.db, id, "update variants set price_cents = 8000, compare_at_cents = 15000, reduced_since = now() - interval '1 day' where product_id = $1").await;
    let v = t.visitor();
    let page = v.get("/p/bouilloire").await.expect(200);
    assert!(
        page.text(".buy__price").contains("100,00") && page.text(".buy__price").contains("−20"),
        "{}",
        page.text(".buy__price")
    );
    assert!(page.text(".buy__legal").contains("Prix le plus bas des 30 derniers jours : 100,00 €"));
    let list = v.get("/bons-plans").await.expect(200);
    assert!(list.text(".card__omni").contains("100,00"));
    change(&t.app.db, id, "update variants set price_cents = 10000 where product_id = $1").await;
    t.app.pages.clear();
    assert!(
        !v.get("/p/bouilloire").await.expect(200).has(".was"),
        "100 was asked before: that is no reduction"
    );
    t.done().await;
}

#[tokio::test]
async fn without_an_english_text_the_french_one_is_shown_and_marked() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    product(&t.app.db, New { category: c, english: None, ..New::default() }).await;
    let page = t.visitor().get("/en/p/bouilloire").await.expect(200);
    assert_eq!(page.attr("h1", "lang").as_deref(), Some("fr"));
    assert!(page.text("form.buy__row").contains("Add to cart"));
    t.done().await;
}

#[tokio::test]
async fn a_kept_page_follows_every_change_of_price_and_text() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    let id = product(&t.app.db, New { category: c, ..New::default() }).await;
    let v = t.visitor();
    v.get("/p/bouilloire").await.expect(200);
    change(&t.app.db, id, "update variants set price_cents = 1990 where product_id = $1").await;
    change(
        &t.app.db,
        id,
        "update product_texts set title = 'Bouilloire douce' where product_id = $1 and lang = 'fr'",
    )
    .await;
    t.app.pages.clear();
    let page = v.get("/p/bouilloire").await.expect(200);
    assert_eq!(page.attr(".buy__price data", "value").as_deref(), Some("19.90"));
    assert_eq!(page.text("h1"), "Bouilloire douce");
    t.done().await;
}

#[tokio::test]
async fn looks_are_counted_without_writing_and_written_together() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    let id = product(&t.app.db, New { category: c, ..New::default() }).await;
    let v = t.visitor();
    for _ in 0..3 {
        v.get("/p/bouilloire").await.expect(200);
        t.app.pages.clear();
    }
    let views = || {
        sqlx::query_scalar::<_, i32>(
            "select coalesce(sum(views), 0)::int from product_views where product_id = $1",
        )
        .bind(id)
        .fetch_one(&t.app.db)
    };
    assert_eq!(views().await.unwrap(), 0);
    assert_eq!(catalog::views_count::flush(&t.app).await.unwrap(), 1);
    assert_eq!(views().await.unwrap(), 3);
    assert_eq!(catalog::views_count::flush(&t.app).await.unwrap(), 0);
    t.done().await;
}

#[tokio::test]
async fn reviews_are_summed_up_and_paged() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    let id = product(&t.app.db, New { category: c, ..New::default() }).await;
    change(&t.app.db, id, "insert into reviews (product_id, author, rating, body, status) select $1, 'Camille ' || n, 3 + n % 3, 'Avis ' || n, 'approved' from generate_series(1, 25) n").await;
    change(&t.app.db, id, "insert into reviews (product_id, author, rating, body, status) values ($1, 'Spam', 1, '<script>x</script>', 'pending')").await;
    let v = t.visitor();
    let page = v.get("/p/bouilloire").await.expect(200);
    assert!(page.text("#avis h2").contains("25 avis"));
    assert_eq!(page.count("#avis blockquote"), 3);
    assert_eq!(v.get("/p/bouilloire/avis").await.expect(200).count(".revlist li"), 20);
    let second = v.get("/p/bouilloire/avis?page=2").await.expect(200);
    assert_eq!(second.count(".revlist li"), 5);
    assert!(!second.body.contains("Spam"));
    v.get("/p/bouilloire/avis?page=3").await.expect(404);
    t.done().await;
}
