//! GeoParquet 1.1: a table by columns, the shape as well-known binary, its frame in the metadata.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use jiff::Timestamp;
use jiff::civil::Date;

use super::columns::{COLUMNS, Type, Value};
use super::geometry::{Geometry, drawn};
use super::gpkg::{area_wkb, bounds_of, point_wkb};
use super::{About, Sink};
use crate::incident::{Incident, Shown};

/// Rows written together: some 20 MB in memory, small enough for a reader to skip by.
const GROUP_ROWS: usize = 10_000;

/// One column's cells of a group.
enum Cells {
    Bytes(Vec<ByteArray>),
    Days(Vec<i32>),
    Numbers(Vec<i64>),
    Reals(Vec<f64>),
}

struct Gathered {
    cells: Cells,
    /// 1 for a cell with a value, 0 for null.
    filled: Vec<i16>,
}

/// A table in the making.
pub(super) struct Table<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Gathered>,
    rows: usize,
    bounds: Option<[f64; 4]>,
    points: bool,
    areas: bool,
    about: String,
}

impl<W: Write + Send> Table<W> {
    pub(super) fn begin(about: &About, out: W) -> io::Result<Self> {
        let mut schema = String::from("message incidents { OPTIONAL BYTE_ARRAY geometry;");
        for column in COLUMNS {
            let of = match column.of {
                Type::Text => ("BYTE_ARRAY", " (STRING)"),
                Type::Integer => ("INT64", ""),
                Type::Real => ("DOUBLE", ""),
                Type::Date => ("INT32", " (DATE)"),
                Type::DateTime => ("INT64", " (TIMESTAMP(MILLIS,true))"),
            };
            schema.push_str(&format!(" OPTIONAL {} {}{};", of.0, column.name, of.1));
        }
        schema.push('}');
        let schema = parse_message_type(&schema).map_err(plain)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(about.generator.clone())
            .build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))
            .map_err(plain)?;
        Ok(Self {
            file,
            columns: gathered(),
            rows: 0,
            bounds: None,
            points: false,
            areas: false,
            about: about.json(),
        })
    }

    fn group(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns = std::mem::replace(&mut self.columns, gathered());
        self.rows = 0;
        let write = |file: &mut SerializedFileWriter<W>| -> ::parquet::errors::Result<()> {
            let mut group = file.next_row_group()?;
            for column in columns {
                let Some(mut writer) = group.next_column()? else {
                    break;
                };
                let filled = Some(column.filled.as_slice());
                match (writer.untyped(), &column.cells) {
                    (ColumnWriter::ByteArrayColumnWriter(w), Cells::Bytes(cells)) => {
                        w.write_batch(cells, filled, None)?;
                    }
                    (ColumnWriter::Int32ColumnWriter(w), Cells::Days(cells)) => {
                        w.write_batch(cells, filled, None)?;
                    }
                    (ColumnWriter::Int64ColumnWriter(w), Cells::Numbers(cells)) => {
                        w.write_batch(cells, filled, None)?;
                    }
                    (ColumnWriter::DoubleColumnWriter(w), Cells::Reals(cells)) => {
                        w.write_batch(cells, filled, None)?;
                    }
                    _ => {}
                }
                writer.close()?;
            }
            group.close()?;
            Ok(())
        };
        write(&mut self.file).map_err(plain)
    }
}

/// Empty columns: the shape, then the table's.
fn gathered() -> Vec<Gathered> {
    let of = |cells| Gathered {
        cells,
        filled: Vec::new(),
    };
    std::iter::once(of(Cells::Bytes(Vec::new())))
        .chain(COLUMNS.iter().map(|column| {
            of(match column.of {
                Type::Text => Cells::Bytes(Vec::new()),
                Type::Integer | Type::DateTime => Cells::Numbers(Vec::new()),
                Type::Real => Cells::Reals(Vec::new()),
                Type::Date => Cells::Days(Vec::new()),
            })
        }))
        .collect()
}

impl<W: Write + Send> Sink for Table<W> {
    fn add(&mut self, shown: &Shown, _: Option<&Incident>) -> io::Result<()> {
        let geometry = Geometry::of(shown);
        let blob = match geometry {
            Geometry::None => None,
            Geometry::Point(at) => {
                self.points = true;
                widen(&mut self.bounds, [at.lon(), at.lat(), at.lon(), at.lat()]);
                Some(point_wkb(at.lon(), at.lat()))
            }
            Geometry::Area(area) => {
                self.areas = true;
                let area = drawn(area);
                widen(&mut self.bounds, bounds_of(&area));
                Some(area_wkb(&area))
            }
        };
        let mut columns = self.columns.iter_mut();
        if let Some(shape) = columns.next() {
            shape.filled.push(i16::from(blob.is_some()));
            if let (Cells::Bytes(cells), Some(blob)) = (&mut shape.cells, blob) {
                cells.push(blob.into());
            }
        }
        for (column, to) in COLUMNS.iter().zip(columns) {
            let filled = match (&mut to.cells, (column.value)(shown)) {
                (Cells::Bytes(cells), Value::Text(text)) => {
                    cells.push(text.as_bytes().to_vec().into());
                    true
                }
                (Cells::Days(cells), Value::Text(day)) => {
                    let day = day.parse::<Date>().ok().map(days_since_1970);
                    cells.extend(day);
                    day.is_some()
                }
                (Cells::Numbers(cells), Value::Text(moment)) => {
                    let moment = moment.parse::<Timestamp>().ok();
                    cells.extend(moment.map(Timestamp::as_millisecond));
                    moment.is_some()
                }
                (Cells::Numbers(cells), Value::Integer(n)) => {
                    cells.push(n);
                    true
                }
                (Cells::Reals(cells), Value::Real(n)) => {
                    cells.push(n);
                    true
                }
                _ => false,
            };
            to.filled.push(i16::from(filled));
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS {
            self.group()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.group()?;
        let mut types = Vec::new();
        types.extend(self.points.then_some("Point"));
        types.extend(self.areas.then_some("MultiPolygon"));
        let mut column = serde_json::json!({ "encoding": "WKB", "geometry_types": types });
        if let Some(bounds) = self.bounds {
            column["bbox"] = serde_json::json!(bounds);
        }
        let frame = serde_json::json!({
            "version": "1.1.0",
            "primary_column": "geometry",
            "columns": { "geometry": column },
        });
        for (key, value) in [
            ("geo", frame.to_string()),
            ("placetime", self.about.clone()),
        ] {
            let pair = KeyValue::new(key.to_owned(), value);
            self.file.append_key_value_metadata(pair);
        }
        self.file.finish().map_err(plain)?;
        self.file.inner_mut().flush()
    }
}

fn widen(all: &mut Option<[f64; 4]>, [w, s, e, n]: [f64; 4]) {
    let whole = all.get_or_insert([w, s, e, n]);
    *whole = [
        whole[0].min(w),
        whole[1].min(s),
        whole[2].max(e),
        whole[3].max(n),
    ];
}

fn days_since_1970(day: Date) -> i32 {
    (day - jiff::civil::date(1970, 1, 1)).get_days()
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
fn plain(error: ::parquet::errors::ParquetError) -> io::Error {
    io::Error::other(error.to_string())
}
