//! The map page and its files, embedded when they were built; a plain page otherwise.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::params::Params;
use super::ranges::{self, Part};
use super::refusal::{Answer, Refusal};
use super::{House, features};

#[derive(RustEmbed)]
#[folder = "web/dist/"]
#[allow_missing = true]
struct Dist;

/// Every file of the page, by its name; none in a program built without it.
pub(crate) fn page_files() -> impl Iterator<Item = (String, Cow<'static, [u8]>)> {
    Dist::iter().filter_map(|name| Some((name.to_string(), Dist::get(&name)?.data)))
}

/// What a machine without the built page is given: everything but the map works.
const PLAIN: &str = include_str!("plain.html");

/// How the pages of data look.
const PAGES: &str = include_str!("pages.css");

/// `/`: the map for people, the landing page for programs.
pub(super) async fn front(
    State(house): State<Arc<House>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    if wants_json(query.as_deref(), &headers)? {
        Params::read(query.as_deref(), &["f"])?;
        return Ok(features::landing(&house, &headers));
    }
    match Dist::get("index.html") {
        Some(page) => Ok(match house.outlines.marked(&page.data) {
            Some(marked) => (page_headers(), marked).into_response(),
            None => given("index.html", &page, &headers, &Method::GET),
        }),
        None => Ok(plain()),
    }
}

/// `f=json`, or HTML not wished for by name: browsers name it, programs (OWSLib, curl) take
/// anything. The page keeps its state in further parameters, which are its own business.
fn wants_json(query: Option<&str>, headers: &HeaderMap) -> Result<bool, Refusal> {
    let mut asked = query
        .unwrap_or_default()
        .split('&')
        .filter_map(|p| p.strip_prefix("f="));
    match (asked.next(), asked.next()) {
        (None, _) => {}
        (Some("json"), None) => return Ok(true),
        (Some("html"), None) => return Ok(false),
        (Some(other), again) => {
            return Err(Refusal::parameter(
                "f",
                again.unwrap_or(other),
                "“f” is json or html here, and comes once",
            ));
        }
    }
    let accepts = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','));
    let mut best = ("application/json", 0.0_f32);
    for part in accepts {
        let mut pieces = part.split(';').map(str::trim);
        let media = pieces.next().unwrap_or_default();
        let weight = pieces
            .find_map(|p| p.strip_prefix("q=")?.parse().ok())
            .unwrap_or(1.0);
        let known = matches!(media, "text/html" | "application/xhtml+xml")
            || media == "application/json"
            || media.ends_with("+json");
        if known && weight > best.1 {
            best = (media, weight);
        }
    }
    Ok(best.0.ends_with("json"))
}

fn page_headers() -> [(header::HeaderName, &'static str); 2] {
    [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ]
}

fn plain() -> Response {
    (page_headers(), PLAIN).into_response()
}

/// Any other path: a file of the page, or 404.
pub(super) async fn file(
    State(house): State<Arc<House>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let path = uri.path().trim_start_matches('/');
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(Refusal::unknown(format!(
            "there is nothing at {}",
            uri.path()
        )));
    }
    if let Some(own) = house.outlines.given(path, &headers) {
        return own;
    }
    if path == "pages.css" {
        let headers = [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
        ];
        return Ok((headers, PAGES).into_response());
    }
    // Names in the binary are looked up as they are: no path of the file system is ever made.
    match Dist::get(path) {
        Some(file) => Ok(given(path, &file, &headers, &method)),
        None => Err(Refusal::unknown(format!(
            "there is nothing at {}; the map is at /, the data at /incidents.geojson and /collections",
            uri.path()
        ))),
    }
}

fn given(
    path: &str,
    file: &rust_embed::EmbeddedFile,
    headers: &HeaderMap,
    method: &Method,
) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag: String = hash.iter().take(12).map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"{tag}\"");
    // Built files carry a hash in their name; the page itself does not.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let base = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
    ];
    if matches(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, base).into_response();
    }
    let media = [(header::CONTENT_TYPE, media_type(path))];
    let all: Cow<'static, [u8]> = file.data.clone();
    let size = all.len() as u64;
    let part = if method == Method::GET {
        ranges::part_of(headers, &tag, size)
    } else {
        Part::Whole
    };
    match part {
        Part::Whole => (base, media, body(all)).into_response(),
        Part::Bytes(first, last) => {
            let content = [ranges::content_range(first, last, size)];
            let part = all[first as usize..=last as usize].to_vec();
            (StatusCode::PARTIAL_CONTENT, base, media, content, part).into_response()
        }
        Part::Outside => ranges::outside(size),
    }
}

fn body(data: Cow<'static, [u8]>) -> Body {
    match data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

/// True when the client has this already.
pub(super) fn matches(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|t| t.trim() == "*" || t.trim().trim_start_matches("W/") == tag)
}

pub(super) fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "pmtiles" => "application/vnd.pmtiles",
        "geojson" => "application/geo+json",
        "geojsonl" => "application/geo+json-seq",
        "csv" => "text/csv; charset=utf-8",
        "kml" => "application/vnd.google-earth.kml+xml",
        "gpkg" => "application/geopackage+sqlite3",
        _ => "application/octet-stream",
    }
}
