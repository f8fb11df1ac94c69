//! Rulings: kept for good, undone by further rulings; merging and splitting with them.
//!
//! Nothing is moved when two incidents are merged: the younger keeps its row and its accounts and
//! is shown as the older from then on, so undoing the merging is one pointer. A splitting gives
//! accounts to a new incident; undoing it merges that one back.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, params};

use super::add::insert_incident;
use super::index::{index, retire};
use super::load::{id_of, load, numbered, root_of, rulings_of};
use super::log::Entry;
use super::publishing;
use super::sha256_of;
use super::terms::key_used;
use super::verdicts::{detail_of, verdict_of};
use crate::incident::{BY_RULE, Incident, Ruling, Sensitivity, Verdict, undone_by};

/// What a reviewer asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// What is decided.
    pub verdict: Verdict,
    /// Who decides.
    pub who: String,
    /// Why, in the reviewer's words.
    pub why: String,
    /// The version of the incident that the reviewer looked at; another one now means that somebody
    /// was faster.
    pub version: Option<i64>,
    /// The caller's name for this write: the same key again is the same write and not a second one.
    pub key: Option<String>,
}

/// A ruling given.
#[derive(Clone, PartialEq, Debug)]
pub struct Done {
    /// The ruling.
    pub ruling: Ruling,
    /// The incident as it is now; after a merging the one that stays.
    pub incident: Incident,
    /// The key was used before: nothing was done, this is what was done then.
    pub again: bool,
}

/// What happened since the version a reviewer looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct Changed {
    /// The version now.
    pub version: i64,
    /// The rulings given since.
    pub rulings: Vec<Ruling>,
    /// Everything that happened since, rulings included: when, and what in one word.
    pub all: Vec<(String, String)>,
}

/// The answer to a ruling.
#[derive(Clone, PartialEq, Debug)]
pub enum Ruled {
    /// It is kept.
    Done(Box<Done>),
    /// The incident changed meanwhile; nothing was done.
    Changed(Box<Changed>),
    /// The incident was merged into another one; ask for that.
    MovedTo(String),
    /// There is no such incident or ruling.
    Unknown,
    /// It makes no sense here; a sentence says why.
    Refused(String),
    /// The key was used for another write.
    KeyTaken,
}

/// Gives a ruling on the incident of an id.
pub(super) fn rule(
    tx: &Transaction<'_>,
    id: &str,
    asked: &Asked,
    now: &str,
    entry: &mut Entry,
) -> rusqlite::Result<Ruled> {
    let detail = detail_of(&asked.verdict)?;
    let fingerprint = sha256_of(&[id, asked.verdict.code(), &detail, &asked.why].join("\u{1f}"));
    if let Some(answer) = answered(tx, asked.key.as_deref(), &fingerprint)? {
        return Ok(answer);
    }
    let Some(it) = numbered(tx, id)? else {
        return Ok(Ruled::Unknown);
    };
    if it.root != it.number {
        return id_of(tx, it.root).map(Ruled::MovedTo);
    }
    let Some(incident) = load(tx, it.number)?.filter(|_| !it.gone) else {
        return Ok(Ruled::Unknown);
    };
    if let (Some(looked_at), Some(version)) = (asked.version, incident.stamp.version)
        && looked_at != version
    {
        let changed = changed_since(tx, (it.number, id), looked_at, version)?;
        return Ok(Ruled::Changed(Box::new(changed)));
    }
    if asked.verdict == Verdict::Note && asked.why.trim().is_empty() {
        return Ok(Ruled::Refused("a note needs words (why)".to_owned()));
    }
    if asked.who == BY_RULE {
        return Ok(Ruled::Refused(format!(
            "“{BY_RULE}” is the name of the operator's rule; take another"
        )));
    }
    let verdict = match &asked.verdict {
        Verdict::Publish => match publishing::by_person(tx, &incident, &asked.who)? {
            Ok(verdict) => verdict,
            Err(why) => return Ok(Ruled::Refused(why)),
        },
        other => other.clone(),
    };
    let kept = match prepared(tx, &incident, it.number, &verdict, now)? {
        Ok(kept) => kept,
        Err(why) => return Ok(Ruled::Refused(why)),
    };
    let number = insert(
        tx,
        kept.on,
        (&kept.verdict, None),
        (&asked.who, &asked.why),
        now,
    )?;
    log_ruling(
        tx,
        entry,
        kept.on,
        number,
        (&kept.verdict, &asked.who, &asked.why),
    )?;
    let mut touched = BTreeMap::from([(kept.on, verdict.code())]);
    if let Err(why) = take_effect(tx, kept.on, (&kept.verdict, true), &mut touched)? {
        return Err(refused(why));
    }
    finish(
        tx,
        number,
        touched,
        (asked.key.as_deref(), &fingerprint),
        now,
    )
}

