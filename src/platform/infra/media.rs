//! Pictures: decoded, checked, resized to three widths as WebP, stored under a name made from their content.
//!
//! Whatever comes in is decoded and encoded anew, so nothing but pixels gets through. CPU work: call from a job.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, Resizer};
use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView, ImageReader, RgbaImage};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::store;

/// Widths that are made; a smaller original is not enlarged but still stored under each name.
pub const WIDTHS: [u32; 3] = [320, 640, 1024];
const QUALITY: f32 = 80.0;
const MAX_PIXELS: u64 = 40_000_000;
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// What `media` keeps of a picture.
#[derive(Debug, Clone)]
pub struct StoredPicture {
    pub key: String,
    pub kind: &'static str,
    pub width: u32,
    pub height: u32,
    /// `#rrggbb`, the average.
    pub color: String,
    pub sha256: Vec<u8>,
    pub source_url: Option<String>,
    pub credit: String,
}

#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("the picture is larger than 10 MB or 40 megapixels")]
    TooLarge,
    #[error("not a JPEG, PNG, GIF or WebP picture: {0}")]
    NotAPicture(String),
    #[error("the picture could not be written: {0}")]
    Io(#[from] std::io::Error),
    #[error("the picture store is away: {0}")]
    Store(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Decodes, resizes and writes the three files below `dir`. Blocking and CPU-bound (about 50 ms a megapixel).
pub fn write_picture(dir: &Path, bytes: &[u8]) -> Result<StoredPicture, PictureError> {
    if bytes.len() > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let sha256 = Sha256::digest(bytes).to_vec();
    let name = hex::encode(&sha256[..10]);
    let key = format!("{}/{}", &name[..2], &name[2..]);
    let mut picture = decode(bytes)?;
    let color = average(&picture.to_rgba8());
    let (width, height) = picture.dimensions();
    let mut encoded = None;
    for target in WIDTHS.into_iter().rev() {
        let path = dir.join(format!("{key}-{target}.webp"));
        if path.exists() {
            continue;
        }
        // A small original is the same file under each name.
        if encoded.is_none() || picture.width() > target {
            picture = resize(picture, target.min(width))?;
            let pixels = picture.to_rgba8();
            encoded = Some(
                webp::Encoder::from_rgba(pixels.as_raw(), pixels.width(), pixels.height()).encode(QUALITY),
            );
        }
        if let Some(bytes) = &encoded {
            write_file(&path, bytes)?;
        }
    }
    Ok(StoredPicture {
        key,
        kind: "webp",
        width,
        height,
        color,
        sha256,
        source_url: None,
        credit: String::new(),
    })
}

/// Writes a drawing made by us (never one that was uploaded: SVG can carry script).
pub fn write_drawing(
    dir: &Path,
    svg: &str,
    size: (u32, u32),
    color: &str,
) -> Result<StoredPicture, PictureError> {
    let sha256 = Sha256::digest(svg.as_bytes()).to_vec();
    let name = hex::encode(&sha256[..10]);
    let key = format!("{}/{}", &name[..2], &name[2..]);
    write_file(&dir.join(format!("{key}.svg")), svg.as_bytes())?;
    let (width, height) = size;
    Ok(StoredPicture {
        key,
        kind: "svg",
        width,
        height,
        color: color.into(),
        sha256,
        source_url: None,
        credit: String::new(),
    })
}

/// The names of a picture's files, as they stand below the folder and in the store.
pub fn files(picture: &StoredPicture) -> Vec<String> {
    match picture.kind {
        "svg" => vec![format!("{}.svg", picture.key)],
        kind => WIDTHS.iter().map(|width| format!("{}-{width}.{kind}", picture.key)).collect(),
    }
}

/// The names of all finished files below the folder.
pub fn list_files(dir: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in std::fs::read_dir(dir)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder.path())? {
            let name =
                format!("{}/{}", folder.file_name().to_string_lossy(), file?.file_name().to_string_lossy());
            if name.ends_with(".webp") || name.ends_with(".svg") {
                names.push(name);
            }
        }
    }
    Ok(names)
}

