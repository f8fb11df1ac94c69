//! Many incidents as the page wants them: column by column, each text once.
//!
//! GeoJSON repeats every name, text and outline in every row: 200,000 incidents are over 200 MB of it, which no
//! page takes. Here an outline stands once, and so does every text that rows share. What only the open incident
//! shows (reasons, candidates, addresses) is left to the files of details.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::formats::{COLUMNS, Column, Geometry, Value, area_json};
use crate::incident::Shown;

/// The file's name.
pub(super) const NAME: &str = "incidents.columns.json";

/// With more incidents than these the page reads columns; so many are some 5 MB of GeoJSON, which it takes in
/// the time the basemap needs (BENCHMARKS.md).
pub(super) const FROM_INCIDENTS: usize = 4_000;

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
pub(super) struct Columns {
    ids: Vec<String>,
    /// Longitude and latitude; `None` without a point.
    at: Vec<Option<(f64, f64)>>,
    /// The number of the outline from 1; 0 without one.
    area: Vec<u32>,
    areas: Shared,
    columns: Vec<(&'static Column, Cells)>,
}

#[derive(Debug)]
enum Cells {
    /// As no row has said yet.
    Empty(usize),
    Numbers(Vec<Option<f64>>),
    Texts(Shared, Vec<u32>),
}

/// Texts, each once; numbered from 1.
#[derive(Debug, Default)]
struct Shared {
    texts: Vec<String>,
    known: HashMap<String, u32>,
}

impl Shared {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        self.texts.push(text.to_owned());
        let number = u32::try_from(self.texts.len()).unwrap_or(0);
        self.known.insert(text.to_owned(), number);
        number
    }
}

impl Default for Columns {
    fn default() -> Self {
        let told = |column: &&Column| !LEFT_OUT.contains(&column.name);
        Self {
            ids: Vec::new(),
            at: Vec::new(),
            area: Vec::new(),
            areas: Shared::default(),
            columns: COLUMNS
                .iter()
                .filter(told)
                .map(|column| (column, Cells::Empty(0)))
                .collect(),
        }
    }
}

impl Columns {
    pub(super) fn add(&mut self, shown: &Shown) {
        self.ids.push(shown.incident_id.clone());
        let (mut at, mut area) = (None, 0);
        match Geometry::of(shown) {
            Geometry::Point(point) => at = Some((point.lon(), point.lat())),
            Geometry::Area(shape) => {
                let mut json = Vec::new();
                area_json(&mut json, shape);
                area = self.areas.number(&String::from_utf8_lossy(&json));
            }
            Geometry::None => {}
        }
        self.at.push(at);
        self.area.push(area);
        for (column, cells) in &mut self.columns {
            cells.push((column.value)(shown));
        }
    }

    /// Writes the file: `null` and 0 stand for what is not told.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{{\"placetime_columns\":{FORM},\"ids\":")?;
        json(out, &self.ids)?;
        out.write_all(b",\n\"lon\":")?;
        numbers(
            out,
            self.at.iter().map(|at| at.map(|(lon, _)| degrees(lon))),
        )?;
        out.write_all(b",\n\"lat\":")?;
        numbers(
            out,
            self.at.iter().map(|at| at.map(|(_, lat)| degrees(lat))),
        )?;
        out.write_all(b",\n\"area\":")?;
        json(out, &self.area)?;
        out.write_all(b",\n\"areas\":[")?;
        for (n, outline) in self.areas.texts.iter().enumerate() {
            if n > 0 {
                out.write_all(b",")?;
            }
            out.write_all(outline.as_bytes())?;
        }
        out.write_all(b"],\n\"columns\":{")?;
        let mut first = true;
        for (column, cells) in &self.columns {
            if matches!(cells, Cells::Empty(_)) {
                continue;
            }
            let comma = if first { "" } else { "," };
            first = false;
            write!(out, "{comma}\n\"{}\":", column.name)?;
            match cells {
                Cells::Empty(_) => {}
                Cells::Numbers(all) => numbers(out, all.iter().copied())?,
                // Texts of which most are told once are shorter as they are.
                Cells::Texts(shared, codes) if shared.texts.len() * 2 > codes.len() => {
                    let text = |code: &u32| {
                        let at = (*code as usize).checked_sub(1)?;
                        shared.texts.get(at)
                    };
                    let texts: Vec<Option<&String>> = codes.iter().map(text).collect();
                    json(out, &texts)?;
                }
                Cells::Texts(shared, codes) => {
                    out.write_all(b"{\"values\":")?;
                    json(out, &shared.texts)?;
                    out.write_all(b",\"codes\":")?;
                    json(out, codes)?;
                    out.write_all(b"}")?;
                }
            }
        }
        out.write_all(b"\n}}\n")
    }
}

impl Cells {
    fn push(&mut self, value: Value<'_>) {
        if let Self::Empty(rows) = self {
            let rows = *rows;
            match value {
                Value::Null => {
                    *self = Self::Empty(rows + 1);
                    return;
                }
                Value::Text(_) => *self = Self::Texts(Shared::default(), vec![0; rows]),
                Value::Integer(_) | Value::Real(_) => *self = Self::Numbers(vec![None; rows]),
            }
        }
        match (self, value) {
            (Self::Texts(shared, codes), Value::Text(text)) => codes.push(shared.number(&text)),
            (Self::Texts(_, codes), _) => codes.push(0),
            #[expect(
                clippy::cast_precision_loss,
                reason = "counts of people are below 2^53"
            )]
            (Self::Numbers(all), Value::Integer(n)) => all.push(Some(n as f64)),
            (Self::Numbers(all), Value::Real(n)) => all.push(Some(n)),
            (Self::Numbers(all), _) => all.push(None),
            (Self::Empty(_), _) => {}
        }
    }
}

/// Five decimals, a metre: as GeoJSON has them, less one.
fn degrees(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}

fn json(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

fn numbers(out: &mut impl Write, all: impl Iterator<Item = Option<f64>>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (n, value) in all.enumerate() {
        if n > 0 {
            out.write_all(b",")?;
        }
        match value {
            Some(value) => write!(out, "{value}")?,
            None => out.write_all(b"null")?,
        }
    }
    out.write_all(b"]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::samples;

    #[test]
    fn every_cell_is_that_of_the_one_table_of_columns() {
        let all: Vec<Shown> = samples::all().iter().map(|it| it.shown()).collect();
        let mut columns = Columns::default();
        // Three times, so that texts are shared.
        for shown in all.iter().chain(&all).chain(&all) {
            columns.add(shown);
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
