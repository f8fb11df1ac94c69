//! Tables of incidents: which format is this, which column says what, and what each row says.
//!
//! Bytes in, rows out, one by one. A [`Table`] gives rows under one header, whatever the format;
//! a [`Mapping`] says which column is the date; [`given`] reads a row by it. What is broken in a
//! row makes that row bad, with its line and the reason, and the others still come.
//!
//! # What is not here
//!
//! No file: callers bring what is to be read. No places and no types of incident: a row's words
//! and codes are kept as told, and [`crate::ingest`] asks what they mean.

mod delimited;
mod fields;
mod geojson;
mod given;
mod gpkg;
mod kml;
#[cfg(feature = "geoparquet")]
mod parquet;
mod profile;
mod values;
mod wkt;
mod workbook;

use std::cell::RefCell;
use std::io::{Chain, Cursor, Read};
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use geo_types::MultiPolygon;

pub use fields::{Field, Mapping};
pub use geojson::shape as shape_of;
pub use given::{DayGrade, Figure, Given, Names, PlaceGrade, Position, given};
pub use profile::Profile;
pub use values::DayOrder;

use super::{Unreadable, bytes, shown_name};

/// The longest input that has to be held whole (workbooks, archives, databases), in bytes.
pub const WHOLE_BYTES_MAX: usize = 256_000_000;

/// How much of an input is looked at to tell what it is.
const SNIFF_BYTES: usize = 64 * 1024;

/// Rows above the header that may hold a title or a note.
const HEADER_ROWS_MAX: usize = 20;

/// A shape as the table gives it: degrees, not checked against the globe.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// Longitude and latitude.
    Point(f64, f64),
    /// An area.
    Area(MultiPolygon<f64>),
}

/// One row as it came.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Row {
    /// The line, row or feature it is, from 1.
    pub line: usize,
    /// The cells, under the header's names.
    pub cells: Vec<String>,
    /// The shape, where the format has shapes.
    pub shape: Option<Shape>,
    /// The feature's whole properties, where they hold nested accounts: our own full detail.
    pub nested: Option<Box<serde_json::Map<String, serde_json::Value>>>,
}

/// A row that cannot be taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadRow {
    /// The line it begins on, from 1.
    pub line: usize,
    /// The reason, and what would help, without a full stop.
    pub why: String,
}

type Rows<'a> = Box<dyn Iterator<Item = Result<Row, BadRow>> + 'a>;

/// A table, to be read row by row.
pub struct Table<'a> {
    header: Rc<RefCell<Vec<String>>>,
    rows: Rows<'a>,
    misfit: Rc<RefCell<bool>>,
    /// What kind of file it is, in words.
    pub what: &'static str,
    /// Whose table it is, by its header.
    pub profile: Option<Profile>,
}

impl std::fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("what", &self.what).finish()
    }
}

impl<'a> Table<'a> {
    fn new(what: &'static str, header: Rc<RefCell<Vec<String>>>, rows: Rows<'a>) -> Self {
        Self {
            header,
            rows,
            misfit: Rc::default(),
            what,
            profile: None,
        }
    }

    /// A table whose rows are all there.
    fn whole(what: &'static str, header: Vec<String>, rows: Vec<Result<Row, BadRow>>) -> Self {
        let rows = Box::new(rows.into_iter());
        Self::new(what, Rc::new(RefCell::new(header)), rows)
    }

    /// The names of the columns; formats whose rows bring names of their own have them all only
    /// when every row was read, in the same order each time.
    #[must_use]
    pub fn header(&self) -> Vec<String> {
        self.header.borrow().clone()
    }

    /// True when bytes did not fit UTF-8 in what was read so far.
    #[must_use]
    pub fn misfit(&self) -> bool {
        *self.misfit.borrow()
    }
}

impl Iterator for Table<'_> {
    type Item = Result<Row, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

