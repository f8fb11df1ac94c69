//! What is new: a stream of events (SSE) and a feed (Atom with GeoRSS).
//!
//! The last changes are kept in a ring, each with what it was for a reviewer and what for
//! everybody: an incident that was published is new to everybody, one that was taken back is gone,
//! and a draft that changed is nothing. Who comes back with `Last-Event-ID` is given what was
//! missed, or told to ask for everything anew (`resync`) when the ring does not reach so far back.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::Frame;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc, watch};

use super::features::{base_of, encoded};
use super::html::escaped;
use super::params::Params;
use super::refusal::{Answer, Refusal};
use super::snapshot::Snapshot;
use super::view::first_of;
use super::{House, Reader, held};
use crate::formats::Geometry;
use crate::query::Subject as _;

/// Changes remembered: an hour of one a second, and more.
const RING_MAX: usize = 10_000;

/// Readers of the stream at once; each holds a connection and a few kilobytes.
const CLIENTS_MAX: usize = 2_500;

/// Events on their way to one reader; who does not take them is told to ask anew.
const WAITING_MAX: usize = 1_024;

/// A sign of life, so that proxies and readers know that the line is open.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A reader who takes nothing for so long is given up.
const TAKEN_WAIT: Duration = Duration::from_secs(30);

/// Entries of the feed.
const FEED_MAX: usize = 100;

/// What a change is to one kind of reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    New,
    Changed,
    Gone,
}

