//! What readers are given: every incident as it is shown, packed and indexed.
//!
//! A snapshot never changes. When the store does, a new one is made of the old rows and the changed
//! ones and put in its place; readers never wait for writers.

use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::row::{Areas, Row};
pub(super) use super::view::View;
use super::view::{renewed, views};
use crate::formats::About;
use crate::formats::geojson::Frame;
use crate::incident::{Incident, Status};
use crate::store::{Found, Query, Store, StoreError};

/// A whole file up to this size is kept, compressed beside it; larger ones are written anew for
/// each reader, so that memory stays bounded.
const WHOLE_BYTES_MAX: usize = 48_000_000;

/// A body with its tag, plain and compressed.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) plain: Bytes,
    pub(super) gzip: Bytes,
    /// Without quotes.
    pub(super) tag: String,
}

/// A short hash of bytes, for tags.
pub(super) fn tag_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(12).map(|b| format!("{b:02x}")).collect()
}

impl Whole {
    pub(super) fn of(plain: Vec<u8>) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        let gzip = encoder
            .write_all(&plain)
            .and_then(|()| encoder.finish())
            .expect("memory takes what is written");
        Self {
            tag: tag_of(&plain),
            plain: plain.into(),
            gzip: gzip.into(),
        }
    }
}

impl View {
    /// The whole as GeoJSON, made once; `None` when it is too large to be kept.
    pub(super) fn whole(&self, about: &About) -> Option<Arc<Whole>> {
        let make = || {
            let query = Query::default();
            let mut rows = self.matching(None, &query);
            rows.retain(|row| !row.is_kept_in());
            let size: usize = rows.iter().map(|r| r.size()).sum();
            if size > WHOLE_BYTES_MAX {
                return None;
            }
            let mut frame = Frame::collection();
            let mut out = frame.head(about);
            out.reserve(size + frame.tail().len());
            for row in rows {
                frame.feature(&mut out, |out| row.feature(out));
            }
            out.extend_from_slice(frame.tail());
            Some(Arc::new(Whole::of(out)))
        };
        self.whole.get_or_init(make).clone()
    }
}

/// The state of the store at one moment, for every kind of reader.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// The number of the last change it holds.
    pub(super) seq: i64,
    /// The number of the last change that everybody can see: the state of a file for strangers tells
    /// nothing of drafts.
    pub(super) published_seq: i64,
    /// For the person in front of the machine: drafts and what is published.
    pub(super) all: View,
    /// For everybody: what is published.
    pub(super) published: View,
    areas: Arc<Areas>,
}

impl Snapshot {
    /// Reads everything; beside it the rows that had to be made anew and are worth being kept in the
    /// store.
    pub(super) fn load(store: &Store) -> Result<(Self, Vec<Arc<Row>>), StoreError> {
        let areas = Arc::new(Areas::default());
        let faces = store.faces(&areas)?;
        let rows: Vec<Arc<Row>> = faces.rows.into_iter().map(Arc::new).collect();
        let made = rows[faces.made_from..].to_vec();
        let (all, published) = views(rows);
        let snapshot = Self {
            seq: faces.seq,
            published_seq: faces.seq,
            all,
            published,
            areas,
        };
        Ok((snapshot, made))
    }

    /// The same with what changed since (numbers and ids); `None` when nothing did.
    pub(super) fn renewed(
        &self,
        store: &Store,
        changes: &[(i64, String)],
    ) -> Result<Option<Self>, StoreError> {
        let Some((seq, _)) = changes.last() else {
            return Ok(None);
        };
        let mut rows = Vec::with_capacity(changes.len());
        for (_, id) in changes {
            let row = match store.incident(id)? {
                Found::Incident(incident) if is_given_out(&incident) => {
                    Some(Arc::new(Row::given_out(&incident, &self.areas)))
                }
                _ => None,
            };
            rows.push((id.clone(), row));
        }
        let (all, published) = renewed((&self.all, &self.published), &rows);
        let is_seen = |id: &str| self.published.row(id).is_some() || published.row(id).is_some();
        let published_seq = changes.iter().rev().find(|(_, id)| is_seen(id));
        Ok(Some(Self {
            seq: *seq,
            published_seq: published_seq.map_or(self.published_seq, |(seq, _)| *seq),
            all,
            published,
            areas: Arc::clone(&self.areas),
        }))
    }
}

