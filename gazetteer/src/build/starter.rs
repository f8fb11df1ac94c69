//! The hand-written tables of `data/`, as rows.

use std::collections::HashMap;

use super::{Builder, Row};
use crate::fold::Quick;
use crate::{CountryCode, Extent, Kind, LonLat};

/// The tables, in the order in which they are read: what a later one refers to comes earlier.
const COUNTRIES: &str = include_str!("../../data/countries.csv");
const DIVISIONS: &str = include_str!("../../data/divisions.csv");
const CAPITALS: &str = include_str!("../../data/capitals.csv");
const CITIES: &str = include_str!("../../data/cities.csv");
const SPECIAL: &str = include_str!("../../data/special.csv");
const WATERS: &str = include_str!("../../data/waters.csv");
const REGIONS: &str = include_str!("../../data/regions.csv");
const OUTLINES: &str = include_str!("../../data/outlines.geojson");

/// The name of the starter tables as a data set.
pub(crate) const SOURCE: &str = "starter";

/// One table: its columns by name.
struct Table {
    columns: HashMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    fn read(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let columns = reader
            .headers()
            .map(|head| {
                head.iter()
                    .enumerate()
                    .map(|(n, name)| (name.trim().to_owned(), n))
                    .collect()
            })
            .unwrap_or_default();
        let rows = reader.records().filter_map(Result::ok).collect();
        Self { columns, rows }
    }

    fn cell<'a>(&self, row: &'a csv::StringRecord, column: &str) -> &'a str {
        self.columns
            .get(column)
            .and_then(|n| row.get(*n))
            .unwrap_or_default()
            .trim()
    }

    fn list(&self, row: &csv::StringRecord, column: &str) -> Vec<String> {
        self.cell(row, column)
            .split('|')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn number(&self, row: &csv::StringRecord, column: &str) -> Option<f64> {
        self.cell(row, column).parse().ok()
    }

    fn at(&self, row: &csv::StringRecord) -> Option<LonLat> {
        LonLat::new(self.number(row, "lon")?, self.number(row, "lat")?).ok()
    }

    fn extent(&self, row: &csv::StringRecord) -> Option<Extent> {
        Extent::new(
            self.number(row, "west")?,
            self.number(row, "south")?,
            self.number(row, "east")?,
            self.number(row, "north")?,
        )
    }

    /// What every table has: names, point, radius.
    fn row(&self, row: &csv::StringRecord, kind: Kind) -> Row {
        let mut names = Vec::new();
        for column in ["official", "ar", "ru", "fr", "es", "uk", "local", "aliases"] {
            names.extend(self.list(row, column));
        }
        let id = self.cell(row, "id");
        Row {
            id: if id.is_empty() {
                String::new()
            } else {
                format!("{SOURCE}:{id}")
            },
            name: self.cell(row, "name").to_owned(),
            names,
            demonyms: self.list(row, "demonyms"),
            kind,
            country: CountryCode::new(self.cell(row, "country")),
            at: self.at(row),
            radius_m: self.number(row, "radius_km").map(|km| km * 1000.0),
            extent: self.extent(row),
            population: self.cell(row, "population").parse().unwrap_or(0),
            pcode: self.cell(row, "pcode").to_owned(),
            ..Row::default()
        }
    }
}

/// What the table of countries tells beside names and places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Country {
    /// ISO 3166-1, two letters.
    pub code: CountryCode,
    /// ISO 3166-1, three letters.
    pub iso3: String,
    /// ISO 3166-1, the number.
    pub iso_numeric: String,
    /// The common English name.
    pub name: String,
    /// The official English name.
    pub official: String,
    /// Adjective and people: "Syrian", "Syrians".
    pub demonyms: Vec<String>,
    /// Countries with a common land border.
    pub neighbours: Vec<CountryCode>,
}

