//! "Southern Syria": the part of an area that a reader has in mind, as an area.

use geo::{Area, BooleanOps};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::spot::Part;
use crate::{Extent, LonLat, shape};

/// The share of an extent that a side takes: "southern Syria" is the southern two fifths.
///
/// A half would put the middle of the country into both "southern" and "northern"; a third leaves
/// out places that the press calls southern. Checked against reports: al-Tanf, at a quarter of
/// Syria's height, is told as southern and south-eastern; Deir ez-Zor, at three fifths of its
/// width, as eastern.
const SIDE_SHARE: f64 = 0.40;
/// The share of each axis that a corner takes: "southeastern" is the south-eastern half by half.
const CORNER_SHARE: f64 = 0.50;
/// The share of each axis in the middle that "central" takes.
const MIDDLE_SHARE: f64 = 0.45;

/// The box of a part of an extent.
fn part_box(extent: Extent, part: Part) -> [f64; 4] {
    let east = if extent.crosses_antimeridian() {
        extent.east() + 360.0
    } else {
        extent.east()
    };
    let (w, s, e, n) = (extent.west(), extent.south(), east, extent.north());
    let (width, height) = (e - w, n - s);
    match part {
        Part::Middle => {
            let off = (1.0 - MIDDLE_SHARE) / 2.0;
            [
                w + off * width,
                s + off * height,
                e - off * width,
                n - off * height,
            ]
        }
        Part::Side(direction) => {
            let bearing = direction.bearing_deg.to_radians();
            let (x, y) = (bearing.sin(), bearing.cos());
            // Directions that lean to one axis by less than a sixteenth do not cut the other.
            let across = |v: f64| if v.abs() < 0.3 { 0.0 } else { v.signum() };
            let (x, y) = (across(x), across(y));
            let share = if x != 0.0 && y != 0.0 {
                CORNER_SHARE
            } else {
                SIDE_SHARE
            };
            let mut cut = [w, s, e, n];
            if x > 0.0 {
                cut[0] = e - share * width;
            } else if x < 0.0 {
                cut[2] = w + share * width;
            }
            if y > 0.0 {
                cut[1] = n - share * height;
            } else if y < 0.0 {
                cut[3] = s + share * height;
            }
            cut
        }
    }
}

/// The part of an outline.
pub(crate) fn part_of(outline: &MultiPolygon<f64>, part: Part) -> Option<MultiPolygon<f64>> {
    let extent = main_extent(outline)?;
    let [w, s, e, n] = part_box(extent, part);
    clip(outline, &rectangle(w, s, e, n))
}

/// The part of a box, where no outline is known: its middle and the circle around it.
pub(crate) fn part_of_extent(extent: Extent, part: Part) -> Option<(LonLat, f64)> {
    let [w, s, e, n] = part_box(extent, part);
    let lon = (f64::midpoint(w, e) + 540.0).rem_euclid(360.0) - 180.0;
    let centre = LonLat::new(lon, f64::midpoint(s, n)).ok()?;
    let corner = LonLat::new((e + 540.0).rem_euclid(360.0) - 180.0, n).ok()?;
    Some((centre, centre.distance_m(corner)))
}

/// The extent of the land people mean: far islands that hold less than a fiftieth of the area are
/// left out (Alaska stays with the United States; Réunion does not pull France to the south).
fn main_extent(outline: &MultiPolygon<f64>) -> Option<Extent> {
    let largest = outline
        .0
        .iter()
        .max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let total = outline.unsigned_area();
    let home = shape::extent(&MultiPolygon(vec![largest.clone()]))?;
    let (width, height) = (home.east() - home.west(), home.north() - home.south());
    let near = |polygon: &Polygon<f64>| {
        shape::extent(&MultiPolygon(vec![polygon.clone()])).is_some_and(|other| {
            other.east() >= home.west() - width
                && other.west() <= home.east() + width
                && other.north() >= home.south() - height
                && other.south() <= home.north() + height
        })
    };
    let kept = outline
        .0
        .iter()
        .filter(|polygon| {
            near(polygon) && (polygon.unsigned_area() * 50.0 >= total || near(polygon))
        })
        .cloned()
        .collect();
    shape::extent(&MultiPolygon(kept)).or(Some(home))
}

/// What two areas share; `None` when that is nothing.
pub(crate) fn clip(
    area: &MultiPolygon<f64>,
    with: &MultiPolygon<f64>,
) -> Option<MultiPolygon<f64>> {
    let shared = area.intersection(with);
    (!shared.0.is_empty()).then(|| wound(shared))
}

/// Rings in the order of RFC 7946: the outer one counter-clockwise.
fn wound(area: MultiPolygon<f64>) -> MultiPolygon<f64> {
    use geo::orient::{Direction, Orient};
    area.orient(Direction::Default)
}

fn rectangle(w: f64, s: f64, e: f64, n: f64) -> MultiPolygon<f64> {
    let ring = [(w, s), (e, s), (e, n), (w, n), (w, s)].map(|(x, y)| Coord { x, y });
    MultiPolygon(vec![Polygon::new(LineString::new(ring.to_vec()), vec![])])
}

/// Middle of the bounding box of an area, and the circle around it that holds the area.
pub(crate) fn circle_around(area: &MultiPolygon<f64>) -> Option<(LonLat, f64)> {
    let centre = shape::extent(area)?.centre();
    Some((centre, shape::radius_m(area, centre)))
}