fn is_given_out(incident: &Incident) -> bool {
    incident.status() != Status::Rejected && incident.shown().standing.is_feature()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::sync::mpsc;
    use std::time::Duration;

    use gazetteer::Gazetteer;

    use super::super::{House, Setting, held};
    use super::*;
    use crate::formats::Layer;
    use crate::store::testing::{account, report};

    fn house(folder: &std::path::Path) -> Arc<House> {
        let setting = Setting {
            listen: String::new(),
            public_url: None,
            data: folder.to_owned(),
            private: false,
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            basemap: None,
            borders: super::super::Borders::Drawn,
            embed_origins: Vec::new(),
            read_rate: None,
            webhooks: super::super::Webhooks::default(),
            fetch_private: false,
            log_json: false,
        };
        let house = House::open(&setting, Gazetteer::starter(), true);
        Arc::new(house.expect("a house"))
    }

    /// Incidents of the one report: all are told anew in one transaction.
    const COUNT: usize = 12;

    fn tell(house: &House, round: usize) {
        let day =
            jiff::civil::date(2020, 1, 1).saturating_add(jiff::Span::new().days(round as i64));
        let told: Vec<_> = (0..COUNT)
            .map(|n| {
                let at = (n as f64 * 10.0 - 60.0, n as f64 * 5.0 - 30.0);
                let mut it = account("all.txt", &day.to_string(), Some(at));
                it.ordinal = n;
                it
            })
            .collect();
        let text = format!("All of it again, for the time {round}.");
        let writer = house.writer.as_ref().expect("writable");
        let added = held(writer).add_report(&report("all.txt", &text), &told, &[]);
        added.expect("added");
    }

    /// The days of all incidents, and how many points the tile of the world counts.
    fn seen(snapshot: &Snapshot) -> (BTreeSet<String>, usize, usize) {
        let query = Query::default();
        let page = snapshot.all.page(None, &query, None, usize::MAX);
        let days = page.rows.iter().map(|r| r.text("date_start").into_owned());
        let mut points = 0;
        let probe = snapshot.all.probe(&query, Some(Layer::Incidents));
        snapshot.all.in_tile((0, 0, 0), &probe, |_, _| points += 1);
        (days.collect(), page.matched, points)
    }

    /// P4. `PLACETIME_ROUNDS` makes it longer.
    #[test]
    fn a_reader_sees_one_moment_whatever_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let house = house(folder.path());
        tell(&house, 0);
        house.refresh().expect("refreshed");
        let rounds = std::env::var("PLACETIME_ROUNDS").ok();
        let rounds: usize = rounds.and_then(|r| r.parse().ok()).unwrap_or(25);
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let watchers = 2;
            for _ in 0..watchers {
                scope.spawn(|| {
                    while !done.load(SeqCst) {
                        house.refresh().expect("refreshed");
                        std::thread::yield_now();
                    }
                });
            }
            let reader = || {
                let (mut reads, mut last) = (0_usize, 0);
                while !done.load(SeqCst) {
                    let snapshot = house.snapshot.load_full();
                    let (days, matched, points) = seen(&snapshot);
                    if days.len() != 1 || (matched, points) != (COUNT, COUNT) {
                        return Err(format!("{days:?}, {matched} rows, {points} points"));
                    }
                    if snapshot.seq < last {
                        return Err(format!("{} after {last}", snapshot.seq));
                    }
                    last = snapshot.seq;
                    reads += 1;
                }
                Ok(reads)
            };
            let readers = [scope.spawn(reader), scope.spawn(reader)];
            let mut seed = 20_260_101_u64;
            for round in 1..=rounds {
                tell(&house, round);
                // Pauses of all lengths, so that writing meets reading at every step.
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                std::thread::sleep(Duration::from_micros((seed >> 33) & 0xfff));
            }
            done.store(true, SeqCst);
            for reader in readers {
                let reads = reader
                    .join()
                    .expect("a reader")
                    .unwrap_or_else(|e| panic!("{e}"));
                assert!(reads > 0);
            }
        });
        house.refresh().expect("refreshed");
        let last =
            jiff::civil::date(2020, 1, 1).saturating_add(jiff::Span::new().days(rounds as i64));
        assert_eq!(
            seen(&house.snapshot.load()).0,
            BTreeSet::from([last.to_string()])
        );
    }

    #[test]
    fn readers_do_not_wait_for_writers() {
        let folder = tempfile::tempdir().expect("a folder");
        let house = house(folder.path());
        tell(&house, 0);
        house.refresh().expect("refreshed");
        let _writing = held(house.writer.as_ref().expect("writable"));
        let _looking = held(&house.reader);
        let (send, answer) = mpsc::channel();
        let asked = Arc::clone(&house);
        std::thread::spawn(move || send.send(seen(&asked.snapshot.load())));
        let (_, matched, points) = answer
            .recv_timeout(Duration::from_secs(20))
            .expect("an answer while both locks are held");
        assert_eq!((matched, points), (COUNT, COUNT));
    }
}
