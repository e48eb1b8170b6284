//! Buyers over HTTP while one of two web processes is killed: whoever lost the connection presses again.

use std::time::Duration;

use platform::web::csrf;
use sales::checkout::Command;
use sqlx::types::Uuid;

use super::shelf::{assert_sound, count, goods, level, ready_cart};
use crate::harness::TestApp;
use crate::harness::client::encode;
use crate::harness::process::Process;
use crate::harness::remote::fields_of;

/// What a buyer ends with.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Ordered(String),
    SoldOut,
}

struct Buyer {
    http: reqwest::Client,
    cookie: String,
    body: String,
}

impl Buyer {
    fn new(http: &reqwest::Client, token: &str, cart: Uuid, c: &Command) -> Buyer {
        let (key, version, total) =
            (c.key.to_string(), c.seen_version.to_string(), c.seen_total.as_cents().to_string());
        let fields =
            [(csrf::FIELD, token), ("key", &key), ("version", &version), ("total", &total), ("terms", "1")];
        Buyer { http: http.clone(), cookie: format!("cart={cart}"), body: encode(&fields) }
    }

    /// Presses the button until somebody answers, as a person would; a busy shop is asked again.
    async fn buy(self, bases: [String; 2]) -> End {
        for attempt in 0..40 {
            let request = self
                .http
                .post(format!("{}/commande/recapitulatif", bases[attempt % 2]))
                .header("cookie", &self.cookie)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(self.body.clone());
            let Ok(answer) = request.send().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let to = answer
                .headers()
                .get("location")
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_string();
            match answer.status().as_u16() {
                303 if to.starts_with("/merci/") => return End::Ordered(to),
                409 => {
                    let page = answer.text().await.unwrap_or_default();
                    assert!(page.contains("Il n’y en a plus assez"), "a refusal that says why");
                    return End::SoldOut;
                }
                // No connection in time: nothing happened, and the page says so.
                503 => tokio::time::sleep(Duration::from_millis(100)).await,
                status => panic!("neither an order nor a clear refusal: {status} {to}"),
            }
        }
        panic!("nobody answered")
    }
}

/// `units` for 200 buyers at two processes, of which one is killed `after` the first presses.
async fn rush(units: i32, after: Duration) {
    let t = TestApp::new().await;
    let variant = goods(&t.app.db, 1, 2_000, units).await;
    let mut dying = Process::web(&t.database).await;
    let living = Process::web(&t.database).await;
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("client");
    let page =
        http.get(format!("{}/suivi", living.base)).send().await.expect("page").text().await.expect("text");
    let token = fields_of(&page, "/suivi").into_iter().find(|(n, _)| n == csrf::FIELD).expect("a token").1;
    let mut buyers = Vec::new();
    for _ in 0..200 {
        let command = ready_cart(&t.app, &[(variant, 1)]).await;
        let cart: Uuid = sqlx::query_scalar("select token from carts where id = $1")
            .bind(command.cart_id)
            .fetch_one(&t.app.db)
            .await
            .expect("cart");
        buyers.push(Buyer::new(&http, &token, cart, &command));
    }
    let (one, two) = (dying.base.clone(), living.base.clone());
    let tasks: Vec<_> = buyers
        .into_iter()
        .enumerate()
        .map(|(i, b)| {
            let bases = if i % 2 == 0 { [one.clone(), two.clone()] } else { [two.clone(), one.clone()] };
            tokio::spawn(b.buy(bases))
        })
        .collect();
    tokio::time::sleep(after).await;
    dying.kill();
    let mut ends = Vec::new();
    for task in tasks {
        ends.push(task.await.expect("buyer"));
    }
    let mut orders: Vec<_> = ends.iter().filter(|e| **e != End::SoldOut).collect();
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len() as i32, units, "each order has one buyer");
    assert_eq!(ends.iter().filter(|e| **e == End::SoldOut).count(), 200 - units as usize);
    assert_eq!(count(&t.app.db, "select count(*) from orders").await, i64::from(units));
    assert_eq!(level(&t.app.db, variant).await, (units, units));
    assert_sound(&t.app.db).await;
    drop(living);
    assert_eq!(t.mails().await.len() as i32, units);
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_unit_is_sold_once_though_a_process_dies_among_the_buyers() {
    for after in [20, 150] {
        rush(1, Duration::from_millis(after)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_units_are_sold_ten_times_though_a_process_dies_among_the_buyers() {
    rush(10, Duration::from_millis(80)).await;
}
