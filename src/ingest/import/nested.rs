//! Our own full detail back in: whole incidents with all their accounts, under their own ids.
//!
//! Nothing is merged and nothing is read anew; what the export told is kept as it was told. Rulings
//! stay behind: who publishes here is decided here.

use gazetteer::{Basis, CountryCode, Kind, Located, LonLat, Precision};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::incident::{
    Account, Count, DatePrecision, Harm, IncidentType, OfWhom, Party, PlaceTold, Quote, Sketch,
    Standing, Terms, Toll, When,
};
use crate::sources::tables::{Shape, shape_of};
use crate::store::WholeIncident;

/// The most accounts of one incident.
const ACCOUNTS_MAX: usize = 10_000;

#[derive(Deserialize)]
struct Telling {
    report: String,
    #[serde(default)]
    ordinal: usize,
    url: Option<String>,
    archived_url: Option<String>,
    retrieved: Option<String>,
    #[serde(default)]
    sha256: String,
    publisher: Option<String>,
    published: Option<Date>,
    licence: Option<String>,
    #[serde(default)]
    reader: String,
    #[serde(default)]
    quotes: Vec<QuoteTold>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    tags: Vec<String>,
    standing: String,
    date_start: Option<Date>,
    date_end: Option<Date>,
    time_start: Option<String>,
    time_end: Option<String>,
    #[serde(default)]
    date_precision: String,
    #[serde(default)]
    date_edtf: String,
    #[serde(default)]
    date_text: String,
    #[serde(default)]
    date_because: String,
    weekday: Option<i8>,
    month_day: Option<(i8, i8)>,
    place: Option<String>,
    place_id: Option<String>,
    #[serde(default)]
    place_text: String,
    #[serde(default)]
    place_precision: String,
    place_basis: Option<String>,
    place_kind: Option<String>,
    place_source: Option<String>,
    place_score: Option<f64>,
    lat: Option<f64>,
    lon: Option<f64>,
    radius_m: Option<f64>,
    area: Option<Value>,
    #[serde(default)]
    place_because: Vec<String>,
    #[serde(default)]
    place_alternatives: Vec<String>,
    country: Option<String>,
    admin1: Option<String>,
    admin1_code: Option<String>,
    pcode: Option<String>,
    #[serde(default)]
    actors: Vec<PartyTold>,
    actors_by: Option<String>,
    #[serde(default)]
    targets: Vec<PartyTold>,
    target_kind: Option<String>,
    #[serde(default)]
    toll: Vec<TollTold>,
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    denies: Vec<String>,
    #[serde(default)]
    confidence: f64,
}

#[derive(Deserialize)]
struct QuoteTold {
    field: String,
    start: usize,
    end: usize,
    text: String,
}

#[derive(Deserialize)]
struct PartyTold {
    name: String,
    id: Option<String>,
    #[serde(default)]
    kind: String,
    country: Option<String>,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct TollTold {
    least: u32,
    most: Option<u32>,
    of: Option<String>,
    #[serde(default)]
    of_whom: String,
    state: String,
    said_by: Option<String>,
    #[serde(default)]
    text: String,
}

/// The incident of a feature's properties; a sentence when they hold none.
pub(super) fn whole(properties: &Map<String, Value>) -> Result<WholeIncident, String> {
    let id = properties
        .get("incident_id")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty() && id.len() <= 200)
        .ok_or("has accounts, but no incident_id")?;
    let told = properties
        .get("accounts")
        .and_then(Value::as_array)
        .filter(|all| !all.is_empty() && all.len() <= ACCOUNTS_MAX)
        .ok_or("has no accounts, or too many")?;
    let accounts: Result<Vec<Account>, String> = told
        .iter()
        .map(|account| {
            Telling::deserialize(account)
                .map_err(|e| format!("has an account that cannot be read ({e})"))
                .and_then(account_of)
        })
        .collect();
    let because = properties.get("merged_because").and_then(Value::as_array);
    Ok(WholeIncident {
        id: id.to_owned(),
        accounts: accounts?,
        because: because
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    })
}

