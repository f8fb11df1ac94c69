//! GeoJSON (RFC 7946), written feature by feature and never as a tree.

use std::io::{self, Write};

use super::account::{AccountShape, RulingShape};
use super::columns::{COLUMNS, Value};
use super::geometry::Geometry;
use super::{About, Detail, Format, Sink};
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

/// Appends a point.
pub fn point(out: &mut Vec<u8>, at: gazetteer::LonLat) {
    Geometry::Point(at).json(out);
}

/// What stands around features: they are one collection, or each is a line.
pub(crate) struct Frame {
    lines: bool,
    first: bool,
}

impl Frame {
    /// Of one collection.
    pub(crate) fn collection() -> Self {
        Self {
            lines: false,
            first: true,
        }
    }

    /// Of a feature a line.
    pub(crate) fn lines() -> Self {
        Self {
            lines: true,
            ..Self::collection()
        }
    }

    /// Of a format of features; `None` for another.
    pub(crate) fn of(format: Format) -> Option<Self> {
        match format {
            Format::GeoJson => Some(Self::collection()),
            Format::GeoJsonLines => Some(Self::lines()),
            _ => None,
        }
    }

    /// Everything before the first feature.
    pub(crate) fn head(&self, about: &About) -> Vec<u8> {
        if self.lines {
            return Vec::new();
        }
        let mut out = Vec::from(b"{\"type\":\"FeatureCollection\",\"metadata\":");
        out.extend_from_slice(about.json().as_bytes());
        out.extend_from_slice(b",\"features\":[\n");
        out
    }

    /// Appends a feature that `write` appends.
    pub(crate) fn feature(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let is_first = std::mem::take(&mut self.first);
        if !self.lines && !is_first {
            out.extend_from_slice(b",\n");
        }
        write(out);
        if self.lines {
            out.push(b'\n');
        }
    }

    /// Everything behind the last feature.
    pub(crate) fn tail(&self) -> &'static [u8] {
        if self.lines { b"" } else { b"\n]}\n" }
    }
}

fn text(out: &mut Vec<u8>, value: &str) {
    plain(out, value);
}

fn plain<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("our shapes are JSON, and memory takes them");
}

/// Features in their frame.
pub(super) struct Features<W> {
    out: W,
    detail: Detail,
    buffer: Vec<u8>,
    frame: Frame,
}

impl<W: Write> Features<W> {
    pub(super) fn begin(
        frame: Frame,
        about: &About,
        detail: Detail,
        mut out: W,
    ) -> io::Result<Self> {
        out.write_all(&frame.head(about))?;
        Ok(Self {
            out,
            detail,
            buffer: Vec::new(),
            frame,
        })
    }
}

impl<W: Write> Sink for Features<W> {
    fn add(&mut self, shown: &Shown, incident: Option<&Incident>) -> io::Result<()> {
        self.buffer.clear();
        let full = incident.filter(|_| self.detail == Detail::Full);
        self.frame
            .feature(&mut self.buffer, |out| feature(out, shown, full));
        self.out.write_all(&self.buffer)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.write_all(self.frame.tail())?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{samples, sink};

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
