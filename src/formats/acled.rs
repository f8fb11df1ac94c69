//! CSV in ACLED's columns, for tools that know no others.
//!
//! ACLED puts a point on every row and a number on every toll. Here a row without a point has empty
//! coordinates, never a centroid; the number is the least told, as ACLED's most cautious one is, and
//! 0 where nobody said anything, as ACLED writes it. Our own export says more.

use std::io::{self, Write};

use super::Sink;
use super::csv::{harmless, plain};
use super::geometry::{Geometry, number};
use crate::incident::{DatePrecision, Incident, IncidentType, Shown};
use gazetteer::Precision;

/// ACLED's columns.
const HEADER: &[&str] = &[
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
];

/// Header and rows.
pub(super) struct Table<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> Table<W> {
    pub(super) fn begin(out: W) -> io::Result<Self> {
        let mut out = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        out.write_record(HEADER).map_err(plain)?;
        Ok(Self { out })
    }
}

/// ACLED's event type and disorder type; empty for what ACLED does not code.
fn types(kind: IncidentType) -> (&'static str, &'static str) {
    use IncidentType as T;
    const POLITICAL: &str = "Political violence";
    const DEMONSTRATIONS: &str = "Demonstrations";
    const STRATEGIC: &str = "Strategic developments";
    match kind {
        T::Airstrike
        | T::DroneStrike
        | T::Shelling
        | T::MissileStrike
        | T::BombingIed
        | T::SuicideBombing
        | T::ChemicalAttack => ("Explosions/Remote violence", POLITICAL),
        T::Clash | T::AttackOther => ("Battles", POLITICAL),
        T::AttackCivilians | T::Assassination | T::Abduction | T::SexualViolence => {
            ("Violence against civilians", POLITICAL)
        }
        T::Protest => ("Protests", DEMONSTRATIONS),
        T::Crackdown => ("Protests", "Political violence; Demonstrations"),
        T::Riot => ("Riots", DEMONSTRATIONS),
        T::TerritoryChange
        | T::Raid
        | T::Arrest
        | T::WeaponsSeized
        | T::AirEncounter
        | T::SeaIncident
        | T::ForcePosture
        | T::Sabotage
        | T::Agreement
        | T::Other => (STRATEGIC, STRATEGIC),
        T::Explosion
        | T::Earthquake
        | T::Flood
        | T::Storm
        | T::Wildfire
        | T::Landslide
        | T::Accident => ("", ""),
    }
}

impl<W: Write> Sink for Table<W> {
    fn add(&mut self, shown: &Shown, _: Option<&Incident>) -> io::Result<()> {
        let (event_type, disorder) = types(shown.kind);
        let place = shown.place.as_ref();
        let mut degrees = [Vec::new(), Vec::new()];
        if let Geometry::Point(at) = Geometry::of(shown) {
            number(&mut degrees[0], at.lat());
            number(&mut degrees[1], at.lon());
        }
        let [lat, lon] = degrees.map(|d| String::from_utf8_lossy(&d).into_owned());
        let time_precision = match shown.when.precision {
            DatePrecision::Day => "1",
            DatePrecision::Days | DatePrecision::Week => "2",
            DatePrecision::Month | DatePrecision::Span | DatePrecision::Before => "3",
            _ => "",
        };
        let geo_precision = match place.map(|p| p.precision) {
            Some(Precision::Point | Precision::Place) => "1",
            Some(Precision::NearPlace) => "2",
            None | Some(Precision::Unknown) => "",
            Some(_) => "3",
        };
        let day = shown.when.start.or(shown.when.end);
        let civilians = shown.kind.kind() == crate::incident::Kind::Civilians;
        let cells: [String; 31] = [
            shown.incident_id.clone(),
            day.map(|d| d.strftime("%d %B %Y").to_string())
                .unwrap_or_default(),
            day.map(|d| d.year().to_string()).unwrap_or_default(),
            time_precision.to_owned(),
            disorder.to_owned(),
            event_type.to_owned(),
            shown.kind.acled().to_owned(),
            shown.actors.first().cloned().unwrap_or_default(),
            shown.actors.get(1..).unwrap_or_default().join("; "),
            String::new(),
            shown.targets.first().cloned().unwrap_or_default(),
            shown.targets.get(1..).unwrap_or_default().join("; "),
            String::new(),
            String::new(),
            if civilians { "Civilian targeting" } else { "" }.to_owned(),
            String::new(),
            String::new(),
            place
                .and_then(|p| p.country)
                .map(|c| c.to_string())
                .unwrap_or_default(),
            place.and_then(|p| p.admin1.clone()).unwrap_or_default(),
            String::new(),
            String::new(),
            place.map(|p| p.name.clone()).unwrap_or_default(),
            lat,
            lon,
            geo_precision.to_owned(),
            shown.publishers.join("; "),
            String::new(),
            shown.title.clone(),
            shown.killed.map_or(0, |c| c.least).to_string(),
            shown.tags.join("; "),
            shown.updated.clone().unwrap_or_default(),
        ];
        let numeric = |at: usize| matches!(at, 22 | 23);
        let record = cells.iter().enumerate().map(|(at, cell)| {
            if numeric(at) {
                cell.as_str().into()
            } else {
                harmless(cell)
            }
        });
        let record: Vec<std::borrow::Cow<'_, str>> = record.collect();
        self.out
            .write_record(record.iter().map(|cell| cell.as_bytes()))
            .map_err(plain)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}
