//! Outlines: packed into whole numbers for the file, and measured.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::layout::DEGREE;
use crate::{Extent, LonLat};

/// Positions in an outline at most; more are a sign of damage, not of detail.
const POSITIONS_MAX: usize = 4_000_000;

/// Polygons as numbers: count of polygons; of each the count of rings; of each the count of
/// positions, then longitude and latitude of each.
pub(crate) fn pack(shape: &MultiPolygon<f64>) -> Vec<i32> {
    let mut out = vec![shape.0.len() as i32];
    for polygon in &shape.0 {
        out.push(1 + polygon.interiors().len() as i32);
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            out.push(ring.0.len() as i32);
            for at in &ring.0 {
                out.push((at.x * DEGREE).round() as i32);
                out.push((at.y * DEGREE).round() as i32);
            }
        }
    }
    out
}

/// The polygons again; `None` when the numbers do not add up.
#[cfg(test)]
pub(crate) fn unpack(numbers: &[i32]) -> Option<MultiPolygon<f64>> {
    unpack_from(numbers.iter().copied())
}

/// The same from numbers one after the other.
pub(crate) fn unpack_from(
    mut numbers: impl ExactSizeIterator<Item = i32>,
) -> Option<MultiPolygon<f64>> {
    let mut left = POSITIONS_MAX;
    let mut count = |numbers: &mut dyn Iterator<Item = i32>| -> Option<usize> {
        let n = usize::try_from(numbers.next()?).ok()?;
        left = left.checked_sub(n)?;
        Some(n)
    };
    let mut polygons = Vec::new();
    for _ in 0..count(&mut numbers)? {
        let mut rings = Vec::new();
        for _ in 0..count(&mut numbers)? {
            let positions = count(&mut numbers)?;
            // Damaged numbers may tell of more than there are.
            let mut ring = Vec::with_capacity(positions.min(numbers.len() / 2));
            for _ in 0..positions {
                let x = f64::from(numbers.next()?) / DEGREE;
                let y = f64::from(numbers.next()?) / DEGREE;
                ring.push(Coord { x, y });
            }
            rings.push(LineString::new(ring));
        }
        let mut rings = rings.into_iter();
        polygons.push(Polygon::new(rings.next()?, rings.collect()));
    }
    Some(MultiPolygon(polygons))
}

/// The box around an outline. One that reaches both edges of the map is taken to cross the
/// antimeridian, as outlines are cut there.
pub(crate) fn extent(shape: &MultiPolygon<f64>) -> Option<Extent> {
    let mut boxes: Vec<[f64; 4]> = Vec::new();
    for polygon in &shape.0 {
        let mut b = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for at in &polygon.exterior().0 {
            b = [
                b[0].min(at.x),
                b[1].min(at.y),
                b[2].max(at.x),
                b[3].max(at.y),
            ];
        }
        if b[0] <= b[2] {
            boxes.push(b);
        }
    }
    let south = boxes.iter().map(|b| b[1]).reduce(f64::min)?;
    let north = boxes.iter().map(|b| b[3]).reduce(f64::max)?;
    let west = boxes.iter().map(|b| b[0]).reduce(f64::min)?;
    let east = boxes.iter().map(|b| b[2]).reduce(f64::max)?;
    if west < -179.9 && east > 179.9 {
        let w = boxes
            .iter()
            .map(|b| b[0])
            .filter(|x| *x > 0.0)
            .reduce(f64::min);
        let e = boxes
            .iter()
            .map(|b| b[2])
            .filter(|x| *x < 0.0)
            .reduce(f64::max);
        if let (Some(w), Some(e)) = (w, e) {
            return Extent::new(w, south, e, north);
        }
    }
    Extent::new(
        west.max(-180.0),
        south.max(-90.0),
        east.min(180.0),
        north.min(90.0),
    )
}

/// The radius of the circle around an outline that has its middle at `centre`.
pub(crate) fn radius_m(shape: &MultiPolygon<f64>, centre: LonLat) -> f64 {
    shape
        .0
        .iter()
        .flat_map(|polygon| &polygon.exterior().0)
        .filter_map(|at| LonLat::new(at.x.clamp(-180.0, 180.0), at.y.clamp(-90.0, 90.0)).ok())
        .map(|at| centre.distance_m(at))
        .fold(0.0, f64::max)
}

