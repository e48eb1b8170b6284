//! The four steps, without JavaScript.

use super::shelf::{
    ADDRESS, assert_sound, count, goods, press, put, review_fields, set_price, to_review, token_of,
};
use crate::harness::TestApp;

#[tokio::test]
async fn a_guest_orders_in_four_steps() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let v = t.visitor();
    put(&v, kettle, "2").await.expect(303);
    let start = v.get("/commande").await.expect(303);
    assert_eq!(start.location().as_deref(), Some("/commande/coordonnees"));
    let review = to_review(&v).await;
    assert_eq!(review.text(".btn--pay"), "Commande avec obligation de paiement");
    assert!(!review.has("input[name=terms][checked]"), "nobody accepts terms by default");
    // 2 × 20 € and 4.90 € of delivery
    assert!(review.text(".pay .sum__total").contains("44,90"));
    let done = press(&v, &review_fields(&review)).await.expect(303);
    let thanks = v.follow(done).await.expect(200);
    assert!(
        thanks.text("h1").contains("Merci Nadia")
            && thanks.body.contains("IBAN")
            && thanks.body.contains("fictives")
    );
    assert_eq!(v.get("/panier").await.text("#cart-count"), "");
    let mails = t.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].text.contains("44,90")
            && mails[0].html.contains("IBAN")
            && mails[0].to == "nadia@exemple.fr"
    );
    assert_sound(&t.app.db).await;
    t.done().await;
}

#[tokio::test]
async fn steps_are_not_skipped_and_going_back_loses_nothing() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let v = t.visitor();
    for path in ["/commande", "/commande/coordonnees", "/commande/recapitulatif"] {
        assert_eq!(v.get(path).await.expect(303).location().as_deref(), Some("/panier"), "an empty cart");
    }
    put(&v, kettle, "1").await;
    for path in ["/commande/livraison", "/commande/paiement", "/commande/recapitulatif"] {
        assert_eq!(v.get(path).await.expect(303).location().as_deref(), Some("/commande/coordonnees"));
        let posted = v.post(path, &[("method", "home"), ("terms", "1")]).await.expect(303);
        assert_eq!(posted.location().as_deref(), Some("/commande/coordonnees"));
    }
    to_review(&v).await;
    let back = v.get("/commande/coordonnees").await.expect(200);
    for (name, value) in ADDRESS.iter().filter(|(n, _)| *n != "country") {
        assert_eq!(back.attr(&format!("input[name={name}]"), "value").as_deref(), Some(*value));
    }
    assert_eq!(v.get("/commande/livraison").await.attr("input[checked]", "value").as_deref(), Some("home"));
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, 0);
    t.done().await;
}

#[tokio::test]
async fn a_wrong_address_is_shown_again_with_its_errors_and_values() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let v = t.visitor();
    put(&v, kettle, "1").await;
    let fields = [
        ("email", "nadia"),
        ("name", "<script>"),
        ("postal_code", "6900"),
        ("country", "FR"),
        ("city", "Lyon"),
    ];
    let page = v.post("/commande/coordonnees", &fields).await.expect(422);
    assert!(page.text("title").starts_with("Erreur"));
    let wrong: Vec<String> = page.attrs(".errsum a", "href");
    assert_eq!(wrong, ["#email", "#line1", "#postal_code"]);
    for id in wrong {
        assert_eq!(page.attr(&id, "aria-invalid").as_deref(), Some("true"), "{id}");
    }
    assert_eq!(page.attr("#name", "value").as_deref(), Some("<script>"));
    assert!(!page.body.contains("<script>\""), "escaped");
    let english = v.post("/en/checkout/address", &fields).await.expect(422);
    assert!(english.text("title").starts_with("Error"));
    v.post("/commande/coordonnees", &[("saved", "1")]).await.expect(404);
    t.done().await;
}

#[tokio::test]
async fn methods_follow_the_country_and_only_those_offered_are_taken() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let v = t.visitor();
    put(&v, kettle, "1").await;
    let german: Vec<(&str, &str)> = ADDRESS
        .iter()
        .map(|(n, x)| match *n {
            "country" => (*n, "DE"),
            "postal_code" => (*n, "10115"),
            _ => (*n, *x),
        })
        .collect();
    v.post("/commande/coordonnees", &german).await.expect(303);
    assert_eq!(v.get("/commande/livraison").await.attrs("input[name=method]", "value"), ["home"]);
    v.post("/commande/livraison", &[("method", "express")]).await.expect(422);
    v.post("/commande/livraison", &[("method", "home")]).await.expect(303);
    assert_eq!(v.get("/commande/paiement").await.attrs("input[name=method]", "value"), ["transfer"]);
    v.post("/commande/paiement", &[("method", "cash_on_delivery")]).await.expect(422);
    v.post("/commande/paiement", &[("method", "transfer")]).await.expect(303);
    assert!(v.get("/commande/recapitulatif").await.expect(200).text(".pay").contains("19"), "German VAT");
    // Back to France: the choice made for Germany still fits, the summary follows.
    v.post("/commande/coordonnees", &ADDRESS).await.expect(303);
    assert!(v.get("/commande/recapitulatif").await.expect(200).text(".pay .sum__total").contains("24,90"));
    t.done().await;
}

