//! An account as JSON: one report's telling, with its evidence.

use gazetteer::Located;
use serde::Serialize;
use serde_json::value::RawValue;

use super::geometry::area_json;

use crate::incident::{Account, Party, Quote, Ruling, Toll, Verdict, undone_by};

/// One telling, as `--detail full` and `/incidents/{id}` write it.
#[derive(Serialize)]
pub(crate) struct AccountShape<'a> {
    report: &'a str,
    ordinal: usize,
    url: Option<&'a str>,
    archived_url: Option<&'a str>,
    retrieved: Option<&'a str>,
    sha256: &'a str,
    publisher: Option<&'a str>,
    published: Option<String>,
    licence: Option<&'a str>,
    reader: &'a str,
    quotes: Vec<QuoteShape<'a>>,
    #[serde(rename = "type")]
    kind: &'static str,
    type_label: &'static str,
    tags: &'a [String],
    standing: &'static str,
    date_start: Option<String>,
    date_end: Option<String>,
    time_start: Option<&'a str>,
    time_end: Option<&'a str>,
    date_precision: &'static str,
    date_edtf: &'a str,
    date_text: &'a str,
    date_because: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    weekday: Option<i8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month_day: Option<(i8, i8)>,
    place: Option<&'a str>,
    place_id: Option<&'a str>,
    place_text: &'a str,
    place_precision: &'static str,
    place_basis: Option<&'static str>,
    place_kind: Option<&'static str>,
    place_source: Option<&'a str>,
    place_score: Option<f64>,
    /// The point that may be drawn; none for what is told more coarsely.
    lat: Option<f64>,
    lon: Option<f64>,
    radius_m: Option<f64>,
    /// What is told more coarsely than a point, where its area is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<Box<RawValue>>,
    place_because: &'a [String],
    place_alternatives: &'a [String],
    country: Option<String>,
    admin1: Option<&'a str>,
    admin1_code: Option<&'a str>,
    pcode: Option<&'a str>,
    actors: Vec<PartyShape<'a>>,
    actors_by: Option<&'a str>,
    targets: Vec<PartyShape<'a>>,
    target_kind: Option<&'a str>,
    toll: Vec<TollShape<'a>>,
    says: &'a [String],
    denies: &'a [String],
    confidence: f64,
}

#[derive(Serialize)]
struct QuoteShape<'a> {
    field: &'a str,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct PartyShape<'a> {
    name: &'a str,
    id: Option<&'a str>,
    kind: &'a str,
    country: Option<&'a str>,
    text: &'a str,
}

#[derive(Serialize)]
struct TollShape<'a> {
    least: u32,
    most: Option<u32>,
    of: &'static str,
    of_whom: &'a str,
    state: &'static str,
    said_by: Option<&'a str>,
    text: &'a str,
}

/// A decision, as `/incidents/{id}` writes it.
#[derive(Serialize)]
pub(crate) struct RulingShape<'a> {
    id: i64,
    verdict: &'static str,
    who: &'a str,
    at: &'a str,
    why: &'a str,
    undone_by: Option<i64>,
    undoes: Option<i64>,
}

impl<'a> RulingShape<'a> {
    /// The rulings of an incident, without what they set: that is in the columns, or withheld.
    pub(crate) fn all(rulings: &'a [Ruling]) -> Vec<Self> {
        rulings
            .iter()
            .map(|it| Self {
                id: it.id,
                verdict: it.verdict.code(),
                who: &it.who,
                at: &it.at,
                why: &it.why,
                undone_by: undone_by(rulings, it.id),
                undoes: match it.verdict {
                    Verdict::Undo { ruling } => Some(ruling),
                    _ => None,
                },
            })
            .collect()
    }
}

/// The area of a place told more coarsely than a point, as a GeoJSON geometry.
fn area(place: &Located) -> Option<Box<RawValue>> {
    let area = place
        .area
        .as_ref()
        .filter(|_| !place.precision.is_pointlike())?;
    let mut out = Vec::new();
    area_json(&mut out, area);
    RawValue::from_string(String::from_utf8(out).ok()?).ok()
}

