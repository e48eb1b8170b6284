//! People with an account: their cart, their addresses, their orders and nobody else's.

use super::shelf::{ADDRESS, count, goods, press, put, review_fields, to_review, token_of};
use crate::accounts::people::{PASSWORD, customer, register, sign_in, somebody};
use crate::harness::TestApp;

const HOME: [(&str, &str); 5] = [
    ("name", "Nadia Benali"),
    ("line1", "8 rue Mercière"),
    ("postal_code", "69002"),
    ("city", "Lyon"),
    ("country", "FR"),
];

#[tokio::test]
async fn a_guests_cart_is_there_after_signing_in_and_gone_from_the_machine_after_signing_out() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let nadia = somebody();
    register(&t, &nadia).await;
    let v = t.visitor();
    put(&v, kettle, "2").await.expect(303);
    sign_in(&v, &nadia, PASSWORD).await.expect(303);
    assert_eq!(v.get("/panier").await.text("#cart-count"), "2 articles");
    v.post("/deconnexion", &[]).await.expect(303);
    assert_eq!(v.get("/panier").await.text("#cart-count"), "");
    // On another machine it is still theirs.
    let w = t.visitor();
    sign_in(&w, &nadia, PASSWORD).await.expect(303);
    assert_eq!(w.get("/panier").await.text("#cart-count"), "2 articles");
    t.done().await;
}

#[tokio::test]
async fn a_customer_orders_to_a_saved_address_and_nobody_elses() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let (nadia, omar) = (somebody(), somebody());
    let v = customer(&t, &nadia).await;
    let w = customer(&t, &omar).await;
    v.post("/compte/adresses/nouvelle", &HOME).await.expect(303);
    let own = count(&t.app.db, "select id from addresses").await.to_string();
    put(&v, kettle, "1").await;
    put(&w, kettle, "1").await;
    let page = v.get("/commande/coordonnees").await.expect(200);
    assert_eq!(page.attr("input[name=saved][checked]", "value"), Some(own.clone()));
    assert_eq!(page.attr("#email", "value"), Some(nadia.clone()));
    let foreign = [("email", omar.as_str()), ("saved", own.as_str())];
    w.post("/commande/coordonnees", &foreign).await.expect(404);
    v.post("/commande/coordonnees", &[("email", &nadia), ("saved", &own)]).await.expect(303);
    v.post("/commande/livraison", &[("method", "home")]).await.expect(303);
    v.post("/commande/paiement", &[("method", "cheque")]).await.expect(303);
    let review = v.get("/commande/recapitulatif").await.expect(200);
    assert!(review.text(".addr").contains("8 rue Mercière"));
    let done = press(&v, &review_fields(&review)).await.expect(303);
    token_of(&done);
    let list = v.get("/compte/commandes").await.expect(200);
    let path = list.attr(".order__no a", "href").expect("the order");
    assert!(v.get(&path).await.expect(200).body.contains("8 rue Mercière"));
    // Somebody else's is as unknown as one that does not exist.
    let foreign = w.get(&path).await.expect(404);
    let unknown = w.get("/compte/commandes/SM-1").await.expect(404);
    assert_eq!(foreign.text("main h1"), unknown.text("main h1"));
    assert!(w.get("/compte/commandes").await.expect(200).has(".empty"));
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn an_order_made_as_a_guest_belongs_to_whoever_proves_the_address() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let nadia = somebody();
    let v = t.visitor();
    put(&v, kettle, "1").await;
    let mut address = ADDRESS;
    address[0].1 = &nadia;
    to_review(&v).await;
    v.post("/commande/coordonnees", &address).await.expect(303);
    let review = v.get("/commande/recapitulatif").await.expect(200);
    press(&v, &review_fields(&review)).await.expect(303);
    t.mails().await;
    let link = register(&t, &nadia).await;
    let w = t.visitor();
    sign_in(&w, &nadia, PASSWORD).await.expect(303);
    assert!(w.get("/compte/commandes").await.expect(200).has(".empty"), "registering proves nothing");
    let number: String = sqlx::query_scalar("select number from orders").fetch_one(&t.app.db).await.unwrap();
    w.get(&format!("/compte/commandes/{number}")).await.expect(404);
    w.get(&link).await.expect(200);
    let form = [("jeton", crate::accounts::people::token_of(&link))];
    let (path, fields) = (link.split('?').next().unwrap(), [(form[0].0, form[0].1.as_str())]);
    w.post(path, &fields).await.expect(303);
    assert_eq!(w.get("/compte/commandes").await.expect(200).count("li.order"), 1);
    w.get(&format!("/compte/commandes/{number}")).await.expect(200);
    t.done().await;
}
