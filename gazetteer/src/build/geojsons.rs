//! GeoJSON: OCHA's places and divisions, Natural Earth, Who's On First outlines; and OpenSyria.

#![allow(
    clippy::needless_pass_by_value,
    reason = "every reader of a feature has one signature"
)]

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde::Deserialize;
use serde_json::Value;

use super::{BadRows, Builder, Row};
use crate::{CountryCode, Kind, LonLat};

/// A feature, as far as it is read.
#[derive(Debug, Deserialize)]
pub(crate) struct Feature {
    #[serde(default)]
    pub(crate) properties: serde_json::Map<String, Value>,
    pub(crate) geometry: Option<Geometry>,
}

/// A collection of features.
#[derive(Debug, Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

/// The geometries that are read; others are passed over.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
pub(crate) enum Geometry {
    Point(Vec<f64>),
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
    LineString(Vec<Vec<f64>>),
    MultiLineString(Vec<Vec<Vec<f64>>>),
    MultiPoint(serde::de::IgnoredAny),
}

impl Geometry {
    /// The polygons, where it has any.
    pub(crate) fn polygons(self) -> Option<MultiPolygon<f64>> {
        let polygon = |rings: Vec<Vec<Vec<f64>>>| {
            let mut rings = rings.into_iter().map(|ring| {
                LineString::new(
                    ring.iter()
                        .filter(|at| at.len() >= 2)
                        .map(|at| Coord { x: at[0], y: at[1] })
                        .collect(),
                )
            });
            let outer = rings.next()?;
            Some(Polygon::new(outer, rings.collect()))
        };
        let polygons: Vec<_> = match self {
            Self::Polygon(rings) => polygon(rings).into_iter().collect(),
            Self::MultiPolygon(polygons) => polygons.into_iter().filter_map(polygon).collect(),
            _ => return None,
        };
        (!polygons.is_empty()).then_some(MultiPolygon(polygons))
    }

    fn point(&self) -> Option<LonLat> {
        let at = match self {
            Self::Point(at) => at,
            Self::LineString(line) => line.get(line.len() / 2)?,
            Self::MultiLineString(lines) => {
                let line = lines.iter().max_by_key(|line| line.len())?;
                line.get(line.len() / 2)?
            }
            _ => return None,
        };
        LonLat::new(*at.first()?, *at.get(1)?).ok()
    }
}

/// Reads a collection whose properties name places. False when they are of no known kind.
pub(crate) fn add(builder: &mut Builder, name: &str, text: &str, bad: &mut BadRows) -> bool {
    let collection: Collection = match serde_json::from_str(text) {
        Ok(collection) => collection,
        Err(error) => {
            bad.note(
                error.line(),
                &format!("no GeoJSON FeatureCollection ({error})"),
            );
            return true;
        }
    };
    let Some(first) = collection.features.first() else {
        return true;
    };
    let has = |key: &str| first.properties.contains_key(key);
    let read: fn(Feature) -> Option<Row> = if has("ADMIN3_COD") && has("NAME_EN") {
        ocha_place
    } else if has("ADM1_PCODE") {
        ocha_first
    } else if has("PCODE") && has("ADMIN1_COD") {
        ocha_second
    } else if has("HAY_EN") {
        ocha_quarter
    } else if has("wof_id") && has("placetype") {
        wof_outline
    } else if has("NAMEASCII") && has("POP_MAX") {
        natural_earth_place
    } else if has("iata_code") && has("gps_code") {
        natural_earth_airport
    } else if has("adm1_code") && has("datarank") {
        add_divisions(builder, collection.features);
        return true;
    } else if has("featurecla") && has("name") && has("scalerank") && !has("adm1_code") {
        natural_earth_region
    } else {
        return false;
    };
    let source = if has("PCODE") || has("ADM1_PCODE") || has("HAY_EN") {
        builder.source(
            "OCHA COD",
            "CC BY 3.0 IGO",
            "Administrative boundaries and P-codes: UN OCHA, Common Operational Datasets, CC BY 3.0 IGO, via HDX.",
        )
    } else if has("wof_id") {
        builder.source(
            "Who's On First",
            "CC0 and CC BY",
            "Data from Who's On First (https://whosonfirst.org/docs/licenses/), with GeoNames (CC BY).",
        )
    } else {
        builder.source("Natural Earth", "public domain", "Made with Natural Earth.")
    };
    let _ = name;
    for (n, feature) in collection.features.into_iter().enumerate() {
        match read(feature) {
            Some(row) if !row.name.is_empty() => {
                builder.push(row, source);
            }
            Some(_) => {}
            None => bad.note(n + 1, "feature without a position"),
        }
    }
    true
}

