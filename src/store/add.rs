//! A report with its accounts goes in: one transaction.

use std::collections::{BTreeMap, BTreeSet};

use gazetteer::Extent;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::again::{former, matched};
use super::index::{in_boxes, index, next_number, retire, widened};
use super::load::{load, numbered, root_of, rulings_of};
use super::log::Entry;
use super::rows::AccountRow;
use super::{Added, sha256_of};
use crate::incident::merge::{self, Decision};
use crate::incident::{Account, Incident, Ruling, Sketch, Verdict, id_of, in_force};
use crate::query::boxes;
use crate::report::{Notice, PublishedBy, Report};

/// Days around an account within which other tellings of its event are looked for: reports that
/// differ on the day differ by one or two.
pub(super) const NEAR_DAYS: i32 = 3;

/// Degrees around an account's place within which other tellings are looked for, beside its own
/// radius: about 100 km, more than any two tellings of one event lie apart.
pub(super) const NEAR_DEGREES: f64 = 1.0;

/// The most incidents compared with one account.
pub(super) const NEAR_MAX: usize = 500;

/// What is known of a report before it is added.
pub(super) enum Known {
    /// Word for word, or the same text from nowhere else; or purged on demand.
    Same,
    /// The id with another text or date; the number of its row.
    Changed(i64),
    /// Never seen.
    New,
}

pub(super) fn known(db: &Connection, report: &Report) -> rusqlite::Result<Known> {
    let sha256 = sha256_of(&report.text);
    let purged: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM purged_texts WHERE sha256 = ?)")?
        .query_row([&sha256], |row| row.get(0))?;
    if purged {
        return Ok(Known::Same);
    }
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

pub(super) fn add_in(
    tx: &Transaction<'_>,
    report: &Report,
    accounts: &[Account],
    notices: &[Notice],
    now: &str,
    entry: &mut Entry,
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
    entry.what = if row.is_some() { "replaced" } else { "added" }.to_owned();
    entry.about.clone_from(&report.id);
    if row.is_some() {
        entry.detail = serde_json::json!({ "before": before_of(tx, &report.id)? });
    }
    let row = write_report(tx, row, report, now)?;
    write_notices(tx, row, notices)?;
    place_accounts(tx, row, accounts, Leftover::Taken, now, &mut added)?;
    Ok(added)
}

/// What a report was before it is overwritten, for the log.
pub(super) fn before_of(tx: &Transaction<'_>, id: &str) -> rusqlite::Result<serde_json::Value> {
    let former = tx.query_row(
        "SELECT title, published, url, publisher, text, added FROM reports WHERE id = ?",
        [id],
        |row| {
            Ok(serde_json::json!({
                "title": row.get::<_, Option<String>>(0)?,
                "published": row.get::<_, Option<String>>(1)?,
                "url": row.get::<_, Option<String>>(2)?,
                "publisher": row.get::<_, Option<String>>(3)?,
                "text": row.get::<_, String>(4)?,
                "added": row.get::<_, String>(5)?,
            }))
        },
    )?;
    Ok(former)
}

/// Writes what was noted when a report was read.
pub(super) fn write_notices(
    tx: &Transaction<'_>,
    report: i64,
    notices: &[Notice],
) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM notices WHERE report = ?")?
        .execute([report])?;
    for notice in notices {
        tx.prepare_cached("INSERT INTO notices (report, about, what) VALUES (?, ?, ?)")?
            .execute(params![report, notice.about, notice.what])?;
    }
    Ok(())
}

/// What becomes of a former telling that no new one stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leftover {
    /// The report says something else now: it goes.
    Taken,
    /// The same words, read by other rules: it stays where a person has ruled on its incident.
    KeptWhereRuled,
}

