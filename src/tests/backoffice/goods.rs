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

/// What the browser sends of a product's form, buttons left out.
fn fields(page: &crate::harness::Answer) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for name in ["version", "title_fr", "title_en"] {
        out.push((
            name.to_string(),
            page.attr(&format!("input[name='{name}']"), "value").unwrap_or_default(),
        ));
    }
    for name in ["description_fr", "description_en", "points_fr", "points_en", "summary_fr", "summary_en"] {
        out.push((name.to_string(), page.text(&format!("textarea[name='{name}']"))));
    }
    for of in page.attrs("input[name='draft_of']", "value") {
        let text = page.text(&format!("[aria-labelledby='draft-{of}'] textarea"));
        out.extend([("draft_of".to_string(), of), ("draft_text".to_string(), text)]);
    }
    out
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
}

#[tokio::test]
async fn proposed_texts_are_taken_or_left_and_saved_by_nobody_but_staff() {
    let t = TestApp::new().await;
    let variant = goods(&t.app.db, 1, 1_990, 10).await.to_string();
    let id = count(&t.app.db, "select max(id) from products").await;
    sqlx::query(
        r#"update products set status = 'draft', warranty_months = 24, attributes = '[
            {"key": "poids", "fr_label": "Poids", "en_label": "Weight", "fr": "1,2 kg", "en": "1.2 kg"}]'"#,
    )
    .execute(&t.app.db)
    .await
    .expect("attributes");
    let before = "select count(*) from product_texts where description like '%1,2 kg%' or summary <> ''";
    let client = staff(&t, Role::Manager).await;
    let url = format!("/admin/produits/{id}");
    let drafts = format!("{url}/brouillons");
    let mut form = fields(&client.get(&url).await.expect(200));
    form[1].1 = "Bouilloire Vesta".into();
    let page = client.post(&drafts, &pairs(&form)).await.expect(200);
    assert!(page.text("[aria-labelledby='draft-description_fr']").contains("poids 1,2 kg"), "{}", page.body);
    assert!(page.text("[aria-labelledby='draft-points_fr']").contains("Poids : 1,2 kg"));
    assert!(page.text("[aria-labelledby='draft-summary_fr'] textarea").starts_with("Bouilloire Vesta : "));
    assert!(!page.text("textarea[name='description_fr']").contains("1,2 kg"), "only proposed");
    assert_eq!(page.attr("input[name='title_fr']", "value").as_deref(), Some("Bouilloire Vesta"), "typed");
    form = fields(&page);
    form.push(("take".into(), "description_fr".into()));
    let page = client.post(&drafts, &pairs(&form)).await.expect(200);
    assert!(page.text("textarea[name='description_fr']").contains("poids 1,2 kg"));
    form = fields(&page);
    form.push(("take".into(), "-points_fr".into()));
    let page = client.post(&drafts, &pairs(&form)).await.expect(200);
    assert!(!page.has("[aria-labelledby='draft-points_fr']") && page.text("#points_fr").is_empty());
    form = fields(&page);
    form.push(("take".into(), "summary_fr".into()));
    let page = client.post(&drafts, &pairs(&form)).await.expect(200);
    assert_eq!(count(&t.app.db, before).await, 0, "nothing was saved");
    form = fields(&page);
    let category = count(&t.app.db, "select category_id::bigint from products").await.to_string();
    for (name, value) in [
        ("status", "active"),
        ("category", &category),
        ("variant", &variant),
        ("price", "19,90"),
        ("compare", ""),
        ("active", &variant),
    ] {
        form.push((name.into(), value.into()));
    }
    client.post(&url, &pairs(&form)).await.expect(303);
    let stored = "select count(*) from product_texts where lang = 'fr' and description like '%poids 1,2 kg%'
        and summary like 'Bouilloire Vesta%' and bullets = '[]'";
    assert_eq!(count(&t.app.db, stored).await, 1);
    let slug: String = sqlx::query_scalar("select slug from product_texts where lang = 'fr'")
        .fetch_one(&t.app.db)
        .await
        .expect("slug");
    let shown = t.visitor().get(&format!("/p/{slug}")).await.expect(200);
    let meta = shown.attr("meta[name='description']", "content").expect("meta");
    assert!(meta.starts_with("Bouilloire Vesta : "), "{meta}");
    staff(&t, Role::Support).await.post(&drafts, &pairs(&form)).await.expect(403);
    t.done().await;
}

#[tokio::test]
async fn a_product_without_attributes_gets_no_invented_text() {
    let t = TestApp::new().await;
    goods(&t.app.db, 1, 1_990, 10).await;
    sqlx::query("update products set attributes = '[]', warranty_months = null, origin = ''")
        .execute(&t.app.db)
        .await
        .expect("bare");
    let id = count(&t.app.db, "select max(id) from products").await;
    let client = staff(&t, Role::Manager).await;
    let page =
        client.post(&format!("/admin/produits/{id}/brouillons"), &[("version", "1")]).await.expect(200);
    assert!(!page.has("[name='draft_of']"), "{}", page.body);
    assert!(page.text("[aria-labelledby='p-drafts']").contains("ni attribut"));
    client.post("/admin/produits/999999/brouillons", &[]).await.expect(404);
    t.done().await;
}
