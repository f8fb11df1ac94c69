//! A workbook for spreadsheets, streamed: a sheet of incidents, and one that says what the columns
//! mean.
//!
//! Written by hand and not with a library: cells are text in place, numbers and days, which is
//! sixty lines of XML and needs no memory. Text in place is never taken for a formula.

use std::fs::File;
use std::io::{self, Seek, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::columns::{COLUMNS, Type, Value};
use super::geometry::Geometry;
use super::kml::escaped;
use super::{About, Sink};
use crate::incident::{Incident, Shown};

/// Rows a sheet can hold, its header among them.
const SHEET_ROWS: usize = 1_048_576;

/// Characters a cell can hold.
const CELL_CHARS_MAX: usize = 32_767;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Styles by number: 0 plain, 1 a day, 2 a moment, 3 a header.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>"#;

/// A workbook in the making.
pub(super) struct Workbook<W: Write> {
    out: W,
    zip: ZipWriter<File>,
    buffer: Vec<u8>,
    sheets: Vec<String>,
    rows: usize,
    /// The letters of every column.
    letters: Vec<String>,
    about: About,
}

impl<W: Write> Workbook<W> {
    pub(super) fn begin(about: &About, out: W) -> io::Result<Self> {
        let mut it = Self {
            out,
            zip: packed()?,
            buffer: Vec::new(),
            sheets: Vec::new(),
            rows: 0,
            letters: (0..COLUMNS.len() + 2).map(letters).collect(),
            about: about.clone(),
        };
        it.open_sheet("incidents")?;
        it.header()?;
        Ok(it)
    }

    fn open_sheet(&mut self, name: &str) -> io::Result<()> {
        self.sheets.push(name.to_owned());
        let path = format!("xl/worksheets/sheet{}.xml", self.sheets.len());
        self.zip.start_file(path, entry())?;
        let freeze = "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>";
        write!(
            self.zip,
            "{DECLARATION}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{freeze}<sheetData>"
        )?;
        self.rows = 0;
        Ok(())
    }

    fn close_sheet(&mut self) -> io::Result<()> {
        self.zip.write_all(b"</sheetData></worksheet>")
    }

    fn header(&mut self) -> io::Result<()> {
        let names = COLUMNS.iter().map(|c| c.name).chain(["lon", "lat"]);
        let names: Vec<&str> = names.collect();
        self.words(&names, 3)
    }

    /// A row of words.
    fn words(&mut self, cells: &[&str], style: u8) -> io::Result<()> {
        self.buffer.clear();
        self.rows += 1;
        let n = self.rows;
        write!(self.buffer, "<row r=\"{n}\">")?;
        for (at, cell) in cells.iter().enumerate() {
            text(
                &mut self.buffer,
                &format!("{}{n}", self.letters[at]),
                cell,
                style,
            );
        }
        self.buffer.extend_from_slice(b"</row>");
        self.zip.write_all(&self.buffer)
    }
}

/// An archive in a nameless temporary file: the sizes stand before the entries, and readers that
/// take no others (LIBKML, older spreadsheets) want them there.
pub(super) fn packed() -> io::Result<ZipWriter<File>> {
    Ok(ZipWriter::new(tempfile::tempfile()?).set_auto_large_file())
}

/// An entry without a moment: two exports of the same rows do not differ.
pub(super) fn entry() -> SimpleFileOptions {
    SimpleFileOptions::default().last_modified_time(zip::DateTime::default())
}

/// Copies a whole archive out.
pub(super) fn copied(zip: ZipWriter<File>, out: &mut impl Write) -> io::Result<()> {
    let mut file = zip.finish()?;
    file.rewind()?;
    io::copy(&mut file, out)?;
    out.flush()
}

/// The letters of a sheet's column, from 0: A to Z, AA ...
fn letters(at: usize) -> String {
    let digit = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    match at / 26 {
        0 => digit(at).to_string(),
        n => format!("{}{}", digit(n - 1), digit(at)),
    }
}

impl<W: Write> Sink for Workbook<W> {
    fn add(&mut self, shown: &Shown, _: Option<&Incident>) -> io::Result<()> {
        if self.rows == SHEET_ROWS {
            self.close_sheet()?;
            let name = format!("incidents {}", self.sheets.len() + 1);
            self.open_sheet(&name)?;
            self.header()?;
        }
        self.rows += 1;
        let n = self.rows;
        let out = &mut self.buffer;
        out.clear();
        write!(out, "<row r=\"{n}\">")?;
        for (column, letters) in COLUMNS.iter().zip(&self.letters) {
            match (column.value)(shown) {
                Value::Null => {}
                Value::Integer(value) => write!(out, "<c r=\"{letters}{n}\"><v>{value}</v></c>")?,
                Value::Real(value) => write!(out, "<c r=\"{letters}{n}\"><v>{value}</v></c>")?,
                Value::Text(words) => match serial(column.of, &words) {
                    Some((style, number)) => {
                        write!(
                            out,
                            "<c r=\"{letters}{n}\" s=\"{style}\"><v>{number}</v></c>"
                        )?;
                    }
                    None => text(out, &format!("{letters}{n}"), &words, 0),
                },
            }
        }
        if let Geometry::Point(at) = Geometry::of(shown) {
            let (lon, lat) = (
                &self.letters[COLUMNS.len()],
                &self.letters[COLUMNS.len() + 1],
            );
            write!(out, "<c r=\"{lon}{n}\"><v>{}</v></c>", at.lon())?;
            write!(out, "<c r=\"{lat}{n}\"><v>{}</v></c>", at.lat())?;
        }
        out.extend_from_slice(b"</row>");
        self.zip.write_all(out)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.close_sheet()?;
        self.open_sheet("columns")?;
        self.words(&["column", "meaning"], 3)?;
        for column in COLUMNS {
            self.words(&[column.name, column.meaning], 0)?;
        }
        let about = self.about.clone();
        self.words(&["written by", &about.generator], 0)?;
        self.words(&["confidence was calibrated on", &about.confidence], 0)?;
        for credit in &about.credits {
            self.words(&["credit", credit], 0)?;
        }
        self.close_sheet()?;
        let mut types = String::from(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>",
        );
        let mut book = String::from(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>",
        );
        const RELATION: &str =
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let mut links = String::from(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
        );
        for (i, name) in self.sheets.iter().enumerate() {
            let n = i + 1;
            types.push_str(&format!("<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"));
            book.push_str(&format!(
                "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>"
            ));
            links.push_str(&format!("<Relationship Id=\"rId{n}\" Type=\"{RELATION}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"));
        }
        let styles_id = self.sheets.len() + 1;
        links.push_str(&format!("<Relationship Id=\"rId{styles_id}\" Type=\"{RELATION}/styles\" Target=\"styles.xml\"/></Relationships>"));
        types.push_str("</Types>");
        book.push_str("</sheets></workbook>");
        let root = format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATION}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        );
        for (path, part) in [
            ("xl/workbook.xml", book.as_str()),
            ("xl/_rels/workbook.xml.rels", &links),
            ("xl/styles.xml", STYLES),
            ("_rels/.rels", &root),
            ("[Content_Types].xml", &types),
        ] {
            self.zip.start_file(path, entry())?;
            write!(self.zip, "{DECLARATION}{part}")?;
        }
        let Self { zip, mut out, .. } = *self;
        copied(zip, &mut out)
    }
}

