//! Tables with a header: our own layout, lists of cities, P-codes, reference points.

use std::collections::HashMap;

use super::{BadRows, Builder, Row};
use crate::{CountryCode, Kind, LonLat};

/// Reads a table whose header names at least a name and a position. False when it does not.
pub(crate) fn add(builder: &mut Builder, text: &str, bad: &mut BadRows) -> bool {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let Ok(header) = reader.headers() else {
        return false;
    };
    let columns: HashMap<String, usize> = header
        .iter()
        .enumerate()
        .map(|(n, name)| (name.trim().to_ascii_lowercase(), n))
        .collect();
    let column = |names: &[&str]| names.iter().find_map(|name| columns.get(*name).copied());
    if let (Some(code), Some(name), Some(country), Some(level)) = (
        column(&["p-code"]),
        column(&["name"]),
        column(&["location"]),
        column(&["admin level"]),
    ) {
        let at = [code, name, country, level];
        return add_pcodes(builder, &mut reader, at, bad);
    }
    let (Some(name), Some(lat), Some(lon)) = (
        column(&["name", "asciiname", "title"]),
        column(&["lat", "latitude", "latitude_deg"]),
        column(&["lon", "lng", "longitude", "longitude_deg"]),
    ) else {
        return false;
    };
    // Radio beacons are points of aviation that no report names.
    if columns.contains_key("frequency_khz") {
        return true;
    }
    let lists_cities = columns.contains_key("cc") && columns.contains_key("admin2");
    let source = if lists_cities {
        builder.source(
            "GeoNames",
            "CC BY 4.0",
            "Geographical names (c) GeoNames (https://www.geonames.org), CC BY 4.0, changed by joining.",
        )
    } else {
        builder.source("table", super::UNKNOWN, "Places from a table of the user.")
    };
    let country = column(&["country", "cc", "iso2", "country_code"]);
    let admin1 = column(&["admin1", "adm1", "state", "province"]);
    let admin2 = column(&["admin2"]);
    let kind = column(&["kind"]);
    let others = column(&["alt_names", "aliases", "names"]);
    let id = column(&["id"]);
    let radius = column(&["uncertainty_km", "radius_km"]);
    let population = column(&["population"]);
    let mut divisions: HashMap<(String, String, String), Vec<LonLat>> = HashMap::new();
    for (n, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                bad.note(n + 2, &error.to_string());
                continue;
            }
        };
        let cell = |n: Option<usize>| n.and_then(|n| record.get(n)).unwrap_or_default().trim();
        let at = match (
            cell(Some(lon)).parse::<f64>(),
            cell(Some(lat)).parse::<f64>(),
        ) {
            (Ok(lon), Ok(lat)) => LonLat::new(lon, lat).map_err(|error| error.to_string()),
            _ => Err(format!(
                "no position: {:?}, {:?}",
                cell(Some(lat)),
                cell(Some(lon))
            )),
        };
        let at = match at {
            Ok(at) => at,
            Err(what) => {
                bad.note(n + 2, &what);
                continue;
            }
        };
        let code = CountryCode::new(cell(country));
        let (first, second) = (cell(admin1).to_owned(), cell(admin2).to_owned());
        let key = |parts: &[&str]| format!("table:{}", parts.join("/"));
        let cc = cell(country);
        if lists_cities && !first.is_empty() {
            divisions
                .entry((cc.to_owned(), first.clone(), String::new()))
                .or_default()
                .push(at);
            if !second.is_empty() {
                divisions
                    .entry((cc.to_owned(), first.clone(), second.clone()))
                    .or_default()
                    .push(at);
            }
        }
        let population: u64 = cell(population).parse().unwrap_or(0);
        let told = cell(kind);
        builder.push(
            Row {
                id: format!(
                    "table:{}",
                    if cell(id).is_empty() {
                        format!("{cc}-{}", n + 2)
                    } else {
                        cell(id).to_owned()
                    }
                ),
                name: cell(Some(name)).to_owned(),
                names: cell(others).split('|').map(str::to_owned).collect(),
                kind: Kind::from_code(told).unwrap_or_else(|| guessed(told, population)),
                country: code,
                within1: (lists_cities && !first.is_empty()).then(|| key(&[cc, &first])),
                within2: (lists_cities && !second.is_empty()).then(|| key(&[cc, &first, &second])),
                admin1: first,
                at: Some(at),
                radius_m: cell(radius).parse::<f64>().ok().map(|km| km * 1000.0),
                population,
                ..Row::default()
            },
            source,
        );
    }
    if lists_cities {
        add_divisions(builder, divisions, source);
    }
    true
}

/// The P-code of a division, as OCHA's list tells it: without a position.
#[derive(Clone, Debug)]
pub(crate) struct Pcode {
    country: CountryCode,
    kind: Kind,
    name: u32,
    code: u32,
}

