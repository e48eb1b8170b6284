//! `smartmarket health` and `smartmarket-worker health`: what a container without curl uses as its health check.

use std::net::SocketAddr;
use std::process::ExitCode;

/// Asks, prints the answer; 0 when it is well.
pub async fn ask(addr: SocketAddr, live: bool) -> anyhow::Result<ExitCode> {
    let path = if live { "/health/live/" } else { "/health/ready/" };
    let (fine, body) = ops::health::ask(addr, path).await?;
    println!("{body}");
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
