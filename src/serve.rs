//! The web process: listens, serves, stops well.

use std::time::Duration;

use anyhow::Context;
use platform::App;
use platform::infra::{lifecycle, live};
use poem::Server;
use poem::listener::TcpListener;

use crate::{router, shell};

/// Serves until SIGTERM or SIGINT; running requests may end within the grace.
pub async fn run(app: App) -> anyhow::Result<()> {
    lifecycle::cancel_on_signal(app.shutdown.clone())?;
    if let Err(e) = shell::load(&app).await {
        tracing::warn!(error = %e, "navigation could not be loaded yet");
    }
    tokio::spawn(live::run_tail(app.clone()));
    tokio::spawn(shell::keep_fresh(app.clone()));
    let listen = app.config.listen;
    tracing::info!(%listen, public_url = %app.config.public_url, "serving");
    let server = Server::new(TcpListener::bind(listen)).idle_timeout(Duration::from_secs(75)).name("smartmarket");
    server
        .run_with_graceful_shutdown(router::app(&app), app.shutdown.clone().cancelled_owned(), Some(app.config.shutdown_grace))
        .await
        .with_context(|| format!("impossible d’écouter sur {listen} : l’adresse est-elle déjà prise ?"))?;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}
