//! GeoJSON (RFC 7946), written feature by feature and never as a tree.

use std::io::{self, Write};

use super::account::{AccountShape, RulingShape};
use super::columns::{COLUMNS, Value};
use super::geometry::Geometry;
use super::{About, Detail, Sink};
use crate::incident::{Incident, Shown};

/// Appends one feature. With an incident its accounts and rulings are nested in the properties.
pub fn feature(out: &mut Vec<u8>, shown: &Shown, full: Option<&Incident>) {
    out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
    text(out, &shown.incident_id);
    out.extend_from_slice(b",\"geometry\":");
    Geometry::of(shown).json(out);
    out.extend_from_slice(b",\"properties\":{");
    for (i, column) in COLUMNS.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        out.push(b'"');
        out.extend_from_slice(column.name.as_bytes());
        out.extend_from_slice(b"\":");
        match (column.value)(shown) {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Text(value) => text(out, &value),
            Value::Integer(value) => plain(out, &value),
            Value::Real(value) => plain(out, &value),
        }
    }
    if let Some(incident) = full {
        let accounts: Vec<AccountShape<'_>> = incident.accounts.iter().map(Into::into).collect();
        let rulings = RulingShape::all(&incident.rulings);
        out.extend_from_slice(b",\"merged_because\":");
        plain(out, &incident.joined_because);
        out.extend_from_slice(b",\"accounts\":");
        plain(out, &accounts);
        out.extend_from_slice(b",\"rulings\":");
        plain(out, &rulings);
    }
    out.extend_from_slice(b"}}");
}

/// What opens a collection: everything before the first feature.
#[must_use]
pub fn head(about: &About) -> Vec<u8> {
    let mut out = Vec::from(b"{\"type\":\"FeatureCollection\",\"metadata\":{\"generator\":");
    text(&mut out, &about.generator);
    out.extend_from_slice(b",\"confidence_calibrated_on\":");
    text(&mut out, &about.confidence);
    out.extend_from_slice(b",\"credits\":");
    plain(&mut out, &about.credits);
    out.extend_from_slice(b"},\"features\":[\n");
    out
}

/// What closes a collection.
pub const TAIL: &[u8] = b"\n]}\n";

fn text(out: &mut Vec<u8>, value: &str) {
    plain(out, value);
}

fn plain<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("our shapes are JSON, and memory takes them");
}

/// A feature collection.
pub(super) struct Collection<W> {
    out: W,
    detail: Detail,
    buffer: Vec<u8>,
    first: bool,
}

impl<W: Write> Collection<W> {
    pub(super) fn begin(about: &About, detail: Detail, mut out: W) -> io::Result<Self> {
        out.write_all(&head(about))?;
        Ok(Self {
            out,
            detail,
            buffer: Vec::new(),
            first: true,
        })
    }
}

impl<W: Write> Sink for Collection<W> {
    fn add(&mut self, shown: &Shown, incident: Option<&Incident>) -> io::Result<()> {
        self.buffer.clear();
        if !std::mem::take(&mut self.first) {
            self.buffer.extend_from_slice(b",\n");
        }
        let full = incident.filter(|_| self.detail == Detail::Full);
        feature(&mut self.buffer, shown, full);
        self.out.write_all(&self.buffer)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.write_all(TAIL)?;
        self.out.flush()
    }
}

/// One feature a line.
pub(super) struct Lines<W> {
    out: W,
    detail: Detail,
    buffer: Vec<u8>,
}

impl<W: Write> Lines<W> {
    pub(super) fn begin(detail: Detail, out: W) -> Self {
        let buffer = Vec::new();
        Self {
            out,
            detail,
            buffer,
        }
    }
}

impl<W: Write> Sink for Lines<W> {
    fn add(&mut self, shown: &Shown, incident: Option<&Incident>) -> io::Result<()> {
        self.buffer.clear();
        let full = incident.filter(|_| self.detail == Detail::Full);
        feature(&mut self.buffer, shown, full);
        self.buffer.push(b'\n');
        self.out.write_all(&self.buffer)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Format, samples, sink};

    fn collection(detail: Detail) -> serde_json::Value {
        let mut out = Vec::new();
        let mut file = sink(Format::GeoJson, detail, &About::default(), &mut out).expect("memory");
        for incident in samples::all() {
            file.add(&incident.shown(), Some(&incident))
                .expect("memory");
        }
        file.finish().expect("memory");
        serde_json::from_slice(&out).expect("our GeoJSON is JSON")
    }

    #[test]
    fn a_collection_holds_points_areas_and_the_unplaced() {
        let all = collection(Detail::Flat);
        let types: Vec<&str> = all["features"]
            .as_array()
            .expect("features")
            .iter()
            .map(|f| f["geometry"]["type"].as_str().unwrap_or("null"))
            .collect();
        assert_eq!(types, ["Point", "MultiPolygon", "null"]);
        assert_eq!(
            all["metadata"]["confidence_calibrated_on"],
            "not calibrated"
        );
        let first = &all["features"][0];
        assert_eq!(first["id"], first["properties"]["incident_id"]);
        assert_eq!(first["geometry"]["coordinates"][0], 38.618);
        let scalars = first["properties"].as_object().expect("properties");
        assert!(scalars.values().all(|v| !v.is_array() && !v.is_object()));
        assert_eq!(scalars.len(), COLUMNS.len());
    }

    #[test]
    fn accounts_come_with_the_full_detail_only() {
        let all = collection(Detail::Full);
        let account = &all["features"][0]["properties"]["accounts"][0];
        assert_eq!(account["report"], "a.txt");
        assert_eq!(account["quotes"][0]["field"], "event");
        assert_eq!(account["toll"][0]["of_whom"], "everybody");
    }

    #[test]
    fn the_geojson_crate_reads_what_we_write() {
        let text = collection(Detail::Full).to_string();
        let read: geojson::FeatureCollection = text.parse().expect("valid GeoJSON");
        assert_eq!(read.features.len(), 3);
    }
}