impl<'a> From<&'a Account> for AccountShape<'a> {
    fn from(it: &'a Account) -> Self {
        let located = it.place.located.as_ref();
        let point = located.and_then(Located::point);
        Self {
            report: &it.report,
            ordinal: it.ordinal,
            url: it.url.as_deref(),
            archived_url: it.archived_url.as_deref(),
            retrieved: it.retrieved.as_deref(),
            sha256: &it.sha256,
            publisher: it.publisher.as_deref(),
            published: it.published.map(|d| d.to_string()),
            licence: it.licence.as_deref(),
            reader: &it.reader,
            quotes: it.quotes.iter().map(Into::into).collect(),
            kind: it.kind.code(),
            type_label: it.kind.label(),
            tags: &it.tags,
            standing: it.standing.code(),
            date_start: it.when.start.map(|d| d.to_string()),
            date_end: it.when.end.map(|d| d.to_string()),
            time_start: it.when.time_start.as_deref(),
            time_end: it.when.time_end.as_deref(),
            date_precision: it.when.precision.code(),
            date_edtf: &it.when.edtf,
            date_text: &it.when.text,
            date_because: &it.when.because,
            weekday: it.when.weekday,
            month_day: it.when.month_day,
            place: located.map(|p| p.name.as_str()),
            place_id: located.and_then(|p| p.place_id.as_deref()),
            place_text: &it.place.text,
            place_precision: located.map_or("unknown", |p| p.precision.code()),
            place_basis: located.map(|p| p.basis.code()),
            place_kind: located.map(|p| p.kind.code()),
            place_source: located.map(|p| p.source.as_str()),
            place_score: located.map(|p| p.score).filter(|s| s.is_finite()),
            lat: point.map(gazetteer::LonLat::lat),
            lon: point.map(gazetteer::LonLat::lon),
            radius_m: located
                .filter(|p| point.is_some() || p.area.is_some())
                .and_then(|p| p.radius_m)
                .map(f64::round),
            area: located.and_then(area),
            place_because: located.map_or(&[], |p| p.because.as_slice()),
            place_alternatives: &it.place.alternatives,
            country: located.and_then(|p| p.country).map(|c| c.to_string()),
            admin1: located.and_then(|p| p.admin1.as_deref()),
            admin1_code: located.and_then(|p| p.admin1_code.as_deref()),
            pcode: located.and_then(|p| p.pcode.as_deref()),
            actors: it.actors.iter().map(Into::into).collect(),
            actors_by: it.actors_by.as_deref(),
            targets: it.targets.iter().map(Into::into).collect(),
            target_kind: it.target_kind.as_deref(),
            toll: it.tolls.iter().map(Into::into).collect(),
            says: &it.says,
            denies: &it.denies,
            confidence: it.confidence,
        }
    }
}

impl<'a> From<&'a Quote> for QuoteShape<'a> {
    fn from(it: &'a Quote) -> Self {
        Self {
            field: &it.field,
            start: it.start,
            end: it.end,
            text: &it.text,
        }
    }
}

impl<'a> From<&'a Party> for PartyShape<'a> {
    fn from(it: &'a Party) -> Self {
        Self {
            name: &it.name,
            id: it.id.as_deref(),
            kind: &it.kind,
            country: it.country.as_deref(),
            text: &it.text,
        }
    }
}

impl<'a> From<&'a Toll> for TollShape<'a> {
    fn from(it: &'a Toll) -> Self {
        Self {
            least: it.count.least,
            most: it.count.most,
            of: it.of.code(),
            of_whom: if it.of_whom.is_empty() {
                it.of.code()
            } else {
                &it.of_whom
            },
            state: it.harm.code(),
            said_by: it.said_by.as_deref(),
            text: &it.text,
        }
    }
}
