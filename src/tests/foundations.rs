//! What every page has, whatever it shows: headers, ids, CSRF, limits, errors as pages, life without Redis.

use chrono::TimeDelta;
use platform::web::csrf;

use crate::harness::client::encode;
use crate::harness::{Answer, TestApp};

fn assert_safe(answer: &Answer) {
    let csp = answer.header("content-security-policy").expect("CSP");
    assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{csp}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(answer.header("x-request-id").is_some_and(|id| id.len() >= 8));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_a_request_id() {
    let t = TestApp::new().await;
    for path in ["/", "/en/", "/rien-de-tel", "/assets/nope.css", "/health/live/", "/en/nothing"] {
        assert_safe(&t.visitor().get(path).await);
    }
    t.done().await;
}

#[tokio::test]
async fn an_unknown_address_is_a_designed_page_in_the_language_of_the_address() {
    let t = TestApp::new().await;
    let fr = t.visitor().get("/rien-de-tel").await.expect(404);
    assert_eq!(fr.attr("html", "lang").as_deref(), Some("fr"));
    assert!(fr.has("form[role=search]") && fr.text("h1").contains("n’existe pas"));
    let en = t.visitor().get("/en/nothing").await.expect(404);
    assert_eq!(en.attr("html", "lang").as_deref(), Some("en"));
    assert!(en.text("h1").contains("does not exist"));
    t.done().await;
}

#[tokio::test]
async fn a_post_without_a_token_or_from_elsewhere_is_refused_on_every_address() {
    let t = TestApp::new().await;
    let v = t.visitor();
    for path in ["/affichage", "/panier/lignes", "/connexion", "/admin/connexion", "/en/cart/lines"] {
        v.post_raw(path, "x=1".into(), &[]).await.expect(403);
        let token = v.token();
        let body = encode(&[("_csrf", &token)]);
        v.post_raw(path, body.clone(), &[("origin", "https://evil.example")]).await.expect(403);
        v.post_raw(path, body.clone(), &[("sec-fetch-site", "cross-site")]).await.expect(403);
        v.post_raw(path, encode(&[("_csrf", &format!("A{}", &token[1..]))]), &[]).await.expect(403);
    }
    // The check lets the honest form through, so the refusals above mean something.
    v.post("/affichage", &[("theme", "dark"), ("next", "/")]).await.expect(303);
    assert_eq!(v.cookie("theme").as_deref(), Some("dark"));
    assert_eq!(v.get("/").await.attr("html", "data-theme").as_deref(), Some("dark"));
    t.done().await;
}

#[tokio::test]
async fn a_token_of_yesterday_still_works_and_one_of_three_days_ago_does_not() {
    let t = TestApp::new().await;
    let v = t.visitor();
    let token = v.token();
    let body = encode(&[("_csrf", &token), ("theme", "dark")]);
    t.clock.advance(chrono::Duration::days(1));
    v.post_raw("/affichage", body.clone(), &[]).await.expect(303);
    t.clock.advance(chrono::Duration::days(2));
    v.post_raw("/affichage", body, &[]).await.expect(403);
    t.done().await;
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_413_and_not_an_error_of_ours() {
    let t = TestApp::new().await;
    let v = t.visitor();
    let body = format!("_csrf={}&x={}", v.token(), "a".repeat(600_000));
    let answer = v.post_raw("/affichage", body, &[]).await.expect(413);
    assert!(answer.text("h1").contains("volumineux"));
    t.done().await;
}

#[tokio::test]
async fn nobody_is_led_away_by_a_redirect_parameter() {
    let t = TestApp::new().await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let answer = t.visitor().post("/affichage", &[("theme", "dark"), ("next", next)]).await.expect(303);
        assert_eq!(answer.location().as_deref(), Some("/"));
    }
    t.done().await;
}

#[tokio::test]
async fn without_redis_the_shop_is_ready_but_degraded_and_pages_work() {
    let t = TestApp::without_redis().await;
    let v = t.visitor();
    v.set_cookie("sid", "AAAAAAAAAAAAAAAAAAAAAA");
    v.get("/").await.expect(200);
    let ready = v.get("/health/ready/").await.expect(200);
    assert!(ready.body.contains("degraded"), "{}", ready.body);
    t.done().await;
}

#[tokio::test]
async fn a_page_for_everybody_is_kept_and_one_for_a_visitor_with_a_cart_is_his_own() {
    let t = TestApp::new().await;
    let v = t.visitor();
    assert_eq!(v.get("/").await.expect(200).header("x-page-cache"), Some("miss"));
    assert_eq!(v.get("/").await.header("x-page-cache"), Some("hit"));
    v.set_cookie("cart", "00000000-0000-4000-8000-000000000000");
    let own = v.get("/").await;
    assert_eq!(own.header("x-page-cache"), Some("cart"));
    assert_eq!(own.header("cache-control"), Some("private, no-store"));
    t.done().await;
}

#[tokio::test]
async fn the_switch_leads_to_the_same_page_in_the_other_language() {
    let t = TestApp::new().await;
    let home = t.visitor().get("/").await;
    assert_eq!(home.attr("a[hreflang=en]", "href").as_deref(), Some("/en/"));
    assert!(home.has("link[rel=alternate][hreflang=en]") && home.has("link[rel=canonical]"));
    t.done().await;
}

#[tokio::test]
async fn a_form_of_a_machine_whose_clock_is_past_midnight_already_is_taken_by_the_others() {
    let t = TestApp::new().await;
    let now = t.app.clock.now();
    let midnight = (now + TimeDelta::days(1)).date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    t.clock.advance(midnight - now + TimeDelta::minutes(30));
    let token = csrf::token(&t.app, "guest");
    let taken = || csrf::verify(&t.app, "guest", &token);
    t.clock.advance(TimeDelta::hours(-1));
    assert!(taken(), "half an hour before midnight here");
    t.clock.advance(TimeDelta::days(-1));
    assert!(!taken(), "a day more is no difference of clocks");
    t.clock.advance(TimeDelta::days(4));
    assert!(!taken(), "too old");
    t.done().await;
}
