//! What was told and decided, kept: reports, accounts, rulings, and the incidents they make.
//!
//! A [`Store`] has a few verbs and hides the database behind them. A report goes in with all its
//! accounts in one transaction, or not at all; the answer comes when it is on the disk.
//!
//! # What is not here
//!
//! No reading and no merging: [`crate::incident::merge`] decides, this room fetches and applies.

mod add;
mod again;
mod backup;
mod changes;
mod error;
mod faces;
mod feeds;
mod hand;
mod import;
mod index;
mod load;
mod log;
mod presence;
mod publishing;
mod purge;
mod reread;
mod rows;
mod rule;
mod stream;
mod terms;
mod tokens;
mod verdicts;
mod verify;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Transaction};
use sha2::{Digest, Sha256};

pub(crate) use crate::query::boxes;
pub use crate::query::{Days, Query, parse_bbox};
pub use error::StoreError;
pub use feeds::Feed;
pub use hand::{ByHand, MadeByHand};
pub use import::{Import, RowDone, RowTold, SourceName, WholeIncident};
pub use log::{Head, Logged};
pub(crate) use presence::Stamp;
pub use publishing::{Publishing, filter_of};
pub use purge::Purged;
pub use reread::{Again, Reread};
pub use rule::{Asked, Changed, Done, Ruled};
pub use terms::SourceTerms;
pub use tokens::{Scope, Scopes, Secret, Token, TokenHash, hash_of_token};
pub use verify::Verified;

use crate::incident::{Account, Incident, Ruling, Terms};
use crate::report::{Notice, Report};
use add::{Known, add_in, known};
use error::error_of;
use index::where_of;
use load::{found, kept};
use log::{Entry, Touched};
use presence::Opened;

/// The name of the database in the data folder.
const FILE: &str = "placetime.sqlite";

/// The schema, step by step; the number of steps taken is the database's `user_version`.
const STEPS: &[&str] = &[
    include_str!("schema/0001_start.sql"),
    include_str!("schema/0002_rulings.sql"),
    include_str!("schema/0003_sources.sql"),
    include_str!("schema/0004_tokens.sql"),
    include_str!("schema/0005_one_truth.sql"),
    include_str!("schema/0006_faces.sql"),
    include_str!("schema/0007_publishing.sql"),
];

/// How long a writer waits for another one before it gives up.
const BUSY: Duration = Duration::from_secs(20);

/// Makes a folder with all above it. One that is new is on the disk when it is there: SQLite sees to
/// the names in it, and nobody to its own.
fn make(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    let full = std::path::absolute(folder)?;
    for above in full.ancestors().skip(1) {
        // Somebody else's folder may be closed to us; then it was not we who made what is in it.
        if File::open(above).and_then(|f| f.sync_all()).is_err() {
            break;
        }
    }
    Ok(())
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
    /// Written by a person with an incident made by hand.
    pub by_hand: bool,
    /// What the operator allows to be done with its source.
    pub terms: Terms,
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
    /// The rows to be told in the next entry of the log.
    touched: Touched,
    /// The files as they were opened.
    opened: Opened,
}

/// Prepared statements kept: more than an import of rows uses. With `rusqlite`'s sixteen each row had its
/// statements parsed again, which took nearly as long as carrying them out.
const STATEMENTS_KEPT: usize = 128;