/// Registers a written picture in `media` and returns its id; the same content gives the same row.
pub async fn register(conn: &mut PgConnection, picture: &StoredPicture) -> sqlx::Result<i64> {
    if let Some(id) = store::find_media_by_hash(&mut *conn, &picture.sha256).await? {
        return Ok(id);
    }
    store::insert_media(conn, picture).await
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    let not = |e: &dyn std::fmt::Display| PictureError::NotAPicture(e.to_string());
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let (w, h) = reader()?.into_dimensions().map_err(|e| not(&e))?;
    if u64::from(w) * u64::from(h) > MAX_PIXELS || w == 0 || h == 0 {
        return Err(PictureError::TooLarge);
    }
    reader()?.decode().map_err(|e| not(&e))
}

fn resize(picture: DynamicImage, width: u32) -> Result<DynamicImage, PictureError> {
    let (w, h) = picture.dimensions();
    if width == w {
        return Ok(picture);
    }
    let height = ((u64::from(h) * u64::from(width)) / u64::from(w)).max(1) as u32;
    if !picture.color().has_alpha() {
        // Compiled with `image`, so it is fast in development builds too.
        return Ok(picture.resize_exact(width, height, FilterType::CatmullRom));
    }
    // Weighs colours by their opacity: no dark seams around cut-out objects.
    let not = |e: &dyn std::fmt::Display| PictureError::NotAPicture(e.to_string());
    let source =
        Image::from_vec_u8(w, h, picture.to_rgba8().into_raw(), PixelType::U8x4).map_err(|e| not(&e))?;
    let mut target = Image::new(width, height, PixelType::U8x4);
    Resizer::new().resize(&source, &mut target, None).map_err(|e| not(&e))?;
    let pixels = RgbaImage::from_raw(width, height, target.into_vec()).ok_or_else(|| not(&"resize"))?;
    Ok(pixels.into())
}

fn average(picture: &RgbaImage) -> String {
    let mut sum = [0u64; 3];
    let mut n = 0u64;
    let step = ((picture.width() as usize * picture.height() as usize) / 4_096).max(1);
    for p in picture.pixels().step_by(step) {
        let a = u64::from(p[3]);
        for (i, s) in sum.iter_mut().enumerate() {
            *s += (u64::from(p[i]) * a + 255 * (255 - a)) / 255;
        }
        n += 1;
    }
    let n = n.max(1);
    format!("#{:02x}{:02x}{:02x}", sum[0] / n, sum[1] / n, sum[2] / n)
}

/// Writes beside, then renames: a reader sees the whole file or none.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut partial = PathBuf::from(path);
    partial.set_extension("partial");
    let written = std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(&partial, path));
    if written.is_err() {
        // A disk that is full must not keep the half that did fit. When even that fails, the first error is the telling one.
        let _ = std::fs::remove_file(&partial);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(w: u32, h: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let picture = RgbaImage::from_pixel(w, h, image::Rgba([200, 100, 50, 255]));
        DynamicImage::from(picture).write_to(&mut out, image::ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_picture_becomes_three_files_of_the_right_width() {
        let dir = std::env::temp_dir().join(format!("media-{}", uuid::Uuid::new_v4()));
        let stored = write_picture(&dir, &png(800, 400)).unwrap();
        assert_eq!((stored.width, stored.height, stored.color.as_str()), (800, 400, "#c86432"));
        for (width, expected) in [(320, 320), (640, 640), (1024, 800)] {
            let file = dir.join(format!("{}-{width}.webp", stored.key));
            assert_eq!(image::open(file).unwrap().width(), expected);
        }
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn what_is_not_a_picture_is_refused() {
        let dir = std::env::temp_dir();
        for bad in [&b"<svg onload=alert(1)>"[..], b"", b"GIF89a", b"\x89PNG\r\n\x1a\n"] {
            assert!(write_picture(&dir, bad).is_err());
        }
    }
}
