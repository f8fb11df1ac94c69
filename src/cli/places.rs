//! `resolve` and `gazetteer`: thin over the gazetteer crate.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use gazetteer::build::Builder;
use gazetteer::{Context, CountryCode, Gazetteer, Located, LonLat, Place};

use super::{Failed, Outcome, gazetteer as open, lat_lon, say};
use crate::config::{GazetteerCommand, House, Resolve};
use crate::formats::{CandidateShape, PlaceShape};
use crate::mirror::{self, Got, Mirror, MirrorError};

/// Says what a place phrase may mean.
pub(super) fn resolve(it: &Resolve, house: &House) -> Outcome {
    let mut context = Context {
        limit: it.limit,
        ..Context::default()
    };
    for code in &it.country {
        let Some(country) = CountryCode::new(code) else {
            return Err(Failed::Usage(format!(
                "“{code}” is no country code; two letters are meant, such as SY"
            )));
        };
        context.countries.push(country);
    }
    context.near = it.near.as_deref().map(lat_lon).transpose()?;
    let gazetteer = open(house)?;
    let phrase = it.phrase.join(" ");
    let mut found = gazetteer.resolve(&phrase, &context);
    if it.limit > 0 {
        found.truncate(it.limit);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if it.json {
        let shapes: Vec<CandidateShape<'_>> = found.iter().map(Into::into).collect();
        json(&mut out, &shapes)?;
    } else {
        if found.is_empty() {
            say(&format!("no place is known for “{phrase}”"));
        }
        table(&mut out, &found)?;
    }
    out.flush()?;
    Ok(true)
}

fn table(out: &mut impl Write, found: &[Located]) -> io::Result<()> {
    for it in found {
        let at = it.centre.map_or("no position".to_owned(), position);
        let doubt = it
            .radius_m
            .map_or(String::new(), |r| format!(" ± {}", distance(r)));
        let country = it.country.map_or(String::new(), |c| format!(", {c}"));
        writeln!(
            out,
            "{:.2}  {}{country}  {at}{doubt}  {}  {}",
            it.score,
            it.name,
            it.precision.code(),
            it.place_id.as_deref().unwrap_or("-"),
        )?;
        for reason in &it.because {
            writeln!(out, "      {reason}")?;
        }
    }
    Ok(())
}

fn position(at: LonLat) -> String {
    format!("{:.4}, {:.4}", at.lat(), at.lon())
}

fn distance(metres: f64) -> String {
    if metres >= 1000.0 {
        format!("{:.0} km", metres / 1000.0)
    } else {
        format!("{metres:.0} m")
    }
}

fn json<T: serde::Serialize + ?Sized>(out: &mut impl Write, value: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}

/// Builds, describes and asks gazetteers.
pub(super) fn gazetteer(it: &GazetteerCommand, house: &House) -> Outcome {
    let mut out = BufWriter::new(io::stdout().lock());
    match it {
        GazetteerCommand::Build {
            output,
            share_alike,
            country,
            licences,
            paths,
        } => {
            let mut builder = Builder::new();
            builder.only(country);
            return build(builder, output, *share_alike, licences, paths);
        }
        GazetteerCommand::Fetch {
            output,
            country,
            base_url,
            folder,
            no_build,
        } => {
            let files = fetch(base_url, folder, country)?;
            if *no_build {
                return Ok(true);
            }
            let mut builder = Builder::new();
            builder.only(country);
            return build(builder, output, false, &[], &files);
        }
        GazetteerCommand::Info { json: as_json } => info(&mut out, &open(house)?, *as_json)?,
        GazetteerCommand::Search {
            limit,
            json: as_json,
            words,
        } => {
            let found = open(house)?.search(&words.join(" "), *limit);
            places(&mut out, &found, None, *as_json)?;
        }
        GazetteerCommand::Reverse {
            limit,
            json: as_json,
            at,
        } => {
            let at = lat_lon(at)?;
            let found = open(house)?.near(at, *limit);
            places(&mut out, &found, Some(at), *as_json)?;
        }
    }
    out.flush()?;
    Ok(true)
}

/// Downloads GeoNames' tables; where they lie.
fn fetch(base_url: &str, folder: &Path, countries: &[CountryCode]) -> Result<Vec<PathBuf>, Failed> {
    let terminal = io::stderr().is_terminal();
    let mut progress = |name: &str, have: u64, total: Option<u64>| {
        if terminal {
            bar(have, total.unwrap_or(have), Path::new(name));
        }
    };
    let mut mirror = Mirror::new(base_url, folder, &mut progress).map_err(failed)?;
    let mut files = Vec::new();
    let mut bring = |name: &str| -> Result<(), MirrorError> {
        let (path, got) = mirror.fetch(name)?;
        if terminal {
            eprint_line("");
        }
        let size = file_bytes(&path);
        say(&match got {
            Got::Fetched => format!("{name}: {size} bytes"),
            Got::Resumed(from) => format!("{name}: {size} bytes, {from} of them from last time"),
            Got::Unchanged => format!("{name}: as it was last time"),
        });
        if !files.contains(&path) {
            files.push(path);
        }
        Ok(())
    };
    for (name, instead) in mirror::geonames_files(countries) {
        match (bring(&name), instead) {
            (Err(MirrorError::NotThere(url)), Some(whole)) => {
                say(&format!("{url} is not there; {whole} has its names too"));
                bring(whole).map_err(failed)?;
            }
            (done, _) => done.map_err(failed)?,
        }
    }
    Ok(files)
}

fn failed(error: MirrorError) -> Failed {
    match error {
        MirrorError::Address(why) => Failed::Usage(why),
        other => Failed::Work(other.to_string()),
    }
}

/// Reads data sets and writes one file.
fn build(
    mut builder: Builder,
    output: &Path,
    share_alike: bool,
    licences: &[String],
    paths: &[PathBuf],
) -> Outcome {
    for told in licences {
        match told.split_once('=') {
            Some((path, licence)) if !path.is_empty() && !licence.is_empty() => {
                builder.licence(path, licence);
            }
            _ => {
                return Err(Failed::Usage(format!(
                    "--licence “{told}” is not PATH=NAME, such as villages.csv=CC-BY-4.0"
                )));
            }
        }
    }
    if share_alike {
        builder.allow_share_alike();
    }
    let mut files = Vec::new();
    let mut all_read = true;
    for path in paths {
        if let Err(error) = collect(path, &mut files) {
            say(&format!("{} cannot be read: {error}", path.display()));
            all_read = false;
        }
    }
    let progress = io::stderr().is_terminal();
    let total: u64 = files.iter().map(|file| file_bytes(file)).sum();
    let mut read_bytes = 0;
    for path in files {
        if progress {
            bar(read_bytes, total, &path);
        }
        read_bytes += file_bytes(&path);
        match std::fs::read(&path) {
            Ok(bytes) => {
                for notice in builder.add(&path.to_string_lossy(), &bytes) {
                    say(&notice.to_string());
                }
            }
            Err(error) => {
                say(&format!("{} cannot be read: {error}", path.display()));
                all_read = false;
            }
        }
    }
    if progress {
        eprint_line("joining and sorting");
    }
    let bytes = builder.finish();
    if progress {
        eprint_line("");
    }
    super::write_whole(output, |file| file.write_all(&bytes).map_err(Failed::from))?;
    let gazetteer = Gazetteer::open(bytes)
        .map_err(|error| Failed::Work(format!("the file just written is not sound: {error}")))?;
    let info = gazetteer.info();
    say(&format!(
        "{} places with {} names in {} ({} MB)",
        info.places,
        info.names,
        output.display(),
        info.bytes / 1_000_000
    ));
    for it in gazetteer.credits() {
        say(&format!("{}: {} ({})", it.source, it.credit, it.licence));
    }
    Ok(all_read)
}

/// How large a file is; 0 where nobody knows.
fn file_bytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |it| it.len())
}

