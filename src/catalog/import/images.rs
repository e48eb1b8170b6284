//! The job that fetches a picture named by a feed: guarded fetch, the platform's picture pipeline, then shown wherever it is used.

use std::time::Duration;

use jobs::{Ctx, Done, Job, JobError, Queue, Worker};
use platform::App;
use platform::infra::media::{self, PictureError, StoredPicture};
use platform::infra::media_store;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::fetch::{self, FetchError, Reach};
use crate::store::images as store;

/// One row of `remote_images`; written once for each address, when the address is first named.
#[derive(Debug, Serialize, Deserialize)]
pub struct FetchImage {
    pub image_id: i64,
}

impl Job for FetchImage {
    const TOPIC: &'static str = "media.fetch_image";
    const QUEUE: Queue = Queue::Media;
    const MAX_ATTEMPTS: i32 = 4;
    const TIMEOUT: Duration = Duration::from_secs(60);

    /// Behind whatever else the media queue has.
    fn priority() -> i16 {
        -10
    }
}

/// The topics of this crate.
pub fn jobs(worker: Worker<App>) -> Worker<App> {
    worker.register::<FetchImage>(fetch_image)
}

async fn fetch_image(ctx: Ctx<App>, job: FetchImage) -> Result<Done, JobError> {
    fetch_within(ctx, job, Reach::PUBLIC).await
}

/// The same within another reach: a test has its pictures at home.
pub(crate) async fn fetch_within(ctx: Ctx<App>, job: FetchImage, reach: Reach) -> Result<Done, JobError> {
    let Some(url) = store::find_waiting(ctx.pool(), job.image_id).await? else { return Ok(Done::ok()) };
    let fetched = match fetch::fetch(&url, reach).await {
        Ok(bytes) => make(ctx.state(), bytes, &url).await,
        Err(error) => Err(error),
    };
    match fetched {
        Ok(picture) => {
            let mut tx = ctx.begin().await?;
            show(&mut tx, job.image_id, &picture).await?;
            ctx.finish(tx).await
        }
        Err(FetchError::Failed(error)) if !ctx.is_last_attempt() => {
            Err(JobError::Retry(anyhow::anyhow!(error)))
        }
        // A picture that cannot be had is the merchant's affair, told in the table, and no dead job for the operator.
        Err(FetchError::Failed(error) | FetchError::Refused(error)) => {
            let mut tx = ctx.begin().await?;
            store::set_refused(&mut *tx, job.image_id, &error).await?;
            ctx.finish(tx).await
        }
    }
}

/// Decodes and resizes off the async threads. Only what decodes as a picture is one, whatever the server called it.
async fn make(app: &App, bytes: Vec<u8>, url: &str) -> Result<StoredPicture, FetchError> {
    match media_store::keep(app, bytes).await {
        Ok(picture) => Ok(StoredPicture { source_url: Some(url.to_string()), ..picture }),
        Err(error @ (PictureError::TooLarge | PictureError::NotAPicture(_))) => {
            Err(FetchError::Refused(error.to_string()))
        }
        Err(error) => Err(FetchError::Failed(error.to_string())),
    }
}

/// Registers a picture and shows it on every product that names it.
pub(crate) async fn show(tx: &mut PgConnection, image_id: i64, picture: &StoredPicture) -> sqlx::Result<()> {
    let media_id = media::register(tx, picture).await?;
    let products = store::set_fetched(tx, image_id, media_id).await?;
    catalog::refresh_products(tx, &products).await
}