/// A text in place.
fn text(out: &mut Vec<u8>, at: &str, words: &str, style: u8) {
    out.extend_from_slice(format!("<c r=\"{at}\" t=\"inlineStr\"").as_bytes());
    if style > 0 {
        out.extend_from_slice(format!(" s=\"{style}\"").as_bytes());
    }
    out.extend_from_slice(b"><is><t xml:space=\"preserve\">");
    match words.char_indices().nth(CELL_CHARS_MAX - 1) {
        None => escaped(out, words),
        Some((end, _)) => {
            escaped(out, &words[..end]);
            out.extend_from_slice("…".as_bytes());
        }
    }
    out.extend_from_slice(b"</t></is></c>");
}

/// A day or a moment as a spreadsheet counts: days since the end of 1899. What lies before March
/// 1900, where spreadsheets count a day that never was, stays text.
fn serial(of: Type, words: &str) -> Option<(u8, f64)> {
    let days = |day: jiff::civil::Date| {
        let n = (day - jiff::civil::date(1899, 12, 30)).get_days();
        (n > 60).then(|| f64::from(n))
    };
    match of {
        Type::Date => Some((1, days(words.parse().ok()?)?)),
        Type::DateTime => {
            let moment: jiff::Timestamp = words.parse().ok()?;
            let moment = moment.to_zoned(jiff::tz::TimeZone::UTC).datetime();
            let time = moment.time();
            let seconds = i32::from(time.hour()) * 3600
                + i32::from(time.minute()) * 60
                + i32::from(time.second());
            Some((2, days(moment.date())? + f64::from(seconds) / 86_400.0))
        }
        Type::Text | Type::Integer | Type::Real => None,
    }
}
