//! An endpoint that reads sentences: it helps while it answers, and nobody waits for it when it does not.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use assistant::index;
use kit::Lang;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::shop::{self, ask, said};
use crate::harness::TestApp;

const DIMENSIONS: usize = 8;

/// A model that knows one thing: whether a text is about Belgium.
#[derive(Default)]
struct Endpoint {
    /// Answers nothing for half a minute.
    silent: AtomicBool,
    /// Numbers of a vector more than were configured.
    more: AtomicUsize,
    asked: AtomicUsize,
    texts: Mutex<Vec<String>>,
}

impl Endpoint {
    async fn open() -> (Arc<Endpoint>, String) {
        let endpoint = Arc::new(Endpoint::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        let serving = endpoint.clone();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let endpoint = serving.clone();
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !is_whole(&request) {
                        let mut part = vec![0; 64 * 1024];
                        match socket.read(&mut part).await {
                            Ok(n) if n > 0 => request.extend_from_slice(&part[..n]),
                            _ => return,
                        }
                    }
                    let body = endpoint.answer(&request);
                    if endpoint.silent.load(Ordering::Relaxed) {
                        tokio::time::sleep(Duration::from_secs(30)).await;
                    }
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = socket.write_all(format!("{head}{body}").as_bytes()).await;
                });
            }
        });
        (endpoint, format!("http://{address}/v1"))
    }

    fn answer(&self, request: &[u8]) -> String {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let body = request.windows(4).position(|w| w == b"\r\n\r\n").map_or(&[][..], |at| &request[at + 4..]);
        let body: serde_json::Value = serde_json::from_slice(body).expect("json");
        let texts: Vec<&str> =
            body["input"].as_array().expect("texts").iter().filter_map(|t| t.as_str()).collect();
        self.texts.lock().expect("texts").extend(texts.iter().map(|t| t.to_string()));
        let long = DIMENSIONS + self.more.load(Ordering::Relaxed);
        let vector = |text: &str| {
            let mut out = vec![0.1; long];
            out[usize::from(text.contains("Belg") || text.contains("Bruxelles"))] = 3.0;
            out
        };
        // Out of order, as the protocol allows.
        let data: Vec<_> = texts
            .iter()
            .enumerate()
            .rev()
            .map(|(i, t)| serde_json::json!({ "index": i, "embedding": vector(t) }))
            .collect();
        serde_json::json!({ "data": data }).to_string()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")).and_then(|n| n.parse().ok());
    request.len() >= head.len() + 4 + length.unwrap_or(0)
}

async fn shop_with(url: &str) -> TestApp {
    let dimensions = DIMENSIONS.to_string();
    let vars = [
        ("EMBEDDING_BASE_URL", url),
        ("EMBEDDING_MODEL", "essai"),
        ("EMBEDDING_DIMENSIONS", dimensions.as_str()),
        ("EMBEDDING_TIMEOUT_MS", "300"),
    ];
    let t = TestApp::with_vars(&vars).await;
    shop::open(&t).await;
    t
}

async fn build(t: &TestApp) -> Vec<String> {
    let outcomes = index::build(&t.app, false, |_| {}).await.expect("index");
    index::follow(&t.app).await.expect("follow");
    let model = |o: &ml::artefact::Outcome| o.manifest.parameters.get("model").cloned();
    outcomes.iter().filter_map(|(_, o)| model(o)).collect()
}

/// The heading of the best passage.
async fn best(t: &TestApp, question: &'static str) -> Option<String> {
    let current = index::current(&t.app, Lang::Fr).expect("index");
    let find = move || {
        let found = current.passages.find(question, 1);
        found.first().map(|f| current.passages.all[f.place].heading.clone())
    };
    tokio::task::spawn_blocking(find).await.expect("found")
}

async fn answers(t: &TestApp) -> Duration {
    let start = Instant::now();
    let (kind, text) = said(&ask(&t.visitor(), "Livrez-vous en Belgique ?").await);
    assert!(kind == "answer" && text.contains("9,90 €"), "{text}");
    start.elapsed()
}

