//! `resolve` and `gazetteer`: thin over the gazetteer crate.

use std::io::{self, BufWriter, Write};

use gazetteer::{Context, CountryCode, Located, LonLat, Place};

use super::{Failed, Outcome, gazetteer as open, lat_lon, say};
use crate::config::{GazetteerCommand, House, Resolve};
use crate::formats::{CandidateShape, PlaceShape};

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
        GazetteerCommand::Build { .. } => {
            return Err(Failed::Work(
                "building a gazetteer is not possible with this version".to_owned(),
            ));
        }
        GazetteerCommand::Info { .. } => {
            return Err(Failed::Work(
                "this version cannot describe its gazetteer".to_owned(),
            ));
        }
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
