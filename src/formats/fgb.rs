//! FlatGeobuf, with its index: points and areas in one file.
//!
//! The index needs every feature's box before the first feature is written, so features wait in a
//! nameless temporary file (the one exception to this room's quiet beside the GeoPackage). What has
//! no geometry has no place in an index: it is left out, and whoever writes the file says how many.

use std::io::{self, Write};

use flatgeobuf::geozero::error::Result as Processed;
use flatgeobuf::geozero::{ColumnValue, GeomProcessor, GeozeroGeometry, PropertyProcessor};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use gazetteer::LonLat;
use geo_types::MultiPolygon;

use super::columns::{COLUMNS, Type, Value};
use super::geometry::{Geometry, drawn};
use super::{About, Sink};
use crate::incident::{Incident, Shown};

/// A file in the making.
pub(super) struct File<W> {
    out: W,
    writer: FgbWriter<'static>,
    about: About,
    features: usize,
}

impl<W: Write> File<W> {
    pub(super) fn begin(about: &About, out: W) -> io::Result<Self> {
        Ok(Self {
            out,
            writer: writer(about, true)?,
            about: about.clone(),
            features: 0,
        })
    }
}

fn writer(about: &About, write_index: bool) -> io::Result<FgbWriter<'static>> {
    let metadata = about.json();
    let options = FgbWriterOptions {
        write_index,
        // Points and areas stand side by side: each feature says its own type.
        detect_type: false,
        promote_to_multi: false,
        crs: FgbCrs {
            org: Some("EPSG"),
            code: 4326,
            name: Some("WGS 84"),
            ..FgbCrs::default()
        },
        title: Some("Incidents"),
        description: Some(
            "Incidents with a place that can be drawn; those without are in the other formats",
        ),
        metadata: Some(&metadata),
        ..FgbWriterOptions::default()
    };
    let mut writer = FgbWriter::create_with_options("incidents", GeometryType::Unknown, options)
        .map_err(plain)?;
    for column in COLUMNS {
        let of = match column.of {
            Type::Text => ColumnType::String,
            Type::Integer => ColumnType::Long,
            Type::Real => ColumnType::Double,
            Type::Date | Type::DateTime => ColumnType::DateTime,
        };
        writer.add_column(column.name, of, |fbb, it| {
            it.description = Some(fbb.create_string(column.meaning));
        });
    }
    Ok(writer)
}

impl<W: Write> Sink for File<W> {
    fn add(&mut self, shown: &Shown, _: Option<&Incident>) -> io::Result<()> {
        let shape = match Geometry::of(shown) {
            Geometry::None => return Ok(()),
            Geometry::Point(at) => Shape::Point(at),
            Geometry::Area(area) => Shape::Area(drawn(area)),
        };
        let mut failed = None;
        self.writer
            .add_feature_geom(shape, |feature| {
                for (i, column) in COLUMNS.iter().enumerate() {
                    let value = (column.value)(shown);
                    let value = match &value {
                        Value::Null => continue,
                        Value::Text(text) if column.of == Type::Text => ColumnValue::String(text),
                        Value::Text(moment) => ColumnValue::DateTime(moment),
                        Value::Integer(n) => ColumnValue::Long(*n),
                        Value::Real(n) => ColumnValue::Double(*n),
                    };
                    if let Err(error) = feature.property(i, column.name, &value) {
                        failed = Some(error);
                    }
                }
            })
            .map_err(plain)?;
        self.features += 1;
        failed.map_or(Ok(()), |error| Err(plain(error)))
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let mut it = *self;
        if it.features == 0 {
            // An index of nothing is none that readers take.
            it.writer = writer(&it.about, false)?;
        }
        it.writer.write(&mut it.out).map_err(plain)?;
        it.out.flush()
    }
}

fn plain(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(error.to_string())
}

/// A shape as the library asks for it: step by step.
enum Shape {
    Point(LonLat),
    Area(MultiPolygon<f64>),
}

impl GeozeroGeometry for Shape {
    fn process_geom<P: GeomProcessor>(&self, to: &mut P) -> Processed<()> {
        match self {
            Self::Point(at) => {
                to.point_begin(0)?;
                to.xy(at.lon(), at.lat(), 0)?;
                to.point_end(0)
            }
            Self::Area(area) => {
                to.multipolygon_begin(area.0.len(), 0)?;
                for (i, polygon) in area.iter().enumerate() {
                    to.polygon_begin(false, 1 + polygon.interiors().len(), i)?;
                    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                    for (j, ring) in rings.enumerate() {
                        to.linestring_begin(false, ring.0.len(), j)?;
                        for (k, c) in ring.coords().enumerate() {
                            to.xy(c.x, c.y, k)?;
                        }
                        to.linestring_end(false, j)?;
                    }
                    to.polygon_end(false, i)?;
                }
                to.multipolygon_end(0)
            }
        }
    }
}
