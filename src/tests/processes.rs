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
    Refused,
}

/// Sends the last form until some process answers it, as a person would press again.
async fn buy(bases: [String; 2], cart: String, fields: Vec<(String, String)>, first: usize) -> End {
    for attempt in 0..200 {
        let mut shopper = Remote::new(&bases[(first + attempt) % 2]);
        shopper.set_cookie("cart", &cart);
        match shopper.post("/commande/recapitulatif", &fields).await {
            Ok(reply) if reply.status == 303 => return End::Ordered(reply.to.expect("a redirect")),
            Ok(reply) if reply.status == 409 || reply.status == 422 => return End::Refused,
            Ok(reply) if reply.status >= 500 && reply.status != 503 => {
                panic!("{}: {}", reply.status, reply.body)
            }
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("nobody answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_buyers_of_the_last_unit_while_web_processes_are_killed_make_exactly_one_order() {
    let t = TestApp::new().await;
    let last = goods(&t.app.db, 1, 2_000, 1).await;
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
    // Each dies once in the middle and comes back on its port.
    tokio::time::sleep(Duration::from_millis(150)).await;
    let port = one.port();
    one.kill();
    one = Process::web_on(&t.database, port).await;
    let port = two.port();
    two.kill();
    two = Process::web_on(&t.database, port).await;

    let mut orders = Vec::new();
    let mut refused = 0;
    for buyer in buyers {
        match buyer.await.unwrap() {
            End::Ordered(to) => orders.push(to),
            End::Refused => refused += 1,
        }
    }
    assert_eq!((orders.len(), refused), (1, 199), "{orders:?}");
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, 1);
    assert_eq!(level(&t.app.db, last).await, (1, 1));
    assert_sound(&t.app.db).await;
    // SIGTERM ends a process well.
    assert_eq!(two.terminate(), Some(0));
    drop((one, two));
    assert_eq!(t.mails().await.len(), 1);
    t.done().await;
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
