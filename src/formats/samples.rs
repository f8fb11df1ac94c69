//! Incidents of made-up accounts: a point, an area, and one without a place.

use gazetteer::{Basis, CountryCode, Kind, Located, LonLat, Precision};
use geo_types::{MultiPolygon, polygon};
use jiff::civil::date;

use crate::incident::{
    Account, Count, Harm, Incident, IncidentType, OfWhom, Party, PlaceTold, Quote, Sketch,
    Standing, Terms, Toll, When,
};

pub(crate) fn all() -> Vec<Incident> {
    vec![placed(), area(), unplaced()]
}

pub(crate) fn placed() -> Incident {
    let mut it = account("a.txt");
    it.place.located = Some(located("al-Tanf garrison", Precision::Place));
    it.when = When::day(
        date(2022, 6, 15),
        "Wednesday",
        "Wednesday before 18 June 2022",
    );
    it.actors = vec![Party {
        name: "Russian forces".to_owned(),
        id: None,
        kind: "forces".to_owned(),
        country: Some("RU".to_owned()),
        text: "Russian jets".to_owned(),
    }];
    it.tolls = vec![Toll {
        harm: Harm::Killed,
        count: Count::exactly(3),
        of: OfWhom::Everybody,
        of_whom: String::new(),
        said_by: None,
        text: "three people were killed".to_owned(),
    }];
    Incident::of(it)
}

pub(crate) fn area() -> Incident {
    let mut it = account("b.txt");
    let mut place = located("southeastern Syria", Precision::Region);
    place.area = Some(MultiPolygon(vec![polygon![
        (x: 36.0, y: 32.0), (x: 36.0, y: 34.0), (x: 39.0, y: 34.0), (x: 36.0, y: 32.0)
    ]]));
    it.place.located = Some(place);
    Incident::of(it)
}

pub(crate) fn unplaced() -> Incident {
    let mut it = account("c.txt");
    it.kind = IncidentType::Clash;
    it.tolls = vec![Toll {
        harm: Harm::Killed,
        count: Count::exactly(0),
        of: OfWhom::Everybody,
        of_whom: String::new(),
        said_by: None,
        text: "nobody was killed".to_owned(),
    }];
    Incident::of(it)
}

fn located(name: &str, precision: Precision) -> Located {
    Located {
        name: name.to_owned(),
        place_id: Some("starter:tanf-garrison".to_owned()),
        source: "starter".to_owned(),
        kind: Kind::Base,
        country: CountryCode::new("SY"),
        admin1: Some("Homs".to_owned()),
        admin1_code: Some("SY-HI".to_owned()),
        pcode: None,
        centre: LonLat::new(38.618, 33.506).ok(),
        radius_m: Some(2_000.4),
        area: None,
        precision,
        basis: Basis::Told,
        score: 0.9,
        because: vec!["the only place of that name".to_owned()],
    }
}

fn account(report: &str) -> Account {
    Account {
        report: report.to_owned(),
        ordinal: 0,
        url: Some("https://example.org/a?b=1&c=\"2\"".to_owned()),
        archived_url: None,
        retrieved: None,
        sha256: format!("sha of {report}"),
        publisher: Some("Example <Agency>".to_owned()),
        published: Some(date(2022, 6, 18)),
        licence: None,
        reader: "placetime test".to_owned(),
        quotes: vec![Quote {
            field: "event".to_owned(),
            start: 0,
            end: 6,
            text: "strike".to_owned(),
        }],
        kind: IncidentType::Airstrike,
        tags: vec!["claimed".to_owned()],
        standing: Standing::Happened,
        when: When::unknown(),
        place: PlaceTold::default(),
        actors: Vec::new(),
        actors_by: None,
        targets: Vec::new(),
        target_kind: None,
        tolls: Vec::new(),
        says: Vec::new(),
        denies: Vec::new(),
        confidence: 0.7,
        sketch: Sketch::default(),
        terms: Terms::default(),
    }
}
