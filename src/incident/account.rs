//! One report's telling of one event.

use gazetteer::Located;
use jiff::civil::Date;

use super::{IncidentType, Sketch, Standing, Terms, Toll, When};

/// A field's evidence: the words and where they stand in the report's text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// Which field: event, place, date, actor, target, toll, speaker.
    pub field: String,
    /// First character, in Unicode code points of the report's text.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The words.
    pub text: String,
}

/// Somebody who did or suffered something, as told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Party {
    /// The canonical name where the table knows one, else the words.
    pub name: String,
    /// The table's id; `None` for words only.
    pub id: Option<String>,
    /// `state`, `forces`, `armed_group`, `coalition`, `civilians`, ...; empty when not known.
    pub kind: String,
    /// ISO 3166-1 of the state it belongs to.
    pub country: Option<String>,
    /// The words.
    pub text: String,
}

/// Where an account puts the event.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PlaceTold {
    /// The place chosen; `None` when no place is told or known.
    pub located: Option<Located>,
    /// The report's words; empty when no place is told.
    pub text: String,
    /// Candidates passed over, in words ("Tanf, Iraq: another country").
    pub alternatives: Vec<String>,
}

/// One report's telling of one event.
#[derive(Clone, PartialEq, Debug)]
pub struct Account {
    /// Id of the report.
    pub report: String,
    /// Which telling of that report, from 0, in the order of the text.
    pub ordinal: usize,
    /// The report's address.
    pub url: Option<String>,
    /// An archived copy.
    pub archived_url: Option<String>,
    /// When the report was fetched, RFC 3339.
    pub retrieved: Option<String>,
    /// SHA-256 of the report's text, hex.
    pub sha256: String,
    /// Who published the report.
    pub publisher: Option<String>,
    /// The day the report was published.
    pub published: Option<Date>,
    /// The licence of the report.
    pub licence: Option<String>,
    /// Who read it: "placetime 0.1.0".
    pub reader: String,
    /// The evidence.
    pub quotes: Vec<Quote>,
    /// What happened.
    pub kind: IncidentType,
    /// maritime, grenade, claimed, denied ...
    pub tags: Vec<String>,
    /// Does the report say that it happened?
    pub standing: Standing,
    /// When.
    pub when: When,
    /// Where.
    pub place: PlaceTold,
    /// Who did it.
    pub actors: Vec<Party>,
    /// According to whom they did it.
    pub actors_by: Option<String>,
    /// To whom.
    pub targets: Vec<Party>,
    /// health, school, aid, market, military, ...
    pub target_kind: Option<String>,
    /// How many were harmed, figure by figure.
    pub tolls: Vec<Toll>,
    /// Claims beside the facts, with who says them.
    pub says: Vec<String>,
    /// Who denies it.
    pub denies: Vec<String>,
    /// 0 to 1: how sure the reader is.
    pub confidence: f64,
    /// What the report's text looks like, to know an agency's text in another paper.
    pub sketch: Sketch,
    /// What the operator allows to be done with the source.
    pub terms: Terms,
}

/// `reader` of an account that a person made from words, a click or a row.
pub const BY_HAND: &str = "by hand";

/// `ordinal` of the first account made by hand in a report: beyond any that a reader gives.
pub const BY_HAND_ORDINAL: usize = 1_000_000;

impl Account {
    /// True when a person made it; reading the report again leaves it alone.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        self.reader == BY_HAND
    }
}
