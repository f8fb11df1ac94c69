//! What was told and decided, kept: reports, accounts, rulings, and the incidents they make.
//!
//! A [`Store`] has a few verbs and hides the database behind them. A report goes in with all its
//! accounts in one transaction, or not at all; the answer comes when it is on the disk.
//!
//! # What is not here
//!
//! No reading and no merging: [`crate::incident::merge`] decides, this room fetches and applies.

mod changes;
mod rows;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use gazetteer::Extent;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

pub(crate) use crate::query::boxes;
pub use crate::query::{Days, Query, parse_bbox};

use crate::incident::merge::{self, Decision};
use crate::incident::{Account, Incident, Ruling, Stamp, Verdict};
use crate::report::{Notice, Origin, Published, PublishedBy, Report};
use rows::AccountRow;
pub use tokens::{Scope, Scopes, Secret, Token, TokenHash, hash_of_token};

/// The name of the database in the data folder.
const FILE: &str = "placetime.sqlite";

/// The schema, step by step; the number of steps taken is the database's `user_version`.
const STEPS: &[&str] = &[
    include_str!("schema/0001_start.sql"),
    include_str!("schema/0004_tokens.sql"),
];

/// How long a writer waits for another one before it gives up.
const BUSY: Duration = Duration::from_secs(20);

/// Days around an account within which other tellings of its event are looked for: reports that
/// differ on the day differ by one or two.
const NEAR_DAYS: i32 = 3;

/// Degrees around an account's place within which other tellings are looked for, beside its own
/// radius: about 100 km, more than any two tellings of one event lie apart.
const NEAR_DEGREES: f64 = 1.0;

/// The most incidents compared with one account.
const NEAR_MAX: usize = 500;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made or opened.
    #[error("the data folder {folder} cannot be used: {why}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words, and what would help.
        why: String,
    },
    /// Nothing can be written.
    #[error(
        "the data folder {0} is read-only; choose another with --data, or change its permissions"
    )]
    ReadOnly(PathBuf),
    /// No room left.
    #[error("the disk of {0} is full; nothing was lost, make room and try again")]
    Full(PathBuf),
    /// Not our file.
    #[error("{0} is not a placetime database; move it away or choose another folder with --data")]
    NotOurs(PathBuf),
    /// Made by a later version.
    #[error(
        "{file} was written by a later version of placetime (schema {found}, this version knows {known}); update the program"
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its schema.
        found: usize,
        /// The latest schema known here.
        known: usize,
    },
    /// There is none yet.
    #[error("there is no data in {0} yet; `placetime add FILE` puts reports in")]
    Nothing(PathBuf),
    /// Another writer did not finish.
    #[error("another program keeps {0} busy; try again")]
    Busy(PathBuf),
    /// Anything else the database said.
    #[error("the database {file} answered: {said}")]
    Database {
        /// The file.
        file: PathBuf,
        /// Its words.
        said: String,
    },
}

/// What an added report did.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Added {
    /// The report was known already, word for word; nothing changed.
    pub unchanged: bool,
    /// The report was known with another text or date; its accounts were replaced.
    pub replaced: bool,
    /// Incidents made.
    pub new: Vec<Incident>,
    /// Incidents that gained an account, or whose account was read again.
    pub joined: Vec<Incident>,
    /// Ids of incidents that lost their last account.
    pub withdrawn: Vec<String>,
}

/// The answer to an incident's id.
#[derive(Clone, PartialEq, Debug)]
pub enum Found {
    /// Here it is.
    Incident(Box<Incident>),
    /// It was merged into another.
    MovedTo(String),
    /// Its last report was withdrawn.
    Gone,
    /// Never heard of.
    Unknown,
}

/// A report as it is kept.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// The report.
    pub report: Report,
    /// SHA-256 of its text, hex.
    pub sha256: String,
    /// When it was first added, RFC 3339.
    pub added: String,
    /// What was noted when it was read.
    pub notices: Vec<Notice>,
    /// The tellings in it, each with the id of its incident.
    pub accounts: Vec<(String, Account)>,
}

/// How many there are of what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Reports.
    pub reports: usize,
    /// Reports that became no incident.
    pub reports_without_incident: usize,
    /// Incidents that are features, whatever their status.
    pub incidents: usize,
    /// Accounts.
    pub accounts: usize,
    /// Rulings.
    pub rulings: usize,
}

/// The data folder, opened.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    file: PathBuf,
    folder: PathBuf,
}