fn account_of(it: Telling) -> Result<Account, String> {
    let unknown = |what: &str, code: &str| format!("has an account of the unknown {what} “{code}”");
    let party = |p: PartyTold| Party {
        name: p.name,
        id: p.id,
        kind: p.kind,
        country: p.country,
        text: p.text,
    };
    let area = match it.area.as_ref().map(shape_of).transpose()? {
        Some(Shape::Area(area)) => Some(area),
        _ => None,
    };
    let at = match (it.lon, it.lat) {
        (Some(lon), Some(lat)) => Some(LonLat::new(lon, lat).map_err(|e| e.to_string())?),
        _ => None,
    };
    let located = it.place.map(|name| Located {
        name,
        place_id: it.place_id,
        source: it.place_source.unwrap_or_else(|| "import".to_owned()),
        kind: it
            .place_kind
            .as_deref()
            .and_then(Kind::from_code)
            .unwrap_or(Kind::Other),
        country: it.country.as_deref().and_then(CountryCode::new),
        admin1: it.admin1,
        admin1_code: it.admin1_code,
        pcode: it.pcode,
        centre: at,
        radius_m: it.radius_m.filter(|r| r.is_finite() && *r > 0.0),
        area,
        precision: Precision::from_code(&it.place_precision).unwrap_or(Precision::Unknown),
        basis: it
            .place_basis
            .as_deref()
            .and_then(Basis::from_code)
            .unwrap_or(Basis::Told),
        score: it.place_score.unwrap_or(1.0),
        because: it.place_because,
    });
    let toll = |t: TollTold| {
        let of = match t.of.as_deref().map(OfWhom::from_code) {
            Some(Some(of)) => of,
            _ => OfWhom::from_code(&t.of_whom).unwrap_or(OfWhom::Some),
        };
        Ok(Toll {
            harm: Harm::from_code(&t.state).ok_or_else(|| unknown("harm", &t.state))?,
            count: Count {
                least: t.least,
                most: t.most.filter(|most| *most >= t.least),
            },
            of_whom: Some(t.of_whom)
                .filter(|words| words != of.code())
                .unwrap_or_default(),
            of,
            said_by: t.said_by,
            text: t.text,
        })
    };
    let tolls: Result<Vec<Toll>, String> = it.toll.into_iter().map(toll).collect();
    Ok(Account {
        report: it.report,
        ordinal: it.ordinal,
        url: it.url,
        archived_url: it.archived_url,
        retrieved: it.retrieved,
        sha256: it.sha256,
        publisher: it.publisher,
        published: it.published,
        licence: it.licence,
        reader: it.reader,
        quotes: it
            .quotes
            .into_iter()
            .map(|q| Quote {
                field: q.field,
                start: q.start,
                end: q.end,
                text: q.text,
            })
            .collect(),
        kind: IncidentType::from_code(&it.kind).ok_or_else(|| unknown("type", &it.kind))?,
        tags: it.tags,
        standing: Standing::from_code(&it.standing)
            .ok_or_else(|| unknown("standing", &it.standing))?,
        when: When {
            start: it.date_start,
            end: it.date_end,
            precision: DatePrecision::from_code(&it.date_precision)
                .unwrap_or(DatePrecision::Unknown),
            edtf: it.date_edtf,
            text: it.date_text,
            because: it.date_because,
            time_start: it.time_start,
            time_end: it.time_end,
            weekday: it.weekday,
            month_day: it.month_day,
        },
        place: PlaceTold {
            located,
            text: it.place_text,
            alternatives: it.place_alternatives,
        },
        actors: it.actors.into_iter().map(party).collect(),
        actors_by: it.actors_by,
        targets: it.targets.into_iter().map(party).collect(),
        target_kind: it.target_kind,
        tolls: tolls?,
        says: it.says,
        denies: it.denies,
        confidence: it.confidence.clamp(0.0, 1.0),
        sketch: Sketch::default(),
        terms: Terms::default(),
    })
}
