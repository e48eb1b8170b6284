//! Under systemd: a socket that outlives restarts, "ready" when we are, a sign of life for the watchdog. Elsewhere: nothing.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use listenfd::ListenFd;
use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The socket that systemd passed (LISTEN_FDS), else one of our own on `addr`; and whether it outlives this process.
pub async fn listener(addr: SocketAddr) -> anyhow::Result<(TcpListener, bool)> {
    let passed =
        ListenFd::from_env().take_tcp_listener(0).context("le socket passé par systemd n’est pas TCP")?;
    if let Some(socket) = passed {
        socket.set_nonblocking(true)?;
        let listener = TcpListener::from_std(socket)?;
        tracing::info!(addr = %listener.local_addr()?, "listening on the socket of systemd");
        return Ok((listener, true));
    }
    let listener = TcpListener::bind(addr)
        .await
        .with_context(|| format!("impossible d’écouter sur {addr} : l’adresse est-elle déjà prise ?"))?;
    Ok((listener, false))
}

/// Says that the process serves; then feeds the watchdog from a task, so that a blocked event loop is noticed.
pub fn started(shutdown: CancellationToken) {
    say(&[NotifyState::Ready]);
    let every = sd_notify::watchdog_enabled().map(|limit| limit / 3);
    tokio::spawn(async move {
        let every = every.unwrap_or(Duration::MAX / 2);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(every.min(Duration::from_secs(86_400))) => say(&[NotifyState::Watchdog]),
            }
        }
        say(&[NotifyState::Stopping]);
    });
}

fn say(state: &[NotifyState<'_>]) {
    // Without systemd there is nobody to tell.
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "systemd could not be told");
    }
}
