//! "Southern Syria": the part of an area that a reader has in mind, as an area.

use std::sync::Arc;

use geo::{Area, BooleanOps, BoundingRect, Buffer, Contains, MapCoords};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::layout::{Cut, CutOf, Layout};
use crate::spot::Part;
use crate::{Extent, LonLat, shape};

/// The share of the land that a side takes: "southern Syria" is the southern 36 hundredths of it.
///
/// A half would put the middle of the country into both "southern" and "northern"; a quarter
/// leaves out places that the press calls southern. Measured by land, not by the box around it:
/// the corner of the box that lies in the neighbour's desert moves nothing.
const SIDE_SHARE: f64 = 0.36;
/// The share of the land that a corner takes, counted along the diagonal: "southeastern".
const CORNER_SHARE: f64 = 0.36;
/// A corner also leaves out this share of the land on the far side of each axis.
const CORNER_FAR_SHARE: f64 = 0.33;
/// The share of each axis in the middle that "central" takes.
const MIDDLE_SHARE: f64 = 0.5;
/// Points along each axis at which the land is sampled.
const SAMPLES: usize = 40;

/// What a direction does along each axis: -1, 0 or 1.
fn axes(direction: crate::relative::Direction) -> (f64, f64) {
    let bearing = direction.bearing_deg.to_radians();
    // Directions that lean to one axis by less than a third do not cut the other.
    let across = |v: f64| if v.abs() < 0.3 { 0.0 } else { v.signum() };
    (across(bearing.sin()), across(bearing.cos()))
}

/// The part of a place's outline and the circle around it, cut once.
pub(crate) fn kept_part(layout: &Layout, place: u32, part: Part) -> Option<Arc<Cut>> {
    let side = match part {
        Part::Middle => u16::MAX,
        // The sixteen directions are steps of 22.5 degrees.
        Part::Side(direction) => (direction.bearing_deg * 10.0).round() as u16,
    };
    layout.cut(CutOf::Side(place, side), || {
        let area = part_of(&layout.shape(place)?, part)?;
        let circle = circle_around(&area);
        Some(Cut {
            area: Some(area),
            circle,
        })
    })
}

/// The part of an outline.
pub(crate) fn part_of(outline: &MultiPolygon<f64>, part: Part) -> Option<MultiPolygon<f64>> {
    let land = main_land(outline)?;
    let (land, turned) = if shape::extent(&land)?.crosses_antimeridian() {
        (turned(&land), true)
    } else {
        (land, false)
    };
    let points = samples(&land);
    if points.len() < 8 {
        return None;
    }
    let bounds = plain_box(&land)?;
    let [w, s, e, n] = bounds;
    let (width, height) = ((e - w).max(1e-9), (n - s).max(1e-9));
    let norm = |at: &Coord<f64>| ((at.x - w) / width, (at.y - s) / height);
    // The value below which a share of the land lies.
    let quantile = |share: f64, value: &dyn Fn((f64, f64)) -> f64| {
        let mut values: Vec<f64> = points.iter().map(|at| value(norm(at))).collect();
        values.sort_by(f64::total_cmp);
        values[((values.len() as f64 * share) as usize).min(values.len() - 1)]
    };
    let mut cut = [[0.0, 0.0, 1.0, 1.0]];
    let mut diagonal = None;
    match part {
        Part::Middle => {
            let off = (1.0 - MIDDLE_SHARE) / 2.0;
            cut[0] = [
                quantile(off, &|p| p.0),
                quantile(off, &|p| p.1),
                quantile(1.0 - off, &|p| p.0),
                quantile(1.0 - off, &|p| p.1),
            ];
        }
        Part::Side(direction) => {
            let (x, y) = axes(direction);
            let far = if x != 0.0 && y != 0.0 {
                CORNER_FAR_SHARE
            } else {
                1.0 - SIDE_SHARE
            };
            if x > 0.0 {
                cut[0][0] = quantile(far, &|p| p.0);
            } else if x < 0.0 {
                cut[0][2] = quantile(1.0 - far, &|p| p.0);
            }
            if y > 0.0 {
                cut[0][1] = quantile(far, &|p| p.1);
            } else if y < 0.0 {
                cut[0][3] = quantile(1.0 - far, &|p| p.1);
            }
            if x != 0.0 && y != 0.0 {
                diagonal = Some((x, y, quantile(1.0 - CORNER_SHARE, &|p| p.0 * x + p.1 * y)));
            }
        }
    }
    let at = |x: f64, y: f64| Coord {
        x: w + x * width,
        y: s + y * height,
    };
    let [x0, y0, x1, y1] = cut[0];
    let pad = 0.01;
    let ring = [
        (
            if x0 <= 0.0 { -pad } else { x0 },
            if y0 <= 0.0 { -pad } else { y0 },
        ),
        (
            if x1 >= 1.0 { 1.0 + pad } else { x1 },
            if y0 <= 0.0 { -pad } else { y0 },
        ),
        (
            if x1 >= 1.0 { 1.0 + pad } else { x1 },
            if y1 >= 1.0 { 1.0 + pad } else { y1 },
        ),
        (
            if x0 <= 0.0 { -pad } else { x0 },
            if y1 >= 1.0 { 1.0 + pad } else { y1 },
        ),
    ];
    let frame = polygon(ring.iter().map(|(x, y)| at(*x, *y)).collect());
    let mut area = clip(&land, &frame)?;
    if let Some((x, y, least)) = diagonal {
        // The half plane x·p + y·q >= least, as a large quadrilateral in the unit square's frame.
        let foot = (x * least / 2.0, y * least / 2.0);
        let (along, out) = ((-y * 4.0, x * 4.0), (x * 4.0, y * 4.0));
        let corners = [
            (foot.0 + along.0, foot.1 + along.1),
            (foot.0 - along.0, foot.1 - along.1),
            (foot.0 - along.0 + out.0, foot.1 - along.1 + out.1),
            (foot.0 + along.0 + out.0, foot.1 + along.1 + out.1),
        ];
        let half = polygon(corners.iter().map(|(x, y)| at(*x, *y)).collect());
        area = clip(&area, &half)?;
    }
    if turned {
        Some(turned_back(&area))
    } else {
        Some(area)
    }
}

