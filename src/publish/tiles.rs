//! The points as one file of vector tiles (PMTiles): counts far out, incidents close by, as the server's tiles
//! are; for maps of others, which read of it only what they show.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use pmtiles::{PmTilesWriter, TileCoord, TileId, TileType};

use super::names::unwritten;
use crate::formats::mvt::{Cell, EXTENT, Points};
use crate::formats::{Geometry, Value, column};
use crate::incident::Shown;

/// The file's name.
pub(super) const NAME: &str = "incidents.pmtiles";

/// The closest zoom that shows counts; as the server's.
const COUNTS_ZOOM_MAX: u8 = 6;

/// The closest zoom: a unit of such a tile is 10 m at the equator; maps enlarge it further.
const ZOOM_MAX: u8 = 10;

/// Cells along a tile's edge, as a power of two: 32, as the server's.
const CELLS_LOG2: u32 = 5;

/// Points on a tile; where more lie, counts stand for them until [`ZOOM_MAX`].
const POINTS_MAX: usize = 20_000;

/// Cells along the edge of such a crowded tile, as a power of two.
const CROWDED_LOG2: u32 = 8;

/// The properties of a point, each with its column.
const PROPERTIES: [(&str, &str); 6] = [
    ("id", "incident_id"),
    ("kind", "kind"),
    ("type", "type"),
    ("title", "title"),
    ("date", "date_start"),
    ("date_end", "date_end"),
];