/// Undoes a ruling by a further one.
pub(super) fn undo(
    tx: &Transaction<'_>,
    earlier: i64,
    (who, why): (&str, &str),
    key: Option<&str>,
    now: &str,
    entry: &mut Entry,
) -> rusqlite::Result<Ruled> {
    let fingerprint = sha256_of(&["undo", &earlier.to_string(), why].join("\u{1f}"));
    if let Some(answer) = answered(tx, key, &fingerprint)? {
        return Ok(answer);
    }
    let Some((on, verdict)) = row_of(tx, earlier)? else {
        return Ok(Ruled::Unknown);
    };
    let Some(verdict) = verdict else {
        return Ok(Ruled::Refused(format!(
            "ruling {earlier} was given by a later version of placetime; update the program"
        )));
    };
    let root = root_of(tx, on)?;
    if let Some(by) = undone_by(&rulings_of(tx, root)?, earlier) {
        return Ok(Ruled::Refused(format!(
            "ruling {earlier} is undone already, by ruling {by}; undo that one to have it again"
        )));
    }
    // The ruling at the bottom, and whether it holds when this one is undone.
    let (mut bottom, mut base, mut holds) = (earlier, verdict, false);
    while let Verdict::Undo { ruling } = base {
        let Some((_, Some(below))) = row_of(tx, ruling)? else {
            break;
        };
        (bottom, base, holds) = (ruling, below, !holds);
    }
    let (base_on, _) = row_of(tx, bottom)?.unwrap_or((on, None));
    let mut touched = BTreeMap::new();
    if let Err(why) = take_effect(tx, base_on, (&base, holds), &mut touched)? {
        return Ok(Ruled::Refused(why));
    }
    let undoing = Verdict::Undo { ruling: earlier };
    let number = insert(tx, on, (&undoing, Some(earlier)), (who, why), now)?;
    log_ruling(tx, entry, on, number, (&undoing, who, why))?;
    touched.insert(root_of(tx, on)?, if holds { "redo" } else { "undo" });
    touched.insert(root_of(tx, base_on)?, if holds { "redo" } else { "undo" });
    finish(tx, number, touched, (key, &fingerprint), now)
}

/// Lets an undone ruling hold again, by undoing what undid it.
pub(super) fn redo(
    tx: &Transaction<'_>,
    earlier: i64,
    by: (&str, &str),
    key: Option<&str>,
    now: &str,
    entry: &mut Entry,
) -> rusqlite::Result<Ruled> {
    // A key used before names the undoing that was undone then.
    if let Some(key) = key
        && let Some((_, what, number)) = key_used(tx, key)?
        && what == "ruling"
        && let Some((_, Some(Verdict::Undo { ruling }))) = row_of(tx, number)?
    {
        return undo(tx, ruling, by, Some(key), now, entry);
    }
    let Some((on, _)) = row_of(tx, earlier)? else {
        return Ok(Ruled::Unknown);
    };
    let root = root_of(tx, on)?;
    match undone_by(&rulings_of(tx, root)?, earlier) {
        Some(undoing) => undo(tx, undoing, by, key, now, entry),
        None => Ok(Ruled::Refused(format!(
            "ruling {earlier} holds; there is nothing to do again"
        ))),
    }
}