fn text<'a>(feature: &'a Feature, key: &str) -> &'a str {
    feature
        .properties
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
}

fn number(feature: &Feature, key: &str) -> f64 {
    feature
        .properties
        .get(key)
        .and_then(Value::as_f64)
        .unwrap_or(0.0)
}

fn ocha_place(feature: Feature) -> Option<Row> {
    let at = feature.geometry.as_ref()?.point()?;
    let pcode = text(&feature, "PCODE");
    let level = number(&feature, "CAPIT_LVL");
    Some(Row {
        id: format!("ocha:{pcode}"),
        name: text(&feature, "NAME_EN").to_owned(),
        names: vec![
            text(&feature, "NAM_EN_REF").to_owned(),
            text(&feature, "NAME_ARA").to_owned(),
        ],
        kind: if level > 0.0 && level < 3.0 {
            Kind::Town
        } else {
            Kind::Village
        },
        country: CountryCode::new(pcode_country(text(&feature, "ADMIN1_COD"))),
        admin1: text(&feature, "ADMIN1_EN").to_owned(),
        pcode: pcode.to_owned(),
        at: Some(at),
        within1: Some(format!("pcode:{}", text(&feature, "ADMIN1_COD"))),
        within2: Some(format!("pcode:{}", text(&feature, "ADMIN2_COD"))),
        ..Row::default()
    })
}

/// "SY0705" begins with the country.
fn pcode_country(pcode: &str) -> &str {
    pcode.get(..2).unwrap_or_default()
}

fn ocha_first(feature: Feature) -> Option<Row> {
    let pcode = text(&feature, "ADM1_PCODE").to_owned();
    let at = LonLat::new(
        number(&feature, "center_lon"),
        number(&feature, "center_lat"),
    )
    .ok()?;
    Some(Row {
        id: format!("ocha:{pcode}"),
        name: text(&feature, "ADM1_EN").to_owned(),
        names: vec![
            text(&feature, "ADM1_AR").to_owned(),
            text(&feature, "adm1_ref_name").to_owned(),
        ],
        kind: Kind::Admin1,
        country: CountryCode::new(pcode_country(&pcode)),
        at: Some(at),
        own_key: Some(format!("pcode:{pcode}")),
        pcode,
        shape: feature.geometry.and_then(Geometry::polygons),
        ..Row::default()
    })
}

fn ocha_second(feature: Feature) -> Option<Row> {
    let pcode = text(&feature, "PCODE").to_owned();
    let name = text(&feature, "NAME_EN").to_owned();
    let names = vec![text(&feature, "NAME_ARA").to_owned()];
    let first = text(&feature, "ADMIN1_COD").to_owned();
    let shape = feature.geometry.and_then(Geometry::polygons);
    let extent = shape.as_ref().and_then(crate::shape::extent)?;
    let whole = first == pcode;
    Some(Row {
        id: format!("ocha:{pcode}"),
        name,
        names,
        kind: if whole { Kind::Admin1 } else { Kind::Admin2 },
        country: CountryCode::new(pcode_country(&pcode)),
        at: Some(extent.centre()),
        own_key: Some(format!("pcode:{pcode}")),
        within1: (!whole).then(|| format!("pcode:{first}")),
        pcode,
        shape,
        ..Row::default()
    })
}

fn ocha_quarter(feature: Feature) -> Option<Row> {
    let pcode = text(&feature, "HAY_PCODE").to_owned();
    let name = text(&feature, "HAY_EN").to_owned();
    let extent = feature
        .geometry
        .and_then(Geometry::polygons)
        .as_ref()
        .and_then(crate::shape::extent)?;
    Some(Row {
        id: format!("ocha:{pcode}"),
        name,
        kind: Kind::Neighbourhood,
        country: CountryCode::new("SY"),
        at: Some(extent.centre()),
        radius_m: Some(1_500.0),
        pcode,
        ..Row::default()
    })
}

