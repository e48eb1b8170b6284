//! Runs that end in the middle go on where they were: nothing lost, nothing doubled.

use std::sync::Arc;
use std::time::Duration;

use super::harness::{Shop, counts};
use crate::{Progress, Report, import};

/// `n` products, each hundredth line broken.
fn feed(n: usize) -> String {
    let mut text = String::from("id,title,price,quantity,product_type,image_link\n");
    for i in 0..n {
        let price = if i % 100 == 99 { "gratuit".to_string() } else { format!("{}.90", i % 500 + 1) };
        text.push_str(&format!(
            "{i},Produit {i},{price},{},Rayon {} > Tiroir {},https://img.example/{}.jpg\n",
            i % 7,
            i % 5,
            i % 40,
            i / 2
        ));
    }
    text
}

/// Starts an import and kills it as soon as `at` products are committed; says how many were.
async fn killed_at(shop: &Shop, feed: &str, at: i64) -> i64 {
    let path = shop.file("feed", feed.as_bytes());
    let options = shop.options.clone();
    let url = shop.url();
    let task = tokio::spawn(async move {
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        let mut report = Report::new(false, 0, None).unwrap();
        import(&pool, &path, &options, &mut Progress::silent(), &mut report).await.map(|()| report.created)
    });
    loop {
        let done: i64 = shop.ask("select coalesce(max(items_done), 0) from imports").await.parse().unwrap();
        if done >= at {
            task.abort();
            let end = task.await;
            assert!(end.is_err(), "it was not interrupted, the test shows nothing: {end:?}");
            return done;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Waits until the server has noticed that the killed run's connection is gone.
async fn resumed(shop: &Shop, feed: &str) -> Report {
    for _ in 0..200 {
        match shop.try_import(feed.as_bytes()).await {
            Err(crate::ImportError::Busy) => tokio::time::sleep(Duration::from_millis(50)).await,
            other => return other.unwrap(),
        }
    }
    panic!("the killed run holds its lock");
}

#[tokio::test]
async fn an_interrupted_run_goes_on_and_gives_the_same_as_an_undisturbed_one() {
    let shop = Shop::new().await;
    let feed = feed(3_000);
    let first = killed_at(&shop, &feed, 500).await;
    let second = killed_at(&shop, &feed, first + 500).await;
    assert!(second > first);
    let report = resumed(&shop, &feed).await;
    assert!(report.resumed >= second, "it began anew");
    assert_eq!(counts(&report), (2_970, 0, 0, 30), "the report speaks of the whole file");
    assert_eq!(
        shop.ask("select count(*) || ' ' || count(distinct external_id) from products").await,
        "2970 2970"
    );
    assert_eq!(shop.ask("select count(*) from price_log").await, "2970");
    assert_eq!(shop.ask("select count(*) from jobs where topic = 'media.fetch_image'").await, "1500");
    assert_eq!(shop.ask("select count(*) || ' ' || min(state) from imports").await, "1 done");
    // Nothing is left to do, and the finished run is not gone on with.
    let report = shop.import(&feed).await;
    assert_eq!((counts(&report), report.resumed), ((0, 0, 2_970, 30), 0));
    shop.end().await;
}

#[tokio::test]
async fn refusals_against_the_shops_data_are_in_the_report_of_the_resumed_run() {
    let shop = Shop::new().await;
    shop.import("id,title,price,sku\nx,X,1,TAKEN\n").await;
    let mut feed = String::from("id,title,price,sku\ny,Y,1,TAKEN\n");
    feed.extend((0..2_000).map(|i| format!("{i},Produit {i},10,S{i}\n")));
    shop.run("delete from imports").await;
    killed_at(&shop, &feed, 500).await;
    let report = resumed(&shop, &feed).await;
    assert_eq!(counts(&report), (2_000, 0, 0, 1));
    assert_eq!(report.first.iter().filter(|(_, fault)| fault.line == 2).count(), 1);
    shop.end().await;
}

#[tokio::test]
async fn restart_begins_anew_and_another_file_is_another_run() {
    let mut shop = Shop::new().await;
    let feed = feed(2_000);
    killed_at(&shop, &feed, 500).await;
    shop.options.resume = false;
    let report = resumed(&shop, &feed).await;
    assert_eq!(report.resumed, 0);
    assert_eq!(report.created + report.unchanged, 1_980);
    assert_eq!(shop.ask("select string_agg(state, ' ' order by id) from imports").await, "failed done");
    shop.end().await;
}

#[tokio::test]
async fn orders_may_be_taken_while_an_import_runs() {
    let shop = Arc::new(Shop::new().await);
    let text = |stock: usize| {
        let mut feed = String::from("id,title,price,quantity\n");
        feed.extend((0..1_500).map(|i| format!("{i},Produit {i},10,{stock}\n")));
        feed
    };
    shop.import(&text(10)).await;
    let buyer = {
        let shop = shop.clone();
        tokio::spawn(async move {
            let mut sold = 0;
            for _ in 0..200 {
                let sql = "update stock_levels set reserved = reserved + 1 where variant_id = 1 + (random() * 1400)::int and on_hand - reserved >= 1";
                sold += sqlx::query(sql).execute(&shop.pool).await.unwrap().rows_affected();
            }
            sold
        })
    };
    let report = shop.import(&text(0)).await;
    let sold = buyer.await.unwrap();
    assert_eq!(report.refused, 0);
    assert_eq!(shop.ask("select sum(reserved) from stock_levels").await, sold.to_string());
    assert_eq!(
        shop.ask("select count(*) from stock_levels where on_hand < reserved or on_hand < 0").await,
        "0"
    );
    assert_eq!(
        shop.ask("select (select sum(delta) from stock_movements) = (select sum(on_hand) from stock_levels)")
            .await,
        "true"
    );
    // These units belong to no reservation: give them back before the end asks.
    shop.run("update stock_levels set reserved = 0").await;
    Arc::into_inner(shop).unwrap().end().await;
}