impl Store {
    /// Opens the data folder for reading and writing; makes it when there is none.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| match error.kind() {
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => {
                StoreError::ReadOnly(folder.to_owned())
            }
            _ => StoreError::Folder {
                folder: folder.to_owned(),
                why: format!("{error}; choose another with --data"),
            },
        })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut store = Self::with(folder, flags)?;
        let set_up = |db: &mut Connection| {
            db.pragma_update(None, "journal_mode", "WAL")?;
            db.pragma_update(None, "synchronous", "FULL")?;
            db.pragma_update(None, "foreign_keys", true)
        };
        set_up(&mut store.db).map_err(|e| store.error(e))?;
        store.migrate()?;
        Ok(store)
    }

    /// Opens a data folder that exists, for reading only.
    pub fn open_to_read(folder: &Path) -> Result<Self, StoreError> {
        if !folder.join(FILE).exists() {
            return Err(StoreError::Nothing(folder.to_owned()));
        }
        let mut store = Self::with(folder, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let version = match store.version() {
            Err(StoreError::ReadOnly(_) | StoreError::Folder { .. }) => {
                store = Self::still(folder)?;
                store.version()?
            }
            other => other?,
        };
        match version {
            0 => Err(StoreError::NotOurs(store.file)),
            found if found > STEPS.len() => Err(store.newer(found)),
            _ => Ok(store),
        }
    }

    /// Opens a database in a folder that cannot be written, where nobody can write it under us.
    fn still(folder: &Path) -> Result<Self, StoreError> {
        let file = folder.join(FILE);
        let log = folder.join(format!("{FILE}-wal"));
        // What stands in a log that we cannot take over would be missing.
        if std::fs::metadata(&log).is_ok_and(|m| m.len() > 0) {
            return Err(StoreError::ReadOnly(folder.to_owned()));
        }
        let path = std::path::absolute(&file).unwrap_or_else(|_| file.clone());
        let path = path.to_string_lossy();
        let escaped = path
            .replace('%', "%25")
            .replace('?', "%3f")
            .replace('#', "%23");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        match Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags) {
            Ok(db) => Ok(Self {
                db,
                file,
                folder: folder.to_owned(),
            }),
            Err(error) => Err(error_of(&error, &file, folder)),
        }
    }

    fn with(folder: &Path, flags: OpenFlags) -> Result<Self, StoreError> {
        let file = folder.join(FILE);
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&file, flags);
        let db = db.and_then(|db| db.busy_timeout(BUSY).map(|()| db));
        match db {
            Ok(db) => Ok(Self {
                db,
                file,
                folder: folder.to_owned(),
            }),
            Err(error) => Err(error_of(&error, &file, folder)),
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
    fn error(&self, error: rusqlite::Error) -> StoreError {
        error_of(&error, &self.file, &self.folder)
    }

    fn newer(&self, found: usize) -> StoreError {
        StoreError::Newer {
            file: self.file.clone(),
            found,
            known: STEPS.len(),
        }
    }

    fn version(&self) -> Result<usize, StoreError> {
        self.db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|e| self.error(e))
    }

    /// Takes the steps that are missing, all in one transaction.
    fn migrate(&mut self) -> Result<(), StoreError> {
        let found = self.version()?;
        if found > STEPS.len() {
            return Err(self.newer(found));
        }
        if found == STEPS.len() {
            return Ok(());
        }
        let step = |db: &mut Connection| {
            let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            // Another program may have taken the steps while we waited.
            let found: usize = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
            let tables: i64 =
                tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if found == 0 && tables > 0 {
                return Ok(false);
            }
            for step in STEPS.iter().skip(found) {
                tx.execute_batch(step)?;
            }
            tx.pragma_update(None, "user_version", STEPS.len())?;
            tx.commit().map(|()| true)
        };
        match step(&mut self.db).map_err(|e| self.error(e))? {
            true => Ok(()),
            false => Err(StoreError::NotOurs(self.file.clone())),
        }
    }

    /// The folder it lies in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// True when a report lies here already, word for word, and adding it would change nothing.
    pub fn knows(&self, report: &Report) -> Result<bool, StoreError> {
        let known = known(&self.db, report).map_err(|e| self.error(e))?;
        Ok(matches!(known, Known::Same))
    }

    /// Keeps a report with its accounts: one transaction, and on the disk when it returns.
    ///
    /// A report known word for word changes nothing. A report known with another text is read
    /// again: its accounts are replaced, and the incidents keep their ids.
    pub fn add_report(
        &mut self,
        report: &Report,
        accounts: &[Account],
        notices: &[Notice],
    ) -> Result<Added, StoreError> {
        let now = now();
        let add = |db: &mut Connection| {
            let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let added = add_in(&tx, report, accounts, notices, &now)?;
            tx.commit()?;
            Ok(added)
        };
        add(&mut self.db).map_err(|e| error_of(&e, &self.file, &self.folder))
    }

    /// Gives every incident asked for, in the order they came in, one by one.
    pub fn incidents<E: From<StoreError>>(
        &self,
        query: &Query,
        mut take: impl FnMut(Incident) -> Result<(), E>,
    ) -> Result<(), E> {
        let numbers = || -> rusqlite::Result<Vec<i64>> {
            let (wanted, values) = where_of(query);
            let sql = format!("SELECT number FROM incidents WHERE {wanted} ORDER BY number");
            let mut statement = self.db.prepare(&sql)?;
            let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get(0))?;
            rows.collect()
        };
        let numbers = numbers().map_err(|e| E::from(self.error(e)))?;
        for number in numbers {
            let incident = load(&self.db, number).map_err(|e| E::from(self.error(e)))?;
            // Another program may have withdrawn it meanwhile.
            if let Some(incident) = incident
                && (query.has_no_rest() || query.takes_rest(&incident.shown()))
            {
                take(incident)?;
            }
        }
        Ok(())
    }

    /// The incident of an id.
    pub fn incident(&self, id: &str) -> Result<Found, StoreError> {
        found(&self.db, id).map_err(|e| self.error(e))
    }

    /// The report of an id.
    pub fn report(&self, id: &str) -> Result<Option<Kept>, StoreError> {
        kept(&self.db, id).map_err(|e| self.error(e))
    }

    /// Decides on an incident; `None` when there is none of that id.
    pub fn rule(
        &mut self,
        id: &str,
        verdict: Verdict,
        who: &str,
        why: &str,
    ) -> Result<Option<Incident>, StoreError> {
        let now = now();
        let rule = |db: &mut Connection| {
            let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let Some(number) = number_of(&tx, id)? else {
                return Ok(None);
            };
            tx.execute(
                "INSERT INTO rulings (incident, verdict, who, at, why) VALUES (?, ?, ?, ?, ?)",
                params![number, verdict.code(), who, now, why],
            )?;
            let incident = index(&tx, number, &now, verdict.code())?;
            tx.commit()?;
            Ok(incident)
        };
        rule(&mut self.db).map_err(|e| error_of(&e, &self.file, &self.folder))
    }

    /// How many there are of what.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let count = |sql: &str| {
            self.db
                .query_row(sql, [], |row| row.get::<_, usize>(0))
                .map_err(|e| self.error(e))
        };
        Ok(Counts {
            reports: count("SELECT count(*) FROM reports")?,
            reports_without_incident: count(
                "SELECT count(*) FROM reports WHERE number NOT IN (SELECT a.report FROM accounts a
                 JOIN incidents i ON i.number = a.incident WHERE i.feature)",
            )?,
            incidents: count("SELECT count(*) FROM incidents WHERE feature")?,
            accounts: count("SELECT count(*) FROM accounts")?,
            rulings: count("SELECT count(*) FROM rulings")?,
        })
    }

    /// Ids and titles of the reports that became no incident, latest first.
    pub fn reports_without_incident(&self, limit: usize) -> Result<Vec<Report>, StoreError> {
        let list = || -> rusqlite::Result<Vec<Report>> {
            let mut statement = self.db.prepare(
                "SELECT id FROM reports WHERE number NOT IN (SELECT a.report FROM accounts a
                 JOIN incidents i ON i.number = a.incident WHERE i.feature)
                 ORDER BY number DESC LIMIT ?",
            )?;
            let ids = statement.query_map([limit], |row| row.get::<_, String>(0))?;
            let mut reports = Vec::new();
            for id in ids {
                reports.extend(kept(&self.db, &id?)?.map(|k| k.report));
            }
            Ok(reports)
        };
        list().map_err(|e| self.error(e))
    }

    /// A number that changes when anybody else writes; cheap enough to ask many times a second.
    pub fn watermark(&self) -> Result<i64, StoreError> {
        self.db
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .map_err(|e| self.error(e))
    }

    /// The ids of the incidents changed after a change's number, and the number of the last change.
    pub fn changed_since(&self, seq: i64) -> Result<(i64, BTreeSet<String>), StoreError> {
        let ask = || -> rusqlite::Result<(i64, BTreeSet<String>)> {
            let mut statement = self
                .db
                .prepare_cached("SELECT seq, incident FROM changes WHERE seq > ? ORDER BY seq")?;
            let mut rows = statement.query([seq])?;
            let (mut last, mut ids) = (seq, BTreeSet::new());
            while let Some(row) = rows.next()? {
                last = row.get(0)?;
                ids.insert(row.get(1)?);
            }
            Ok((last, ids))
        };
        ask().map_err(|e| self.error(e))
    }
}

