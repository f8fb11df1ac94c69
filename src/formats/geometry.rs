//! The shape an incident is drawn with, and how each format spells it.
//!
//! Geometry says only what is known: a point where the place is told closely, an area where one is
//! known, nothing otherwise. RFC 7946: outer rings run against the clock, and an area across the
//! 180th meridian is cut there.

use std::fmt::Write as _;

use gazetteer::LonLat;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::incident::Shown;

/// The shape of an incident.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Geometry<'a> {
    /// A point with a radius.
    Point(LonLat),
    /// An area.
    Area(&'a MultiPolygon<f64>),
    /// No place, or none that has a shape.
    None,
}

/// The layers (or collections) incidents stand in: one geometry type each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Layer {
    /// Points.
    Incidents,
    /// Areas.
    Areas,
    /// Without geometry.
    Unplaced,
}

impl Layer {
    /// Every layer with its name and what it holds.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Incidents,
            "incidents",
            "Incidents whose place is told closely: points, each with the radius of its doubt",
        ),
        (
            Self::Areas,
            "incident_areas",
            "Incidents known only to a division, a region or a country: areas",
        ),
        (
            Self::Unplaced,
            "incidents_unplaced",
            "Incidents without a place that could be drawn: no geometry",
        ),
    ];

    /// The layer's name, as files and addresses write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(layer, _, _)| *layer == self)
            .map_or("incidents", |(_, name, _)| name)
    }

    /// The layer of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == name)
            .map(|(layer, _, _)| *layer)
    }
}

impl<'a> Geometry<'a> {
    /// The shape of an incident.
    #[must_use]
    pub fn of(shown: &'a Shown) -> Self {
        let Some(place) = &shown.place else {
            return Self::None;
        };
        match (place.point(), &place.area) {
            (Some(point), _) => Self::Point(point),
            (None, Some(area)) if !place.precision.is_pointlike() && !area.0.is_empty() => {
                Self::Area(area)
            }
            _ => Self::None,
        }
    }

    /// The layer the shape belongs to.
    #[must_use]
    pub fn layer(self) -> Layer {
        match self {
            Self::Point(_) => Layer::Incidents,
            Self::Area(_) => Layer::Areas,
            Self::None => Layer::Unplaced,
        }
    }

    /// As GeoJSON.
    pub(super) fn json(self, out: &mut Vec<u8>) {
        match self {
            Self::None => out.extend_from_slice(b"null"),
            Self::Point(at) => {
                out.extend_from_slice(b"{\"type\":\"Point\",\"coordinates\":");
                position(out, at.lon(), at.lat(), b"[,]");
                out.push(b'}');
            }
            Self::Area(area) => area_json(out, area),
        }
    }

    /// As well-known text; an empty text for no geometry.
    pub(super) fn wkt(self) -> String {
        let mut out = Vec::new();
        match self {
            Self::None => {}
            Self::Point(at) => {
                out.extend_from_slice(b"POINT ");
                position(&mut out, at.lon(), at.lat(), b"( )");
            }
            Self::Area(area) => {
                out.extend_from_slice(b"MULTIPOLYGON (");
                rings_of_all(&mut out, &drawn(area), b"( )");
                out.push(b')');
            }
        }
        String::from_utf8(out).expect("numbers and brackets are UTF-8")
    }
}

/// A MultiPolygon as a GeoJSON geometry.
pub(crate) fn area_json(out: &mut Vec<u8>, area: &MultiPolygon<f64>) {
    out.extend_from_slice(b"{\"type\":\"MultiPolygon\",\"coordinates\":[");
    rings_of_all(out, &drawn(area), b"[,]");
    out.extend_from_slice(b"]}");
}

/// `marks` are what opens a position, parts its numbers, and closes it: `[,]` or `( )`.
fn rings_of_all(out: &mut Vec<u8>, area: &MultiPolygon<f64>, marks: &[u8; 3]) {
    let [open, part, close] = *marks;
    // Well-known text has no brackets around a single position.
    let bare = part == b' ';
    for (i, polygon) in area.iter().enumerate() {
        out.extend_from_slice(if i > 0 { b"," } else { b"" });
        out.push(open);
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        for (j, ring) in rings.enumerate() {
            out.extend_from_slice(if j > 0 { b"," } else { b"" });
            out.push(open);
            for (k, c) in ring.coords().enumerate() {
                out.extend_from_slice(if k > 0 { b"," } else { b"" });
                if bare {
                    number(out, c.x);
                    out.push(part);
                    number(out, c.y);
                } else {
                    position(out, c.x, c.y, marks);
                }
            }
            out.push(close);
        }
        out.push(close);
    }
}

fn position(out: &mut Vec<u8>, x: f64, y: f64, [open, part, close]: &[u8; 3]) {
    out.push(*open);
    number(out, x);
    out.push(*part);
    number(out, y);
    out.push(*close);
}

/// A coordinate with at most six decimals (a tenth of a metre), without trailing zeros.
pub(super) fn number(out: &mut Vec<u8>, value: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "degrees times a million fit"
    )]
    let micro = (value * 1e6).round() as i64;
    if micro < 0 {
        out.push(b'-');
    }
    let micro = micro.unsigned_abs();
    let mut text = String::with_capacity(12);
    let _ = write!(text, "{}", micro / 1_000_000);
    let fraction = micro % 1_000_000;
    if fraction > 0 {
        let _ = write!(text, ".{fraction:06}");
    }
    let text = if fraction > 0 {
        text.trim_end_matches('0')
    } else {
        &text
    };
    out.extend_from_slice(text.as_bytes());
}

