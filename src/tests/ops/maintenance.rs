//! Maintenance: customers are told, staff work on, machines are answered.

use chrono::Duration;
use platform::infra::maintenance::{self, Notice};
use platform::web::visitor::Role;

use crate::accounts::people::staff;
use crate::harness::TestApp;

#[tokio::test]
async fn the_closed_shop_says_until_when_and_lets_staff_and_probes_through() {
    let t = TestApp::new().await;
    let office = staff(&t, Role::Support).await;
    assert_eq!(t.visitor().get("/").await.expect(200).header("x-page-cache"), Some("miss"));
    let notice = Notice {
        active: true,
        message_fr: "Nous changeons de serveur.".into(),
        until: Some(t.app.clock.now() + Duration::minutes(20)),
        ..Notice::default()
    };
    maintenance::set(&t.app.db, &notice).await.unwrap();
    t.visitor().get("/").await.expect(200);
    maintenance::refresh(&t.app).await.unwrap();

    for path in ["/", "/panier", "/connexion", "/rien-de-tel"] {
        let closed = t.visitor().get(path).await.expect(503);
        let retry: u32 = closed.header("retry-after").and_then(|v| v.parse().ok()).expect("seconds");
        assert!((1190..=1200).contains(&retry), "{path}: {retry}");
        assert!(closed.text("h1").contains("fermée"), "{path}");
        assert!(closed.body.contains("Nous changeons de serveur."), "{path}");
        assert_eq!(closed.header("cache-control"), Some("private, no-store"));
    }
    // No words of the operator in English: the shop's own.
    assert!(t.visitor().get("/en/").await.expect(503).body.contains("We are improving it"));
    t.visitor().post("/panier/lignes", &[("variant", "1")]).await.expect(503);

    t.visitor().get("/health/ready/").await.expect(200);
    t.visitor().get("/admin/connexion").await.expect(200);
    office.get("/").await.expect(200);
    office.get("/admin/").await.expect(200);

    maintenance::set(&t.app.db, &Notice::default()).await.unwrap();
    maintenance::refresh(&t.app).await.unwrap();
    t.visitor().get("/").await.expect(200);
    t.done().await;
}