/// Puts a report's tellings where they belong: in the incident of the former telling they stand
/// for, in one near them in time and space, or in a new one.
pub(super) fn place_accounts(
    tx: &Transaction<'_>,
    row: i64,
    accounts: &[Account],
    leftover: Leftover,
    now: &str,
    added: &mut Added,
) -> rusqlite::Result<()> {
    // The former tellings give way; their incidents stand until the new ones are placed, so that
    // these may find them and keep the ids. What a person made of it stays.
    let former = former(tx, row)?;
    let matched = matched(&former, accounts);
    let mut touched: BTreeMap<i64, &'static str> = BTreeMap::new();
    let mut made: BTreeSet<i64> = BTreeSet::new();
    for (account, old) in accounts.iter().zip(&matched) {
        let (incident, because) = match old.map(|at| &former[at]) {
            Some(old) => {
                if told_of(account)? == old.told {
                    continue;
                }
                delete_account(tx, old.number)?;
                touched
                    .entry(root_of(tx, old.incident)?)
                    .or_insert("reread");
                (old.incident, old.because.clone())
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
        write_account(tx, (incident, row), account, &because)?;
    }
    let used: BTreeSet<usize> = matched.iter().flatten().copied().collect();
    for (at, old) in former.iter().enumerate() {
        if used.contains(&at) {
            continue;
        }
        let root = root_of(tx, old.incident)?;
        if leftover == Leftover::KeptWhereRuled && is_ruled(&rulings_of(tx, root)?) {
            continue;
        }
        delete_account(tx, old.number)?;
        touched.entry(root).or_insert("withdrawn");
    }
    for (number, what) in touched {
        match index(tx, number, now, what)? {
            Some(incident) if made.contains(&number) => added.new.push(incident),
            Some(incident) => added.joined.push(incident),
            None => added.withdrawn.push(withdraw(tx, number, now)?),
        }
    }
    Ok(())
}

/// True when a person took the incident for one: anything but a note or a rejection holds.
fn is_ruled(rulings: &[Ruling]) -> bool {
    in_force(rulings).iter().any(|r| {
        !matches!(
            r.verdict,
            Verdict::Note | Verdict::Reject | Verdict::Undo { .. }
        )
    })
}

fn delete_account(tx: &Transaction<'_>, number: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM accounts WHERE number = ?")?
        .execute([number])?;
    Ok(())
}

/// An account as its row keeps it.
fn told_of(account: &Account) -> rusqlite::Result<String> {
    serde_json::to_string(&AccountRow::from(account))
        .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))
}

/// Writes an account beside the others of its incident's row and its report's row.
pub(super) fn write_account(
    tx: &Transaction<'_>,
    (incident, report): (i64, i64),
    account: &Account,
    because: &str,
) -> rusqlite::Result<()> {
    let told = told_of(account)?;
    tx.prepare_cached(
        "INSERT INTO accounts (incident, report, ordinal, because, told) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![incident, report, account.ordinal, because, told])?;
    Ok(())
}

/// The row of the report, written or overwritten, its words for the full text search, and what its
/// text looks like.
pub(super) fn write_report(
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
    write_sketch(tx, row, &Sketch::of(&report.text))?;
    Ok(row)
}

/// Keeps what a report's text looks like; a text too short to tell keeps nothing.
pub(super) fn write_sketch(
    tx: &Transaction<'_>,
    report: i64,
    sketch: &Sketch,
) -> rusqlite::Result<()> {
    let bytes: Vec<u8> = sketch
        .hashes()
        .iter()
        .flat_map(|hash| hash.to_le_bytes())
        .collect();
    if bytes.is_empty() {
        tx.prepare_cached("DELETE FROM sketches WHERE report = ?")?
            .execute([report])?;
    } else {
        tx.prepare_cached("INSERT OR REPLACE INTO sketches (report, hashes) VALUES (?, ?)")?
            .execute(params![report, bytes])?;
    }
    Ok(())
}

/// The incidents near an account in time and space, with their numbers.
fn near(tx: &Transaction<'_>, account: &Account) -> rusqlite::Result<(Vec<i64>, Vec<Incident>)> {
    let shown = Incident::of(account.clone()).shown();
    let mut wanted = vec!["merged_into IS NULL AND NOT gone".to_owned()];
    let mut values: Vec<Sql> = Vec::new();
    if let Some((start, end)) = account.when.days() {
        let shifted = |day: jiff::civil::Date, by: i32| {
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
    let apart = apart_from(tx, &account.report)?;
    for number in numbers {
        if apart.contains(&number) {
            continue;
        }
        if let Some(incident) = load(tx, number)? {
            kept.push(number);
            incidents.push(incident);
        }
    }
    Ok((kept, incidents))
}

/// The incidents that a reviewer keeps a report's tellings apart from: one that its telling was
/// split off, and one that was split off the one its telling stayed with.
pub(super) fn apart_from(tx: &Transaction<'_>, report: &str) -> rusqlite::Result<BTreeSet<i64>> {
    let mut apart = BTreeSet::new();
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT i.root FROM rulings r JOIN incidents i ON i.number = r.incident
         WHERE r.verdict = 'split'",
    )?;
    let roots: Vec<i64> = statement
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for root in roots {
        let rulings = rulings_of(tx, root)?;
        for ruling in in_force(&rulings) {
            let Verdict::Split { accounts, into } = &ruling.verdict else {
                continue;
            };
            if accounts.iter().any(|(of, _)| of == report) {
                apart.insert(root);
            }
            let stayed: bool = tx
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM accounts a
                     JOIN incidents i ON i.number = a.incident
                     JOIN reports r ON r.number = a.report WHERE i.root = ? AND r.id = ?)",
                )?
                .query_row(params![root, report], |row| row.get(0))?;
            if stayed && let Some(into) = numbered(tx, into)? {
                apart.insert(into.root);
            }
        }
    }
    Ok(apart)
}

