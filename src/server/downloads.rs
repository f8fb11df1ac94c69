//! Whole files: all incidents or one layer, in every format, with the filters of the items.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use bytes::Bytes;
use hyper::body::Frame;

use super::params::{Params, question_and};
use super::refusal::{Answer, Refusal};
use super::row::Row;
use super::snapshot::{Snapshot, Whole, tag_of};
use super::{House, Reader, aside, web};
use crate::formats::{self, About, Detail, Format, Layer, geojson};
use crate::query::Query;

/// Downloads written at the same time; each holds a thread and a few chunks.
pub(super) const DOWNLOADS_MAX: usize = 16;

/// Bytes handed on at once: large enough that handing on costs nothing beside writing.
const CHUNK_BYTES: usize = 256 * 1024;

/// Chunks written ahead of the reader.
const CHUNKS_AHEAD: usize = 4;

/// A reader who takes no chunk for so long is given up.
const TAKEN_WAIT: Duration = Duration::from_secs(30);

/// `/incidents.{ending}`: everything, points, areas and the unplaced together.
pub(super) async fn incidents(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(ending): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    file(&house, reader, None, &ending, query.as_deref(), &headers).await
}

/// `/downloads/{layer}.{ending}`: one layer.
pub(super) async fn layer(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let (layer, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let Some(layer) = Layer::from_name(layer) else {
        let names: Vec<&str> = Layer::ALL.iter().map(|(_, name, _)| *name).collect();
        return Err(Refusal::unknown(format!(
            "there is no layer “{layer}”; known are {}",
            names.join(", ")
        )));
    };
    file(
        &house,
        reader,
        Some(layer),
        ending,
        query.as_deref(),
        &headers,
    )
    .await
}

async fn file(
    house: &Arc<House>,
    reader: Reader,
    layer: Option<Layer>,
    ending: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Answer {
    let Some(format) = Format::ALL
        .iter()
        .find(|(_, known, _)| *known == ending)
        .map(|(format, _, _)| *format)
    else {
        return Err(Refusal::unknown(format!(
            "there is no format “{ending}” here; known are {}",
            Format::endings()
        )));
    };
    let params = Params::read(query, &question_and(&[]))?;
    let asked = params.query()?;
    let snapshot = house.snapshot.load_full();
    let name = format!(
        "{}.{}",
        layer.map_or("incidents", Layer::name),
        format.ending()
    );
    let plain = layer.is_none() && params.pairs().is_empty() && format == Format::GeoJson;
    if plain {
        let owner = Arc::clone(house);
        let kept = Arc::clone(&snapshot);
        let whole = aside(move || Ok(reader.view(&kept).whole(&owner.about))).await?;
        if let Some(whole) = whole {
            return Ok(given(&whole, format.media_type(), Some(&name), headers));
        }
    }
    // The same state, question and program give the same bytes.
    let mark = format!(
        "{} {} {reader:?} {name} {}",
        env!("CARGO_PKG_VERSION"),
        snapshot.seq,
        query.unwrap_or_default()
    );
    let tag = format!("W/\"{}\"", tag_of(mark.as_bytes()));
    let mut base = HeaderMap::new();
    let mut set = |name, value: &str| {
        if let Ok(value) = value.parse() {
            base.insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::CACHE_CONTROL, "no-cache");
    if web::matches(headers, tag.trim_start_matches("W/")) {
        return Ok((StatusCode::NOT_MODIFIED, base).into_response());
    }
    set(header::CONTENT_TYPE, format.media_type());
    set(
        header::CONTENT_DISPOSITION,
        &format!("inline; filename=\"{name}\""),
    );
    let seat = Arc::clone(&house.downloads).try_acquire_owned();
    let seat =
        seat.map_err(|_| Refusal::busy("many downloads are under way; try again in a moment"))?;
    let about = house.about.clone();
    let (send, chunks) = tokio::sync::mpsc::channel(CHUNKS_AHEAD);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let _seat = seat;
        let out = Sender {
            send,
            runtime,
            buffer: Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 4),
        };
        // A reader who left, or is too slow, ends the writing.
        let _ = written_out(
            out,
            reader,
            &snapshot,
            layer,
            asked.as_ref(),
            format,
            &about,
        );
    });
    Ok((base, Body::new(Chunks(chunks))).into_response())
}

