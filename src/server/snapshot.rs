//! What readers are given: every incident as it is shown, packed and indexed.
//!
//! A snapshot never changes. When the store does, a new one is made of the old rows and the changed
//! ones and put in its place; readers never wait for writers.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::row::{Area, Row};
pub(super) use super::view::View;
use crate::formats::{About, geojson};
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
            rows.retain(|row| !row.kept_in);
            let size: usize = rows.iter().map(|r| r.size()).sum();
            if size > WHOLE_BYTES_MAX {
                return None;
            }
            let mut out = geojson::head(about);
            out.reserve(size + geojson::TAIL.len());
            for (n, row) in rows.into_iter().enumerate() {
                if n > 0 {
                    out.extend_from_slice(b",\n");
                }
                row.feature(&mut out);
            }
            out.extend_from_slice(geojson::TAIL);
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
    /// For the person in front of the machine: drafts and what is published.
    pub(super) all: View,
    /// For everybody: what is published.
    pub(super) published: View,
    areas: Arc<Areas>,
}

/// Areas by the hash of their outline, so that a thousand incidents in a province hold it once.
#[derive(Debug, Default)]
pub(super) struct Areas(std::sync::Mutex<HashMap<[u8; 16], Weak<Area>>>);

impl Areas {
    fn shared(&self, area: Area) -> Arc<Area> {
        let digest = Sha256::digest(&area.json);
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        let mut known = super::held(&self.0);
        if let Some(same) = known.get(&key).and_then(Weak::upgrade) {
            return same;
        }
        let area = Arc::new(area);
        known.insert(key, Arc::downgrade(&area));
        area
    }
}

/// The rows of an incident for everybody and for reviewers; the same one when nothing is hidden.
struct Rows {
    all: Arc<Row>,
    published: Option<Arc<Row>>,
}

fn rows_of(incident: &Incident, areas: &Areas) -> Rows {
    // As it is given out; what may not be given out at all as it is, for those who decide.
    let out = incident.given_out();
    let kept_in = out.is_none();
    let shown = out.as_ref().unwrap_or(incident).shown();
    let mut row = Row::of(&shown, &mut |area| areas.shared(area));
    row.kept_in = kept_in;
    let all = Arc::new(row);
    let is_published = shown.status == Status::Published && !kept_in;
    let published = is_published.then(|| Arc::clone(&all));
    Rows { all, published }
}

impl Snapshot {
    /// Reads everything.
    pub(super) fn load(store: &Store) -> Result<Self, StoreError> {
        // Changes made while we read are read again; none is missed.
        let seq = store.last_change()?;
        let areas = Arc::new(Areas::default());
        let mut all = Vec::new();
        let mut published = Vec::new();
        // Packed on all cores, so that the parsed incidents never lie here all at once.
        let packed = |incident: Incident| Some(rows_of(&incident, &areas));
        store.incidents_made(&Query::default(), packed, |rows| {
            published.extend(rows.published);
            all.push(rows.all);
            Ok::<(), StoreError>(())
        })?;
        let sorted = |mut rows: Vec<Arc<Row>>| {
            rows.sort_unstable_by(|a, b| a.id().cmp(b.id()));
            View::of(rows)
        };
        Ok(Self {
            seq,
            all: sorted(all),
            published: sorted(published),
            areas,
        })
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
        let mut all = Vec::new();
        let mut published = Vec::new();
        for (_, id) in changes {
            let rows = match store.incident(id)? {
                Found::Incident(incident) if is_given_out(&incident) => {
                    Some(rows_of(&incident, &self.areas))
                }
                _ => None,
            };
            let (a, p) = rows.map_or((None, None), |r| (Some(r.all), r.published));
            all.push((id.clone(), a));
            published.push((id.clone(), p));
        }
        Ok(Some(Self {
            seq: *seq,
            all: self.all.with(&all),
            published: self.published.with(&published),
            areas: Arc::clone(&self.areas),
        }))
    }
}

fn is_given_out(incident: &Incident) -> bool {
    incident.status() != Status::Rejected && incident.shown().standing.is_feature()
}
