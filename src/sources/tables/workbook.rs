//! Workbooks (XLSX, ODS, XLS) and archives (KMZ): unpacked in memory, with limits, never to disk.

use std::io::{Cursor, Read};

use calamine::{Data, Reader as _, Sheets, open_workbook_auto_from_rs};
use zip::ZipArchive;

use super::{BadRow, Row, Table, delimited, header_of, is_tags, kml};

/// The most entries of an archive; a workbook of fifty sheets has some seventy.
const ENTRIES_MAX: usize = 1_000;

/// The most bytes an archive unpacks to.
const UNPACKED_BYTES_MAX: u64 = 512_000_000;

/// The most bytes one packed byte may become; the text of workbooks packs to a fiftieth at best.
const RATIO_MAX: u64 = 200;

/// Below this an archive's ratio is of no matter.
const RATIO_FROM_BYTES: u64 = 10_000_000;

/// Rows of one sheet: what a sheet can hold.
const ROWS_MAX: usize = 1_048_576;

/// A workbook or a KMZ.
pub(super) fn from_zip<'a>(bytes: Vec<u8>) -> Result<Table<'a>, String> {
    let names = checked(&bytes)?;
    let has = |start: &str| names.iter().any(|n| n.starts_with(start));
    if has("xl/") || names.iter().any(|n| n == "content.xml") {
        return sheets(bytes);
    }
    let inner = names.iter().find(|n| *n == "doc.kml").or_else(|| {
        names
            .iter()
            .find(|n| n.to_ascii_lowercase().ends_with(".kml"))
    });
    let Some(inner) = inner else {
        return Err(
            "is a zip archive without a workbook or a KML; unpack it and give the table in it"
                .to_owned(),
        );
    };
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).map_err(broken)?;
    let mut text = Vec::new();
    archive
        .by_name(inner)
        .map_err(broken)?
        .take(UNPACKED_BYTES_MAX)
        .read_to_end(&mut text)
        .map_err(broken)?;
    let mut table = kml::read(&String::from_utf8_lossy(&text))?;
    table.what = "KMZ";
    Ok(table)
}

/// An old workbook.
pub(super) fn from_old_office<'a>(bytes: Vec<u8>) -> Result<Table<'a>, String> {
    sheets(bytes)
}

fn broken(error: impl std::fmt::Display) -> String {
    format!("is a broken archive ({error}); save it again")
}

/// The names in an archive, once it is known to unpack to something bearable: what its own list
/// says is not believed, everything is unpacked and counted.
fn checked(bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > ENTRIES_MAX {
        return Err(format!(
            "is an archive of {} entries, more than {ENTRIES_MAX}",
            archive.len()
        ));
    }
    let most = UNPACKED_BYTES_MAX.min(
        (u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            .saturating_mul(RATIO_MAX)
            .max(RATIO_FROM_BYTES),
    );
    let mut left = most;
    let mut names = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(broken)?;
        if entry.encrypted() {
            return Err("is locked by a password; save it without".to_owned());
        }
        let name = entry.name().map_err(broken)?.into_owned();
        if names.contains(&name) {
            return Err(format!("is an archive that holds {name} twice"));
        }
        let unpacked =
            std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(broken)?;
        if unpacked > left {
            return Err(format!(
                "is an archive that unpacks to more than {} MB ({} times its size); save it as CSV",
                most / 1_000_000,
                RATIO_MAX
            ));
        }
        left -= unpacked;
        names.push(name);
    }
    Ok(names)
}

/// The first sheet that holds a table; the others are named when they hold one too.
fn sheets<'a>(bytes: Vec<u8>) -> Result<Table<'a>, String> {
    let mut book: Sheets<Cursor<Vec<u8>>> = open_workbook_auto_from_rs(Cursor::new(bytes))
        .map_err(|e| {
            format!("is a workbook that cannot be read ({e}); save it again as XLSX or CSV")
        })?;
    let mut why = "is a workbook without a filled sheet".to_owned();
    for name in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&name) else {
            continue;
        };
        let (first_row, _) = range.start().unwrap_or_default();
        let mut rows = Vec::new();
        let mut above = Vec::new();
        for (at, cells) in range.rows().take(ROWS_MAX).enumerate() {
            let line = first_row as usize + at + 1;
            let cells: Vec<String> = cells.iter().map(cell).collect();
            if cells.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            let row = Ok(delimited::row((line, cells)));
            if above.len() < super::HEADER_ROWS_MAX {
                above.push(row);
            } else {
                rows.push(row);
            }
        }
        match header_of(above) {
            Ok((header, first)) => {
                let width = header.len();
                let all: Vec<Result<Row, BadRow>> = first
                    .into_iter()
                    .chain(rows)
                    .filter(|r| !r.as_ref().is_ok_and(|row| is_tags(&row.cells)))
                    .map(|r| r.and_then(|row| super::fitted(row, width)))
                    .collect();
                return Ok(Table::whole("a workbook", header, all));
            }
            Err(reason) => why = format!("is a workbook whose sheet {name} {reason}"),
        }
    }
    Err(why)
}

/// A cell as text; a date as ISO, a whole number without a point.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(moment) => {
            let (y, m, d, h, min, s, _) = moment.to_ymd_hms_milli();
            if moment.is_duration() {
                format!("{h:02}:{min:02}:{s:02}")
            } else {
                format!("{y:04}-{m:02}-{d:02} {h:02}:{min:02}:{s:02}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, SimpleFileOptions::default())
                .expect("memory");
            zip.write_all(bytes).expect("memory");
        }
        zip.finish().expect("memory").into_inner()
    }

    #[test]
    fn a_bomb_is_refused() {
        let nothing = vec![b' '; 60_000_000];
        let bomb = archive(&[("doc.kml", &nothing)]);
        assert!(bomb.len() < 100_000);
        let error = from_zip(bomb).expect_err("refused");
        assert!(error.contains("unpacks to more than"), "{error}");
        let many: Vec<String> = (0..1_100).map(|n| format!("{n}.kml")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|n| (n.as_str(), &b""[..])).collect();
        let error = from_zip(archive(&many)).expect_err("refused");
        assert!(error.contains("entries"), "{error}");
    }

    #[test]
    fn a_kmz_holds_a_map() {
        let kml = b"<kml><Placemark><name>a</name></Placemark></kml>";
        let mut table = from_zip(archive(&[("doc.kml", kml)])).expect("a table");
        assert_eq!(table.by_ref().count(), 1);
        let error = from_zip(archive(&[("readme.txt", b"hello")])).expect_err("refused");
        assert!(error.contains("without a workbook or a KML"), "{error}");
        assert!(from_zip(b"PK\x03\x04 and nothing".to_vec()).is_err());
    }
}
