//! GeoPackages: every layer's rows, held in memory and never trusted.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::wkt::{CORNERS_MAX, on_earth};
use super::{BadRow, Mapping, Row, Shape, Table};

/// The most rows taken from one file.
const ROWS_MAX: usize = 5_000_000;

/// The layers of a GeoPackage as one table.
pub(super) fn read<'a>(bytes: &[u8]) -> Result<Table<'a>, String> {
    let broken = |e: rusqlite::Error| format!("is no GeoPackage that can be read ({e})");
    let mut db = Connection::open_in_memory().map_err(broken)?;
    db.deserialize_read_exact("main", bytes, bytes.len(), true)
        .map_err(broken)?;
    // A stranger's views and triggers run nothing here.
    db.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON;",
    )
    .map_err(broken)?;
    let layers: Vec<(String, Option<String>, i64)> = db
        .prepare(
            "SELECT c.table_name, g.column_name, coalesce(g.srs_id, 4326) FROM gpkg_contents c
             LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
             WHERE c.data_type IN ('features', 'attributes')
                 AND EXISTS (SELECT 1 FROM sqlite_schema s WHERE s.name = c.table_name AND s.type = 'table')
             ORDER BY c.data_type DESC, c.table_name",
        )
        .and_then(|mut s| {
            s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect()
        })
        .map_err(broken)?;
    let mut header: Vec<String> = Vec::new();
    let mut rows: Vec<Result<Row, BadRow>> = Vec::new();
    let mut srs = None;
    for (layer, geometry, srs_id) in layers {
        let name = layer.replace('"', "\"\"");
        let mut statement = db
            .prepare(&format!("SELECT * FROM \"{name}\""))
            .map_err(broken)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        // Tables beside the layers (tellings, styles) are no incidents.
        let told = Mapping::known_names(&names);
        if geometry.is_none()
            && (told < 3 || names.iter().any(|n| n == "report" || n == "styleQML"))
        {
            continue;
        }
        if geometry.is_some() && srs_id != 4326 {
            srs = Some(srs_id);
            continue;
        }
        let columns: Vec<Option<usize>> = names
            .iter()
            .map(|n| {
                let skip = Some(n) == geometry.as_ref() || n == "fid" || n == "ogc_fid";
                (!skip).then(|| {
                    header.iter().position(|h| h == n).unwrap_or_else(|| {
                        header.push(n.clone());
                        header.len() - 1
                    })
                })
            })
            .collect();
        let shape_at = geometry.and_then(|g| names.iter().position(|n| *n == g));
        let mut found = statement.query([]).map_err(broken)?;
        while let Some(row) = found.next().map_err(broken)? {
            if rows.len() >= ROWS_MAX {
                return Err(format!("holds more than {ROWS_MAX} rows; split it"));
            }
            let line = rows.len() + 1;
            let mut out = Row {
                line,
                cells: vec![String::new(); header.len()],
                ..Row::default()
            };
            for (at, to) in columns.iter().enumerate() {
                let Some(to) = to else { continue };
                out.cells[*to] = match row.get_ref(at).map_err(broken)? {
                    ValueRef::Null | ValueRef::Blob(_) => String::new(),
                    ValueRef::Integer(n) => n.to_string(),
                    ValueRef::Real(n) => n.to_string(),
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                };
            }
            let blob = match shape_at
                .map(|at| row.get_ref(at))
                .transpose()
                .map_err(broken)?
            {
                Some(ValueRef::Blob(blob)) => Some(blob),
                _ => None,
            };
            match blob.map(shape).transpose() {
                Ok(found) => {
                    out.shape = found.flatten();
                    rows.push(Ok(out));
                }
                Err(why) => rows.push(Err(BadRow { line, why })),
            }
        }
    }
    if let (true, Some(srs)) = (rows.is_empty(), srs) {
        return Err(format!(
            "has its layers in the reference system {srs}; convert it (ogr2ogr -t_srs EPSG:4326)"
        ));
    }
    Ok(Table::whole("GeoPackage", header, rows))
}