/// The area as RFC 7946 wants it: cut at the 180th meridian, outer rings against the clock.
pub(super) fn drawn(area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    area.iter().flat_map(cut).map(oriented).collect()
}

fn oriented(polygon: Polygon<f64>) -> Polygon<f64> {
    let turned = |ring: LineString<f64>, against_the_clock: bool| {
        if (twice_area(&ring) > 0.0) == against_the_clock {
            ring
        } else {
            ring.into_iter().rev().collect()
        }
    };
    let (exterior, interiors) = polygon.into_inner();
    let interiors = interiors.into_iter().map(|r| turned(r, false)).collect();
    Polygon::new(turned(exterior, true), interiors)
}

/// The shoelace formula; positive for rings against the clock.
fn twice_area(ring: &LineString<f64>) -> f64 {
    ring.lines()
        .map(|l| l.start.x * l.end.y - l.end.x * l.start.y)
        .sum()
}

/// A polygon whose ring jumps from +180 to -180 becomes one on either side.
fn cut(polygon: &Polygon<f64>) -> Vec<Polygon<f64>> {
    let jumps = |ring: &LineString<f64>| ring.lines().any(|l| (l.start.x - l.end.x).abs() > 180.0);
    if !jumps(polygon.exterior()) {
        return vec![polygon.clone()];
    }
    let outer = unrolled(polygon.exterior());
    let closed = outer.first().zip(outer.last());
    if closed.is_none_or(|(a, b)| (a.x - b.x).abs() > 1e-9) {
        // A ring around a pole has no inside on a plane; it is left as it came.
        return vec![polygon.clone()];
    }
    let holes: Vec<Vec<Coord<f64>>> = polygon.interiors().iter().map(unrolled).collect();
    [-360.0, 0.0, 360.0]
        .into_iter()
        .filter_map(|shift| {
            let clipped = |ring: &[Coord<f64>]| {
                let moved = ring.iter().map(|c| Coord {
                    x: c.x + shift,
                    y: c.y,
                });
                let east = half(&moved.collect::<Vec<_>>(), 180.0, |x| x <= 180.0);
                half(&east, -180.0, |x| x >= -180.0)
            };
            let ring = clipped(&outer);
            (ring.len() >= 4).then(|| {
                let holes = holes.iter().map(|h| clipped(h)).filter(|h| h.len() >= 4);
                Polygon::new(LineString(ring), holes.map(LineString).collect())
            })
        })
        .collect()
}

/// The ring with continuous longitudes, so that it may leave -180..180.
fn unrolled(ring: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut shift = 0.0;
    let mut last: Option<f64> = None;
    ring.coords()
        .map(|c| {
            if let Some(last) = last {
                if c.x - last > 180.0 {
                    shift -= 360.0;
                } else if last - c.x > 180.0 {
                    shift += 360.0;
                }
            }
            last = Some(c.x);
            Coord {
                x: c.x + shift,
                y: c.y,
            }
        })
        .collect()
}

/// Sutherland and Hodgman's clip of a closed ring against one meridian.
fn half(ring: &[Coord<f64>], meridian: f64, inside: impl Fn(f64) -> bool) -> Vec<Coord<f64>> {
    let mut out: Vec<Coord<f64>> = Vec::new();
    for pair in ring.windows(2) {
        let [a, b] = pair else { continue };
        if inside(a.x) != inside(b.x) {
            if inside(a.x) {
                out.push(*a);
            }
            let y = a.y + (b.y - a.y) * (meridian - a.x) / (b.x - a.x);
            out.push(Coord { x: meridian, y });
        } else if inside(a.x) {
            out.push(*a);
        }
    }
    if let Some(first) = out.first().copied() {
        out.push(first);
    }
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    fn written(value: f64) -> String {
        let mut out = Vec::new();
        number(&mut out, value);
        String::from_utf8(out).expect("digits")
    }

    #[test]
    fn coordinates_have_six_decimals_at_most() {
        assert_eq!(written(38.618), "38.618");
        assert_eq!(written(-0.000_000_4), "0");
        assert_eq!(written(-0.5), "-0.5");
        assert_eq!(written(180.0), "180");
        assert_eq!(written(36.123_456_789), "36.123457");
        assert_eq!(written(-120.0), "-120");
    }

    #[test]
    fn an_area_turns_against_the_clock() {
        let clockwise =
            polygon![(x: 0.0, y: 0.0), (x: 0.0, y: 1.0), (x: 1.0, y: 1.0), (x: 0.0, y: 0.0)];
        let area = MultiPolygon(vec![clockwise]);
        assert_eq!(
            Geometry::Area(&area).wkt(),
            "MULTIPOLYGON (((0 0,1 1,0 1,0 0)))"
        );
    }

    #[test]
    fn an_area_across_the_date_line_is_cut_in_two() {
        let fiji = polygon![
            (x: 178.0, y: -19.0), (x: -178.0, y: -19.0), (x: -178.0, y: -16.0),
            (x: 178.0, y: -16.0), (x: 178.0, y: -19.0)
        ];
        let parts = drawn(&MultiPolygon(vec![fiji]));
        assert_eq!(parts.0.len(), 2);
        for part in &parts {
            let xs: Vec<f64> = part.exterior().coords().map(|c| c.x).collect();
            assert!(xs.iter().all(|x| (-180.0..=180.0).contains(x)), "{xs:?}");
            let width = xs.iter().copied().fold(f64::MIN, f64::max)
                - xs.iter().copied().fold(f64::MAX, f64::min);
            assert!((width - 2.0).abs() < 1e-9, "{xs:?}");
        }
    }
}