/// Writes the matching rows in a format.
fn written_out(
    mut out: Sender,
    reader: Reader,
    snapshot: &Snapshot,
    layer: Option<Layer>,
    query: Option<&Query>,
    format: Format,
    about: &About,
) -> io::Result<()> {
    let view = reader.view(snapshot);
    let mut rows = query.map_or_else(Vec::new, |query| view.matching(layer, query));
    rows.retain(|row| !row.is_kept_in());
    if format == Format::GeoJson {
        // Laid together from what is written already.
        out.buffer.extend_from_slice(&geojson::head(about));
        for (n, row) in rows.into_iter().enumerate() {
            if n > 0 {
                out.buffer.extend_from_slice(b",\n");
            }
            row.feature(&mut out.buffer);
            out.send_when_full()?;
        }
        out.buffer.extend_from_slice(geojson::TAIL);
    } else if format == Format::GeoJsonLines {
        for row in rows {
            row.feature(&mut out.buffer);
            out.buffer.push(b'\n');
            out.send_when_full()?;
        }
    } else {
        let mut sink = formats::sink(format, Detail::Flat, about, &mut out)?;
        for row in rows {
            sink.add(&row.shown(), None)?;
        }
        sink.finish()?;
    }
    out.send_all()
}

/// Rows in a format, in memory.
pub(super) fn written<'a>(
    rows: impl Iterator<Item = &'a Arc<Row>>,
    format: Format,
    about: &About,
) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut sink = formats::sink(format, Detail::Flat, about, &mut out)?;
    for row in rows.filter(|row| !row.is_kept_in()) {
        sink.add(&row.shown(), None)?;
    }
    sink.finish()?;
    Ok(out)
}

/// Gathers bytes and hands them on in chunks.
struct Sender {
    send: tokio::sync::mpsc::Sender<Bytes>,
    runtime: tokio::runtime::Handle,
    buffer: Vec<u8>,
}

impl Sender {
    fn send_when_full(&mut self) -> io::Result<()> {
        if self.buffer.len() < CHUNK_BYTES {
            return Ok(());
        }
        self.send_all()
    }

    fn send_all(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let room = CHUNK_BYTES + CHUNK_BYTES / 4;
        let chunk = std::mem::replace(&mut self.buffer, Vec::with_capacity(room));
        let sent = self.runtime.block_on(tokio::time::timeout(
            TAKEN_WAIT,
            self.send.send(chunk.into()),
        ));
        match sent {
            Ok(Ok(())) => Ok(()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl io::Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        self.send_when_full()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The chunks as a body.
pub(super) struct Chunks(pub(super) tokio::sync::mpsc::Receiver<Bytes>);

impl hyper::body::Body for Chunks {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0
            .poll_recv(context)
            .map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// A body with its tag: 304 when the client has it, compressed when it takes that.
pub(super) fn given(
    whole: &Whole,
    media: &'static str,
    name: Option<&str>,
    headers: &HeaderMap,
) -> Response {
    let takes_gzip = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|coding| {
            let mut parts = coding.split(';');
            let name = parts.next().unwrap_or_default().trim();
            let refused = parts.any(|p| matches!(p.trim(), "q=0" | "q=0.0"));
            (name == "gzip" || name == "*") && !refused
        });
    // Each form of the body has its own strong tag.
    let tags = [
        format!("\"{}\"", whole.tag),
        format!("\"{}-gz\"", whole.tag),
    ];
    let tag = tags[usize::from(takes_gzip)].clone();
    let mut base = HeaderMap::new();
    let mut set = |name, value: &str| {
        if let Ok(value) = value.parse() {
            base.insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::CACHE_CONTROL, "no-cache");
    set(header::VARY, "Accept-Encoding");
    if tags.iter().any(|tag| web::matches(headers, tag)) {
        return (StatusCode::NOT_MODIFIED, base).into_response();
    }
    set(header::CONTENT_TYPE, media);
    if let Some(name) = name {
        set(
            header::CONTENT_DISPOSITION,
            &format!("inline; filename=\"{name}\""),
        );
    }
    if takes_gzip {
        set(header::CONTENT_ENCODING, "gzip");
        (base, whole.gzip.clone()).into_response()
    } else {
        (base, whole.plain.clone()).into_response()
    }
}
