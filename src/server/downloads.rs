//! Whole files: all incidents or one layer, in every format, with the filters of the items.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::params::{Params, question_and};
use super::ranges::{self, Part};
use super::refusal::{Answer, Refusal};
use super::row::Row;
use super::snapshot::{Snapshot, Whole, tag_of};
use super::{House, Reader, aside, held, web};
use crate::formats::{self, About, Detail, Format, Layer, geojson};
use crate::query::Query;

/// Downloads written at the same time; each holds a thread and a few chunks.
pub(super) const DOWNLOADS_MAX: usize = 16;

/// Sizes remembered: a few states of every format, each some ninety bytes.
const SIZES_MAX: usize = 256;

/// Characters of a state's mark in a file's name: two states of one map share them once in four
/// thousand million.
const MARK_CHARS: usize = 8;

/// Media types that are compressed in themselves; doing it twice only costs.
pub(super) const PACKED: [&str; 3] = [
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.google-earth.kmz",
    "application/vnd.apache.parquet",
];

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
    let state = match reader {
        Reader::Trusted => snapshot.seq,
        Reader::Anybody => snapshot.published_seq,
    };
    let mark = format!(
        "{} {state} {reader:?} {layer:?} {name} {}",
        env!("CARGO_PKG_VERSION"),
        query.unwrap_or_default()
    );
    let mark = tag_of(mark.as_bytes());
    let tag = format!("\"{mark}\"");
    if let Some(refusal) = ranges::gone_on(headers, &tag) {
        return Err(refusal);
    }
    let is_part = ranges::is_asked(headers, &tag);
    // Compressed on the way the bytes are others: such an answer has the weak tag.
    let is_packed = !is_part && takes_gzip(headers) && !PACKED.contains(&format.media_type());
    let shown = if is_packed {
        format!("W/{tag}")
    } else {
        tag.clone()
    };
    let mut base = heads(&shown, layer, &name, &mark);
    if web::matches(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, base).into_response());
    }
    if let Ok(media) = format.media_type().parse() {
        base.insert(header::CONTENT_TYPE, media);
    }
    let seat = Arc::clone(&house.downloads).try_acquire_owned();
    let seat = seat.map_err(|_| {
        Refusal::busy("many downloads are under way; try again in a moment").limit(DOWNLOADS_MAX)
    })?;
    let file = File {
        reader,
        snapshot,
        layer,
        query: asked,
        format,
        about: house.about.clone(),
    };
    let file = Arc::new(file);
    let size = match house.sizes.get(&mark) {
        None if is_part => {
            // Where a part lies is known once the whole was written; that is done once a state.
            let (counted, owner) = (Arc::clone(&file), Arc::clone(house));
            let size = aside(move || {
                let mut out = Sender::counting();
                let written = counted.written_out(&mut out);
                written.map_err(|_| Refusal::broken())?;
                owner.sizes.note(&mark, out.passed);
                Ok(out.passed)
            });
            Some(size.await?)
        }
        known => known,
    };
    let (skip, left) = match size.map(|size| (size, ranges::part_of(headers, &tag, size))) {
        None => (0, None),
        Some((size, Part::Whole)) => (0, Some(size)),
        Some((size, Part::Bytes(first, last))) => {
            let (name, value) = ranges::content_range(first, last, size);
            if let Ok(value) = value.parse() {
                base.insert(name, value);
            }
            (first, Some(last - first + 1))
        }
        Some((size, Part::Outside)) => return Ok(ranges::outside(size)),
    };
    let status = if base.contains_key(header::CONTENT_RANGE) {
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    let (send, chunks) = tokio::sync::mpsc::channel(CHUNKS_AHEAD);
    let runtime = tokio::runtime::Handle::current();
    let owner = Arc::clone(house);
    tokio::task::spawn_blocking(move || {
        let _seat = seat;
        let mut out = Sender {
            to: Some((send, runtime)),
            skip,
            left: left.unwrap_or(u64::MAX),
            passed: 0,
            buffer: Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 4),
        };
        match file.written_out(&mut out) {
            Ok(()) => owner.sizes.note(tag.trim_matches('"'), out.passed),
            // A reader who left, is too slow, or has its part ends the writing.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Err(error) => {
                tracing::error!(%error, "a download could not be written");
                // Broken off, so that nobody takes what came for the whole.
                out.give_up(error);
            }
        }
    });
    Ok((status, base, Body::new(Chunks { chunks, left })).into_response())
}

