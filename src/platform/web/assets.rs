//! Styles, scripts, fonts and icons: hashed names, embedded in release binaries, already compressed, kept for a year.

use std::collections::HashMap;
use std::sync::LazyLock;

use poem::http::{HeaderMap, HeaderValue, StatusCode, header};
use poem::web::Path;
use poem::{IntoResponse, Response, handler};
use rust_embed::RustEmbed;

use super::page_cache::Encoding;

#[derive(RustEmbed)]
#[folder = "../../assets/dist"]
struct Dist;

/// Logical name -> hashed name, from the build.
static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Dist::get("manifest.json").and_then(|f| serde_json::from_slice(&f.data).ok()).unwrap_or_default()
});

/// The address of an asset by its logical name (`shop.css`); an unknown name gives an address that answers 404.
pub fn url(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

/// All logical names, for tests.
pub fn names() -> impl Iterator<Item = &'static str> {
    MANIFEST.keys().map(String::as_str)
}

/// Every file of the build, for `collectstatic`.
pub fn files() -> impl Iterator<Item = (String, Vec<u8>)> {
    Dist::iter().filter_map(|name| Dist::get(&name).map(|f| (name.to_string(), f.data.into_owned())))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, e)| e) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        Some("webp") => "image/webp",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// `GET /assets/<hashed name>`: brotli, then gzip, then plain.
#[handler]
pub fn show(Path(name): Path<String>, headers: &HeaderMap) -> Response {
    if name.ends_with(".br") || name.ends_with(".gz") || name.contains("..") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let wanted = match Encoding::accepted(headers) {
        Encoding::Brotli => [Some(("br", ".br")), None],
        Encoding::Gzip => [Some(("gzip", ".gz")), None],
        Encoding::Identity => [None, None],
    };
    let found = wanted
        .into_iter()
        .flatten()
        .find_map(|(coding, suffix)| Dist::get(&format!("{name}{suffix}")).map(|f| (Some(coding), f)))
        .or_else(|| Dist::get(&name).map(|f| (None, f)));
    let Some((coding, file)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, content_type(&name))
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "Accept-Encoding")
        .body(file.data.into_owned());
    if let Some(coding) = coding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_name_of_the_manifest_leads_to_a_file() {
        assert!(super::names().count() >= 6);
        for name in super::names() {
            let url = super::url(name);
            let file = url.strip_prefix("/assets/").unwrap();
            assert!(super::Dist::get(file).is_some(), "{name}");
        }
    }
}
