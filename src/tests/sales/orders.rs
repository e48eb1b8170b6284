//! The life of an order after it was placed.

use futures::future::join_all;
use sales::orders::{self, Actor, FulfilmentState, Order, OrderState, PaymentState, Target, TransitionError};

use super::shelf::{assert_sound, count, goods, level, order, put};
use crate::harness::TestApp;

fn staff() -> Actor {
    Actor { code: "staff:7".into(), name: "Karim".into() }
}

fn seen(o: &Order) -> Target {
    Target { order_id: o.id, seen_version: Some(o.version) }
}

async fn load(t: &TestApp, token: uuid::Uuid) -> Order {
    orders::find_by_token(&t.app.db, token).await.unwrap().expect("the order")
}

#[tokio::test]
async fn an_order_is_paid_sent_and_delivered_and_its_customer_follows_it() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let token = order(&t, kettle, "2").await;
    t.mails().await;
    let o = load(&t, token).await;
    assert!(matches!(
        orders::fulfil(&t.app, seen(&o), &staff(), "", "").await,
        Err(TransitionError::NotAllowed { .. })
    ));
    let o = orders::mark_paid(&t.app, seen(&o), &staff(), "VIR 123").await.unwrap();
    let o = orders::prepare(&t.app, seen(&o), &staff()).await.unwrap();
    let o = orders::fulfil(&t.app, seen(&o), &staff(), "Colissimo", "8V123").await.unwrap();
    assert_eq!(level(&t.app.db, kettle).await, (7, 0));
    assert_eq!(count(&t.app.db, "select sum(delta) from stock_movements where reason = 'sale'").await, -2);
    let o = orders::deliver(&t.app, seen(&o), &staff()).await.unwrap();
    assert_eq!(
        (o.order_state, o.payment_state, o.fulfilment_state),
        (OrderState::Completed, PaymentState::Paid, FulfilmentState::Delivered)
    );
    let mails = t.mails().await;
    assert_eq!(mails.iter().map(|m| m.template).collect::<Vec<_>>(), ["order_paid", "order_sent"]);
    assert!(mails[1].text.contains("8V123"));
    let v = t.visitor();
    let found = v
        .post("/suivi", &[("number", &o.number.to_lowercase()), ("email", "NADIA@exemple.fr")])
        .await
        .expect(303);
    let page = v.follow(found).await.expect(200);
    assert_eq!(page.count("#suivi li"), 5);
    assert!(
        page.text("#suivi").contains("8V123") && !page.body.contains("Karim"),
        "who packed it is nobody's business"
    );
    for (number, email) in [(o.number.as_str(), "autre@exemple.fr"), ("SM-1", "nadia@exemple.fr"), ("x", "y")]
    {
        v.post("/suivi", &[("number", number), ("email", email)]).await.expect(422);
    }
    for path in ["/suivi/00000000-0000-4000-8000-000000000000", "/suivi/x", "/merci/x", "/suivi/x/flux"] {
        v.get(path).await.expect(404);
    }
    assert_sound(&t.app.db).await;
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cancelling_gives_the_goods_back_exactly_once() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let token = order(&t, kettle, "3").await;
    let o = load(&t, token).await;
    assert_eq!(level(&t.app.db, kettle).await, (9, 3));
    let by = staff();
    let all = join_all((0..20).map(|_| orders::cancel(&t.app, seen(&o), &by, "client"))).await;
    assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 1);
    for e in all.into_iter().filter_map(Result::err) {
        let TransitionError::Conflict { seen_version, stored } = e else { panic!("{e:?}") };
        assert_eq!((seen_version, stored.version, stored.order_state), (1, 2, OrderState::Cancelled));
    }
    assert_eq!(level(&t.app.db, kettle).await, (9, 0));
    let o = load(&t, token).await;
    assert_eq!(o.payment_state, PaymentState::Voided);
    let again = orders::cancel(&t.app, seen(&o), &by, "").await;
    assert!(matches!(again, Err(TransitionError::NotAllowed { .. })));
    assert_eq!(level(&t.app.db, kettle).await, (9, 0));
    let mails = t.mails().await;
    assert_eq!(mails.iter().filter(|m| m.template == "order_cancelled").count(), 1);
    assert_sound(&t.app.db).await;
    t.done().await;
}

