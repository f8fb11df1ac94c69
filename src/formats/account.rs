//! An account as JSON: one report's telling, with its evidence.

use gazetteer::Located;
use serde::Serialize;

use crate::incident::{Account, Party, Quote, Ruling, Toll, Verdict, undone_by};

/// One telling, as `--detail full` and `/incidents/{id}` write it.
#[derive(Serialize)]
pub(crate) struct AccountShape<'a> {
    report: &'a str,
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
    place: Option<&'a str>,
    place_id: Option<&'a str>,
    place_text: &'a str,
    place_precision: &'static str,
    place_basis: Option<&'static str>,
    /// The point that may be drawn; none for what is told more coarsely.
    lat: Option<f64>,
    lon: Option<f64>,
    radius_m: Option<f64>,
    place_because: &'a [String],
    place_alternatives: &'a [String],
    country: Option<String>,
    admin1: Option<&'a str>,
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

impl<'a> From<&'a Account> for AccountShape<'a> {
    fn from(it: &'a Account) -> Self {
        let located = it.place.located.as_ref();
        let point = located.and_then(Located::point);
        Self {
            report: &it.report,
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
            place: located.map(|p| p.name.as_str()),
            place_id: located.and_then(|p| p.place_id.as_deref()),
            place_text: &it.place.text,
            place_precision: located.map_or("unknown", |p| p.precision.code()),
            place_basis: located.map(|p| p.basis.code()),
            lat: point.map(gazetteer::LonLat::lat),
            lon: point.map(gazetteer::LonLat::lon),
            radius_m: located
                .filter(|p| point.is_some() || p.area.is_some())
                .and_then(|p| p.radius_m)
                .map(f64::round),
            place_because: located.map_or(&[], |p| p.because.as_slice()),
            place_alternatives: &it.place.alternatives,
            country: located.and_then(|p| p.country).map(|c| c.to_string()),
            admin1: located.and_then(|p| p.admin1.as_deref()),
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
