//! The log of every change: a chain of hashes that shows when a row was changed, lost or added by
//! anything but this program.
//!
//! The database tells us which rows a transaction touched; before it commits, their hashes go into
//! an entry of the log, with what was done, by whom and to what. The entry's hash is made of the
//! entry before it. So the log says what every row must look like now, and [`super::verify`]
//! compares.
//!
//! The head (number and hash of the last entry) is also kept in a file beside the database: a
//! database that lost its last commits (SQLite itself calls it sound) is found on opening.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The name of the head's file in the data folder.
pub(super) const HEAD_FILE: &str = "placetime.head";

/// Rows told in one entry: an import of a hundred thousand makes some hundred entries, none so long
/// that purging or reading it is a burden.
const ROWS_MAX: usize = 1_000;

/// Bytes of a row's hash: enough that no two rows are alike by chance or by design.
pub(super) const ROW_BYTES: usize = 16;

/// A hash in the chain.
pub(super) type Hash = [u8; 32];

/// What stands before the first entry.
pub(super) const BEGINNING: Hash = [0; 32];

/// The tables whose rows the log follows, with the columns that count: all that is told or decided,
/// nothing that is computed.
pub(super) const TABLES: &[(&str, &str)] = &[
    (
        "reports",
        "SELECT id, sha256, title, published, published_by, language, url, archived_url, publisher,
             licence, retrieved, text, added, by_hand, source,
             (SELECT hashes FROM sketches WHERE report = reports.number),
             (SELECT group_concat(about || char(31) || what, char(30))
                 FROM (SELECT about, what FROM notices WHERE report = reports.number ORDER BY rowid))
         FROM reports WHERE number = ?",
    ),
    (
        "accounts",
        "SELECT incident, report, ordinal, because, told FROM accounts WHERE number = ?",
    ),
    (
        "rulings",
        "SELECT incident, verdict, detail, undoes, who, at, why, version FROM rulings
         WHERE number = ?",
    ),
    (
        "incidents",
        "SELECT id, created, merged_into, root, gone, updated, version FROM incidents
         WHERE number = ?",
    ),
    (
        "source_terms",
        "SELECT source, licence, republish, sensitivity FROM source_terms WHERE number = ?",
    ),
    (
        "sources",
        "SELECT name, kind, publisher, licence, added FROM sources WHERE number = ?",
    ),
    (
        "changes",
        "SELECT at, incident, what, version FROM changes WHERE seq = ?",
    ),
    (
        "tokens",
        "SELECT name, sha256, scopes, created, revoked FROM tokens WHERE number = ?",
    ),
    (
        "publishing",
        "SELECT people, rule FROM publishing WHERE number = ?",
    ),
];

/// The place of the reports in [`TABLES`].
pub(super) const REPORTS: usize = 0;

/// The place of the sources in [`TABLES`].
pub(super) const SOURCES: usize = 5;

/// A row: the table's place in [`TABLES`], and its number.
pub(super) type Row = (usize, i64);

/// The rows touched since they were last written into the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched(Arc<Mutex<BTreeSet<Row>>>);

impl Touched {
    /// Listens to a connection.
    pub(super) fn listen(db: &mut Connection) -> rusqlite::Result<Self> {
        let touched = Self::default();
        let ear = touched.clone();
        db.update_hook(Some(
            move |_: rusqlite::hooks::Action, _: &str, table: &str, number: i64| {
                if let Some(at) = TABLES.iter().position(|(name, _)| *name == table) {
                    ear.add((at, number));
                }
            },
        ))?;
        Ok(touched)
    }

    pub(super) fn add(&self, row: Row) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.insert(row);
    }

    /// Does a piece of work on a row that changes nothing the log follows.
    pub(super) fn unless_before<T>(&self, row: Row, work: impl FnOnce() -> T) -> T {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = lock().contains(&row);
        let done = work();
        if !before {
            lock().remove(&row);
        }
        done
    }

    /// Forgets what was touched: the work was taken back.
    pub(super) fn forget(&self) {
        drop(self.take());
    }

    fn take(&self) -> BTreeSet<Row> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *rows)
    }
}

