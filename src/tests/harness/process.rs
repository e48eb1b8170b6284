//! The real binaries as processes, for tests that kill them.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::database::Database;

/// A running process of ours; killed when dropped.
pub struct Process {
    child: Child,
    pub base: String,
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map(|a| a.port()).expect("a free port")
}

fn command(program: &str, database: &Database, port: u16) -> Command {
    let mut command = Command::new(program);
    command
        .env("SMARTMARKET_ENV", "test")
        .env("DATABASE_URL", &database.url)
        .env("DB_POOL_SIZE", "8")
        .env("LISTEN_ADDR", format!("127.0.0.1:{port}"))
        .env("PUBLIC_URL", format!("http://127.0.0.1:{port}"))
        .env("RATE_LIMIT_FACTOR", "10000")
        .env("LOG_LEVEL", "error")
        .stdout(Stdio::null())
        .stdin(Stdio::null());
    command
}

impl Process {
    /// `smartmarket serve` on a free port, answering.
    pub async fn web(database: &Database) -> Process {
        Self::web_on(database, free_port()).await
    }

    pub async fn web_on(database: &Database, port: u16) -> Process {
        Self::start_web(database, port, &[]).await
    }

    pub async fn web_with(database: &Database, vars: &[(&str, &str)]) -> Process {
        Self::start_web(database, free_port(), vars).await
    }

    async fn start_web(database: &Database, port: u16, vars: &[(&str, &str)]) -> Process {
        let child = command(env!("CARGO_BIN_EXE_smartmarket"), database, port)
            .envs(vars.iter().copied())
            .arg("serve")
            .spawn()
            .expect("smartmarket");
        let process = Process { child, base: format!("http://127.0.0.1:{port}") };
        let live = format!("{}/health/live/", process.base);
        let start = Instant::now();
        while reqwest::get(&live).await.is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "the web process does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        process
    }

    /// `smartmarket serve` as systemd starts it: with a socket that listens already, and somebody who watches.
    pub fn activated(database: &Database, listener: &TcpListener, notify: &std::path::Path) -> Process {
        let base = format!("http://{}", listener.local_addr().expect("address"));
        let socket = std::os::fd::OwnedFd::from(listener.try_clone().expect("socket"));
        let script = "exec 3<&0 </dev/null; export LISTEN_PID=$$ LISTEN_FDS=1 WATCHDOG_PID=$$ WATCHDOG_USEC=600000; exec \"$0\" serve";
        let child = command("/bin/sh", database, 1)
            .env("NOTIFY_SOCKET", notify)
            .args(["-c", script, env!("CARGO_BIN_EXE_smartmarket")])
            .stdin(Stdio::from(socket))
            .spawn()
            .expect("smartmarket");
        Process { child, base }
    }

    /// `smartmarket-worker run` or `beat`.
    pub fn worker(database: &Database, what: &str) -> Process {
        Self::worker_with(database, what, &[])
    }

    pub fn worker_with(database: &Database, what: &str, vars: &[(&str, &str)]) -> Process {
        let child = command(env!("CARGO_BIN_EXE_smartmarket-worker"), database, 0)
            .env_remove("DB_POOL_SIZE")
            .envs(vars.iter().copied())
            .arg(what)
            .spawn()
            .expect("smartmarket-worker");
        Process { child, base: String::new() }
    }

    pub fn port(&self) -> u16 {
        self.base.rsplit(':').next().and_then(|p| p.parse().ok()).expect("port")
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("wait");
    }

    /// SIGTERM, then waits for the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().expect("kill -TERM");
        self.child.wait().expect("wait").code()
    }
}

/// What a command said, and how it ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs one of our commands to its end; `smartmarket` or `smartmarket-worker`.
pub fn run(program: &str, database: &Database, vars: &[(&str, &str)], args: &[&str]) -> Ended {
    let program = match program {
        "smartmarket" => env!("CARGO_BIN_EXE_smartmarket"),
        _ => env!("CARGO_BIN_EXE_smartmarket-worker"),
    };
    let output =
        command(program, database, 0).envs(vars.iter().copied()).args(args).stdout(Stdio::piped()).output();
    let output = output.expect("the command runs");
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