/// What is known of a report before it is added.
enum Known {
    /// Word for word, or the same text from nowhere else.
    Same,
    /// The id with another text or date; the number of its row.
    Changed(i64),
    /// Never seen.
    New,
}

fn known(db: &Connection, report: &Report) -> rusqlite::Result<Known> {
    let sha256 = sha256_of(&report.text);
    let by_id = db
        .prepare_cached("SELECT number, sha256, published, title, url FROM reports WHERE id = ?")?
        .query_row([&report.id], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get::<_, Option<String>>(3)?,
                row.get::<_, Option<String>>(4)?,
            ))
        })
        .optional()?;
    if let Some((number, text, published, title, url)) = by_id {
        // What is not told again is not taken back.
        let told = |new: Option<String>, old: Option<String>| new.is_none() || new == old;
        let same = text == sha256
            && told(report.published.map(|p| p.day.to_string()), published)
            && told(report.title.clone(), title)
            && told(report.origin.url.clone(), url);
        return Ok(if same {
            Known::Same
        } else {
            Known::Changed(number)
        });
    }
    // The same text under another name is the same report, unless it stands at another address:
    // then another paper printed it, and its readers want the link.
    let same_text: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM reports WHERE sha256 = ?1
             AND (?2 IS NULL OR url IS NULL OR url = ?2))",
        )?
        .query_row(params![sha256, report.origin.url], |row| row.get(0))?;
    Ok(if same_text { Known::Same } else { Known::New })
}

