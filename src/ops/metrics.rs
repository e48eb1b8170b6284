//! placeholder
pub async fn listen(_app: &platform::App) -> anyhow::Result<()> {
    Ok(())
}
