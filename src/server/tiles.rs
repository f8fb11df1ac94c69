//! Names on the map: tiles of the gazetteer's places, thinned so that a map of any scale is legible.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use gazetteer::{Extent, Gazetteer, Kind, LonLat, Place};

use super::params::Params;
use super::refusal::{Answer, Refusal};
use super::snapshot::Whole;
use super::view::TileId;
use super::{House, aside, downloads, held};
use crate::formats::mvt::{Cell, EXTENT, Points};

/// The closest zoom with tiles of its own; maps enlarge these further.
pub(super) const ZOOM_MAX: u8 = 14;

/// The most names on a tile: some 60 stand on a screen of four tiles without touching.
const NAMES_MAX: usize = 80;

/// Names asked of the gazetteer for a tile, before those too fine for its zoom are taken out.
const ASKED_MAX: usize = 2_000;

/// Tiles kept; then all are made anew.
const KEPT_MAX: usize = 4_096;

/// Tiles made already.
pub(super) type Kept = Mutex<HashMap<TileId, Arc<Whole>>>;

/// `/tiles/places/{z}/{x}/{y}.mvt`.
pub(super) async fn places(
    State(house): State<Arc<House>>,
    Path((z, x, y)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    Params::read(query.as_deref(), &[])?;
    let (z, x, y) = tile_of(&z, &x, &y)?;
    let known = held(&house.tiles).get(&(z, x, y)).cloned();
    let whole = match known {
        Some(whole) => whole,
        None => {
            aside(move || {
                let whole = Arc::new(Whole::of(tile(&house.gazetteer, z, x, y)));
                let mut kept = held(&house.tiles);
                if kept.len() >= KEPT_MAX {
                    kept.clear();
                }
                kept.insert((z, x, y), Arc::clone(&whole));
                Ok(whole)
            })
            .await?
        }
    };
    Ok(downloads::given(
        &whole,
        "application/vnd.mapbox-vector-tile",
        None,
        &headers,
    ))
}

/// The numbers of a tile, or the refusal of one that is none.
pub(super) fn tile_of(z: &str, x: &str, y: &str) -> Result<TileId, Refusal> {
    let row = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf"));
    let row = row.unwrap_or(if y.bytes().all(|b| b.is_ascii_digit()) {
        y
    } else {
        ""
    });
    let numbers = z.parse().ok().zip(x.parse().ok()).zip(row.parse().ok());
    numbers
        .map(|((z, x), y)| (z, x, y))
        .filter(|&(z, x, y): &TileId| z <= ZOOM_MAX && x < 1 << z && y < 1 << z)
        .ok_or_else(|| {
            Refusal::unknown(format!(
                "there is no tile {z}/{x}/{y}; zooms go from 0 to {ZOOM_MAX}, columns and rows from 0 to 2^zoom - 1, and the name ends in .mvt"
            ))
        })
}

/// One tile of names; empty bytes where nothing is named.
pub(crate) fn tile(gazetteer: &Gazetteer, z: u8, x: u32, y: u32) -> Vec<u8> {
    let mut points = Points::new("places");
    let Some(extent) = extent_of(z, x, y) else {
        return points.finish();
    };
    let found = gazetteer.within(extent, ASKED_MAX);
    let fitting = found
        .iter()
        .filter(|(importance, place)| first_zoom(place.kind, *importance) <= z)
        .take(NAMES_MAX);
    for (importance, place) in fitting {
        let Some((px, py)) = place.at.and_then(|at| position(at, z, x, y)) else {
            continue;
        };
        let text = |key, text: &str| (key, Cell::Text(text.to_owned()));
        let mut cells = vec![
            text("name", &place.name),
            text("kind", group(place.kind)),
            text("place_kind", place.kind.code()),
            ("rank", Cell::Number(u64::from(255 - importance))),
        ];
        if let Some(name) = arabic(place) {
            cells.push(text("name_ar", name));
            if is_written_arabic(place) {
                cells.push(text("name_local", name));
            }
        }
        points.add(px, py, cells);
    }
    points.finish()
}

/// The first name in Arabic script.
fn arabic(place: &Place) -> Option<&str> {
    let is_arabic = |c: char| ('\u{600}'..='\u{6ff}').contains(&c);
    place
        .names
        .iter()
        .map(String::as_str)
        .find(|name| name.chars().any(is_arabic))
}

/// Countries whose people read the Arabic script: there a name in it is the local one.
const ARABIC_SCRIPT: &[&str] = &[
    "AE", "AF", "BH", "DJ", "DZ", "EG", "EH", "IQ", "IR", "JO", "KM", "KW", "LB", "LY", "MA", "MR",
    "OM", "PK", "PS", "QA", "SA", "SD", "SO", "SY", "TD", "TN", "YE",
];

fn is_written_arabic(place: &Place) -> bool {
    let code = place.country.map(|c| c.to_string());
    code.is_some_and(|c| ARABIC_SCRIPT.contains(&c.as_str()))
}

/// The map's sorts of names: areas are written without a dot.
fn group(kind: Kind) -> &'static str {
    match kind {
        Kind::Country => "country",
        Kind::Continent => "continent",
        Kind::WorldRegion | Kind::Region | Kind::Zone | Kind::Island | Kind::Mountain => "region",
        Kind::Admin1 | Kind::Admin2 | Kind::Admin3 => "admin",
        Kind::Sea | Kind::Strait | Kind::Gulf | Kind::Lake | Kind::River | Kind::Canal => "sea",
        other => other.code(),
    }
}

