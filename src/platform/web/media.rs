//! `GET /media/...`: pictures. In production nginx serves those that are on its disk; this is for everywhere else, and for
//! what this host has not shown yet and the shared store has.

use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{IntoResponse, Response, handler};

use crate::App;
use crate::infra::media_store;

/// Only names that our own pipeline makes: two folders of hexadecimal, a width, one of two endings.
fn is_own_name(path: &str) -> bool {
    let Some((folder, file)) = path.split_once('/') else { return false };
    let hex = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    folder.len() == 2
        && hex(folder)
        && (file.strip_suffix(".webp").is_some_and(hex) || file.strip_suffix(".svg").is_some_and(hex))
}

#[handler]
pub async fn show(app: Data<&App>, Path(path): Path<String>) -> Response {
    if !is_own_name(&path) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let bytes = match media_store::read(&app, &path).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!(%error, path, "a picture could not be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let content_type = if path.ends_with(".svg") { "image/svg+xml" } else { "image/webp" };
    Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .body(bytes)
}

#[cfg(test)]
mod tests {
    use super::is_own_name;

    #[test]
    fn nothing_but_our_own_pictures_is_served() {
        assert!(is_own_name("ab/0123ef-640.webp"));
        assert!(is_own_name("ab/0123ef.svg"));
        for bad in [
            "../etc/passwd",
            "ab/../x.webp",
            "ab/x.php",
            "ab/.webp",
            "abc/0.webp",
            "ab//0.webp",
            "ab/0.webp/..",
        ] {
            assert!(!is_own_name(bad), "{bad}");
        }
    }
}
