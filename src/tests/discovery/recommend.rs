//! What goes with what: pairs, neighbours, staff's links, "Pour vous", and the API that says why.

use discovery::recommend;
use sqlx::PgPool;

use super::shop::{built, search};
use crate::catalog::goods::change;
use crate::harness::{Answer, Client, TestApp};

/// An order of these products by this person, as if paid long ago.
async fn ordered(db: &PgPool, n: i64, email: &str, products: &[i64]) {
    let sql = "with c as (insert into carts (token, lang, completed_at) values (gen_random_uuid(), 'fr', now()) returning id),
        o as (insert into orders (number, token, cart_id, idempotency_key, email, lang, items_cents, shipping_cents, total_cents, tax_cents,
                  payment_method, shipping_method, shipping_name, shipping_address, billing_address, terms_version, placed_at)
              select 'SM-' || $1, gen_random_uuid(), c.id, gen_random_uuid(), $2, 'fr', 2990 * cardinality($3::bigint[]), 0,
                  2990 * cardinality($3::bigint[]), 0, 'transfer', 'home', 'Domicile', '{}', '{}', 1, now() - interval '30 days' + make_interval(hours => $1::int)
              from c returning id)
        insert into order_lines (order_id, position, product_id, variant_id, sku, title, quantity, unit_price_cents, line_total_cents, tax_rate_bp, tax_cents)
        select o.id, n.n, n.id, (select id from variants where product_id = n.id limit 1), 'X', 'X', 1, 2990, 2990, 2000, 0
        from o, unnest($3::bigint[]) with ordinality as n (id, n)";
    sqlx::query(sql).bind(n).bind(email).bind(products).execute(db).await.expect("order");
}

/// Cafetière and théière go together; who bought the card bought the chair later.
async fn learned(t: &TestApp) -> Vec<i64> {
    let ids = built(t).await;
    for n in 0..4 {
        ordered(&t.app.db, 100 + n, &format!("p{n}@example.test"), &[ids[0], ids[2]]).await;
        ordered(&t.app.db, 200 + n, &format!("q{n}@example.test"), &[ids[3]]).await;
        ordered(&t.app.db, 300 + n, &format!("q{n}@example.test"), &[ids[4]]).await;
    }
    ordered(&t.app.db, 400, "r@example.test", &[ids[0], ids[5]]).await;
    recommend::build(&t.app, false).await.expect("learned");
    recommend::follow(&t.app).await.expect("follow");
    discovery::start(&t.app);
    ids
}

async fn open(client: &Client<'_>, path: &str) -> Answer {
    client.get_with(path, &[("sec-fetch-dest", "document")]).await.expect(200)
}

#[tokio::test]
async fn what_is_bought_together_is_offered_together_and_one_form_takes_both() {
    let t = TestApp::new().await;
    let ids = learned(&t).await;
    let v = t.visitor();
    let page = v.get("/p/cafetiere").await.expect(200);
    assert!(page.text("#ens").contains("Souvent achetés ensemble"));
    assert_eq!(
        page.texts("#ensemble li a"),
        ["Théière en fonte noire"],
        "the pair of one order alone proves nothing"
    );
    let variants = page.attrs("#ensemble form input[name=variant]", "value");
    assert_eq!(variants.len(), 2);
    let fields: Vec<(&str, &str)> = variants.iter().map(|id| ("variant", id.as_str())).collect();
    v.post("/panier/lignes", &fields).await.expect(303);
    let cart = v.get("/panier").await.expect(200);
    assert_eq!(cart.count(".lines .line"), 2, "{}", cart.body);
    assert!(!v.get("/p/cafetiere").await.expect(200).has("#ens"), "both are in the cart");
    change(&t.app.db, ids[2], "update stock_levels set on_hand = 0 where variant_id in (select id from variants where product_id = $1)").await;
    t.app.pages.clear();
    assert!(!t.visitor().get("/p/cafetiere").await.expect(200).has("#ens"), "sold out");
    t.done().await;
}