/// The headers of a file, its media type apart.
fn heads(tag: &str, layer: Option<Layer>, name: &str, mark: &str) -> HeaderMap {
    let mut base = HeaderMap::new();
    let mut set = |name, value: &str| {
        if let Ok(value) = value.parse() {
            base.insert(name, value);
        }
    };
    set(header::ETAG, tag);
    set(header::CACHE_CONTROL, "no-cache");
    set(header::ACCEPT_RANGES, "bytes");
    // The address of the whole is looked at in a browser too; a layer is fetched to be kept.
    let way = if layer.is_none() {
        "inline"
    } else {
        "attachment"
    };
    let name = name_of(name, mark);
    set(
        header::CONTENT_DISPOSITION,
        &format!("{way}; filename=\"{name}\""),
    );
    base
}

/// A file's name with the mark of its state: who goes on with a file of that name later goes on with
/// the same bytes, and another state is another file.
fn name_of(name: &str, mark: &str) -> String {
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    let mark = mark.get(..MARK_CHARS).unwrap_or(mark);
    format!("{stem}-{mark}.{ending}")
}

/// How long files written before were, by the mark of their state; the latest [`SIZES_MAX`].
#[derive(Debug, Default)]
pub(super) struct Sizes(Mutex<VecDeque<(String, u64)>>);

impl Sizes {
    fn get(&self, mark: &str) -> Option<u64> {
        let known = held(&self.0);
        let found = known.iter().find(|(m, _)| m == mark);
        found.map(|(_, size)| *size)
    }

    fn note(&self, mark: &str, size: u64) {
        let mut known = held(&self.0);
        if known.iter().all(|(m, _)| m != mark) {
            known.push_back((mark.to_owned(), size));
            if known.len() > SIZES_MAX {
                known.pop_front();
            }
        }
    }
}

/// What is written.
struct File {
    reader: Reader,
    snapshot: Arc<Snapshot>,
    layer: Option<Layer>,
    /// `None` when nothing can match.
    query: Option<Query>,
    format: Format,
    about: About,
}

impl File {
    /// Writes the matching rows in the format.
    fn written_out(&self, mut out: &mut Sender) -> io::Result<()> {
        let view = self.reader.view(&self.snapshot);
        let query = self.query.as_ref();
        let mut rows = query.map_or_else(Vec::new, |query| view.matching(self.layer, query));
        rows.retain(|row| !row.is_kept_in());
        if let Some(mut frame) = geojson::Frame::of(self.format) {
            // Laid together from what is written already.
            out.buffer.extend_from_slice(&frame.head(&self.about));
            for row in rows {
                frame.feature(&mut out.buffer, |out| row.feature(out));
                out.send_when_full()?;
            }
            out.buffer.extend_from_slice(frame.tail());
            return out.send_all();
        }
        let mut sink = formats::sink(self.format, Detail::Flat, &self.about, &mut out)?;
        for row in rows {
            sink.add(&row.shown(), None)?;
        }
        sink.finish()?;
        out.send_all()
    }
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

/// Gathers bytes and hands them on in chunks: those of the part asked for.
struct Sender {
    /// `None` when the bytes are only counted.
    to: Option<(
        tokio::sync::mpsc::Sender<io::Result<Bytes>>,
        tokio::runtime::Handle,
    )>,
    /// Bytes still to be left out.
    skip: u64,
    /// Bytes still to be handed on.
    left: u64,
    /// Bytes written, handed on or not.
    passed: u64,
    buffer: Vec<u8>,
}

impl Sender {
    fn counting() -> Self {
        Self {
            to: None,
            skip: 0,
            left: u64::MAX,
            passed: 0,
            buffer: Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 4),
        }
    }

