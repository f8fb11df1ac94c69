//! Rows of tables: kept like reports, each with its one account, under the name of their source.
//!
//! A batch of rows is one transaction. A row known word for word changes nothing; a row that
//! changed replaces its own account and nothing else; ids begin with the source's name, so that no
//! source overwrites another's. Two rows of one source never become one incident: whoever made the
//! table told them apart. With everybody else's tellings they merge like any other account.

use std::collections::HashSet;

use gazetteer::Extent;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::add::{
    Called, NEAR_DAYS, NEAR_DEGREES, NEAR_MAX, apart_from, before_of, called, new_incident, row_of,
    withdraw,
};
use super::index::{create, index, widened};
use super::load::{load, root_of};
use super::log::{self, Entry, REPORTS, Touched};
use super::rows::AccountRow;
use super::terms::AllTerms;
use super::{Store, StoreError, now, publishing, sha256_of};
use crate::incident::merge::{self, Decision};
use crate::incident::{Account, Incident};
use crate::query::boxes;
use crate::report::{Notice, Report};

/// Memory for the database's pages while a table is imported, in KiB: with SQLite's two megabytes
/// pages were written out and read again in the middle of each batch.
const PAGES_KIB: i64 = 32 * 1024;

/// Pages of the write-ahead log before it is worked into the database while a table is imported
/// (4 KiB each): with SQLite's thousand that happened after each batch.
const LOG_PAGES: i64 = 16 * 1024;

/// Incidents that last longer are held in a list of their own and looked through one by one.
const SHORT_DAYS: i32 = 31;

/// Whose rows they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceName {
    /// What their ids begin with.
    pub name: String,
    /// Who publishes the table.
    pub publisher: Option<String>,
    /// Its licence.
    pub licence: Option<String>,
}

/// A row: what came in, and what it tells.
#[derive(Clone, PartialEq, Debug)]
pub struct RowTold {
    /// The row, word for word; its id begins with the source's name.
    pub report: Report,
    /// What it tells.
    pub account: Account,
    /// What was odd.
    pub notices: Vec<Notice>,
    /// The id its incident had in the store it was exported from, which it keeps here where it is
    /// new here.
    pub incident_id: Option<String>,
}

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowDone {
    /// A new incident.
    New,
    /// Joined an incident that others told of.
    Joined,
    /// Known with other words; its account was replaced.
    Changed,
    /// Known word for word.
    Unchanged,
    /// Its id is a report's that came another way; it was left alone.
    Taken,
}

/// An incident with all its accounts, as another store gave it out.
#[derive(Clone, PartialEq, Debug)]
pub struct WholeIncident {
    /// Its id there, which it keeps here.
    pub id: String,
    /// Its accounts.
    pub accounts: Vec<Account>,
    /// Why they were taken for one event.
    pub because: Vec<String>,
}

/// One import under way.
#[derive(Debug)]
pub struct Import {
    /// The source's name.
    name: String,
    source: i64,
    round: i64,
    near: Neighbours,
    /// The store's mark when the neighbours were listed.
    mark: Option<i64>,
    /// Of the batch under way: the operator's terms, and whether a rule publishes.
    terms: AllTerms,
    rule: bool,
}

/// The incidents that only others told of, by their days.
#[derive(Debug, Default)]
struct Neighbours {
    /// Sorted by the first day.
    short: Vec<Neighbour>,
    long: Vec<Neighbour>,
    /// Those that a row of this source has joined since.
    taken: HashSet<i64>,
}

#[derive(Clone, Copy, Debug)]
struct Neighbour {
    number: i64,
    first: i32,
    last: i32,
    /// West, south, east, north in degrees; `None` without a shape.
    at: Option<[f32; 4]>,
}

impl Store {
    /// Does work that writes much, with room for it, and gives the room back.
    pub fn with_room<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Result<T, StoreError> {
        let sizes = |db: &Connection, sizes: [i64; 2]| -> rusqlite::Result<[i64; 2]> {
            let mut before = [0; 2];
            for (at, name) in ["cache_size", "wal_autocheckpoint"].into_iter().enumerate() {
                before[at] = db.pragma_query_value(None, name, |row| row.get(0))?;
                db.pragma_update(None, name, sizes[at])?;
            }
            Ok(before)
        };
        let before = sizes(&self.db, [-PAGES_KIB, LOG_PAGES]).map_err(|e| self.error(e))?;
        let done = work(self);
        sizes(&self.db, before).map_err(|e| self.error(e))?;
        Ok(done)
    }