#[tokio::test]
async fn passages_are_found_by_what_they_mean() {
    let (endpoint, url) = Endpoint::open().await;
    let t = shop_with(&url).await;
    assert_eq!(build(&t).await, ["essai", "essai"], "the vectors say whose they are");
    assert_eq!(best(&t, "Bruxelles").await.as_deref(), Some("Belgique"), "no passage has the word");
    answers(&t).await;
    let texts = endpoint.texts.lock().expect("texts").clone();
    assert!(texts.iter().any(|t| t == "Livrez-vous en Belgique ?"));
    let asked = endpoint.asked.load(Ordering::Relaxed);
    assert_eq!(index::build(&t.app, true, |_| {}).await.expect("index").len(), 2);
    let again = endpoint.asked.load(Ordering::Relaxed) - asked;
    // The quality of the index is measured by questions; no passage is read a second time.
    let read = endpoint.texts.lock().expect("texts").iter().filter(|t| t.contains("ouvrés")).count();
    assert!(again > 0 && read == 1, "{read}");
    t.done().await;
}

#[tokio::test]
async fn an_endpoint_that_falls_silent_costs_a_moment_and_is_then_left_alone() {
    let (endpoint, url) = Endpoint::open().await;
    let t = shop_with(&url).await;
    build(&t).await;
    endpoint.silent.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        assert!(answers(&t).await < Duration::from_secs(3));
    }
    let asked = endpoint.asked.load(Ordering::Relaxed);
    answers(&t).await;
    assert_eq!(endpoint.asked.load(Ordering::Relaxed), asked, "after failures it is not asked");
    assert_ne!(best(&t, "Bruxelles").await.as_deref(), Some("Belgique"));
    t.done().await;
}

#[tokio::test]
async fn without_vectors_words_answer() {
    let (endpoint, url) = Endpoint::open().await;
    endpoint.more.store(1, Ordering::Relaxed);
    for url in [url.as_str(), "http://127.0.0.1:1/v1"] {
        let t = shop_with(url).await;
        assert!(
            build(&t).await.is_empty(),
            "no vectors of another model than configured, and none of a closed port"
        );
        assert!(index::current(&t.app, Lang::Fr).is_some_and(|c| !c.passages.reads_sentences()));
        answers(&t).await;
        t.done().await;
    }
}

#[tokio::test]
async fn vectors_that_are_damaged_leave_the_passages_in_use() {
    let (_endpoint, url) = Endpoint::open().await;
    let t = shop_with(&url).await;
    index::build(&t.app, false, |_| {}).await.expect("index");
    for name in ["rag-fr", "rag-en"] {
        let home = t.app.config.index_dir.join(name);
        let version = std::fs::read_to_string(home.join("current")).expect("published");
        std::fs::write(home.join(version).join("sentences.bundle"), b"broken").expect("damage");
    }
    index::follow(&t.app).await.expect("follow");
    assert!(index::current(&t.app, Lang::Fr).is_some_and(|c| !c.passages.reads_sentences()));
    answers(&t).await;
    t.clock.advance(chrono::Duration::seconds(2));
    assert_eq!(build(&t).await.len(), 2, "made anew");
    assert!(index::current(&t.app, Lang::Fr).is_some_and(|c| c.passages.reads_sentences()));
    t.done().await;
}

#[tokio::test]
async fn products_are_read_by_the_endpoint_too() {
    let (endpoint, url) = Endpoint::open().await;
    let t = shop_with(&url).await;
    discovery::index::build(&t.app, true, |_| {}).await.expect("index");
    let made = discovery::index::build_sentences(&t.app, Lang::Fr).await.expect("read").expect("a model");
    assert!(made.new >= 3 && made.left == 0, "{made:?}");
    discovery::index::follow(&t.app).await.expect("follow");
    assert!(discovery::index::current(&t.app, Lang::Fr).is_some_and(|c| c.engine.reads_sentences()));
    endpoint.silent.store(true, Ordering::Relaxed);
    let start = Instant::now();
    let page = t.visitor().get("/recherche?q=barista").await.expect(200);
    assert!(page.body.contains("Barista") && start.elapsed() < Duration::from_secs(3));
    t.done().await;
}
