//! The route matrix: every address of the table, for everybody who may knock.

use backoffice::access::Needs;
use platform::web::visitor::Role;
use poem::http::Method;

use crate::accounts::people::{customer, somebody, staff};
use crate::harness::{Answer, Client, TestApp};

fn path(pattern: &str) -> String {
    pattern.replace(":id<\\d+>", "1")
}

async fn knock(client: &Client<'_>, method: &Method, path: &str) -> Answer {
    if *method == Method::GET { client.get(path).await } else { client.post(path, &[]).await }
}

#[tokio::test]
async fn whoever_is_not_staff_learns_nothing_but_where_to_sign_in() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let people = [t.visitor(), customer(&t, &nadia).await];
    let mut seen = 0;
    for rule in backoffice::rules().iter().filter(|r| r.needs != Needs::Nobody) {
        for client in &people {
            let answer = knock(client, &rule.method, &path(&rule.path)).await;
            if rule.path.ends_with("/flux") {
                assert_eq!(answer.status.as_u16(), 401, "{}", rule.path);
            } else {
                let to = answer.location().unwrap_or_default();
                assert!(
                    to.starts_with("/admin/connexion"),
                    "{} {}: {}",
                    rule.method,
                    rule.path,
                    answer.status
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 30, "the table was walked: {seen}");
    for unknown in ["/admin", "/admin/rien", "/admin/commandes/1/rien"] {
        people[0].get(unknown).await.expect(303);
    }
    t.done().await;
}

#[tokio::test]
async fn a_role_gets_what_the_table_says_and_a_403_for_the_rest() {
    let t = TestApp::new().await;
    for role in [Role::Support, Role::Manager, Role::Admin] {
        let client = staff(&t, role).await;
        for rule in backoffice::rules() {
            let Needs::Staff(permission) = rule.needs else { continue };
            let ends = rule.path.ends_with("/flux") || rule.path.ends_with("/deconnexion");
            if ends {
                continue;
            }
            let answer = knock(&client, &rule.method, &path(&rule.path)).await;
            let refused = answer.status.as_u16() == 403;
            assert_eq!(
                refused,
                !accounts::allows(role, permission),
                "{role:?} {} {}: {}",
                rule.method,
                rule.path,
                answer.status
            );
        }
        client.get("/admin/rien").await.expect(404);
    }
    t.done().await;
}

#[tokio::test]
async fn customers_and_wrong_passwords_do_not_pass_the_door_of_the_office() {
    let email = somebody();
    let t = TestApp::new().await;
    let nadia = customer(&t, &email).await;
    let form = [("email", email.as_str()), ("password", crate::accounts::people::PASSWORD)];
    let answer = nadia.post("/admin/connexion", &form).await.expect(422);
    assert!(answer.has(".errsum"));
    nadia.get("/compte").await.expect(200);
    t.done().await;
}

#[tokio::test]
async fn staff_are_signed_out_when_idle_when_demoted_and_after_twelve_hours() {
    let t = TestApp::new().await;
    let client = staff(&t, Role::Manager).await;
    for _ in 0..3 {
        t.clock.advance(chrono::Duration::minutes(29));
        client.get("/admin/").await.expect(200);
    }
    t.clock.advance(chrono::Duration::minutes(31));
    client.get("/admin/").await.expect(303);
    let client = staff(&t, Role::Manager).await;
    for _ in 0..28 {
        t.clock.advance(chrono::Duration::minutes(25));
        client.get("/admin/").await.expect(200);
    }
    t.clock.advance(chrono::Duration::minutes(25));
    client.get("/admin/").await.expect(303);
    let client = staff(&t, Role::Manager).await;
    client.get("/admin/").await.expect(200);
    sqlx::query("update users set role = 'customer'").execute(&t.app.db).await.unwrap();
    client.get("/admin/").await.expect(303);
    t.done().await;
}

#[tokio::test]
async fn the_socket_is_refused_before_the_upgrade() {
    let nadia = somebody();
    let t = TestApp::new().await;
    let client = staff(&t, Role::Support).await;
    t.visitor().get("/ws/admin/orders/").await.expect(401);
    customer(&t, &nadia).await.get("/ws/admin/orders/").await.expect(401);
    for origin in ["https://evil.example", "null", "http://sub.shop.test", "http://shop.test.evil.example"] {
        let answer = client.get_with("/ws/admin/orders/", &[("origin", origin)]).await;
        assert_eq!(answer.status.as_u16(), 403, "{origin}");
    }
    client.get_with("/ws/admin/orders/", &[("origin", "http://shop.test")]).await.expect(426);
    t.done().await;
}
