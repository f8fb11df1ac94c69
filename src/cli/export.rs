//! `export`.

use std::io::{self, BufWriter, Write};

use super::{Failed, Outcome, say};
use crate::config::{self, DetailOption, House, StatusOption};
use crate::formats::geojson::Frame;
use crate::formats::{self, About, Detail, Format, Geometry};
use crate::incident::{Incident, Status};
use crate::query::{Crs, Days, Filter, Query, parse_bbox};
use crate::store::Store;

/// How much is gathered before it is written.
const OUT_BYTES: usize = 256 * 1024;

/// Writes what the store holds.
pub(super) fn export(it: &config::Export, house: &House) -> Outcome {
    if it.dictionary {
        io::stdout()
            .lock()
            .write_all(formats::dictionary().as_bytes())?;
        return Ok(true);
    }
    let format = format_of(it)?;
    let mut query = asked(
        it.bbox.as_deref(),
        it.datetime.as_deref(),
        it.filter.as_deref(),
    )?;
    if !it.status.is_empty() {
        query.statuses = it.status.iter().map(|s| status(*s)).collect();
    }
    let detail = match it.detail {
        DetailOption::Flat => Detail::Flat,
        DetailOption::Full => Detail::Full,
    };
    let about = super::read::about(&super::gazetteer(house)?);
    let store = Store::open_to_read(&house.data)?;
    if it.bom && !matches!(format, Format::Csv | Format::Acled) {
        return Err(Failed::Usage(
            "--bom is for CSV; other formats say their encoding".to_owned(),
        ));
    }
    let extra = (it.bom, it.exact);
    let wanted = (format, detail, &about);
    let left_out = match &it.output {
        None => write(&store, &query, wanted, extra, io::stdout())?,
        Some(path) => {
            let mut left_out = 0;
            super::write_whole(path, |file| {
                left_out = write(&store, &query, wanted, extra, file)?;
                Ok(())
            })?;
            left_out
        }
    };
    if left_out > 0 {
        say(&format!(
            "{left_out} incidents have no place that could be drawn; {} has an index of places and does not hold them (csv, gpkg and geojson do)",
            format.ending()
        ));
    }
    Ok(true)
}

/// The incidents that the options ask for.
pub(super) fn asked(
    bbox: Option<&str>,
    datetime: Option<&str>,
    filter: Option<&str>,
) -> Result<Query, Failed> {
    let mut query = Query::default();
    if let Some(text) = bbox {
        query.bbox = Some(parse_bbox(text).map_err(Failed::Usage)?);
    }
    if let Some(text) = datetime {
        query.days = Days::parse(text).map_err(Failed::Usage)?;
    }
    if let Some(text) = filter {
        query.filter = Some(filter_of(text).map_err(Failed::Usage)?);
    }
    Ok(query)
}

/// A CQL2 filter: JSON when it begins with a brace, text otherwise.
fn filter_of(text: &str) -> Result<Filter, String> {
    let read = if text.trim_start().starts_with('{') {
        Filter::from_json
    } else {
        Filter::from_text
    };
    read(text, &Crs::Crs84).map_err(|error| format!("--filter cannot be read {error}"))
}

fn format_of(it: &config::Export) -> Result<Format, Failed> {
    let ending = it
        .output
        .as_deref()
        .and_then(|p| p.extension())
        .map(|e| e.to_string_lossy().into_owned());
    let Some(wanted) = it.format.clone().or(ending) else {
        return if it.output.is_some() {
            Err(Failed::Usage(format!(
                "the file has no ending that names a format; known are {}",
                Format::endings()
            )))
        } else {
            Ok(Format::GeoJson)
        };
    };
    Format::from_ending(&wanted).ok_or_else(|| {
        Failed::Usage(format!(
            "“{wanted}” is no format this version writes; known are {}",
            Format::endings()
        ))
    })
}

/// Writes the incidents asked for; gives how many of them the format cannot hold.
fn write(
    store: &Store,
    query: &Query,
    (format, detail, about): (Format, Detail, &About),
    (bom, exact): (bool, bool),
    out: impl Write + Send,
) -> Result<usize, Failed> {
    let mut out = BufWriter::with_capacity(OUT_BYTES, out);
    if bom {
        out.write_all("\u{feff}".as_bytes())?;
    }
    // What is kept as JSON goes out as it is kept.
    if let (Some(frame), Detail::Flat, false) = (Frame::of(format), detail, exact) {
        features(store, query, (frame, about), out)?;
        return Ok(0);
    }
    let mut sink = formats::sink(format, detail, about, out)?;
    let mut left_out = 0;
    let take = |incident: Incident| {
        let shown = incident.shown();
        if format == Format::FlatGeobuf && matches!(Geometry::of(&shown), Geometry::None) {
            left_out += 1;
        }
        sink.add(&shown, Some(&incident)).map_err(Failed::from)
    };
    if exact {
        store.incidents_exact(query, take)?;
    } else {
        store.incidents(query, take)?;
    }
    sink.finish()?;
    Ok(left_out)
}

/// Writes the incidents asked for as features, of the rows that the store keeps ready.
fn features(
    store: &Store,
    query: &Query,
    (mut frame, about): (Frame, &About),
    mut out: impl Write,
) -> Result<(), Failed> {
    out.write_all(&frame.head(about))?;
    let mut buffer = Vec::new();
    store.rows_given_out(query, |row| {
        buffer.clear();
        frame.feature(&mut buffer, |out| row.feature(out));
        out.write_all(&buffer).map_err(Failed::from)
    })?;
    out.write_all(frame.tail())?;
    out.flush()?;
    Ok(())
}

fn status(it: StatusOption) -> Status {
    match it {
        StatusOption::Draft => Status::Draft,
        StatusOption::Published => Status::Published,
        StatusOption::Rejected => Status::Rejected,
    }
}
