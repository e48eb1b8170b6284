//! Passwords: set, changed, forgotten.

use super::people::{PASSWORD, customer, link, register, sign_in, somebody, token_of};
use crate::harness::TestApp;

const NEW: &str = "encore une phrase de passe";

async fn reset_token(t: &TestApp, email: &str) -> String {
    t.visitor().post("/mot-de-passe-oublie", &[("email", email)]).await.expect(303);
    token_of(&link(&t.mails().await.last().expect("a mail").text))
}

#[tokio::test]
async fn a_reset_link_works_once_and_ends_every_session_and_the_other_links() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let client = customer(&t, &nadia).await;
    let first = reset_token(&t, &nadia).await;
    let second = reset_token(&t, &nadia).await;
    let page = t.visitor().get(&format!("/nouveau-mot-de-passe?jeton={second}")).await.expect(200);
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    let short = t
        .visitor()
        .post("/nouveau-mot-de-passe", &[("jeton", &second), ("password", "court")])
        .await
        .expect(422);
    assert!(short.has("#password[aria-invalid]"));
    t.visitor().post("/nouveau-mot-de-passe", &[("jeton", &second), ("password", NEW)]).await.expect(303);
    client.get("/compte").await.expect(303);
    for used in [&first, &second] {
        t.visitor().post("/nouveau-mot-de-passe", &[("jeton", used), ("password", NEW)]).await.expect(410);
    }
    sign_in(&t.visitor(), &nadia, PASSWORD).await.expect(422);
    sign_in(&t.visitor(), &nadia, NEW).await.expect(303);
    t.done().await;
}

#[tokio::test]
async fn tokens_are_not_in_the_database_and_good_for_one_purpose_and_one_hour() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let verify = token_of(&register(&t, &nadia).await);
    let form = [("jeton", verify.as_str()), ("password", NEW)];
    t.visitor().post("/nouveau-mot-de-passe", &form).await.expect(410);
    let reset = reset_token(&t, &nadia).await;
    let clear: i64 = sqlx::query_scalar(
        "select count(*) from user_tokens where encode(token_hash, 'escape') like '%' || $1 || '%'",
    )
    .bind(&reset)
    .fetch_one(&t.app.db)
    .await
    .unwrap();
    assert_eq!(clear, 0);
    let mut changed = reset.clone();
    changed.replace_range(0..1, if reset.starts_with('A') { "B" } else { "A" });
    t.visitor().get(&format!("/nouveau-mot-de-passe?jeton={changed}")).await.expect(410);
    sqlx::query("update user_tokens set expires_at = now() - interval '1 second'")
        .execute(&t.app.db)
        .await
        .unwrap();
    t.visitor().post("/nouveau-mot-de-passe", &[("jeton", &reset), ("password", NEW)]).await.expect(410);
    t.done().await;
}

#[tokio::test]
async fn changing_the_password_asks_for_the_present_one_and_ends_the_other_sessions() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let here = customer(&t, &nadia).await;
    let there = t.visitor();
    sign_in(&there, &nadia, PASSWORD).await.expect(303);
    let wrong = here
        .post("/compte/mot-de-passe", &[("present", "pas le bon du tout"), ("password", NEW)])
        .await
        .expect(422);
    assert!(wrong.has("#present[aria-invalid]"));
    here.post("/compte/mot-de-passe", &[("present", PASSWORD), ("password", NEW)]).await.expect(303);
    here.get("/compte").await.expect(200);
    there.get("/compte").await.expect(303);
    t.done().await;
}

#[tokio::test]
async fn hashes_are_argon2id_with_the_parameters_we_promise() {
    let nadia = somebody();
    let t = TestApp::new().await;
    register(&t, &nadia).await;
    let hash: String =
        sqlx::query_scalar("select password_hash from users").fetch_one(&t.app.db).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let long = "x".repeat(100_000);
    let form = [("name", "N"), ("email", "n@exemple.fr"), ("password", long.as_str())];
    let answer = t.visitor().post("/inscription", &form).await.expect(422);
    assert!(!answer.body.contains("xxxxxxxx"), "a password is never sent back");
    t.done().await;
}
