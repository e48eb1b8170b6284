//! Time passes: reservations end, unpaid orders are cancelled, old carts go.

use chrono::Duration;
use sales::checkout::hold;
use sales::orders::{self, OrderState};

use super::shelf::{assert_sound, count, goods, level, order, put, ready_cart};
use crate::harness::TestApp;

#[tokio::test]
async fn a_reservation_ends_and_is_extended_by_looking_again() {
    let t = TestApp::new().await;
    let db = &t.app.db;
    let kettle = goods(db, 1, 2_000, 9).await;
    let c = ready_cart(&t.app, &[(kettle, 2)]).await;
    hold(&t.app, c.lang, c.cart_id).await.unwrap();
    assert_eq!(level(db, kettle).await, (9, 2));
    assert_eq!(sales::jobs::sweep(&t.app).await.unwrap(), 0, "not yet");
    sqlx::query("update reservations set expires_at = now() - interval '1 second'")
        .execute(db)
        .await
        .unwrap();
    hold(&t.app, c.lang, c.cart_id).await.unwrap();
    assert_eq!(sales::jobs::sweep(&t.app).await.unwrap(), 0, "extended");
    assert_eq!(level(db, kettle).await, (9, 2), "and not doubled");
    sqlx::query("update reservations set expires_at = now() - interval '1 second'")
        .execute(db)
        .await
        .unwrap();
    assert_eq!(sales::jobs::sweep(&t.app).await.unwrap(), 2);
    assert_eq!(level(db, kettle).await, (9, 0));
    assert_sound(db).await;
    t.done().await;
}

#[tokio::test]
async fn nobody_empties_the_shelves_by_looking() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 900).await;
    let c = ready_cart(&t.app, &[(kettle, 150)]).await;
    hold(&t.app, c.lang, c.cart_id).await.unwrap();
    assert_eq!(level(&t.app.db, kettle).await, (900, sales::cart::HOLD_UNITS));
    sales::checkout::place_order(&t.app, &c).await.expect("all 150 are there");
    assert_eq!(level(&t.app.db, kettle).await, (900, 150));
    assert_sound(&t.app.db).await;
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn an_order_that_is_not_paid_in_time_is_cancelled_and_its_goods_are_free() {
    let t = TestApp::new().await;
    let db = &t.app.db;
    let kettle = goods(db, 1, 2_000, 9).await;
    let (late, paid) = (order(&t, kettle, "1").await, order(&t, kettle, "2").await);
    let o = orders::find_by_token(db, paid).await.unwrap().unwrap();
    let target = orders::Target { order_id: o.id, seen_version: None };
    orders::mark_paid(&t.app, target, &orders::Actor::system(), "").await.unwrap();
    let before = t.app.clock.now() - Duration::days(sales::jobs::UNPAID_DAYS);
    assert_eq!(sales::jobs::cancel_unpaid_before(&t.app, before).await.unwrap(), 0, "both are new");
    sqlx::query("update orders set placed_at = placed_at - interval '15 days'").execute(db).await.unwrap();
    assert_eq!(sales::jobs::cancel_unpaid_before(&t.app, before).await.unwrap(), 1);
    assert_eq!(orders::find_by_token(db, late).await.unwrap().unwrap().order_state, OrderState::Cancelled);
    assert_eq!(orders::find_by_token(db, paid).await.unwrap().unwrap().order_state, OrderState::Open);
    assert_eq!(level(db, kettle).await, (9, 2));
    assert_eq!(sales::jobs::cancel_unpaid_before(&t.app, before).await.unwrap(), 0);
    assert_sound(db).await;
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn old_carts_go_and_orders_stay() {
    let t = TestApp::new().await;
    let db = &t.app.db;
    let kettle = goods(db, 1, 2_000, 9).await;
    let (v, w) = (t.visitor(), t.visitor());
    put(&v, kettle, "1").await;
    put(&w, kettle, "1").await;
    order(&t, kettle, "1").await;
    sqlx::query("update carts set updated_at = now() - interval '91 days' where id <> (select max(id) - 1 from carts)")
        .execute(db)
        .await
        .unwrap();
    assert_eq!(sales::cart::prune(db, 100).await.unwrap(), 1);
    assert_eq!(count(db, "select count(*) from carts").await, 2);
    assert_eq!(count(db, "select count(*) from orders").await, 1);
    t.mails().await;
    t.done().await;
}