    /// Begins an import of a source's table.
    pub fn begin_import(&mut self, source: &SourceName) -> Result<Import, StoreError> {
        self.write(|tx, entry| {
            told_in(entry, "import", &source.name);
            tx.execute(
                "INSERT INTO sources (name, kind, publisher, licence, added)
                 VALUES (?1, 'table', ?2, ?3, ?4)
                 ON CONFLICT (name) DO UPDATE SET publisher = coalesce(?2, publisher),
                     licence = coalesce(?3, licence)",
                params![source.name, source.publisher, source.licence, now()],
            )?;
            let (number, round) = tx.query_row(
                "UPDATE sources SET round = round + 1 WHERE name = ? RETURNING number, round",
                [&source.name],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?;
            Ok(Import {
                name: source.name.clone(),
                source: number,
                round,
                near: Neighbours::default(),
                mark: None,
                terms: AllTerms::default(),
                rule: false,
            })
        })
    }

    /// Keeps a batch of rows: all of them, on the disk when it returns, or none.
    pub fn import_rows(
        &mut self,
        import: &mut Import,
        rows: &[RowTold],
    ) -> Result<Vec<RowDone>, StoreError> {
        let mark = self.watermark()?;
        if import.mark != Some(mark) {
            import.near = Neighbours::of(&self.db, import.source).map_err(|e| self.error(e))?;
            import.mark = Some(mark);
        }
        let now = now();
        let touched = self.touched.clone();
        self.write(|tx, entry| {
            told_in(entry, "imported", &import.name);
            import.terms = AllTerms::of(tx)?;
            import.rule = publishing::has_rule(tx)?;
            let mut done = Vec::with_capacity(rows.len());
            let mut changed = Vec::new();
            for row in rows {
                let kept = keep(tx, import, row, &touched, &now)?;
                if let Some(before) = kept.before {
                    changed.push(serde_json::json!(row.report.id));
                    former(tx, "replaced", &row.report.id, before, &now)?;
                }
                done.push(kept.done);
            }
            let count = |what| done.iter().filter(|d| **d == what).count();
            // Of a row that changed only its id: its former words are an entry of their own, which
            // can be purged with the row.
            entry.detail = serde_json::json!({
                "new": count(RowDone::New),
                "joined": count(RowDone::Joined),
                "changed": changed,
            });
            Ok(done)
        })
    }

    /// Keeps whole incidents under their own ids, all of them or none; gives for each whether it
    /// was new. One whose id or reports are known here already is left as it is here.
    pub fn import_incidents(
        &mut self,
        incidents: &[WholeIncident],
    ) -> Result<Vec<bool>, StoreError> {
        let now = now();
        self.write(|tx, entry| {
            told_in(entry, "imported", "whole incidents");
            let mut done = Vec::with_capacity(incidents.len());
            // Several incidents of one file may tell of one report.
            let mut brought: HashSet<String> = HashSet::new();
            for incident in incidents {
                done.push(keep_whole(tx, incident, &mut brought, &now)?);
            }
            let new = done.iter().filter(|new| **new).count();
            entry.detail = serde_json::json!({ "new": new });
            Ok(done)
        })
    }

    /// Takes rows back that their source has deleted; gives how many there were.
    pub fn withdraw_rows(&mut self, import: &Import, ids: &[String]) -> Result<usize, StoreError> {
        let now = now();
        self.write(|tx, entry| {
            told_in(entry, "withdrawn", &import.name);
            let mut gone = Vec::new();
            for id in ids {
                let row: Option<i64> = tx
                    .prepare_cached("SELECT number FROM reports WHERE id = ? AND source = ?")?
                    .query_row(params![id, import.source], |r| r.get(0))
                    .optional()?;
                if let Some(row) = row {
                    former(tx, "taken back", id, before_of(tx, id)?, &now)?;
                    take_back(tx, row, &now)?;
                    gone.push(id);
                }
            }
            entry.detail = serde_json::json!({ "ids": gone });
            Ok(gone.len())
        })
    }

    /// Ids of the source's rows that this import has not seen.
    pub fn rows_missing(&self, import: &Import) -> Result<Vec<String>, StoreError> {
        let ask = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self
                .db
                .prepare("SELECT id FROM reports WHERE source = ? AND round < ?")?;
            let rows = statement.query_map(params![import.source, import.round], |r| r.get(0))?;
            rows.collect()
        };
        ask().map_err(|e| self.error(e))
    }

