//! The cart: adding, changing, what changed meanwhile, whose it is.

use super::shelf::{count, goods, put, set_price};
use crate::harness::TestApp;

#[tokio::test]
async fn an_article_goes_into_a_guests_cart_and_the_cookie_remembers_it() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 4_490, 9).await;
    let v = t.visitor();
    assert!(v.get("/panier").await.expect(200).text("h2").contains("vide"));
    let added = put(&v, kettle, "2").await.expect(303);
    assert_eq!(added.location().as_deref(), Some("/panier"));
    assert!(added.header("set-cookie").is_some_and(|c| c.contains("HttpOnly") && c.contains("SameSite=Lax")));
    let page = v.get("/panier").await.expect(200);
    assert_eq!(page.count("li.line"), 1);
    assert_eq!(page.text("#cart-count"), "2 articles");
    assert!(page.text(".line__price").contains("89,80"));
    // A card has no quantity field: none means one.
    v.post("/panier/lignes", &[("variant", &kettle.to_string())]).await.expect(303);
    assert_eq!(v.get("/panier").await.attr(&format!("#q-{kettle}"), "value").as_deref(), Some("3"));
    // English shows the same cart in English.
    assert!(v.get("/en/cart").await.expect(200).text(".line__t").contains("Kettle"));
    t.done().await;
}

#[tokio::test]
async fn htmx_gets_the_new_number_and_a_toast() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 4_490, 9).await;
    let v = t.visitor();
    let body = format!("_csrf={}&variant={kettle}&quantity=1", v.token());
    let part = [("hx-request", "true"), ("hx-request-type", "partial")];
    let answer = v.post_raw("/panier/lignes", body, &part).await.expect(200);
    assert!(
        answer.body.contains(r##"hx-target="#cart-count""##) && answer.body.contains("toast"),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("<html"));
    assert!(v.cookie("cart").is_some());
    t.done().await;
}

#[tokio::test]
async fn what_is_no_quantity_is_refused_with_a_message_and_changes_nothing() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 4_490, 9).await;
    let v = t.visitor();
    put(&v, kettle, "2").await.expect(303);
    let name = format!("quantite-{kettle}");
    for bad in ["0", "-1", "1.5", "1e3", "1000000000", "2147483648", "9223372036854775808", "٣", " ", "<b>"]
    {
        let answer = put(&v, kettle, bad).await.expect(422);
        assert!(answer.text(".flash--bad").contains("nombre entier"), "{bad}");
        let answer = v.post("/panier", &[(&name, bad)]).await.expect(422);
        assert_eq!(answer.attr(&format!("#q-{kettle}"), "aria-invalid").as_deref(), Some("true"), "{bad}");
        assert_eq!(count(&t.app.db, "select sum(quantity) from cart_lines").await, 2, "{bad}");
    }
    assert_eq!(v.post("/panier", &[(&name, "")]).await.status.as_u16(), 422);
    t.done().await;
}

#[tokio::test]
async fn unknown_variants_are_not_found() {
    let t = TestApp::new().await;
    let v = t.visitor();
    for id in ["0", "-4", "999999", "abc", "", "9223372036854775808", "1; drop table carts"] {
        v.post("/panier/lignes", &[("variant", id), ("quantity", "1")]).await.expect(404);
    }
    assert_eq!(count(&t.app.db, "select count(*) from carts").await, 0);
    t.done().await;
}

#[tokio::test]
async fn nobody_has_more_in_the_cart_than_there_is() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 4_490, 3).await;
    let gone = goods(&t.app.db, 2, 900, 0).await;
    let v = t.visitor();
    put(&v, kettle, "50").await.expect(303);
    assert_eq!(v.get("/panier").await.attr(&format!("#q-{kettle}"), "value").as_deref(), Some("3"));
    let refused = put(&v, gone, "1").await.expect(409);
    assert!(refused.text(".flash--bad").contains("épuisé"));
    let name = format!("quantite-{kettle}");
    v.post("/panier", &[(&name, "2")]).await.expect(303);
    assert_eq!(v.get("/panier").await.attr(&format!("#q-{kettle}"), "value").as_deref(), Some("2"));
    let lowered = v.post("/panier", &[(&name, "9")]).await.expect(303);
    assert!(v.follow(lowered).await.text(".flash--warn").contains("ramenée"));
    v.post("/panier", &[("retirer", &kettle.to_string())]).await.expect(303);
    assert!(v.get("/panier").await.text("h2").contains("vide"));
    t.done().await;
}

