//! "Off the coast of": the side of a coast on which no land lies.

use geo_types::MultiPolygon;

use crate::layout::Layout;
use crate::relative::{self, Leg};
use crate::{Extent, LonLat, shape};

/// "Off the coast", no distance told: territorial waters, twelve nautical miles.
pub(crate) const OFF_COAST_M: f64 = 22_224.0;
/// Corners of a coast from which the sea before it is looked for.
const CORNERS: usize = 240;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// The outlines of the countries around a point.
#[derive(Debug)]
pub(crate) struct Land(Vec<MultiPolygon<f64>>);

impl Land {
    /// The land that comes within reach of a box; `None` where no outline is known there.
    pub(crate) fn around(layout: &Layout, near: Extent, reach_m: f64) -> Option<Self> {
        let dy = reach_m / DEGREE_M;
        let middle = near.centre().lat().to_radians().cos().max(0.1);
        let dx = dy / middle;
        let outlines: Vec<MultiPolygon<f64>> = crate::build::starter::countries()
            .keys()
            .filter_map(|code| layout.country_place(*code))
            .filter(|place| {
                layout.place(*place).extent().is_none_or(|extent| {
                    extent.crosses_antimeridian()
                        || near.crosses_antimeridian()
                        || (extent.west() <= near.east() + dx
                            && extent.east() >= near.west() - dx
                            && extent.south() <= near.north() + dy
                            && extent.north() >= near.south() - dy)
                })
            })
            .filter_map(|place| layout.shape(place))
            .collect();
        (!outlines.is_empty()).then_some(Self(outlines))
    }

    /// True where no land lies.
    fn is_sea(&self, at: LonLat) -> bool {
        !self
            .0
            .iter()
            .any(|outline| shape::beside(outline, at).inside)
    }

    /// The middle of those points that lie at sea, itself at sea, and the circle that holds nine in
    /// ten of them.
    fn at_sea(&self, points: impl Iterator<Item = LonLat>) -> Option<(LonLat, f64)> {
        let wet: Vec<LonLat> = points.filter(|at| self.is_sea(*at)).collect();
        relative::middle_among(&wet)
    }

    /// Off a place on the coast: where its distance leads to, as far as it leads to the sea.
    pub(crate) fn off(&self, leg: &Leg) -> Option<(LonLat, f64)> {
        self.at_sea(leg.samples())
    }

    /// Off the coast of a country: the strip of sea before it that is so wide.
    pub(crate) fn before(&self, coast: &MultiPolygon<f64>, width_m: f64) -> Option<(LonLat, f64)> {
        let corners: usize = coast.0.iter().map(|p| p.exterior().0.len()).sum();
        let step = corners.div_ceil(CORNERS).max(1);
        let corners = coast
            .0
            .iter()
            .flat_map(|polygon| &polygon.exterior().0)
            .step_by(step)
            .filter_map(|at| LonLat::new(at.x, at.y).ok());
        self.at_sea(corners.flat_map(|at| {
            (0..4).map(move |n| at.offset(f64::from(n) * 90.0 + 45.0, width_m * 0.7))
        }))
    }
}
