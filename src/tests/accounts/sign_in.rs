//! Signing in and out, and what nobody learns from it.

use super::people::{PASSWORD, customer, register, sign_in, somebody, token_of};
use crate::harness::TestApp;

/// A page without what differs each time.
fn without_tokens(body: &str) -> String {
    let mut out = String::new();
    for part in body.split("name=\"_csrf\" value=\"") {
        let rest = part.find('"').filter(|_| !out.is_empty()).map_or(part, |end| &part[end..]);
        out.push_str(rest);
    }
    out
}

#[tokio::test]
async fn a_customer_registers_proves_the_address_and_signs_in_and_out() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let link = register(&t, &nadia).await;
    let client = t.visitor();
    client.get("/compte").await.expect(303);
    sign_in(&client, &nadia.to_uppercase(), PASSWORD).await.expect(303);
    assert!(client.get("/compte").await.expect(200).body.contains("n’est pas encore confirmée"));
    let shown = client.get(&link).await.expect(200);
    assert_eq!(shown.header("referrer-policy"), Some("no-referrer"));
    client.post("/verifier-adresse", &[("jeton", &token_of(&link))]).await.expect(303);
    assert!(!client.get("/compte").await.expect(200).body.contains("n’est pas encore confirmée"));
    client.get(&link).await.expect(410);
    client.get("/deconnexion").await.expect(405);
    client.post("/deconnexion", &[]).await.expect(303);
    client.get("/compte").await.expect(303);
    t.done().await;
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let nadia = somebody();
    let karim = somebody();
    let t = TestApp::new().await;
    register(&t, &nadia).await;
    let known = sign_in(&t.visitor(), &nadia, "une mauvaise phrase").await.expect(422);
    let unknown = sign_in(&t.visitor(), &karim, "une mauvaise phrase").await.expect(422);
    let same = |a: &str, b: &str| {
        assert_eq!(without_tokens(a).replace(&nadia, &karim), without_tokens(b));
    };
    same(&known.body, &unknown.body);
    let again = |email| [("name", "N"), ("email", email), ("password", PASSWORD)];
    let taken = t.visitor().post("/inscription", &again(nadia.as_str())).await.expect(303);
    let free = t.visitor().post("/inscription", &again(karim.as_str())).await.expect(303);
    assert_eq!(taken.location(), free.location());
    let mails = t.mails().await;
    let told = |to: &str| mails.iter().filter(|m| m.to == to).map(|m| m.template).collect::<Vec<_>>();
    assert_eq!((told(&karim), told(&nadia)), (vec!["verify_address"], vec!["already_registered"]));
    let known = t.visitor().post("/mot-de-passe-oublie", &[("email", nadia.as_str())]).await.expect(303);
    let unknown = t.visitor().post("/mot-de-passe-oublie", &[("email", "nul@exemple.fr")]).await.expect(303);
    assert_eq!(known.location(), unknown.location());
    assert_eq!(t.mails().await.len(), 1, "only the account that exists gets a mail");
    t.done().await;
}

#[tokio::test]
async fn five_failures_close_an_account_for_a_while_and_nobody_is_told() {
    let t = TestApp::new().await;
    let email = somebody();
    register(&t, &email).await;
    for _ in 0..5 {
        sign_in(&t.visitor(), &email, "une mauvaise phrase").await.expect(422);
    }
    let right = sign_in(&t.visitor(), &email, PASSWORD).await.expect(422);
    let wrong = sign_in(&t.visitor(), &email, "une mauvaise phrase").await.expect(422);
    assert_eq!(without_tokens(&right.body), without_tokens(&wrong.body));
    // The owner is not locked out for ever: a new password opens the door at once.
    t.visitor().post("/mot-de-passe-oublie", &[("email", email.as_str())]).await.expect(303);
    let link = super::people::link(&t.mails().await[0].text);
    let form = [("jeton", token_of(&link)), ("password", "une autre phrase de passe".into())];
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    t.visitor().post("/nouveau-mot-de-passe", &form).await.expect(303);
    sign_in(&t.visitor(), &email, "une autre phrase de passe").await.expect(303);
    t.done().await;
}

#[tokio::test]
async fn the_session_id_changes_at_sign_in_and_a_planted_one_is_never_taken() {
    let nadia = somebody();
    let t = TestApp::new().await;
    register(&t, &nadia).await;
    let client = t.visitor();
    client.set_cookie("sid", "AAAAAAAAAAAAAAAAAAAAAA");
    sign_in(&client, &nadia, PASSWORD).await.expect(303);
    let first = client.cookie("sid").expect("a session");
    assert_ne!(first, "AAAAAAAAAAAAAAAAAAAAAA");
    client.post("/deconnexion", &[]).await.expect(303);
    assert_ne!(client.cookie("sid"), Some(first.clone()));
    client.set_cookie("sid", &first);
    client.get("/compte").await.expect(303);
    t.done().await;
}

#[tokio::test]
async fn next_leads_to_pages_of_our_own_only() {
    let nadia = somebody();
    let t = TestApp::new().await;
    register(&t, &nadia).await;
    for (next, to) in
        [("/panier", "/panier"), ("//evil.example", "/compte"), ("https://evil.example", "/compte")]
    {
        let form = [("email", nadia.as_str()), ("password", PASSWORD), ("next", next)];
        let answer = t.visitor().post("/connexion", &form).await.expect(303);
        assert_eq!(answer.location().as_deref(), Some(to));
    }
    t.done().await;
}

#[tokio::test]
async fn without_redis_nobody_signs_in_and_the_page_says_so() {
    let nadia = somebody();
    let t = TestApp::without_redis().await;
    let answer = sign_in(&t.visitor(), &nadia, PASSWORD).await.expect(503);
    assert!(answer.text(".errsum").contains("impossible pour le moment"), "{}", answer.body);
    let client = t.visitor();
    client.set_cookie("sid", "AAAAAAAAAAAAAAAAAAAAAA");
    let unknown = client.get("/compte").await.expect(503);
    assert!(unknown.header("retry-after").is_some(), "who is signed in is not sent to sign in again");
    client.get("/admin/").await.expect(503);
    client.get("/connexion").await.expect(200);
    client.get("/").await.expect(200);
    t.done().await;
}

#[tokio::test]
async fn a_deactivated_customer_is_signed_out_everywhere() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let client = customer(&t, &nadia).await;
    client.get("/compte").await.expect(200);
    sqlx::query("update users set active = false").execute(&t.app.db).await.unwrap();
    client.get("/compte").await.expect(303);
    sign_in(&t.visitor(), &nadia, PASSWORD).await.expect(422);
    t.done().await;
}
