//! Small HTTP listeners beside the shop: health of worker and beat, figures for Prometheus.

use std::net::SocketAddr;

use anyhow::Context;
use poem::listener::TcpAcceptor;
use poem::{IntoEndpoint, Server};
use tokio_util::sync::CancellationToken;

/// Listens on `addr` and serves until `shutdown`. An address that is taken is an error now, not later in the log.
pub async fn serve<E>(
    addr: SocketAddr,
    what: &'static str,
    endpoint: E,
    shutdown: CancellationToken,
) -> anyhow::Result<SocketAddr>
where
    E: IntoEndpoint + Send + 'static,
    E::Endpoint: 'static,
{
    let listener = tokio::net::TcpListener::bind(addr).await.with_context(|| {
        format!("impossible d’écouter sur {addr} ({what}) : l’adresse est-elle déjà prise ?")
    })?;
    let addr = listener.local_addr()?;
    let acceptor = TcpAcceptor::from_tokio(listener)?;
    tracing::info!(%addr, what, "listening");
    tokio::spawn(async move {
        let server = Server::new_with_acceptor(acceptor);
        if let Err(error) = server
            .run_with_graceful_shutdown(endpoint, shutdown.cancelled_owned(), Some(std::time::Duration::ZERO))
            .await
        {
            tracing::error!(%error, what, "the listener ended");
        }
    });
    Ok(addr)
}
