//! Traces, as a collector receives them: request, statement and job, tied together; nothing secret in them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use platform::web::csrf;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Request, Response, Server};

use crate::accounts::people::{customer, somebody};
use crate::harness::TestApp;
use crate::harness::process::Process;
use crate::harness::remote::Remote;
use crate::sales::shelf::count;

type Received = Arc<Mutex<Vec<u8>>>;

/// Accepts OTLP over HTTP and keeps the bytes.
struct Collector {
    received: Received,
    url: String,
}

impl Collector {
    async fn start() -> Collector {
        let received = Received::default();
        let kept = received.clone();
        let app = poem::endpoint::make(move |mut req: Request| {
            let kept = kept.clone();
            async move {
                let path = req.uri().path().to_string();
                let body = req.take_body().into_vec().await.unwrap_or_default();
                assert_eq!(path, "/v1/traces");
                kept.lock().unwrap().extend(body);
                Ok::<_, poem::Error>(Response::default())
            }
        });
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
        let addr = acceptor.local_addr()[0].as_socket_addr().copied().unwrap();
        tokio::spawn(Server::new_with_acceptor(acceptor).run(app));
        Collector { received, url: format!("http://{addr}") }
    }

    /// What can be read in it, for the message of a failure.
    fn words(&self) -> String {
        let readable = |b: &u8| if b.is_ascii_graphic() || *b == b' ' { *b as char } else { '·' };
        self.received.lock().unwrap().iter().map(readable).collect()
    }

    fn has(&self, wanted: &[u8]) -> bool {
        self.received.lock().unwrap().windows(wanted.len()).any(|w| w == wanted)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_trace_leads_from_the_request_over_its_statements_to_the_job() {
    let t = TestApp::new().await;
    let someone = somebody();
    customer(&t, &someone).await;
    t.mails().await;
    let collector = Collector::start().await;
    let vars = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()), ("OTEL_TRACES_SAMPLER_ARG", "1")];
    let mut web = Process::web_with(&t.database, &vars).await;
    let mut worker = Process::worker_with(&t.database, "run", &vars);
    let fields = [(csrf::FIELD, csrf::token(&t.app, "guest")), ("email", someone.clone())]
        .map(|(n, v)| (n.to_string(), v));
    let reply = Remote::new(&web.base).post("/mot-de-passe-oublie", &fields).await.unwrap();
    assert_eq!(reply.status, 303);
    let sent = async {
        while count(&t.app.db, "select count(*) from jobs where state <> 'done'").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), sent).await.expect("the mail is sent");
    let cause: String =
        sqlx::query_scalar("select trace ->> 'traceparent' from jobs where trace ? 'traceparent' limit 1")
            .fetch_one(&t.app.db)
            .await
            .unwrap();
    // What has not been sent yet is sent at the end.
    assert_eq!((web.terminate(), worker.terminate()), (Some(0), Some(0)));
    let ids: Vec<&str> = cause.split('-').collect();
    for wanted in ["POST /mot-de-passe-oublie", "smartmarket-web", "smartmarket-worker", "insert into jobs"] {
        assert!(collector.has(wanted.as_bytes()), "{wanted} in {}", collector.words());
    }
    // The span of the request, and the link of the job to it.
    let span = hex::decode(ids[2]).unwrap();
    let link = [&[0x0a, 0x10][..], &hex::decode(ids[1]).unwrap(), &[0x12, 0x08], &span].concat();
    let times = collector.received.lock().unwrap().windows(link.len()).filter(|w| *w == link).count();
    assert!(times >= 2, "the request itself and the link of its job: {times}");
    assert!(!collector.has(someone.as_bytes()), "no address of a person leaves the shop");
    t.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_collector_that_is_down_costs_nothing_but_the_traces() {
    let t = TestApp::new().await;
    let vars = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), ("OTEL_TRACES_SAMPLER_ARG", "1")];
    let mut web = Process::web_with(&t.database, &vars).await;
    assert_eq!(Remote::new(&web.base).get("/").await.unwrap().status, 200);
    assert_eq!(web.terminate(), Some(0));
    t.done().await;
}