/// Points on the land, evenly over its box.
fn samples(land: &MultiPolygon<f64>) -> Vec<Coord<f64>> {
    let Some([w, s, e, n]) = plain_box(land) else {
        return Vec::new();
    };
    let mut points = Vec::new();
    for row in 0..SAMPLES {
        let y = s + (row as f64 + 0.5) / SAMPLES as f64 * (n - s);
        for column in 0..SAMPLES {
            let x = w + (column as f64 + 0.5) / SAMPLES as f64 * (e - w);
            let at = Coord { x, y };
            if land.contains(&at) {
                points.push(at);
            }
        }
    }
    points
}

/// West, south, east, north, without any thought of the antimeridian.
fn plain_box(area: &MultiPolygon<f64>) -> Option<[f64; 4]> {
    area.bounding_rect()
        .map(|b| [b.min().x, b.min().y, b.max().x, b.max().y])
}

/// The part of the world west of Greenwich put east of the antimeridian.
fn turned(area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    area.map_coords(|at| Coord {
        x: if at.x < 0.0 { at.x + 360.0 } else { at.x },
        y: at.y,
    })
}

/// And back: cut along the antimeridian, what lies beyond it put where it was.
fn turned_back(area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let strip = |w: f64, e: f64| {
        let ring = [(w, -90.0), (e, -90.0), (e, 90.0), (w, 90.0)].map(|(x, y)| Coord { x, y });
        clip(area, &polygon(ring.to_vec())).map_or_else(Vec::new, |part| part.0)
    };
    let mut kept = strip(-360.0, 180.0);
    let beyond = MultiPolygon(strip(180.0, 540.0));
    kept.extend(
        beyond
            .map_coords(|at| Coord {
                x: at.x - 360.0,
                y: at.y,
            })
            .0,
    );
    MultiPolygon(kept)
}

fn polygon(corners: Vec<Coord<f64>>) -> MultiPolygon<f64> {
    wound(&MultiPolygon(vec![Polygon::new(
        LineString::new(corners),
        vec![],
    )]))
}

/// The part of a box, where no outline is known: its middle and the circle around it.
pub(crate) fn part_of_extent(extent: Extent, part: Part) -> Option<(LonLat, f64)> {
    let east = if extent.crosses_antimeridian() {
        extent.east() + 360.0
    } else {
        extent.east()
    };
    let land = polygon(
        [
            (extent.west(), extent.south()),
            (east, extent.south()),
            (east, extent.north()),
            (extent.west(), extent.north()),
        ]
        .map(|(x, y)| Coord { x, y })
        .to_vec(),
    );
    let [w, s, e, n] = plain_box(&part_of(&land, part)?)?;
    let lon = (f64::midpoint(w, e) + 540.0).rem_euclid(360.0) - 180.0;
    let centre = LonLat::new(lon, f64::midpoint(s, n)).ok()?;
    let corner = LonLat::new((e + 540.0).rem_euclid(360.0) - 180.0, n).ok()?;
    Some((centre, centre.distance_m(corner)))
}