    /// The source whose row a report is; `None` for reports that came another way.
    pub fn source_of(&self, report: &str) -> Result<Option<String>, StoreError> {
        self.db
            .prepare_cached(
                "SELECT s.name FROM reports r JOIN sources s ON s.number = r.source WHERE r.id = ?",
            )
            .and_then(|mut s| s.query_row([report], |r| r.get(0)).optional())
            .map_err(|e| self.error(e))
    }
}

/// What is done, for the log.
fn told_in(entry: &mut Entry, what: &str, about: &str) {
    what.clone_into(&mut entry.what);
    about.clone_into(&mut entry.about);
    "placetime".clone_into(&mut entry.who);
}

/// Tells in the log, under the row's own id, what a row was before it was overwritten or taken back.
fn former(
    tx: &Transaction<'_>,
    what: &str,
    id: &str,
    before: serde_json::Value,
    now: &str,
) -> rusqlite::Result<()> {
    let entry = Entry {
        what: what.to_owned(),
        about: id.to_owned(),
        who: "placetime".to_owned(),
        ..Entry::default()
    };
    let payload = log::Payload {
        about: id.to_owned(),
        rows: Vec::new(),
        detail: serde_json::json!({ "before": before }),
    };
    log::append(tx, &entry, &payload, now)?;
    Ok(())
}

/// What became of a row.
struct KeptRow {
    done: RowDone,
    /// What it was before, for the log.
    before: Option<serde_json::Value>,
}

impl From<RowDone> for KeptRow {
    fn from(done: RowDone) -> Self {
        Self { done, before: None }
    }
}

fn keep_whole(
    tx: &Transaction<'_>,
    whole: &WholeIncident,
    brought: &mut HashSet<String>,
    now: &str,
) -> rusqlite::Result<bool> {
    if heard_of(tx, &whole.id)? {
        return Ok(false);
    }
    let mut reports = Vec::with_capacity(whole.accounts.len());
    for account in &whole.accounts {
        let known: Option<(i64, String)> = tx
            .prepare_cached("SELECT number, sha256 FROM reports WHERE id = ?")?
            .query_row([&account.report], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        match known {
            // A report that came without its text, with other incidents of such a file; what was
            // read here from a text of our own is nobody else's to add to.
            Some((number, sha256))
                if brought.contains(&account.report)
                    || sha256 == account.sha256 && untold(tx, number, account.ordinal)? =>
            {
                reports.push(Some(number));
            }
            Some(_) => return Ok(false),
            None => reports.push(None),
        }
    }
    let incident = new_incident(tx, &whole.id, now)?;
    for (at, (account, report)) in whole.accounts.iter().zip(reports).enumerate() {
        let report = match report {
            Some(number) => number,
            None if brought.contains(&account.report) => tx
                .prepare_cached("SELECT number FROM reports WHERE id = ?")?
                .query_row([&account.report], |r| r.get(0))?,
            None => {
                brought.insert(account.report.clone());
                without_text(tx, account, now)?
            }
        };
        let told = serde_json::to_string(&AccountRow::from(account))
            .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
        let because = at.checked_sub(1).and_then(|at| whole.because.get(at));
        tx.prepare_cached(
            "INSERT INTO accounts (incident, report, ordinal, because, told) VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![
            incident,
            report,
            account.ordinal,
            because.map_or("", String::as_str),
            told
        ])?;
    }
    index(tx, incident, now, "created")?;
    Ok(true)
}

/// True when a report is here without its text, and this telling of it is not.
fn untold(tx: &Transaction<'_>, report: i64, ordinal: usize) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM accounts WHERE report = ?1 AND ordinal = ?2)
             AND (SELECT text = '' AND source IS NULL FROM reports WHERE number = ?1)",
    )?
    .query_row(params![report, ordinal], |r| r.get(0))
}

/// A report of which only the tellings came along: its text is not here, its hash is.
fn without_text(tx: &Transaction<'_>, account: &Account, now: &str) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO reports (id, sha256, published, published_by, url, archived_url, publisher,
             licence, retrieved, text, added, read_at)
         VALUES (?1, ?2, ?3, 'given', ?4, ?5, ?6, ?7, ?8, '', ?9, ?9)",
    )?
    .execute(params![
        account.report,
        account.sha256,
        account.published.map(|d| d.to_string()),
        account.url,
        account.archived_url,
        account.publisher,
        account.licence,
        account.retrieved,
        now
    ])?;
    let number = tx.last_insert_rowid();
    tx.prepare_cached("INSERT INTO report_words (rowid, title, text) VALUES (?, NULL, '')")?
        .execute([number])?;
    Ok(number)
}

