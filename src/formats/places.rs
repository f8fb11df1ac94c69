//! Places as JSON: the candidates of `resolve`, the hits of a search.

use gazetteer::{Located, Place};
use geo_types::MultiPolygon;
use serde::Serialize;
use serde::ser::SerializeMap;

use super::geometry::drawn;

/// What a place phrase may mean.
#[derive(Serialize)]
pub struct CandidateShape<'a> {
    name: &'a str,
    id: Option<&'a str>,
    source: &'a str,
    kind: &'static str,
    country: Option<String>,
    admin1: Option<&'a str>,
    lat: Option<f64>,
    lon: Option<f64>,
    radius_m: Option<f64>,
    precision: &'static str,
    score: f64,
    because: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry: Option<AreaShape<'a>>,
}

impl<'a> From<&'a Located> for CandidateShape<'a> {
    fn from(it: &'a Located) -> Self {
        Self {
            name: &it.name,
            id: it.place_id.as_deref(),
            source: &it.source,
            kind: it.kind.code(),
            country: it.country.map(|c| c.to_string()),
            admin1: it.admin1.as_deref(),
            lat: it.centre.map(|c| rounded(c.lat())),
            lon: it.centre.map(|c| rounded(c.lon())),
            radius_m: it.radius_m.map(f64::round),
            precision: it.precision.code(),
            score: (it.score * 1000.0).round() / 1000.0,
            because: &it.because,
            geometry: it.area.as_ref().filter(|a| !a.0.is_empty()).map(AreaShape),
        }
    }
}

/// A named place.
#[derive(Serialize)]
pub struct PlaceShape<'a> {
    name: &'a str,
    id: &'a str,
    kind: &'static str,
    country: Option<String>,
    admin1: Option<&'a str>,
    lat: Option<f64>,
    lon: Option<f64>,
    radius_m: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_m: Option<f64>,
}

impl<'a> PlaceShape<'a> {
    /// A place; with `from`, how far it lies from there.
    #[must_use]
    pub fn of(it: &'a Place, from: Option<gazetteer::LonLat>) -> Self {
        Self {
            name: &it.name,
            id: &it.id,
            kind: it.kind.code(),
            country: it.country.map(|c| c.to_string()),
            admin1: it.admin1.as_deref(),
            lat: it.at.map(|at| rounded(at.lat())),
            lon: it.at.map(|at| rounded(at.lon())),
            radius_m: it.radius_m.round(),
            distance_m: from
                .zip(it.at)
                .map(|(from, at)| from.distance_m(at).round()),
        }
    }
}

/// Six decimals, as everywhere.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// An area as a GeoJSON geometry.
struct AreaShape<'a>(&'a MultiPolygon<f64>);

impl Serialize for AreaShape<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let polygons: Vec<Vec<Vec<[f64; 2]>>> = drawn(self.0)
            .iter()
            .map(|p| {
                std::iter::once(p.exterior())
                    .chain(p.interiors())
                    .map(|r| r.coords().map(|c| [rounded(c.x), rounded(c.y)]).collect())
                    .collect()
            })
            .collect();
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", "MultiPolygon")?;
        map.serialize_entry("coordinates", &polygons)?;
        map.end()
    }
}
