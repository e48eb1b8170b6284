//! The demo shop: it fills an empty database once, holds together, and every page that it names opens.

use crate::harness::TestApp;

const OPTIONS: demo::Options = demo::Options { reset: false, pictures: None, quiet: true };

async fn count(t: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&t.app.db).await.unwrap()
}

#[tokio::test]
async fn the_demo_shop_is_complete_and_seeding_it_again_changes_nothing() {
    let t = TestApp::new().await;
    let first = demo::seed(&t.app, &OPTIONS).await.unwrap();
    assert!(first.products >= 120 && first.reviews >= 400 && first.orders >= 800, "{first}");
    let tables =
        ["products", "variants", "stock_movements", "orders", "reviews", "media", "users", "price_log"];
    let mut before = Vec::new();
    for table in tables {
        before.push(count(&t, &format!("select count(*) from {table}")).await);
    }
    let second = demo::seed(&t.app, &OPTIONS).await.unwrap();
    assert_eq!((second.products, second.orders, second.reviews), (0, 0, 0));
    for (table, n) in tables.iter().zip(before) {
        assert_eq!(count(&t, &format!("select count(*) from {table}")).await, n, "{table}");
    }
    t.done().await;
}

#[tokio::test]
async fn stock_prices_and_orders_of_the_demo_shop_hold_together() {
    let t = TestApp::new().await;
    demo::seed(&t.app, &OPTIONS).await.unwrap();
    for (rule, broken) in sales::checkout::reconcile::violations(&t.app.db).await.unwrap() {
        assert_eq!(broken, 0, "{rule}");
    }
    for (fault, sql) in [
        (
            "the ledger falls below zero",
            "select count(*) from (select sum(delta) over (partition by variant_id order by at, id) as level from stock_movements) m where level < 0",
        ),
        (
            "a price differs from the end of its log",
            "select count(*) from variants v where price_cents <> (select price_cents from price_log where variant_id = v.id order by valid_from desc, id desc limit 1)",
        ),
        (
            "a reduction without the lowest price before it",
            "select count(*) from variants where compare_at_cents is not null and lowest_before_cents is null",
        ),
        ("a product without a picture", "select count(*) from products where image_id is null"),
        (
            "an order that does not add up",
            "select count(*) from orders o where items_cents <> (select sum(line_total_cents) from order_lines where order_id = o.id)",
        ),
        (
            "a paid order without its payment",
            "select count(*) from orders o where (payment_state = 'paid') <> exists (select from payments where order_id = o.id and state = 'captured')",
        ),
        ("something lies ahead", "select count(*) from order_events where at > now() + interval '1 minute'"),
    ] {
        assert_eq!(count(&t, sql).await, 0, "{fault}");
    }
    assert!(count(&t, "select count(*) from products where available = 0").await > 3, "some are sold out");
    assert!(count(&t, "select count(*) from products where compare_at_cents is not null").await > 30);
    t.done().await;
}

#[tokio::test]
async fn every_page_and_shelf_of_the_demo_shop_opens_in_both_languages() {
    let t = TestApp::new().await;
    demo::seed(&t.app, &OPTIONS).await.unwrap();
    smartmarket::shell::load(&t.app).await.unwrap();
    let v = t.visitor();
    for path in ["/", "/en/"] {
        v.get(path).await.expect(200);
    }
    let goods = "select case lang when 'en' then '/en' else '' end || kind || slug
                 from (select '/c/' as kind, lang, slug from category_texts
                       union all (select '/p/', lang, slug from product_texts order by slug limit 40)) t";
    let mut paths: Vec<String> = sqlx::query_scalar(goods).fetch_all(&t.app.db).await.unwrap();
    let pages = "select case t.lang when 'en' then '/en/info/' else '/infos/' end || t.slug
                 from page_texts t join pages p on p.id = t.page_id where p.code <> 'credits'";
    paths.extend(sqlx::query_scalar::<_, String>(pages).fetch_all(&t.app.db).await.unwrap());
    paths.extend(["/credits".into(), "/en/credits".into()]);
    assert!(paths.len() > 100, "{}", paths.len());
    for path in paths {
        v.get(&path).await.expect(200);
    }
    t.done().await;
}
