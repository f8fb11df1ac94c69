//! `export`.

use std::io::{self, BufWriter, Write};

use super::{Failed, Outcome};
use crate::config::{self, DetailOption, House, StatusOption};
use crate::formats::{self, About, Detail, Format};
use crate::incident::Status;
use crate::store::{Days, Query, Store, parse_bbox};

/// Writes what the store holds.
pub(super) fn export(it: &config::Export, house: &House) -> Outcome {
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
    let how = (format, detail, &about);
    match &it.output {
        None => write(&store, &query, how, it.exact, io::stdout().lock())?,
        Some(path) => {
            super::write_whole(path, |file| write(&store, &query, how, it.exact, file))?;
        }
    }
    Ok(true)
}

/// The incidents that the options ask for.
pub(super) fn asked(
    bbox: Option<&str>,
    datetime: Option<&str>,
    filter: Option<&str>,
) -> Result<Query, Failed> {
    if filter.is_some() {
        return Err(Failed::Usage(
            "--filter is not understood by this version; --bbox and --datetime are".to_owned(),
        ));
    }
    let mut query = Query::default();
    if let Some(text) = bbox {
        query.bbox = Some(parse_bbox(text).map_err(Failed::Usage)?);
    }
    if let Some(text) = datetime {
        query.days = Days::parse(text).map_err(Failed::Usage)?;
    }
    Ok(query)
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

fn write(
    store: &Store,
    query: &Query,
    (format, detail, about): (Format, Detail, &About),
    exact: bool,
    out: impl Write,
) -> Result<(), Failed> {
    let out = BufWriter::new(out);
    let mut sink = formats::sink(format, detail, about, out)?;
    store.incidents(query, |incident| {
        let incident = if exact {
            Some(incident)
        } else {
            incident.given_out()
        };
        match incident {
            Some(it) => sink.add(&it.shown(), Some(&it)).map_err(Failed::from),
            None => Ok(()),
        }
    })?;
    sink.finish().map_err(Failed::from)
}

fn status(it: StatusOption) -> Status {
    match it {
        StatusOption::Draft => Status::Draft,
        StatusOption::Published => Status::Published,
        StatusOption::Rejected => Status::Rejected,
    }
}
