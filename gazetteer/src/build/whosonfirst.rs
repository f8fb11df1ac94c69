//! Who's On First as one table a country: 22 columns under a header.

use super::{BadRows, Builder, Row};
use crate::{CountryCode, Extent, Kind, LonLat};

/// Reads the table.
pub(crate) fn add(builder: &mut Builder, text: &str, bad: &mut BadRows) {
    let source = builder.source(
        "Who's On First",
        "CC0 and CC BY",
        "Data from Who's On First (https://whosonfirst.org/docs/licenses/), with GeoNames (CC BY).",
    );
    for (n, line) in text.lines().enumerate().skip(1) {
        if line.is_empty() {
            continue;
        }
        let c: Vec<&str> = line.split('\t').collect();
        if c.len() != 22 {
            bad.note(n + 1, &format!("{} columns where 22 belong", c.len()));
            continue;
        }
        let at = match (c[5].parse::<f64>(), c[4].parse::<f64>()) {
            (Ok(lon), Ok(lat)) => LonLat::new(lon, lat).map_err(|e| e.to_string()),
            _ => Err(format!("no position: {:?}, {:?}", c[4], c[5])),
        };
        let at = match at {
            Ok(at) => at,
            Err(what) => {
                bad.note(n + 1, &what);
                continue;
            }
        };
        if c[2].is_empty() {
            continue;
        }
        let population: u64 = c[16].parse().unwrap_or(0);
        let kind = match c[1] {
            "country" => Kind::Country,
            "region" => Kind::Admin1,
            "county" => Kind::Admin2,
            "localadmin" => Kind::Admin3,
            "macroregion" => Kind::Region,
            "neighbourhood" | "microhood" => Kind::Neighbourhood,
            "campus" => Kind::Installation,
            _ if c[12].is_empty() => super::geonames::kind("P", "", population),
            _ => super::geonames::kind(c[12], c[13], population),
        };
        let country = CountryCode::new(c[6]);
        let names = c[21]
            .split('|')
            .filter_map(|name| name.get(4..))
            .chain([c[3]])
            .map(str::to_owned)
            .collect();
        let key = |id: &str| (!id.is_empty()).then(|| format!("wof:{id}"));
        let division = matches!(kind, Kind::Admin1 | Kind::Admin2 | Kind::Admin3);
        let extent = {
            let corners: Vec<f64> = c[20].split(',').filter_map(|v| v.parse().ok()).collect();
            match corners[..] {
                [w, s, e, n] => Extent::new(w, s, e, n),
                _ => None,
            }
        };
        builder.push(
            Row {
                id: format!("wof:{}", c[0]),
                name: c[2].to_owned(),
                names,
                kind,
                country,
                admin1: if kind == Kind::Admin1 {
                    String::new()
                } else {
                    c[8].to_owned()
                },
                at: Some(at),
                extent: extent.filter(|_| division || kind == Kind::Country),
                population,
                // Countries are joined by their code, as the starter has them without ids.
                geonames_id: if kind == Kind::Country {
                    0
                } else {
                    c[11].parse().unwrap_or(0)
                },
                within1: key(c[7]).filter(|_| kind != Kind::Admin1),
                within2: key(c[9]).filter(|_| kind != Kind::Admin2),
                own_key: division.then(|| format!("wof:{}", c[0])),
                ..Row::default()
            },
            source,
        );
    }
}
