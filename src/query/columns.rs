//! Many incidents as the page wants them: column by column, each text once.
//!
//! GeoJSON repeats every name, text and outline in every row: 50,000 incidents are 90 MB of it, which no
//! page takes at once. Here an outline stands once, and so does every text that rows share. What only
//! the open incident shows (reasons, candidates, addresses) is left to the question for that incident.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::Subject as _;
use super::row::{Area, Row};
use crate::formats::{COLUMNS, Column, Geometry, Type};

/// The version of the form.
const FORM: u32 = 1;

/// Told only where an incident is open; the id has a place of its own.
const LEFT_OUT: &[&str] = &[
    "incident_id",
    "date_because",
    "date_edtf",
    "place_because",
    "place_alternatives",
    "place_basis",
    "iso3",
    "admin1_code",
    "admin2",
    "pcode",
    "country_by",
    "created",
    "updated",
    "report_ids",
    "source_urls",
];

/// All incidents, column by column.
#[derive(Debug)]
pub(crate) struct Columns {
    ids: Vec<String>,
    /// Longitude and latitude; `None` without a point.
    at: Vec<Option<(f64, f64)>>,
    /// The number of the outline from 1; 0 without one.
    area: Vec<u32>,
    areas: Vec<Arc<Area>>,
    /// Rows share outlines; where one lies names it.
    known_areas: HashMap<*const Area, u32>,
    columns: Vec<(&'static Column, Cells)>,
    /// The same columns by their numbers in the one table.
    numbers: Vec<usize>,
}

/// The cells of a column as the JSON they are, each once; by row the number from 1, 0 for null.
#[derive(Debug, Default)]
struct Cells {
    told: Vec<Box<[u8]>>,
    known: HashMap<Box<[u8]>, u32>,
    codes: Vec<u32>,
}

impl Default for Columns {
    fn default() -> Self {
        let told = |(_, column): &(usize, &Column)| !LEFT_OUT.contains(&column.name);
        let told: Vec<(usize, &Column)> = COLUMNS.iter().enumerate().filter(told).collect();
        Self {
            ids: Vec::new(),
            at: Vec::new(),
            area: Vec::new(),
            areas: Vec::new(),
            known_areas: HashMap::new(),
            columns: told.iter().map(|(_, it)| (*it, Cells::default())).collect(),
            numbers: told.iter().map(|(number, _)| *number).collect(),
        }
    }
}

impl Columns {
    pub(crate) fn add(&mut self, row: &Row) {
        self.ids.push(row.id().to_owned());
        self.at.push(match row.shape() {
            Geometry::Point(point) => Some((point.lon(), point.lat())),
            Geometry::Area(_) | Geometry::None => None,
        });
        let area = row.area().map_or(0, |area| {
            *self
                .known_areas
                .entry(Arc::as_ptr(area))
                .or_insert_with(|| {
                    self.areas.push(Arc::clone(area));
                    u32::try_from(self.areas.len()).unwrap_or(0)
                })
        });
        self.area.push(area);
        row.raw_of(&self.numbers, |n, cell| self.columns[n].1.push(cell));
    }

