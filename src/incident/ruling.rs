//! What a reviewer decides. A ruling is kept beside the accounts; it never overwrites them, and any
//! ruling can be undone by another one.

use std::collections::BTreeSet;

use gazetteer::Located;

use super::kind::codes;
use super::{Count, IncidentType, Sensitivity, When};

codes! {
    /// Whether an incident is given out.
    Status {
        /// What a machine read and no person has looked at.
        Draft "draft",
        /// Given out to everybody.
        Published "published",
        /// Not an incident; kept, never given out.
        Rejected "rejected",
    }
}

/// `who` of the rulings that the operator's rule gives: no person's name.
pub const BY_RULE: &str = "publishing rule";

/// One account of an incident: its report's id and its place in the order of that report.
pub type AccountRef = (String, usize);

/// What was decided.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// Give it out.
    Publish,
    /// Give it out when a second person says so too.
    Propose,
    /// Right as it is.
    Confirm,
    /// No incident.
    Reject,
    /// Back to a draft.
    Reopen,
    /// Words for other reviewers; nothing changes.
    Note,
    /// It happened here; `None` when nobody knows where.
    Move(Option<Box<Located>>),
    /// It happened then.
    Date(Box<When>),
    /// That is what happened.
    Type(IncidentType),
    /// So many were harmed.
    Toll(TollRuled),
    /// They did it, to those.
    Actors(PartiesRuled),
    /// It is one event with another incident.
    Merge {
        /// Id of the other incident.
        with: String,
    },
    /// Some of its accounts tell of another event.
    Split {
        /// The accounts that leave.
        accounts: Vec<AccountRef>,
        /// Id of the incident they make; empty until the store has given one.
        into: String,
    },
    /// Its place is given out no closer than this.
    Sensitive(Sensitivity),
    /// An earlier ruling does not hold; of an undoing: it holds again.
    Undo {
        /// The store's number of the earlier ruling.
        ruling: i64,
    },
}

/// Figures a reviewer set. The outer `None` leaves a figure as told; `Some(None)` says that nothing
/// is known of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TollRuled {
    /// Killed, of everybody.
    pub killed: Option<Option<Count>>,
    /// Injured, of everybody.
    pub injured: Option<Option<Count>>,
    /// Killed, of civilians.
    pub civilians_killed: Option<Option<Count>>,
}

/// Names a reviewer set; `None` leaves them as told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PartiesRuled {
    /// Who did it.
    pub actors: Option<Vec<String>>,
    /// To whom.
    pub targets: Option<Vec<String>>,
}

impl Verdict {
    /// The codes of the verdicts a reviewer can give, in the order of a menu. A proposal is a
    /// "publish" where the operator asks for two people.
    pub const CODES: &'static [&'static str] = &[
        "publish",
        "confirm",
        "reject",
        "reopen",
        "note",
        "move",
        "date",
        "type",
        "toll",
        "actors",
        "merge",
        "split",
        "sensitive",
    ];

    /// The code, as the outside writes it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Propose => "propose",
            Self::Confirm => "confirm",
            Self::Reject => "reject",
            Self::Reopen => "reopen",
            Self::Note => "note",
            Self::Move(_) => "move",
            Self::Date(_) => "date",
            Self::Type(_) => "type",
            Self::Toll(_) => "toll",
            Self::Actors(_) => "actors",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Sensitive(_) => "sensitive",
            Self::Undo { .. } => "undo",
        }
    }

    /// True when it sets what the incident says, so that the incident counts as corrected.
    #[must_use]
    pub fn corrects(&self) -> bool {
        matches!(
            self,
            Self::Move(_) | Self::Date(_) | Self::Type(_) | Self::Toll(_) | Self::Actors(_)
        )
    }

    /// The status it gives the incident, if any.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        match self {
            Self::Publish => Some(Status::Published),
            Self::Reject => Some(Status::Rejected),
            Self::Reopen => Some(Status::Draft),
            _ => None,
        }
    }
}

/// One decision of one reviewer.
#[derive(Clone, PartialEq, Debug)]
pub struct Ruling {
    /// The store's number of the ruling.
    pub id: i64,
    /// What was decided.
    pub verdict: Verdict,
    /// Who decided: a name to reviewers, a role to readers.
    pub who: String,
    /// When, RFC 3339.
    pub at: String,
    /// Why, in the reviewer's words.
    pub why: String,
    /// Id of the incident it was given on, when that was merged into this one later. Such a ruling
    /// corrects only what no ruling of the incident itself corrects, and says nothing of its status.
    pub on: Option<String>,
}

/// The numbers of the rulings that hold: those that no holding ruling undoes.
#[must_use]
pub fn holding(rulings: &[Ruling]) -> BTreeSet<i64> {
    let mut undone = BTreeSet::new();
    let mut holding = BTreeSet::new();
    // An undoing is younger than what it undoes, so the youngest are judged first.
    let mut newest_first: Vec<&Ruling> = rulings.iter().collect();
    newest_first.sort_by_key(|r| std::cmp::Reverse(r.id));
    for ruling in newest_first {
        if undone.contains(&ruling.id) {
            continue;
        }
        holding.insert(ruling.id);
        if let Verdict::Undo { ruling: earlier } = ruling.verdict {
            undone.insert(earlier);
        }
    }
    holding
}

/// The number of the ruling that undid one, where that holds.
#[must_use]
pub fn undone_by(rulings: &[Ruling], id: i64) -> Option<i64> {
    let holding = holding(rulings);
    rulings
        .iter()
        .filter(|r| holding.contains(&r.id))
        .find(|r| matches!(r.verdict, Verdict::Undo { ruling } if ruling == id))
        .map(|r| r.id)
}

/// The rulings that hold, those that count most last: rulings of incidents merged into this one
/// first, then its own, each in the order they were given.
#[must_use]
pub fn in_force(rulings: &[Ruling]) -> Vec<&Ruling> {
    let holding = holding(rulings);
    let mut all: Vec<&Ruling> = rulings.iter().filter(|r| holding.contains(&r.id)).collect();
    all.sort_by_key(|r| (r.on.is_none(), r.id));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruling(id: i64, verdict: Verdict) -> Ruling {
        Ruling {
            id,
            verdict,
            who: "desk".to_owned(),
            at: "2024-01-01T00:00:00Z".to_owned(),
            why: String::new(),
            on: None,
        }
    }

    #[test]
    fn an_undoing_undone_lets_the_ruling_hold_again() {
        let mut all = vec![ruling(1, Verdict::Publish)];
        assert_eq!(holding(&all), BTreeSet::from([1]));
        all.push(ruling(2, Verdict::Undo { ruling: 1 }));
        assert_eq!(holding(&all), BTreeSet::from([2]));
        assert_eq!(undone_by(&all, 1), Some(2));
        all.push(ruling(3, Verdict::Undo { ruling: 2 }));
        assert_eq!(holding(&all), BTreeSet::from([1, 3]));
        assert_eq!(undone_by(&all, 1), None);
    }

    #[test]
    fn rulings_on_a_merged_incident_count_less_than_its_own() {
        let mut merged = ruling(5, Verdict::Type(IncidentType::Flood));
        merged.on = Some("inc-b".to_owned());
        let all = [ruling(2, Verdict::Type(IncidentType::Storm)), merged];
        let last = in_force(&all).last().map(|r| r.id);
        assert_eq!(last, Some(2));
    }
}