fn add_in(
    tx: &Transaction<'_>,
    report: &Report,
    accounts: &[Account],
    notices: &[Notice],
    now: &str,
) -> rusqlite::Result<Added> {
    let mut added = Added::default();
    let row = match known(tx, report)? {
        Known::Same => {
            added.unchanged = true;
            return Ok(added);
        }
        Known::Changed(row) => {
            added.replaced = true;
            Some(row)
        }
        Known::New => None,
    };
    let row = write_report(tx, row, report, now)?;
    tx.execute("DELETE FROM notices WHERE report = ?", [row])?;
    for notice in notices {
        tx.execute(
            "INSERT INTO notices (report, about, what) VALUES (?, ?, ?)",
            params![row, notice.about, notice.what],
        )?;
    }
    // The tellings of the report's former text give way; their incidents stand until the new ones
    // are placed, so that these may find them and keep the ids.
    let mut before: BTreeMap<i64, i64> = BTreeMap::new();
    {
        let mut statement =
            tx.prepare_cached("SELECT number, incident FROM accounts WHERE report = ?")?;
        let mut rows = statement.query([row])?;
        while let Some(r) = rows.next()? {
            before.insert(r.get(0)?, r.get(1)?);
        }
    }
    let mut touched: BTreeMap<i64, &'static str> = BTreeMap::new();
    let mut made: BTreeSet<i64> = BTreeSet::new();
    for account in accounts {
        let again = told_before(tx, &before, account)?;
        let (incident, because) = match again {
            Some((number, incident)) => {
                let because: String = tx.query_row(
                    "SELECT because FROM accounts WHERE number = ?",
                    [number],
                    |r| r.get(0),
                )?;
                tx.execute("DELETE FROM accounts WHERE number = ?", [number])?;
                before.remove(&number);
                touched.entry(incident).or_insert("reread");
                (incident, because)
            }
            None => {
                let (numbers, near) = near(tx, account)?;
                match merge::decide(account, &near) {
                    Decision::Join { index, because } => {
                        touched.entry(numbers[index]).or_insert("joined");
                        (numbers[index], because.join("; "))
                    }
                    Decision::New => {
                        let incident = insert_incident(tx, account, now)?;
                        made.insert(incident);
                        touched.insert(incident, "created");
                        (incident, String::new())
                    }
                }
            }
        };
        let told = serde_json::to_string(&AccountRow::from(account))
            .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
        tx.prepare_cached(
            "INSERT INTO accounts (incident, report, ordinal, because, told) VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![incident, row, account.ordinal, because, told])?;
    }
    for (number, incident) in before {
        tx.execute("DELETE FROM accounts WHERE number = ?", [number])?;
        touched.entry(incident).or_insert("withdrawn");
    }
    for (number, what) in touched {
        match index(tx, number, now, what)? {
            Some(incident) if made.contains(&number) => added.new.push(incident),
            Some(incident) => added.joined.push(incident),
            None => added.withdrawn.push(withdraw(tx, number)?),
        }
    }
    Ok(added)
}

/// The row of the report, written or overwritten, and its words for the full text search.
fn write_report(
    tx: &Transaction<'_>,
    row: Option<i64>,
    report: &Report,
    now: &str,
) -> rusqlite::Result<i64> {
    if let Some(row) = row {
        tx.execute(
            "INSERT INTO report_words (report_words, rowid, title, text)
             SELECT 'delete', number, title, text FROM reports WHERE number = ?",
            [row],
        )?;
    }
    let by = report.published.map(|p| match p.by {
        PublishedBy::Given => "given",
        PublishedBy::Operator => "operator",
        PublishedBy::Text => "text",
    });
    let origin = &report.origin;
    tx.prepare_cached(
        "INSERT INTO reports (id, sha256, title, published, published_by, language, url,
             archived_url, publisher, licence, retrieved, text, added, read_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)
         ON CONFLICT (id) DO UPDATE SET sha256 = ?2, title = ?3, published = ?4,
             published_by = ?5, language = ?6, url = coalesce(?7, url),
             archived_url = coalesce(?8, archived_url), publisher = coalesce(?9, publisher),
             licence = coalesce(?10, licence), retrieved = coalesce(?11, retrieved),
             text = ?12, read_at = ?13",
    )?
    .execute(params![
        report.id,
        sha256_of(&report.text),
        report.title,
        report.published.map(|p| p.day.to_string()),
        by,
        report.language,
        origin.url,
        origin.archived_url,
        origin.publisher,
        origin.licence,
        origin.retrieved,
        report.text,
        now,
    ])?;
    let row = tx.query_row(
        "SELECT number FROM reports WHERE id = ?",
        [&report.id],
        |r| r.get(0),
    )?;
    tx.execute(
        "INSERT INTO report_words (rowid, title, text)
         SELECT number, title, text FROM reports WHERE number = ?",
        [row],
    )?;
    Ok(row)
}

/// The former telling a new one stands for: the same event's words, or the same place in the order
/// with the same type.
fn told_before(
    tx: &Transaction<'_>,
    before: &BTreeMap<i64, i64>,
    account: &Account,
) -> rusqlite::Result<Option<(i64, i64)>> {
    let event = |a: &Account| {
        let quote = a.quotes.iter().find(|q| q.field == "event");
        quote.map(|q| q.text.clone())
    };
    let mut second = None;
    for (number, incident) in before {
        let told: String = tx.query_row(
            "SELECT told FROM accounts WHERE number = ?",
            [number],
            |r| r.get(0),
        )?;
        let former = account_of(&told)?;
        if former.kind != account.kind {
            continue;
        }
        if former.ordinal == account.ordinal && event(&former) == event(account) {
            return Ok(Some((*number, *incident)));
        }
        let alike = former.when.days() == account.when.days()
            || event(&former) == event(account)
            || former.ordinal == account.ordinal;
        if alike && second.is_none() {
            second = Some((*number, *incident));
        }
    }
    Ok(second)
}

