//! A position on Earth, and the geodesy of points: distance, bearing, the point an offset leads to.

use std::fmt;

/// Mean radius of the Earth in metres (IUGG), as the haversine formula takes it.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A position on Earth: WGS 84, in degrees, longitude first.
///
/// Always finite and on the globe. There is no other way to make one than [`LonLat::new`], so no
/// later step has to ask again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

/// The numbers given are no position on Earth.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct InvalidLonLat {
    /// The longitude as given.
    pub lon: f64,
    /// The latitude as given.
    pub lat: f64,
}

impl fmt::Display for InvalidLonLat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no such place: lon {}, lat {}", self.lon, self.lat)?;
        if LonLat::new(self.lat, self.lon).is_ok() {
            f.write_str(" (lon and lat swapped?)")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidLonLat {}

impl LonLat {
    /// A position from degrees: longitude in -180..=180, latitude in -90..=90.
    pub fn new(lon: f64, lat: f64) -> Result<Self, InvalidLonLat> {
        if lon.is_finite() && lat.is_finite() && lon.abs() <= 180.0 && lat.abs() <= 90.0 {
            Ok(Self { lon, lat })
        } else {
            Err(InvalidLonLat { lon, lat })
        }
    }

    /// Longitude in degrees, east positive.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude in degrees, north positive.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Great-circle distance in metres (haversine on a sphere of [`EARTH_RADIUS_M`]).
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        self.distance_with(self.cos_lat(), other, other.cos_lat())
    }

    /// The cosine of the latitude, for [`LonLat::distance_with`].
    pub(crate) fn cos_lat(self) -> f64 {
        self.lat.to_radians().cos()
    }

    /// The distance of two positions whose cosines of the latitude are known: of one that is
    /// measured to many.
    pub(crate) fn distance_with(self, own_cos: f64, other: Self, other_cos: f64) -> f64 {
        let (p, q) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((q - p) / 2.0).sin();
        let half_lon = ((other.lon - self.lon).to_radians() / 2.0).sin();
        let d = half_lat * half_lat + own_cos * other_cos * half_lon * half_lon;
        2.0 * EARTH_RADIUS_M * d.sqrt().min(1.0).asin()
    }

    /// Initial bearing to `other` in degrees clockwise from north, 0..360.
    #[must_use]
    pub fn bearing_deg(self, other: Self) -> f64 {
        let (p, q) = (self.lat.to_radians(), other.lat.to_radians());
        let dl = (other.lon - self.lon).to_radians();
        let y = dl.sin() * q.cos();
        let x = p.cos() * q.sin() - p.sin() * q.cos() * dl.cos();
        y.atan2(x).to_degrees().rem_euclid(360.0)
    }

    /// The point `distance_m` metres away along the great circle that leaves at `bearing_deg`.
    #[must_use]
    pub fn offset(self, bearing_deg: f64, distance_m: f64) -> Self {
        let (p, l) = (self.lat.to_radians(), self.lon.to_radians());
        let (b, d) = (bearing_deg.to_radians(), distance_m / EARTH_RADIUS_M);
        let lat = (p.sin() * d.cos() + p.cos() * d.sin() * b.cos())
            .clamp(-1.0, 1.0)
            .asin();
        let lon = l + (b.sin() * d.sin() * p.cos()).atan2(d.cos() - p.sin() * lat.sin());
        let lon = (lon.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
        Self {
            lon,
            lat: lat.to_degrees(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_numbers_are_named() {
        let error = LonLat::new(34.73, 136.72).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no such place: lon 34.73, lat 136.72 (lon and lat swapped?)"
        );
    }

    #[test]
    fn an_offset_leads_there_and_measures_back() {
        let tanf = LonLat::new(38.618, 33.506).unwrap();
        let zukf = tanf.offset(45.0, 70_000.0);
        assert!((zukf.lat() - 33.949).abs() < 0.002 && (zukf.lon() - 39.155).abs() < 0.002);
        assert!((tanf.distance_m(zukf) - 70_000.0).abs() < 1.0);
        assert!((tanf.bearing_deg(zukf) - 45.0).abs() < 0.01);
    }

    #[test]
    fn an_offset_across_the_date_line_stays_on_the_globe() {
        let east = LonLat::new(179.9, 0.0).unwrap().offset(90.0, 50_000.0);
        assert!(east.lon() < -179.0, "{east:?}");
    }
}