    fn send_when_full(&mut self) -> io::Result<()> {
        if self.buffer.len() < CHUNK_BYTES {
            return Ok(());
        }
        self.send_all()
    }

    fn send_all(&mut self) -> io::Result<()> {
        let size = self.buffer.len() as u64;
        if size == 0 {
            return Ok(());
        }
        self.passed += size;
        let begin = self.skip.min(size);
        self.skip -= begin;
        let end = begin + self.left.min(size - begin);
        self.left -= end - begin;
        let Some((send, runtime)) = &self.to else {
            self.buffer.clear();
            return Ok(());
        };
        if begin == end {
            self.buffer.clear();
        } else {
            let room = CHUNK_BYTES + CHUNK_BYTES / 4;
            let chunk = std::mem::replace(&mut self.buffer, Vec::with_capacity(room));
            // Within the chunk's length, as computed above.
            let chunk = Bytes::from(chunk).slice(begin as usize..end as usize);
            let sent = tokio::time::timeout(TAKEN_WAIT, send.send(Ok(chunk)));
            if !matches!(runtime.block_on(sent), Ok(Ok(()))) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
        if self.left == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(())
    }

    /// Lets the reader know that the rest does not come.
    fn give_up(&self, error: io::Error) {
        if let Some((send, _)) = &self.to {
            let _ = send.blocking_send(Err(error));
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

/// The chunks as a body, with its length where that is known.
pub(super) struct Chunks {
    pub(super) chunks: tokio::sync::mpsc::Receiver<io::Result<Bytes>>,
    pub(super) left: Option<u64>,
}

impl hyper::body::Body for Chunks {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = std::task::ready!(self.chunks.poll_recv(context));
        if let (Some(Ok(chunk)), Some(left)) = (&next, &mut self.left) {
            *left = left.saturating_sub(chunk.len() as u64);
        }
        Poll::Ready(next.map(|chunk| chunk.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        self.left
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// True when an answer may be compressed.
fn takes_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|coding| {
            let mut parts = coding.split(';');
            let name = parts.next().unwrap_or_default().trim();
            let refused = parts.any(|p| matches!(p.trim(), "q=0" | "q=0.0"));
            (name == "gzip" || name == "*") && !refused
        })
}

/// A body with its tag: 304 when the client has it, compressed when it takes that, a part of it when
/// it asks for one.
pub(super) fn given(
    whole: &Whole,
    media: &'static str,
    name: Option<&str>,
    headers: &HeaderMap,
) -> Response {
    // Each form of the body has its own strong tag.
    let plain = format!("\"{}\"", whole.tag);
    let tags = [plain.clone(), format!("\"{}-gz\"", whole.tag)];
    let is_part = ranges::is_asked(headers, &plain);
    let takes_gzip = !is_part && takes_gzip(headers);
    let tag = &tags[usize::from(takes_gzip)];
    let mut base = match name {
        Some(name) => heads(tag, None, name, &whole.tag),
        None => HeaderMap::new(),
    };
    let mut set = |name, value: &str| {
        if let Ok(value) = value.parse() {
            base.insert(name, value);
        }
    };
    set(header::ETAG, tag);
    set(header::CACHE_CONTROL, "no-cache");
    set(header::VARY, "Accept-Encoding");
    if let Some(refusal) = ranges::gone_on(headers, tag) {
        return refusal.into_response();
    }
    if tags.iter().any(|tag| web::matches(headers, tag)) {
        return (StatusCode::NOT_MODIFIED, base).into_response();
    }
    set(header::CONTENT_TYPE, media);
    if takes_gzip {
        set(header::CONTENT_ENCODING, "gzip");
        return (base, whole.gzip.clone()).into_response();
    }
    let size = whole.plain.len() as u64;
    match ranges::part_of(headers, &plain, size) {
        Part::Whole => (base, whole.plain.clone()).into_response(),
        Part::Bytes(first, last) => {
            let content = [ranges::content_range(first, last, size)];
            // Within the body, whose length was asked.
            let part = whole.plain.slice(first as usize..=last as usize);
            (StatusCode::PARTIAL_CONTENT, base, content, part).into_response()
        }
        Part::Outside => ranges::outside(size),
    }
}