/// The incidents near an account in time and space, with their numbers.
fn near(tx: &Transaction<'_>, account: &Account) -> rusqlite::Result<(Vec<i64>, Vec<Incident>)> {
    let shown = Incident::of(account.clone()).shown();
    let mut wanted = vec!["1".to_owned()];
    let mut values: Vec<Sql> = Vec::new();
    if let Some((start, end)) = account.when.days() {
        let shifted = |day: Date, by: i32| {
            let span = jiff::Span::new().days(by);
            day.saturating_add(span).to_string()
        };
        wanted.push("(first_day IS NULL OR first_day <= ?)".to_owned());
        wanted.push("(last_day IS NULL OR last_day >= ?)".to_owned());
        values.push(shifted(end, NEAR_DAYS).into());
        values.push(shifted(start, -NEAR_DAYS).into());
    }
    let boxes = boxes(&shown);
    if !boxes.is_empty() {
        let radius_m = shown.place.and_then(|p| p.radius_m).unwrap_or(0.0);
        let wide = NEAR_DEGREES + radius_m / 111_000.0;
        let boxes: Vec<Extent> = boxes.into_iter().map(|b| widened(b, wide)).collect();
        wanted.push(format!("(NOT boxed OR {})", in_boxes(&boxes, &mut values)));
    }
    let sql = format!(
        "SELECT number FROM incidents WHERE {} ORDER BY number DESC LIMIT {NEAR_MAX}",
        wanted.join(" AND ")
    );
    let mut numbers: Vec<i64> = tx
        .prepare_cached(&sql)?
        .query_map(rusqlite::params_from_iter(values), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    numbers.reverse();
    let mut incidents = Vec::with_capacity(numbers.len());
    let mut kept = Vec::with_capacity(numbers.len());
    for number in numbers {
        if let Some(incident) = load(tx, number)? {
            kept.push(number);
            incidents.push(incident);
        }
    }
    Ok((kept, incidents))
}

fn widened(b: Extent, degrees: f64) -> Extent {
    // Meridians draw together towards the poles.
    let latitude = b.south().abs().max(b.north().abs()).min(85.0);
    let wide = degrees / latitude.to_radians().cos();
    let width = (b.east() - b.west()).rem_euclid(360.0) + 2.0 * wide;
    let (south, north) = (
        (b.south() - degrees).max(-90.0),
        (b.north() + degrees).min(90.0),
    );
    let wrap = |lon: f64| (lon + 540.0).rem_euclid(360.0) - 180.0;
    let widened = if width >= 360.0 {
        Extent::new(-180.0, south, 180.0, north)
    } else {
        Extent::new(wrap(b.west() - wide), south, wrap(b.east() + wide), north)
    };
    widened.unwrap_or(b)
}

/// SQL for "one of its boxes meets one of these".
fn in_boxes(boxes: &[Extent], values: &mut Vec<Sql>) -> String {
    let mut parts = Vec::new();
    for b in boxes {
        for (west, east) in b.halves() {
            parts.push("(west <= ? AND east >= ? AND south <= ? AND north >= ?)");
            values.extend([east, west, b.north(), b.south()].map(Sql::from));
        }
    }
    format!(
        "number IN (SELECT number / 2 FROM incident_boxes WHERE {})",
        parts.join(" OR ")
    )
}

fn where_of(query: &Query) -> (String, Vec<Sql>) {
    let mut wanted = vec!["feature".to_owned()];
    let mut values: Vec<Sql> = Vec::new();
    let statuses: Vec<String> = query
        .statuses
        .iter()
        .map(|s| format!("'{}'", s.code()))
        .collect();
    wanted.push(format!("status IN ({})", statuses.join(", ")));
    if let Some(to) = query.days.to {
        wanted.push("(first_day IS NULL OR first_day <= ?)".to_owned());
        values.push(to.to_string().into());
    }
    if let Some(from) = query.days.from {
        wanted.push("(last_day IS NULL OR last_day >= ?)".to_owned());
        values.push(from.to_string().into());
    }
    if let Some(bbox) = query.bbox {
        wanted.push(format!("(NOT boxed OR {})", in_boxes(&[bbox], &mut values)));
    }
    (wanted.join(" AND "), values)
}

fn insert_incident(tx: &Transaction<'_>, account: &Account, now: &str) -> rusqlite::Result<i64> {
    let wished = Incident::of(account.clone()).id;
    let mut id = wished.clone();
    // An id given out once never means anything else.
    for n in 2.. {
        let taken: bool = tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM incidents WHERE id = ?1)
                 OR EXISTS (SELECT 1 FROM moved WHERE id = ?1 AND leads_to IS NOT NULL)",
            [&id],
            |r| r.get(0),
        )?;
        if !taken {
            break;
        }
        id = format!("{wished}-{n}");
    }
    tx.execute("DELETE FROM moved WHERE id = ?", [&id])?;
    tx.execute(
        "INSERT INTO incidents (id, created, updated, version, status, standing, feature, type,
             kind, boxed) VALUES (?, ?, ?, 0, '', '', 0, '', '', 0)",
        params![id, now, now],
    )?;
    Ok(tx.last_insert_rowid())
}

