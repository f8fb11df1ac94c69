//! Coordinate reference systems: what a name means, and how positions go there and back.
//!
//! Known are those whose order of axes is certain: WGS 84 in both orders, the web's Mercator,
//! world Mercator, and the zones of UTM. A system whose axes we would have to guess is refused: a
//! swapped axis is a place in the wrong country.

use proj4rs::proj::Proj;
use proj4rs::transform::transform;

/// A coordinate reference system.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Crs {
    /// WGS 84, longitude first, in degrees: what GeoJSON is in.
    #[default]
    Crs84,
    /// WGS 84, latitude first, in degrees.
    Epsg4326,
    /// Spherical Mercator of the web's maps, in metres.
    Epsg3857,
    /// Mercator on the ellipsoid, in metres.
    Epsg3395,
    /// A zone of UTM on WGS 84, easting first, in metres.
    Utm {
        /// 1 to 60.
        zone: u8,
        /// South of the equator.
        south: bool,
    },
}

/// The radius of the web's sphere, in metres.
const SPHERE_M: f64 = 6_378_137.0;

/// The latitude at which the web's Mercator ends: a square world.
const MERCATOR_LAT_MAX: f64 = 85.051_128_779_806_59;

/// The systems every collection is offered in, as addresses. UTM zones are taken beside them.
pub const OFFERED: &[&str] = &[
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "http://www.opengis.net/def/crs/EPSG/0/3857",
    "http://www.opengis.net/def/crs/EPSG/0/3395",
];

/// The addresses of all systems taken, UTM zones included.
#[must_use]
pub fn all_uris() -> Vec<String> {
    let utm = [326, 327].into_iter().flat_map(|base| {
        (1..=60).map(move |zone| format!("http://www.opengis.net/def/crs/EPSG/0/{base}{zone:02}"))
    });
    OFFERED.iter().map(|&it| it.to_owned()).chain(utm).collect()
}

impl Crs {
    /// The system of an address (`http://www.opengis.net/def/crs/EPSG/0/3857`), an URN
    /// (`urn:ogc:def:crs:EPSG::3857`) or a short name (`EPSG:3857`, `CRS84`).
    pub fn parse(text: &str) -> Result<Self, String> {
        let plain = text.trim().trim_start_matches('[').trim_end_matches(']');
        let last = plain.rsplit(['/', ':']).next().unwrap_or_default();
        let is_epsg = plain.to_ascii_uppercase().contains("EPSG");
        let is_known_form = plain.starts_with("http://www.opengis.net/def/crs/")
            || plain.starts_with("https://www.opengis.net/def/crs/")
            || plain.to_ascii_lowercase().starts_with("urn:ogc:def:crs:")
            || plain.to_ascii_uppercase().starts_with("EPSG:")
            || matches!(plain, "CRS84" | "OGC:CRS84");
        let refused = || {
            format!(
                "“{text}” is no coordinate reference system known here; known are {}, and UTM zones (EPSG 32601 to 32660, 32701 to 32760)",
                OFFERED.join(", ")
            )
        };
        if !is_known_form {
            return Err(refused());
        }
        if !is_epsg {
            return if last == "CRS84" {
                Ok(Self::Crs84)
            } else {
                Err(refused())
            };
        }
        match last.parse::<u32>().map_err(|_| refused())? {
            4326 => Ok(Self::Epsg4326),
            3857 => Ok(Self::Epsg3857),
            3395 => Ok(Self::Epsg3395),
            code @ (32_601..=32_660 | 32_701..=32_760) => Ok(Self::Utm {
                zone: u8::try_from(code % 100).map_err(|_| refused())?,
                south: code > 32_700,
            }),
            _ => Err(refused()),
        }
    }

    /// The address of the system.
    #[must_use]
    pub fn uri(self) -> String {
        let epsg = |code: u32| format!("http://www.opengis.net/def/crs/EPSG/0/{code}");
        match self {
            Self::Crs84 => OFFERED[0].to_owned(),
            Self::Epsg4326 => epsg(4326),
            Self::Epsg3857 => epsg(3857),
            Self::Epsg3395 => epsg(3395),
            Self::Utm { zone, south } => epsg(32_600 + u32::from(south) * 100 + u32::from(zone)),
        }
    }

    /// Digits behind the point of a coordinate: a tenth of a metre in degrees, a centimetre in
    /// metres.
    #[must_use]
    pub fn digits(self) -> usize {
        match self {
            Self::Crs84 | Self::Epsg4326 => 6,
            _ => 2,
        }
    }

