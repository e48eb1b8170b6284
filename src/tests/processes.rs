//! Real processes that are killed: no order lost, doubled or oversold, whatever dies when.

use std::time::Duration;

use platform::web::csrf;

use crate::harness::TestApp;
use crate::harness::process::Process;
use crate::harness::remote::Remote;
use crate::sales::shelf::{assert_sound, count, goods, level, ready_cart};

#[derive(Debug, PartialEq, Eq)]
enum End {
    Ordered(String),
    SoldOut,
}

/// Sends the last form until some process answers it, as a person would press again.
async fn buy(bases: [String; 2], cart: String, fields: Vec<(String, String)>, first: usize) -> End {
    for attempt in 0..200 {
        let mut shopper = Remote::new(&bases[(first + attempt) % 2]);
        shopper.set_cookie("cart", &cart);
        match shopper.post("/commande/recapitulatif", &fields).await {
            Ok(reply) if reply.status == 303 => return End::Ordered(reply.to.expect("a redirect")),
            Ok(reply) if reply.status == 409 => {
                assert!(reply.body.contains("Il n’y en a plus assez"), "a refusal says why");
                return End::SoldOut;
            }
            // No connection in time: nothing happened, and the page says so.
            Ok(reply) if reply.status == 503 => {}
            Ok(reply) => panic!("neither an order nor a refusal: {} {}", reply.status, reply.body),
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody answered");
}

/// `units` for 200 buyers at two processes; each dies once in the middle and comes back on its port.
async fn rush(units: i32) {
    let t = TestApp::new().await;
    let last = goods(&t.app.db, 1, 2_000, units).await;
    let mut people = Vec::new();
    for _ in 0..200 {
        let command = ready_cart(&t.app, &[(last, 1)]).await;
        let cart: uuid::Uuid = sqlx::query_scalar("select token from carts where id = $1")
            .bind(command.cart_id)
            .fetch_one(&t.app.db)
            .await
            .unwrap();
        let fields = [
            (csrf::FIELD, csrf::token(&t.app, "guest")),
            ("key", command.key.to_string()),
            ("version", command.seen_version.to_string()),
            ("total", command.seen_total.as_cents().to_string()),
            ("terms", "1".to_string()),
        ];
        people.push((cart.to_string(), fields.map(|(n, v)| (n.to_string(), v)).to_vec()));
    }
    let (mut one, mut two) = (Process::web(&t.database).await, Process::web(&t.database).await);
    let bases = [one.base.clone(), two.base.clone()];
    let buyers: Vec<_> = people
        .into_iter()
        .enumerate()
        .map(|(i, (cart, fields))| tokio::spawn(buy(bases.clone(), cart, fields, i)))
        .collect();
    tokio::time::sleep(Duration::from_millis(150)).await;
    let port = one.port();
    one.kill();
    one = Process::web_on(&t.database, port).await;
    let port = two.port();
    two.kill();
    two = Process::web_on(&t.database, port).await;

    let mut orders = Vec::new();
    let mut sold_out = 0;
    for buyer in buyers {
        match buyer.await.unwrap() {
            End::Ordered(to) => orders.push(to),
            End::SoldOut => sold_out += 1,
        }
    }
    orders.sort();
    orders.dedup();
    assert_eq!((orders.len() as i32, sold_out), (units, 200 - units), "{orders:?}");
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, i64::from(units));
    assert_eq!(level(&t.app.db, last).await, (units, units));
    assert_sound(&t.app.db).await;
    // SIGTERM ends a process well.
    assert_eq!(two.terminate(), Some(0));
    drop((one, two));
    assert_eq!(t.mails().await.len() as i32, units);
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_unit_is_sold_once_to_two_hundred_buyers_while_web_processes_are_killed() {
    rush(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_units_are_sold_ten_times_to_two_hundred_buyers_while_web_processes_are_killed() {
    rush(10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worker_process_sends_what_an_order_left_behind_and_stops_well() {
    let t = TestApp::new().await;
    let variant = goods(&t.app.db, 1, 2_000, 5).await;
    let command = ready_cart(&t.app, &[(variant, 1)]).await;
    sales::checkout::place_order(&t.app, &command).await.expect("an order");
    let (web, mut worker) = (Process::web(&t.database).await, Process::worker(&t.database, "run"));
    let sent = async {
        while count(&t.app.db, "select count(*) from mails where sent_at is not null").await == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), sent).await.expect("the confirmation is sent");
    let page = Remote::new(&web.base).get("/dev/mails").await.expect("the development mails");
    assert!(page.status == 200 && page.body.contains("nadia@exemple.fr"), "{}", page.body);
    assert_eq!(worker.terminate(), Some(0));
    drop(web);
    t.done().await;
}

/// The form of a guest that puts one of this article into the cart.
fn article(t: &TestApp, variant: i64) -> [(String, String); 2] {
    [(csrf::FIELD, csrf::token(&t.app, "guest")), ("variant", variant.to_string())]
        .map(|(name, value)| (name.to_string(), value))
}

/// Nobody reads or changes a cart while this is held.
async fn lock_carts(t: &TestApp) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut lock = t.app.db.begin().await.expect("a transaction");
    sqlx::query("lock table carts in access exclusive mode").execute(&mut *lock).await.expect("the lock");
    lock
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cart_that_cannot_be_read_is_not_shown_empty_and_not_replaced() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 5).await;
    let web = Process::web(&t.database).await;
    let mut shopper = Remote::new(&web.base);
    let fields = article(&t, kettle);
    assert_eq!(shopper.post("/panier/lignes", &fields).await.expect("an answer").status, 303);

    // A lock that lasts longer than a request waits is a moment to come back in, and no fault of ours.
    let lock = lock_carts(&t).await;
    for path in ["/panier", "/commande/coordonnees"] {
        let page = shopper.get(path).await.expect("an answer");
        assert_eq!(page.status, 503, "{path}");
        assert!(!page.body.contains("Votre panier est vide"), "{}", page.body);
    }
    // It ends after the cart could not be read and before the article would have gone into a new one.
    let (added, ()) = tokio::join!(shopper.post("/panier/lignes", &fields), async {
        tokio::time::sleep(Duration::from_millis(2_400)).await;
        lock.rollback().await.expect("released");
    });
    assert_eq!(added.expect("an answer").status, 503);
    let page = shopper.get("/panier").await.expect("an answer");
    assert!(page.status == 200 && page.body.contains("1 article"), "{}", page.body);
    assert_eq!(count(&t.app.db, "select count(*) from carts").await, 1);
    drop(web);
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_article_whose_cart_is_locked_can_be_added_a_moment_later() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 5).await;
    let web = Process::web(&t.database).await;
    let mut shopper = Remote::new(&web.base);
    let fields = article(&t, kettle);
    let lock = lock_carts(&t).await;
    let reply = shopper.post("/panier/lignes", &fields).await.expect("an answer");
    assert_eq!(reply.status, 503, "{}", reply.body);
    lock.rollback().await.expect("released");
    assert_eq!(shopper.post("/panier/lignes", &fields).await.expect("an answer").status, 303);
    drop(web);
    t.done().await;
}
