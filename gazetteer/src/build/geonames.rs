//! GeoNames: the dump of 19 columns, alternate names, codes of divisions.

use std::collections::HashMap;

use super::{BadRows, Builder, Row};
use crate::{CountryCode, Kind, LonLat};

/// The data set in the credits.
pub(super) const NAME: &str = "GeoNames";
const LICENCE: &str = "CC BY 4.0";
const CREDIT: &str =
    "Geographical names (c) GeoNames (https://www.geonames.org), CC BY 4.0, changed by joining.";

/// Divisions as the code files tell them: names, no positions.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// (code such as "SY.11" or "US.TX.001", name, GeoNames id)
    divisions: Vec<(String, String, u32)>,
}

/// The kind of a GeoNames feature class and code.
pub(crate) fn kind(class: &str, code: &str, population: u64) -> Kind {
    match (class, code) {
        ("P", "PPLC") => Kind::Capital,
        ("P", "PPLX") => Kind::Neighbourhood,
        ("P", _) => settlement(code, population),
        ("A", "PCLI" | "PCL" | "PCLS" | "PCLD" | "PCLF" | "PCLIX" | "TERR") => Kind::Country,
        ("A", "ADM1") => Kind::Admin1,
        ("A", "ADM2") => Kind::Admin2,
        ("A", _) => Kind::Admin3,
        ("H", "STM" | "STMI" | "WAD" | "STMA") => Kind::River,
        ("H", "LK" | "LKS" | "RSV" | "LGN") => Kind::Lake,
        ("H", "SEA" | "OCN") => Kind::Sea,
        ("H", "STRT" | "CHN") => Kind::Strait,
        ("H", "GULF" | "BAY") => Kind::Gulf,
        ("H", "CNL") => Kind::Canal,
        ("T", "MT" | "MTS" | "HLL" | "PK" | "RDGE" | "VLC") => Kind::Mountain,
        ("T", "ISL" | "ISLS" | "ATOL") => Kind::Island,
        ("T", "PASS") => Kind::Pass,
        ("L", "RGN" | "RGNE" | "AREA" | "DSRT") | ("T", "DSRT") => Kind::Region,
        ("L", "MILB" | "INSM") | ("S", "INSM" | "MILB" | "FT") => Kind::Base,
        ("L", "CONT") => Kind::Continent,
        ("L", "OILF" | "GASF") | ("S", "OILR") => Kind::OilField,
        ("L", "PRT") | ("S", "PRT") => Kind::Port,
        ("S", "AIRP" | "AIRF") => Kind::Airport,
        ("S", "AIRB") => Kind::Airbase,
        ("S", "DAM") => Kind::Dam,
        ("S", "PS" | "PSH" | "PSN") => Kind::PowerPlant,
        ("S", "PRN") => Kind::Prison,
        ("S", "BDG") => Kind::Bridge,
        ("S", "CMP" | "CMPRF") => Kind::Camp,
        ("S", "PSTB" | "CSTM") => Kind::Crossing,
        _ => Kind::Other,
    }
}

/// A settlement by code and inhabitants.
fn settlement(code: &str, population: u64) -> Kind {
    match (code, population) {
        ("PPLA", _) | (_, 100_000..) => Kind::City,
        ("PPLA2", _) | (_, 5_000..) => Kind::Town,
        _ => Kind::Village,
    }
}

/// Reads the 19 columns of a dump.
pub(crate) fn add_dump(builder: &mut Builder, text: &str, bad: &mut BadRows) {
    let source = builder.source(NAME, LICENCE, CREDIT);
    for (n, line) in text.lines().enumerate() {
        if line.is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() != 19 {
            bad.note(n + 1, &format!("{} columns where 19 belong", cells.len()));
            continue;
        }
        let Ok(geonames_id) = cells[0].parse::<u32>() else {
            bad.note(n + 1, &format!("no GeoNames id: {:?}", cells[0]));
            continue;
        };
        let at = match (cells[5].parse::<f64>(), cells[4].parse::<f64>()) {
            (Ok(lon), Ok(lat)) => match LonLat::new(lon, lat) {
                Ok(at) => at,
                Err(error) => {
                    bad.note(n + 1, &error.to_string());
                    continue;
                }
            },
            _ => {
                bad.note(
                    n + 1,
                    &format!("no position: {:?}, {:?}", cells[4], cells[5]),
                );
                continue;
            }
        };
        let population = cells[14].parse().unwrap_or(0);
        let kind = kind(cells[6], cells[7], population);
        if cells[7].ends_with('H')
            && matches!(cells[7], "PPLH" | "ADM1H" | "ADM2H" | "PCLH" | "PPLCH")
        {
            continue;
        }
        let mut names: Vec<String> = cells[3].split(',').map(str::to_owned).collect();
        names.push(cells[2].to_owned());
        let country = CountryCode::new(cells[8]);
        let code = |parts: &[&str]| {
            (!parts.iter().any(|part| part.is_empty()))
                .then(|| format!("geonames:{}", parts.join(".")))
        };
        let within1 = code(&[cells[8], cells[10]]);
        let within2 = code(&[cells[8], cells[10], cells[11]]);
        let own_key = match kind {
            Kind::Admin1 => within1.clone(),
            Kind::Admin2 => within2.clone(),
            _ => None,
        };
        builder.push(
            Row {
                id: format!("geonames:{geonames_id}"),
                name: cells[1].to_owned(),
                names,
                kind,
                country,
                at: Some(at),
                population,
                geonames_id,
                within1,
                within2,
                own_key,
                ..Row::default()
            },
            source,
        );
    }
}