/// Tells a ruling in the log.
fn log_ruling(
    tx: &Transaction<'_>,
    entry: &mut Entry,
    on: i64,
    number: i64,
    (verdict, who, why): (&Verdict, &str, &str),
) -> rusqlite::Result<()> {
    verdict.code().clone_into(&mut entry.what);
    entry.about = id_of(tx, root_of(tx, on)?)?;
    who.clone_into(&mut entry.who);
    let detail: serde_json::Value =
        serde_json::from_str(&detail_of(verdict)?).unwrap_or(serde_json::Value::Null);
    let undoes = match verdict {
        Verdict::Undo { ruling } => Some(*ruling),
        _ => None,
    };
    entry.detail =
        serde_json::json!({"ruling": number, "why": why, "undoes": undoes, "set": detail});
    Ok(())
}

/// A verdict as it is kept, and the row it is kept with.
struct Kept {
    on: i64,
    verdict: Verdict,
}

/// Checks a verdict against the incident and fills in what only the store knows; a sentence when it
/// makes no sense.
fn prepared(
    tx: &Transaction<'_>,
    incident: &Incident,
    number: i64,
    verdict: &Verdict,
    now: &str,
) -> rusqlite::Result<Result<Kept, String>> {
    let as_it_is = Kept {
        on: number,
        verdict: verdict.clone(),
    };
    Ok(match verdict {
        Verdict::Undo { .. } => Err("an undoing names a ruling, not an incident".to_owned()),
        Verdict::Merge { with } => merging(tx, incident, number, with)?,
        Verdict::Split { accounts, .. } => {
            let known = |wanted: &(String, usize)| {
                incident
                    .accounts
                    .iter()
                    .any(|a| (&a.report, a.ordinal) == (&wanted.0, wanted.1))
            };
            if accounts.is_empty() {
                Err("a splitting names the accounts that leave".to_owned())
            } else if let Some((report, ordinal)) = accounts.iter().find(|a| !known(a)) {
                Err(format!(
                    "{} has no account {ordinal} of the report {report}",
                    incident.id
                ))
            } else if incident
                .accounts
                .iter()
                .all(|a| accounts.contains(&(a.report.clone(), a.ordinal)))
            {
                Err("a splitting leaves at least one account behind".to_owned())
            } else {
                let into = split_off(tx, incident, number, accounts, now)?;
                Ok(Kept {
                    on: number,
                    verdict: Verdict::Split {
                        accounts: accounts.clone(),
                        into,
                    },
                })
            }
        }
        _ => Ok(as_it_is),
    })
}

/// Of two incidents the older stays: its id is known longer.
fn merging(
    tx: &Transaction<'_>,
    incident: &Incident,
    number: i64,
    with: &str,
) -> rusqlite::Result<Result<Kept, String>> {
    let other = match numbered(tx, with)? {
        Some(other) if !other.gone => other,
        Some(_) => return Ok(Err(format!("the incident {with} lost its last report"))),
        None => return Ok(Err(format!("there is no incident {with}"))),
    };
    if other.root == number {
        return Ok(Err(format!("{with} and {} are one incident", incident.id)));
    }
    let Some(second) = load(tx, other.root)? else {
        return Ok(Err(format!("there is no incident {with}")));
    };
    let age = |it: &Incident, number: i64| (it.stamp.created.clone(), number);
    let (older, younger) = if age(incident, number) <= age(&second, other.root) {
        (number, second.id)
    } else {
        (other.root, incident.id.clone())
    };
    Ok(Ok(Kept {
        on: older,
        verdict: Verdict::Merge { with: younger },
    }))
}

