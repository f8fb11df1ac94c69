//! Every report is read again with the rules of today, some at a time; taken up where it was left.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::Added;
use super::add::{Leftover, place_accounts, write_notices, write_sketch};
use super::load::as_told;
use super::log::Entry;
use crate::incident::{Account, Sketch};
use crate::report::{Notice, Report};

/// The name of this work in the table of work.
const NAME: &str = "reread";

/// Who reads again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Again {
    /// The reader and the gazetteer: an unfinished reading by the same is taken up.
    pub of: String,
    /// Begin at the first report whatever was done before.
    pub from_start: bool,
}

/// How far a reading again has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reread {
    /// The number of the last report read again; nought at the start.
    pub past: i64,
    /// Reports still to be read.
    pub left: usize,
}

/// Reports that our own reader read: not those a person wrote, nor rows of a table, nor those that
/// came without their text, nor those that another reader read.
const OURS: &str =
    "NOT by_hand AND source IS NULL AND text <> '' AND NOT EXISTS (SELECT 1 FROM accounts a
     WHERE a.report = reports.number AND a.ordinal < 1000000
       AND json_extract(a.told, '$.reader') NOT LIKE 'placetime %')";

pub(super) fn begin(tx: &Transaction<'_>, again: &Again) -> rusqlite::Result<Reread> {
    let unfinished: Option<i64> = tx
        .query_row(
            "SELECT past FROM work WHERE name = ? AND detail = ?",
            params![NAME, again.of],
            |row| row.get(0),
        )
        .optional()?;
    let past = unfinished.filter(|_| !again.from_start).unwrap_or(0);
    tx.execute(
        "INSERT OR REPLACE INTO work (name, past, detail) VALUES (?, ?, ?)",
        params![NAME, past, again.of],
    )?;
    let left = tx.query_row(
        &format!("SELECT count(*) FROM reports WHERE number > ? AND {OURS}"),
        [past],
        |row| row.get(0),
    )?;
    Ok(Reread { past, left })
}

pub(super) fn next(
    db: &Connection,
    past: i64,
    limit: usize,
) -> rusqlite::Result<Vec<(i64, Report)>> {
    let ids: Vec<(i64, String)> = db
        .prepare_cached(&format!(
            "SELECT number, id FROM reports WHERE number > ? AND {OURS} ORDER BY number LIMIT ?"
        ))?
        .query_map(params![past, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut reports = Vec::with_capacity(ids.len());
    for (number, id) in ids {
        if let Some(kept) = as_told(db, &id)? {
            reports.push((number, kept.report));
        }
    }
    Ok(reports)
}

pub(super) fn keep(
    tx: &Transaction<'_>,
    batch: &[(i64, Vec<Account>, Vec<Notice>)],
    now: &str,
    entry: &mut Entry,
) -> rusqlite::Result<Added> {
    let mut added = Added::default();
    entry.what = "reread".to_owned();
    entry.who = "placetime".to_owned();
    for (number, accounts, notices) in batch {
        let text: Option<String> = tx
            .prepare_cached("SELECT text FROM reports WHERE number = ?")?
            .query_row([number], |row| row.get(0))
            .optional()?;
        // Purged meanwhile.
        let Some(text) = text else { continue };
        write_notices(tx, *number, notices)?;
        write_sketch(tx, *number, &Sketch::of(&text))?;
        place_accounts(
            tx,
            *number,
            accounts,
            Leftover::KeptWhereRuled,
            now,
            &mut added,
        )?;
        tx.prepare_cached("UPDATE reports SET read_at = ? WHERE number = ?")?
            .execute(params![now, number])?;
    }
    if let Some((last, _, _)) = batch.last() {
        tx.execute(
            "UPDATE work SET past = ? WHERE name = ?",
            params![last, NAME],
        )?;
    }
    Ok(added)
}

pub(super) fn end(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM work WHERE name = ?", [NAME])?;
    Ok(())
}