/// The table of countries.
pub(crate) fn countries() -> &'static HashMap<CountryCode, Country, Quick> {
    static TABLE: std::sync::OnceLock<HashMap<CountryCode, Country, Quick>> =
        std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        let table = Table::read(COUNTRIES);
        let mut known = HashMap::default();
        for row in &table.rows {
            let Some(code) = CountryCode::new(table.cell(row, "iso2")) else {
                continue;
            };
            known.insert(
                code,
                Country {
                    code,
                    iso3: table.cell(row, "iso3").to_owned(),
                    iso_numeric: table.cell(row, "iso_numeric").to_owned(),
                    name: table.cell(row, "name").to_owned(),
                    official: table.cell(row, "official").to_owned(),
                    demonyms: table.list(row, "demonyms"),
                    neighbours: table
                        .list(row, "neighbours")
                        .iter()
                        .filter_map(|code| CountryCode::new(code).or_else(|| by_iso3(&table, code)))
                        .collect(),
                },
            );
        }
        known
    })
}

fn by_iso3(table: &Table, iso3: &str) -> Option<CountryCode> {
    let row = table
        .rows
        .iter()
        .find(|row| table.cell(row, "iso3").eq_ignore_ascii_case(iso3))?;
    CountryCode::new(table.cell(row, "iso2"))
}

/// Feeds every table.
pub(crate) fn add(builder: &mut Builder) {
    let source = builder.source(
        SOURCE,
        "MIT OR Apache-2.0",
        "Hand-written starter tables of the project; country outlines made with Natural Earth.",
    );
    let first = builder.drafts.len();
    let mut outlines = outlines();

    let table = Table::read(COUNTRIES);
    for row in &table.rows {
        let Some(code) = CountryCode::new(table.cell(row, "iso2")) else {
            continue;
        };
        let mut place = table.row(row, Kind::Country);
        place.id = format!("{SOURCE}:{code}");
        place.country = Some(code);
        place.own_key = Some(format!("country:{code}"));
        place.shape = outlines.remove(code.as_str());
        builder.push(place, source);
    }

    let table = Table::read(DIVISIONS);
    for row in &table.rows {
        let kind = match table.cell(row, "kind") {
            "admin2" | "county" => Kind::Admin2,
            "admin3" => Kind::Admin3,
            _ => Kind::Admin1,
        };
        let mut place = table.row(row, kind);
        place.admin1_code = table.cell(row, "code").to_owned();
        if let Some(country) = place.country {
            place.own_key = Some(division_key(country, &place.name));
        }
        builder.push(place, source);
    }

    // Names of divisions that other tables use, so that "Homs" or "Homs Governorate" both lead.
    let mut division: HashMap<(CountryCode, u64), String> = HashMap::new();
    for row in &table.rows {
        if let Some(country) = CountryCode::new(table.cell(row, "country")) {
            let key = division_key(country, table.cell(row, "name"));
            let mut names = table.list(row, "aliases");
            names.push(table.cell(row, "name").to_owned());
            names.push(table.cell(row, "code").to_owned());
            for name in names {
                division
                    .entry((country, short_key(&name)))
                    .or_insert_with(|| key.clone());
            }
        }
    }
    let within = |country: Option<CountryCode>, admin1: &str| -> Option<String> {
        division.get(&(country?, short_key(admin1))).cloned()
    };

    for (text, fallback) in [(CAPITALS, Kind::Capital), (CITIES, Kind::City)] {
        let table = Table::read(text);
        for row in &table.rows {
            let population: u64 = table.cell(row, "population").parse().unwrap_or(0);
            let kind = match table.cell(row, "role") {
                "capital" => Kind::Capital,
                "village" => Kind::Village,
                "town" => Kind::Town,
                "neighbourhood" => Kind::Neighbourhood,
                _ if fallback == Kind::Capital => Kind::Capital,
                _ if population > 0 && population < 10_000 => Kind::Village,
                _ if population > 0 && population < 100_000 => Kind::Town,
                _ => Kind::City,
            };
            let mut place = table.row(row, kind);
            lie_within(&mut place, table.cell(row, "admin1"), &within);
            builder.push(place, source);
        }
    }

    let table = Table::read(SPECIAL);
    let mut derived = Vec::new();
    for row in &table.rows {
        let kind = Kind::from_code(table.cell(row, "kind")).unwrap_or(Kind::Installation);
        let mut place = table.row(row, kind);
        lie_within(&mut place, table.cell(row, "admin1"), &within);
        let told = table.cell(row, "derived").to_owned();
        let number = builder.push(place, source);
        if !told.is_empty() {
            derived.push((number, told));
        }
    }
    for (number, told) in derived {
        derive(builder, number, &told);
    }

    for (text, fallback) in [(WATERS, Kind::Sea), (REGIONS, Kind::Region)] {
        let table = Table::read(text);
        for row in &table.rows {
            let kind = Kind::from_code(table.cell(row, "kind")).unwrap_or(fallback);
            let mut place = table.row(row, kind);
            let countries = table.list(row, "countries");
            if let [only] = &countries[..] {
                place.country = CountryCode::new(only);
            }
            builder.push(place, source);
        }
    }
    for draft in &mut builder.drafts[first..] {
        draft.starter = true;
    }
}