/// Writes what is computed of an incident beside it, and notes the change; `None` when no account
/// is left.
fn index(
    tx: &Transaction<'_>,
    number: i64,
    now: &str,
    what: &str,
) -> rusqlite::Result<Option<Incident>> {
    let Some(incident) = load(tx, number)? else {
        return Ok(None);
    };
    let shown = incident.shown();
    let boxes = boxes(&shown);
    tx.execute(
        "DELETE FROM incident_boxes WHERE number IN (?1 * 2, ?1 * 2 + 1)",
        [number],
    )?;
    let halves = boxes
        .iter()
        .flat_map(|b| b.halves().map(move |(west, east)| (west, east, b)));
    for (second, (west, east, b)) in halves.take(2).enumerate() {
        let second = i64::from(second > 0);
        tx.prepare_cached("INSERT INTO incident_boxes VALUES (?, ?, ?, ?, ?)")?
            .execute(params![
                number * 2 + second,
                west,
                east,
                b.south(),
                b.north()
            ])?;
    }
    let country = shown.place.as_ref().and_then(|p| p.country);
    tx.prepare_cached(
        "UPDATE incidents SET updated = ?, version = version + 1, status = ?, standing = ?,
             feature = ?, type = ?, kind = ?, country = ?, first_day = ?, last_day = ?, boxed = ?
         WHERE number = ?",
    )?
    .execute(params![
        now,
        shown.status.code(),
        shown.standing.code(),
        shown.standing.is_feature(),
        shown.kind.code(),
        shown.kind.kind().code(),
        country.map(|c| c.to_string()),
        shown.when.start.map(|d| d.to_string()),
        shown.when.end.map(|d| d.to_string()),
        !boxes.is_empty(),
        number
    ])?;
    change(tx, now, &incident.id, what)?;
    load(tx, number)
}

fn change(tx: &Transaction<'_>, now: &str, id: &str, what: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO changes (at, incident, what) VALUES (?, ?, ?)")?
        .execute(params![now, id, what])?;
    Ok(())
}

/// Takes an incident without accounts away; its id stays known.
fn withdraw(tx: &Transaction<'_>, number: i64) -> rusqlite::Result<String> {
    let id: String = tx.query_row("SELECT id FROM incidents WHERE number = ?", [number], |r| {
        r.get(0)
    })?;
    tx.execute("DELETE FROM rulings WHERE incident = ?", [number])?;
    tx.execute(
        "DELETE FROM incident_boxes WHERE number IN (?1 * 2, ?1 * 2 + 1)",
        [number],
    )?;
    tx.execute("DELETE FROM incidents WHERE number = ?", [number])?;
    tx.execute("INSERT OR REPLACE INTO moved VALUES (?, NULL)", [&id])?;
    change(tx, &now(), &id, "withdrawn")?;
    Ok(id)
}

fn number_of(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT number FROM incidents WHERE id = ?")?
        .query_row([id], |row| row.get(0))
        .optional()
}

fn found(db: &Connection, id: &str) -> rusqlite::Result<Found> {
    if let Some(number) = number_of(db, id)?
        && let Some(incident) = load(db, number)?
    {
        return Ok(Found::Incident(Box::new(incident)));
    }
    let moved = db
        .query_row("SELECT leads_to FROM moved WHERE id = ?", [id], |row| {
            row.get::<_, Option<String>>(0)
        })
        .optional()?;
    Ok(match moved {
        Some(Some(to)) => Found::MovedTo(to),
        Some(None) => Found::Gone,
        None => Found::Unknown,
    })
}

fn load(db: &Connection, number: i64) -> rusqlite::Result<Option<Incident>> {
    let mut accounts = Vec::new();
    let mut joined_because = Vec::new();
    {
        let mut statement =
            db.prepare_cached("SELECT told, because FROM accounts WHERE incident = ?")?;
        let mut rows = statement.query([number])?;
        while let Some(row) = rows.next()? {
            let because: String = row.get(1)?;
            if !because.is_empty() {
                joined_because.push(because);
            }
            let told: String = row.get(0)?;
            accounts.push(account_of(&told)?);
        }
    }
    if accounts.is_empty() {
        return Ok(None);
    }
    // Oldest report first, whatever the order they were added in.
    accounts.sort_by(|a: &Account, b| {
        let key = |a: &Account| (a.published.is_none(), a.published);
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.report, a.ordinal).cmp(&(&b.report, b.ordinal)))
    });
    let rulings = db
        .prepare_cached(
            "SELECT number, verdict, who, at, why FROM rulings WHERE incident = ? ORDER BY number",
        )?
        .query_map([number], |row| {
            let verdict: String = row.get(1)?;
            Ok(Verdict::from_code(&verdict).map(|verdict| {
                Ok(Ruling {
                    id: row.get(0)?,
                    verdict,
                    who: row.get(2)?,
                    at: row.get(3)?,
                    why: row.get(4)?,
                })
            }))
        })?
        .filter_map(|r| r.transpose())
        .map(|r| r.and_then(|r| r))
        .collect::<rusqlite::Result<_>>()?;
    db.prepare_cached("SELECT id, created, updated, version FROM incidents WHERE number = ?")?
        .query_row([number], |row| {
            Ok(Incident {
                id: row.get(0)?,
                accounts,
                joined_because,
                rulings,
                stamp: Stamp {
                    created: row.get(1)?,
                    updated: row.get(2)?,
                    version: row.get(3)?,
                },
            })
        })
        .optional()
}