/// What is done, for the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// In one word: added, replaced, reread, ruling, source ...
    pub(super) what: String,
    /// Id of the report or incident, or the source's name.
    pub(super) about: String,
    /// Who did it.
    pub(super) who: String,
    /// Whatever else is worth keeping: what stood there before, the reason.
    pub(super) detail: serde_json::Value,
}

/// The payload of an entry.
#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) about: String,
    /// Table, number, and hex hash of the row after the change; `None` when it is gone.
    pub(super) rows: Vec<(String, i64, Option<String>)>,
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub(super) detail: serde_json::Value,
}

/// The last entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Its number; entries are numbered from 1 without gaps.
    pub seq: i64,
    /// Its hash, hex.
    pub hash: String,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl std::str::FromStr for Head {
    type Err = String;

    /// `12:abcd…`, as [`Head`] is printed.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is no head of a log; `placetime log --head` prints one");
        let (seq, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
        let is_hash = hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit());
        match seq.parse() {
            Ok(seq) if is_hash => Ok(Self {
                seq,
                hash: hash.to_ascii_lowercase(),
            }),
            _ => Err(wrong()),
        }
    }
}

/// One entry as it is shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Logged {
    /// Its number.
    pub seq: i64,
    /// When, RFC 3339.
    pub at: String,
    /// What was done, in one word.
    pub what: String,
    /// To which report, incident or source.
    pub about: String,
    /// Who did it.
    pub who: String,
    /// The rest as JSON; `None` when it was purged.
    pub detail: Option<serde_json::Value>,
}

/// Writes what a transaction touched into the log; the new head, or `None` when nothing was
/// touched.
pub(super) fn seal(
    tx: &Transaction<'_>,
    touched: &Touched,
    entry: &Entry,
    now: &str,
) -> rusqlite::Result<Option<Head>> {
    let rows: Vec<Row> = touched.take().into_iter().collect();
    let mut head = None;
    for (part, rows) in rows.chunks(ROWS_MAX).enumerate() {
        let mut told = Vec::with_capacity(rows.len());
        for (table, number) in rows {
            let hash = row_hash(tx, *table, *number)?;
            told.push((TABLES[*table].0.to_owned(), *number, hash.map(|h| hex(&h))));
        }
        let detail = if part == 0 {
            entry.detail.clone()
        } else {
            serde_json::Value::Null
        };
        let payload = Payload {
            about: entry.about.clone(),
            rows: told,
            detail,
        };
        head = Some(append(tx, entry, &payload, now)?);
    }
    Ok(head)
}

/// Writes one entry.
pub(super) fn append(
    tx: &Transaction<'_>,
    entry: &Entry,
    payload: &Payload,
    now: &str,
) -> rusqlite::Result<Head> {
    let body = serde_json::to_string(payload)
        .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
    let payload: Hash = Sha256::digest(body.as_bytes()).into();
    let (before, last) = last(tx)?.unwrap_or((0, BEGINNING));
    let seq = before + 1;
    let hash = link(&last, (seq, now, &entry.what, &entry.who), &payload);
    tx.prepare_cached(
        "INSERT INTO log (seq, at, what, about, who, payload, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        seq,
        now,
        entry.what,
        entry.about,
        entry.who,
        payload,
        hash
    ])?;
    tx.prepare_cached("INSERT INTO log_payloads (seq, body) VALUES (?, ?)")?
        .execute(params![seq, body])?;
    Ok(Head {
        seq,
        hash: hex(&hash),
    })
}