/// Reads alternate names: they are joined to their places at the end.
pub(crate) fn add_alternate_names(builder: &mut Builder, text: &str, bad: &mut BadRows) {
    builder.source(NAME, LICENCE, CREDIT);
    for (n, line) in text.lines().enumerate() {
        if line.is_empty() {
            continue;
        }
        let mut cells = line.split('\t');
        let (_, geonames_id, language, name) =
            (cells.next(), cells.next(), cells.next(), cells.next());
        let (Some(Ok(geonames_id)), Some(language), Some(name)) =
            (geonames_id.map(str::parse::<u32>), language, name)
        else {
            bad.note(n + 1, "fewer than four columns, or no GeoNames id");
            continue;
        };
        // Links, postal codes and airport codes stand among the names.
        if matches!(
            language,
            "link" | "post" | "wkdt" | "iata" | "icao" | "faac" | "tcid" | "unlc" | "phon" | "piny"
        ) {
            continue;
        }
        let number = builder.strings.number(name.trim());
        if number != 0 {
            builder.late_names.push((geonames_id, number));
        }
    }
}

/// Reads admin1CodesASCII and admin2Codes.
pub(crate) fn add_codes(builder: &mut Builder, text: &str, bad: &mut BadRows) {
    builder.source(NAME, LICENCE, CREDIT);
    for (n, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [code, name, _ascii, id] = cells[..] else {
            if !line.is_empty() {
                bad.note(n + 1, &format!("{} columns where 4 belong", cells.len()));
            }
            continue;
        };
        let Ok(id) = id.trim().parse::<u32>() else {
            bad.note(n + 1, &format!("no GeoNames id: {id:?}"));
            continue;
        };
        builder
            .codes
            .divisions
            .push((code.to_owned(), name.to_owned(), id));
    }
}

/// Divisions of the code files: those with a known id are tied to their code, the others get the
/// middle of the places that lie in them, with a radius that holds nine in ten of these.
pub(crate) fn add_divisions_from_codes(builder: &mut Builder) {
    let codes = std::mem::take(&mut builder.codes);
    if codes.divisions.is_empty() {
        return;
    }
    let mut inside: HashMap<u64, Vec<LonLat>> = HashMap::new();
    for draft in &builder.drafts {
        if let Some(at) = draft.at {
            for key in [draft.within1, draft.within2] {
                if key != 0 {
                    inside.entry(key).or_default().push(at);
                }
            }
        }
    }
    let source = builder.source(NAME, LICENCE, CREDIT);
    for (code, name, geonames_id) in codes.divisions {
        let key = format!("geonames:{code}");
        let hash = crate::fold::hash_bytes(key.as_bytes());
        if let Some(&known) = builder.by_geonames.get(&geonames_id) {
            builder.by_own_key.insert(hash, known);
            let number = builder.strings.number(&name);
            let draft = &mut builder.drafts[known as usize];
            if draft.name != number && !draft.names.contains(&number) {
                draft.names.push(number);
            }
            continue;
        }
        let first = code.matches('.').count() == 1;
        let kind = if first { Kind::Admin1 } else { Kind::Admin2 };
        let Some((at, radius_m)) = inside.get(&hash).and_then(|points| middle(points, kind)) else {
            continue;
        };
        let country = CountryCode::new(&code[..code.len().min(2)]);
        let within1 = (!first)
            .then(|| {
                code.rsplit_once('.')
                    .map(|(above, _)| format!("geonames:{above}"))
            })
            .flatten();
        builder.push(
            Row {
                id: format!("geonames:{geonames_id}"),
                name,
                kind,
                country,
                at: Some(at),
                radius_m: Some(radius_m),
                middling: true,
                geonames_id,
                within1,
                own_key: Some(key),
                ..Row::default()
            },
            source,
        );
    }
}

/// What is usual for a division of its level counts as much as so many known places: a handful of
/// places tells little of how far their division reaches.
const USUAL_WORTH_PLACES: f64 = 5.0;

/// The median point of the places in a division, and the distance within which nine in ten of
/// them lie; with few places, nearer to what is usual for divisions of that level.
pub(crate) fn middle(points: &[LonLat], kind: Kind) -> Option<(LonLat, f64)> {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    if points.is_empty() {
        return None;
    }
    let lon = median(points.iter().map(|at| at.lon()).collect());
    let lat = median(points.iter().map(|at| at.lat()).collect());
    let at = LonLat::new(lon, lat).ok()?;
    let mut distances: Vec<f64> = points.iter().map(|other| at.distance_m(*other)).collect();
    distances.sort_by(f64::total_cmp);
    let radius_m = distances[(distances.len() * 9 / 10).min(distances.len() - 1)];
    let count = points.len() as f64;
    let usual_m = crate::size::place_radius_m(kind, 0, None, None);
    let mixed_m = (count * radius_m + USUAL_WORTH_PLACES * usual_m) / (count + USUAL_WORTH_PLACES);
    Some((at, mixed_m.max(10_000.0)))
}
