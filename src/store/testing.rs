//! Made-up reports and accounts, for the tests of the store and the server.

use gazetteer::{Basis, CountryCode, Kind, Located, LonLat, Precision};

use crate::incident::{
    Account, IncidentType, PlaceTold, Quote, Sketch, Standing, Terms, Verdict, When,
};
use crate::report::{Origin, Report};
use crate::store::{Asked, Done, Ruled, Store};

/// A report of a text.
pub(crate) fn report(id: &str, text: &str) -> Report {
    Report {
        id: id.to_owned(),
        origin: Origin::default(),
        title: None,
        published: None,
        language: None,
        text: text.to_owned(),
    }
}

/// A telling of a strike on a day at a place.
pub(crate) fn account(report: &str, day: &str, at: Option<(f64, f64)>) -> Account {
    let located = at.map(|(lon, lat)| Located {
        name: "al-Tanf garrison".to_owned(),
        place_id: Some("starter:tanf-garrison".to_owned()),
        source: "starter".to_owned(),
        kind: Kind::Base,
        country: CountryCode::new("SY"),
        admin1: None,
        admin1_code: None,
        pcode: None,
        centre: LonLat::new(lon, lat).ok(),
        radius_m: Some(2_000.0),
        area: None,
        precision: Precision::Place,
        basis: Basis::Told,
        score: 1.0,
        because: vec!["the only place of that name".to_owned()],
    });
    let when = day
        .parse()
        .map_or_else(|_| When::unknown(), |d| When::day(d, day, "told"));
    Account {
        report: report.to_owned(),
        ordinal: 0,
        url: None,
        archived_url: None,
        retrieved: None,
        sha256: format!("sha of {report}"),
        publisher: None,
        published: None,
        licence: None,
        reader: "placetime test".to_owned(),
        quotes: vec![Quote {
            field: "event".to_owned(),
            start: 0,
            end: 6,
            text: "strike".to_owned(),
        }],
        kind: IncidentType::Airstrike,
        tags: Vec::new(),
        standing: Standing::Happened,
        when,
        place: PlaceTold {
            located,
            text: "al-Tanf".to_owned(),
            alternatives: Vec::new(),
        },
        actors: Vec::new(),
        actors_by: None,
        targets: Vec::new(),
        target_kind: None,
        tolls: Vec::new(),
        says: Vec::new(),
        denies: Vec::new(),
        confidence: 0.8,
        sketch: Sketch::default(),
        terms: Terms::default(),
    }
}

/// Gives a ruling that is taken; the incident after it.
pub(crate) fn rule(store: &mut Store, id: &str, verdict: Verdict) -> Done {
    let asked = Asked {
        verdict,
        who: "desk".to_owned(),
        why: "checked".to_owned(),
        version: None,
        key: None,
    };
    match store.rule(id, &asked).expect("an answer") {
        Ruled::Done(done) => *done,
        other => panic!("{other:?}"),
    }
}

/// Undoes a ruling that can be undone; the incident after it.
pub(crate) fn undo(store: &mut Store, ruling: i64) -> Done {
    match store.undo(ruling, "desk", "", None).expect("an answer") {
        Ruled::Done(done) => *done,
        other => panic!("{other:?}"),
    }
}
