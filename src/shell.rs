//! Navigation and footer: loaded at start, again when products or pages change, and every minute.

use std::time::Duration;

use kit::Lang;
use platform::App;
use platform::ui::layout::Shell;

/// Loads the shell once.
pub async fn load(app: &App) -> sqlx::Result<()> {
    let mut shell = Shell::default();
    for (i, lang) in Lang::ALL.into_iter().enumerate() {
        shell.departments[i] = catalog::departments(&app.db, lang).await?;
        shell.columns[i] = content::footer(&app.db, lang).await?;
        shell.legal[i] = content::legal(&app.db, lang).await?;
    }
    app.set_shell(shell);
    Ok(())
}

/// Keeps it fresh until shutdown.
pub async fn keep_fresh(app: App) {
    let mut events = app.live.subscribe();
    loop {
        let pause = match load(&app).await {
            Ok(()) => Duration::from_secs(60),
            Err(e) => {
                tracing::warn!(error = %e, "navigation could not be loaded, the last one stays");
                Duration::from_secs(2)
            }
        };
        let changed = async {
            loop {
                match events.recv().await {
                    Ok(e) if matches!(e.topic.as_str(), "product" | "content") => return,
                    Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        tokio::select! {
            () = changed => tokio::time::sleep(Duration::from_millis(500)).await,
            () = tokio::time::sleep(pause) => {}
            () = app.shutdown.cancelled() => return,
        }
    }
}