fn wof_outline(feature: Feature) -> Option<Row> {
    let id = feature.properties.get("wof_id").and_then(Value::as_u64)?;
    let kind = match text(&feature, "placetype") {
        "region" => Kind::Admin1,
        "county" => Kind::Admin2,
        _ => Kind::Admin3,
    };
    let parent = feature.properties.get("parent_id").and_then(Value::as_u64);
    let row = Row {
        id: format!("wof:{id}"),
        name: text(&feature, "name").to_owned(),
        names: vec![text(&feature, "name_ar").to_owned()],
        kind,
        country: CountryCode::new(text(&feature, "country")),
        admin1_code: text(&feature, "iso").to_owned(),
        at: LonLat::new(number(&feature, "label_lon"), number(&feature, "label_lat")).ok(),
        geonames_id: feature
            .properties
            .get("gn_id")
            .and_then(|v| {
                v.as_u64()
                    .or_else(|| v.as_str().and_then(|s| s.parse().ok()))
            })
            .and_then(|id| u32::try_from(id).ok())
            .unwrap_or(0),
        own_key: Some(format!("wof:{id}")),
        within1: parent
            .filter(|_| kind != Kind::Admin1)
            .map(|id| format!("wof:{id}")),
        ..Row::default()
    };
    let shape = feature.geometry.and_then(Geometry::polygons);
    Some(Row {
        extent: shape.as_ref().and_then(crate::shape::extent),
        shape,
        ..row
    })
}

fn natural_earth_place(feature: Feature) -> Option<Row> {
    let at = feature.geometry.as_ref()?.point()?;
    let mut names = Vec::new();
    for (key, value) in &feature.properties {
        let lower = key.to_ascii_lowercase();
        if (lower.starts_with("name_")
            || matches!(&lower[..], "nameascii" | "namealt" | "namepar" | "ls_name"))
            && let Some(name) = value.as_str()
        {
            // "Jacksonville, Florida" names the city first.
            names.extend(
                name.split('|')
                    .map(|n| n.split(',').next().unwrap_or(n).to_owned()),
            );
        }
    }
    let population = number(&feature, "POP_MAX").max(0.0) as u64;
    let capital = number(&feature, "ADM0CAP") > 0.0;
    Some(Row {
        id: format!("naturalearth:{}", text(&feature, "NAME")),
        name: text(&feature, "NAME").to_owned(),
        names,
        kind: if capital {
            Kind::Capital
        } else {
            super::geonames::kind("P", "", population)
        },
        country: CountryCode::new(text(&feature, "ISO_A2")),
        admin1: text(&feature, "ADM1NAME").to_owned(),
        at: Some(at),
        population,
        geonames_id: number(&feature, "GEONAMEID").max(0.0) as u32,
        ..Row::default()
    })
}

fn natural_earth_airport(feature: Feature) -> Option<Row> {
    let at = feature.geometry.as_ref()?.point()?;
    let name = text(&feature, "name").to_owned();
    let military = text(&feature, "type").contains("military");
    Some(Row {
        id: format!("naturalearth:airport-{}", text(&feature, "iata_code")),
        names: vec![format!("{name} airport")],
        name: if military {
            format!("{name} air base")
        } else {
            format!("{name} Airport")
        },
        kind: if military {
            Kind::Airbase
        } else {
            Kind::Airport
        },
        at: Some(at),
        radius_m: Some(3_000.0),
        ..Row::default()
    })
}

fn natural_earth_region(feature: Feature) -> Option<Row> {
    let kind = match text(&feature, "featurecla").to_ascii_lowercase().as_str() {
        "island" | "island group" | "atoll" => Kind::Island,
        "range/mtn" | "mountain" | "range/mountain" => Kind::Mountain,
        "river" | "lake centerline" | "river (intermittent)" => Kind::River,
        "lake" | "reservoir" | "alkaline lake" => Kind::Lake,
        "continent" => return Some(Row::default()),
        "desert" | "plateau" | "plain" | "basin" | "geoarea" | "peninsula" | "coast"
        | "lowland" | "delta" | "valley" | "wetlands" | "tundra" | "foothills" | "gorge"
        | "isthmus" | "cape" | "peninsula/cape" => Kind::Region,
        _ => return Some(Row::default()),
    };
    let name = text(&feature, "name").to_owned();
    let names: Vec<String> = ["name_alt", "namealt", "name_en"]
        .map(|key| text(&feature, key).to_owned())
        .into();
    let label = feature.geometry.as_ref().and_then(Geometry::point);
    let extent = feature
        .geometry
        .and_then(Geometry::polygons)
        .as_ref()
        .and_then(crate::shape::extent);
    // All-capital names are a map's way of writing.
    let name = if name.chars().all(|c| !c.is_lowercase()) {
        titled(&name)
    } else {
        name
    };
    Some(Row {
        id: format!(
            "naturalearth:{}",
            crate::fold::fold(&name).replace(' ', "-")
        ),
        name,
        names,
        kind,
        at: Some(label.or_else(|| extent.map(crate::Extent::centre))?),
        extent,
        ..Row::default()
    })
}