/// Gives accounts to a new incident; its id. A place that is withheld stays so in both.
fn split_off(
    tx: &Transaction<'_>,
    incident: &Incident,
    number: i64,
    accounts: &[(String, usize)],
    now: &str,
) -> rusqlite::Result<String> {
    let first = incident
        .accounts
        .iter()
        .find(|a| accounts.contains(&(a.report.clone(), a.ordinal)))
        .expect("the accounts were found before");
    let new = insert_incident(tx, first, now)?;
    for (report, ordinal) in accounts {
        tx.execute(
            "UPDATE accounts SET incident = ?1
             WHERE ordinal = ?2 AND report = (SELECT number FROM reports WHERE id = ?3)
               AND incident IN (SELECT number FROM incidents WHERE root = ?4)",
            params![new, ordinal, report, number],
        )?;
    }
    let withheld = Incident {
        accounts: Vec::new(),
        ..incident.clone()
    }
    .sensitivity();
    if withheld != Sensitivity::Exact {
        let why = format!("as {} before the splitting", incident.id);
        let verdict = Verdict::Sensitive(withheld);
        insert(tx, new, (&verdict, None), ("placetime", &why), now)?;
    }
    id_of(tx, new)
}

/// Makes the rows agree with a ruling that begins or ceases to hold, and notes which incidents it
/// touches; a sentence when later rulings stand in the way.
fn take_effect(
    tx: &Transaction<'_>,
    on: i64,
    (verdict, holds): (&Verdict, bool),
    touched: &mut BTreeMap<i64, &'static str>,
) -> rusqlite::Result<Result<(), String>> {
    let (other, joins) = match verdict {
        Verdict::Merge { with } => (with, holds),
        Verdict::Split { into, .. } => (into, !holds),
        _ => return Ok(Ok(())),
    };
    let Some(it) = numbered(tx, other)? else {
        return Ok(Err(format!("there is no incident {other} any more")));
    };
    let merged_into: Option<i64> = tx.query_row(
        "SELECT merged_into FROM incidents WHERE number = ?",
        [it.number],
        |row| row.get(0),
    )?;
    match (joins, merged_into) {
        (true, Some(into)) if into != on => {
            return Ok(Err(format!(
                "{other} was merged into {} since; undo that first",
                id_of(tx, into)?
            )));
        }
        (true, _) if root_of(tx, on)? == it.number => {
            return Ok(Err(format!(
                "{} was merged into {other} since; undo that first",
                id_of(tx, on)?
            )));
        }
        (false, Some(into)) if into != on => {
            return Ok(Err(format!(
                "{other} was merged into {} since; undo that first",
                id_of(tx, into)?
            )));
        }
        _ => {}
    }
    tx.execute(
        "UPDATE incidents SET merged_into = ?1 WHERE number = ?2",
        params![joins.then_some(on), it.number],
    )?;
    let root = if joins { root_of(tx, on)? } else { it.number };
    tx.execute(
        "WITH RECURSIVE family (number) AS (
             SELECT ?1 UNION SELECT i.number FROM incidents i
             JOIN family f ON i.merged_into = f.number)
         UPDATE incidents SET root = ?2 WHERE number IN (SELECT number FROM family)",
        params![it.number, root],
    )?;
    touched.insert(it.number, if joins { "merged" } else { "split" });
    Ok(Ok(()))
}

/// Writes what is computed anew of every incident touched, and the answer.
fn finish(
    tx: &Transaction<'_>,
    ruling: i64,
    touched: BTreeMap<i64, &'static str>,
    (key, fingerprint): (Option<&str>, &str),
    now: &str,
) -> rusqlite::Result<Ruled> {
    for (number, what) in touched {
        if root_of(tx, number)? != number || index(tx, number, now, what)?.is_none() {
            retire(tx, number, now, what)?;
        }
    }
    tx.execute(
        "UPDATE rulings SET version = (SELECT i.version FROM incidents o
             JOIN incidents i ON i.number = o.root WHERE o.number = rulings.incident)
         WHERE number = ?",
        [ruling],
    )?;
    if let Some(key) = key {
        tx.execute(
            "INSERT INTO write_keys (key, asked, at, what, number) VALUES (?, ?, ?, 'ruling', ?)",
            params![key, fingerprint, now, ruling],
        )?;
    }
    answer(tx, ruling, false)
}

