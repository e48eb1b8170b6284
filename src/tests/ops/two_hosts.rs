//! Two web hosts that share PostgreSQL, Redis and an S3-compatible store, and no disk.

use platform::App;
use platform::infra::app::Fakes;
use platform::infra::clock::SystemClock;
use platform::infra::config::Config;
use platform::infra::mail::Outbox;
use platform::infra::media_store;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;

use crate::harness::TestApp;
use crate::harness::process::Process;

/// An S3 server on this machine with one bucket; its address as MEDIA_S3_URL says it.
async fn s3(folder: &std::path::Path) -> String {
    std::fs::create_dir_all(folder.join("pictures")).expect("a bucket");
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).expect("S3"));
    service.set_auth(SimpleAuth::from_single("key", "se/cret"));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let io = hyper_util::rt::TokioIo::new(socket);
                let server =
                    hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
                let _ = server.serve_connection(io, service).await;
            });
        }
    });
    format!("http://key:se%2Fcret@{at}/pictures?region=eu-west-3")
}

fn png() -> Vec<u8> {
    // Two pixels; the pipeline makes three files of them.
    const PNG: &str = concat!(
        "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000f494441",
        "54789c633891626494720200099902bdc0ce067f0000000049454e44ae426082",
    );
    hex::decode(PNG).expect("hexadecimal")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_host_takes_in_the_other_shows() {
    let t = TestApp::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = s3(&folder.path().join("s3")).await;
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    std::fs::create_dir_all(&two).expect("a folder");

    // The first host takes a picture in, as its worker does.
    let vars = [
        ("SMARTMARKET_ENV", "test"),
        ("DATABASE_URL", t.database.url.as_str()),
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("MEDIA_DIR", one.to_str().expect("a path")),
        ("MEDIA_S3_URL", &url),
    ];
    let lookup = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_string());
    let config = Config::from_lookup(lookup).expect("configuration");
    let fakes =
        Fakes { mailer: std::sync::Arc::new(Outbox::default()), clock: std::sync::Arc::new(SystemClock) };
    let host = App::with(config, t.app.db.clone(), fakes).expect("app");
    let picture = media_store::keep(&host, png()).await.expect("a picture");
    let path = format!("{}-320.webp", picture.key);
    let bytes = std::fs::read(one.join(&path)).expect("a copy on the first host");

    // The second has never seen it, shows it, and from then on has it.
    let dir = two.to_str().expect("a path");
    let web = Process::web_with(&t.database, &[("MEDIA_DIR", dir), ("MEDIA_S3_URL", &url)]).await;
    let shown = reqwest::get(format!("{}/media/{path}", web.base)).await.expect("an answer");
    assert_eq!(shown.status().as_u16(), 200);
    assert_eq!(shown.headers()["content-type"], "image/webp");
    assert_eq!(shown.bytes().await.expect("bytes"), bytes);
    assert_eq!(std::fs::read(two.join(&path)).expect("a copy on the second host"), bytes);
    let unknown =
        reqwest::get(format!("{}/media/ab/0123456789-320.webp", web.base)).await.expect("an answer");
    assert_eq!(unknown.status().as_u16(), 404);

    // A store that is away is said to be away; what is here is shown.
    std::fs::remove_dir_all(two.join(&picture.key[..2])).expect("forgotten");
    drop(web);
    let away = url.replace(url.rsplit_once('@').expect("host").1, "127.0.0.1:1/pictures");
    let web = Process::web_with(
        &t.database,
        &[("MEDIA_DIR", one.to_str().expect("a path")), ("MEDIA_S3_URL", &away)],
    )
    .await;
    let here = reqwest::get(format!("{}/media/{path}", web.base)).await.expect("an answer");
    assert_eq!(here.status().as_u16(), 200);
    let gone = reqwest::get(format!("{}/media/ab/0123456789-320.webp", web.base)).await.expect("an answer");
    assert_eq!(gone.status().as_u16(), 503);
    drop(web);
    t.done().await;
}
