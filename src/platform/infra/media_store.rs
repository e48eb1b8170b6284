//! Where pictures stand when several hosts show them: an S3-compatible store (MEDIA_S3_URL) holds them all, and MEDIA_DIR
//! is each host's own copy of what it has shown, filled as visitors ask. Without the variable MEDIA_DIR is all there is.
//!
//! Names come from the content, so a file never changes: a copy is never stale, and writing it twice is harmless.

use std::path::Path;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::app::App;
use super::media::{self, PictureError, StoredPicture};

/// How long one picture may take to come or go.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// The store that all hosts share.
pub struct Remote(AmazonS3);

impl Remote {
    /// `https://KEY:SECRET@host/bucket?region=eu-west-3`.
    pub fn new(url: &SecretString) -> anyhow::Result<Remote> {
        let url = Url::parse(url.expose_secret())?;
        let decoded =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let region = url.query_pairs().find(|(n, _)| n == "region").map(|(_, v)| v.into_owned());
        let store = AmazonS3Builder::new()
            .with_endpoint(url.origin().ascii_serialization())
            .with_bucket_name(url.path().trim_matches('/'))
            .with_region(region.unwrap_or_else(|| "us-east-1".into()))
            .with_access_key_id(decoded(url.username()))
            .with_secret_access_key(decoded(url.password().unwrap_or_default()))
            .with_client_options(ClientOptions::new().with_allow_http(true).with_timeout(PATIENCE))
            .with_retry(RetryConfig { max_retries: 2, retry_timeout: PATIENCE, ..RetryConfig::default() })
            .build()?;
        Ok(Remote(store))
    }

    async fn put(&self, dir: &Path, name: &str) -> Result<(), PictureError> {
        let bytes = tokio::fs::read(dir.join(name)).await?;
        self.0.put(&Key::from(name), bytes.into()).await.map_err(away)?;
        Ok(())
    }

    /// `None` when there is no such picture.
    async fn get(&self, name: &str) -> Result<Option<bytes::Bytes>, PictureError> {
        match self.0.get(&Key::from(name)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(away)?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(away(e)),
        }
    }
}

fn away(e: object_store::Error) -> PictureError {
    PictureError::Store(e.to_string())
}

/// Makes the files of a picture and keeps them where every host finds them.
pub async fn keep(app: &App, bytes: Vec<u8>) -> Result<StoredPicture, PictureError> {
    let dir = app.config.media_dir.clone();
    let made = tokio::task::spawn_blocking(move || media::write_picture(&dir, &bytes)).await;
    let picture = made.map_err(|e| PictureError::Store(e.to_string()))??;
    if let Some(remote) = &app.media {
        for name in media::files(&picture) {
            remote.put(&app.config.media_dir, &name).await?;
        }
    }
    Ok(picture)
}

/// The bytes of one file: from here, else from the store, of which a copy then stays here.
pub async fn read(app: &App, name: &str) -> Result<Option<Vec<u8>>, PictureError> {
    let path = app.config.media_dir.join(name);
    match (tokio::fs::read(&path).await, &app.media) {
        (Ok(bytes), _) => Ok(Some(bytes)),
        (Err(_), None) => Ok(None),
        (Err(_), Some(remote)) => {
            let Some(bytes) = remote.get(name).await? else { return Ok(None) };
            let bytes = bytes.to_vec();
            let copy = bytes.clone();
            let kept = tokio::task::spawn_blocking(move || media::write_file(&path, &copy)).await;
            if !matches!(kept, Ok(Ok(()))) {
                // Shown all the same; the next visitor costs another look into the store.
                tracing::warn!(name, "a picture could not be kept here");
            }
            Ok(Some(bytes))
        }
    }
}

/// Puts every picture of MEDIA_DIR into the store: once, when a shop that has pictures moves to several hosts.
/// Says how many files.
pub async fn push_all(app: &App) -> anyhow::Result<usize> {
    let Some(remote) = &app.media else {
        anyhow::bail!("MEDIA_S3_URL est vide : il n’y a pas de stockage où envoyer les images")
    };
    let dir = app.config.media_dir.clone();
    let mut pushed = 0;
    for name in media::list_files(&dir)? {
        remote.put(&dir, &name).await?;
        pushed += 1;
    }
    Ok(pushed)
}
