//! Taking a report out for good, on demand: its words, its tellings, and what the log holds of it.
//! The chain stays whole and says that something was purged, when, by whom and why.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::add::withdraw;
use super::index::index;
use super::load::root_of;
use super::log::{Entry, Payload, TABLES, Touched};

/// What a purging did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Purged {
    /// Incidents that tell on without it.
    pub changed: usize,
    /// Incidents that lost their last account.
    pub withdrawn: usize,
    /// Payloads of the log that went with it.
    pub payloads: usize,
}

pub(super) fn purge(
    tx: &Transaction<'_>,
    id: &str,
    (who, why): (&str, &str),
    touched: &Touched,
    now: &str,
    entry: &mut Entry,
) -> rusqlite::Result<Option<Purged>> {
    let row: Option<(i64, String)> = tx
        .query_row(
            "SELECT number, sha256 FROM reports WHERE id = ?",
            [id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((number, sha256)) = row else {
        return Ok(None);
    };
    let mut done = Purged::default();
    let roots: BTreeSet<i64> = tx
        .prepare("SELECT incident FROM accounts WHERE report = ?")?
        .query_map([number], |row| row.get::<_, i64>(0))?
        .map(|incident| root_of(tx, incident?))
        .collect::<rusqlite::Result<_>>()?;
    for sql in [
        "INSERT INTO report_words (report_words, rowid, title, text)
         SELECT 'delete', number, title, text FROM reports WHERE number = ?",
        "DELETE FROM accounts WHERE report = ?",
        "DELETE FROM notices WHERE report = ?",
        "DELETE FROM sketches WHERE report = ?",
        "DELETE FROM reports WHERE number = ?",
    ] {
        tx.execute(sql, [number])?;
    }
    for root in roots {
        if index(tx, root, now, "purged")?.is_some() {
            done.changed += 1;
        } else {
            withdraw(tx, root, now)?;
            done.withdrawn += 1;
        }
    }
    let payloads = payloads_of(tx, id)?;
    for (seq, body) in &payloads {
        // What else an entry told is told again, as it is now.
        if let Ok(payload) = serde_json::from_str::<Payload>(body) {
            for (table, number, _) in payload.rows {
                if let Some(at) = TABLES.iter().position(|(name, _)| *name == table) {
                    touched.add((at, number));
                }
            }
        }
        tx.execute("DELETE FROM log_payloads WHERE seq = ?", [seq])?;
        tx.execute("UPDATE log SET about = '' WHERE seq = ?", [seq])?;
    }
    done.payloads = payloads.len();
    tx.execute(
        "INSERT OR REPLACE INTO purged_texts (sha256, at) VALUES (?, ?)",
        params![sha256, now],
    )?;
    let seqs: Vec<i64> = payloads.iter().map(|(seq, _)| *seq).collect();
    entry.what = "purged".to_owned();
    who.clone_into(&mut entry.who);
    entry.detail = serde_json::json!({"purged": seqs, "sha256": sha256, "why": why});
    Ok(Some(done))
}

/// The payloads that tell of a report.
fn payloads_of(tx: &Transaction<'_>, id: &str) -> rusqlite::Result<Vec<(i64, String)>> {
    tx.prepare(
        "SELECT l.seq, p.body FROM log l JOIN log_payloads p ON p.seq = l.seq WHERE l.about = ?",
    )?
    .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

/// Overwrites what the database still holds of deleted rows: words in the full text index, pages
/// set free, the write-ahead log.
pub(super) fn sweep(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(
        "INSERT INTO report_words (report_words) VALUES ('optimize');
         VACUUM;",
    )?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
