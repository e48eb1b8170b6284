//! Favourites: a guest's, a customer's, shared, moved into the cart.

use super::shelf::{count, goods};
use crate::accounts::people::{PASSWORD, customer, sign_in, somebody};
use crate::harness::TestApp;

async fn product_of(t: &TestApp, variant: i64) -> String {
    count(&t.app.db, &format!("select product_id from variants where id = {variant}")).await.to_string()
}

#[tokio::test]
async fn a_guest_keeps_a_product_finds_it_again_and_takes_it_off() {
    let t = TestApp::new().await;
    let kettle = product_of(&t, goods(&t.app.db, 1, 4_490, 9).await).await;
    let v = t.visitor();
    assert!(v.get("/favoris").await.expect(200).text("h2").contains("Rien n’est gardé"));
    v.post("/favoris", &[("ajouter", &kettle)]).await.expect(303);
    v.post("/favoris", &[("ajouter", &kettle)]).await.expect(303);
    assert_eq!(v.get("/favoris").await.expect(200).count("article.card"), 1);
    assert!(v.get("/en/wishlist").await.expect(200).text("h1").contains("wishlist"));
    // What does not exist, and what is nothing at all.
    v.post("/favoris", &[("ajouter", "999999")]).await.expect(404);
    v.post("/favoris", &[("autre", "1")]).await.expect(404);
    v.post("/favoris", &[("retirer", &kettle)]).await.expect(303);
    assert_eq!(v.get("/favoris").await.expect(200).count("article.card"), 0);
    // Another visitor has a list of his own.
    assert_eq!(t.visitor().get("/favoris").await.expect(200).count("article.card"), 0);
    t.done().await;
}

#[tokio::test]
async fn a_guests_list_joins_the_customers_at_sign_in() {
    let t = TestApp::new().await;
    let (one, two) = (goods(&t.app.db, 1, 4_490, 9).await, goods(&t.app.db, 2, 990, 9).await);
    let (one, two) = (product_of(&t, one).await, product_of(&t, two).await);
    let nadia = somebody();
    let client = customer(&t, &nadia).await;
    client.post("/favoris", &[("ajouter", &one)]).await.expect(303);
    let guest = t.visitor();
    guest.post("/favoris", &[("ajouter", &two)]).await.expect(303);
    sign_in(&guest, &nadia, PASSWORD).await.expect(303);
    assert_eq!(guest.get("/favoris").await.expect(200).count("article.card"), 2);
    assert_eq!(client.get("/favoris").await.expect(200).count("article.card"), 2);
    assert_eq!(count(&t.app.db, "select count(*) from wishlists").await, 1);
    t.done().await;
}

#[tokio::test]
async fn moving_into_the_cart_empties_the_list_and_what_is_sold_out_stays() {
    let t = TestApp::new().await;
    let (here, gone) = (goods(&t.app.db, 1, 4_490, 9).await, goods(&t.app.db, 2, 990, 0).await);
    let (p1, p2) = (product_of(&t, here).await, product_of(&t, gone).await);
    let v = t.visitor();
    for p in [&p1, &p2] {
        v.post("/favoris", &[("ajouter", p)]).await.expect(303);
    }
    let moved = v.post("/favoris", &[("panier", &p1), ("variant", &here.to_string())]).await.expect(303);
    assert_eq!(moved.location().as_deref(), Some("/panier"));
    assert_eq!(v.get("/panier").await.expect(200).count("li.line"), 1);
    v.post("/favoris", &[("panier", &p2), ("variant", &gone.to_string())]).await.expect(303);
    let page = v.get("/favoris").await.expect(200);
    assert_eq!(page.count("article.card"), 1);
    assert!(page.text(".flash--warn").contains("épuisé"), "{}", page.body);
    t.done().await;
}

#[tokio::test]
async fn a_shared_list_is_seen_by_its_link_until_it_is_taken_back() {
    let t = TestApp::new().await;
    let kettle = product_of(&t, goods(&t.app.db, 1, 4_490, 9).await).await;
    let v = t.visitor();
    v.post("/favoris", &[("ajouter", &kettle)]).await.expect(303);
    v.post("/favoris/partage", &[("share", "1")]).await.expect(303);
    let link = v.get("/favoris").await.expect(200).attr("#partage", "value").expect("a link");
    let path =
        link.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, p)| format!("/{p}"));
    let path = path.expect("a path");
    let seen = t.visitor().get(&path).await.expect(200);
    assert_eq!(seen.count("article.card"), 1);
    assert!(seen.body.contains("noindex"));
    // The link does not open the list for changes, and the cookie does not stand in it.
    assert!(!v.cookie("favoris").is_some_and(|key| path.contains(&key)));
    v.post("/favoris/partage", &[("share", "0")]).await.expect(303);
    t.visitor().get(&path).await.expect(404);
    t.visitor().get("/favoris/liste/pas-un-lien").await.expect(404);
    t.done().await;
}

#[tokio::test]
async fn delivery_is_estimated_by_country_before_any_address() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 1_490, 9).await;
    let v = t.visitor();
    v.post("/panier/lignes", &[("variant", &kettle.to_string())]).await.expect(303);
    let home = v.get("/panier").await.expect(200).text(".estimate");
    let belgium = v.get("/panier?pays=BE").await.expect(200).text(".estimate");
    assert!(home.contains("€") && belgium.contains("€") && home != belgium, "{home} / {belgium}");
    // A country that is none counts as France.
    assert_eq!(v.get("/panier?pays=%00").await.expect(200).text(".estimate"), home);
    t.done().await;
}