/// The zoom from which a name is worth its room. Importance is the gazetteer's: a town of 10,000
/// has about 140, a city of a million 180, a country more than 225.
fn first_zoom(kind: Kind, importance: u8) -> u8 {
    match kind {
        Kind::Continent | Kind::WorldRegion => ZOOM_MAX + 1,
        Kind::Country if importance >= 240 => 1,
        Kind::Country => 3,
        Kind::Sea => 3,
        Kind::Capital => 4,
        Kind::Strait | Kind::Gulf | Kind::Canal | Kind::Lake => 6,
        Kind::Region => 5,
        Kind::Admin1 => 6,
        Kind::Admin2 => 8,
        Kind::Admin3 => 10,
        _ => match importance {
            185.. => 4,
            170.. => 5,
            155.. => 6,
            140.. => 7,
            120.. => 8,
            100.. => 9,
            _ => 10,
        },
    }
}

/// The box of a tile (spherical Mercator).
fn extent_of(z: u8, x: u32, y: u32) -> Option<Extent> {
    let n = f64::from(1_u32 << z);
    let lon = |x: u32| f64::from(x) / n * 360.0 - 180.0;
    let lat = |y: u32| {
        let t = std::f64::consts::PI * (1.0 - 2.0 * f64::from(y) / n);
        t.sinh().atan().to_degrees()
    };
    Extent::new(lon(x), lat(y + 1), lon(x + 1), lat(y))
}

/// Where a position lies in a tile; `None` outside, so that each name stands on one tile only.
fn position(at: LonLat, z: u8, x: u32, y: u32) -> Option<(i32, i32)> {
    let n = f64::from(1_u32 << z);
    let lat = at.lat().to_radians();
    let px = ((at.lon() + 180.0) / 360.0 * n - f64::from(x)) * f64::from(EXTENT);
    let mercator = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0;
    let py = (mercator * n - f64::from(y)) * f64::from(EXTENT);
    let inside = |v: f64| (0.0..f64::from(EXTENT)).contains(&v);
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 4096")]
    (inside(px) && inside(py)).then_some((px as i32, py as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_lies_in_its_tile_and_in_no_other() {
        let tanf = LonLat::new(38.618, 33.506).expect("on the globe");
        let mut holding = 0;
        for x in 0..16 {
            for y in 0..16 {
                let inside = position(tanf, 4, x, y).is_some();
                let boxed = extent_of(4, x, y).is_some_and(|e| e.contains(tanf));
                assert_eq!(inside, boxed, "{x} {y}");
                holding += usize::from(inside);
            }
        }
        assert_eq!(holding, 1);
        assert!(position(LonLat::new(0.0, 89.9).expect("on the globe"), 0, 0, 0).is_none());
    }

    #[test]
    fn the_whole_world_names_countries_and_no_towns() {
        let gazetteer = Gazetteer::starter();
        let bytes = tile(&gazetteer, 2, 2, 1);
        let holds = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
        assert!(holds("places") && holds("country"));
        assert!(!holds("village"));
    }
}