    /// Writes the file: `null` and 0 stand for what is not told.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{{\"placetime_columns\":{FORM},\"ids\":")?;
        json(out, &self.ids)?;
        out.write_all(b",\n\"lon\":")?;
        degrees(out, self.at.iter().map(|at| at.map(|(lon, _)| lon)))?;
        out.write_all(b",\n\"lat\":")?;
        degrees(out, self.at.iter().map(|at| at.map(|(_, lat)| lat)))?;
        out.write_all(b",\n\"area\":")?;
        json(out, &self.area)?;
        out.write_all(b",\n\"areas\":")?;
        list(out, self.areas.iter().map(|area| &*area.json))?;
        out.write_all(b",\n\"columns\":{")?;
        let told = self.columns.iter().filter(|(_, it)| !it.told.is_empty());
        for (n, (column, cells)) in told.enumerate() {
            let comma = if n > 0 { "," } else { "" };
            write!(out, "{comma}\n\"{}\":", column.name)?;
            // Numbers are as short as their codes, and so are texts of which most are told once.
            if matches!(column.of, Type::Integer | Type::Real)
                || cells.told.len() * 2 > cells.codes.len()
            {
                let cell = |code: &u32| match (*code as usize).checked_sub(1) {
                    Some(at) => cells.told.get(at).map_or(&b"null"[..], |it| &**it),
                    None => b"null",
                };
                list(out, cells.codes.iter().map(cell))?;
            } else {
                out.write_all(b"{\"values\":")?;
                list(out, cells.told.iter().map(|it| &**it))?;
                out.write_all(b",\"codes\":")?;
                json(out, &cells.codes)?;
                out.write_all(b"}")?;
            }
        }
        out.write_all(b"\n}}\n")
    }
}

impl Cells {
    fn push(&mut self, cell: &[u8]) {
        self.codes.push(match self.known.get(cell) {
            _ if cell.is_empty() => 0,
            Some(number) => *number,
            None => {
                self.told.push(cell.into());
                let number = u32::try_from(self.told.len()).unwrap_or(0);
                self.known.insert(cell.into(), number);
                number
            }
        });
    }
}

fn json(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

/// What is JSON already.
fn list<'a>(out: &mut impl Write, all: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (n, value) in all.enumerate() {
        if n > 0 {
            out.write_all(b",")?;
        }
        out.write_all(value)?;
    }
    out.write_all(b"]")
}

/// Five decimals, a metre: as GeoJSON has them, less one.
fn degrees(out: &mut impl Write, all: impl Iterator<Item = Option<f64>>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (n, value) in all.enumerate() {
        if n > 0 {
            out.write_all(b",")?;
        }
        match value {
            Some(value) => write!(out, "{}", (value * 1e5).round() / 1e5)?,
            None => out.write_all(b"null")?,
        }
    }
    out.write_all(b"]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Value, samples};
    use crate::incident::Shown;
    use crate::query::row::Areas;

    #[test]
    fn every_cell_is_that_of_the_one_table_of_columns() {
        let all: Vec<Shown> = samples::all().iter().map(|it| it.shown()).collect();
        let (mut columns, areas) = (Columns::default(), Areas::default());
        // Three times, so that texts are shared.
        for shown in all.iter().chain(&all).chain(&all) {
            columns.add(&Row::of(shown, &areas));
        }
        let mut out = Vec::new();
        columns.write(&mut out).expect("memory");
        let told: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        for (n, shown) in all.iter().chain(&all).chain(&all).enumerate() {
            assert_eq!(told["ids"][n], shown.incident_id);
            let area = told["area"][n].as_u64().expect("a number");
            match Geometry::of(shown) {
                Geometry::Point(at) => {
                    let lon = told["lon"][n].as_f64().expect("a number");
                    assert!((lon - at.lon()).abs() < 1e-5);
                }
                Geometry::Area(_) => assert!(area > 0),
                Geometry::None => assert!(area == 0 && told["lon"][n].is_null()),
            }
            for column in COLUMNS.iter().filter(|c| !LEFT_OUT.contains(&c.name)) {
                let cells = &told["columns"][column.name];
                let cell = match cells["codes"][n].as_u64() {
                    Some(0) => &serde_json::Value::Null,
                    Some(code) => &cells["values"][code as usize - 1],
                    None => &cells[n],
                };
                match (column.value)(shown) {
                    Value::Null => assert!(cell.is_null(), "{}: {cell}", column.name),
                    Value::Text(text) => assert_eq!(cell, &*text, "{}", column.name),
                    Value::Integer(n) => assert_eq!(cell.as_f64(), Some(n as f64)),
                    Value::Real(n) => assert_eq!(cell.as_f64(), Some(n)),
                }
            }
        }
        assert_eq!(told["areas"].as_array().expect("areas").len(), 1);
    }
}