impl Store {
    /// Opens the data folder for reading and writing; makes it when there is none.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let store = Self::open_or_damaged(folder)?;
        store.check_head()?;
        Ok(store)
    }

    /// The same without asking whether the log reaches its head: to put a backup in its place.
    pub fn open_or_damaged(folder: &Path) -> Result<Self, StoreError> {
        make(folder).map_err(|error| match error.kind() {
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
        store.touched = Touched::listen(&mut store.db).map_err(|e| store.error(e))?;
        store.migrate()?;
        store.opened = Opened::now(folder);
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
            found if found < STEPS.len() => Err(store.older(found)),
            _ => {
                store.check_head()?;
                store.opened = Opened::now(folder);
                Ok(store)
            }
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
                touched: Touched::default(),
                opened: Opened::default(),
            }),
            Err(error) => Err(error_of(&error, &file, folder)),
        }
    }

    fn with(folder: &Path, flags: OpenFlags) -> Result<Self, StoreError> {
        let file = folder.join(FILE);
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&file, flags);
        let db = db.and_then(|db| db.busy_timeout(BUSY).map(|()| db));
        if let Ok(db) = &db {
            db.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        }
        match db {
            Ok(db) => Ok(Self {
                db,
                file,
                folder: folder.to_owned(),
                touched: Touched::default(),
                opened: Opened::default(),
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

    fn older(&self, found: usize) -> StoreError {
        StoreError::Older {
            file: self.file.clone(),
            found,
            known: STEPS.len(),
        }
    }

    /// The log must reach as far as the head kept beside it.
    fn check_head(&self) -> Result<(), StoreError> {
        let wrong = |why: String| StoreError::Shortened {
            file: self.file.clone(),
            why,
        };
        let Some(head) = log::kept_head(&self.folder).map_err(wrong)? else {
            return Ok(());
        };
        let reached = log::reaches(&self.db, &head).map_err(|e| self.error(e))?;
        reached.map_err(wrong)
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
        if found > 0 {
            // Of a database that was used: what was there stays beside it, whatever comes.
            let name = format!("before-upgrade-from-{found}.sqlite");
            self.backup(&self.folder.join(name))?;
        }
        let touched = self.touched.clone();
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
            log::touch_all(&tx, &touched)?;
            let entry = Entry {
                what: "upgraded".to_owned(),
                about: format!("schema {}", STEPS.len()),
                who: "placetime".to_owned(),
                ..Entry::default()
            };
            log::seal(&tx, &touched, &entry, &now())?;
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
        self.write(|tx, entry| add_in(tx, report, accounts, notices, &now, entry))
    }

    /// Gives every incident asked for as it may be given out, in the order they came in, one by
    /// one. What may not be given out at all is left out.
    pub fn incidents<E: From<StoreError>>(
        &self,
        query: &Query,
        mut take: impl FnMut(Incident) -> Result<(), E>,
    ) -> Result<(), E> {
        // Everything asked is asked of what is given out: no box, day or word may tell what was
        // withheld. The indexed boxes are those given out; the indexed days are not, so they only
        // serve where no source is withheld.
        let sources = self.sources()?;
        let withheld = sources.iter().any(|it| !it.terms.republish);
        let indexed = Query {
            statuses: query.statuses.clone(),
            bbox: query.bbox,
            days: if withheld {
                Days::default()
            } else {
                query.days
            },
            ..Query::default()
        };
        let make = |incident: Incident| {
            let out = incident.given_out()?;
            query.takes(&out.shown()).then_some(out)
        };
        self.incidents_made(&indexed, make, &mut take)
    }

    /// The same with exact places and every source: for those who decide, never for a file or a
    /// page of others.
    pub fn incidents_exact<E: From<StoreError>>(
        &self,
        query: &Query,
        mut take: impl FnMut(Incident) -> Result<(), E>,
    ) -> Result<(), E> {
        let make = |incident: Incident| {
            (query.has_no_rest() || query.takes_rest(&incident.shown())).then_some(incident)
        };
        self.incidents_made(query, make, &mut take)
    }

    /// Gives what is made of every incident the query's statuses, box and days ask for, in the order
    /// they came in. `make` is given exact places and every source, on any thread; `take` is called
    /// on this one. At most some hundred incidents for each core are under way at once.
    pub(crate) fn incidents_made<T: Send, E: From<StoreError>>(
        &self,
        query: &Query,
        make: impl Fn(Incident) -> Option<T> + Sync,
        take: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let (wanted, values) = where_of(query);
        stream::each(&self.db, (&wanted, values), &make, take)
            .unwrap_or_else(|error| Err(self.error(error).into()))
    }

    /// The incident of an id.
    pub fn incident(&self, id: &str) -> Result<Found, StoreError> {
        found(&self.db, id).map_err(|e| self.error(e))
    }

    /// The report of an id.
    pub fn report(&self, id: &str) -> Result<Option<Kept>, StoreError> {
        kept(&self.db, id).map_err(|e| self.error(e))
    }

    /// Decides on an incident: one transaction, and on the disk when it returns.
    pub fn rule(&mut self, id: &str, asked: &Asked) -> Result<Ruled, StoreError> {
        let now = now();
        self.write(|tx, entry| rule::rule(tx, id, asked, &now, entry))
    }

    /// Undoes a ruling; undoing an undoing lets the ruling hold again. `key` as in [`Asked`].
    pub fn undo(
        &mut self,
        ruling: i64,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<Ruled, StoreError> {
        let now = now();
        self.write(|tx, entry| rule::undo(tx, ruling, (who, why), key, &now, entry))
    }

    /// Lets a ruling that was undone hold again. `key` as in [`Asked`].
    pub fn redo(
        &mut self,
        ruling: i64,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<Ruled, StoreError> {
        let now = now();
        self.write(|tx, entry| rule::redo(tx, ruling, (who, why), key, &now, entry))
    }

    /// The rulings on an incident, oldest first, with those on incidents merged into it.
    pub fn rulings(&self, id: &str) -> Result<Vec<Ruling>, StoreError> {
        let list = || match load::numbered(&self.db, id)? {
            Some(it) => load::rulings_of(&self.db, it.root),
            None => Ok(Vec::new()),
        };
        list().map_err(|e| self.error(e))
    }

    /// Keeps an incident that a person made.
    pub fn add_by_hand(&mut self, it: &ByHand) -> Result<MadeByHand, StoreError> {
        let now = now();
        self.write(|tx, entry| hand::add(tx, it, &now, entry))
    }

    /// The terms of every source that has some.
    pub fn sources(&self) -> Result<Vec<SourceTerms>, StoreError> {
        terms::list(&self.db).map_err(|e| self.error(e))
    }

    /// The terms of a source; one without terms of its own may be given out as it is.
    pub fn source(&self, name: &str) -> Result<SourceTerms, StoreError> {
        terms::one(&self.db, name).map_err(|e| self.error(e))
    }

    /// Sets the terms of a source; the answer is how many incidents it concerns.
    pub fn set_source(&mut self, it: &SourceTerms) -> Result<usize, StoreError> {
        let now = now();
        self.write(|tx, entry| {
            entry.what = "source".to_owned();
            entry.about = terms::folded(&it.source);
            terms::set(tx, it)?;
            let numbers = terms::incidents_of(tx, &it.source)?;
            for number in &numbers {
                index::index(tx, *number, &now, "source")?;
            }
            Ok(numbers.len())
        })
    }

    /// Purges a report on demand: its words, its tellings and what the log holds of it. `None` when
    /// there is none of that id.
    pub fn purge(
        &mut self,
        report: &str,
        who: &str,
        why: &str,
    ) -> Result<Option<Purged>, StoreError> {
        let now = now();
        self.db
            .pragma_update(None, "secure_delete", true)
            .map_err(|e| self.error(e))?;
        let touched = self.touched.clone();
        let purged =
            self.write(|tx, entry| purge::purge(tx, report, (who, why), &touched, &now, entry))?;
        if purged.is_some() {
            purge::sweep(&self.db).map_err(|e| self.error(e))?;
        }
        Ok(purged)
    }

    /// How far the reading of every report again has come; begins it when `Again::of` is another
    /// reader's than that of the unfinished one.
    pub fn reread_begin(&mut self, again: &Again) -> Result<Reread, StoreError> {
        self.write(|tx, _| reread::begin(tx, again))
    }

    /// The next reports to read again, with their numbers; none when all are read.
    pub fn reread_next(&self, past: i64, limit: usize) -> Result<Vec<(i64, Report)>, StoreError> {
        reread::next(&self.db, past, limit).map_err(|e| self.error(e))
    }

    /// Keeps what came of reading reports again, all or none of them, and how far it came.
    pub fn reread(
        &mut self,
        batch: &[(i64, Vec<Account>, Vec<Notice>)],
    ) -> Result<Added, StoreError> {
        let now = now();
        self.write(|tx, entry| reread::keep(tx, batch, &now, entry))
    }

    /// Every report is read again.
    pub fn reread_end(&mut self) -> Result<(), StoreError> {
        self.write(|tx, _| reread::end(tx))
    }

    /// The latest entries of the log, of one report, incident or source, or all.
    pub fn log(&self, about: Option<&str>, limit: usize) -> Result<Vec<Logged>, StoreError> {
        log::entries(&self.db, about, limit).map_err(|e| self.error(e))
    }

    /// The head of the log, to be kept elsewhere; `None` while nothing was written.
    pub fn head(&self) -> Result<Option<Head>, StoreError> {
        log::head(&self.db).map_err(|e| self.error(e))
    }

    /// Holds every row against the log, and the log against the head kept beside it and one kept
    /// elsewhere.
    pub fn verify(&self, elsewhere: Option<&Head>) -> Result<Verified, StoreError> {
        let beside = log::kept_head(&self.folder).ok().flatten();
        let heads: Vec<Head> = beside.into_iter().chain(elsewhere.cloned()).collect();
        verify::verify(&self.db, &heads).map_err(|e| self.error(e))
    }

    /// Copies the whole store into one file while others read and write; put in place when it is
    /// whole.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        backup::backup(&self.db, to).map_err(|why| StoreError::Folder {
            folder: to.to_owned(),
            why,
        })
    }

    /// Puts a backup in the place of what is here, also while a server runs. What was here is kept
    /// beside it first; the answer is where.
    pub fn restore(&mut self, from: &Path) -> Result<Option<PathBuf>, StoreError> {
        let now = now();
        backup::restore(self, from, &now)
    }

    /// One transaction: whole and on the disk when it returns, or nothing. What it touched is told
    /// in the log before it commits; the head is kept beside the database after. Where the database
    /// was taken away meanwhile, it is no success: nobody would find what was written.
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &mut Entry) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.is_there()?;
        let now = now();
        let touched = self.touched.clone();
        // What a write that failed had touched stands as it did before.
        touched.forget();
        let write = |db: &mut Connection| {
            let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let mut entry = Entry::default();
            let done = work(&tx, &mut entry)?;
            let head = log::seal(&tx, &touched, &entry, &now)?;
            tx.commit()?;
            Ok((done, head))
        };
        let (done, head) =
            write(&mut self.db).map_err(|e| error_of(&e, &self.file, &self.folder))?;
        self.is_there()?;
        if let Some(head) = head {
            // It is on the disk; a head that lags behind is no fault and is mended by the next one.
            let _ = log::keep_head(&self.folder, &head);
        }
        Ok(done)
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
                 JOIN incidents o ON o.number = a.incident
                 JOIN incidents i ON i.number = o.root WHERE i.feature)",
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
                 JOIN incidents o ON o.number = a.incident
                 JOIN incidents i ON i.number = o.root WHERE i.feature)
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

    /// Does some reading at one moment: what others write meanwhile is not seen.
    pub(crate) fn at_one_moment<T>(
        &self,
        read: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let moment = self.db.unchecked_transaction();
        let _moment = moment.map_err(|e| self.error(e))?;
        read()
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

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::testing::{account, report};
    use super::*;
    use gazetteer::Extent;

    use crate::incident::{Status, Verdict};

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
        testing::rule(&mut store, &id, Verdict::Publish);
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
    fn a_withheld_place_and_a_withheld_day_are_not_found_by_asking() {
        let (_folder, mut store) = store();
        let mut told = account("a.txt", "2022-06-15", TANF);
        told.place.text = "quailfeather".to_owned();
        let added = store
            .add_report(&report("a.txt", "A strike."), &[told], &[])
            .expect("added");
        let id = added.new[0].id.clone();
        let words = Query {
            words: crate::query::Words::parse("quailfeather").ok(),
            ..Query::default()
        };
        let filter = Query {
            filter: crate::query::Filter::from_text(
                "place_text LIKE '%quailfeather%'",
                &crate::query::Crs::default(),
            )
            .ok(),
            ..Query::default()
        };
        let corner = |lon: f64, lat: f64| Query {
            bbox: Extent::new(lon, lat, lon + 0.001, lat + 0.001),
            ..Query::default()
        };
        let exact = corner(38.6178, 33.5058);
        assert!(filter.filter.is_some() && words.words.is_some());
        for query in [&words, &filter, &exact] {
            assert_eq!(ids(&store, query), std::slice::from_ref(&id));
        }
        let km50 = Verdict::Sensitive(crate::incident::Sensitivity::Km50);
        testing::rule(&mut store, &id, km50);
        for query in [&words, &filter] {
            assert!(ids(&store, query).is_empty(), "{query:?}");
        }
        // The square is found, by whatever corner is asked for: the same for near and far ones.
        let mut shown = None;
        store
            .incidents(&Query::default(), |it| {
                shown = Some(it.shown());
                Ok::<(), StoreError>(())
            })
            .expect("incidents");
        let square = boxes(&shown.expect("it is given out"))[0];
        for (lon, lat) in [
            (square.west(), square.south()),
            (square.east() - 0.001, square.north() - 0.001),
        ] {
            assert_eq!(ids(&store, &corner(lon, lat)).len(), 1);
        }
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
