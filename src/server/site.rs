//! A published folder on this machine: what `placetime open` shows, for a site on a USB stick.
//!
//! Read-only, and only the files that the site's own list names: no path of an address ever becomes a
//! path of the file system.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::net::TcpListener;

use super::downloads::Chunks;
use super::ranges::{self, Part};
use super::refusal::Refusal;
use super::web;

/// Bytes handed on at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// Chunks read ahead of the browser.
const CHUNKS_AHEAD: usize = 4;

/// One file: where it lies, its tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What names its bytes, such as their SHA-256.
    pub tag: String,
}

/// Files by the name under which they are asked for.
pub type SiteFiles = BTreeMap<String, SiteFile>;

/// Serves the files on loopback until the process is told to stop; `greet` is told the address.
pub fn show(files: SiteFiles, port: u16, greet: impl FnOnce(&str)) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no threads to serve with: {error}"))?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
            format!("port {port} cannot be listened on: {error}; choose another with --port (0 takes a free one)")
        })?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let routes = Router::new().fallback(file).with_state(Arc::new(files));
        greet(&format!("http://{address}/"));
        let served = axum::serve(listener, routes).with_graceful_shutdown(super::told_to_stop());
        tokio::select! {
            done = served => done.map_err(|error| error.to_string()),
            // A browser keeps its connections; nobody waits for it.
            () = super::told_to_stop() => Ok(()),
        }
    })
}

async fn file(
    State(files): State<Arc<SiteFiles>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let name = uri.path().trim_start_matches('/');
    let name = if name.is_empty() { "index.html" } else { name };
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    let found = files.get(&*name);
    let (Some(found), Method::GET | Method::HEAD) = (found, method.clone()) else {
        let why = format!("this site has no file {name} that could be read");
        return Refusal::unknown(why).into_response();
    };
    let broken = |error: std::io::Error| {
        let why = format!("{name} cannot be read: {error}; publish the site again");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, why).into_response()
    };
    let opened = std::fs::File::open(&found.path).and_then(|f| Ok((f.metadata()?.len(), f)));
    let (size, mut open) = match opened {
        Ok(it) => it,
        Err(error) => return broken(error),
    };
    let tag = format!("\"{}\"", found.tag);
    let mut base = HeaderMap::new();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            base.insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::CACHE_CONTROL, "no-cache");
    set(header::ACCEPT_RANGES, "bytes");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if web::matches(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, base).into_response();
    }
    set(header::CONTENT_TYPE, web::media_type(&name));
    let (status, first, length) = match ranges::part_of(&headers, &tag, size) {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Bytes(first, last) => {
            set(
                header::CONTENT_RANGE,
                &format!("bytes {first}-{last}/{size}"),
            );
            (StatusCode::PARTIAL_CONTENT, first, last - first + 1)
        }
        Part::Outside => {
            set(header::CONTENT_RANGE, &format!("bytes */{size}"));
            return (StatusCode::RANGE_NOT_SATISFIABLE, base).into_response();
        }
    };
    set(header::CONTENT_LENGTH, &length.to_string());
    if method == Method::HEAD {
        return (status, base).into_response();
    }
    if let Err(error) = open.seek(SeekFrom::Start(first)) {
        return broken(error);
    }
    let (send, chunks) = tokio::sync::mpsc::channel(CHUNKS_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut left = open.take(length);
        loop {
            let mut chunk = vec![0; CHUNK_BYTES];
            match left.read(&mut chunk) {
                Ok(0) => return,
                Err(error) => {
                    // Broken off, so that nobody takes what came for the whole.
                    let _ = send.blocking_send(Err(error));
                    return;
                }
                Ok(n) => {
                    chunk.truncate(n);
                    // Nobody reads on: the browser went elsewhere.
                    if send.blocking_send(Ok(Bytes::from(chunk))).is_err() {
                        return;
                    }
                }
            }
        }
    });
    let left = Some(length);
    (status, base, Body::new(Chunks { chunks, left })).into_response()
}