/// Opens a table. `legacy` says that an earlier reading found bytes that are no UTF-8, and reads
/// the rest as Windows-1252, which old spreadsheets write.
pub fn open<'a>(name: &str, input: impl Read + 'a, legacy: bool) -> Result<Table<'a>, Unreadable> {
    let refuse = |why: String| Unreadable {
        name: shown_name(name).to_owned(),
        why,
    };
    let mut input = input;
    let mut start = Vec::new();
    let cannot = |e: std::io::Error| refuse(format!("cannot be read: {e}"));
    input
        .by_ref()
        .take(SNIFF_BYTES as u64)
        .read_to_end(&mut start)
        .map_err(cannot)?;
    if start.iter().all(u8::is_ascii_whitespace) {
        return Err(refuse("is empty; there is no table in it".to_owned()));
    }
    let whole = |input: &mut dyn Read, start: Vec<u8>| -> Result<Vec<u8>, Unreadable> {
        let mut all = start;
        input
            .take((WHOLE_BYTES_MAX + 1) as u64)
            .read_to_end(&mut all)
            .map_err(|e| refuse(format!("cannot be read: {e}")))?;
        if all.len() > WHOLE_BYTES_MAX {
            return Err(refuse(format!(
                "is longer than the {} MB taken at once; split it, or save it as CSV",
                WHOLE_BYTES_MAX / 1_000_000
            )));
        }
        Ok(all)
    };
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        let all = whole(&mut input, start)?;
        return workbook::from_zip(all).map_err(refuse);
    }
    if start.starts_with(b"\xd0\xcf\x11\xe0") {
        let all = whole(&mut input, start)?;
        return workbook::from_old_office(all).map_err(refuse);
    }
    if start.starts_with(b"SQLite format 3\0") {
        let all = whole(&mut input, start)?;
        return gpkg::read(&all).map_err(refuse);
    }
    #[cfg(feature = "geoparquet")]
    if start.starts_with(b"PAR1") {
        let all = whole(&mut input, start)?;
        return parquet::read(all).map_err(refuse);
    }
    if start.starts_with(b"\x1f\x8b") {
        return Err(refuse(
            "is compressed with gzip; unpack it first (gunzip)".to_owned(),
        ));
    }
    if let Some(what) = bytes::not_text(&start) {
        return Err(refuse(format!(
            "is {what}, no table; CSV, TSV, XLSX, ODS, GeoJSON, KML, KMZ, GPKG and Parquet are read"
        )));
    }
    let encoding = match Encoding::for_bom(&start) {
        Some((encoding, _)) => encoding,
        None if legacy => WINDOWS_1252,
        None => by_zeros(&start).unwrap_or(UTF_8),
    };
    let (head, _, _) = encoding.decode(&start);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let input = Cursor::new(start.clone()).chain(input);
    if head.starts_with('{')
        || head.starts_with("[{")
        || head.starts_with("[\n")
        || head.starts_with('\u{1e}')
    {
        return geojson::open(head, delimited::Decoded::new(input, encoding)).map_err(refuse);
    }
    if head.starts_with('<') {
        let mut input = input;
        let all = whole(&mut input, Vec::new())?;
        let (text, _, _) = encoding.decode(&all);
        return kml::read(&text).map_err(refuse);
    }
    delimited_table(
        head,
        delimited::Decoded::new(input, encoding),
        encoding == UTF_8,
    )
    .map_err(refuse)
}