/// The answer of a write whose key was used before; `None` for a new key.
fn answered(
    tx: &Transaction<'_>,
    key: Option<&str>,
    fingerprint: &str,
) -> rusqlite::Result<Option<Ruled>> {
    let Some(key) = key else {
        return Ok(None);
    };
    Ok(match key_used(tx, key)? {
        None => None,
        Some((asked, what, number)) if what == "ruling" && asked == fingerprint => {
            Some(answer(tx, number, true)?)
        }
        Some(_) => Some(Ruled::KeyTaken),
    })
}

/// A ruling with the incident it is shown with now.
fn answer(tx: &Transaction<'_>, ruling: i64, again: bool) -> rusqlite::Result<Ruled> {
    let Some((on, _)) = row_of(tx, ruling)? else {
        return Ok(Ruled::Unknown);
    };
    let root = root_of(tx, on)?;
    let incident = load(tx, root)?;
    let given = rulings_of(tx, root)?.into_iter().find(|r| r.id == ruling);
    Ok(match (incident, given) {
        (Some(incident), Some(ruling)) => Ruled::Done(Box::new(Done {
            ruling,
            incident,
            again,
        })),
        _ => Ruled::Unknown,
    })
}

/// The row of the incident a ruling is kept with, and its verdict where this version knows it.
fn row_of(tx: &Transaction<'_>, ruling: i64) -> rusqlite::Result<Option<(i64, Option<Verdict>)>> {
    let row = tx
        .prepare_cached("SELECT incident, verdict, detail, undoes FROM rulings WHERE number = ?")?
        .query_row([ruling], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, Option<i64>>(3)?,
            ))
        })
        .optional()?;
    let Some((on, code, detail, undoes)) = row else {
        return Ok(None);
    };
    Ok(Some((on, verdict_of(&code, &detail, undoes)?)))
}

/// Writes a ruling's row; its number.
pub(super) fn insert(
    tx: &Transaction<'_>,
    on: i64,
    (verdict, undoes): (&Verdict, Option<i64>),
    (who, why): (&str, &str),
    now: &str,
) -> rusqlite::Result<i64> {
    tx.execute(
        "INSERT INTO rulings (incident, verdict, detail, undoes, who, at, why)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            on,
            verdict.code(),
            detail_of(verdict)?,
            undoes,
            who,
            now,
            why
        ],
    )?;
    Ok(tx.last_insert_rowid())
}