/// Label points of first-level divisions, several a division: their middle stands for it.
fn add_divisions(builder: &mut Builder, features: Vec<Feature>) {
    let source = builder.source("Natural Earth", "public domain", "Made with Natural Earth.");
    let mut points: std::collections::BTreeMap<(String, String, String), Vec<LonLat>> =
        std::collections::BTreeMap::new();
    for feature in features {
        let key = (
            text(&feature, "iso_a2").to_owned(),
            text(&feature, "name").to_owned(),
            text(&feature, "adm1_code").to_owned(),
        );
        if let Some(at) = feature.geometry.as_ref().and_then(Geometry::point) {
            points.entry(key).or_default().push(at);
        }
    }
    for ((country, name, code), points) in points {
        let count = points.len() as f64;
        let lon = points.iter().map(|at| at.lon()).sum::<f64>() / count;
        let lat = points.iter().map(|at| at.lat()).sum::<f64>() / count;
        let Ok(at) = LonLat::new(lon, lat) else {
            continue;
        };
        if name.is_empty() || CountryCode::new(&country).is_none() {
            continue;
        }
        builder.push(
            Row {
                id: format!("naturalearth:{code}"),
                name,
                kind: Kind::Admin1,
                country: CountryCode::new(&country),
                at: Some(at),
                ..Row::default()
            },
            source,
        );
    }
}

/// "SAHARA DESERT" -> "Sahara Desert".
fn titled(name: &str) -> String {
    let mut out = String::new();
    let mut start = true;
    for c in name.chars() {
        if start {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        start = !c.is_alphanumeric();
    }
    out
}

/// Reads OpenSyria's lists of divisions. False when the list is of something else.
pub(crate) fn add_opensyria(builder: &mut Builder, text: &str, bad: &mut BadRows) -> bool {
    let Ok(Value::Array(list)) = serde_json::from_str::<Value>(text) else {
        bad.note(1, "no JSON list");
        return true;
    };
    if !list
        .first()
        .is_some_and(|item| item.get("centroid").is_some() && item.get("name").is_some())
    {
        return false;
    }
    let source = builder.source(
        "OpenSyria",
        "CC BY 4.0",
        "OpenSyria Data Geography, CC BY 4.0, and its listed sources.",
    );
    for (n, item) in list.iter().enumerate() {
        let get = |path: &str| {
            item.pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let at = item
            .pointer("/centroid/longitude")
            .and_then(Value::as_f64)
            .zip(item.pointer("/centroid/latitude").and_then(Value::as_f64));
        let Some(at) = at.and_then(|(lon, lat)| LonLat::new(lon, lat).ok()) else {
            bad.note(n + 1, "item without a centroid");
            continue;
        };
        let kind = if item.get("districtId").is_some() {
            Kind::Admin3
        } else if item.get("governorateId").is_some() {
            Kind::Admin2
        } else {
            Kind::Admin1
        };
        let aliases = item
            .get("aliases")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|alias| alias.get("value").and_then(Value::as_str))
            .map(str::to_owned);
        let key = |id: String| (!id.is_empty()).then(|| format!("opensyria:{id}"));
        builder.push(
            Row {
                id: format!("opensyria:{}", get("/id")),
                name: get("/name/en"),
                names: std::iter::once(get("/name/ar")).chain(aliases).collect(),
                kind,
                country: CountryCode::new("SY"),
                at: Some(at),
                own_key: key(get("/id")),
                within1: key(get("/governorateId")),
                within2: key(get("/districtId")),
                ..Row::default()
            },
            source,
        );
    }
    true
}