    /// A position of this system as longitude and latitude; `None` for one that lies nowhere.
    #[must_use]
    pub fn to_lon_lat(self, x: f64, y: f64) -> Option<(f64, f64)> {
        let it = match self {
            Self::Crs84 => (x, y),
            Self::Epsg4326 => (y, x),
            Self::Epsg3857 => (
                (x / SPHERE_M).to_degrees(),
                (y / SPHERE_M).sinh().atan().to_degrees(),
            ),
            _ => {
                let mut at = (x, y, 0.0);
                transform(&self.proj()?, &wgs84()?, &mut at).ok()?;
                (at.0.to_degrees(), at.1.to_degrees())
            }
        };
        // Rounding may lead a hair over the edge of the globe.
        let it = (snapped(it.0, 180.0), snapped(it.1, 90.0));
        (it.0.abs() <= 180.0 && it.1.abs() <= 90.0).then_some(it)
    }

    /// Longitude and latitude as a position of this system; `None` where it does not reach.
    #[must_use]
    pub fn from_lon_lat(self, lon: f64, lat: f64) -> Option<(f64, f64)> {
        let it = match self {
            Self::Crs84 => (lon, lat),
            Self::Epsg4326 => (lat, lon),
            Self::Epsg3857 => {
                // The poles lie at infinity; the map's edge stands for them.
                let lat = lat.clamp(-MERCATOR_LAT_MAX, MERCATOR_LAT_MAX);
                (
                    lon.to_radians() * SPHERE_M,
                    lat.to_radians().tan().asinh() * SPHERE_M,
                )
            }
            _ => {
                let lat = if self == Self::Epsg3395 {
                    lat.clamp(-89.0, 89.0)
                } else {
                    lat
                };
                let mut at = (lon.to_radians(), lat.to_radians(), 0.0);
                transform(&wgs84()?, &self.proj()?, &mut at).ok()?;
                (at.0, at.1)
            }
        };
        (it.0.is_finite() && it.1.is_finite()).then_some(it)
    }

    fn proj(self) -> Option<Proj> {
        let text = match self {
            Self::Epsg3395 => "+proj=merc +lon_0=0 +k=1 +datum=WGS84 +units=m".to_owned(),
            Self::Utm { zone, south } => format!(
                "+proj=utm +zone={zone}{} +datum=WGS84 +units=m",
                if south { " +south" } else { "" }
            ),
            _ => return None,
        };
        Proj::from_proj_string(&text).ok()
    }
}

fn wgs84() -> Option<Proj> {
    Proj::from_proj_string("+proj=longlat +datum=WGS84").ok()
}

fn snapped(it: f64, edge: f64) -> f64 {
    if it.abs() > edge && it.abs() < edge + 1e-6 {
        edge.copysign(it)
    } else {
        it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_every_form() {
        for text in [
            "http://www.opengis.net/def/crs/EPSG/0/3857",
            "urn:ogc:def:crs:EPSG::3857",
            "EPSG:3857",
            "[EPSG:3857]",
        ] {
            assert_eq!(Crs::parse(text), Ok(Crs::Epsg3857), "{text}");
        }
        let utm = Crs::parse("EPSG:32737").expect("a zone");
        assert_eq!(
            utm,
            Crs::Utm {
                zone: 37,
                south: true
            }
        );
        assert_eq!(Crs::parse(&utm.uri()), Ok(utm));
        for uri in all_uris() {
            assert_eq!(Crs::parse(&uri).map(Crs::uri), Ok(uri));
        }
        for wrong in [
            "",
            "3857",
            "EPSG:1",
            "EPSG:32661",
            "EPSG:32600",
            "CRS83",
            "http://x/3857",
        ] {
            assert!(Crs::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn positions_go_there_and_back() {
        // Expected values: PROJ, `gdaltransform -s_srs OGC:CRS84 -t_srs EPSG:…`.
        let near = |a: (f64, f64), b: (f64, f64), by: f64| {
            assert!(
                (a.0 - b.0).abs() < by && (a.1 - b.1).abs() < by,
                "{a:?} {b:?}"
            );
        };
        let tanf = (38.618, 33.506);
        let there = |crs: Crs| crs.from_lon_lat(tanf.0, tanf.1).expect("on the map");
        near(there(Crs::Epsg4326), (33.506, 38.618), 1e-9);
        near(there(Crs::Epsg3857), (4_298_936.10, 3_962_661.21), 0.01);
        near(there(Crs::Epsg3395), (4_298_936.10, 3_939_075.01), 0.01);
        near(
            there(Crs::Utm {
                zone: 37,
                south: false,
            }),
            (464_520.13, 3_707_449.73),
            0.01,
        );
        for crs in [
            Crs::Epsg4326,
            Crs::Epsg3857,
            Crs::Epsg3395,
            Crs::Utm {
                zone: 37,
                south: false,
            },
        ] {
            let (x, y) = there(crs);
            near(crs.to_lon_lat(x, y).expect("on the globe"), tanf, 1e-7);
        }
        assert_eq!(Crs::Epsg4326.to_lon_lat(138.0, 33.0), None);
    }
}