/// The hash of an entry: of the one before, and of every field with its length, so that no two
/// entries are written alike.
pub(super) fn link(
    before: &Hash,
    (seq, at, what, who): (i64, &str, &str, &str),
    payload: &[u8],
) -> Hash {
    let mut digest = Sha256::new();
    digest.update(before);
    digest.update(seq.to_le_bytes());
    for field in [at.as_bytes(), what.as_bytes(), who.as_bytes(), payload] {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field);
    }
    digest.finalize().into()
}

/// Number and hash of the last entry.
pub(super) fn last(db: &Connection) -> rusqlite::Result<Option<(i64, Hash)>> {
    db.prepare_cached("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// The head of the log; `None` while nothing was written.
pub(super) fn head(db: &Connection) -> rusqlite::Result<Option<Head>> {
    Ok(last(db)?.map(|(seq, hash)| Head {
        seq,
        hash: hex(&hash),
    }))
}

/// The hash of a row as it is now; `None` when there is none.
pub(super) fn row_hash(
    db: &Connection,
    table: usize,
    number: i64,
) -> rusqlite::Result<Option<[u8; ROW_BYTES]>> {
    let mut statement = db.prepare_cached(TABLES[table].1)?;
    let columns = statement.column_count();
    let mut rows = statement.query([number])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let mut digest = Sha256::new();
    for column in 0..columns {
        match row.get_ref(column)? {
            ValueRef::Null => digest.update([0]),
            ValueRef::Integer(value) => {
                digest.update([1]);
                digest.update(value.to_le_bytes());
            }
            ValueRef::Real(value) => {
                digest.update([2]);
                digest.update(value.to_le_bytes());
            }
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                digest.update([3]);
                digest.update((bytes.len() as u64).to_le_bytes());
                digest.update(bytes);
            }
        }
    }
    let mut hash = [0; ROW_BYTES];
    hash.copy_from_slice(&digest.finalize()[..ROW_BYTES]);
    Ok(Some(hash))
}

/// Every row there is: for a log begun on a database older than the log.
pub(super) fn touch_all(tx: &Transaction<'_>, touched: &Touched) -> rusqlite::Result<()> {
    for (at, (table, _)) in TABLES.iter().enumerate() {
        let mut statement = tx.prepare(&format!("SELECT rowid FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            touched.add((at, row.get(0)?));
        }
    }
    Ok(())
}

/// Entries, latest first; of one report, incident or source, or all.
pub(super) fn entries(
    db: &Connection,
    about: Option<&str>,
    limit: usize,
) -> rusqlite::Result<Vec<Logged>> {
    db.prepare_cached(
        "SELECT l.seq, l.at, l.what, l.about, l.who, p.body FROM log l
         LEFT JOIN log_payloads p ON p.seq = l.seq
         WHERE ?1 IS NULL OR l.about = ?1 ORDER BY l.seq DESC LIMIT ?2",
    )?
    .query_map(params![about, limit], |row| {
        let body: Option<String> = row.get(5)?;
        Ok(Logged {
            seq: row.get(0)?,
            at: row.get(1)?,
            what: row.get(2)?,
            about: row.get(3)?,
            who: row.get(4)?,
            detail: body.and_then(|body| {
                let payload: Option<Payload> = serde_json::from_str(&body).ok();
                payload.map(|p| p.detail)
            }),
        })
    })?
    .collect()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The length of a slot in the head's file.
const SLOT_BYTES: usize = 128;

/// Keeps the head beside the database. There are two slots, written in turn: when one is torn by a
/// power cut the other still holds. Not synced: a head that lags behind is no fault, and neither is a
/// file that has its length and not yet its bytes.
pub(super) fn keep_head(folder: &Path, head: &Head) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join(HEAD_FILE))?;
    let line = slot(head);
    let at = u64::from(head.seq % 2 != 0) * SLOT_BYTES as u64;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(line.as_bytes())
}

fn slot(head: &Head) -> String {
    let told = format!("{:020} {}", head.seq, head.hash);
    let check: [u8; 32] = Sha256::digest(told.as_bytes()).into();
    let line = format!("{told} {}", hex(&check[..8]));
    format!("{line:<width$}\n", width = SLOT_BYTES - 1)
}

/// The head kept beside the database: the later of the slots that are whole. `Err` when there is a
/// file and no slot is; one without a byte in it is what a power cut leaves of a new one.
pub(super) fn kept_head(folder: &Path) -> Result<Option<Head>, String> {
    let path = folder.join(HEAD_FILE);
    let mut bytes = Vec::new();
    match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{} cannot be read: {error}", path.display())),
        Ok(file) => {
            let most = 2 * SLOT_BYTES as u64;
            file.take(most)
                .read_to_end(&mut bytes)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        }
    }
    let whole = |bytes: &[u8]| -> Option<Head> {
        let line = std::str::from_utf8(bytes).ok()?;
        let mut parts = line.split_whitespace();
        let head = Head {
            seq: parts.next()?.parse().ok()?,
            hash: parts.next()?.to_owned(),
        };
        (slot(&head).trim_end() == line.trim_end()).then_some(head)
    };
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let best = bytes
        .chunks(SLOT_BYTES)
        .filter_map(whole)
        .max_by_key(|head| head.seq);
    match best {
        Some(head) => Ok(Some(head)),
        None => Err(format!("{} is damaged", path.display())),
    }
}