/// The land people mean: far islands are left out (Réunion does not pull France to the south;
/// Alaska stays with the United States).
fn main_land(outline: &MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
    let largest = outline
        .0
        .iter()
        .max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let home = largest.bounding_rect()?;
    let (width, height) = (home.width(), home.height());
    let kept = outline.0.iter().filter(|polygon| {
        polygon.bounding_rect().is_some_and(|other| {
            // Russia goes on beyond the antimeridian.
            let across =
                other.max().x - home.min().x >= 300.0 || home.max().x - other.min().x >= 300.0;
            across
                || (other.max().x >= home.min().x - width
                    && other.min().x <= home.max().x + width
                    && other.max().y >= home.min().y - height
                    && other.min().y <= home.max().y + height)
        })
    });
    Some(MultiPolygon(kept.cloned().collect()))
}

/// A circle as a polygon of 64 corners. One that would wrap a pole or the date line is `None`.
pub(crate) fn circle(centre: LonLat, radius_m: f64) -> Option<MultiPolygon<f64>> {
    let corners: Vec<Coord<f64>> = (0..64)
        .map(|n| centre.offset(-f64::from(n) * 360.0 / 64.0, radius_m))
        .map(|at| Coord {
            x: at.lon(),
            y: at.lat(),
        })
        .collect();
    let wraps = corners.iter().any(|at| (at.x - centre.lon()).abs() > 180.0);
    let over_pole = centre.lat().abs() + (radius_m / 111_000.0) > 89.0;
    (!wraps && !over_pole)
        .then(|| MultiPolygon(vec![Polygon::new(LineString::new(corners), vec![])]))
}

/// Several areas as one.
pub(crate) fn union(areas: &[&MultiPolygon<f64>]) -> MultiPolygon<f64> {
    areas.iter().fold(MultiPolygon(Vec::new()), |all, area| {
        wound(&all.union(*area))
    })
}

/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// The land of `a` that lies within a distance of `b`, its neighbour: the strip along their
/// border. `None` when the two lie apart, or across the date line.
pub(crate) fn strip(
    a: &MultiPolygon<f64>,
    b: &MultiPolygon<f64>,
    width_m: f64,
) -> Option<MultiPolygon<f64>> {
    let width = width_m / DEGREE_M;
    let ([aw, as_, ae, an], [bw, bs, be, bn]) = (plain_box(a)?, plain_box(b)?);
    // Degrees of longitude are shorter; what is cut too wide here is cut to measure below.
    let lat = f64::midpoint(as_.max(bs), an.min(bn)).clamp(-80.0, 80.0);
    let shorter = lat.to_radians().cos();
    let (dx, dy) = (2.0 * width / shorter, 2.0 * width);
    let (w, e) = (aw.max(bw) - dx, ae.min(be) + dx);
    let (s, n) = (as_.max(bs) - dy, an.min(bn) + dy);
    if w >= e || s >= n || e - w > 180.0 {
        return None;
    }
    let frame = polygon(
        [(w, s), (e, s), (e, n), (w, n)]
            .map(|(x, y)| Coord { x, y })
            .to_vec(),
    );
    let (near_a, near_b) = (clip(a, &frame)?, clip(b, &frame)?);
    let flat = |area: &MultiPolygon<f64>, by: f64| {
        area.map_coords(|at| Coord {
            x: at.x * by,
            y: at.y,
        })
    };
    let grown = flat(&near_b, shorter).buffer(width);
    let shared = clip(&flat(&near_a, shorter), &grown)?;
    Some(flat(&shared, 1.0 / shorter))
}

/// The land of a country between two distances from its neighbours: "20 km inside".
pub(crate) fn inside(
    land: &MultiPolygon<f64>,
    neighbours: &[MultiPolygon<f64>],
    from_m: f64,
    to_m: f64,
) -> Option<MultiPolygon<f64>> {
    let along = |width_m: f64| {
        neighbours
            .iter()
            .filter_map(|other| strip(land, other, width_m))
            .reduce(|a, b| a.union(&b))
    };
    let wide = along(to_m)?;
    let rest = match along(from_m) {
        Some(narrow) if from_m > 0.0 => wide.difference(&narrow),
        _ => wide,
    };
    (!rest.0.is_empty()).then(|| wound(&rest))
}