/// How a point lies to an outline.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Beside {
    pub(crate) inside: bool,
    /// How far the nearest edge is.
    pub(crate) edge_m: f64,
}

/// How a point lies to an outline, in one pass over its edges: on the plane around the point, which
/// is near enough for distances of some hundred kilometres.
pub(crate) fn beside(outline: &MultiPolygon<f64>, at: LonLat) -> Beside {
    const DEGREE_M: f64 = 111_195.0;
    let shorter = at.lat().to_radians().cos();
    let flat = |c: &Coord<f64>| {
        (
            (c.x - at.lon()) * shorter * DEGREE_M,
            (c.y - at.lat()) * DEGREE_M,
        )
    };
    let (mut inside, mut nearest) = (false, f64::MAX);
    for polygon in &outline.0 {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for edge in ring.0.windows(2) {
                let ((x0, y0), (x1, y1)) = (flat(&edge[0]), flat(&edge[1]));
                if (y0 > 0.0) != (y1 > 0.0) && x0 + (x1 - x0) * y0 / (y0 - y1) > 0.0 {
                    inside = !inside;
                }
                let (dx, dy) = (x1 - x0, y1 - y0);
                let along = -(x0 * dx + y0 * dy) / (dx * dx + dy * dy).max(1e-9);
                let along = along.clamp(0.0, 1.0);
                let (x, y) = (x0 + along * dx, y0 + along * dy);
                nearest = nearest.min(x * x + y * y);
            }
        }
    }
    Beside {
        inside,
        edge_m: nearest.sqrt(),
    }
}

/// Middle and circle of the border that two outlines share: the corners of the one that lie
/// within a tenth of a degree of a corner of the other.
pub(crate) fn shared_border(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> Option<(LonLat, f64)> {
    const NEAR_DEG: f64 = 0.1;
    let corners = |shape: &MultiPolygon<f64>| -> Vec<Coord<f64>> {
        shape
            .0
            .iter()
            .flat_map(|p| p.exterior().0.iter().copied())
            .collect()
    };
    let others = corners(b);
    let shared: Vec<LonLat> = corners(a)
        .into_iter()
        .filter(|at| {
            others
                .iter()
                .any(|o| (o.x - at.x).abs() < NEAR_DEG && (o.y - at.y).abs() < NEAR_DEG)
        })
        .filter_map(|at| LonLat::new(at.x, at.y).ok())
        .collect();
    let bound = |value: fn(&LonLat) -> f64| {
        let values: Vec<f64> = shared.iter().map(value).collect();
        let least = values.iter().copied().reduce(f64::min)?;
        let most = values.iter().copied().reduce(f64::max)?;
        Some(f64::midpoint(least, most))
    };
    let centre = LonLat::new(bound(|at| at.lon())?, bound(|at| at.lat())?).ok()?;
    let radius_m = shared
        .iter()
        .map(|at| centre.distance_m(*at))
        .fold(0.0, f64::max);
    Some((centre, radius_m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_lies_inside_or_so_far_outside() {
        let at = |lat, lon| LonLat::new(lon, lat).unwrap();
        let shape = crate::parts::circle(at(34.0, 38.0), 50_000.0).unwrap();
        let middle = beside(&shape, at(34.0, 38.0));
        assert!(
            middle.inside && (middle.edge_m - 50_000.0).abs() < 500.0,
            "{middle:?}"
        );
        let out = beside(&shape, at(35.0, 38.0));
        assert!(
            !out.inside && (out.edge_m - 61_195.0).abs() < 500.0,
            "{out:?}"
        );
    }

    #[test]
    fn an_outline_survives_packing() {
        let at = LonLat::new(38.0, 34.0).unwrap();
        let shape = crate::parts::circle(at, 50_000.0).unwrap();
        let again = unpack(&pack(&shape)).unwrap();
        assert_eq!(again.0[0].exterior().0.len(), shape.0[0].exterior().0.len());
        assert!((radius_m(&again, at) - 50_000.0).abs() < 1.0);
        assert!(unpack(&[1, 1, 1_000_000]).is_none());
        assert!(unpack(&[-1]).is_none());
    }
}
