//! The address book.

use super::people::{customer, somebody};
use crate::harness::TestApp;

const LYON: [(&str, &str); 5] = [
    ("name", "Nadia Benali"),
    ("line1", "3 rue des Lilas"),
    ("postal_code", "69 007"),
    ("city", "Lyon"),
    ("country", "FR"),
];

#[tokio::test]
async fn addresses_are_kept_edited_and_deleted_and_one_is_the_default() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let client = customer(&t, &nadia).await;
    assert!(client.get("/compte/adresses").await.expect(200).has(".empty"));
    client.post("/compte/adresses/nouvelle", &LYON).await.expect(303);
    let mut other = LYON;
    other[1].1 = "5 quai Saint-Vincent";
    client.post("/compte/adresses/nouvelle", &other).await.expect(303);
    let page = client.get("/compte/adresses").await.expect(200);
    assert_eq!(page.count("address"), 2);
    assert_eq!(page.count(".badge--ok"), 1);
    assert!(page.body.contains("69007 Lyon"));
    let edit = page.attrs(".box a.link", "href");
    client.post(&format!("{}/defaut", edit[1]), &[]).await.expect(303);
    client.post(&format!("{}/suppression", edit[1]), &[]).await.expect(303);
    let page = client.get("/compte/adresses").await.expect(200);
    assert_eq!(
        (page.count("address"), page.count(".badge--ok")),
        (1, 1),
        "the one that is left is the default"
    );
    t.done().await;
}

#[tokio::test]
async fn a_wrong_address_comes_back_with_its_values_and_its_errors() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let client = customer(&t, &nadia).await;
    let mut wrong = LYON;
    wrong[2].1 = "123";
    let page = client.post("/compte/adresses/nouvelle", &wrong).await.expect(422);
    assert_eq!(page.attr("#postal_code", "value").as_deref(), Some("123"));
    assert!(page.has("#postal_code[aria-invalid]") && page.has(".errsum a[href='#postal_code']"));
    assert_eq!(page.attr("#line1", "value").as_deref(), Some("3 rue des Lilas"));
    t.done().await;
}

#[tokio::test]
async fn the_address_of_another_person_does_not_exist() {
    let nadia = somebody();
    let karim = somebody();
    let t = TestApp::new().await;
    let nadia = customer(&t, &nadia).await;
    nadia.post("/compte/adresses/nouvelle", &LYON).await.expect(303);
    let url =
        nadia.get("/compte/adresses").await.expect(200).attr(".box a.link", "href").expect("an address");
    let karim = customer(&t, &karim).await;
    nadia.get(&url).await.expect(200);
    karim.get(&url).await.expect(404);
    karim.post(&url, &LYON).await.expect(404);
    karim.post(&format!("{url}/suppression"), &[]).await.expect(404);
    karim.post(&format!("{url}/defaut"), &[]).await.expect(404);
    karim.get("/compte/adresses/99999999999999999999").await.expect(404);
    nadia.get(&url).await.expect(200);
    t.done().await;
}
