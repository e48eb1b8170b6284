//! Many at once: never oversold, never doubled, never lost.

use futures::future::join_all;
use sales::checkout::{PlaceError, Placed, hold, place_order};

use super::shelf::{
    assert_sound, count, goods, level, press, put, ready_cart, review_fields, to_review, token_of,
};
use crate::harness::TestApp;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_buyers_of_the_last_unit_make_one_order_and_199_clear_refusals() {
    let t = TestApp::new().await;
    let last = goods(&t.app.db, 1, 2_000, 1).await;
    let mut commands = Vec::new();
    for _ in 0..200 {
        commands.push(ready_cart(&t.app, &[(last, 1)]).await);
    }
    let tasks: Vec<_> = commands
        .into_iter()
        .map(|c| {
            let app = t.app.clone();
            tokio::spawn(async move { place_order(&app, &c).await })
        })
        .collect();
    let (mut placed, mut refused) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(Placed::New(_)) => placed += 1,
            Err(PlaceError::SoldOut(short)) => {
                assert_eq!((short.len(), short[0].left), (1, 0));
                refused += 1;
            }
            other => panic!("neither an order nor a clear refusal: {other:?}"),
        }
    }
    assert_eq!((placed, refused), (1, 199));
    assert_eq!(level(&t.app.db, last).await, (1, 1));
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, 1);
    assert_sound(&t.app.db).await;
    assert_eq!(t.mails().await.len(), 1);
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_units_of_two_articles_in_any_order_are_sold_ten_times_without_a_deadlock() {
    let t = TestApp::new().await;
    let (a, b) = (goods(&t.app.db, 1, 2_000, 10).await, goods(&t.app.db, 2, 300, 10).await);
    let mut commands = Vec::new();
    for i in 0..60 {
        let lines = if i % 2 == 0 { [(a, 1), (b, 1)] } else { [(b, 1), (a, 1)] };
        commands.push(ready_cart(&t.app, &lines).await);
    }
    let tasks: Vec<_> = commands
        .into_iter()
        .enumerate()
        .map(|(i, c)| {
            let app = t.app.clone();
            tokio::spawn(async move {
                // A third comes by the review, which sets goods aside first.
                if i % 3 == 0 {
                    hold(&app, c.lang, c.cart_id).await.expect("hold");
                }
                place_order(&app, &c).await
            })
        })
        .collect();
    let mut placed = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => placed += 1,
            Err(PlaceError::SoldOut(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(placed, 10);
    assert_eq!((level(&t.app.db, a).await, level(&t.app.db, b).await), ((10, 10), (10, 10)));
    assert_sound(&t.app.db).await;
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_key_a_hundred_times_is_one_order() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 500).await;
    let command = ready_cart(&t.app, &[(kettle, 2)]).await;
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let (app, c) = (t.app.clone(), command.clone());
            tokio::spawn(async move { place_order(&app, &c).await })
        })
        .collect();
    let mut new = 0;
    let mut tokens = std::collections::BTreeSet::new();
    for task in tasks {
        let placed = task.await.unwrap().expect("an order");
        new += i32::from(matches!(placed, Placed::New(_)));
        tokens.insert(placed.token());
    }
    assert_eq!((new, tokens.len()), (1, 1));
    assert_eq!(level(&t.app.db, kettle).await, (500, 2));
    assert_sound(&t.app.db).await;
    assert_eq!(t.mails().await.len(), 1);
    t.done().await;
}

#[tokio::test]
async fn two_tabs_back_and_a_repeated_post_end_on_one_confirmation() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let v = t.visitor();
    put(&v, kettle, "1").await;
    let one = to_review(&v).await;
    let two = v.get("/commande/recapitulatif").await.expect(200);
    let cart = v.cookie("cart").unwrap();
    let both = join_all([press(&v, &review_fields(&one)), press(&v, &review_fields(&two))]).await;
    let tokens: Vec<_> = both.iter().map(token_of).collect();
    assert_eq!(tokens[0], tokens[1]);
    // Back and again; then with the cart's cookie that a lost answer leaves behind; then with a new cart begun.
    assert_eq!(token_of(&press(&v, &review_fields(&one)).await), tokens[0]);
    v.set_cookie("cart", &cart);
    assert_eq!(token_of(&press(&v, &review_fields(&one)).await), tokens[0]);
    put(&v, kettle, "3").await.expect(303);
    assert_eq!(token_of(&press(&v, &review_fields(&one)).await), tokens[0]);
    assert_eq!(v.get("/panier").await.text("#cart-count"), "3 articles", "the new cart is still there");
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, 1);
    assert_eq!(level(&t.app.db, kettle).await, (9, 1));
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sweeping_while_ordering_frees_nothing_that_was_ordered() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 40).await;
    let mut commands = Vec::new();
    for _ in 0..40 {
        let c = ready_cart(&t.app, &[(kettle, 1)]).await;
        hold(&t.app, c.lang, c.cart_id).await.expect("hold");
        commands.push(c);
    }
    sqlx::query("update reservations set expires_at = now() - interval '1 minute'")
        .execute(&t.app.db)
        .await
        .unwrap();
    let sweeps = (0..8).map(|_| {
        let app = t.app.clone();
        tokio::spawn(async move { sales::jobs::sweep(&app).await.map(|_| ()).expect("sweep") })
    });
    let orders = commands.into_iter().map(|c| {
        let app = t.app.clone();
        tokio::spawn(async move { place_order(&app, &c).await.map(|_| ()).expect("an order") })
    });
    for task in join_all(sweeps.chain(orders).collect::<Vec<_>>()).await {
        task.unwrap();
    }
    assert_eq!(level(&t.app.db, kettle).await, (40, 40));
    assert_sound(&t.app.db).await;
    t.done().await;
}