fn keep(
    tx: &Transaction<'_>,
    import: &mut Import,
    row: &RowTold,
    touched: &Touched,
    now: &str,
) -> rusqlite::Result<KeptRow> {
    let told = serde_json::to_string(&AccountRow::from(&row.account))
        .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
    let sha256 = sha256_of(&row.report.text);
    let known: Option<(i64, Option<i64>, String)> = tx
        .prepare_cached("SELECT number, source, sha256 FROM reports WHERE id = ?")?
        .query_row([&row.report.id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let purged: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM purged_texts WHERE sha256 = ?)")?
        .query_row([&sha256], |r| r.get(0))?;
    if purged {
        return Ok(RowDone::Unchanged.into());
    }
    let Some((report, source, known_sha256)) = known else {
        let report = insert_report(tx, row, &sha256, import, now)?;
        return place(tx, import, report, row, &told, now).map(KeptRow::from);
    };
    if source != Some(import.source) {
        return Ok(RowDone::Taken.into());
    }
    // That a row was seen is nothing the log follows.
    touched.unless_before((REPORTS, report), || {
        tx.prepare_cached("UPDATE reports SET round = ? WHERE number = ?")?
            .execute([import.round, report])
    })?;
    let former: Option<(i64, i64, String)> = tx
        .prepare_cached("SELECT number, incident, told FROM accounts WHERE report = ?")?
        .query_row([report], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    if known_sha256 == sha256 && former.as_ref().is_some_and(|(_, _, t)| *t == told) {
        return Ok(RowDone::Unchanged.into());
    }
    let changed = KeptRow {
        done: RowDone::Changed,
        before: Some(before_of(tx, &row.report.id)?),
    };
    words_out(tx, report)?;
    tx.prepare_cached(
        "UPDATE reports SET sha256 = ?, title = ?, text = ?, url = ?, publisher = ?, licence = ?,
             published = ?, read_at = ? WHERE number = ?",
    )?
    .execute(params![
        sha256,
        row.report.title,
        row.report.text,
        row.report.origin.url,
        row.report.origin.publisher,
        row.report.origin.licence,
        row.report.published.map(|p| p.day.to_string()),
        now,
        report
    ])?;
    words_in(tx, report, row)?;
    tx.prepare_cached("DELETE FROM notices WHERE report = ?")?
        .execute([report])?;
    note(tx, report, row)?;
    let Some((account, incident, _)) = former else {
        place(tx, import, report, row, &told, now)?;
        return Ok(changed);
    };
    // The incident keeps its id and rulings, unless others tell of it too and the row has become
    // the telling of another event. What a reviewer merged stays merged.
    tx.prepare_cached("DELETE FROM accounts WHERE number = ?")?
        .execute([account])?;
    let root = root_of(tx, incident)?;
    let stays = match load(tx, root)? {
        None => true,
        Some(_) if root != incident => true,
        Some(others) => {
            let decision = merge::decide(&row.account, std::slice::from_ref(&others));
            matches!(decision, Decision::Join { .. })
        }
    };
    if stays {
        insert_account(tx, incident, report, "", &told)?;
        index(tx, root, now, "reread")?;
    } else {
        index(tx, root, now, "withdrawn")?;
        place(tx, import, report, row, &told, now)?;
    }
    Ok(changed)
}

/// Joins the row's account to an incident others told of, or makes a new one.
fn place(
    tx: &Transaction<'_>,
    import: &mut Import,
    report: i64,
    row: &RowTold,
    told: &str,
    now: &str,
) -> rusqlite::Result<RowDone> {
    let mut numbers = import.near.near(&row.account);
    if !numbers.is_empty() {
        let apart = apart_from(tx, &row.report.id)?;
        numbers.retain(|number| !apart.contains(number));
    }
    let mut incidents = Vec::with_capacity(numbers.len());
    let mut kept = Vec::with_capacity(numbers.len());
    for number in numbers {
        if let Some(incident) = load(tx, number)? {
            kept.push(number);
            incidents.push(incident);
        }
    }
    if let Decision::Join { index: at, because } = merge::decide(&row.account, &incidents) {
        insert_account(tx, kept[at], report, &because.join("; "), told)?;
        index(tx, kept[at], now, "joined")?;
        import.near.taken.insert(kept[at]);
        return Ok(RowDone::Joined);
    }
    let wished = match row.incident_id.as_deref() {
        Some(id) if !heard_of(tx, id)? => Called::Free(id.to_owned()),
        _ => called(tx, &row.account)?,
    };
    match wished {
        Called::Free(id) if !import.rule => {
            let mut account = row.account.clone();
            import.terms.put_on(&mut account);
            let mut incident = Incident {
                id,
                ..Incident::of(account)
            };
            let number = create(tx, &mut incident, now)?;
            insert_account(tx, number, report, "", told)?;
            debug_assert_eq!(load(tx, number)?, Some(incident), "what would be read back");
        }
        wished => {
            let incident = row_of(tx, wished, now)?;
            insert_account(tx, incident, report, "", told)?;
            index(tx, incident, now, "created")?;
        }
    }
    Ok(RowDone::New)
}

/// True for an id that means something here already.
fn heard_of(tx: &Transaction<'_>, id: &str) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM incidents WHERE id = ?1)
             OR EXISTS (SELECT 1 FROM moved WHERE id = ?1)",
    )?
    .query_row([id], |r| r.get(0))
}

fn insert_account(
    tx: &Transaction<'_>,
    incident: i64,
    report: i64,
    because: &str,
    told: &str,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO accounts (incident, report, ordinal, because, told) VALUES (?, ?, 0, ?, ?)",
    )?
    .execute(params![incident, report, because, told])?;
    Ok(())
}

