//! What readers are given: every incident as it is shown, its feature already written.
//!
//! A snapshot never changes. When the store does, a new one is made of the old rows and the changed
//! ones and put in its place; readers never wait for writers.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use gazetteer::Extent;
use sha2::{Digest, Sha256};

use crate::formats::{self, About, Geometry, Layer, geojson};
use crate::incident::{Incident, Shown, Status};
use crate::store::{Found, Query, Store, StoreError, boxes};

/// One incident, ready to be given out.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) shown: Shown,
    pub(super) layer: Layer,
    pub(super) boxes: Vec<Extent>,
    /// The flat GeoJSON feature.
    pub(super) feature: Bytes,
    /// True when nothing of it may leave the house: only those who decide see it, in no file.
    pub(super) kept_in: bool,
}

impl Row {
    /// The incident as it is given out; what may not be given out at all as it is, for those who
    /// decide.
    fn of(incident: &Incident) -> Self {
        let out = incident.given_out();
        let kept_in = out.is_none();
        let shown = out.as_ref().unwrap_or(incident).shown();
        let mut feature = Vec::with_capacity(2048);
        geojson::feature(&mut feature, &shown, None);
        Self {
            layer: Geometry::of(&shown).layer(),
            boxes: boxes(&shown),
            feature: feature.into(),
            kept_in,
            shown,
        }
    }

    /// True when the incident is one of those asked for.
    pub(super) fn is_in(&self, query: &Query) -> bool {
        query.days.takes(self.shown.when.start, self.shown.when.end)
            && query.bbox.is_none_or(|bbox| {
                self.boxes.is_empty() || self.boxes.iter().any(|b| b.intersects(bbox))
            })
    }
}

/// A body with its tag, plain and compressed.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) plain: Bytes,
    pub(super) gzip: Bytes,
    /// Without quotes.
    pub(super) tag: String,
}

impl Whole {
    pub(super) fn of(plain: Vec<u8>) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        let gzip = encoder
            .write_all(&plain)
            .and_then(|()| encoder.finish())
            .expect("memory takes what is written");
        let digest = Sha256::digest(&plain);
        let tag = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
        Self {
            plain: plain.into(),
            gzip: gzip.into(),
            tag,
        }
    }
}

/// All rows that one kind of reader may see, ordered by id.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) rows: Vec<Arc<Row>>,
    whole: OnceLock<Arc<Whole>>,
}

impl View {
    fn of(rows: Vec<Arc<Row>>) -> Self {
        Self {
            rows,
            whole: OnceLock::new(),
        }
    }

    /// The row of an id.
    pub(super) fn row(&self, id: &str) -> Option<&Arc<Row>> {
        let at = self
            .rows
            .binary_search_by(|row| row.shown.incident_id.as_str().cmp(id));
        at.ok().and_then(|at| self.rows.get(at))
    }

    /// The whole as GeoJSON, made once.
    pub(super) fn whole(&self, about: &About) -> Arc<Whole> {
        let make = || {
            let size: usize = self.rows.iter().map(|r| r.feature.len() + 2).sum();
            let mut out = geojson::head(about);
            out.reserve(size + geojson::TAIL.len());
            let rows = self.rows.iter().filter(|row| !row.kept_in);
            for (i, row) in rows.enumerate() {
                if i > 0 {
                    out.extend_from_slice(b",\n");
                }
                out.extend_from_slice(&row.feature);
            }
            out.extend_from_slice(geojson::TAIL);
            Arc::new(Whole::of(out))
        };
        Arc::clone(self.whole.get_or_init(make))
    }

    /// Rows in a format, written into memory.
    pub(super) fn written<'a>(
        rows: impl Iterator<Item = &'a Arc<Row>>,
        format: formats::Format,
        about: &About,
    ) -> std::io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut sink = formats::sink(format, formats::Detail::Flat, about, &mut out)?;
        for row in rows.filter(|row| !row.kept_in) {
            sink.add(&row.shown, None)?;
        }
        sink.finish()?;
        Ok(out)
    }
}

/// The state of the store at one moment, for every kind of reader.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    rows: BTreeMap<String, Arc<Row>>,
    /// The number of the last change it holds.
    pub(super) seq: i64,
    /// For the person in front of the machine: drafts and what is published.
    pub(super) all: View,
    /// For everybody: what is published.
    pub(super) published: View,
}

impl Snapshot {
    /// Reads everything.
    pub(super) fn load(store: &Store) -> Result<Self, StoreError> {
        // Changes made while we read are read again; none is missed.
        let (seq, _) = store.changed_since(0)?;
        let mut rows = BTreeMap::new();
        store.incidents(&Query::default(), |incident| {
            rows.insert(incident.id.clone(), Arc::new(Row::of(&incident)));
            Ok::<(), StoreError>(())
        })?;
        Ok(Self::of(rows, seq))
    }

    /// The same with what changed since; `None` when nothing did.
    pub(super) fn renewed(&self, store: &Store) -> Result<Option<Self>, StoreError> {
        let (seq, changed) = store.changed_since(self.seq)?;
        if seq == self.seq {
            return Ok(None);
        }
        let mut rows = self.rows.clone();
        for id in changed {
            match store.incident(&id)? {
                Found::Incident(incident) if is_given_out(&incident) => {
                    rows.insert(id, Arc::new(Row::of(&incident)));
                }
                _ => {
                    rows.remove(&id);
                }
            }
        }
        Ok(Some(Self::of(rows, seq)))
    }

    fn of(rows: BTreeMap<String, Arc<Row>>, seq: i64) -> Self {
        let published = |row: &&Arc<Row>| row.shown.status == Status::Published && !row.kept_in;
        Self {
            all: View::of(rows.values().cloned().collect()),
            published: View::of(rows.values().filter(published).cloned().collect()),
            rows,
            seq,
        }
    }
}

fn is_given_out(incident: &Incident) -> bool {
    incident.status() != Status::Rejected && incident.shown().standing.is_feature()
}
