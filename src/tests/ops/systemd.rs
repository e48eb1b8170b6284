//! Under systemd: the socket outlives the process, readiness and signs of life are told.

use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::harness::TestApp;
use crate::harness::process::Process;

fn told(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 256];
    let n = socket.recv(&mut buffer).expect("word within the time");
    String::from_utf8_lossy(&buffer[..n]).trim().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restart_refuses_no_connection_and_the_watchdog_is_fed() {
    let t = TestApp::new().await;
    let dir = tempfile::tempdir().unwrap();
    let notify = dir.path().join("notify");
    let socket = UnixDatagram::bind(&notify).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());

    let mut first = Process::activated(&t.database, &listener, &notify);
    assert_eq!(told(&socket), "READY=1");
    assert_eq!(told(&socket), "WATCHDOG=1");
    assert_eq!(reqwest::get(format!("{base}/health/live/")).await.unwrap().status().as_u16(), 200);
    assert_eq!(first.terminate(), Some(0));
    while told(&socket) != "STOPPING=1" {}

    // Nobody serves, and yet nobody is refused: the request waits for the next process.
    let waiting = tokio::spawn(reqwest::get(format!("{base}/health/live/")));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    let second = Process::activated(&t.database, &listener, &notify);
    assert_eq!(waiting.await.unwrap().expect("an answer").status().as_u16(), 200);
    drop(second);
    t.done().await;
}