fn changed_since(
    tx: &Transaction<'_>,
    (number, id): (i64, &str),
    looked_at: i64,
    version: i64,
) -> rusqlite::Result<Changed> {
    let since: Vec<i64> = tx
        .prepare_cached(
            "SELECT r.number FROM rulings r JOIN incidents i ON i.number = r.incident
             WHERE i.root = ? AND r.version > ?",
        )?
        .query_map(params![number, looked_at], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut rulings = rulings_of(tx, number)?;
    rulings.retain(|r| since.contains(&r.id));
    let all = tx
        .prepare_cached(
            "SELECT at, what FROM changes WHERE incident = ? AND version > ? ORDER BY seq",
        )?
        .query_map(params![id, looked_at], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Changed {
        version,
        rulings,
        all,
    })
}

/// A refusal found after rows were written: the transaction must not be committed.
fn refused(why: String) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(why.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{IncidentType, Status};
    use crate::store::testing::{account, report, rule, undo};
    use crate::store::{Found, Query, Store, StoreError};

    const TANF: Option<(f64, f64)> = Some((38.618, 33.506));

    fn asked(verdict: Verdict) -> Asked {
        Asked {
            verdict,
            who: "desk".to_owned(),
            why: "checked".to_owned(),
            version: None,
            key: None,
        }
    }

    /// A store with three incidents of one report each, days apart; their ids.
    fn store() -> (tempfile::TempDir, Store, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(folder.path()).expect("a store");
        let mut ids = Vec::new();
        for (name, day) in [
            ("a.txt", "2022-06-01"),
            ("b.txt", "2022-06-11"),
            ("c.txt", "2022-06-21"),
        ] {
            let added = store
                .add_report(&report(name, name), &[account(name, day, TANF)], &[])
                .expect("added");
            ids.push(added.new[0].id.clone());
        }
        (folder, store, ids)
    }

    fn incident(store: &Store, id: &str) -> Incident {
        match store.incident(id).expect("an answer") {
            Found::Incident(it) => *it,
            other => panic!("{other:?}"),
        }
    }

    fn listed(store: &Store) -> usize {
        let mut count = 0;
        let take = |_| {
            count += 1;
            Ok::<(), StoreError>(())
        };
        store.incidents(&Query::default(), take).expect("incidents");
        count
    }

    #[test]
    fn a_ruling_is_shown_undone_and_done_again() {
        let (_folder, mut store, ids) = store();
        let done = rule(&mut store, &ids[0], Verdict::Type(IncidentType::Shelling));
        assert_eq!(done.incident.shown().kind, IncidentType::Shelling);
        assert_eq!(done.incident.shown().review, "corrected");
        let undone = undo(&mut store, done.ruling.id);
        assert_eq!(undone.incident.shown().kind, IncidentType::Airstrike);
        assert_eq!(undone.incident.shown().review, "unreviewed");
        let again = store
            .undo(done.ruling.id, "desk", "", None)
            .expect("an answer");
        assert!(matches!(again, Ruled::Refused(why) if why.contains("undone already")));
        let redo = |store: &mut Store, key| {
            let done = store.redo(done.ruling.id, "desk", "", key).expect("asked");
            let Ruled::Done(done) = done else {
                panic!("{done:?}");
            };
            done
        };
        let redone = redo(&mut store, Some("k"));
        assert_eq!(redone.incident.shown().kind, IncidentType::Shelling);
        assert_eq!(redone.incident.rulings.len(), 3);
        assert!(redo(&mut store, Some("k")).again);
        let nothing = store.redo(done.ruling.id, "desk", "", None).expect("asked");
        assert!(matches!(nothing, Ruled::Refused(why) if why.contains("holds")));
        assert_eq!(redone.incident.stamp.version, Some(4));
    }

    #[test]
    fn two_reviewers_at_once_are_told_of_each_other() {
        let (_folder, mut store, ids) = store();
        let looked_at = incident(&store, &ids[0]).stamp.version;
        rule(&mut store, &ids[0], Verdict::Publish);
        let late = Asked {
            version: looked_at,
            ..asked(Verdict::Reject)
        };
        let Ruled::Changed(changed) = store.rule(&ids[0], &late).expect("an answer") else {
            panic!("a conflict is meant");
        };
        assert_eq!(changed.version, 2);
        assert_eq!(changed.rulings.len(), 1);
        assert_eq!(changed.rulings[0].verdict, Verdict::Publish);
        assert_eq!(changed.all.len(), 1);
        assert_eq!(incident(&store, &ids[0]).status(), Status::Published);
    }

    #[test]
    fn the_same_key_is_the_same_write() {
        let (_folder, mut store, ids) = store();
        let with_key = Asked {
            key: Some("k1".to_owned()),
            ..asked(Verdict::Publish)
        };
        let once = store.rule(&ids[0], &with_key).expect("an answer");
        let twice = store.rule(&ids[0], &with_key).expect("an answer");
        let (Ruled::Done(once), Ruled::Done(twice)) = (once, twice) else {
            panic!("both are answered");
        };
        assert_eq!((once.again, twice.again), (false, true));
        assert_eq!(once.ruling, twice.ruling);
        assert_eq!(incident(&store, &ids[0]).rulings.len(), 1);
        let other = Asked {
            key: Some("k1".to_owned()),
            ..asked(Verdict::Reject)
        };
        assert_eq!(store.rule(&ids[0], &other).expect("asked"), Ruled::KeyTaken);
    }

    #[test]
    fn a_merging_keeps_the_older_id_and_can_be_undone() {
        let (_folder, mut store, ids) = store();
        let with = ids[0].clone();
        let done = rule(&mut store, &ids[1], Verdict::Merge { with });
        assert_eq!(done.incident.id, ids[0]);
        assert_eq!(done.incident.accounts.len(), 2);
        assert_eq!(listed(&store), 2);
        assert_eq!(
            store.incident(&ids[1]).expect("asked"),
            Found::MovedTo(ids[0].clone())
        );
        // A third one is merged on top, and an older merging undone beneath it.
        let with = ids[2].clone();
        let three = rule(&mut store, &ids[0], Verdict::Merge { with });
        assert_eq!(three.incident.accounts.len(), 3);
        let two = undo(&mut store, done.ruling.id);
        assert_eq!(two.incident.accounts.len(), 2);
        assert_eq!(incident(&store, &ids[1]).accounts.len(), 1);
        assert_eq!(listed(&store), 2);
        let back = undo(&mut store, two.ruling.id);
        assert_eq!(back.incident.accounts.len(), 3);
        assert_eq!(listed(&store), 1);
        let itself = asked(Verdict::Merge {
            with: ids[1].clone(),
        });
        let refused = store.rule(&ids[0], &itself).expect("asked");
        assert!(matches!(refused, Ruled::Refused(why) if why.contains("one incident")));
    }

    #[test]
    fn a_splitting_stays_when_the_report_is_read_again() {
        let (_folder, mut store, ids) = store();
        let with = ids[1].clone();
        rule(&mut store, &ids[0], Verdict::Sensitive(Sensitivity::Km10));
        rule(&mut store, &ids[0], Verdict::Merge { with });
        let leaves = vec![("b.txt".to_owned(), 0)];
        let split = Verdict::Split {
            accounts: leaves,
            into: String::new(),
        };
        let done = rule(&mut store, &ids[0], split);
        let Verdict::Split { into, .. } = &done.ruling.verdict else {
            panic!("a splitting");
        };
        assert_ne!(into, &ids[1], "an id given out means one thing for good");
        let left = incident(&store, into);
        assert_eq!(left.accounts[0].report, "b.txt");
        assert_eq!(left.sensitivity(), Sensitivity::Km10);
        let mut again = account("b.txt", "2022-06-01", TANF);
        again.quotes[0].text = "another strike".to_owned();
        again.ordinal = 3;
        again.kind = IncidentType::DroneStrike;
        let added = store
            .add_report(&report("b.txt", "b again"), &[again], &[])
            .expect("added");
        assert!(
            added.joined.iter().all(|i| i.id != ids[0]),
            "it does not go back to where a reviewer took it from"
        );
        let all = Verdict::Split {
            accounts: vec![("a.txt".to_owned(), 0)],
            into: String::new(),
        };
        let refused = store.rule(&ids[0], &asked(all)).expect("asked");
        assert!(matches!(refused, Ruled::Refused(why) if why.contains("at least one")));
    }

    #[test]
    fn a_splitting_undone_gives_the_accounts_back() {
        let (_folder, mut store, ids) = store();
        let with = ids[1].clone();
        rule(&mut store, &ids[0], Verdict::Merge { with });
        let split = Verdict::Split {
            accounts: vec![("a.txt".to_owned(), 0)],
            into: String::new(),
        };
        let done = rule(&mut store, &ids[0], split);
        assert_eq!(done.incident.accounts.len(), 1);
        assert_eq!(listed(&store), 3);
        let undone = undo(&mut store, done.ruling.id);
        assert_eq!(undone.incident.accounts.len(), 2);
        assert_eq!(listed(&store), 2);
        let redone = undo(&mut store, undone.ruling.id);
        assert_eq!(redone.incident.accounts.len(), 1);
        assert_eq!(listed(&store), 3);
    }
}