/// What two areas share; `None` when that is nothing.
pub(crate) fn clip(
    area: &MultiPolygon<f64>,
    with: &MultiPolygon<f64>,
) -> Option<MultiPolygon<f64>> {
    let shared = area.intersection(with);
    (!shared.0.is_empty()).then(|| wound(&shared))
}

/// Rings in the order of RFC 7946: the outer one counter-clockwise.
fn wound(area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    use geo::orient::{Direction, Orient};
    area.orient(Direction::Default)
}

/// Middle of the bounding box of an area, and the circle around it that holds the area.
pub(crate) fn circle_around(area: &MultiPolygon<f64>) -> Option<(LonLat, f64)> {
    let centre = shape::extent(area)?.centre();
    Some((centre, shape::radius_m(area, centre)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relative::Direction;

    fn side(word: &str) -> Part {
        Part::Side(Direction::from_word(word).unwrap())
    }

    #[test]
    fn a_side_of_a_square_is_that_side() {
        let square = polygon(
            [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
                .map(|(x, y)| Coord { x, y })
                .to_vec(),
        );
        let south = part_of(&square, side("southern")).unwrap();
        let b = south.bounding_rect().unwrap();
        assert!(b.min().y < 0.01 && (3.0..4.2).contains(&b.max().y), "{b:?}");
        assert!((south.unsigned_area() - 36.0).abs() < 3.0);
        let southeast = part_of(&square, side("southeastern")).unwrap();
        assert!(southeast.contains(&Coord { x: 8.0, y: 2.0 }));
        assert!(southeast.contains(&Coord { x: 5.0, y: 1.0 }));
        assert!(!southeast.contains(&Coord { x: 2.0, y: 2.0 }));
        assert!(!southeast.contains(&Coord { x: 5.0, y: 5.5 }));
        let middle = part_of(&square, Part::Middle).unwrap();
        assert!(
            middle.contains(&Coord { x: 5.0, y: 5.0 })
                && !middle.contains(&Coord { x: 1.0, y: 5.0 })
        );
    }

    fn block(w: f64, s: f64, e: f64, n: f64) -> MultiPolygon<f64> {
        polygon(
            [(w, s), (e, s), (e, n), (w, n)]
                .map(|(x, y)| Coord { x, y })
                .to_vec(),
        )
    }

    #[test]
    fn a_border_is_a_strip_of_the_first_country() {
        let (a, b) = (block(0.0, 0.0, 5.0, 5.0), block(5.0, 0.0, 10.0, 5.0));
        let along = strip(&a, &b, 22_239.0).unwrap();
        assert!(along.contains(&Coord { x: 4.9, y: 2.0 }));
        assert!(!along.contains(&Coord { x: 4.7, y: 2.0 }));
        assert!(!along.contains(&Coord { x: 5.1, y: 2.0 }));
        assert!(strip(&a, &block(20.0, 0.0, 25.0, 5.0), 22_239.0).is_none());
    }

    #[test]
    fn so_far_inside_is_neither_at_the_border_nor_at_the_coast() {
        let (land, neighbour) = (block(0.0, 0.0, 5.0, 5.0), block(5.0, 0.0, 10.0, 5.0));
        let there = inside(&land, &[neighbour], 11_120.0, 33_358.0).unwrap();
        assert!(there.contains(&Coord { x: 4.8, y: 2.0 }));
        assert!(!there.contains(&Coord { x: 4.95, y: 2.0 }));
        assert!(!there.contains(&Coord { x: 0.2, y: 2.0 }));
    }

    #[test]
    fn a_country_across_the_date_line_has_an_east() {
        let a = polygon(
            [(170.0, 0.0), (180.0, 0.0), (180.0, 10.0), (170.0, 10.0)]
                .map(|(x, y)| Coord { x, y })
                .to_vec(),
        );
        let b = polygon(
            [(-180.0, 0.0), (-170.0, 0.0), (-170.0, 10.0), (-180.0, 10.0)]
                .map(|(x, y)| Coord { x, y })
                .to_vec(),
        );
        let both = MultiPolygon([a.0, b.0].concat());
        let east = part_of(&both, side("eastern")).unwrap();
        assert!(
            east.contains(&Coord { x: -172.0, y: 5.0 })
                && !east.contains(&Coord { x: 172.0, y: 5.0 })
        );
    }
}