#[tokio::test]
async fn several_articles_in_one_form_are_checked_one_by_one() {
    let t = TestApp::new().await;
    learned(&t).await;
    let v = t.visitor();
    v.post("/panier/lignes", &[("variant", "1"), ("variant", "999999")]).await.expect(404);
    let many: Vec<String> = (1..=6).map(|n| n.to_string()).collect();
    let fields: Vec<(&str, &str)> = many.iter().map(|id| ("variant", id.as_str())).collect();
    v.post("/panier/lignes", &fields).await.expect(404);
    t.done().await;
}

#[tokio::test]
async fn the_api_says_why_and_refuses_with_code_and_field() {
    let t = TestApp::new().await;
    let ids = learned(&t).await;
    catalog::links::set(&t.app, ids[0], &[(catalog::links::Kind::Related, "CHAISE".into())])
        .await
        .expect("db")
        .expect("linked");
    let v = t.visitor();
    let at = |rest: &str| format!("/api/v1/products/{}/recommendations{rest}", ids[0]);
    let body: serde_json::Value =
        serde_json::from_str(&v.get(&at("?k=4&diversity=0.3")).await.expect(200).body).expect("json");
    let items = body["items"].as_array().expect("items");
    assert_eq!(items.len(), 4);
    assert_eq!(
        (items[0]["id"].as_i64(), items[0]["reason"]["code"].as_str()),
        (Some(ids[4]), Some("staff_related"))
    );
    assert!(items.iter().all(|i| i["reason"]["code"].is_string() && i["id"] != ids[0]));
    assert!(items.iter().any(|i| i["reason"]["code"] == "similar" && i["reason"]["because_of"] == ids[0]));
    for (query, field) in [
        ("?k=0", "k"),
        ("?k=51", "k"),
        ("?k=x", "k"),
        ("?diversity=2", "diversity"),
        ("?diversity=NaN", "diversity"),
        ("?lang=de", "lang"),
    ] {
        let answer = v.get(&at(query)).await.expect(422);
        let body: serde_json::Value = serde_json::from_str(&answer.body).expect("json");
        assert_eq!(
            (body["error"]["code"].as_str(), body["error"]["field"].as_str()),
            (Some("invalid"), Some(field)),
            "{query}"
        );
    }
    let missing = v.get("/api/v1/products/987654/recommendations").await.expect(404);
    assert!(missing.body.contains("not_found"));
    v.get("/api/v1/products/x/recommendations").await.expect(422);
    v.get("/api/v1/ml/status").await.expect(401);
    t.done().await;
}

#[tokio::test]
async fn a_new_shop_without_orders_falls_back_to_likeness_and_best_sellers() {
    let t = TestApp::new().await;
    let ids = built(&t).await;
    let answer =
        t.visitor().get(&format!("/api/v1/products/{}/recommendations?k=5", ids[4])).await.expect(200);
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("json");
    assert_eq!(body["items"].as_array().map(Vec::len), Some(5), "{}", answer.body);
    assert!(recommend::build(&t.app, false).await.expect("empty").built);
    assert!(!recommend::build(&t.app, false).await.expect("same").built);
    t.done().await;
}

#[tokio::test]
async fn for_you_comes_from_this_browser_alone_and_can_be_emptied_and_switched_off() {
    let t = TestApp::new().await;
    learned(&t).await;
    let v = t.visitor();
    open(&v, "/p/carte").await;
    assert!(!v.get("/").await.expect(200).has("#pv"), "nobody is remembered unasked");
    v.post("/pour-vous/choix", &[("choix", "oui")]).await.expect(303);
    open(&v, "/p/carte").await;
    let home = v.get("/").await.expect(200);
    assert!(home.has("#pv") && home.has("#vr"));
    assert_eq!(home.texts("[aria-labelledby=vr] .card__title"), ["Carte mémoire 64 Go"]);
    let proposed = home.texts("ul[aria-labelledby=pv] .card__title");
    assert_eq!(proposed.first().map(String::as_str), Some("Chaise de bureau"), "{proposed:?}");
    assert!(!proposed.contains(&"Carte mémoire 64 Go".to_string()));
    assert!(!t.visitor().get("/").await.expect(200).has("#pv"), "nobody else sees it");
    let page = v.get("/pour-vous").await.expect(200);
    assert!(
        page.text(".grid li p").contains("Acheté par les mêmes personnes que : Carte mémoire 64 Go"),
        "{}",
        page.text(".grid li p")
    );
    v.post("/pour-vous/effacement", &[]).await.expect(303);
    assert!(!v.get("/").await.expect(200).has("#pv"));
    v.post("/pour-vous/choix", &[("choix", "non")]).await.expect(303);
    open(&v, "/p/chaise").await;
    assert!(!v.get("/").await.expect(200).has("#pv"), "switched off");
    v.post("/pour-vous/choix", &[("choix", "oui")]).await.expect(303);
    open(&v, "/p/chaise").await;
    assert!(v.get("/").await.expect(200).has("#pv"));
    t.done().await;
}

