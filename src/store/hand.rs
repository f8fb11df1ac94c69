//! Incidents that a person made: from words of a report, from a click on the map, from nothing but
//! what the person knows.

use rusqlite::{OptionalExtension, Transaction, params};

use super::add::{insert_incident, write_account, write_report};
use super::index::index;
use super::load::load;
use super::sha256_of;
use super::terms::key_used;
use super::{Known, known, rule};
use crate::incident::{Account, BY_HAND, BY_HAND_ORDINAL, Incident, Verdict};
use crate::report::Report;

/// An incident to be kept as a person made it.
#[derive(Clone, PartialEq, Debug)]
pub struct ByHand {
    /// What the person told; `reader` and `ordinal` are set by the store.
    pub account: Account,
    /// What the person wrote, where no report tells of it; the account names it by its id.
    pub report: Option<Report>,
    /// Who made it.
    pub who: String,
    /// Why, in the person's words.
    pub why: String,
    /// The caller's name for this write: the same key again is the same write and not a second one.
    pub key: Option<String>,
}

/// The answer to an incident made by hand.
#[derive(Clone, PartialEq, Debug)]
pub enum MadeByHand {
    /// It is kept, or was kept before under the same key.
    Done {
        /// The incident as it is now.
        incident: Box<Incident>,
        /// The key was used before; nothing was done.
        again: bool,
    },
    /// There is no report of that id.
    NoReport(String),
    /// The key was used for another write.
    KeyTaken,
}

pub(super) fn add(tx: &Transaction<'_>, it: &ByHand, now: &str) -> rusqlite::Result<MadeByHand> {
    let fingerprint = sha256_of(&format!("{:?}\u{1f}{}", it.account, it.why));
    if let Some(key) = it.key.as_deref() {
        match key_used(tx, key)? {
            Some((asked, what, number)) if what == "incident" && asked == fingerprint => {
                let root = super::load::root_of(tx, number)?;
                if let Some(incident) = load(tx, root)? {
                    return Ok(MadeByHand::Done {
                        incident: Box::new(incident),
                        again: true,
                    });
                }
            }
            Some(_) => return Ok(MadeByHand::KeyTaken),
            None => {}
        }
    }
    let row = match &it.report {
        Some(report) => {
            let row = match known(tx, report)? {
                Known::New => write_report(tx, None, report, now)?,
                Known::Changed(row) => write_report(tx, Some(row), report, now)?,
                Known::Same => number_of_report(tx, &report.id)?.map_or_else(
                    // The same words stand in another report: these are still a person's own.
                    || write_report(tx, None, report, now),
                    Ok,
                )?,
            };
            tx.execute("UPDATE reports SET by_hand = 1 WHERE number = ?", [row])?;
            row
        }
        None => match number_of_report(tx, &it.account.report)? {
            Some(row) => row,
            None => return Ok(MadeByHand::NoReport(it.account.report.clone())),
        },
    };
    let ordinal: usize = tx.query_row(
        "SELECT coalesce(max(ordinal) + 1, ?2) FROM accounts WHERE report = ?1 AND ordinal >= ?2",
        params![row, BY_HAND_ORDINAL],
        |r| r.get(0),
    )?;
    let account = Account {
        reader: BY_HAND.to_owned(),
        ordinal,
        ..it.account.clone()
    };
    let number = insert_incident(tx, &account, now)?;
    write_account(tx, (number, row), &account, "")?;
    let why = if it.why.trim().is_empty() {
        "made by hand"
    } else {
        &it.why
    };
    rule::insert(tx, number, (&Verdict::Note, None), (&it.who, why), now)?;
    let incident = index(tx, number, now, "created")?.expect("its account was written above");
    tx.execute(
        "UPDATE rulings SET version = 1 WHERE incident = ?",
        [number],
    )?;
    if let Some(key) = it.key.as_deref() {
        tx.execute(
            "INSERT INTO write_keys (key, asked, at, what, number) VALUES (?, ?, ?, 'incident', ?)",
            params![key, fingerprint, now, number],
        )?;
    }
    Ok(MadeByHand::Done {
        incident: Box::new(incident),
        again: false,
    })
}

fn number_of_report(tx: &Transaction<'_>, id: &str) -> rusqlite::Result<Option<i64>> {
    tx.query_row("SELECT number FROM reports WHERE id = ?", [id], |r| {
        r.get(0)
    })
    .optional()
}