/// Cells of the progress bar.
const BAR_CELLS: u64 = 30;

/// How much of the inputs is read, on one line of a terminal that is written over.
fn bar(done_bytes: u64, total_bytes: u64, path: &Path) {
    let cells = done_bytes * BAR_CELLS / total_bytes.max(1);
    let filled = "#".repeat(cells as usize);
    let empty = "-".repeat((BAR_CELLS - cells.min(BAR_CELLS)) as usize);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    eprint_line(&format!(
        "[{filled}{empty}] {:3} % {name}",
        done_bytes * 100 / total_bytes.max(1)
    ));
}

/// Writes over the last line of the terminal. A terminal that is gone is no reason to stop.
fn eprint_line(text: &str) {
    let _ = write!(io::stderr(), "\r\x1b[2K{text}");
}

/// A file, or the files of a folder and its folders, by name.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        std::fs::metadata(path)?;
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        let hidden = entry
            .file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if !hidden {
            collect(&entry, files)?;
        }
    }
    Ok(())
}

/// What a gazetteer holds.
fn info(out: &mut impl Write, gazetteer: &Gazetteer, as_json: bool) -> Result<(), Failed> {
    let info = gazetteer.info();
    let credits = gazetteer.credits();
    if as_json {
        let by_source: BTreeMap<&str, u64> = info
            .by_source
            .iter()
            .map(|(s, n)| (s.as_str(), *n))
            .collect();
        let by_country: BTreeMap<String, u64> = info
            .by_country
            .iter()
            .map(|(c, n)| (c.map_or("none".to_owned(), |c| c.to_string()), *n))
            .collect();
        let credits: Vec<serde_json::Value> = credits
            .iter()
            .map(|c| {
                serde_json::json!({
                    "source": c.source, "licence": c.licence, "credit": c.credit, "rows": c.rows,
                })
            })
            .collect();
        let all = serde_json::json!({
            "places": info.places, "names": info.names, "bytes": info.bytes,
            "by_source": by_source, "by_country": by_country, "credits": credits,
        });
        return json(out, &all).map_err(Failed::from);
    }
    writeln!(
        out,
        "{} places, {} names, {} bytes",
        info.places, info.names, info.bytes
    )?;
    for (source, count) in &info.by_source {
        writeln!(out, "  {count:>9}  {source}")?;
    }
    writeln!(out, "by country:")?;
    for (country, count) in &info.by_country {
        let code = country.map_or("none".to_owned(), |c| c.to_string());
        writeln!(out, "  {count:>9}  {code}")?;
    }
    writeln!(out, "credits:")?;
    for it in &credits {
        writeln!(out, "  {}: {} ({})", it.source, it.credit, it.licence)?;
    }
    Ok(())
}

fn places(
    out: &mut impl Write,
    found: &[Place],
    from: Option<LonLat>,
    as_json: bool,
) -> io::Result<()> {
    if as_json {
        let shapes: Vec<PlaceShape<'_>> = found.iter().map(|p| PlaceShape::of(p, from)).collect();
        return json(out, &shapes);
    }
    if found.is_empty() {
        say("no place is known there or by that name");
    }
    for it in found {
        let away = from.zip(it.at).map_or(String::new(), |(from, at)| {
            format!("  {} away", distance(from.distance_m(at)))
        });
        let country = it.country.map_or(String::new(), |c| format!(", {c}"));
        let at = it.at.map_or("no position".to_owned(), position);
        writeln!(
            out,
            "{}{country}  {at}  {}  {}{away}",
            it.name,
            it.kind.code(),
            it.id
        )?;
    }
    Ok(())
}