/// What an incident of a new account is called: an id that is free, or the row of one that was gone
/// and comes back.
pub(super) enum Called {
    Free(String),
    Back(i64),
}

/// What the incident of an account is called, which is made from the account; an id given out once
/// never means anything else.
pub(super) fn called(tx: &Transaction<'_>, account: &Account) -> rusqlite::Result<Called> {
    let wished = id_of(account);
    let mut id = wished.clone();
    for n in 2.. {
        match numbered(tx, &id)? {
            Some(it) if it.gone && it.root == it.number => return Ok(Called::Back(it.number)),
            Some(_) => {}
            None => {
                let taken: bool = tx
                    .prepare_cached(
                        "SELECT EXISTS (SELECT 1 FROM moved WHERE id = ? AND leads_to IS NOT NULL)",
                    )?
                    .query_row([&id], |r| r.get(0))?;
                if !taken {
                    break;
                }
            }
        }
        id = format!("{wished}-{n}");
    }
    Ok(Called::Free(id))
}

/// Makes the row of an incident of an account that is written next; the answer is its number.
pub(super) fn insert_incident(
    tx: &Transaction<'_>,
    account: &Account,
    now: &str,
) -> rusqlite::Result<i64> {
    row_of(tx, called(tx, account)?, now)
}

/// The row of an incident that is called so.
pub(super) fn row_of(tx: &Transaction<'_>, called: Called, now: &str) -> rusqlite::Result<i64> {
    match called {
        Called::Free(id) => {
            tx.prepare_cached("DELETE FROM moved WHERE id = ?")?
                .execute([&id])?;
            new_incident(tx, &id, now)
        }
        Called::Back(number) => {
            tx.prepare_cached("UPDATE incidents SET gone = 0 WHERE number = ?")?
                .execute([number])?;
            Ok(number)
        }
    }
}

/// A row for an incident of an id.
pub(super) fn new_incident(tx: &Transaction<'_>, id: &str, now: &str) -> rusqlite::Result<i64> {
    let number = next_number(tx)?;
    tx.prepare_cached(
        "INSERT INTO incidents (number, root, id, created, updated, version, status, standing,
             feature, type, kind, boxed)
         VALUES (?1, ?1, ?2, ?3, ?3, 0, '', '', 0, '', '', 0)",
    )?
    .execute(params![number, id, now])?;
    Ok(number)
}

/// Takes an incident without accounts away: its id and its rulings stay known.
pub(super) fn withdraw(tx: &Transaction<'_>, number: i64, now: &str) -> rusqlite::Result<String> {
    tx.execute("UPDATE incidents SET gone = 1 WHERE number = ?", [number])?;
    retire(tx, number, now, "withdrawn")
}