#[tokio::test]
async fn nothing_is_remembered_of_machines_and_of_who_did_not_ask_for_it() {
    let t = TestApp::new().await;
    learned(&t).await;
    let v = t.visitor();
    let page = v.get("/p/carte").await.expect(200);
    assert!(page.header("set-cookie").is_none(), "no browser opened it: the page may be kept for everybody");
    assert!(open(&v, "/p/carte").await.header("set-cookie").is_none());
    v.post("/pour-vous/choix", &[("choix", "oui")]).await.expect(303);
    v.get("/pour-vous").await.expect(200); // Reads the message away.
    let opened = open(&v, "/p/carte").await;
    let cookie = opened.header("set-cookie").expect("cookie").to_string();
    assert!(
        cookie.starts_with("vus=") && cookie.contains("HttpOnly") && !cookie.contains("Max-Age"),
        "{cookie}"
    );
    assert!(opened.header("cache-control").is_some_and(|c| c.contains("private")));
    t.done().await;
}

#[tokio::test]
async fn the_cart_and_the_order_propose_what_goes_with_them_and_never_what_is_in_them() {
    let t = TestApp::new().await;
    let ids = learned(&t).await;
    let v = t.visitor();
    let variant: i64 = sqlx::query_scalar("select id from variants where product_id = $1")
        .bind(ids[0])
        .fetch_one(&t.app.db)
        .await
        .expect("variant");
    v.post("/panier/lignes", &[("variant", &variant.to_string())]).await.expect(303);
    let cart = v.get("/panier").await.expect(200);
    let beside = cart.texts("[aria-labelledby=avec-panier] .card__title");
    assert_eq!(beside.first().map(String::as_str), Some("Théière en fonte noire"), "{beside:?}");
    assert!(!beside.contains(&"Cafetière italienne en inox".to_string()));
    let similar = v.get("/p/cafetieres").await.expect(200).texts("#similaires .card__title");
    assert!(!similar.contains(&"Cafetière italienne en inox".to_string()), "{similar:?}");
    t.done().await;
}

#[tokio::test]
async fn a_damaged_file_leaves_the_last_in_use_and_pages_without_it_work() {
    let t = TestApp::new().await;
    learned(&t).await;
    t.clock.advance(chrono::TimeDelta::seconds(2));
    let version = recommend::build(&t.app, true).await.expect("forced").version;
    std::fs::write(t.app.config.index_dir.join("recommend").join(version).join("recommend.bundle"), b"no")
        .expect("damage");
    assert!(recommend::follow(&t.app).await.is_err());
    assert!(recommend::current(&t.app).is_some(), "the one before stays");
    t.visitor().get("/p/cafetiere").await.expect(200);
    t.visitor().get(&search("cafetière")).await.expect(200);
    t.done().await;
}

#[tokio::test]
async fn a_kept_page_is_not_shown_to_who_has_what_it_proposes_in_the_cart() {
    let t = TestApp::new().await;
    let ids = learned(&t).await;
    assert!(t.visitor().get("/p/cafetiere").await.expect(200).has("#ens"), "kept for everybody");
    let v = t.visitor();
    let variant: i64 = sqlx::query_scalar("select id from variants where product_id = $1")
        .bind(ids[2])
        .fetch_one(&t.app.db)
        .await
        .expect("variant");
    v.post("/panier/lignes", &[("variant", &variant.to_string())]).await.expect(303);
    v.get("/panier").await.expect(200);
    assert!(!v.get("/p/cafetiere").await.expect(200).has("#ens"));
    assert!(t.visitor().get("/p/cafetiere").await.expect(200).has("#ens"), "theirs is kept for nobody else");
    t.done().await;
}
