//! Somebody with an account.

use platform::web::visitor::Role;

use crate::harness::{Answer, Client, TestApp};

pub const PASSWORD: &str = "une phrase de passe bien à moi";

/// An address that no other test uses: attempts are counted per address, in a Redis that all tests share.
pub fn somebody() -> String {
    format!("nadia-{}@exemple.fr", uuid::Uuid::new_v4().simple())
}

/// Registers and follows the link of the mail; answers the mail's link as well.
pub async fn register(t: &TestApp, email: &str) -> String {
    let form = [("name", "Nadia Benali"), ("email", email), ("password", PASSWORD)];
    t.visitor().post("/inscription", &form).await.expect(303);
    let mails = t.mails().await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    link(&mails[0].text)
}

/// The path of the first link with a token in a mail.
pub fn link(text: &str) -> String {
    let at = text.find("http://shop.test/").expect("a link");
    let url = text[at..].split_whitespace().next().expect("a link");
    url.trim_start_matches("http://shop.test").to_string()
}

pub fn token_of(link: &str) -> String {
    link.split("jeton=").nth(1).expect("a token").to_string()
}

pub async fn sign_in(client: &Client<'_>, email: &str, password: &str) -> Answer {
    client.post("/connexion", &[("email", email), ("password", password)]).await
}

/// A customer who is signed in.
pub async fn customer<'a>(t: &'a TestApp, email: &str) -> Client<'a> {
    register(t, email).await;
    let client = t.visitor();
    sign_in(&client, email, PASSWORD).await.expect(303);
    client
}

/// A member of staff, signed in to the back office.
pub async fn staff(t: &TestApp, role: Role) -> Client<'_> {
    let email = format!("{}-{}@smartmarket.test", role.code(), uuid::Uuid::new_v4().simple());
    accounts::create_staff(&t.app.db, &email, "Sofia Laurent", role, PASSWORD).await.expect("staff");
    let client = t.visitor();
    client.post("/admin/connexion", &[("email", email.as_str()), ("password", PASSWORD)]).await.expect(303);
    client
}