fn insert_report(
    tx: &Transaction<'_>,
    row: &RowTold,
    sha256: &str,
    import: &Import,
    now: &str,
) -> rusqlite::Result<i64> {
    let origin = &row.report.origin;
    tx.prepare_cached(
        "INSERT INTO reports (id, sha256, title, published, published_by, url, publisher, licence,
             text, added, read_at, source, round)
         VALUES (?1, ?2, ?3, ?4, 'given', ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11)",
    )?
    .execute(params![
        row.report.id,
        sha256,
        row.report.title,
        row.report.published.map(|p| p.day.to_string()),
        origin.url,
        origin.publisher,
        origin.licence,
        row.report.text,
        now,
        import.source,
        import.round
    ])?;
    let number = tx.last_insert_rowid();
    words_in(tx, number, row)?;
    note(tx, number, row)?;
    Ok(number)
}

fn note(tx: &Transaction<'_>, report: i64, row: &RowTold) -> rusqlite::Result<()> {
    for notice in &row.notices {
        tx.prepare_cached("INSERT INTO notices (report, about, what) VALUES (?, ?, ?)")?
            .execute(params![report, notice.about, notice.what])?;
    }
    Ok(())
}

/// The row's words for the full text search.
fn words_in(tx: &Transaction<'_>, report: i64, row: &RowTold) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO report_words (rowid, title, text) VALUES (?, ?, ?)")?
        .execute(params![report, row.report.title, row.report.text])?;
    Ok(())
}

fn words_out(tx: &Transaction<'_>, report: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO report_words (report_words, rowid, title, text)
         SELECT 'delete', number, title, text FROM reports WHERE number = ?",
    )?
    .execute([report])?;
    Ok(())
}