/// The shape of a GeoPackage blob; `None` for an empty one.
fn shape(blob: &[u8]) -> Result<Option<Shape>, String> {
    let broken = || "has a shape that is broken off".to_owned();
    if blob.len() < 8 || &blob[..2] != b"GP" {
        return Err("has a shape that is none of GeoPackage".to_owned());
    }
    let flags = blob[3];
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(broken()),
    };
    if flags & 16 != 0 {
        return Ok(None);
    }
    wkb(blob.get(8 + envelope..).ok_or_else(broken)?).map(Some)
}

/// Well-known binary: points, polygons, multipolygons, with heights or without.
pub(super) fn wkb(bytes: &[u8]) -> Result<Shape, String> {
    let mut reader = Wkb {
        rest: bytes,
        corners: 0,
    };
    reader.shape()
}

struct Wkb<'a> {
    rest: &'a [u8],
    corners: usize,
}

impl Wkb<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or("has a shape that is broken off")?;
        self.rest = rest;
        Ok(*head)
    }

    fn int(&mut self, little: bool) -> Result<u32, String> {
        let bytes = self.take::<4>()?;
        Ok(if little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn real(&mut self, little: bool) -> Result<f64, String> {
        let bytes = self.take::<8>()?;
        Ok(if little {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    }

    /// Byte order, type and number of coordinates of a position.
    fn head(&mut self) -> Result<(bool, u32, usize), String> {
        let little = self.take::<1>()?[0] == 1;
        let mut of = self.int(little)?;
        let mut each = 2;
        if of & 0x2000_0000 != 0 {
            self.int(little)?;
        }
        each += usize::from(of & 0x8000_0000 != 0) + usize::from(of & 0x4000_0000 != 0);
        of &= 0x0fff_ffff;
        each += match of / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err("has a shape of no known type".to_owned()),
        };
        Ok((little, of % 1000, each))
    }

    fn position(&mut self, little: bool, each: usize) -> Result<Coord<f64>, String> {
        let (x, y) = (self.real(little)?, self.real(little)?);
        for _ in 2..each {
            self.real(little)?;
        }
        self.corners += 1;
        if self.corners > CORNERS_MAX {
            return Err(format!("has more than {CORNERS_MAX} corners"));
        }
        Ok(Coord { x, y })
    }

    fn polygon(&mut self, little: bool, each: usize) -> Result<Polygon<f64>, String> {
        let mut rings = Vec::new();
        for _ in 0..self.int(little)? {
            let mut ring = Vec::new();
            for _ in 0..self.int(little)? {
                let at = self.position(little, each)?;
                if !on_earth(at.x, at.y) {
                    return Err(format!(
                        "has the position {}, {}, which is nowhere on Earth",
                        at.x, at.y
                    ));
                }
                ring.push(at);
            }
            if ring.len() < 4 {
                return Err("has a ring of fewer than four corners".to_owned());
            }
            rings.push(LineString(ring));
        }
        let mut rings = rings.into_iter();
        let exterior = rings.next().ok_or("has a polygon without a ring")?;
        Ok(Polygon::new(exterior, rings.collect()))
    }

    fn shape(&mut self) -> Result<Shape, String> {
        let (little, of, each) = self.head()?;
        match of {
            1 => {
                let at = self.position(little, each)?;
                Ok(Shape::Point(at.x, at.y))
            }
            3 => Ok(Shape::Area(MultiPolygon(vec![self.polygon(little, each)?]))),
            6 => {
                let mut polygons = Vec::new();
                for _ in 0..self.int(little)? {
                    let (little, of, each) = self.head()?;
                    if of != 3 {
                        return Err("has a shape that is broken".to_owned());
                    }
                    polygons.push(self.polygon(little, each)?);
                }
                Ok(Shape::Area(MultiPolygon(polygons)))
            }
            _ => Err("has a shape that is no point and no polygon".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_shapes_are_said_to_be() {
        assert!(shape(b"GP\0\x01").is_err());
        assert!(wkb(&[1, 1, 0, 0, 0, 0]).is_err());
        // A polygon that says it has four thousand million rings.
        assert!(wkb(&[1, 3, 0, 0, 0, 255, 255, 255, 255]).is_err());
        assert!(read(b"SQLite format 3\0 and nothing else").is_err());
    }
}
