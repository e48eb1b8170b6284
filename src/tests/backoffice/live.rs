//! What open screens see: the stream from the table, once, for its viewer.

use std::time::Duration;

use futures::StreamExt;
use platform::infra::live;
use platform::web::visitor::Role;
use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response};

use crate::accounts::people::staff;
use crate::harness::{Client, TestApp};
use crate::sales::shelf::{goods, order};

async fn open(client: &Client<'_>, path: &str, last: Option<i64>) -> Response {
    let sid = client.cookie("sid").expect("signed in");
    let mut request = Request::builder()
        .uri_str(path)
        .header("host", "shop.test")
        .header(header::COOKIE, format!("sid={sid}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last.to_string());
    }
    client.app.endpoint.call(request.finish()).await.expect("an answer")
}

/// Reads the stream until `wanted` has been said or it ends; fails after some seconds.
async fn read_until(response: Response, wanted: &str) -> String {
    let mut body = response.into_body().into_bytes_stream();
    let mut text = String::new();
    let reading = async {
        while let Some(Ok(part)) = body.next().await {
            text.push_str(&String::from_utf8_lossy(&part));
            if text.contains(wanted) {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(8), reading)
        .await
        .unwrap_or_else(|_| panic!("{wanted:?} was not said"));
    text
}

#[tokio::test]
async fn a_new_order_reaches_an_open_page_and_a_cut_line_catches_up_without_doubling() {
    let t = TestApp::new().await;
    let tail = tokio::spawn(live::run_tail(t.app.clone()));
    let variant = goods(&t.app.db, 1, 1_990, 10).await;
    let client = staff(&t, Role::Support).await;
    let page = client.get("/admin/commandes").await.expect(200);
    let stream = page.attr("#flux", "hx-sse:connect").expect("a stream");
    let response = open(&client, &stream, None).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers().get("cache-control").unwrap(), "private, no-store");
    order(&t, variant, "1").await;
    let id: i64 = sqlx::query_scalar("select max(id) from orders").fetch_one(&t.app.db).await.unwrap();
    let said = read_until(response, "#kpis").await;
    assert!(
        said.contains(&format!("hx-target=\"#commande-{id}\"")) && said.contains("#nav-commandes"),
        "{said}"
    );
    let seen = live::last_seq(&t.app).await.unwrap();
    // Cut: two more orders meanwhile; the line comes back with its number.
    order(&t, variant, "1").await;
    order(&t, variant, "1").await;
    let again = read_until(open(&client, &stream, Some(seen)).await, "#kpis").await;
    assert_eq!(again.matches("<tr id=\"commande-").count(), 2, "{again}");
    assert!(!again.contains(&format!("id=\"commande-{id}\"")), "what was seen is not said again");
    t.mails().await;
    t.app.shutdown.cancel();
    tail.await.unwrap();
    t.done().await;
}

#[tokio::test]
async fn a_row_that_leaves_the_filter_is_sent_away_and_old_pages_load_anew() {
    let t = TestApp::new().await;
    let variant = goods(&t.app.db, 1, 1_990, 10).await;
    let client = staff(&t, Role::Manager).await;
    order(&t, variant, "1").await;
    let id: i64 = sqlx::query_scalar("select max(id) from orders").fetch_one(&t.app.db).await.unwrap();
    let said =
        read_until(open(&client, "/admin/commandes/flux?vue=1&after=0&statut=livrees", None).await, "#kpis")
            .await;
    assert!(said.contains(&format!("hx-target=\"#commande-{id}\" hx-swap=\"delete\"")), "{said}");
    let ahead =
        read_until(open(&client, "/admin/commandes/flux?after=999999", None).await, "event: recharger").await;
    assert!(!ahead.contains("<tr"));
    t.mails().await;
    t.done().await;
}

#[tokio::test]
async fn the_stream_ends_soon_after_the_right_is_withdrawn() {
    let t = TestApp::new().await;
    let client = staff(&t, Role::Support).await;
    let response = open(&client, "/admin/commandes/flux?after=0", None).await;
    sqlx::query("update users set session_epoch = session_epoch + 1").execute(&t.app.db).await.unwrap();
    let mut body = response.into_body().into_bytes_stream();
    let end = async { while body.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(5), end).await.expect("the stream goes on");
    assert_eq!(open(&client, "/admin/commandes/flux?after=0", None).await.status(), StatusCode::UNAUTHORIZED);
    t.done().await;
}

#[tokio::test]
async fn while_nobody_can_say_whose_session_it_is_screens_come_back_later() {
    let t = TestApp::without_redis().await;
    let client = t.visitor();
    client.set_cookie("sid", "AAAAAAAAAAAAAAAAAAAAAA");
    for path in ["/admin/commandes/flux?after=0", "/ws/admin/orders/"] {
        let answer = open(&client, path, None).await;
        assert_eq!(
            answer.status(),
            StatusCode::SERVICE_UNAVAILABLE,
            "{path}: 401 would end the screen for good"
        );
    }
    t.done().await;
}