/// Reads OCHA's list of P-codes: country, level, code, name.
fn add_pcodes(
    builder: &mut Builder,
    reader: &mut csv::Reader<&[u8]>,
    [code, name, country, level]: [usize; 4],
    bad: &mut BadRows,
) -> bool {
    builder.source(
        "OCHA COD",
        "CC BY 3.0 IGO",
        "Administrative boundaries and P-codes: UN OCHA, Common Operational Datasets, CC BY 3.0 IGO, via HDX.",
    );
    let by_iso3: HashMap<&str, CountryCode> = super::starter::countries()
        .values()
        .map(|it| (&it.iso3[..], it.code))
        .collect();
    for (n, record) in reader.records().enumerate() {
        let Ok(record) = record else {
            bad.note(n + 2, "no row of a table");
            continue;
        };
        let cell = |n: usize| record.get(n).unwrap_or_default().trim();
        let kind = match cell(level) {
            "1" => Kind::Admin1,
            "2" => Kind::Admin2,
            "3" => Kind::Admin3,
            // The second line of such files tells the tags of the columns.
            _ => continue,
        };
        let Some(country) = by_iso3.get(cell(country)).copied() else {
            bad.note(
                n + 2,
                &format!("no country of the code {:?} is known", cell(country)),
            );
            continue;
        };
        let pcode = Pcode {
            country,
            kind,
            name: builder.strings.number(cell(name)),
            code: builder.strings.number(cell(code)),
        };
        builder.pcodes.push(pcode);
    }
    true
}

/// Gives the divisions their P-codes: by country, level and name, where just one bears it.
pub(crate) fn tie_pcodes(builder: &mut Builder) {
    let pcodes = std::mem::take(&mut builder.pcodes);
    if pcodes.is_empty() {
        return;
    }
    let key = |builder: &Builder, text: u32| {
        let folded = crate::fold::fold(builder.strings.text(text));
        let rest =
            crate::fold::generic::without_generic(&folded).map_or(&folded[..], |(rest, _)| rest);
        crate::fold::Key::of(rest).mixed()
    };
    let mut wanted: HashMap<(CountryCode, Kind, u64), Option<u32>> = HashMap::new();
    for pcode in &pcodes {
        wanted
            .entry((pcode.country, pcode.kind, key(builder, pcode.name)))
            // Two of one name: nobody knows which is which.
            .and_modify(|code| *code = None)
            .or_insert(Some(pcode.code));
    }
    let mut found: HashMap<u32, Vec<usize>> = HashMap::new();
    for (n, draft) in builder.drafts.iter().enumerate() {
        let division = matches!(draft.kind, Kind::Admin1 | Kind::Admin2 | Kind::Admin3);
        let (true, Some(country)) = (division && !draft.gone && draft.pcode == 0, draft.country)
        else {
            continue;
        };
        let codes: std::collections::BTreeSet<u32> = std::iter::once(draft.name)
            .chain(draft.names.iter().copied())
            .filter_map(|name| *wanted.get(&(country, draft.kind, key(builder, name)))?)
            .collect();
        if let [only] = codes.into_iter().collect::<Vec<_>>()[..] {
            found.entry(only).or_default().push(n);
        }
    }
    for (code, drafts) in found {
        if let [only] = drafts[..] {
            builder.drafts[only].pcode = code;
        }
    }
}

/// The kind that a word of a table means.
fn guessed(told: &str, population: u64) -> Kind {
    let folded = crate::fold::fold(told);
    let known = folded
        .split(' ')
        .chain([&folded[..]])
        .filter_map(crate::fold::generic::generic)
        .next_back()
        .and_then(|generic| generic.kinds.first().copied());
    known.unwrap_or_else(|| super::geonames::kind("P", "", population))
}

/// The divisions that a list of cities names, each at the middle of its places.
fn add_divisions(
    builder: &mut Builder,
    divisions: HashMap<(String, String, String), Vec<LonLat>>,
    source: u16,
) {
    let mut divisions: Vec<_> = divisions.into_iter().collect();
    divisions.sort_by(|a, b| a.0.cmp(&b.0));
    for ((cc, first, second), points) in divisions {
        let whole_first = second.is_empty();
        let kind = if whole_first {
            Kind::Admin1
        } else {
            Kind::Admin2
        };
        let Some((at, radius_m)) = super::geonames::middle(&points, kind) else {
            continue;
        };
        let own = if whole_first {
            format!("table:{cc}/{first}")
        } else {
            format!("table:{cc}/{first}/{second}")
        };
        let name = if whole_first { first.clone() } else { second };
        builder.push(
            Row {
                id: own.clone(),
                name,
                kind,
                country: CountryCode::new(&cc),
                at: Some(at),
                radius_m: Some(radius_m),
                middling: true,
                within1: (!whole_first).then(|| format!("table:{cc}/{first}")),
                own_key: Some(own),
                ..Row::default()
            },
            source,
        );
    }
}
