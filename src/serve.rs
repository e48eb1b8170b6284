//! The web process: listens, serves, stops well.

use std::time::Duration;

use platform::App;
use platform::infra::{lifecycle, live, maintenance};
use poem::Server;
use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::net::{TcpListener, TcpStream};

use crate::{router, shell, systemd};

/// Serves until SIGTERM or SIGINT; running requests may end within the grace.
pub async fn run(app: App) -> anyhow::Result<()> {
    lifecycle::cancel_on_signal(app.shutdown.clone())?;
    if let Err(e) = shell::load(&app).await {
        tracing::warn!(error = %e, "navigation could not be loaded yet");
    }
    tokio::spawn(live::run_tail(app.clone()));
    tokio::spawn(shell::keep_fresh(app.clone()));
    tokio::spawn(maintenance::watch(app.clone()));
    catalog::start(&app);
    discovery::start(&app);
    ops::metrics::listen(&app, ops::metrics::Tells::Usual).await?;
    let listener = systemd::listener(app.config.listen).await?;
    let listen = listener.local_addr()?;
    tracing::info!(%listen, public_url = %app.config.public_url, "serving");
    systemd::started(app.shutdown.clone());
    Server::new_with_acceptor(NoDelay(listener))
        .idle_timeout(Duration::from_secs(75))
        .run_with_graceful_shutdown(
            router::app(&app),
            app.shutdown.clone().cancelled_owned(),
            Some(app.config.shutdown_grace),
        )
        .await?;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Small answers leave at once: poem's own listener never sets TCP_NODELAY.
struct NoDelay(TcpListener);

impl Acceptor for NoDelay {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.0.local_addr().map(|a| LocalAddr(a.into())).into_iter().collect()
    }

    async fn accept(&mut self) -> std::io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, peer) = self.0.accept().await?;
        stream.set_nodelay(true)?;
        let local = LocalAddr(stream.local_addr()?.into());
        Ok((stream, local, RemoteAddr(peer.into()), Scheme::HTTP))
    }
}