/// Takes a row and its account away; an incident that others tell of stays.
fn take_back(tx: &Transaction<'_>, report: i64, now: &str) -> rusqlite::Result<()> {
    let incidents: Vec<i64> = tx
        .prepare_cached(
            "SELECT DISTINCT i.root FROM accounts a JOIN incidents i ON i.number = a.incident
             WHERE a.report = ?",
        )?
        .query_map([report], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    tx.prepare_cached("DELETE FROM accounts WHERE report = ?")?
        .execute([report])?;
    for incident in incidents {
        if index(tx, incident, now, "withdrawn")?.is_none() {
            withdraw(tx, incident, now)?;
        }
    }
    words_out(tx, report)?;
    tx.prepare_cached("DELETE FROM reports WHERE number = ?")?
        .execute([report])?;
    Ok(())
}

impl Neighbours {
    /// Lists the incidents that no row of the source tells of.
    fn of(db: &Connection, source: i64) -> rusqlite::Result<Self> {
        let mut all = Self::default();
        let others: bool = db.query_row(
            "SELECT EXISTS (SELECT 1 FROM reports WHERE source IS NULL OR source <> ?)",
            [source],
            |r| r.get(0),
        )?;
        if !others {
            return Ok(all);
        }
        let mut statement = db.prepare(
            "SELECT i.number, i.first_day, i.last_day, b.west, b.south, b.east, b.north
             FROM incidents i LEFT JOIN incident_boxes b ON b.number = i.number * 2
             WHERE i.feature AND i.merged_into IS NULL AND NOT i.gone
                 AND i.number NOT IN (SELECT x.root FROM accounts a
                     JOIN incidents x ON x.number = a.incident
                     JOIN reports r ON r.number = a.report WHERE r.source = ?)",
        )?;
        let mut rows = statement.query([source])?;
        while let Some(row) = rows.next()? {
            let day = |at| -> rusqlite::Result<Option<i32>> {
                let text: Option<String> = row.get(at)?;
                Ok(text.and_then(|t| t.parse::<Date>().ok()).map(ordinal))
            };
            let (Some(first), Some(last)) = (day(1)?, day(2)?) else {
                continue;
            };
            let edge = |at| row.get::<_, Option<f32>>(at);
            let at = match (edge(3)?, edge(4)?, edge(5)?, edge(6)?) {
                (Some(w), Some(s), Some(e), Some(n)) => Some([w, s, e, n]),
                _ => None,
            };
            let number = row.get(0)?;
            let list = if last - first <= SHORT_DAYS {
                &mut all.short
            } else {
                &mut all.long
            };
            list.push(Neighbour {
                number,
                first,
                last,
                at,
            });
        }
        all.short.sort_by_key(|n| (n.first, n.number));
        Ok(all)
    }

    /// The numbers of the incidents that may be what an account tells of. An account without days
    /// has none: too much would be left open.
    fn near(&self, account: &Account) -> Vec<i64> {
        let Some((start, end)) = account.when.days() else {
            return Vec::new();
        };
        if self.short.is_empty() && self.long.is_empty() {
            return Vec::new();
        }
        let (from, to) = (ordinal(start) - NEAR_DAYS, ordinal(end) + NEAR_DAYS);
        let shown = Incident::of(account.clone()).shown();
        let radius_m = shown.place.as_ref().and_then(|p| p.radius_m).unwrap_or(0.0);
        let wide = NEAR_DEGREES + radius_m / 111_000.0;
        let around: Vec<Extent> = boxes(&shown)
            .into_iter()
            .map(|b| widened(b, wide))
            .collect();
        let meets = |n: &Neighbour| {
            n.first <= to
                && n.last >= from
                && !self.taken.contains(&n.number)
                && n.at.is_none_or(|[w, s, e, north]| {
                    let at = Extent::new(w.into(), s.into(), e.into(), north.into());
                    around.is_empty() || at.is_none_or(|at| around.iter().any(|b| b.intersects(at)))
                })
        };
        let first = self.short.partition_point(|n| n.first < from - SHORT_DAYS);
        let short = self.short[first..].iter().take_while(|n| n.first <= to);
        let mut numbers: Vec<i64> = short
            .chain(&self.long)
            .filter(|n| meets(n))
            .map(|n| n.number)
            .take(NEAR_MAX)
            .collect();
        numbers.sort_unstable();
        numbers
    }
}

/// A day as a number that counts days.
fn ordinal(day: Date) -> i32 {
    (day - jiff::civil::date(1970, 1, 1)).get_days()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{account, report};
    use super::*;
    use crate::incident::Verdict;
    use crate::store::{Asked, Found, Query};

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        (folder, store)
    }

    fn source(name: &str) -> SourceName {
        SourceName {
            name: name.to_owned(),
            publisher: None,
            licence: None,
        }
    }

    #[test]
    fn room_for_an_import_is_given_back_also_when_it_failed() {
        let (_folder, mut store) = store();
        let size = |store: &Store, name: &str| -> i64 {
            let told = store.db.pragma_query_value(None, name, |row| row.get(0));
            told.expect("a number")
        };
        let sizes = |store: &Store| ["cache_size", "wal_autocheckpoint"].map(|n| size(store, n));
        let before = sizes(&store);
        let inside = store.with_room(|store| sizes(store)).expect("room");
        assert_eq!(inside, [-PAGES_KIB, LOG_PAGES]);
        assert_eq!(sizes(&store), before);
        let failed = store.with_room(|_| Err::<(), _>("a table that is none"));
        assert!(failed.expect("room").is_err());
        assert_eq!(sizes(&store), before);
    }

    fn row(id: &str, day: &str, text: &str) -> RowTold {
        RowTold {
            report: report(id, text),
            account: account(id, day, Some((38.618, 33.506))),
            notices: Vec::new(),
            incident_id: None,
        }
    }

    fn ids(store: &Store) -> Vec<String> {
        let mut ids = Vec::new();
        store
            .incidents(&Query::default(), |i| {
                ids.push(i.id);
                Ok::<(), StoreError>(())
            })
            .expect("incidents");
        ids
    }

    #[test]
    fn rows_of_one_table_stay_apart_and_join_what_others_told() {
        let (_folder, mut store) = store();
        let told = [account("a.txt", "2022-06-15", Some((38.618, 33.506)))];
        store
            .add_report(&report("a.txt", "A strike."), &told, &[])
            .expect("added");
        let mut import = store.begin_import(&source("t")).expect("begun");
        let rows = [
            row("t:1", "2022-06-15", "one"),
            row("t:2", "2022-06-15", "two"),
        ];
        let done = store.import_rows(&mut import, &rows).expect("kept");
        assert_eq!(done, [RowDone::Joined, RowDone::New]);
        // Another table's row of the same event joins too.
        let mut import = store.begin_import(&source("u")).expect("begun");
        let done = store
            .import_rows(&mut import, &[row("u:1", "2022-06-15", "three")])
            .expect("kept");
        assert_eq!(done, [RowDone::Joined]);
        assert_eq!(ids(&store).len(), 2);
    }

    #[test]
    fn the_same_rows_change_nothing_and_a_changed_row_keeps_its_incident() {
        let (_folder, mut store) = store();
        let mut import = store.begin_import(&source("t")).expect("begun");
        let rows = [
            row("t:1", "2022-06-15", "one"),
            row("t:2", "2022-06-20", "two"),
        ];
        store.import_rows(&mut import, &rows).expect("kept");
        let before = ids(&store);
        store
            .rule(
                &before[0],
                &Asked {
                    verdict: Verdict::Publish,
                    who: "desk".to_owned(),
                    why: String::new(),
                    version: None,
                    key: None,
                },
            )
            .expect("ruled");
        let (seq, _) = store.changed_since(0).expect("changes");
        let mut import = store.begin_import(&source("t")).expect("begun");
        let done = store.import_rows(&mut import, &rows).expect("kept");
        assert_eq!(done, [RowDone::Unchanged, RowDone::Unchanged]);
        assert_eq!(store.changed_since(seq).expect("changes").0, seq);
        let mut import = store.begin_import(&source("t")).expect("begun");
        let done = store
            .import_rows(&mut import, &[row("t:1", "2022-06-16", "one, mended")])
            .expect("kept");
        assert_eq!(done, [RowDone::Changed]);
        assert_eq!(ids(&store), before);
        let Found::Incident(it) = store.incident(&before[0]).expect("asked") else {
            panic!("it is there")
        };
        assert_eq!(it.shown().when.start, "2022-06-16".parse().ok());
        assert_eq!(it.status().code(), "published");
        // What the second import did not see is missing from it.
        assert_eq!(store.rows_missing(&import).expect("asked"), ["t:2"]);
        let gone = store.withdraw_rows(&import, &["t:2".to_owned(), "x:9".to_owned()]);
        assert_eq!(gone.expect("withdrawn"), 1);
        assert_eq!(ids(&store), before[..1]);
        assert_eq!(store.incident(&before[1]).expect("asked"), Found::Gone);
    }

    #[test]
    fn rows_reach_the_log_and_the_same_rows_again_do_not() {
        let (folder, mut store) = store();
        let rows = [
            row("t:1", "2022-06-15", "one"),
            row("t:2", "2022-06-20", "two"),
        ];
        let mut import = store.begin_import(&source("t")).expect("begun");
        store.import_rows(&mut import, &rows).expect("kept");
        let verified = store.verify(None).expect("looked at");
        assert_eq!((verified.faults, &verified.told[..]), (0, &[][..]));
        let entries = store.log(Some("t"), 9).expect("the log");
        assert_eq!(entries[0].what, "imported");
        assert_eq!(
            entries[0].detail.as_ref().expect("kept")["new"],
            serde_json::json!(2)
        );
        let mut import = store.begin_import(&source("t")).expect("begun");
        let seq = store.head().expect("asked").expect("a head").seq;
        store.import_rows(&mut import, &rows).expect("kept");
        assert_eq!(store.head().expect("asked").expect("a head").seq, seq);
        let changed = [row("t:1", "2022-06-16", "one, mended")];
        store.import_rows(&mut import, &changed).expect("kept");
        store
            .withdraw_rows(&import, &["t:2".to_owned()])
            .expect("withdrawn");
        assert_eq!(store.verify(None).expect("looked at").faults, 0);
        // What a row said before is kept under its own id, and purged with it.
        let former = |store: &Store, id: &str| -> Vec<Option<String>> {
            let entries = store.log(Some(id), 9).expect("the log");
            let text = |e: super::super::Logged| {
                let detail = e.detail?;
                Some(detail["before"]["text"].as_str()?.to_owned())
            };
            entries.into_iter().map(text).collect()
        };
        assert_eq!(former(&store, "t:1"), [Some("one".to_owned())]);
        assert_eq!(former(&store, "t:2"), [Some("two".to_owned())]);
        for sql in [
            "UPDATE reports SET source = NULL",
            "UPDATE accounts SET told = replace(told, '2022-06-16', '2022-06-17')",
            "UPDATE sources SET licence = 'none'",
        ] {
            let other = rusqlite::Connection::open(folder.path().join(super::super::FILE))
                .expect("the database");
            other.execute_batch("SAVEPOINT a").expect("begun");
            assert!(other.execute(sql, []).expect(sql) > 0);
            other.execute_batch("RELEASE a").expect("written");
            assert!(store.verify(None).expect("looked at").faults > 0, "{sql}");
        }
        store.purge("t:1", "desk", "asked for").expect("purged");
        assert_eq!(former(&store, "t:1"), []);
    }

    #[test]
    fn what_a_reviewer_split_stays_apart_when_it_is_imported_again() {
        let (_folder, mut store) = store();
        let told = [account("a.txt", "2022-06-15", Some((38.618, 33.506)))];
        store
            .add_report(&report("a.txt", "A strike."), &told, &[])
            .expect("added");
        let mut import = store.begin_import(&source("t")).expect("begun");
        let rows = [row("t:1", "2022-06-15", "one")];
        let done = store.import_rows(&mut import, &rows).expect("kept");
        assert_eq!(done, [RowDone::Joined]);
        let joined = ids(&store).remove(0);
        let split = Verdict::Split {
            accounts: vec![("t:1".to_owned(), 0)],
            into: String::new(),
        };
        super::super::testing::rule(&mut store, &joined, split);
        assert_eq!(ids(&store).len(), 2);
        // Taken back by its source, and there again.
        store
            .withdraw_rows(&import, &["t:1".to_owned()])
            .expect("withdrawn");
        let mut import = store.begin_import(&source("t")).expect("begun");
        let done = store.import_rows(&mut import, &rows).expect("kept");
        assert_eq!(done, [RowDone::New]);
        assert_eq!(store.verify(None).expect("looked at").faults, 0);
    }

    #[test]
    fn the_operator_s_terms_rule_over_a_table_s_licence() {
        let (_folder, mut store) = store();
        let mut import = store.begin_import(&source("t")).expect("begun");
        let rows = [row("t:1", "2022-06-15", "one")];
        store.import_rows(&mut import, &rows).expect("kept");
        let mut terms = store.source("t").expect("asked");
        terms.terms.republish = false;
        assert_eq!(store.set_source(&terms).expect("set"), 1);
        assert!(ids(&store).is_empty(), "its only source is withheld");
    }

    #[test]
    fn rows_are_not_read_again() {
        let (_folder, mut store) = store();
        let mut import = store.begin_import(&source("t")).expect("begun");
        let rows = [row("t:1", "2022-06-15", "one")];
        store.import_rows(&mut import, &rows).expect("kept");
        assert_eq!(store.reread_next(0, 9).expect("asked"), []);
    }

    #[test]
    fn one_source_cannot_overwrite_another_s_row() {
        let (_folder, mut store) = store();
        let told = [account("t:1", "2022-06-15", None)];
        store
            .add_report(&report("t:1", "A strike."), &told, &[])
            .expect("added");
        let mut import = store.begin_import(&source("t")).expect("begun");
        let done = store.import_rows(&mut import, &[row("t:1", "2022-06-15", "mine")]);
        assert_eq!(done.expect("kept"), [RowDone::Taken]);
        let kept = store.report("t:1").expect("asked").expect("there");
        assert_eq!(kept.report.text, "A strike.");
        assert_eq!(store.source_of("t:1").expect("asked"), None);
    }
}
