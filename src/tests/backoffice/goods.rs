//! Stock and products.

use platform::web::visitor::Role;

use crate::accounts::people::staff;
use crate::harness::TestApp;
use crate::sales::shelf::{count, goods, level};

#[tokio::test]
async fn a_counted_shelf_is_corrected_and_nonsense_is_refused_at_its_row() {
    let t = TestApp::new().await;
    let variant = goods(&t.app.db, 1, 1_990, 10).await;
    let client = staff(&t, Role::Manager).await;
    let url = format!("/admin/stocks/{variant}");
    client.post(&url, &[("on_hand", "7")]).await.expect(303);
    assert_eq!(level(&t.app.db, variant).await, (7, 0));
    for bad in ["-1", "1e9", "٣", "", "7,5"] {
        let page = client.post(&url, &[("on_hand", bad)]).await.expect(422);
        assert!(page.has(&format!("#stock-{variant}[aria-invalid]")), "{bad}");
    }
    assert_eq!(level(&t.app.db, variant).await, (7, 0));
    client.post("/admin/stocks/999999", &[("on_hand", "1")]).await.expect(404);
    t.done().await;
}

#[tokio::test]
async fn a_price_is_edited_logged_and_shown_in_the_shop() {
    let t = TestApp::new().await;
    let variant = goods(&t.app.db, 1, 1_990, 10).await;
    let client = staff(&t, Role::Manager).await;
    let id = count(&t.app.db, "select max(id) from products").await;
    let url = format!("/admin/produits/{id}");
    let page = client.get(&url).await.expect(200);
    let category = count(&t.app.db, "select category_id::bigint from products").await.to_string();
    let version = page.attr("input[name='version']", "value").expect("version");
    let variant = variant.to_string();
    let mut form = vec![
        ("version", version.as_str()),
        ("status", "active"),
        ("category", category.as_str()),
        ("title_fr", "Bouilloire changée"),
        ("title_en", "Kettle"),
        ("variant", variant.as_str()),
        ("price", "17,50"),
        ("compare", ""),
        ("active", variant.as_str()),
    ];
    client.post(&url, &form).await.expect(303);
    assert_eq!(count(&t.app.db, "select price_cents from products").await, 1_750);
    assert_eq!(count(&t.app.db, "select count(*) from price_log where price_cents = 1750").await, 1);
    let stale = client.post(&url, &form).await.expect(409);
    assert_eq!(stale.count(".versus .box"), 2);
    let now = stale.attr("input[name='version']", "value").expect("version");
    form[0].1 = now.as_str();
    form[6].1 = "abc";
    let wrong = client.post(&url, &form).await.expect(422);
    assert_eq!(wrong.attr(&format!("#price-{variant}"), "value").as_deref(), Some("abc"));
    form[6].1 = "0";
    client.post(&url, &form).await.expect(422);
    assert_eq!(count(&t.app.db, "select price_cents from products").await, 1_750);
    t.done().await;
}