/// Takes the head's file away, for a database that was put back from a copy.
pub(super) fn forget_head(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(folder.join(HEAD_FILE)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Does the log reach as far as its head, and by the same way? A sentence when not.
pub(super) fn reaches(db: &Connection, head: &Head) -> rusqlite::Result<Result<(), String>> {
    let hash: Option<Hash> = db
        .prepare_cached("SELECT hash FROM log WHERE seq = ?")?
        .query_row([head.seq], |row| row.get(0))
        .optional()?;
    Ok(match hash {
        Some(hash) if hex(&hash) == head.hash => Ok(()),
        Some(_) => Err(format!(
            "entry {} of the log is not the one that was written: its hash is another",
            head.seq
        )),
        None => {
            let last = last(db)?.map_or(0, |(seq, _)| seq);
            Err(format!(
                "the log ends at entry {last}, but entry {} was written: changes are lost",
                head.seq
            ))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_stand_where_they_are_looked_for() {
        assert_eq!(TABLES[REPORTS].0, "reports");
        assert_eq!(TABLES[SOURCES].0, "sources");
    }

    #[test]
    fn a_torn_slot_leaves_the_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let head = |seq: i64| Head {
            seq,
            hash: "ab".repeat(32),
        };
        assert_eq!(kept_head(folder.path()), Ok(None));
        for seq in 1..=4 {
            keep_head(folder.path(), &head(seq)).expect("written");
            assert_eq!(kept_head(folder.path()), Ok(Some(head(seq))));
        }
        let path = folder.path().join(HEAD_FILE);
        let mut bytes = std::fs::read(&path).expect("the file");
        bytes[5] ^= 1;
        std::fs::write(&path, &bytes).expect("written");
        assert_eq!(kept_head(folder.path()), Ok(Some(head(3))));
        bytes[SLOT_BYTES + 40] ^= 1;
        std::fs::write(&path, &bytes).expect("written");
        assert!(kept_head(folder.path()).is_err());
        // As a power cut leaves a file that was never synced.
        for bytes in [vec![], vec![0; 2 * SLOT_BYTES]] {
            std::fs::write(&path, &bytes).expect("written");
            assert_eq!(kept_head(folder.path()), Ok(None));
        }
    }

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let head = Head {
            seq: 12,
            hash: "0f".repeat(32),
        };
        assert_eq!(head.to_string().parse(), Ok(head));
        assert!("12".parse::<Head>().is_err());
        assert!("12:xyz".parse::<Head>().is_err());
    }
}
