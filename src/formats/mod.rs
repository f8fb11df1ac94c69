//! Incidents to bytes.
//!
//! One list of columns ([`COLUMNS`]) makes every format; a format is a file here and a line in
//! [`Format::ALL`]. Every writer is a [`Sink`]: it takes incidents one by one and never holds them.
//!
//! # What is not here
//!
//! No file and no clock: callers bring a place to write to, and the metadata. Two formats cannot be
//! written from front to back: a GeoPackage is a database and a FlatGeobuf begins with its index.
//! They wait in a nameless temporary file, which is gone with the writer.

mod account;
mod acled;
mod columns;
mod csv;
mod fgb;
pub mod geojson;
mod geometry;
mod gpkg;
mod iso3;
mod kml;
pub mod mvt;
#[cfg(feature = "geoparquet")]
mod parquet;
mod places;
pub mod qgz;
mod style;
mod xlsx;

use std::io::{self, Write};

pub use columns::{COLUMNS, Column, Type, Value, column, dictionary};
pub(crate) use geometry::area_json;
pub use geometry::{Geometry, Layer};
pub use places::{CandidateShape, PlaceShape};

use self::geojson::Frame;
use crate::incident::{Incident, Shown};

/// What a file says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// Who wrote it: `placetime 0.1.0`.
    pub generator: String,
    /// What the column `confidence` was calibrated on.
    pub confidence: String,
    /// Whose data the places rest on.
    pub credits: Vec<String>,
}

impl Default for About {
    fn default() -> Self {
        Self {
            generator: concat!("placetime ", env!("CARGO_PKG_VERSION")).to_owned(),
            confidence: "not calibrated".to_owned(),
            credits: Vec::new(),
        }
    }
}

impl About {
    /// As JSON, for formats that keep a text about themselves.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::json!({
            "generator": self.generator,
            "confidence_calibrated_on": self.confidence,
            "credits": self.credits,
            "how_read": HOW_READ,
        })
        .to_string()
    }
}

/// How the places, days and figures of a file are to be read; it stands in every file.
pub const HOW_READ: &str = "Read from reports and tables by rules; drafts until a person published them. A point lies \
within radius_m of the event nine times in ten; what is told more coarsely is an area or has no geometry, never a point. \
Dates are first and last possible days. Empty figures: nothing was said; 0: said to be none.";

/// How much of an incident is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Detail {
    /// Scalars only, for every GIS.
    #[default]
    Flat,
    /// With every account, nested.
    Full,
}

/// The formats incidents go out in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One GeoJSON feature collection (RFC 7946).
    GeoJson,
    /// One GeoJSON feature a line.
    GeoJsonLines,
    /// Comma separated values (RFC 4180).
    Csv,
    /// A workbook (Office Open XML).
    Xlsx,
    /// Keyhole Markup Language.
    Kml,
    /// The same, packed.
    Kmz,
    /// GeoPackage: a database with a table a layer.
    Gpkg,
    /// FlatGeobuf, with its index.
    FlatGeobuf,
    /// GeoParquet.
    #[cfg(feature = "geoparquet")]
    GeoParquet,
    /// CSV in ACLED's columns.
    Acled,
}

impl Format {
    /// Every format with its file ending and media type: the one list.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::GeoJson, "geojson", "application/geo+json"),
        (Self::GeoJsonLines, "geojsonl", "application/x-ndjson"),
        (Self::Csv, "csv", "text/csv; charset=utf-8; header=present"),
        (
            Self::Xlsx,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (Self::Kml, "kml", "application/vnd.google-earth.kml+xml"),
        (Self::Kmz, "kmz", "application/vnd.google-earth.kmz"),
        (Self::Gpkg, "gpkg", "application/geopackage+sqlite3"),
        (Self::FlatGeobuf, "fgb", "application/flatgeobuf"),
        #[cfg(feature = "geoparquet")]
        (
            Self::GeoParquet,
            "parquet",
            "application/vnd.apache.parquet",
        ),
        (
            Self::Acled,
            "acled",
            "text/csv; charset=utf-8; header=present",
        ),
    ];

    /// The format of a file ending or of its name; `None` for one we do not write.
    #[must_use]
    pub fn from_ending(ending: &str) -> Option<Self> {
        let ending = ending.trim_start_matches('.').to_ascii_lowercase();
        match ending.as_str() {
            "json" => Some(Self::GeoJson),
            "jsonl" | "geojsons" | "ndjson" => Some(Self::GeoJsonLines),
            _ => Self::ALL
                .iter()
                .find(|(_, known, _)| *known == ending)
                .map(|(format, _, _)| *format),
        }
    }

    /// The file ending.
    #[must_use]
    pub fn ending(self) -> &'static str {
        self.row().1
    }

    /// The media type, as HTTP writes it.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        Self::ALL
            .iter()
            .find(|(format, _, _)| *format == self)
            .expect("every format stands in the list")
    }

    /// The endings, for a sentence: "geojson, geojsonl, csv, kml, gpkg".
    #[must_use]
    pub fn endings() -> String {
        let endings: Vec<&str> = Self::ALL.iter().map(|(_, ending, _)| *ending).collect();
        endings.join(", ")
    }
}

/// A writer of one format: incidents go in one by one.
pub trait Sink {
    /// Writes one incident; `shown` is what [`Incident::shown`] gave for it. Without the incident
    /// itself the nested accounts are left out.
    fn add(&mut self, shown: &Shown, incident: Option<&Incident>) -> io::Result<()>;

    /// Writes what closes the file.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Begins a file of a format.
pub fn sink<'a>(
    format: Format,
    detail: Detail,
    about: &About,
    out: impl Write + Send + 'a,
) -> io::Result<Box<dyn Sink + 'a>> {
    let features = |frame, out| geojson::Features::begin(frame, about, detail, out);
    Ok(match format {
        Format::GeoJson => Box::new(features(Frame::collection(), out)?),
        Format::GeoJsonLines => Box::new(features(Frame::lines(), out)?),
        Format::Csv => Box::new(csv::Table::begin(out)?),
        Format::Xlsx => Box::new(xlsx::Workbook::begin(about, out)?),
        Format::Kml => Box::new(kml::Document::begin(about, out)?),
        Format::Kmz => Box::new(kml::Archive::begin(about, out)?),
        Format::Gpkg => Box::new(gpkg::Package::begin(about, out)?),
        Format::FlatGeobuf => Box::new(fgb::File::begin(about, out)?),
        #[cfg(feature = "geoparquet")]
        Format::GeoParquet => Box::new(parquet::Table::begin(about, out)?),
        Format::Acled => Box::new(acled::Table::begin(out)?),
    })
}

/// An incident of made-up accounts, for the tests of this room.
#[cfg(test)]
pub(crate) mod samples;