/// A point, in 2^32nd parts of the world's width, southwards from 85.05° N.
#[derive(Debug)]
struct Point {
    x: u32,
    y: u32,
    radius_m: u64,
    kind: &'static str,
    texts: Vec<(&'static str, String)>,
}

/// Collects the points.
#[derive(Debug, Default)]
pub(super) struct Tiles(Vec<Point>);

impl Tiles {
    pub(super) fn add(&mut self, shown: &Shown) {
        let Geometry::Point(at) = Geometry::of(shown) else {
            return;
        };
        let text = |name: &str| match (column(name)?.value)(shown) {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        };
        let (x, y) = mercator(at.lon(), at.lat());
        self.0.push(Point {
            x,
            y,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "metres, never negative"
            )]
            radius_m: shown
                .place
                .as_ref()
                .and_then(|p| p.radius_m)
                .unwrap_or(0.0)
                .max(0.0) as u64,
            kind: shown.kind.kind().code(),
            texts: PROPERTIES
                .iter()
                .filter_map(|(property, name)| Some((*property, text(name)?)))
                .collect(),
        });
    }

    /// Writes the archive.
    pub(super) fn write(&self, credits: &[String], out: impl Write + Seek) -> io::Result<()> {
        let mut tiles: Vec<(TileId, TileCoord, Vec<u8>)> = Vec::new();
        for z in 0..=ZOOM_MAX {
            let shift = 32 - u32::from(z);
            let mut inside: BTreeMap<(u32, u32), Vec<&Point>> = BTreeMap::new();
            for point in &self.0 {
                // At zoom 0 the shift would be the whole width.
                let tile = |it: u32| it.checked_shr(shift).unwrap_or(0);
                inside
                    .entry((tile(point.x), tile(point.y)))
                    .or_default()
                    .push(point);
            }
            for ((x, y), points) in inside {
                let at = TileCoord::new(z, x, y).map_err(io::Error::other)?;
                let bytes = if z <= COUNTS_ZOOM_MAX {
                    cells(&points, z, CELLS_LOG2)
                } else if points.len() > POINTS_MAX && z < ZOOM_MAX {
                    cells(&points, z, CROWDED_LOG2)
                } else {
                    each(&points, z)
                };
                tiles.push((TileId::from(at), at, bytes));
            }
        }
        tiles.sort_unstable_by_key(|(id, _, _)| id.value());
        let fields = |names: &[&str]| -> serde_json::Value {
            names
                .iter()
                .map(|name| ((*name).to_owned(), "String".into()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let metadata = serde_json::json!({
            "name": "incidents",
            "attribution": credits.join("; "),
            "vector_layers": [
                {"id": "cells", "minzoom": 0, "maxzoom": ZOOM_MAX, "fields": {"count": "Number"},
                 "description": "count: incidents in the cell; one number a kind besides"},
                {"id": "incidents", "minzoom": COUNTS_ZOOM_MAX + 1, "maxzoom": ZOOM_MAX,
                 "fields": fields(&["id", "kind", "type", "title", "date", "date_end", "radius_m"])},
            ],
        });
        let mut archive = PmTilesWriter::new(TileType::Mvt)
            .min_zoom(0)
            .max_zoom(ZOOM_MAX)
            .bounds(-180.0, -85.05, 180.0, 85.05)
            .metadata(metadata.to_string())
            .create(out)
            .map_err(unwritten)?;
        for (_, at, bytes) in tiles {
            archive.add_tile(at, &bytes).map_err(unwritten)?;
        }
        archive.finalize().map_err(unwritten)
    }
}

/// The counts of each cell, all kinds together and one by one.
fn cells(points: &[&Point], z: u8, log2: u32) -> Vec<u8> {
    let mut counts: BTreeMap<(u32, u32), BTreeMap<&'static str, u64>> = BTreeMap::new();
    let shift = 32 - u32::from(z) - log2;
    let mask = (1 << log2) - 1;
    for point in points {
        let cell = ((point.y >> shift) & mask, (point.x >> shift) & mask);
        *counts
            .entry(cell)
            .or_default()
            .entry(point.kind)
            .or_default() += 1;
    }
    let width = EXTENT >> log2;
    let middle = |cell: u32| i32::try_from(cell * width + width / 2).unwrap_or(0);
    let mut layer = Points::new("cells");
    for ((y, x), kinds) in counts {
        let all = [("count", Cell::Number(kinds.values().sum()))];
        let kinds = kinds.into_iter().map(|(kind, n)| (kind, Cell::Number(n)));
        layer.add(middle(x), middle(y), all.into_iter().chain(kinds));
    }
    layer.finish()
}

/// Every point.
fn each(points: &[&Point], z: u8) -> Vec<u8> {
    let rest = 32 - u32::from(z);
    let unit = |it: u32| {
        let inside = u64::from(it) & ((1_u64 << rest) - 1);
        i32::try_from((inside * u64::from(EXTENT)) >> rest).unwrap_or(0)
    };
    let mut layer = Points::new("incidents");
    for point in points {
        let texts = point
            .texts
            .iter()
            .map(|(key, text)| (*key, Cell::Text(text.clone())));
        let radius = [("radius_m", Cell::Number(point.radius_m))];
        layer.add(unit(point.x), unit(point.y), texts.chain(radius));
    }
    layer.finish()
}

/// A position in 2^32nd parts of the world (spherical Mercator).
fn mercator(lon: f64, lat: f64) -> (u32, u32) {
    // Where the square ends: the latitude whose Mercator is half the equator.
    let end = std::f64::consts::PI.sinh().atan();
    let lat = lat.to_radians().clamp(-end, end);
    let x = (lon + 180.0) / 360.0;
    let y = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the world"
    )]
    let part = |v: f64| (v * 4_294_967_296.0).clamp(0.0, 4_294_967_295.0) as u32;
    (part(x), part(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_the_world_is_the_middle_of_the_map() {
        assert_eq!(mercator(0.0, 0.0), (1 << 31, 1 << 31));
        assert_eq!(mercator(-180.0, 90.0).0, 0);
        assert_eq!(mercator(180.0, -90.0), (u32::MAX, u32::MAX));
    }

    #[test]
    fn counts_of_a_zoom_add_up_to_the_points() {
        let point = |x: u32, kind| Point {
            x,
            y: 1 << 30,
            radius_m: 5,
            kind,
            texts: Vec::new(),
        };
        let tiles = Tiles(vec![
            point(1, "strike"),
            point(1, "clash"),
            point(u32::MAX, "strike"),
        ]);
        let mut out = io::Cursor::new(Vec::new());
        tiles.write(&["us".to_owned()], &mut out).expect("memory");
        let bytes = out.into_inner();
        assert_eq!(&bytes[..7], b"PMTiles");
        assert_eq!((bytes[100], bytes[101]), (0, ZOOM_MAX));
        // Two cells at zoom 0, one of them with both kinds.
        let all: Vec<&Point> = tiles.0.iter().collect();
        let tile = cells(&all, 0, CELLS_LOG2);
        let has = |word: &str| tile.windows(word.len()).any(|w| w == word.as_bytes());
        assert!(has("cells") && has("count") && has("strike") && has("clash"));
    }
}
