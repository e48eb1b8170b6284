//! Feeds that are not in order, and a shop that already holds something else.

use std::io::Write;

use super::harness::{Shop, counts, told};
use crate::ImportError;
use crate::formats::fault::Reason;

#[tokio::test]
async fn broken_lines_are_listed_and_the_good_ones_come_in() {
    let shop = Shop::new().await;
    let report = shop
        .import("id;title;price;quantity\n1;Bon;10;1\n2;Négatif;-10;1\n3;Dollars;10 USD;1\n4;Peu\n5;Bon;12,50;٣\n6;Bon;12,50;2\n1;Double;10;1\n")
        .await;
    assert_eq!(counts(&report), (2, 0, 0, 5));
    let reasons = [
        (3, "price_negative"),
        (4, "foreign_currency"),
        (5, "column_count"),
        (6, "quantity_not_a_number"),
        (8, "duplicate_id"),
    ];
    assert_eq!(told(&report), reasons);
    assert_eq!(report.exit_code(), 2);
    assert_eq!(shop.ask("select state || ' ' || refused from imports").await, "done 5");
    shop.end().await;
}

#[tokio::test]
async fn what_belongs_to_another_product_is_refused() {
    let shop = Shop::new().await;
    shop.import("id,title,price,quantity,sku\n1,Un,10,1,REF-1\n2,Deux,20,1,REF-2\n").await;
    let before = shop.state().await;
    let report = shop
        .import("id,item_group_id,title,price,quantity,sku\n3,,Trois,30,1,REF-1\n1,g,Un,99,1,REF-9\n")
        .await;
    assert_eq!(counts(&report), (0, 0, 0, 2));
    assert_eq!(told(&report), [(2, "sku_taken"), (3, "variant_elsewhere")]);
    assert_eq!(report.first[1].1.found, "1");
    assert_eq!(shop.state().await[..5], before[..5]);
    shop.end().await;
}

#[tokio::test]
async fn references_that_are_exchanged_cost_their_products_only() {
    let shop = Shop::new().await;
    shop.import("id,title,price,quantity,sku\n1,Un,10,1,A\n2,Deux,20,1,B\n3,Trois,30,1,C\n").await;
    let report =
        shop.import("id,title,price,quantity,sku\n1,Un,10,1,B\n2,Deux,20,1,A\n3,Trois,35,1,C\n").await;
    assert_eq!(counts(&report), (0, 1, 0, 2));
    assert_eq!(
        shop.ask("select string_agg(sku || price_cents, ' ' order by id) from variants").await,
        "A1000 B2000 C3500"
    );
    shop.end().await;
}

#[tokio::test]
async fn a_contradiction_nobody_foresaw_costs_one_product() {
    let shop = Shop::new().await;
    shop.run("alter table products add constraint luck check (external_id <> '13')").await;
    let feed: String = (1..=20).map(|n| format!("{n},Produit {n},10,1,Rayon {n}\n")).collect();
    let report = shop.import(&format!("id,title,price,quantity,product_type\n{feed}")).await;
    assert_eq!(counts(&report), (19, 0, 0, 1));
    assert_eq!(told(&report), [(14, "conflict")]);
    assert_eq!(report.first[0].1.found, "luck");
    assert_eq!(shop.ask("select count(*) from category_texts where name = 'Rayon 20'").await, "1");
    shop.end().await;
}

#[tokio::test]
async fn a_file_that_stops_early_keeps_what_came_before_and_fails() {
    let shop = Shop::new().await;
    let mut text = String::from("id,title,price,quantity\n");
    for n in 0..3_000u32 {
        text.push_str(&format!("{n},Produit {},{}.50,1\n", n.wrapping_mul(2_654_435_761), n % 90 + 1));
    }
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    let whole = gz.finish().unwrap();
    let report = shop.try_import(&whole[..whole.len() / 2]).await.unwrap();
    assert_eq!(report.exit_code(), 1);
    assert_eq!(report.broken.as_ref().unwrap().reason, Reason::Truncated);
    assert!(report.created > 1_000, "{}", report.created);
    assert_eq!(shop.ask("select state from imports").await, "failed");
    // The whole file afterwards.
    let report = shop.try_import(&whole).await.unwrap();
    assert_eq!((report.created + report.unchanged, report.exit_code()), (3_000, 0));
    shop.end().await;
}

#[tokio::test]
async fn what_is_no_feed_is_refused_before_anything_is_written() {
    let shop = Shop::new().await;
    for (bytes, reason) in [
        (&b"PK\x03\x04whatever"[..], Reason::Zip),
        (b"", Reason::Empty),
        (b"name,cost\nx,1\n", Reason::NoHeader),
        (b"\x89PNG", Reason::Binary),
    ] {
        match shop.try_import(bytes).await {
            Err(ImportError::Feed(fault)) => assert_eq!(fault.reason, reason),
            other => panic!("{:?}", other.map(|report| counts(&report))),
        }
    }
    assert_eq!(shop.ask("select count(*) from imports").await, "0");
    shop.end().await;
}

#[tokio::test]
async fn two_imports_at_once_are_not_started() {
    let shop = Shop::new().await;
    let mut other = shop.pool.acquire().await.unwrap();
    assert!(crate::store::runs::lock(&mut other).await.unwrap());
    assert!(matches!(shop.try_import(b"id,title,price\n1,a,1\n").await, Err(ImportError::Busy)));
    other.close_on_drop();
    drop(other);
    for _ in 0..100 {
        match shop.try_import(b"id,title,price\n1,a,1\n").await {
            Err(ImportError::Busy) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            other => return assert_eq!(counts(&other.unwrap()), (1, 0, 0, 0)),
        }
    }
    panic!("the lock outlived its session");
}
