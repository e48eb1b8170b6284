//! What a process looks at again and again until it stops.

use std::fmt::Display;
use std::time::Duration;

use super::app::App;

/// Looks at once and after each pause, in a task of its own, until shutdown. The same trouble is told once in a row.
pub fn every<L, F, E>(app: &App, pause: Duration, trouble: &'static str, look: L)
where
    L: Fn(App) -> F + Send + 'static,
    F: Future<Output = Result<(), E>> + Send,
    E: Display,
{
    let app = app.clone();
    tokio::spawn(async move {
        let mut told = None;
        while !app.shutdown.is_cancelled() {
            let error = look(app.clone()).await.err().map(|e| e.to_string());
            if let Some(error) = error.as_ref().filter(|_| told != error) {
                tracing::warn!(error, "{trouble}");
            }
            told = error;
            tokio::select! {
                () = app.shutdown.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    });
}
