//! CSV (RFC 4180), UTF-8: every column, then `lon`, `lat` and the shape as well-known text.
//!
//! A cell that a spreadsheet would take for a formula gets a `'` in front: reports are strangers'
//! words.

use std::borrow::Cow;
use std::io::{self, Write};

use super::Sink;
use super::columns::{COLUMNS, Value};
use super::geometry::{Geometry, number};
use crate::incident::{Incident, Shown};

/// Header and rows.
pub(super) struct Table<W: Write> {
    out: csv::Writer<W>,
    cells: csv::ByteRecord,
}

impl<W: Write> Table<W> {
    pub(super) fn begin(out: W) -> io::Result<Self> {
        let mut out = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        let names = COLUMNS.iter().map(|c| c.name);
        out.write_record(names.chain(["lon", "lat", "wkt"]))
            .map_err(plain)?;
        let cells = csv::ByteRecord::new();
        Ok(Self { out, cells })
    }
}

impl<W: Write> Sink for Table<W> {
    fn add(&mut self, shown: &Shown, _: Option<&Incident>) -> io::Result<()> {
        self.cells.clear();
        for column in COLUMNS {
            match (column.value)(shown) {
                Value::Null => self.cells.push_field(b""),
                Value::Text(text) => self.cells.push_field(harmless(&text).as_bytes()),
                Value::Integer(n) => self.cells.push_field(n.to_string().as_bytes()),
                Value::Real(n) => self.cells.push_field(n.to_string().as_bytes()),
            }
        }
        let geometry = Geometry::of(shown);
        let mut lon_lat = [Vec::new(), Vec::new()];
        if let Geometry::Point(at) = geometry {
            number(&mut lon_lat[0], at.lon());
            number(&mut lon_lat[1], at.lat());
        }
        for cell in &lon_lat {
            self.cells.push_field(cell);
        }
        self.cells.push_field(geometry.wkt().as_bytes());
        self.out.write_byte_record(&self.cells).map_err(plain)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

/// The writer's own errors are the ones of what it writes to.
pub(super) fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A text that no spreadsheet takes for a formula.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{About, Detail, Format, samples, sink};

    #[test]
    fn a_spreadsheet_sees_no_formula() {
        assert_eq!(harmless("=1+2"), "'=1+2");
        assert_eq!(harmless("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(harmless("al-Tanf"), "al-Tanf");
    }

    #[test]
    fn every_row_has_every_cell() {
        let mut out = Vec::new();
        let about = About::default();
        let mut file = sink(Format::Csv, Detail::Flat, &about, &mut out).expect("memory");
        for incident in samples::all() {
            file.add(&incident.shown(), None).expect("memory");
        }
        file.finish().expect("memory");
        let mut reader = csv::Reader::from_reader(out.as_slice());
        let header = reader.headers().expect("header").clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
        assert_eq!(rows.len(), 3);
        let cell = |row: usize, name: &str| {
            let at = header.iter().position(|h| h == name).expect("a column");
            rows[row][at].to_owned()
        };
        assert_eq!(cell(0, "lon"), "38.618");
        assert_eq!(cell(0, "wkt"), "POINT (38.618 33.506)");
        assert!(cell(1, "wkt").starts_with("MULTIPOLYGON ((("));
        assert_eq!(cell(2, "wkt"), "");
        assert_eq!(
            cell(2, "title"),
            "Armed clash, place not told, date not told"
        );
    }
}
