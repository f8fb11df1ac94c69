//! Well-known text to shapes: points and polygons, with a limit on their corners.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::Shape;

/// The most corners of a shape: a country's detailed outline.
pub(super) const CORNERS_MAX: usize = 1_000_000;

/// The shape of a cell; `None` for an empty one. Lines and collections are no places.
pub(super) fn shape(cell: &str) -> Result<Option<Shape>, String> {
    let mut cell = cell.trim();
    if let Some((srid, rest)) = cell.split_once(';') {
        if !matches!(srid.trim(), "SRID=4326") {
            return Err(format!(
                "the shape is in {srid}; WGS 84 (SRID=4326) is read"
            ));
        }
        cell = rest.trim();
    }
    let open = cell.find('(').unwrap_or(cell.len());
    let (name, rest) = cell.split_at(open);
    let name = name.trim().to_ascii_uppercase();
    if name.ends_with("EMPTY") || name.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser { rest, corners: 0 };
    let dimensions = name.split_whitespace().nth(1).unwrap_or_default();
    let kind = name.split_whitespace().next().unwrap_or_default();
    if !matches!(dimensions, "" | "Z" | "M" | "ZM") {
        return Err(format!("“{name}” is no shape we read"));
    }
    let shape = match kind {
        "POINT" => {
            let ring = parser.ring()?;
            let first = ring.first().ok_or("an empty point")?;
            Shape::Point(first.x, first.y)
        }
        "POLYGON" => Shape::Area(MultiPolygon(vec![parser.polygon()?])),
        "MULTIPOLYGON" => {
            let mut polygons = Vec::new();
            parser.list(|p| {
                polygons.push(p.polygon()?);
                Ok(())
            })?;
            Shape::Area(MultiPolygon(polygons))
        }
        other => {
            return Err(format!(
                "the shape is a {other}; points, polygons and multipolygons are read"
            ));
        }
    };
    Ok(Some(shape))
}

struct Parser<'a> {
    rest: &'a str,
    corners: usize,
}

impl Parser<'_> {
    fn expect(&mut self, mark: char) -> Result<(), String> {
        let rest = self.rest.trim_start();
        self.rest = rest
            .strip_prefix(mark)
            .ok_or_else(|| format!("the shape is broken off: {mark} is missing"))?;
        Ok(())
    }

    fn list(&mut self, mut one: impl FnMut(&mut Self) -> Result<(), String>) -> Result<(), String> {
        self.expect('(')?;
        loop {
            one(self)?;
            if self.expect(',').is_err() {
                return self.expect(')');
            }
        }
    }

    fn polygon(&mut self) -> Result<Polygon<f64>, String> {
        let mut rings = Vec::new();
        self.list(|p| {
            rings.push(LineString(p.ring()?));
            Ok(())
        })?;
        let mut rings = rings.into_iter();
        let exterior = rings.next().ok_or("a polygon without a ring")?;
        if exterior.0.len() < 4 {
            return Err("a ring of fewer than four corners".to_owned());
        }
        Ok(Polygon::new(exterior, rings.collect()))
    }

    fn ring(&mut self) -> Result<Vec<Coord<f64>>, String> {
        let mut ring = Vec::new();
        self.list(|p| {
            let rest = p.rest.trim_start();
            let end = rest.find([',', ')']).ok_or("the shape is broken off")?;
            let mut numbers = rest[..end].split_whitespace().map(str::parse::<f64>);
            let (Some(Ok(x)), Some(Ok(y))) = (numbers.next(), numbers.next()) else {
                return Err(format!("“{}” is no position", rest[..end].trim()));
            };
            if !on_earth(x, y) {
                return Err(format!("{x} {y} is no position in degrees"));
            }
            p.corners += 1;
            if p.corners > CORNERS_MAX {
                return Err(format!("a shape of more than {CORNERS_MAX} corners"));
            }
            ring.push(Coord { x, y });
            p.rest = &rest[end..];
            Ok(())
        })?;
        Ok(ring)
    }
}

/// Finite and within the globe's degrees.
pub(super) fn on_earth(x: f64, y: f64) -> bool {
    x.is_finite() && y.is_finite() && x.abs() <= 180.0 && y.abs() <= 90.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_areas() {
        assert_eq!(
            shape("POINT (38.6 33.5)"),
            Ok(Some(Shape::Point(38.6, 33.5)))
        );
        assert_eq!(
            shape("SRID=4326;POINT Z(1 2 3)"),
            Ok(Some(Shape::Point(1.0, 2.0)))
        );
        assert_eq!(shape(""), Ok(None));
        assert_eq!(shape("POINT EMPTY"), Ok(None));
        let Ok(Some(Shape::Area(area))) =
            shape("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)),((5 5,6 5,6 6,5 5)))")
        else {
            panic!("an area")
        };
        assert_eq!(area.0.len(), 2);
        for wrong in [
            "POINT (NaN 1)",
            "POINT (1)",
            "POLYGON ((0 0, 1 1",
            "LINESTRING (0 0, 1 1)",
            "POINT (1 91)",
            "SRID=3857;POINT (1 1)",
            "POLYGON ((0 0, 1 1))",
        ] {
            assert!(shape(wrong).is_err(), "{wrong}");
        }
    }
}
