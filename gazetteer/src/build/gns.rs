//! GNS, the names of the United States' National Geospatial-Intelligence Agency: a row a name,
//! the rows of one feature tied by its number. Two layouts: capital headers and FIPS 10-4 country
//! codes until 2021, small headers and ISO codes since.

use std::collections::HashMap;

use super::{BadRows, Builder, Row};
use crate::{CountryCode, LonLat};

/// FIPS 10-4 codes of the old layout with their ISO 3166-1 codes.
const FIPS: &str = include_str!("../../data/fips.csv");

/// True for the header of either layout.
pub(crate) fn is_header(line: &str) -> bool {
    let line = line.to_ascii_uppercase();
    line.contains("\tUFI\t") && (line.contains("FULL_NAME"))
}

/// Reads one file.
pub(crate) fn add(builder: &mut Builder, text: &str, bad: &mut BadRows) {
    let source = builder.source(
        "GNS",
        "public domain",
        "Toponymic information from the Geographic Names Server of the National Geospatial-Intelligence Agency.",
    );
    let mut lines = text.lines().enumerate();
    let Some((_, header)) = lines.next() else {
        return;
    };
    let old = header.contains("UFI");
    let columns: HashMap<String, usize> = header
        .split('\t')
        .enumerate()
        .map(|(n, name)| (name.trim().to_ascii_lowercase(), n))
        .collect();
    let column = |names: &[&str]| names.iter().find_map(|name| columns.get(*name).copied());
    let (Some(ufi), Some(lat), Some(lon), Some(name)) = (
        column(&["ufi"]),
        column(&["lat", "lat_dd"]),
        column(&["long", "long_dd"]),
        column(&["full_name_ro", "full_name"]),
    ) else {
        bad.note(1, "a header of GNS without UFI, position or name");
        return;
    };
    let plain = column(&["full_name_nd_ro", "full_nm_nd", "full_name_nd"]);
    let native = column(&["full_name_rg"]);
    let kind_of_name = column(&["nt"]);
    let class = column(&["fc"]);
    let code = column(&["dsg", "desig_cd"]);
    let country = column(&["cc1", "cc_ft"]);
    let population = column(&["pop"]);
    let fips: HashMap<&str, &str> = FIPS
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .collect();
    // The rows of a feature need not stand together.
    let mut rows: Vec<Row> = Vec::new();
    let mut known: HashMap<u64, (usize, u8)> = HashMap::new();
    for (n, line) in lines {
        if line.is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |n: Option<usize>| n.and_then(|n| cells.get(n)).map_or("", |cell| cell.trim());
        let Ok(number) = cell(Some(ufi)).trim_start_matches('-').parse::<u64>() else {
            bad.note(n + 1, &format!("no feature number: {:?}", cell(Some(ufi))));
            continue;
        };
        let named = cell(Some(name)).to_owned();
        if named.is_empty() {
            bad.note(n + 1, "no name");
            continue;
        }
        // C conventional, N approved in the native tongue, D not verified, V variant.
        let rank = match cell(kind_of_name).bytes().next() {
            Some(b'C') => 0,
            Some(b'N') => 1,
            Some(b'D') => 2,
            _ => 3,
        };
        let mut further = vec![cell(plain).to_owned(), cell(native).to_owned()];
        if let Some((row, best)) = known.get_mut(&number) {
            let row = &mut rows[*row];
            if rank < *best {
                *best = rank;
                let before = std::mem::replace(&mut row.name, named);
                row.names.push(before);
            } else {
                row.names.push(named);
            }
            row.names.append(&mut further);
            continue;
        }
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
                bad.note(n + 1, &what);
                continue;
            }
        };
        let told = cell(country).split([',', ';']).next().unwrap_or_default();
        let people: u64 = cell(population).parse().unwrap_or(0);
        known.insert(number, (rows.len(), rank));
        rows.push(Row {
            id: format!("gns:{number}"),
            name: named,
            names: further,
            kind: super::geonames::kind(cell(class), cell(code), people),
            country: CountryCode::new(if old {
                fips.get(told).copied().unwrap_or("")
            } else {
                told
            }),
            at: Some(at),
            population: people,
            ..Row::default()
        });
    }
    for row in rows {
        builder.push(row, source);
    }
}