/// Notes the division a table names, by its ISO 3166-2 code ("SY-HI") or by its name.
fn lie_within(
    place: &mut Row,
    admin1: &str,
    within: &impl Fn(Option<CountryCode>, &str) -> Option<String>,
) {
    place.within1 = within(place.country, admin1);
    let code = admin1.as_bytes().get(2) == Some(&b'-')
        && place
            .country
            .is_some_and(|code| admin1.starts_with(code.as_str()));
    if code {
        place.admin1_code = admin1.to_owned();
    } else {
        place.admin1 = admin1.to_owned();
    }
}

/// How the tables call a division.
fn division_key(country: CountryCode, name: &str) -> String {
    format!("starter:{country}:{}", crate::fold::fold(name))
}

/// A division's name without "Governorate" and the like, as a key.
fn short_key(name: &str) -> u64 {
    let folded = crate::fold::fold(name);
    let rest = crate::fold::generic::without_generic(&folded).map_or(&folded[..], |(rest, _)| rest);
    crate::fold::Key::of(rest).mixed()
}

/// A place known only by description: "70 km NE of tanf-garrison".
fn derive(builder: &mut Builder, number: u32, told: &str) {
    let mut words = told.split_whitespace();
    let (Some(km), Some(_unit), Some(direction), Some(_of), Some(anchor)) = (
        words.next().and_then(|word| word.parse::<f64>().ok()),
        words.next(),
        words.next(),
        words.next(),
        words.next(),
    ) else {
        return;
    };
    let anchor = format!("{SOURCE}:{anchor}");
    let Some(anchor) = builder
        .drafts
        .iter()
        .find(|draft| builder.strings.text(draft.id) == anchor)
    else {
        return;
    };
    let (Some(at), Some(direction)) = (anchor.at, crate::relative::Direction::from_word(direction))
    else {
        return;
    };
    let anchor_m = f64::from(anchor.radius_m.unwrap_or(2_000.0));
    let offset = crate::relative::Offset {
        distance_m: km * 1000.0,
        distance_doubt_m: crate::relative::rounding_m(km, 1000.0),
        direction: Some(direction),
    };
    let (at, radius_m) = crate::relative::applied(offset, at, anchor_m);
    let draft = &mut builder.drafts[number as usize];
    draft.at = draft.at.or(Some(at));
    draft.radius_m = draft.radius_m.or(Some(radius_m as f32));
}

/// The outlines of the countries by code.
fn outlines() -> HashMap<String, geo_types::MultiPolygon<f64>> {
    let mut known = HashMap::new();
    for line in OUTLINES.lines() {
        let line = line.trim().trim_end_matches(',');
        if !line.contains("\"iso2\"") {
            continue;
        }
        let Ok(feature) = serde_json::from_str::<super::geojsons::Feature>(line) else {
            continue;
        };
        let code = feature
            .properties
            .get("iso2")
            .and_then(|value| value.as_str())
            .unwrap_or_default()
            .to_owned();
        if let Some(shape) = feature
            .geometry
            .and_then(super::geojsons::Geometry::polygons)
        {
            known.insert(code, shape);
        }
    }
    known
}
