//! Pictures: asked for once, fetched by the worker, shown wherever they are named, gone when the feed drops them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jobs::{Ctx, Worker};
use platform::App;
use platform::infra::config::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::harness::Shop;
use crate::fetch::Reach;
use crate::images::{self, FetchImage};

/// The smallest PNG that decodes: one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// A picture server: `/no` gives a page, all else the picture. Counts requests.
async fn server() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 2048];
            let n = stream.read(&mut request).await.unwrap_or(0);
            let page = request[..n].starts_with(b"GET /no");
            let body: &[u8] = if page { b"<html><script>alert(1)</script>" } else { PNG };
            let head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
        }
    });
    (format!("http://{address}"), asked)
}

fn app(shop: &Shop) -> App {
    let vars = [
        ("SMARTMARKET_ENV", "test".to_string()),
        ("DATABASE_URL", shop.url()),
        ("REDIS_URL", "redis://127.0.0.1:1".to_string()),
        ("PUBLIC_URL", "http://shop.test".to_string()),
        ("MEDIA_DIR", shop.dir.path().join("media").display().to_string()),
    ];
    let config =
        Config::from_lookup(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())).unwrap();
    App::new(config, shop.pool.clone()).unwrap()
}

#[tokio::test]
async fn pictures_come_in_once_and_show_on_every_product_that_names_them() {
    let shop = Shop::new().await;
    let (host, asked) = server().await;
    let head = "id,title,price,image_link,additional_image_link\n";
    let feed = format!("{head}1,Un,10,{host}/a.png,{host}/no.png\n2,Deux,20,{host}/a.png,\n");
    shop.import(&feed).await;
    assert_eq!(
        shop.ask("select count(*) from jobs where topic = 'media.fetch_image' and queue = 'media'").await,
        "2"
    );
    let app = app(&shop);
    let local = Reach { allows: |ip| ip.is_loopback(), any_port: true };
    let worker = Worker::new(shop.pool.clone(), app)
        .register::<FetchImage>(move |ctx: Ctx<App>, job: FetchImage| images::fetch_within(ctx, job, local));
    let drained = worker.drain().await.unwrap();
    assert_eq!((drained.done(), drained.failed().len(), asked.load(Ordering::SeqCst)), (2, 0, 2));
    assert_eq!(shop.ask("select count(*) from product_images").await, "2");
    assert_eq!(shop.ask("select count(*) from products where image_id is not null").await, "2");
    assert_eq!(
        shop.ask("select state || ': ' || error from remote_images where media_id is null")
            .await
            .split(": ")
            .next(),
        Some("refused")
    );
    assert!(shop.ask("select source_url from media").await.ends_with("/a.png"));
    let files = std::fs::read_dir(shop.dir.path().join("media")).unwrap().count();
    assert_eq!(files, 1, "one folder with the three sizes");
    // A second import asks for nothing, a third product shows what is there at once.
    shop.import(&format!("{feed}3,Trois,30,{host}/a.png,\n")).await;
    assert_eq!(shop.ask("select count(*) from jobs where state <> 'done'").await, "0");
    assert_eq!(shop.ask("select count(*) from products where image_id is not null").await, "3");
    // What the feed no longer names is no longer shown.
    shop.import(&format!("{head}2,Deux,20,{host}/b.png,\n")).await;
    assert_eq!(shop.ask("select count(*) from products where image_id is not null").await, "2");
    shop.end().await;
}

#[tokio::test]
async fn the_workers_own_reach_ends_at_the_house() {
    let shop = Shop::new().await;
    let (host, asked) = server().await;
    shop.import(&format!(
        "id,title,price,image_link\n1,Un,10,{host}/a.png\n2,Deux,10,http://localhost/b.png\n"
    ))
    .await;
    let drained = images::jobs(Worker::new(shop.pool.clone(), app(&shop))).drain().await.unwrap();
    assert_eq!((drained.done(), asked.load(Ordering::SeqCst)), (2, 0));
    assert_eq!(
        shop.ask("select count(*) from remote_images where state = 'refused' and error <> ''").await,
        "2"
    );
    assert_eq!(shop.ask("select count(*) from media").await, "0");
    shop.end().await;
}
