//! What is answered, from what, in which language.

use super::shop::{self, ask, ask_at, said};
use crate::catalog::goods::change;
use crate::harness::TestApp;

#[tokio::test]
async fn a_fact_of_a_product_is_told_with_its_source() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    let v = t.visitor();
    for (question, tells) in [
        ("Quel est le poids de la machine expresso Barista ?", "Poids : 9,0 kg"),
        ("Combien pèse la Barista ?", "Poids : 9,0 kg"),
        ("Pression de la Barista", "Pression : 15 bar"),
        ("Quelle est la garantie de la machine Barista ?", "36 mois"),
        ("Combien coûte la cafetière Matin ?", "49,90 €"),
        ("La cafetière Soir est-elle en stock ?", "épuisé"),
        ("BARISTA-NOIR poids", "Poids : 9,0 kg"),
        ("What is the weight of the Barista espresso machine?", "Weight: 9.0 kg"),
    ] {
        let answer = ask(&v, question).await;
        let (kind, text) = said(&answer);
        assert_eq!(kind, "answer", "{question}: {text}");
        assert!(text.contains(tells), "{question}: {text}");
        assert!(answer.attrs(".assist__sources a", "href").iter().any(|h| h.contains("/p/")), "{question}");
    }
    let english = ask_at(&v, "/assistant", "How heavy is the Barista?", "").await;
    assert!(
        english.attrs(".assist__sources a", "href").iter().all(|h| h.starts_with("/en/p/")),
        "in its language"
    );
    t.done().await;
}

#[tokio::test]
async fn price_and_stock_are_those_of_this_moment() {
    let t = TestApp::new().await;
    let shop = shop::open(&t).await;
    let v = t.visitor();
    assert!(said(&ask(&v, "Prix de la cafetière Matin ?").await).1.contains("49,90 €"));
    change(&t.app.db, shop.matin, "update variants set price_cents = 4490 where product_id = $1").await;
    let (_, text) = said(&ask(&v, "Prix de la cafetière Matin ?").await);
    assert!(text.contains("44,90 €") && !text.contains("49,90"), "{text}");
    t.done().await;
}

#[tokio::test]
async fn products_are_found_within_a_budget_and_by_what_must_not_be() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    let v = t.visitor();
    let answer = ask(&v, "une cafetière à moins de 60 € qui ne coule pas").await;
    let (kind, text) = said(&answer);
    assert_eq!(kind, "products", "{text}");
    assert!(text.contains("Matin") && text.contains("sans goutter"), "{text}");
    assert!(!text.contains("Soir") && !text.contains("Barista"), "{text}");
    let (_, text) = said(&ask(&v, "a coffee maker under €100 that doesn't drip").await);
    assert!(text.contains("Matin") && !text.contains("Soir"), "{text}");
    let (kind, text) = said(&ask(&v, "une cafetière à moins de 10 €").await);
    assert_eq!(kind, "refusal", "{text}");
    t.done().await;
}

#[tokio::test]
async fn the_shopper_puts_it_into_the_cart_by_an_ordinary_form() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    let v = t.visitor();
    let answer = ask(&v, "une cafetière à moins de 60 €").await;
    let variant = answer.attr(".assist__goods input[name=variant]", "value").expect("a form");
    assert_eq!(answer.attr(".assist__goods form", "action").as_deref(), Some("/panier/lignes"));
    assert!(
        !v.get("/panier").await.body.contains("Cafetière filtre Matin"),
        "asking puts nothing into the cart"
    );
    v.post("/panier/lignes", &[("variant", &variant), ("quantity", "1")]).await.expect(303);
    assert!(v.get("/panier").await.body.contains("Cafetière filtre Matin"));
    t.done().await;
}

#[tokio::test]
async fn products_are_compared_in_a_table() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    let answer = ask(&t.visitor(), "Compare la Barista et la cafetière Matin").await;
    assert_eq!(said(&answer).0, "comparison");
    assert_eq!(answer.count("table thead a"), 2);
    let rows = answer.texts("table tbody tr");
    assert!(
        rows.iter().any(|r| r.starts_with("Poids") && r.contains("9,0 kg") && r.contains("2,3 kg")),
        "{rows:?}"
    );
    t.done().await;
}

#[tokio::test]
async fn the_pages_of_the_shop_answer_with_their_address() {
    let t = TestApp::new().await;
    shop::open(&t).await;
    let v = t.visitor();
    for (question, tells, source) in [
        ("Livrez-vous en Belgique ?", "9,90 €", "/infos/livraison#belgique"),
        ("Combien de jours pour renvoyer un article ?", "trente jours", "/infos/retours"),
        ("Quand suis-je remboursé ?", "quatorze jours", "/infos/retours#le-remboursement"),
        ("Do you deliver to Belgium?", "€9.90", "/en/info/delivery#belgium"),
    ] {
        let answer = ask(&v, question).await;
        let (kind, text) = said(&answer);
        assert_eq!(kind, "answer", "{question}: {text}");
        assert!(text.contains(tells), "{question}: {text}");
        let sources = answer.attrs(".assist__sources a", "href");
        assert!(sources.iter().any(|s| s == source), "{question}: {sources:?}");
    }
    t.done().await;
}

#[tokio::test]
async fn the_next_question_may_refer_to_the_last() {
    let t = TestApp::new().await;
    let shop = shop::open(&t).await;
    let v = t.visitor();
    let first = ask(&v, "Quel est le poids de la Barista ?").await;
    let products = first.attr("input[name=produits]", "value").expect("context");
    assert_eq!(products, shop.barista.to_string());
    let more = format!("&produits={products}");
    let (_, text) = said(&ask_at(&v, "/assistant", "et la pression ?", &more).await);
    assert!(text.contains("15 bar"), "{text}");
    let (_, text) = said(&ask_at(&v, "/assistant", "et en noir ?", &more).await);
    assert!(text.contains("Barista") && text.contains("noir"), "{text}");
    // Whatever stands in the form is only a hint about what is public.
    let (kind, _) = said(&ask_at(&v, "/assistant", "et la pression ?", "&produits=999999--x").await);
    assert_eq!(kind, "refusal");
    t.done().await;
}