fn account_of(told: &str) -> rusqlite::Result<Account> {
    let row: AccountRow = serde_json::from_str(told).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(row.into())
}

fn kept(db: &Connection, id: &str) -> rusqlite::Result<Option<Kept>> {
    let row = db
        .prepare_cached(
            "SELECT number, id, sha256, title, published, published_by, language, url,
                 archived_url, publisher, licence, retrieved, text, added
             FROM reports WHERE id = ?",
        )?
        .query_row([id], |row| {
            let day: Option<String> = row.get(4)?;
            let by: Option<String> = row.get(5)?;
            let published = day.and_then(|d| d.parse().ok()).map(|day| Published {
                day,
                by: match by.as_deref() {
                    Some("operator") => PublishedBy::Operator,
                    Some("text") => PublishedBy::Text,
                    _ => PublishedBy::Given,
                },
            });
            Ok((
                row.get::<_, i64>(0)?,
                Kept {
                    report: Report {
                        id: row.get(1)?,
                        origin: Origin {
                            url: row.get(7)?,
                            archived_url: row.get(8)?,
                            publisher: row.get(9)?,
                            licence: row.get(10)?,
                            retrieved: row.get(11)?,
                        },
                        title: row.get(3)?,
                        published,
                        language: row.get(6)?,
                        text: row.get(12)?,
                    },
                    sha256: row.get(2)?,
                    added: row.get(13)?,
                    notices: Vec::new(),
                    accounts: Vec::new(),
                },
            ))
        })
        .optional()?;
    let Some((number, mut kept)) = row else {
        return Ok(None);
    };
    kept.notices = db
        .prepare_cached("SELECT about, what FROM notices WHERE report = ?")?
        .query_map([number], |row| {
            Ok(Notice::new(
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
            ))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut statement = db.prepare_cached(
        "SELECT i.id, a.told FROM accounts a JOIN incidents i ON i.number = a.incident
         WHERE a.report = ? ORDER BY a.ordinal",
    )?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        let told: String = row.get(1)?;
        kept.accounts.push((row.get(0)?, account_of(&told)?));
    }
    Ok(Some(kept))
}

/// The moment, to the second, RFC 3339.
fn now() -> String {
    let now = Timestamp::now();
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// SHA-256 of a text, hex.
pub(crate) fn sha256_of(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

fn error_of(error: &rusqlite::Error, file: &Path, folder: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied,
        ) => StoreError::ReadOnly(folder.to_owned()),
        Some(ErrorCode::CannotOpen) => StoreError::Folder {
            folder: folder.to_owned(),
            why: format!(
                "{} cannot be opened; is the folder writable? Choose another with --data",
                file.display()
            ),
        },
        Some(ErrorCode::DiskFull) => StoreError::Full(folder.to_owned()),
        Some(ErrorCode::NotADatabase) => StoreError::NotOurs(file.to_owned()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy(file.to_owned())
        }
        _ => StoreError::Database {
            file: file.to_owned(),
            said: error.to_string(),
        },
    }
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::testing::{account, report};
    use super::*;
    use crate::incident::Status;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        (folder, store)
    }

    fn ids(store: &Store, query: &Query) -> Vec<String> {
        let mut ids = Vec::new();
        store
            .incidents(query, |i| {
                ids.push(i.id);
                Ok::<(), StoreError>(())
            })
            .expect("incidents");
        ids
    }

    const TANF: Option<(f64, f64)> = Some((38.618, 33.506));

    #[test]
    fn adding_the_same_report_twice_changes_nothing() {
        let (_folder, mut store) = store();
        let it = report("a.txt", "A strike hit al-Tanf.");
        let told = || [account("a.txt", "2022-06-15", TANF)];
        let first = store.add_report(&it, &told(), &[]).expect("added");
        assert_eq!((first.unchanged, first.new.len()), (false, 1));
        let (seq, _) = store.changed_since(0).expect("changes");
        let second = store.add_report(&it, &told(), &[]).expect("added");
        assert!(second.unchanged && second.new.is_empty());
        let renamed = report("b.txt", "A strike hit al-Tanf.");
        assert!(store.knows(&renamed).expect("an answer"));
        assert_eq!(store.changed_since(seq).expect("changes").0, seq);
        assert_eq!(store.counts().expect("counts").incidents, 1);
    }

    #[test]
    fn a_report_read_again_keeps_the_ids() {
        let (_folder, mut store) = store();
        let told = |day| [account("a.txt", day, TANF)];
        let first = store
            .add_report(
                &report("a.txt", "A strike on Tuesday."),
                &told("2022-06-14"),
                &[],
            )
            .expect("added");
        let id = first.new[0].id.clone();
        store
            .rule(&id, Verdict::Publish, "desk", "checked")
            .expect("ruled");
        let second = store
            .add_report(
                &report("a.txt", "A strike on Wednesday."),
                &told("2022-06-15"),
                &[],
            )
            .expect("added");
        assert!(second.replaced && second.new.is_empty() && second.withdrawn.is_empty());
        assert_eq!(ids(&store, &Query::default()), std::slice::from_ref(&id));
        let Found::Incident(incident) = store.incident(&id).expect("found") else {
            panic!("the incident is there");
        };
        assert_eq!(incident.accounts.len(), 1);
        assert_eq!(incident.status(), Status::Published);
        assert_eq!(incident.stamp.version, Some(3));
    }

    #[test]
    fn a_telling_taken_back_takes_its_incident_away() {
        let (_folder, mut store) = store();
        let first = store
            .add_report(
                &report("a.txt", "A strike."),
                &[account("a.txt", "2022-06-14", TANF)],
                &[],
            )
            .expect("added");
        let second = store
            .add_report(&report("a.txt", "Nothing at all."), &[], &[])
            .expect("added");
        assert_eq!(second.withdrawn, [first.new[0].id.clone()]);
        assert_eq!(
            store.incident(&second.withdrawn[0]).expect("asked"),
            Found::Gone
        );
        assert_eq!(store.incident("inc-0").expect("asked"), Found::Unknown);
        assert_eq!(store.counts().expect("counts").reports_without_incident, 1);
    }

    #[test]
    fn box_and_days_are_asked_of_the_database_as_of_memory() {
        let (_folder, mut store) = store();
        let tellings = [
            ("a.txt", "2022-06-15", TANF),
            ("b.txt", "2022-07-15", Some((179.5, -17.0))),
            ("c.txt", "", None),
        ];
        for (id, day, at) in tellings {
            let added = store.add_report(&report(id, id), &[account(id, day, at)], &[]);
            assert_eq!(added.expect("added").new.len(), 1);
        }
        let june = Days {
            from: "2022-06-01".parse().ok(),
            to: "2022-06-30".parse().ok(),
        };
        let questions = [
            (Query::default(), 3),
            (
                Query {
                    bbox: Extent::new(38.0, 33.0, 39.0, 34.0),
                    ..Query::default()
                },
                2,
            ),
            (
                Query {
                    bbox: Extent::new(177.0, -19.0, -178.0, -16.0),
                    ..Query::default()
                },
                2,
            ),
            (
                Query {
                    days: june,
                    ..Query::default()
                },
                2,
            ),
            (
                Query {
                    statuses: vec![Status::Published],
                    ..Query::default()
                },
                0,
            ),
        ];
        for (query, count) in questions {
            let found = ids(&store, &query);
            assert_eq!(found.len(), count, "{query:?}");
            let mut taken = Vec::new();
            store
                .incidents(&Query::default(), |i| {
                    if query.takes(&i.shown()) {
                        taken.push(i.id);
                    }
                    Ok::<(), StoreError>(())
                })
                .expect("incidents");
            assert_eq!(found, taken, "{query:?}");
        }
    }

    #[test]
    fn what_was_told_comes_back_with_the_report() {
        let (_folder, mut store) = store();
        let notice = Notice::new("a.txt", "no date");
        store
            .add_report(
                &report("a.txt", "A strike."),
                &[account("a.txt", "", TANF)],
                std::slice::from_ref(&notice),
            )
            .expect("added");
        let kept = store.report("a.txt").expect("asked").expect("kept");
        assert_eq!(kept.report, report("a.txt", "A strike."));
        assert_eq!(kept.notices, [notice]);
        assert_eq!(kept.accounts[0].1, account("a.txt", "", TANF));
        assert!(store.report("b.txt").expect("asked").is_none());
    }

    #[test]
    fn another_program_s_change_is_seen() {
        let (folder, mut writer) = store();
        let reader = Store::open_to_read(folder.path()).expect("a reader");
        let before = reader.watermark().expect("a watermark");
        writer
            .add_report(
                &report("a.txt", "A strike."),
                &[account("a.txt", "", TANF)],
                &[],
            )
            .expect("added");
        assert_ne!(reader.watermark().expect("a watermark"), before);
        let (_, changed) = reader.changed_since(0).expect("changes");
        assert_eq!(changed.len(), 1);
    }

    #[test]
    fn what_is_no_database_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(
            folder.path().join(FILE),
            "hello, this is no database at all",
        )
        .expect("written");
        let error = Store::open(folder.path()).expect_err("refused").to_string();
        assert!(error.contains("is not a placetime database"), "{error}");
        let empty = tempfile::tempdir().expect("a folder");
        let error = Store::open_to_read(empty.path()).expect_err("refused");
        assert!(error.to_string().contains("there is no data in"));
    }

    #[test]
    fn a_later_schema_is_left_alone() {
        let (folder, store) = store();
        store
            .db
            .pragma_update(None, "user_version", 99)
            .expect("set");
        let error = Store::open(folder.path()).expect_err("refused").to_string();
        assert!(
            error.contains("later version of placetime (schema 99"),
            "{error}"
        );
    }

    #[test]
    fn another_s_database_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Connection::open(folder.path().join(FILE)).expect("a database");
        db.execute_batch("CREATE TABLE theirs (a)")
            .expect("a table");
        drop(db);
        assert!(matches!(
            Store::open(folder.path()),
            Err(StoreError::NotOurs(_))
        ));
    }
}
