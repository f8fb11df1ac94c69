//! How an account lies in the database: shapes of the store's own, so that a rename in the core
//! breaks no kept database. Fields may be added with a default; none is renamed.

use gazetteer::{Basis, CountryCode, Kind, Located, LonLat, Precision};
use geo_types::{LineString, MultiPolygon, Polygon};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::incident::{
    Account, Count, DatePrecision, Harm, IncidentType, OfWhom, Party, PlaceTold, Quote, Sketch,
    Standing, Terms, Toll, When,
};

/// An account as JSON. Fields that are empty are left out.
#[derive(Serialize, Deserialize)]
pub(super) struct AccountRow {
    report: String,
    ordinal: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    archived_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retrieved: Option<String>,
    sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    licence: Option<String>,
    reader: String,
    quotes: Vec<QuoteRow>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    standing: String,
    when: WhenRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    located: Option<LocatedRow>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    place_text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    place_alternatives: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    actors: Vec<PartyRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actors_by: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    targets: Vec<PartyRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target_kind: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tolls: Vec<TollRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    says: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    denies: Vec<String>,
    confidence: f64,
}

#[derive(Serialize, Deserialize)]
struct QuoteRow {
    field: String,
    start: usize,
    end: usize,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct PartyRow {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    text: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WhenRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<Date>,
    precision: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    edtf: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    because: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_start: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_end: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weekday: Option<i8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    month_day: Option<(i8, i8)>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LocatedRow {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place_id: Option<String>,
    source: String,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    admin1: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    admin1_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pcode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    centre: Option<[f64; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    radius_m: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    area: Option<Vec<Vec<Ring>>>,
    precision: String,
    basis: String,
    score: f64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
}

type Ring = Vec<(f64, f64)>;

#[derive(Serialize, Deserialize)]
struct TollRow {
    harm: String,
    least: u32,
    most: Option<u32>,
    of: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    of_whom: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said_by: Option<String>,
    text: String,
}

impl From<&Account> for AccountRow {
    fn from(it: &Account) -> Self {
        let it = it.clone();
        Self {
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
                .map(|q| QuoteRow {
                    field: q.field,
                    start: q.start,
                    end: q.end,
                    text: q.text,
                })
                .collect(),
            kind: it.kind.code().to_owned(),
            tags: it.tags,
            standing: it.standing.code().to_owned(),
            when: when_row(it.when),
            located: it.place.located.map(located_row),
            place_text: it.place.text,
            place_alternatives: it.place.alternatives,
            actors: it.actors.into_iter().map(party_row).collect(),
            actors_by: it.actors_by,
            targets: it.targets.into_iter().map(party_row).collect(),
            target_kind: it.target_kind,
            tolls: it
                .tolls
                .into_iter()
                .map(|t| TollRow {
                    harm: t.harm.code().to_owned(),
                    least: t.count.least,
                    most: t.count.most,
                    of: t.of.code().to_owned(),
                    of_whom: t.of_whom,
                    said_by: t.said_by,
                    text: t.text,
                })
                .collect(),
            says: it.says,
            denies: it.denies,
            confidence: it.confidence,
        }
    }
}

/// Codes that a later version wrote and this one does not know fall back to the vaguest.
impl From<AccountRow> for Account {
    fn from(it: AccountRow) -> Self {
        Self {
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
            kind: IncidentType::from_code(&it.kind).unwrap_or(IncidentType::Other),
            tags: it.tags,
            standing: Standing::from_code(&it.standing).unwrap_or(Standing::Claimed),
            when: when(it.when),
            place: PlaceTold {
                located: it.located.map(located),
                text: it.place_text,
                alternatives: it.place_alternatives,
            },
            actors: it.actors.into_iter().map(party).collect(),
            actors_by: it.actors_by,
            targets: it.targets.into_iter().map(party).collect(),
            target_kind: it.target_kind,
            tolls: it
                .tolls
                .into_iter()
                .filter_map(|t| {
                    Some(Toll {
                        harm: Harm::from_code(&t.harm)?,
                        count: Count {
                            least: t.least,
                            most: t.most,
                        },
                        of: OfWhom::from_code(&t.of)?,
                        of_whom: t.of_whom,
                        said_by: t.said_by,
                        text: t.text,
                    })
                })
                .collect(),
            says: it.says,
            denies: it.denies,
            confidence: it.confidence,
            // Kept beside the report, once for all its accounts.
            sketch: Sketch::default(),
            terms: Terms::default(),
        }
    }
}

pub(super) fn when_row(it: When) -> WhenRow {
    WhenRow {
        start: it.start,
        end: it.end,
        precision: it.precision.code().to_owned(),
        edtf: it.edtf,
        text: it.text,
        because: it.because,
        time_start: it.time_start,
        time_end: it.time_end,
        weekday: it.weekday,
        month_day: it.month_day,
    }
}

pub(super) fn when(it: WhenRow) -> When {
    When {
        start: it.start,
        end: it.end,
        precision: DatePrecision::from_code(&it.precision).unwrap_or(DatePrecision::Unknown),
        edtf: it.edtf,
        text: it.text,
        because: it.because,
        time_start: it.time_start,
        time_end: it.time_end,
        weekday: it.weekday,
        month_day: it.month_day,
    }
}

fn party_row(it: Party) -> PartyRow {
    PartyRow {
        name: it.name,
        id: it.id,
        kind: it.kind,
        country: it.country,
        text: it.text,
    }
}

fn party(it: PartyRow) -> Party {
    Party {
        name: it.name,
        id: it.id,
        kind: it.kind,
        country: it.country,
        text: it.text,
    }
}

pub(super) fn located_row(it: Located) -> LocatedRow {
    let ring = |r: &LineString<f64>| r.coords().map(|c| (c.x, c.y)).collect::<Ring>();
    LocatedRow {
        name: it.name,
        place_id: it.place_id,
        source: it.source,
        kind: it.kind.code().to_owned(),
        country: it.country.map(|c| c.to_string()),
        admin1: it.admin1,
        admin1_code: it.admin1_code,
        pcode: it.pcode,
        centre: it.centre.map(|c| [c.lon(), c.lat()]),
        radius_m: it.radius_m.filter(|r| r.is_finite()),
        area: it.area.map(|area| {
            area.iter()
                .map(|p| {
                    std::iter::once(p.exterior())
                        .chain(p.interiors())
                        .map(ring)
                        .collect()
                })
                .collect()
        }),
        precision: it.precision.code().to_owned(),
        basis: it.basis.code().to_owned(),
        score: it.score,
        because: it.because,
    }
}

pub(super) fn located(it: LocatedRow) -> Located {
    let polygon = |rings: Vec<Ring>| {
        let mut rings = rings.into_iter().map(LineString::from);
        let exterior = rings.next()?;
        Some(Polygon::new(exterior, rings.collect()))
    };
    Located {
        name: it.name,
        place_id: it.place_id,
        source: it.source,
        kind: Kind::from_code(&it.kind).unwrap_or(Kind::Other),
        country: it.country.as_deref().and_then(CountryCode::new),
        admin1: it.admin1,
        admin1_code: it.admin1_code,
        pcode: it.pcode,
        centre: it.centre.and_then(|[lon, lat]| LonLat::new(lon, lat).ok()),
        radius_m: it.radius_m,
        area: it
            .area
            .map(|polygons| MultiPolygon(polygons.into_iter().filter_map(polygon).collect())),
        precision: Precision::from_code(&it.precision).unwrap_or(Precision::Unknown),
        basis: Basis::from_code(&it.basis).unwrap_or(Basis::Told),
        score: it.score,
        because: it.because,
    }
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;
    use crate::store::testing;

    #[test]
    fn an_account_comes_back_as_it_went_in() {
        let mut it = testing::account("a.txt", "2022-06-15", Some((38.618, 33.506)));
        let mut place = it.place.located.clone().expect("placed");
        place.area = Some(MultiPolygon(vec![polygon![
            (x: 36.0, y: 32.0), (x: 39.0, y: 34.0), (x: 36.0, y: 34.0), (x: 36.0, y: 32.0)
        ]]));
        it.place.located = Some(place);
        it.tolls = vec![Toll {
            harm: Harm::Killed,
            count: Count {
                least: 24,
                most: None,
            },
            of: OfWhom::Some,
            of_whom: "fighters".to_owned(),
            said_by: Some("a monitor".to_owned()),
            text: "dozens of fighters".to_owned(),
        }];
        let json = serde_json::to_string(&AccountRow::from(&it)).expect("JSON");
        let back: AccountRow = serde_json::from_str(&json).expect("our JSON");
        assert_eq!(Account::from(back), it);
    }
}