#[tokio::test]
async fn the_cart_says_once_what_changed_since_the_last_visit() {
    let t = TestApp::new().await;
    let (dear, cheap, rare) = (
        goods(&t.app.db, 1, 4_000, 9).await,
        goods(&t.app.db, 3, 4_000, 9).await,
        goods(&t.app.db, 5, 4_000, 5).await,
    );
    let v = t.visitor();
    for variant in [dear, cheap, rare] {
        put(&v, variant, "4").await.expect(303);
    }
    set_price(&t.app.db, dear, 4_500).await;
    set_price(&t.app.db, cheap, 3_500).await;
    sqlx::query("update stock_levels set on_hand = 2 where variant_id = $1")
        .bind(rare)
        .execute(&t.app.db)
        .await
        .unwrap();
    let page = v.get("/panier").await.expect(200);
    let told = page.texts(".flash--warn li");
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("40,00") && told[0].contains("45,00"));
    assert!(told[1].contains("bonne nouvelle"));
    assert!(told[2].contains("que 2"));
    assert_eq!(page.attr(&format!("#q-{rare}"), "value").as_deref(), Some("2"));
    assert!(!v.get("/panier").await.has(".flash--warn"), "told once");
    sqlx::query("update stock_levels set on_hand = 0 where variant_id = $1")
        .bind(rare)
        .execute(&t.app.db)
        .await
        .unwrap();
    let page = v.get("/panier").await;
    assert!(
        page.text(".flash--warn").contains("épuisé") && !page.has("a[href='/commande']"),
        "sold out blocks the checkout"
    );
    t.done().await;
}

#[tokio::test]
async fn a_guests_cart_joins_the_customers_at_sign_in() {
    let t = TestApp::new().await;
    let db = &t.app.db;
    let (a, b) = (goods(db, 1, 1_000, 50).await, goods(db, 3, 1_000, 50).await);
    let user: i64 = sqlx::query_scalar("insert into users (email) values ('a@exemple.fr') returning id")
        .fetch_one(db)
        .await
        .unwrap();
    let v = t.visitor();
    put(&v, a, "2").await;
    let first = v.cookie("cart").unwrap();
    // The guest's cart becomes the customer's.
    let (cart, n) = sales::cart::resolve(&t.app, Some(user), Some(&first)).await.unwrap();
    assert_eq!(n, 2);
    // Another guest's cart of theirs joins it: quantities are summed.
    let w = t.visitor();
    put(&w, a, "3").await;
    put(&w, b, "1").await;
    let second = w.cookie("cart").unwrap();
    let both = [0; 8].map(|_| sales::cart::resolve(&t.app, Some(user), Some(&second)));
    let joined = futures::future::join_all(both).await;
    for found in joined {
        let (id, n) = found.unwrap();
        assert_eq!((id, n), (cart, 6), "eight requests at once merge once");
    }
    assert_eq!(count(db, "select count(*) from carts").await, 1);
    // The session ends: the cookie still finds the cart.
    assert_eq!(sales::cart::resolve(&t.app, None, Some(&second)).await.unwrap(), (cart, 6));
    // Another customer with this cookie does not get it.
    let other: i64 = sqlx::query_scalar("insert into users (email) values ('b@exemple.fr') returning id")
        .fetch_one(db)
        .await
        .unwrap();
    assert_eq!(sales::cart::resolve(&t.app, Some(other), Some(&second)).await.unwrap(), (None, 0));
    assert_eq!(sales::cart::resolve(&t.app, None, Some("nonsense")).await.unwrap(), (None, 0));
    t.done().await;
}

#[tokio::test]
async fn fifty_additions_at_once_lose_nothing() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 1_000, 500).await;
    let v = t.visitor();
    put(&v, kettle, "1").await.expect(303);
    let all = futures::future::join_all((0..49).map(|_| put(&v, kettle, "1"))).await;
    assert!(all.iter().all(|a| a.status.as_u16() == 303));
    assert_eq!(count(&t.app.db, "select sum(quantity) from cart_lines").await, 50);
    t.done().await;
}

#[tokio::test]
async fn a_kept_page_shows_each_visitor_his_own_cart_and_is_kept_without_any() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 4_490, 9).await;
    let (one, two, none) = (t.visitor(), t.visitor(), t.visitor());
    put(&one, kettle, "1").await.expect(303);
    put(&two, kettle, "3").await.expect(303);
    for v in [&one, &two, &none] {
        v.get("/panier").await.expect(200); // Reads the message of the redirect away.
    }
    // Made for somebody with a cart, kept for everybody.
    let first = one.get("/en/").await.expect(200);
    assert_eq!((first.header("x-page-cache"), first.text("#cart-count")), (None, "1 item".into()));
    let second = two.get("/en/").await.expect(200);
    assert_eq!((second.header("x-page-cache"), second.text("#cart-count")), (Some("cart"), "3 items".into()));
    assert_eq!(second.header("cache-control"), Some("private, no-store"));
    let third = none.get("/en/").await.expect(200);
    assert_eq!((third.header("x-page-cache"), third.text("#cart-count")), (Some("hit"), String::new()));
    // And the number follows the cart at once.
    put(&two, kettle, "1").await.expect(303);
    two.get("/panier").await.expect(200);
    assert_eq!(two.get("/en/").await.expect(200).text("#cart-count"), "4 items");
    t.done().await;
}
