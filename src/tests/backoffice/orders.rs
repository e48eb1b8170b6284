//! What staff do to orders.

use platform::web::visitor::Role;

use crate::accounts::people::staff;
use crate::harness::{Answer, Client, TestApp};
use crate::sales::shelf::{goods, level, order};

/// An order by bank transfer of two articles out of ten; answers its id and the variant.
async fn one_order(t: &TestApp) -> (i64, i64) {
    let variant = goods(&t.app.db, 1, 1_990, 10).await;
    order(t, variant, "2").await;
    let id = sqlx::query_scalar("select max(id) from orders").fetch_one(&t.app.db).await.expect("an order");
    t.mails().await;
    (id, variant)
}

async fn version(t: &TestApp, id: i64) -> String {
    let n: i32 = sqlx::query_scalar("select version from orders where id = $1")
        .bind(id)
        .fetch_one(&t.app.db)
        .await
        .unwrap();
    n.to_string()
}

async fn step(client: &Client<'_>, id: i64, step: &str, version: &str) -> Answer {
    client.post(&format!("/admin/commandes/{id}/etapes"), &[("step", step), ("version", version)]).await
}

#[tokio::test]
async fn an_order_goes_from_awaiting_to_delivered_and_the_story_tells_it() {
    let t = TestApp::new().await;
    let (id, variant) = one_order(&t).await;
    let client = staff(&t, Role::Manager).await;
    let list = client.get("/admin/commandes").await.expect(200);
    assert!(list.has(&format!("#commande-{id}[data-seq]")));
    assert!(list.text(&format!("#commande-{id} .dt__num")).contains("En attente"));
    for name in ["mark_paid", "prepare", "fulfil", "deliver"] {
        step(&client, id, name, &version(&t, id).await).await.expect(303);
    }
    assert_eq!(level(&t.app.db, variant).await, (8, 0));
    let page = client.get(&format!("/admin/commandes/{id}")).await.expect(200);
    let story = page.texts(".timeline strong");
    assert_eq!(story.last().map(String::as_str), Some("Commande reçue"));
    assert!(
        story.contains(&"Paiement reçu".to_string()) && story.contains(&"Colis livré".to_string()),
        "{story:?}"
    );
    assert!(client.get("/admin/commandes").await.expect(200).has(".empty"));
    assert!(client.get("/admin/commandes?statut=livrees").await.expect(200).has(&format!("#commande-{id}")));
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn the_second_of_two_gets_409_with_both_versions_and_nothing_changes() {
    let t = TestApp::new().await;
    let (id, variant) = one_order(&t).await;
    let client = staff(&t, Role::Admin).await;
    let seen = version(&t, id).await;
    step(&client, id, "mark_paid", &seen).await.expect(303);
    let answer = step(&client, id, "cancel", &seen).await.expect(409);
    assert_eq!(answer.count(".versus .box"), 2);
    assert!(answer.text(".versus .box").contains("Annuler la commande"));
    assert_eq!(level(&t.app.db, variant).await, (10, 2));
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn cancelling_asks_first_and_sets_the_goods_free() {
    let t = TestApp::new().await;
    let (id, variant) = one_order(&t).await;
    let client = staff(&t, Role::Manager).await;
    let ask = client.get(&format!("/admin/commandes/{id}/annulation")).await.expect(200);
    assert_eq!(ask.attr("main form input[name='step']", "value").as_deref(), Some("cancel"));
    step(&client, id, "cancel", &version(&t, id).await).await.expect(303);
    assert_eq!(level(&t.app.db, variant).await, (10, 0));
    client.get(&format!("/admin/commandes/{id}/annulation")).await.expect(303);
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn support_handles_orders_but_touches_no_money() {
    let t = TestApp::new().await;
    let (id, _) = one_order(&t).await;
    let client = staff(&t, Role::Support).await;
    for refused in ["mark_paid", "cancel", "take_back"] {
        step(&client, id, refused, &version(&t, id).await).await.expect(403);
    }
    assert!(!client.get(&format!("/admin/commandes/{id}")).await.expect(200).has("input[value='mark_paid']"));
    client
        .post(&format!("/admin/commandes/{id}/notes"), &[("text", "Rappeler <b>demain</b>")])
        .await
        .expect(303);
    let page = client.get(&format!("/admin/commandes/{id}")).await.expect(200);
    assert_eq!(page.text(".note p"), "Rappeler <b>demain</b>");
    t.done().await;
}

#[tokio::test]
async fn a_bulk_action_says_what_it_did_and_what_not() {
    let t = TestApp::new().await;
    let (id, _) = one_order(&t).await;
    let variant = goods(&t.app.db, 2, 990, 10).await;
    order(&t, variant, "1").await;
    t.mails().await;
    let client = staff(&t, Role::Manager).await;
    step(&client, id, "mark_paid", &version(&t, id).await).await.expect(303);
    let chosen = [format!("{id}:{}", version(&t, id).await), format!("{}:1", id + 1)];
    let form = [("action", "prepare"), ("commande", chosen[0].as_str()), ("commande", chosen[1].as_str())];
    let done = client.post("/admin/commandes/lot", &form).await.expect(303);
    let page = client.follow(done).await.expect(200);
    assert!(
        page.text("p[role='status']").starts_with("1 commande mise à jour. 1 laissée"),
        "{}",
        page.text("p[role='status']")
    );
    for bad in [vec![("action", "rien"), ("commande", "1:1")], vec![("action", "prepare"), ("commande", "x")]]
    {
        client.post("/admin/commandes/lot", &bad).await.expect(400);
    }
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn a_number_said_on_the_phone_leads_to_the_order() {
    let t = TestApp::new().await;
    let (id, _) = one_order(&t).await;
    let number: String = sqlx::query_scalar("select number from orders").fetch_one(&t.app.db).await.unwrap();
    let client = staff(&t, Role::Support).await;
    let bare = number.trim_start_matches("SM-");
    let found = client.get(&format!("/admin/recherche?q={bare}")).await.expect(303);
    assert_eq!(found.location(), Some(format!("/admin/commandes/{id}")));
    assert!(client.get("/admin/recherche?q=bouilloire").await.expect(200).body.contains("Bouilloire 1"));
    assert!(client.get("/admin/recherche?q=%25%27").await.expect(200).has(".empty"));
    t.done().await;
}
