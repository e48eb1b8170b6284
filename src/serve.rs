//! The web process: listens, serves, stops well.

use std::time::Duration;

use platform::App;
use platform::infra::{lifecycle, live, maintenance};
use poem::Server;
use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::{router, shell, systemd};

/// Serves until SIGTERM or SIGINT; running requests may end within the grace.
pub async fn run(app: App) -> anyhow::Result<()> {
    lifecycle::cancel_on_signal(app.shutdown.clone())?;
    // A database that is not there yet must not keep the listener closed: /health/live/ answers at once.
    match tokio::time::timeout(Duration::from_secs(3), shell::load(&app)).await {
        Ok(Ok(())) => {}
        Ok(Err(e)) => tracing::warn!(error = %e, "navigation could not be loaded yet"),
        Err(_) => tracing::warn!("navigation could not be loaded yet: the database does not answer"),
    }
    tokio::spawn(live::run_tail(app.clone()));
    tokio::spawn(shell::keep_fresh(app.clone()));
    maintenance::start(&app);
    catalog::start(&app);
    discovery::start(&app);
    assistant::start(&app);
    ops::metrics::listen(&app, ops::metrics::Tells::Usual).await?;
    let (listener, outlives_us) = systemd::listener(app.config.listen).await?;
    let listen = listener.local_addr()?;
    tracing::info!(%listen, public_url = %app.config.public_url, "serving");
    systemd::started(app.shutdown.clone());
    // A socket that systemd keeps holds new connections for our successor; on one of our own they would be reset.
    let until = if outlives_us { app.shutdown.clone() } else { CancellationToken::new() };
    Server::new_with_acceptor(NoDelay { listener, until })
        .idle_timeout(Duration::from_secs(75))
        .run_with_graceful_shutdown(
            router::app(&app),
            drained(app.shutdown.clone()),
            Some(app.config.shutdown_grace),
        )
        .await?;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// How long connections that were taken before the signal have to send their first request. hyper closes one that has
/// sent nothing yet without an answer.
const FIRST_REQUEST: Duration = Duration::from_secs(1);

async fn drained(shutdown: CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(FIRST_REQUEST).await;
}

/// Small answers leave at once: poem's own listener never sets TCP_NODELAY.
struct NoDelay {
    listener: TcpListener,
    /// Nothing is taken from the listener once this is cancelled.
    until: CancellationToken,
}

impl Acceptor for NoDelay {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.listener.local_addr().map(|a| LocalAddr(a.into())).into_iter().collect()
    }

    async fn accept(&mut self) -> std::io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, peer) = tokio::select! {
            biased;
            () = self.until.cancelled() => std::future::pending().await,
            taken = self.listener.accept() => taken?,
        };
        stream.set_nodelay(true)?;
        let local = LocalAddr(stream.local_addr()?.into());
        Ok((stream, local, RemoteAddr(peer.into()), Scheme::HTTP))
    }
}