#[tokio::test]
async fn without_the_terms_nothing_is_ordered() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let v = t.visitor();
    put(&v, kettle, "1").await;
    let review = to_review(&v).await;
    let fields: Vec<_> = review_fields(&review).into_iter().filter(|(n, _)| n != "terms").collect();
    let again = press(&v, &fields).await.expect(422);
    assert_eq!(again.attrs(".errsum a", "href"), ["#terms"]);
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, 0);
    press(&v, &review_fields(&again)).await.expect(303);
    t.done().await;
}

#[tokio::test]
async fn a_price_that_changed_or_a_form_that_was_changed_orders_nothing() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let v = t.visitor();
    put(&v, kettle, "1").await;
    let review = to_review(&v).await;
    for (name, value) in [("total", "1"), ("version", "99"), ("total", "-2490")] {
        let fields: Vec<_> = review_fields(&review)
            .into_iter()
            .map(|(n, x)| if n == name { (n, value.to_string()) } else { (n, x) })
            .chain([("price_cents".into(), "1".into()), ("status".into(), "paid".into())])
            .collect();
        press(&v, &fields).await.expect(409);
    }
    set_price(&t.app.db, kettle, 2_300).await;
    let changed = press(&v, &review_fields(&review)).await.expect(409);
    let told = changed.text(".flash--warn");
    assert!(
        told.contains("Rien n’a été commandé")
            && told.contains("20,00")
            && told.contains("23,00")
            && told.contains("27,90"),
        "{told}"
    );
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, 0);
    press(&v, &review_fields(&changed)).await.expect(303);
    assert_eq!(count(&t.app.db, "select total_cents from orders").await, 2_790);
    // A key that is nobody's, or nonsense.
    let w = t.visitor();
    put(&w, kettle, "1").await;
    let review = to_review(&w).await;
    for key in ["00000000-0000-4000-8000-000000000000", "x"] {
        let fields: Vec<_> = review_fields(&review)
            .into_iter()
            .map(|(n, x)| if n == "key" { (n, key.to_string()) } else { (n, x) })
            .collect();
        press(&w, &fields).await.expect(422);
    }
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, 1);
    t.done().await;
}

#[tokio::test]
async fn a_line_added_in_another_tab_is_never_ordered_unseen() {
    let t = TestApp::new().await;
    let (a, b) = (goods(&t.app.db, 1, 2_000, 9).await, goods(&t.app.db, 3, 500, 9).await);
    let v = t.visitor();
    put(&v, a, "1").await;
    let review = to_review(&v).await;
    put(&v, b, "1").await;
    let answer = press(&v, &review_fields(&review)).await.expect(409);
    assert!(answer.text(".pay .sum__total").contains("29,90"));
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, 0);
    t.done().await;
}

#[tokio::test]
async fn what_is_short_is_named_and_the_rest_is_kept() {
    let t = TestApp::new().await;
    let db = &t.app.db;
    let (rare, common) = (goods(db, 1, 2_000, 3).await, goods(db, 3, 500, 9).await);
    let v = t.visitor();
    put(&v, rare, "3").await;
    put(&v, common, "1").await;
    let review = to_review(&v).await;
    // The time of the reservation is over, and somebody else buys two.
    sqlx::query("update reservations set expires_at = now() - interval '1 second'")
        .execute(db)
        .await
        .unwrap();
    assert_eq!(sales::jobs::sweep(&t.app).await.unwrap(), 4);
    super::shelf::order(&t, rare, "2").await;
    let refused = press(&v, &review_fields(&review)).await.expect(409);
    assert!(refused.text("h1").contains("plus assez") && refused.text("li.box").contains("qu’un"));
    assert!(!refused.body.contains("Bouilloire 3"), "only what is short");
    assert_eq!(count(db, "select count(*) from orders").await, 1);
    let adjusted = v.post("/commande/recapitulatif", &[("adjust", "1")]).await.expect(303);
    let review = v.follow(adjusted).await.expect(200);
    assert!(review.text(".pay .sum__total").contains("29,90"), "one at 20 €, one at 5 €, delivery");
    press(&v, &review_fields(&review)).await.expect(303);
    assert_eq!(super::shelf::level(db, rare).await, (3, 3));
    assert_sound(db).await;
    t.done().await;
}

#[tokio::test]
async fn what_is_held_for_one_is_not_sold_to_another() {
    let t = TestApp::new().await;
    let last = goods(&t.app.db, 1, 2_000, 1).await;
    let (v, w) = (t.visitor(), t.visitor());
    put(&v, last, "1").await;
    put(&w, last, "1").await;
    let review = to_review(&v).await;
    w.post("/commande/coordonnees", &ADDRESS).await;
    let to = w.get("/commande/livraison").await.expect(303).location();
    assert_eq!(to.as_deref(), Some("/panier"));
    assert!(w.get("/panier").await.text(".flash--warn").contains("épuisé"));
    let done = press(&v, &review_fields(&review)).await.expect(303);
    token_of(&done);
    assert_eq!(super::shelf::level(&t.app.db, last).await, (1, 1));
    assert_sound(&t.app.db).await;
    t.done().await;
}