impl What {
    fn of(before: bool, after: bool) -> Option<Self> {
        match (before, after) {
            (false, true) => Some(Self::New),
            (true, true) => Some(Self::Changed),
            (true, false) => Some(Self::Gone),
            (false, false) => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Event {
    seq: i64,
    id: String,
    version: Option<i64>,
    to_reviewers: Option<What>,
    to_all: Option<What>,
}

impl Event {
    fn what(&self, reader: Reader) -> Option<What> {
        match reader {
            Reader::Trusted => self.to_reviewers,
            Reader::Anybody => self.to_all,
        }
    }

    fn for_reader(&self, reader: Reader) -> Option<Bytes> {
        let what = self.what(reader)?;
        let data = json!({"id": self.id, "version": self.version, "what": what.name()});
        let text = format!("event: incident\nid: {}\ndata: {data}\n\n", self.seq);
        Some(text.into())
    }
}

/// Changes told at once.
pub(super) struct Told {
    /// The number of the last one looked at.
    pub(super) to: i64,
    pub(super) events: Vec<serde_json::Value>,
    /// Others follow.
    pub(super) more: bool,
}

/// The ring, and those who listen.
#[derive(Debug)]
pub(super) struct Live {
    ring: Mutex<Ring>,
    news: broadcast::Sender<Event>,
    seats: Arc<Semaphore>,
    /// True once the server was told to stop: the streams end, so that nobody waits for them.
    stopping: watch::Sender<bool>,
}

#[derive(Debug)]
struct Ring {
    events: VecDeque<Event>,
    /// Everything after this number is in the ring.
    complete_after: i64,
    last: i64,
}

impl Live {
    /// Begins at the number of the last change there is.
    pub(super) fn new(seq: i64) -> Self {
        Self {
            ring: Mutex::new(Ring {
                events: VecDeque::new(),
                complete_after: seq,
                last: seq,
            }),
            news: broadcast::channel(WAITING_MAX).0,
            seats: Arc::new(Semaphore::new(CLIENTS_MAX)),
            stopping: watch::channel(false).0,
        }
    }

    /// Ends every stream.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// True once [`Live::stop`] was called.
    pub(super) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Tells what changed between two states; `changes` are numbers and ids.
    pub(super) fn tell(&self, before: &Snapshot, after: &Snapshot, changes: &[(i64, String)]) {
        let mut ring = held(&self.ring);
        for (seq, id) in changes {
            let row = after.all.row(id);
            let event = Event {
                seq: *seq,
                id: id.clone(),
                version: row.and_then(|r| r.text_or_number("version").parse().ok()),
                to_reviewers: What::of(before.all.row(id).is_some(), row.is_some()),
                to_all: What::of(
                    before.published.row(id).is_some(),
                    after.published.row(id).is_some(),
                ),
            };
            if ring.events.len() == RING_MAX
                && let Some(oldest) = ring.events.pop_front()
            {
                ring.complete_after = oldest.seq;
            }
            ring.last = event.seq;
            ring.events.push_back(event.clone());
            // Nobody listens: nobody is told.
            let _ = self.news.send(event);
        }
    }

    /// The number of the last change.
    pub(super) fn last(&self) -> i64 {
        held(&self.ring).last
    }

    /// What is news to a kind of reader after a change, at most `most` of it; `None` when the ring
    /// does not reach so far back.
    pub(super) fn since(&self, seq: i64, reader: Reader, most: usize) -> Option<Told> {
        let ring = held(&self.ring);
        if seq < ring.complete_after || seq > ring.last {
            return None;
        }
        let mut told = Told {
            to: seq,
            events: Vec::new(),
            more: false,
        };
        for event in ring.events.iter().filter(|e| e.seq > seq) {
            if told.events.len() == most {
                told.more = true;
                break;
            }
            told.to = event.seq;
            if let Some(what) = event.what(reader) {
                told.events.push(json!({
                    "seq": event.seq, "id": event.id, "version": event.version, "what": what.name(),
                }));
            }
        }
        Some(told)
    }

    /// Waits for a change after a number; false when the server stops.
    pub(super) async fn news_after(&self, seq: i64) -> bool {
        // First listen, then look: nothing comes between.
        let mut news = self.news.subscribe();
        if self.last() > seq {
            return true;
        }
        tokio::select! {
            // However it was heard: the ring says what it was.
            _ = news.recv() => true,
            () = self.stopped() => false,
        }
    }

    /// Waits until the server is told to stop.
    pub(super) async fn stopped(&self) {
        stopped(&mut self.stopping.subscribe()).await;
    }

    /// Readers of the stream now.
    pub(super) fn clients(&self) -> usize {
        CLIENTS_MAX - self.seats.available_permits()
    }

    /// A place among the readers of the stream, given back when it is dropped.
    fn seat(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.seats).try_acquire_owned().map_err(|_| {
            Refusal::busy(format!(
                "{CLIENTS_MAX} readers follow the changes already; try again later, or ask /changes.atom"
            ))
            .limit(CLIENTS_MAX)
        })
    }

    /// What was missed since a number, and the events to come; `None` for the missed ones when the
    /// ring does not reach so far back, or the number is none of ours.
    fn joined(&self, since: Option<i64>) -> (i64, Option<Vec<Event>>, broadcast::Receiver<Event>) {
        let ring = held(&self.ring);
        let news = self.news.subscribe();
        let missed = match since {
            None => Some(Vec::new()),
            Some(seq) if seq < ring.complete_after || seq > ring.last => None,
            Some(seq) => Some(
                ring.events
                    .iter()
                    .filter(|e| e.seq > seq)
                    .cloned()
                    .collect(),
            ),
        };
        (ring.last, missed, news)
    }
}

/// `/changes`.
pub(super) async fn changes(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let params = Params::read(query.as_deref(), &["last-event-id"])?;
    let told = headers.get("last-event-id").and_then(|v| v.to_str().ok());
    let since = match told.or(params.one("last-event-id")?).map(str::trim) {
        None | Some("") => None,
        // What is no number of ours is answered with resync.
        Some(text) => Some(text.parse::<i64>().unwrap_or(-1)),
    };
    let seat = house.live.seat()?;
    let (last, missed, news) = house.live.joined(since);
    let (send, frames) = mpsc::channel(4);
    let stop = house.live.stopping.subscribe();
    tokio::spawn(follow(reader, last, missed, news, stop, send));
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Proxies that gather answers before they hand them on are asked not to.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let body = Body::new(Frames {
        frames,
        _seat: seat,
    });
    Ok((headers, body).into_response())
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Nobody is left to tell us: stopped too.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn resync(last: i64) -> Bytes {
    format!("event: resync\nid: {last}\ndata: {{}}\n\n").into()
}

async fn follow(
    reader: Reader,
    last: i64,
    missed: Option<Vec<Event>>,
    mut news: broadcast::Receiver<Event>,
    mut stop: watch::Receiver<bool>,
    send: mpsc::Sender<Bytes>,
) {
    let mut first = String::from("retry: 2000\n\n");
    let mut at = last;
    match missed {
        None => {
            let _ = write!(first, "event: resync\nid: {last}\ndata: {{}}\n\n");
        }
        Some(missed) => {
            for event in missed {
                if let Some(text) = event.for_reader(reader) {
                    first.push_str(&String::from_utf8_lossy(&text));
                }
            }
        }
    }
    let mut next = Bytes::from(first);
    loop {
        match tokio::time::timeout(TAKEN_WAIT, send.send(next)).await {
            Ok(Ok(())) => {}
            // Gone, or too slow.
            _ => return,
        }
        next = loop {
            let heard = tokio::select! {
                heard = tokio::time::timeout(HEARTBEAT, news.recv()) => heard,
                () = send.closed() => return,
                () = stopped(&mut stop) => return,
            };
            match heard {
                Err(_) => break Bytes::from_static(b": still here\n\n"),
                Ok(Ok(event)) => {
                    // What was among the missed comes not twice.
                    if event.seq <= at {
                        continue;
                    }
                    at = event.seq;
                    if let Some(text) = event.for_reader(reader) {
                        break text;
                    }
                }
                Ok(Err(broadcast::error::RecvError::Lagged(_))) => {
                    break resync(at);
                }
                Ok(Err(broadcast::error::RecvError::Closed)) => return,
            }
        };
    }
}

struct Frames {
    frames: mpsc::Receiver<Bytes>,
    _seat: OwnedSemaphorePermit,
}

impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.frames
            .poll_recv(context)
            .map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// `/changes.atom`: the incidents that changed last, with their position.
pub(super) async fn atom(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    Params::read(query.as_deref(), &[])?;
    let base = base_of(&house, &headers);
    let snapshot = house.snapshot.load_full();
    super::aside(move || {
        let view = reader.view(&snapshot);
        let everything = crate::query::Query::default();
        let mut latest: Vec<(String, &Arc<super::row::Row>)> = Vec::new();
        view.each(None, &everything, |_, row| {
            latest.push((row.text("updated").into_owned(), row));
        });
        let newest = |a: &(String, &Arc<super::row::Row>), b: &(String, &Arc<super::row::Row>)| {
            b.0.cmp(&a.0).then_with(|| a.1.id().cmp(b.1.id()))
        };
        first_of(&mut latest, FEED_MAX, newest);
        Ok(feed(&base, &latest))
    })
    .await
}

fn feed(base: &str, latest: &[(String, &Arc<super::row::Row>)]) -> Response {
    let updated = latest
        .first()
        .map_or("1970-01-01T00:00:00Z", |(at, _)| at.as_str());
    let base = escaped(base);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:georss=\"http://www.georss.org/georss\">\n\
         <id>{base}/changes.atom</id>\n<title>Placetime</title>\n<updated>{}</updated>\n\
         <author><name>Placetime</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{base}/changes.atom\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}/\"/>\n",
        escaped(updated)
    );
    for (at, row) in latest {
        let id = encoded(row.id());
        let _ = write!(
            out,
            "<entry>\n<id>{base}/incidents/{id}</id>\n<title>{}</title>\n<updated>{}</updated>\n\
             <link rel=\"alternate\" type=\"application/geo+json\" href=\"{base}/incidents/{id}\"/>\n\
             <category term=\"{}\" label=\"{}\"/>\n",
            plain(&row.text("title")),
            escaped(at),
            escaped(&row.text("type")),
            escaped(&row.text("type_label")),
        );
        if let Geometry::Point(at) = row.shape() {
            let _ = writeln!(
                out,
                "<georss:point>{:.6} {:.6}</georss:point>",
                at.lat(),
                at.lon()
            );
            let radius = row.text_or_number("radius_m");
            if !radius.is_empty() {
                let _ = writeln!(out, "<georss:radius>{}</georss:radius>", escaped(&radius));
            }
        }
        out.push_str("</entry>\n");
    }
    out.push_str("</feed>\n");
    (
        [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")],
        out,
    )
        .into_response()
}

/// Text for XML, which knows no control characters.
fn plain(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !c.is_control()).collect();
    escaped(&kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: i64) -> Event {
        Event {
            seq,
            id: format!("inc-{seq}"),
            version: Some(1),
            to_reviewers: Some(What::New),
            to_all: None,
        }
    }

    #[test]
    fn one_reader_too_many_is_refused_until_another_leaves() {
        let live = Live::new(0);
        let mut seats: Vec<_> = (0..CLIENTS_MAX).map(|_| live.seat()).collect();
        assert!(seats.iter().all(Result::is_ok));
        assert_eq!(live.clients(), CLIENTS_MAX);
        let refused = live.seat().expect_err("all are taken").into_response();
        assert_eq!(
            refused.status(),
            axum::http::StatusCode::SERVICE_UNAVAILABLE
        );
        drop(seats.pop());
        assert!(live.seat().is_ok());
    }

    #[test]
    fn who_comes_back_is_given_what_was_missed_or_told_to_ask_anew() {
        let live = Live::new(10);
        {
            let mut ring = held(&live.ring);
            ring.events.extend([event(11), event(12), event(13)]);
            ring.last = 13;
        }
        let missed = |since| {
            live.joined(since)
                .1
                .map(|e| e.iter().map(|e| e.seq).collect::<Vec<_>>())
        };
        assert_eq!(missed(None), Some(vec![]));
        assert_eq!(missed(Some(11)), Some(vec![12, 13]));
        assert_eq!(missed(Some(10)), Some(vec![11, 12, 13]));
        assert_eq!(missed(Some(13)), Some(vec![]));
        assert_eq!(missed(Some(9)), None, "older than the ring");
        assert_eq!(missed(Some(99)), None, "of another store");
    }

    #[test]
    fn a_webhook_is_given_the_ring_in_pieces() {
        let live = Live::new(10);
        {
            let mut ring = held(&live.ring);
            ring.events.extend([event(11), event(12), event(13)]);
            ring.last = 13;
        }
        let told = live.since(10, Reader::Trusted, 2).expect("in the ring");
        assert_eq!((told.to, told.events.len(), told.more), (12, 2, true));
        let told = live.since(12, Reader::Trusted, 2).expect("in the ring");
        assert_eq!((told.to, told.events.len(), told.more), (13, 1, false));
        // Drafts are no news to everybody, and are passed over.
        let told = live.since(10, Reader::Anybody, 2).expect("in the ring");
        assert_eq!((told.to, told.events.len(), told.more), (13, 0, false));
        assert!(live.since(9, Reader::Trusted, 2).is_none());
    }

    #[test]
    fn a_draft_is_nothing_to_everybody() {
        assert!(event(1).for_reader(Reader::Trusted).is_some());
        assert!(event(1).for_reader(Reader::Anybody).is_none());
        assert_eq!(What::of(true, false), Some(What::Gone));
    }
}
