//! The names on the map as one file: the gazetteer's tiles of the whole world, and closer ones where
//! incidents are.

use std::collections::BTreeSet;
use std::io::{self, Seek, Write};

use gazetteer::{Extent, Gazetteer};
use pmtiles::{PmTilesWriter, PmtError, TileCoord, TileId, TileType};

use crate::server::name_tile;

/// The closest zoom whose tiles cover the world: 5,461 tiles, most of them empty.
const WORLD_ZOOM: u8 = 6;

/// The closest zoom around incidents; maps enlarge these further.
const NEAR_ZOOM: u8 = 11;

/// Tiles of one zoom that one incident's shape may ask for; a region that needs more is seen well
/// enough from further away.
const PER_SHAPE_MAX: u64 = 36;

/// Tiles around incidents: at some 3 kB each this keeps the file under 100 MB.
const NEAR_TILES_MAX: usize = 30_000;

/// Collects where names are wanted closer.
#[derive(Debug, Default)]
pub(super) struct Wanted(BTreeSet<(u8, u32, u32)>);

impl Wanted {
    /// Asks for the tiles over a box and one more on each side.
    pub(super) fn around(&mut self, extent: Extent) {
        for z in WORLD_ZOOM + 1..=NEAR_ZOOM {
            let last = (1_u32 << z) - 1;
            let (west, north) = tile_of(extent.west(), extent.north(), z);
            let (east, south) = tile_of(extent.east(), extent.south(), z);
            let (west, north) = (west.saturating_sub(1), north.saturating_sub(1));
            let (east, south) = ((east + 1).min(last), (south + 1).min(last));
            // Boxes across the antimeridian are rare and are seen from further away.
            if west > east
                || u64::from(east - west + 1) * u64::from(south - north + 1) > PER_SHAPE_MAX
            {
                return;
            }
            for x in west..=east {
                for y in north..=south {
                    if self.0.len() >= NEAR_TILES_MAX {
                        return;
                    }
                    self.0.insert((z, x, y));
                }
            }
        }
    }

    /// Writes the archive.
    pub(super) fn write(
        self,
        gazetteer: &Gazetteer,
        credits: &[String],
        out: impl Write + Seek,
    ) -> io::Result<()> {
        let mut tiles = self.0;
        for z in 0..=WORLD_ZOOM {
            let n = 1_u32 << z;
            tiles.extend((0..n).flat_map(|x| (0..n).map(move |y| (z, x, y))));
        }
        let mut ordered = Vec::with_capacity(tiles.len());
        for (z, x, y) in tiles {
            let at = TileCoord::new(z, x, y).map_err(io::Error::other)?;
            ordered.push((TileId::from(at), at));
        }
        // The archive's own order: neighbours on the map lie side by side in the file.
        ordered.sort_unstable_by_key(|(id, _)| id.value());
        let closest = ordered.iter().map(|(_, at)| at.z()).max().unwrap_or(0);
        let metadata = serde_json::json!({
            "name": "places",
            "attribution": credits.join("; "),
            "vector_layers": [{
                "id": "places",
                "fields": {"name": "String", "name_ar": "String", "name_local": "String", "kind": "String", "place_kind": "String", "rank": "Number"},
            }],
        });
        let mut archive = PmTilesWriter::new(TileType::Mvt)
            .min_zoom(0)
            .max_zoom(closest)
            .bounds(-180.0, -85.05, 180.0, 85.05)
            .metadata(metadata.to_string())
            .create(out)
            .map_err(unwritten)?;
        for (_, at) in ordered {
            let tile = name_tile(gazetteer, at.z(), at.x(), at.y());
            if !tile.is_empty() {
                archive.add_tile(at, &tile).map_err(unwritten)?;
            }
        }
        archive.finalize().map_err(unwritten)
    }
}

/// Column and row of the tile a position lies in (spherical Mercator), the nearest one beyond 85° N and S.
fn tile_of(lon: f64, lat: f64, z: u8) -> (u32, u32) {
    let n = f64::from(1_u32 << z);
    let lat = lat.clamp(-85.05, 85.05).to_radians();
    let x = (lon + 180.0) / 360.0 * n;
    let y = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0 * n;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the tiles there are"
    )]
    let cell = |v: f64| v.clamp(0.0, n - 1.0) as u32;
    (cell(x), cell(y))
}

/// Why an archive could not be written: a full disk stays one.
pub(super) fn unwritten(error: PmtError) -> io::Error {
    match error {
        PmtError::Reading(error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_asks_for_nine_tiles_of_each_closer_zoom() {
        let mut wanted = Wanted::default();
        wanted.around(Extent::new(38.6, 33.5, 38.6, 33.5).expect("a point"));
        assert_eq!(wanted.0.len(), 9 * usize::from(NEAR_ZOOM - WORLD_ZOOM));
    }

    #[test]
    fn a_country_is_not_followed_down_to_its_villages() {
        let mut wanted = Wanted::default();
        wanted.around(Extent::new(35.0, 32.0, 42.0, 37.0).expect("a box"));
        assert!(
            wanted.0.iter().all(|(z, _, _)| *z <= 8),
            "{:?}",
            wanted.0.last()
        );
    }

    #[test]
    fn the_archive_says_what_it_is() {
        let mut out = io::Cursor::new(Vec::new());
        let mut wanted = Wanted::default();
        wanted.around(Extent::new(38.6, 33.5, 38.6, 33.5).expect("a point"));
        wanted
            .write(&Gazetteer::starter(), &["us".to_owned()], &mut out)
            .expect("memory");
        let bytes = out.into_inner();
        assert_eq!(&bytes[..7], b"PMTiles");
        // Minimum and maximum zoom stand at bytes 100 and 101 of the header.
        assert_eq!((bytes[100], bytes[101]), (0, NEAR_ZOOM));
    }
}