#[tokio::test]
async fn what_was_sent_comes_back_into_stock_with_a_line_in_the_ledger() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let token = order(&t, kettle, "2").await;
    let o = load(&t, token).await;
    let o = orders::mark_paid(&t.app, seen(&o), &staff(), "").await.unwrap();
    let o = orders::fulfil(&t.app, seen(&o), &staff(), "", "").await.unwrap();
    assert!(matches!(
        orders::cancel(&t.app, seen(&o), &staff(), "").await,
        Err(TransitionError::NotAllowed { .. })
    ));
    let o = orders::take_back(&t.app, seen(&o), &staff(), "rétractation").await.unwrap();
    assert_eq!((o.payment_state, o.fulfilment_state), (PaymentState::Refunded, FulfilmentState::Returned));
    assert_eq!(level(&t.app.db, kettle).await, (9, 0));
    assert_eq!(
        count(&t.app.db, "select count(*) from stock_movements where reason = 'return' and delta = 2").await,
        1
    );
    assert!(matches!(
        orders::take_back(&t.app, seen(&o), &staff(), "").await,
        Err(TransitionError::NotAllowed { .. })
    ));
    assert_sound(&t.app.db).await;
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn two_people_on_one_order_see_each_other() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let token = order(&t, kettle, "1").await;
    let o = load(&t, token).await;
    orders::add_note(&t.app, o.id, &staff(), "Appelle avant de livrer").await.unwrap();
    orders::mark_paid(&t.app, seen(&o), &staff(), "").await.expect("a note makes nobody's page stale");
    let stale = orders::prepare(&t.app, seen(&o), &staff()).await;
    assert!(matches!(stale, Err(TransitionError::Conflict { seen_version: 1, .. })), "{stale:?}");
    let page = orders::find_page(&t.app.db, o.id).await.unwrap().unwrap();
    let kinds: Vec<&str> = page.events.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["placed", "note", "paid"]);
    assert!(!t.visitor().get(&format!("/suivi/{token}")).await.expect(200).body.contains("Appelle"));
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn the_same_change_reaches_the_screens_in_the_order_of_the_commits() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let token = order(&t, kettle, "1").await;
    let o = load(&t, token).await;
    orders::mark_paid(&t.app, seen(&o), &staff(), "").await.unwrap();
    let events = platform::infra::live::list_since(&t.app, 0, 10).await.unwrap();
    let told: Vec<(&str, &str, i64)> = events
        .iter()
        .filter(|e| e.topic == "order")
        .map(|e| (e.topic.as_str(), e.kind.as_str(), e.subject))
        .collect();
    assert_eq!(told, [("order", "created", o.id), ("order", "updated", o.id)]);
    assert!(!events.iter().any(|e| e.data.to_string().contains("nadia")), "no personal data on the wire");
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn lists_and_counts_follow_the_filter() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let first = load(&t, order(&t, kettle, "1").await).await;
    let second = load(&t, order(&t, kettle, "2").await).await;
    orders::mark_paid(&t.app, seen(&second), &staff(), "").await.unwrap();
    let page = kit::paging::Page { number: 1, size: 20 };
    let numbers = async |f: orders::Filter| {
        let rows = orders::list_orders(&t.app.db, &f, page).await.unwrap();
        assert_eq!(orders::count_orders(&t.app.db, &f).await.unwrap().0, rows.len() as i64);
        rows.into_iter().map(|r| r.number).collect::<Vec<_>>()
    };
    let all = orders::Filter::default();
    assert_eq!(numbers(all.clone()).await, [second.number.clone(), first.number.clone()]);
    assert_eq!(numbers(orders::Filter { to_prepare: true, ..all.clone() }).await, [second.number.as_str()]);
    let words = |w: &str| orders::Filter { words: Some(w.into()), ..orders::Filter::default() };
    assert_eq!(numbers(words(&first.number)).await, [first.number.as_str()]);
    assert_eq!(numbers(words("benali")).await.len(), 2);
    assert_eq!(numbers(words("%")).await.len(), 0, "wildcards are letters like any other");
    let awaiting = orders::Filter { payment_state: Some(PaymentState::Awaiting), ..all };
    assert_eq!(numbers(awaiting).await, [first.number.as_str()]);
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn a_customer_sees_only_their_own_orders() {
    let t = TestApp::new().await;
    let v = t.visitor();
    let to = v.get("/compte/commandes").await.expect(303).location().unwrap();
    assert!(to.starts_with("/connexion"), "{to}");
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let token = order(&t, kettle, "1").await;
    let o = load(&t, token).await;
    let user: i64 = sqlx::query_scalar("insert into users (email) values ('nadia@exemple.fr') returning id")
        .fetch_one(&t.app.db)
        .await
        .unwrap();
    let page = kit::paging::Page { number: 1, size: 20 };
    let own = orders::list_of_customer(&t.app.db, user, None, page).await.unwrap();
    assert!(own.is_empty(), "an address that is not verified proves nothing");
    let own = orders::list_of_customer(&t.app.db, user, Some("nadia@exemple.fr"), page).await.unwrap();
    assert_eq!(own.iter().map(|r| r.id).collect::<Vec<_>>(), [o.id]);
    put(&v, kettle, "1").await;
    t.mails().await;
    t.done().await;
}
