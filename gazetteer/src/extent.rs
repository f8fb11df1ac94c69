//! A box on the globe, also across the antimeridian.

use crate::LonLat;

/// West, south, east, north in degrees. `west > east` means the box crosses the antimeridian.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Extent {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Extent {
    /// A box from its corners; `None` when a number is off the globe or south lies above north.
    #[must_use]
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Option<Self> {
        let on_globe = LonLat::new(west, south).is_ok() && LonLat::new(east, north).is_ok();
        (on_globe && south <= north).then_some(Self {
            west,
            south,
            east,
            north,
        })
    }

    /// The western edge in degrees.
    #[must_use]
    pub fn west(self) -> f64 {
        self.west
    }

    /// The southern edge in degrees.
    #[must_use]
    pub fn south(self) -> f64 {
        self.south
    }

    /// The eastern edge in degrees.
    #[must_use]
    pub fn east(self) -> f64 {
        self.east
    }

    /// The northern edge in degrees.
    #[must_use]
    pub fn north(self) -> f64 {
        self.north
    }

    /// True when the box crosses the 180th meridian.
    #[must_use]
    pub fn crosses_antimeridian(self) -> bool {
        self.west > self.east
    }

    /// True when the point lies in the box or on its edge.
    #[must_use]
    pub fn contains(self, at: LonLat) -> bool {
        let lat = (self.south..=self.north).contains(&at.lat());
        lat && if self.crosses_antimeridian() {
            at.lon() >= self.west || at.lon() <= self.east
        } else {
            (self.west..=self.east).contains(&at.lon())
        }
    }

    /// True when the two boxes share at least a point.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.south <= other.north
            && other.south <= self.north
            && self
                .halves()
                .any(|(w, e)| other.halves().any(|(ow, oe)| w <= oe && ow <= e))
    }

    /// The box as one or two ranges of longitude that do not cross the antimeridian.
    pub fn halves(self) -> impl Iterator<Item = (f64, f64)> {
        let (first, second) = if self.crosses_antimeridian() {
            ((self.west, 180.0), Some((-180.0, self.east)))
        } else {
            ((self.west, self.east), None)
        };
        std::iter::once(first).chain(second)
    }

    /// The middle of the box.
    #[must_use]
    pub fn centre(self) -> LonLat {
        let east = if self.crosses_antimeridian() {
            self.east + 360.0
        } else {
            self.east
        };
        let lon = (f64::midpoint(self.west, east) + 540.0).rem_euclid(360.0) - 180.0;
        LonLat::new(lon, f64::midpoint(self.south, self.north))
            .expect("the middle of a box on the globe is on the globe")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_across_the_date_line_holds_both_sides() {
        let fiji = Extent::new(177.0, -19.0, -178.0, -16.0).unwrap();
        assert!(fiji.contains(LonLat::new(179.5, -17.0).unwrap()));
        assert!(fiji.contains(LonLat::new(-179.5, -17.0).unwrap()));
        assert!(!fiji.contains(LonLat::new(0.0, -17.0).unwrap()));
        assert!((fiji.centre().lon() - 179.5).abs() < 1e-9);
        assert!(fiji.intersects(Extent::new(-180.0, -20.0, -179.0, -10.0).unwrap()));
    }
}
