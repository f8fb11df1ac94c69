//! One event, as all its accounts tell it.
//!
//! An [`Incident`] holds its accounts and rulings and nothing else. Its place, date and toll are
//! functions of them ([`Incident::shown`]), so each figure can name who said it, and a report
//! withdrawn takes its figures with it.
//!
//! # What is not here
//!
//! No file, no socket, no clock: the times in [`Stamp`] come from the store.

mod account;
mod evidence;
pub mod fit;
mod kind;
pub mod merge;
mod neighbours;
mod ruling;
mod sensitive;
mod shown;
mod sketch;
mod toll;
mod when;

pub use account::{Account, BY_HAND, BY_HAND_ORDINAL, Party, PlaceTold, Quote};
pub use kind::{IncidentType, Kind, Standing};
pub use ruling::{
    AccountRef, BY_RULE, PartiesRuled, Ruling, Status, TollRuled, Verdict, holding, in_force,
    undone_by,
};
pub use sensitive::{Sensitivity, Terms, WITHHELD};
pub use shown::Shown;
pub use sketch::Sketch;
pub use toll::{Count, EARLIER_FIGURE, Harm, OfWhom, PART_OF_FIGURE, Toll};
pub use when::{DatePrecision, InvalidWhen, When};
pub(crate) use when::{day_in_words, month_name, weekday_name};

/// What the store knows of an incident beside its accounts; `read`, which stores nothing, has none.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stamp {
    /// When the incident was first stored, RFC 3339.
    pub created: Option<String>,
    /// When an account or ruling was last added, RFC 3339.
    pub updated: Option<String>,
    /// Counts the changes, from 1.
    pub version: Option<i64>,
}

/// One event, as all its accounts tell it.
#[derive(Clone, PartialEq, Debug)]
pub struct Incident {
    /// Given once, stable across re-reading.
    pub id: String,
    /// The tellings, oldest report first.
    pub accounts: Vec<Account>,
    /// Why the accounts were taken for one event: one entry a joining, in words.
    pub joined_because: Vec<String>,
    /// The decisions, oldest first.
    pub rulings: Vec<Ruling>,
    /// What the store knows.
    pub stamp: Stamp,
}

impl Incident {
    /// A new incident of one account; its id is made from that account and nothing else.
    #[must_use]
    pub fn of(account: Account) -> Self {
        Self {
            id: id_of(&account),
            accounts: vec![account],
            joined_because: Vec::new(),
            rulings: Vec::new(),
            stamp: Stamp::default(),
        }
    }

    /// Whether it is given out: the last ruling decides, and what only a machine read is a draft.
    #[must_use]
    pub fn status(&self) -> Status {
        in_force(&self.rulings)
            .into_iter()
            .rev()
            .filter(|r| r.on.is_none())
            .find_map(|r| r.verdict.status())
            .unwrap_or(Status::Draft)
    }

    /// What a reader sees: every column, computed from the accounts and rulings.
    #[must_use]
    pub fn shown(&self) -> Shown {
        shown::shown(self)
    }
}

/// The id of an incident, made from its first account: the same report read again gives it again.
pub(crate) fn id_of(account: &Account) -> String {
    use sha2::{Digest, Sha256};
    let event = account
        .quotes
        .iter()
        .find(|q| q.field == "event")
        .map_or("", |q| q.text.as_str());
    let mut hash = Sha256::new();
    for part in [account.report.as_str(), event, account.kind.code()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(account.ordinal.to_le_bytes());
    let digest = hash.finalize();
    let hex: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("inc-{hex}")
}