/// UTF-16 without a mark, seen by where the zero bytes stand.
fn by_zeros(start: &[u8]) -> Option<&'static Encoding> {
    let start = &start[..start.len().min(4096) & !1];
    let zeros = |offset: usize| {
        start
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 6 > start.len() && even == 0 {
        Some(UTF_16LE)
    } else if even * 6 > start.len() && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

type Start<R> = Chain<Cursor<Vec<u8>>, R>;

fn delimited_table<'a, R: Read + 'a>(
    head: &str,
    text: delimited::Decoded<Start<R>>,
    utf8: bool,
) -> Result<Table<'a>, String> {
    let separator = delimited::separator_of(head);
    let what = match separator {
        b'\t' => "TSV",
        b';' => "CSV parted by semicolons",
        b'|' => "CSV parted by bars",
        _ => "CSV",
    };
    let mut records = delimited::Records::new(text, separator);
    let mut above: Vec<Result<Row, BadRow>> = Vec::new();
    while above.len() < HEADER_ROWS_MAX {
        match records.next(0) {
            Some(record) => above.push(record.map(delimited::row)),
            None => break,
        }
    }
    let (header, first_rows) = header_of(above)?;
    let width = header.len();
    let misfit = Rc::new(RefCell::new(false));
    let seen = Rc::clone(&misfit);
    let rest = std::iter::from_fn(move || {
        let next = records.next(width);
        if utf8 && records.broken() {
            *seen.borrow_mut() = true;
        }
        next.map(|record| record.map(delimited::row))
    });
    let rows = first_rows
        .into_iter()
        .chain(rest)
        .filter_map(move |row| match row {
            Ok(row) if is_tags(&row.cells) => None,
            Ok(row) => Some(fitted(row, width)),
            Err(bad) => Some(Err(bad)),
        });
    let mut table = Table::new(what, Rc::new(RefCell::new(header)), Box::new(rows));
    table.misfit = misfit;
    Ok(table)
}

/// The header among the first rows, and the rows after it.
type HeaderAndRows = (Vec<String>, Vec<Result<Row, BadRow>>);

/// Finds the header: the first row with two names we know, else the first row of all.
fn header_of(mut above: Vec<Result<Row, BadRow>>) -> Result<HeaderAndRows, String> {
    let first = above.iter().find_map(|r| r.as_ref().ok());
    let Some(first) = first else {
        return Err("holds no row that can be read".to_owned());
    };
    if profile::is_gdelt(&first.cells)
        && let Some(header) = profile::gdelt_header(first.cells.len())
    {
        return Ok((header, above));
    }
    let known = |r: &Result<Row, BadRow>| {
        r.as_ref()
            .is_ok_and(|row| Mapping::known_names(&row.cells) >= 2)
    };
    let at = above
        .iter()
        .position(known)
        .or_else(|| above.iter().position(Result::is_ok))
        .unwrap_or(0);
    let rest = above.split_off(at + 1);
    let header = match above.pop() {
        Some(Ok(row)) => row.cells,
        _ => Vec::new(),
    };
    if header.len() < 2 {
        return Err(
            "has one column only; a table of incidents parts its cells by commas, semicolons or tabs, and names them in its first row"
                .to_owned(),
        );
    }
    let header = header.iter().map(|name| name.trim().to_owned()).collect();
    Ok((header, rest))
}

/// The second header of humanitarian tables: `#date`, `#geo+lat`.
fn is_tags(cells: &[String]) -> bool {
    let filled: Vec<&String> = cells.iter().filter(|c| !c.trim().is_empty()).collect();
    filled.len() > 1 && filled.iter().all(|c| c.starts_with('#') && c.len() > 1)
}

/// A row of the header's width: empty cells may be left off at its end.
fn fitted(mut row: Row, width: usize) -> Result<Row, BadRow> {
    while row.cells.len() > width && row.cells.last().is_some_and(|c| c.trim().is_empty()) {
        row.cells.pop();
    }
    if row.cells.len() > width {
        return Err(BadRow {
            line: row.line,
            why: format!(
                "has {} cells, the header has {width}; is a separator in a cell without quotes?",
                row.cells.len()
            ),
        });
    }
    row.cells.resize(width, String::new());
    Ok(row)
}

/// The mapping and profile of a table's header.
pub fn mapping(
    header: &[String],
    profile: Option<Profile>,
    told: &[(String, Field)],
) -> Result<(Profile, Mapping), String> {
    let profile = profile.unwrap_or_else(|| Profile::of(header));
    let mut mapping = Mapping::guess(header, told)?;
    // The operator's own words stand over the profile's.
    if told.is_empty() {
        profile.amend(&mut mapping);
    }
    Ok((profile, mapping))
}
